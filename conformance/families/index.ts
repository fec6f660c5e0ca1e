import { admission } from './admission';
import { binding } from './binding';
import { decision } from './decision';
import { Family } from './family';
import { way } from './way';

/** All families that can be replayed. */
export const FAMILIES: readonly Family[] = [admission, binding, decision, way];
