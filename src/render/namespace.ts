import { admissionsOf } from './public-gateway';
import { Rendering } from './rendering';
import { fromOf, principalsOf } from './source';
import { NamespaceIntent, WaypointLock } from '../intent/intent';
import { DataPlane, isSameWaypoint, MetricsFacts, waypointCaller, WaypointFacts, waypointsOf } from '../intent/mesh';
import { AuthorizationOperation, AuthorizationPolicyAction, AuthorizationPolicySpec } from '../istio/authorization-policy';
import { GATEWAY_API_GROUP } from '../istio/manifest';
import { MutualTlsMode, PeerAuthenticationSpec } from '../istio/peer-authentication';

/** Allows nothing, and thereby denies everything in its scope that no other policy allows. */
export const ALLOW_NOTHING: AuthorizationPolicySpec = {};

export const STRICT: PeerAuthenticationSpec = { mtls: { mode: MutualTlsMode.STRICT } };

/**
 * STRICT, default deny, and the metrics readers. With a waypoint three layers, since each closes a hole of the others: nothing is allowed at the
 * waypoint, which policies without targetRefs do not reach, and the pods admit the waypoint only, so that nobody walks around it.
 * The pods of a Service with a waypoint of its own admit that, and none of the others, which the policy for the whole namespace would let in to them. Each public gateway admits everyone to its ports.
 */
export function renderNamespace(intent: NamespaceIntent): Rendering {
  const { mesh, namespace, gateways, locks = [] } = intent;
  const { waypoint, serviceWaypoints = [], metrics } = namespace;
  return {
    specs: {
      'mtls': STRICT,
      'deny-all': ALLOW_NOTHING,
      'metrics': metrics ? { rules: [{ ...fromOf(metrics.readers, mesh, namespace), to: [{ operation: metricsOperation(metrics, namespace.dataPlane) }] }] } : {},
      ...waypoint?.forPods && metrics ? { 'waypoint-metrics': waypointMetrics({ mesh, namespace }, waypoint, metrics) } : {},
      'waypoint-deny-all': { targetRefs: [gatewayRef(waypoint)] },
      'waypoint-only': { rules: [{ from: [{ source: { principals: waypoint ? principalsOf([waypointCaller(waypoint)], mesh, namespace) : [] } }] }] },
      ...Object.fromEntries(serviceWaypoints.map(one => [denyAllAt(one.waypoint, namespace.name), { targetRefs: [gatewayRef(one.waypoint)] }])),
      ...Object.assign({}, ...locks.map(lock => lockOf(lock, intent))) as Rendering['specs'],
      ...admissionsOf(gateways),
    },
    problems: [],
  };
}

/** Role of the policy that allows nothing at a waypoint of single Services. */
export function denyAllAt({ namespace, name }: WaypointFacts, of: string): string { return `deny-all-at-${namespace === of ? name : `${namespace}.${name}`}`; }

/** Role of the policy by which the pods of a Service admit its waypoint. */
export function admissionOf(service: string): string { return `waypoint-only-${service}`; }

/** Whether a role is that of a policy by which pods admit a waypoint. */
export function isLock(role: string): boolean { return role === 'waypoint-only' || role.startsWith(admissionOf('')); }

/** Role of the policy by which they admit no other waypoint of the namespace. */
export function otherWaypointsOf(service: string): string { return `no-other-waypoint-${service}`; }

/** A policy without selector lets the waypoint of the namespace in to all pods, and nothing but a DENY takes some of them out. */
function lockOf({ service, podLabels, waypoint }: WaypointLock, { mesh, namespace }: NamespaceIntent): Rendering['specs'] {
  const selector = { matchLabels: podLabels };
  const from = (waypoints: readonly WaypointFacts[]) =>
    [{ from: [{ source: { principals: principalsOf(waypoints.map(waypointCaller), mesh, namespace) } }] }];
  const others = waypointsOf(namespace).filter(other => !isSameWaypoint(other, waypoint));
  return {
    [admissionOf(service)]: { selector, rules: from([waypoint]) },
    ...others.length === 0 ? {} : { [otherWaypointsOf(service)]: { selector, action: AuthorizationPolicyAction.DENY, rules: from(others) } },
  };
}

function gatewayRef(waypoint: WaypointFacts | undefined): { group: string; kind: string; name: string | undefined } {
  return { group: GATEWAY_API_GROUP, kind: 'Gateway', name: waypoint?.name };
}

/** Where what is sent to pods passes the waypoint, these see it in place of the readers, who are allowed there. */
function waypointMetrics({ mesh, namespace }: Pick<NamespaceIntent, 'mesh' | 'namespace'>, waypoint: WaypointFacts, metrics: MetricsFacts): object {
  const to = [{ operation: metricsOperation(metrics, namespace.dataPlane) }];
  return { targetRefs: [gatewayRef(waypoint)], rules: [{ ...fromOf(metrics.readers, mesh, namespace), to }] };
}

/** Readers fetch from the pods, past any waypoint: in ambient only the ports can be checked. */
function metricsOperation(metrics: MetricsFacts, dataPlane: DataPlane): AuthorizationOperation {
  const ports = metrics.ports.map(String);
  return dataPlane === DataPlane.SIDECAR ? { methods: ['GET'], paths: [metrics.path], ports } : { ports };
}
