import { PolicySet } from '../policy/policy-set';
import { Decision } from '../policy/request/decision';
import { AccessRequest } from '../policy/request/request';

/** The answer where there is no such destination. */
export const NOWHERE = '-';

/** How an answer begins where a request is refused as it is, and passes if an authorizer that agrees changes its headers. */
export const IF_CHANGED = `${Decision.CONDITIONAL}-IF-CHANGED`;

/** The same where it is not decided what becomes of it as it is. */
const IF_UNDECIDED = `${Decision.CONDITIONAL}-${Decision.UNDECIDED}`;

/** The answers of several sets to a request, as a text that is the same for the same answers. */
export function answersOf(sides: readonly (PolicySet | undefined)[], request: AccessRequest): string {
  return sides.map(side => side === undefined ? NOWHERE : answerOf(side, request)).join('|');
}

/** How a request is answered: the decision; which authorizers are asked, and what they leave to be decided; why nothing is decided. */
export function answerOf(side: PolicySet, request: AccessRequest): string {
  const { decision, authorizers, undecidedReason } = side.isAuthorized(request);
  switch (decision) {
    case Decision.CONDITIONAL: return `${conditionally(side, request, authorizers)} ${[...authorizers].sort().join(',')}`;
    case Decision.UNDECIDED: return `${decision} ${undecidedReason}`;
    default: return decision;
  }
}

/** How an answer begins, which says how much of a request passes. */
export function kindOf(answer: string): string { return answer.split(' ')[0]; }

/** An authorizer may change what rules then ask for. Most change nothing: what becomes of a request then is part of the answer, so that these rules still tell requests apart. */
function conditionally(side: PolicySet, request: AccessRequest, authorizers: readonly string[]): string {
  switch (side.isAuthorized(agreedTo(request, authorizers)).decision) {
    case Decision.ALLOW: return Decision.CONDITIONAL;
    case Decision.DENY: return IF_CHANGED;
    default: return IF_UNDECIDED;
  }
}

/** A request to which authorizers agree, and of which they change nothing. */
export function agreedTo(request: AccessRequest, authorizers: readonly string[]): AccessRequest {
  return { ...request, authorizerAnswers: authorizers.map(provider => ({ provider, allows: true, headers: {} })) };
}
