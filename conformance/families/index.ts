import { admission } from './admission';
import { binding } from './binding';
import { decision } from './decision';
import { Family } from './family';

/** All families that can be replayed. */
export const FAMILIES: readonly Family[] = [admission, binding, decision];
