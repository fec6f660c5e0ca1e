import { Mesh } from '../request/mesh-settings';
import { RequestDestination } from '../request/request';
import { Inventory } from '../resources/inventory';
import { Kind, SpecOf } from '../resources/kinds';
import { Resource } from '../resources/policy';
import { behindEntry, behindService } from '../services/behind';
import { Target } from '../services/target';
import { insteadOf } from '../workloads/missing';
import { findWorkloads, WORKLOAD_KINDS } from '../workloads/workload';

/** What a destination may lead to: one for each workload behind it. */
export function targetsOf(inventory: Inventory, mesh: Mesh, destination: RequestDestination): Target[] {
  const { namespace, service: serviceName, serviceEntry: entryName, workload: name, labels } = destination;
  const service = serviceName === undefined ? undefined : existing(inventory, 'Service', namespace, serviceName, 'service');
  const entry = entryName === undefined ? undefined : existing(inventory, 'ServiceEntry', namespace, entryName, 'serviceEntry');
  if (name === undefined && !service && !entry) {
    throw new Error('destination must name a workload, service, serviceEntry or gateway, got none; add the one that the client addresses');
  }
  if (name === undefined) {
    const behind = service ? behindService(inventory, service) : entry ? behindEntry(inventory, mesh, entry) : [];
    return behind.length === 0 ? [{ destination, service, entry }] : behind.map(one => ({ destination, service, entry, ...one }));
  }
  const known = findWorkloads(inventory, namespace, name);
  const found = known.length === 0 && labels ? [{ kind: 'Pod', namespace, name, labels: {}, annotations: {}, ips: [] }] : known;
  if (found.length === 0) {
    const instead = insteadOf(inventory, WORKLOAD_KINDS, namespace, name);
    throw new Error(`destination.workload must be a workload of the manifests, got '${name}' in namespace '${namespace}'; add its manifest, or state its labels${instead}`);
  }
  return found.map(workload => ({ destination, service, entry, workload: labels ? { ...workload, labels, controller: undefined } : workload }));
}

function existing<K extends Kind>(inventory: Inventory, kind: K, namespace: string, name: string, prop: string): Resource<SpecOf<K>> {
  const found = inventory.find(kind, namespace, name);
  if (!found) throw new Error(`destination.${prop} must be a ${kind} of the manifests, got '${name}' in namespace '${namespace}'; add its manifest${insteadOf(inventory, [kind], namespace, name)}`);
  return found;
}
