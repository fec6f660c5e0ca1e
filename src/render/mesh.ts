import { ALLOW_NOTHING, STRICT } from './namespace';
import { Rendering } from './rendering';
import { GatewayData, MeshIntent } from '../intent/intent';
import { AuthorizationPolicySpec } from '../istio/authorization-policy';

/** Name of the class whose Gateways are waypoints; policies for all of them refer to it. */
const WAYPOINT_CLASS = 'istio-waypoint';

/**
 * STRICT for the mesh, and the default deny in its two parts: policies without targetRefs reach sidecars, gateways and ztunnel, but no waypoint.
 * Each gateway admits everyone to its ports.
 */
export function renderMesh({ gateways }: MeshIntent): Rendering {
  const admissions = gateways.map((gateway, index) => [gatewayRole(index), admitEveryone(gateway)]);
  return {
    specs: {
      'mtls': STRICT,
      'deny-all': ALLOW_NOTHING,
      'waypoint-deny-all': { targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'GatewayClass', name: WAYPOINT_CLASS }] },
      ...Object.fromEntries(admissions),
    },
    problems: [],
  };
}

export function gatewayRole(index: number): string { return `gateway-${index}`; }

function admitEveryone(gateway: GatewayData): AuthorizationPolicySpec {
  const rules = [{ to: [{ operation: { ports: gateway.ports.map(String) } }] }];
  return gateway.kind === 'classic'
    ? { selector: { matchLabels: { ...gateway.labels } }, rules }
    : { targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: gateway.name }], rules };
}
