import { Intent } from '../../../intent/intent';
import { Defeat, PolicyName } from '../../../validation/defeat';

/** A policy that defeats an intent, as it is told. */
export interface DescribedPolicy extends PolicyName {
  readonly path: string;
  /** Whether it is of an intent that closes what others open. */
  readonly closesOthers: boolean;
  /** The kind of the intent that made it, if one did. */
  readonly madeBy?: Intent['kind'];
  /** Whether the intent itself made it, and somebody changed it. */
  readonly isOwn: boolean;
  /** What it has in common with another one, where Istio takes the oldest of them. */
  readonly rivals?: 'of a namespace without selector' | 'for the same pods';
}

/** Where the app does not do what an intent says, and what keeps it from that. */
export interface DescribedDefeat extends Omit<Defeat, 'by'> {
  readonly by: readonly DescribedPolicy[];
  /** Paths of objects that were changed or taken out after intents made them, by which this one is judged. */
  readonly changed: readonly string[];
  /** The kind of the intent. */
  readonly of: Intent['kind'];
  /** Whether it is that of a BreakGlass, which a guardrail may name. */
  readonly isEmergency: boolean;
}
