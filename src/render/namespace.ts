import { admissionsOf } from './public-gateway';
import { Rendering } from './rendering';
import { fromOf, principalsOf } from './source';
import { NamespaceIntent } from '../intent/intent';
import { DataPlane, MetricsFacts, waypointCaller } from '../intent/mesh';
import { AuthorizationOperation, AuthorizationPolicySpec } from '../istio/authorization-policy';
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
      'waypoint-deny-all': { targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: waypoint?.name }] },
      'waypoint-only': { rules: [{ from: [{ source: { principals: waypoint ? principalsOf([waypointCaller(waypoint)], mesh, namespace) : [] } }] }] },
      ...admissionsOf(gateways),
    },
    problems: [],
  };
}

/** Readers fetch from the pods, past any waypoint: in ambient only the ports can be checked. */
function metricsOperation(metrics: MetricsFacts, dataPlane: DataPlane): AuthorizationOperation {
  const ports = metrics.ports.map(String);
  return dataPlane === DataPlane.SIDECAR ? { methods: ['GET'], paths: [metrics.path], ports } : { ports };
}
