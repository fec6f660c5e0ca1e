import { meshDocument } from './mesh-config';
import { ALLOW_NOTHING, STRICT } from './namespace';
import { admissionsOf } from './public-gateway';
import { Rendering } from './rendering';
import { MeshIntent } from '../intent/intent';
import { GATEWAY_API_GROUP } from '../istio/manifest';
import { PolicyTargetReference } from '../istio/selection';

/** The class whose Gateways are waypoints: policies that refer to it, in the root namespace, are for all of them. */
export const ALL_WAYPOINTS: PolicyTargetReference = { group: GATEWAY_API_GROUP, kind: 'GatewayClass', name: 'istio-waypoint' };

/**
 * STRICT for the mesh, and the default deny in its two parts: policies without targetRefs reach sidecars, gateways and ztunnel, but no waypoint.
 * Each gateway admits everyone to its ports. Settings of the mesh are written where the app says so.
 */
export function renderMesh({ mesh, gateways, config = {}, output }: MeshIntent): Rendering {
  return {
    specs: {
      'mtls': STRICT,
      'deny-all': ALLOW_NOTHING,
      'waypoint-deny-all': { targetRefs: [ALL_WAYPOINTS] },
      ...admissionsOf(gateways),
      ...output === undefined ? {} : { settings: meshDocument(mesh, config, output) },
    },
    problems: [],
  };
}
