import { KnownCall, KnownPair, Reading, SeenWorkload } from './observed-call';
import { OperationData } from '../intent/operation-data';

/** A call that is not to be granted, whether it was seen or not. */
export interface RefusedPattern {
  /** As `callerText` writes them; none for anybody. */
  readonly callers?: readonly string[];
  readonly to: SeenWorkload;
  readonly operations?: readonly OperationData[];
}

export interface PlanInput {
  readonly readings: readonly Reading[];
  readonly calls: readonly KnownCall[];
  readonly pairs: readonly KnownPair[];
  readonly refused: readonly RefusedPattern[];
  readonly trustDomain: string;
  readonly minimumCalls: number;
  /** Accounts of waypoints, as text. */
  readonly waypoints: readonly string[];
}
