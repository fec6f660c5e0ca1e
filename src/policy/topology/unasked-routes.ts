import { addressed } from './addressed';
import { clientRoutes } from './client-route';
import { Client } from './destination-rule';
import { roleOfPods } from './gateway-pods';
import { sidecarScopes } from './sidecar-scope';
import { WaypointClients } from './waypoint-clients';
import { proxyOfWorkload } from './workload-proxy';
import { unique } from '../../util/text';
import { clientNamespace } from '../request/connection';
import { Mesh } from '../request/mesh-settings';
import { ProxyKind, RequestDestination } from '../request/request';
import { Inventory } from '../resources/inventory';

/** What to say of routes of the sidecar of a client that is known by its identity only: what it sends is taken to arrive as the request says. */
export function unaskedRoutes(
  inventory: Inventory, mesh: Mesh, clients: WaypointClients, principal: string, destination: RequestDestination,
): string[] {
  const { service, serviceEntry, proxy } = destination;
  if (proxy !== undefined || (service ?? serviceEntry) === undefined) return [];
  return unique(sidecarsOf(inventory, mesh, clients, principal).flatMap(client => {
    const { known: host, port, name } = addressed(inventory, mesh, destination, client.namespace);
    const routes = host ? sidecarScopes(inventory, mesh, client).flatMap(scope => clientRoutes(inventory, mesh, { client, scope, host, port })) : [];
    return routes.map(route =>
      `${route.name} tells the client's sidecar where to send what is for ${name}, and may change it: that is evaluated where source.workload names the client`);
  }));
}

/** The sidecars of what runs as an identity, or may do so in a namespace that has them. */
function sidecarsOf(inventory: Inventory, mesh: Mesh, clients: WaypointClients, principal: string): Client[] {
  const running = clients.runningAs(principal);
  const namespace = clientNamespace(principal);
  const isOfMesh = namespace !== undefined && mesh.trustDomains.some(domain => principal.startsWith(`spiffe://${domain}/`));
  if (running.length === 0) return isOfMesh && clients.proxyIn(namespace) === ProxyKind.SIDECAR ? [{ namespace, labels: {} }] : [];
  return running.filter(workload => roleOfPods(inventory, workload) === undefined).flatMap(workload => {
    const { kind, labels } = proxyOfWorkload(inventory, mesh, workload);
    return kind === ProxyKind.SIDECAR ? [{ namespace: workload.namespace, labels }] : [];
  });
}
