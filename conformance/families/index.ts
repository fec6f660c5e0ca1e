import { admission } from './admission';
import { attachment } from './attachment';
import { binding } from './binding';
import { decision } from './decision';
import { Family } from './family';
import { gatewayListener } from './gateway-listener';

/** All families that can be replayed. */
export const FAMILIES: readonly Family[] = [admission, attachment, gatewayListener, binding, decision];
