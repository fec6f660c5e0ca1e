import { Decision, UndecidedReason } from './request/decision';
import { AuthorizationResponse } from './response';
import { Undecided } from './undecided';
import { unique } from '../util/text';

/** An answer that holds under a condition which the manifests leave open. */
export interface Possibility {
  readonly if: string;
  readonly response: AuthorizationResponse;
}

/** The answer if all are the same; else the first that is no refusal, undecided, and what it hangs on. */
export function agreed(possibilities: readonly Possibility[], undecided = severalWays(possibilities)): AuthorizationResponse {
  const [{ response: first }, ...others] = possibilities;
  if (others.every(({ response }) => response.decision === first.decision)) return first;
  const [open] = possibilities.filter(({ response }) => response.decision !== Decision.DENY);
  return open.response._doubted(undecided(unique(possibilities.map(possibility => `${possibility.response.decision} if ${possibility.if}`)).join(', ')));
}

/** What is undecided already for a reason of its own stays so. */
function severalWays(possibilities: readonly Possibility[]): (differing: string) => Undecided {
  return text => {
    const responses = possibilities.map(({ response }) => response);
    const open = responses.find(({ decision }) => decision !== Decision.DENY);
    const stage = open?.stage ?? responses.map(response => response.stage).find(one => one !== undefined);
    return { reason: open?.undecidedReason ?? UndecidedReason.SEVERAL_WAYS, stage, text };
  };
}
