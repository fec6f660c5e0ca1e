import { Decision, UndecidedReason } from './request/decision';
import { COUNTS, IS_OLDEST } from './resources/policy';
import { AuthorizationResponse } from './response';
import { Undecided } from './undecided';
import { unique } from '../util/text';

/** An answer that holds under a condition which the manifests leave open. */
export interface Possibility {
  readonly if: string;
  readonly response: AuthorizationResponse;
}

/** Says why an answer is undecided, from what it hangs on. */
export type Undecide = (hangsOn: string) => Undecided;

/** The answer if all are the same; else the first that is no refusal, undecided, and what it hangs on. */
export function agreed(possibilities: readonly Possibility[], undecide?: Undecide): AuthorizationResponse {
  const [{ response: first }, ...others] = possibilities;
  if (others.every(({ response }) => response.decision === first.decision)) return first;
  const [open] = possibilities.filter(({ response }) => response.decision !== Decision.DENY);
  const hangsOn = unique(possibilities.map(possibility => `${possibility.response.decision} if ${possibility.if}`)).join(', ');
  return open.response._doubted(undecide ? undecide(hangsOn) : severalWays(possibilities, open.response, hangsOn));
}

/** What is undecided already for a reason of its own stays so. */
function severalWays(possibilities: readonly Possibility[], open: AuthorizationResponse, text: string): Undecided {
  const stage = open.stage ?? possibilities.map(({ response }) => response.stage).find(one => one !== undefined);
  const isByAge = possibilities.some(possibility => BY_AGE.some(words => possibility.if.includes(words)));
  return { reason: open.undecidedReason ?? (isByAge ? UndecidedReason.UNKNOWN_AGE : UndecidedReason.SEVERAL_WAYS), stage, text };
}

/** As conditions tell that one of several objects is the one that Istio takes. */
const BY_AGE = [IS_OLDEST, COUNTS];
