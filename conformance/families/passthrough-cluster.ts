import { Cluster } from '../../src/policy/clients/cluster';
import { isMarked, usesTunnel } from '../../src/policy/clients/sent-transport';
import { distinctServers } from '../../src/policy/gateways/gateway-merge';
import { classicSources } from '../../src/policy/gateways/gateway-server';
import { Mesh } from '../../src/policy/request/mesh-settings';
import { ProxyKind } from '../../src/policy/request/request';
import { Inventory } from '../../src/policy/resources/inventory';
import { Endpoint } from '../../src/policy/services/endpoint';
import { Workload } from '../../src/policy/workloads/workload';

/** Whether the pods of a classic gateway know where mutual TLS goes by the server name in it: one server is enough, also if another protocol has its port. */
export function passesServerNames(inventory: Inventory, mesh: Mesh, pods: Workload): boolean {
  return distinctServers(classicSources(inventory, mesh, pods)).some(servers => servers.some(({ tls }) => tls?.mode === 'AUTO_PASSTHROUGH'));
}

/** Where a gateway passes on what is meant for a host: only to what takes mutual TLS, and not through tunnels, as the client has to see the end. */
export function passedThrough(inventory: Inventory, mesh: Mesh, cluster: Cluster): Endpoint[] {
  const modes = cluster.settings.map(({ endpointMode }) => endpointMode);
  const takes = (endpoint: Endpoint) => modes.some(mode => isMarked(inventory, mesh, endpoint, mode).includes(true));
  return cluster.endpoints.filter(endpoint => takes(endpoint) && !usesTunnel(mesh, ProxyKind.GATEWAY, endpoint));
}
