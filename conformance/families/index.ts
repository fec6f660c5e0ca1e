import { admission } from './admission';
import { ambientCapture } from './ambient-capture';
import { attachment } from './attachment';
import { binding } from './binding';
import { capture } from './capture';
import { decision } from './decision';
import { Family } from './family';
import { gatewayListener } from './gateway-listener';
import { injection } from './injection';
import { revision } from './revision';
import { way } from './way';

/** All families that can be replayed. */
export const FAMILIES: readonly Family[] = [
  admission, decision, injection, capture, ambientCapture, revision, binding, attachment, gatewayListener, way,
];
