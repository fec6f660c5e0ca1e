import { Attachment } from './attachment';
import { isConnectionOperation } from './operation';
import { ConditionData, isConnectionCondition } from '../intent/condition';
import { AccessIntent } from '../intent/intent';
import { MeshFacts } from '../intent/mesh';
import { OperationData } from '../intent/operation-data';
import { isKnownTo, unknownThere } from '../istio/versions';
import { quoted } from '../util/text';

/** In the root namespace a selector reaches the pods of every namespace: more than the workload that is meant. */
export function checkScope({ mesh, target }: Pick<AccessIntent, 'mesh' | 'target'>, attachment: Attachment, problems: string[]): void {
  if ('selector' in attachment.scope && target.namespace === mesh.rootNamespace) {
    problems.push(`${quoted(target.path)} is in the root namespace ${quoted(mesh.rootNamespace)}, where a policy selects the pods of every namespace by their labels; `
      + 'move it to a namespace of its own');
  }
}

/** Conditions that the enforcing proxy would silently never, or always, meet. */
export function checkConditions(conditions: readonly ConditionData[], { proxy }: Attachment, { istioVersion }: MeshFacts, problems: string[]): void {
  if (proxy === 'waypoint' && conditions.some(condition => condition.kind === 'sni') && !isKnownTo(istioVersion, '1.25')) {
    problems.push(`Condition.sni is not known at waypoints before Istio 1.25, ${unknownThere(istioVersion, 'leave it out')}`);
  }
  if (proxy === 'waypoint' && conditions.some(condition => condition.kind === 'sourceIp')) {
    problems.push('Condition.sourceIp never matches at a waypoint, which sees an internal address; name the callers by identity instead');
  }
}

export function needsWaypoint(what: string, attachment: Attachment): string {
  return `${what} can be enforced only by a waypoint, but ${attachment.connectionsOnly}`;
}

/** ztunnel is not told of what is only tried out. */
export function checkDryRun(attachment: Attachment, problems: string[]): void {
  if (attachment.proxy === 'ztunnel') { problems.push(`Enforcement.DRY_RUN says nothing at ztunnel, which is not given it, and ${attachment.connectionsOnly}`); }
}

/** ztunnel sees connections only: it drops a rule whole that asks for more. */
export function checkConnectionsOnly(
  operations: readonly OperationData[], conditions: readonly ConditionData[], attachment: Attachment, problems: string[],
): void {
  if (operations.some(operation => !isConnectionOperation(operation))) {
    problems.push(needsWaypoint('HTTP methods, paths and hosts', attachment));
  }
  const condition = conditions.find(candidate => !isConnectionCondition(candidate) || candidate.kind === 'sni');
  if (condition) {
    problems.push(needsWaypoint(`condition ${quoted(condition.kind)}`, attachment));
  }
}
