import { PolicySet } from '../policy/policy-set';
import { Decision } from '../policy/request/decision';
import { AccessRequest } from '../policy/request/request';
import { AuthorizationResponse } from '../policy/response';

/** The answer where there is no such destination. */
export const NOWHERE = '-';

/** The answers of several sets to a request, as a text that is the same for the same answers. */
export function answersOf(sides: readonly (PolicySet | undefined)[], request: AccessRequest): string {
  return sides.map(side => side === undefined ? NOWHERE : answerOf(side.isAuthorized(request))).join('|');
}

/** The decision; which authorizers are asked, and why nothing is decided, are part of it. */
export function answerOf(response: AuthorizationResponse): string {
  switch (response.decision) {
    case Decision.CONDITIONAL: return `${response.decision} ${[...response.authorizers].sort().join(',')}`;
    case Decision.UNDECIDED: return `${response.decision} ${response.undecidedReason ?? ''}`;
    default: return response.decision;
  }
}
