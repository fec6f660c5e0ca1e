import { Attachment } from './attachment';
import { JwtIntent } from '../intent/intent';

/** A JWT intent with what its parts share: where it is enforced, on which container ports, and what is wrong with it. */
export interface JwtPlan {
  readonly intent: JwtIntent;
  readonly attachment: Attachment;
  readonly ports: readonly number[];
  readonly problems: string[];
}
