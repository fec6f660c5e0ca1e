import { Attachment, attachmentOf } from './attachment';
import { checkConditions, checkConnectionsOnly, checkDryRun, checkScope } from './checks';
import { whenOf } from './condition';
import { isConnectionOperation, operationOf } from './operation';
import { Rendering } from './rendering';
import { fromOf } from './source';
import { isConnectionCondition } from '../intent/condition';
import { AccessIntent } from '../intent/intent';
import { OperationData } from '../intent/operation-data';
import { AuthorizationPolicySpec, AuthorizationRule } from '../istio/authorization-policy';
import { quoted } from '../util/text';

/**
 * One ALLOW policy. HTTP and TCP operations become rules of their own: on a TCP port a proxy drops a rule whole that has an HTTP field anywhere.
 */
export function renderAccess(intent: AccessIntent): Rendering<'policy'> {
  const problems: string[] = [];
  const attachment = attachmentOf(intent.target, intent.namespace, problems);
  checkScope(intent, attachment, problems);
  checkConditions(intent.conditions, attachment, intent.mesh, problems);
  checkTcpConditions(intent, problems);
  if (intent.isDryRun) { checkDryRun(attachment, problems); }
  if (attachment.proxy === 'ztunnel') { checkConnectionsOnly(intent.operations, intent.conditions, attachment, problems); }
  const rules = rulesOf(intent, attachment, problems);
  // not spread: V8 would give each of them a hidden class of its own
  const policy: AuthorizationPolicySpec = Object.assign({}, attachment.scope, { rules });
  return { specs: { policy }, problems };
}

/** What a rule is made of. */
type Calls = Omit<AccessIntent, 'kind'>;

export function rulesOf(calls: Calls, attachment: Attachment, problems: string[]): AuthorizationRule[] {
  const byLayer = [calls.operations.filter(isConnectionOperation), calls.operations.filter(operation => !isConnectionOperation(operation))];
  return byLayer.filter(operations => operations.length > 0).map(operations => ruleOf(operations, calls, attachment, problems));
}

function ruleOf(operations: readonly OperationData[], intent: Calls, attachment: Attachment, problems: string[]): AuthorizationRule {
  const to = operations.map(operation => ({ operation: operationOf(operation, intent.target, attachment, problems) }));
  const when = intent.conditions.length === 0 ? {} : { when: intent.conditions.map(whenOf) };
  return Object.assign(fromOf(intent.callers, intent.mesh, intent.namespace), { to }, when);
}

function checkTcpConditions(intent: AccessIntent, problems: string[]): void {
  const http = intent.conditions.find(condition => !isConnectionCondition(condition));
  const tcp = intent.operations.find(operation => operation.kind === 'tcp');
  if (http && tcp?.kind === 'tcp') {
    problems.push(`condition ${quoted(http.kind)} needs HTTP, but Operation.tcp(${tcp.port}) has none; state the TCP port as an access of its own, without it`);
  }
}
