import { Decision } from './decision';
import { AuthorizationResponse } from './response';

/** An answer that holds under a condition which the manifests leave open. */
export interface Possibility {
  readonly if: string;
  readonly response: AuthorizationResponse;
}

const MILDEST_FIRST = [Decision.ALLOW, Decision.CONDITIONAL, Decision.UNDECIDED, Decision.DENY];

/** The answer if all are the same; else the mildest, undecided, and what it hangs on. */
export function agreed(possibilities: readonly Possibility[]): AuthorizationResponse {
  const [{ response: first }, ...others] = possibilities;
  if (others.every(({ response }) => response.decision === first.decision)) return first;
  const rank = ({ response }: Possibility) => MILDEST_FIRST.indexOf(response.decision);
  const mildest = possibilities.reduce((a, b) => rank(b) < rank(a) ? b : a);
  return mildest.response._doubted(possibilities.map(possibility => `${possibility.response.decision} if ${possibility.if}`).join(', '));
}
