import { ServerHost } from './gateway-server';
import { hostRules } from '../clients/destination-rule';
import { Mesh } from '../request/mesh-settings';
import { Inventory } from '../resources/inventory';
import { isVisible, knownEntry, KnownService, knownService } from '../services/known-service';
import { isWithin } from '../workloads/host-name';
import { Workload } from '../workloads/workload';

/** The server names for which a gateway between networks passes TLS on: those of the clusters of every Service and subset that its hosts cover. */
export function clusterNames(inventory: Inventory, mesh: Mesh, pods: Workload, hosts: readonly ServerHost[]): string[] {
  const visible = inMesh(inventory).filter(known => isVisible(known, mesh, pods.namespace));
  const covered = visible.filter(({ name }) => hosts.some(host => isWithin(name, host.name)));
  return covered.flatMap(known => {
    const named = hostRules(inventory, mesh, pods, known).flatMap(({ subsets }) => subsets.flatMap(subset => subset.name ?? []));
    const subsets = new Set(['', ...named]);
    return known.ports.flatMap(port => [...subsets].map(subset => `outbound_.${port}_.${subset}_.${known.name}`));
  });
}

function inMesh(inventory: Inventory): KnownService[] {
  const services = inventory.all('Service').filter(({ spec }) => spec.type !== 'ExternalName').map(knownService);
  const entries = inventory.all('ServiceEntry').flatMap(entry => (entry.spec.hosts ?? []).map(host => knownEntry(entry, host)));
  return [...services, ...entries.filter(({ isExternal }) => !isExternal)];
}
