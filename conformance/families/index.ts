import { admission } from './admission';
import { ambientCapture } from './ambient-capture';
import { binding } from './binding';
import { capture } from './capture';
import { decision } from './decision';
import { Family } from './family';
import { injection } from './injection';
import { revision } from './revision';

/** All families that can be replayed. */
export const FAMILIES: readonly Family[] = [admission, decision, injection, capture, ambientCapture, revision, binding];
