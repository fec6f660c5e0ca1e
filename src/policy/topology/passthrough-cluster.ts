import { selects } from './attachment';
import { Cluster } from './cluster';
import { Endpoint } from './endpoint';
import { isMarked, usesTunnel } from './sent-transport';
import { Mesh } from '../request/mesh-settings';
import { ProxyKind } from '../request/request';
import { Inventory, Labels } from '../resources/inventory';

/** Whether the pods of a classic gateway pass on the mutual TLS of their clients, by the server name in it. */
export function passesServerNames(inventory: Inventory, labels: Labels): boolean {
  return inventory.all('Gateway').some(({ spec: { selector, servers = [] } }) =>
    selects(selector, labels) && servers.some(({ tls }) => tls?.mode === 'AUTO_PASSTHROUGH'));
}

/** Where a gateway passes on what is meant for a host: only to what takes mutual TLS, and not through tunnels, as the client has to see the end. */
export function passedThrough(inventory: Inventory, mesh: Mesh, cluster: Cluster): Endpoint[] {
  const modes = cluster.settings.map(({ endpointMode }) => endpointMode);
  const takes = (endpoint: Endpoint) => modes.some(mode => isMarked(inventory, mesh, endpoint, mode).includes(true));
  return cluster.endpoints.filter(endpoint => takes(endpoint) && !usesTunnel(mesh, ProxyKind.GATEWAY, endpoint));
}
