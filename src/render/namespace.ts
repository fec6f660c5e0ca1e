import { admissionsOf } from './public-gateway';
import { Rendering } from './rendering';
import { fromOf, principalsOf } from './source';
import { NamespaceIntent } from '../intent/intent';
import { DataPlane, MetricsFacts, waypointCaller, WaypointFacts } from '../intent/mesh';
import { AuthorizationOperation, AuthorizationPolicySpec } from '../istio/authorization-policy';
import { GATEWAY_API_GROUP } from '../istio/manifest';
import { MutualTlsMode, PeerAuthenticationSpec } from '../istio/peer-authentication';

/** Allows nothing, and thereby denies everything in its scope that no other policy allows. */
export const ALLOW_NOTHING: AuthorizationPolicySpec = {};

export const STRICT: PeerAuthenticationSpec = { mtls: { mode: MutualTlsMode.STRICT } };

/**
 * STRICT, default deny, and the metrics readers. With a waypoint three layers, since each closes a hole of the others: nothing is allowed at the
 * waypoint, which policies without targetRefs do not reach, and the pods admit the waypoint only, so that nobody walks around it.
 * Each public gateway admits everyone to its ports.
 */
export function renderNamespace({ mesh, namespace, gateways }: NamespaceIntent): Rendering {
  const { waypoint, metrics } = namespace;
  return {
    specs: {
      'mtls': STRICT,
      'deny-all': ALLOW_NOTHING,
      'metrics': metrics ? { rules: [{ ...fromOf(metrics.readers, mesh, namespace), to: [{ operation: metricsOperation(metrics, namespace.dataPlane) }] }] } : {},
      ...waypoint?.forPods && metrics ? { 'waypoint-metrics': waypointMetrics({ mesh, namespace }, waypoint, metrics) } : {},
      'waypoint-deny-all': { targetRefs: [gatewayRef(waypoint)] },
      'waypoint-only': { rules: [{ from: [{ source: { principals: waypoint ? principalsOf([waypointCaller(waypoint)], mesh, namespace) : [] } }] }] },
      ...admissionsOf(gateways),
    },
    problems: [],
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
