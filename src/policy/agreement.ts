import { Decision } from './request/decision';
import { AuthorizationResponse } from './response';

/** An answer that holds under a condition which the manifests leave open. */
export interface Possibility {
  readonly if: string;
  readonly response: AuthorizationResponse;
}

/** The answer if all are the same; else the first that is no refusal, undecided, and what it hangs on. */
export function agreed(possibilities: readonly Possibility[]): AuthorizationResponse {
  const [{ response: first }, ...others] = possibilities;
  if (others.every(({ response }) => response.decision === first.decision)) return first;
  const [open] = possibilities.filter(({ response }) => response.decision !== Decision.DENY);
  return open.response._doubted(possibilities.map(possibility => `${possibility.response.decision} if ${possibility.if}`).join(', '));
}
