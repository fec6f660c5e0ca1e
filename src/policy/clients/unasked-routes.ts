import { clientRoutes } from './client-route';
import { IdentityClient } from './identity-clients';
import { sidecarScopes } from './sidecar-scope';
import { unique } from '../../util/text';
import { Mesh } from '../request/mesh-settings';
import { ProxyKind, RequestDestination } from '../request/request';
import { addressed } from '../services/addressed';
import { ControlPlanes } from '../workloads/control-planes';

/** What to say of routes of the sidecars of clients that are known by their identity only: what they send is taken to arrive as the request says. */
export function unaskedRoutes(planes: ControlPlanes, mesh: Mesh, clients: readonly IdentityClient[], destination: RequestDestination): string[] {
  const { service, serviceEntry, proxy } = destination;
  if (proxy !== undefined || (service ?? serviceEntry) === undefined) return [];
  return unique(clients.filter(client => client.proxy === ProxyKind.SIDECAR).flatMap(client => {
    const read = planes.readBy(client.revision);
    const { known: host, port, name } = addressed(read, mesh, destination, client.namespace);
    const routes = host ? sidecarScopes(read, mesh, client).flatMap(scope => clientRoutes(read, mesh, { client, scope, host, port })) : [];
    return routes.map(route =>
      `${route.name} tells the client's sidecar where to send what is for ${name}, and may change it: that is evaluated where source.workload names the client`);
  }));
}
