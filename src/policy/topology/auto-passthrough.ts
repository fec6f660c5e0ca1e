import { hostRules } from './destination-rule';
import { ServerHost } from './gateway-server';
import { isWithin } from './host-name';
import { portsOf } from './service';
import { Workload } from './workload';
import { Mesh } from '../request/mesh-settings';
import { Inventory } from '../resources/inventory';
import { Resource } from '../resources/policy';

/** A host of the mesh, and its ports. */
interface MeshHost {
  readonly namespace: string;
  readonly name: string;
  readonly ports: readonly number[];
}

/** The server names for which a gateway between networks passes TLS on: those of the clusters of every Service and subset that its hosts cover. */
export function clusterNames(inventory: Inventory, mesh: Mesh, pods: Workload, hosts: readonly ServerHost[]): string[] {
  const covered = [...services(inventory, pods), ...entries(inventory, pods)].filter(({ name }) => hosts.some(host => isWithin(name, host.name)));
  return covered.flatMap(({ namespace, name, ports }) => {
    const named = hostRules(inventory, mesh, pods, { namespace, name }).flatMap(({ subsets }) => subsets.flatMap(subset => subset.name ?? []));
    const subsets = new Set(['', ...named]);
    return ports.flatMap(port => [...subsets].map(subset => `outbound_.${port}_.${subset}_.${name}`));
  });
}

const EXPORT_TO = 'networking.istio.io/exportTo';

function services(inventory: Inventory, pods: Workload): MeshHost[] {
  const inMesh = inventory.all('Service').filter(service => service.spec.type !== 'ExternalName' && isVisible(service, service.meta.annotations?.[EXPORT_TO]?.split(','), pods));
  return inMesh.map(service => ({ namespace: service.namespace, name: `${service.name}.${service.namespace}.svc.cluster.local`, ports: portsOf(service).flatMap(({ port }) => port ?? []) }));
}

function entries(inventory: Inventory, pods: Workload): MeshHost[] {
  const inMesh = inventory.all('ServiceEntry').filter(entry => entry.spec.location === 'MESH_INTERNAL' && isVisible(entry, entry.spec.exportTo, pods));
  return inMesh.flatMap(({ namespace, spec: { hosts = [], ports = [] } }) => hosts.map(host =>
    ({ namespace, name: host.toLowerCase(), ports: ports.filter(({ protocol }) => protocol !== 'UDP').flatMap(({ number }) => number ?? []) })));
}

function isVisible({ namespace }: Resource<unknown>, exportTo: readonly string[] = [], pods: Workload): boolean {
  const to = exportTo.map(name => name.trim());
  return to.length === 0 || to.some(name => name === '*' || name === pods.namespace || name === '.' && namespace === pods.namespace);
}
