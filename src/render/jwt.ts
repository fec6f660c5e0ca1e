import { apiPorts } from './api-ports';
import { Attachment, attachmentOf } from './attachment';
import { checkConditions, checkScope, needsWaypoint } from './checks';
import { allowRules } from './jwt-allow';
import { guardRules } from './jwt-guard';
import { jwtRuleOf } from './jwt-rule';
import { httpPortsOf } from './port';
import { Rendering } from './rendering';
import { JwtIntent } from '../intent/intent';
import { isHttp, OperationData } from '../intent/operation-data';
import { AuthorizationPolicyAction, AuthorizationPolicySpec } from '../istio/authorization-policy';
import { RequestAuthenticationSpec } from '../istio/request-authentication';
import { quoted } from '../util/text';

/** Tokens are verified, rules allow, and a guard denies what comes without a token, whatever other policies allow. */
export function renderJwt(given: JwtIntent): Rendering<'authentication' | 'policy' | 'guard'> {
  const problems: string[] = [];
  const attachment = attachmentOf(given.target, given.namespace, problems);
  const ports = apiPorts(given, problems);
  const intent = onPorts(given, ports);
  check(intent, attachment, ports, problems);
  const plan = { intent, attachment, ports, problems };
  const authentication: RequestAuthenticationSpec = { ...attachment.scope, jwtRules: intent.issuers.map(issuer => jwtRuleOf(issuer, plan)) };
  const policy: AuthorizationPolicySpec = { ...attachment.scope, rules: allowRules(plan) };
  const guard: AuthorizationPolicySpec = { ...attachment.scope, action: AuthorizationPolicyAction.DENY, rules: guardRules(plan) };
  return { specs: { authentication, policy, guard }, problems };
}

/** The operations of an API are offered on its ports, unless they say on which of them. */
function onPorts(intent: JwtIntent, ports: readonly number[]): JwtIntent {
  const placed = (operation: OperationData): OperationData =>
    isHttp(operation) && operation.ports.length === 0 ? { ...operation, ports } : operation;
  return {
    ...intent,
    rules: intent.rules.map(rule => ({ ...rule, operations: rule.operations.map(placed) })),
    publicOperations: intent.publicOperations.map(placed),
  };
}

function check(intent: JwtIntent, attachment: Attachment, ports: readonly number[], problems: string[]): void {
  if (attachment.proxy === 'ztunnel') { problems.push(needsWaypoint('tokens', attachment)); }
  checkScope(intent, attachment, problems);
  checkConditions(intent.rules.flatMap(rule => rule.conditions), attachment, intent.mesh, problems);
  for (const operation of [...intent.rules.flatMap(rule => rule.operations), ...intent.publicOperations]) {
    const numbers = isHttp(operation) ? httpPortsOf(operation, intent.target, []) : [];
    const unguarded = numbers.find(port => !ports.includes(port));
    if (unguarded !== undefined) {
      problems.push(`an operation is offered on port ${unguarded} of ${quoted(intent.target.path)}, where this API asks for no token; add ${unguarded} to 'ports'`);
    }
  }
}
