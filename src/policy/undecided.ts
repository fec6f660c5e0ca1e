import { HopVerdict } from './proxies/verdict';
import { Stage, UndecidedReason } from './request/decision';
import { unknownFields } from './trace';
import { Way } from './way/hop';

/** Why an answer is undecided. */
export interface Undecided {
  readonly reason: UndecidedReason;
  readonly stage?: Stage;
  /** What comes after `as`. */
  readonly text: string;
}

/** Why what one proxy or the network does, or the way itself, is not known. */
export function undecided({ unknown }: Way, verdict: HopVerdict | undefined, ofNetwork: string | undefined): Undecided | undefined {
  if (unknown !== undefined) return { reason: UndecidedReason.UNKNOWN_WAY, stage: Stage.TRANSPORT, text: unknown };
  if (ofNetwork !== undefined) return { reason: UndecidedReason.UNKNOWN_FACT, stage: Stage.NETWORK, text: ofNetwork };
  if (verdict?.passes !== 'unknown') return undefined;
  const { stage, reason } = verdict;
  if (reason === undefined) return { reason: UndecidedReason.UNKNOWN_FACT, stage, text: `neither the request nor the manifests say what is asked for by ${unknownFields(verdict)}` };
  return { reason: stage === Stage.TRANSPORT ? UndecidedReason.UNKNOWN_AGE : UndecidedReason.UNKNOWN_FACT, stage, text: reason };
}
