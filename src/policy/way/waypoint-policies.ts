import { bindingOfObject, bindingOfWorkload } from './waypoint-binding';
import { Mesh } from '../request/mesh-settings';
import { Inventory } from '../resources/inventory';
import { AuthorizationResource } from '../resources/policy';
import { entriesOf } from '../services/service-entry';
import { identityOfWaypoint } from '../workloads/waypoint';
import { servicesOf, Workload } from '../workloads/workload';

/** The ALLOW policies that istiod makes at ztunnel for each waypoint that a workload is behind, if it is told to: whoever else wants in then needs another. */
export function waypointPolicies(inventory: Inventory, mesh: Mesh, workload: Workload): AuthorizationResource[] {
  if (!mesh.flag('PILOT_AUTO_ALLOW_WAYPOINT_POLICY')) return [];
  const bindings = [
    bindingOfWorkload(inventory, mesh, workload),
    ...servicesOf(inventory, workload).map(object => bindingOfObject(inventory, mesh, { kind: 'Service', object })),
    ...entriesOf(inventory, mesh, workload).map(object => bindingOfObject(inventory, mesh, { kind: 'ServiceEntry', object })),
  ];
  return [...new Set(bindings.flatMap(({ waypoint }) => waypoint?.gateway ?? []))].map(gateway => ({
    namespace: gateway.namespace,
    name: `istio_allow_waypoint_${gateway.namespace}_${gateway.name}`,
    location: gateway.location,
    meta: {},
    spec: { rules: [{ from: [{ source: { principals: [identityOfWaypoint(gateway, mesh).replace(/^spiffe:\/\//, '')] } }] }] },
  }));
}
