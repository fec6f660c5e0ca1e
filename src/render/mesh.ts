import { meshDocument } from './mesh-config';
import { ALLOW_NOTHING, STRICT } from './namespace';
import { admissionsOf } from './public-gateway';
import { Rendering } from './rendering';
import { MeshIntent } from '../intent/intent';

/** Name of the class whose Gateways are waypoints; policies for all of them refer to it. */
const WAYPOINT_CLASS = 'istio-waypoint';

/**
 * STRICT for the mesh, and the default deny in its two parts: policies without targetRefs reach sidecars, gateways and ztunnel, but no waypoint.
 * Each gateway admits everyone to its ports. Settings of the mesh are written where the app says so.
 */
export function renderMesh({ mesh, gateways, config = {}, output }: MeshIntent): Rendering {
  return {
    specs: {
      'mtls': STRICT,
      'deny-all': ALLOW_NOTHING,
      'waypoint-deny-all': { targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'GatewayClass', name: WAYPOINT_CLASS }] },
      ...admissionsOf(gateways),
      ...output === undefined ? {} : { settings: meshDocument(mesh, config, output) },
    },
    problems: [],
  };
}
