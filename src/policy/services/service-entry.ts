import { Mesh } from '../request/mesh-settings';
import { ServiceEntryVisibility } from '../request/service-entry-visibility';
import { ByKey } from '../resources/by-key';
import { Inventory } from '../resources/inventory';
import { SpecOf } from '../resources/kinds';
import { fullName, haveAges, Resource } from '../resources/policy';
import { selects } from '../workloads/attachment';
import { hostOfService } from '../workloads/host-name';
import { Workload, workloadsOf } from '../workloads/workload';

export type ServiceEntry = Resource<SpecOf<'ServiceEntry'>>;

/** The workloads that a ServiceEntry selects, in its own namespace. */
export function workloadsOfEntry(inventory: Inventory, mesh: Mesh, entry: ServiceEntry): Workload[] {
  return workloadsOf(inventory, entry.namespace).filter(workload => maySelect(workload, mesh) && isSelected(workload, entry));
}

function maySelect({ machine }: Pick<Workload, 'machine'>, mesh: Mesh): boolean { return machine !== undefined || mesh.flag('PILOT_ENABLE_SERVICEENTRY_SELECT_PODS'); }

function isSelected({ labels }: Pick<Workload, 'labels'>, { spec: { workloadSelector } }: ServiceEntry): boolean {
  return Object.keys(workloadSelector?.labels ?? {}).length > 0 && selects(workloadSelector?.labels, labels);
}

/** The workload of the manifests that has an address. */
export function workloadAt(inventory: Inventory, address: string): Workload | undefined {
  return inventory.once(byAddress).candidates([address])[0];
}

function byAddress(inventory: Inventory): ByKey<Workload> {
  const namespaces = new Set([...inventory.all('Pod'), ...inventory.all('WorkloadEntry')].map(({ namespace }) => namespace));
  return new ByKey([...namespaces].flatMap(namespace => workloadsOf(inventory, namespace)), ({ ips }) => ips);
}

/** ServiceEntries that lead to a workload of their namespace, by its labels or its address, oldest first. */
export function entriesOf(inventory: Inventory, mesh: Mesh, workload: Pick<Workload, 'namespace' | 'labels' | 'ips' | 'machine'>): ServiceEntry[] {
  return inventory.of('ServiceEntry', workload.namespace).filter(entry => entry.spec.workloadSelector
    ? maySelect(workload, mesh) && isSelected(workload, entry)
    : entry.spec.endpoints?.some(({ address }) => address !== undefined && workload.ips.includes(address)));
}

/** How clients reach a ServiceEntry. */
export type EntryAddress = 'own' | 'allocated' | 'none';

/**
 * Whether a ServiceEntry has an address that clients in ambient mode call: one of its own, or one that istiod gave it. An entry that is not yet in a cluster
 * is taken to get one.
 */
export function addressOfEntry({ meta, status, spec }: ServiceEntry, mesh: Mesh): EntryAddress {
  if ((spec.addresses ?? []).length > 0) return 'own';
  if (spec.resolution === undefined || spec.resolution === 'NONE') return 'none';
  const isPlanned = status === undefined && meta.creationTimestamp === undefined;
  if (isPlanned) return mesh.has('allocatedAddresses') && mesh.flag('PILOT_ENABLE_IP_AUTOALLOCATE') && mayGetAddress({ meta, spec }) ? 'allocated' : 'none';
  return (status?.addresses ?? []).length > 0 ? 'allocated' : 'none';
}

function mayGetAddress({ meta, spec: { hosts = [] } }: Pick<ServiceEntry, 'meta' | 'spec'>): boolean {
  const asked = meta.labels?.['networking.istio.io/enable-autoallocate-ip'] ?? '';
  return asked.toLowerCase() !== 'false' && hosts.some(host => !host.startsWith('*'));
}

/** Which object ztunnel is told of for a host. */
export interface HostOwner {
  /** Why the ServiceEntry counts for nothing. */
  readonly hidden?: string;
  /** Why it is not known whether it does. */
  readonly unknown?: string;
}

/** Whether ztunnel is told of a host of a ServiceEntry, or of another object of the namespace that has the same host: a Service, or an older ServiceEntry. */
export function ownerOfHost(inventory: Inventory, mesh: Mesh, entry: ServiceEntry, host: string): HostOwner {
  const visibility = visibilityIn(mesh);
  if (visibility === ServiceEntryVisibility.NONE) return { hidden: 'by the settings of the mesh nobody sees a ServiceEntry' };
  if (visibility === ServiceEntryVisibility.BY_POLICIES) return { unknown: 'the settings of the mesh say by rules who sees a ServiceEntry, which are not evaluated' };
  const service = inventory.of('Service', entry.namespace).find(one => host === hostOfService(one) && one.spec.type !== 'ExternalName');
  if (service) return { hidden: `Service ${fullName(service)} has its host` };
  const rivals = inventory.of('ServiceEntry', entry.namespace).filter(({ spec }) => spec.hosts?.includes(host));
  if (rivals[0] === undefined || rivals.length === 1) return {};
  const names = rivals.map(fullName).join(', ');
  if (!haveAges(rivals)) return { unknown: `it is not known which of several ServiceEntries with the host '${host}' is the oldest: ${names}` };
  return rivals[0] === entry ? {} : { hidden: `the older ServiceEntry ${fullName(rivals[0])} has its host` };
}

/** What holds for all hosts of a ServiceEntry; not known where they differ. */
export function ownerOfHosts(inventory: Inventory, mesh: Mesh, entry: ServiceEntry): HostOwner {
  const [first = {}, ...others] = (entry.spec.hosts ?? []).map(host => ownerOfHost(inventory, mesh, entry, host));
  const differs = others.some(({ hidden, unknown }) => (hidden === undefined) !== (first.hidden === undefined) || unknown !== undefined);
  return differs ? { unknown: `other objects have some hosts of ServiceEntry ${fullName(entry)}` } : first;
}

/** Which namespaces see ServiceEntries in ambient mode. */
export function visibilityIn(mesh: Mesh): ServiceEntryVisibility {
  return mesh.has('serviceEntryVisibility') ? mesh.serviceEntryVisibility : ServiceEntryVisibility.PUBLIC;
}

/** A port of a ServiceEntry. */
export type EntryPort = NonNullable<SpecOf<'ServiceEntry'>['ports']>[number];

/** The port of a workload that a port of a ServiceEntry leads to. */
export function targetOfEntryPort({ name = '', number, targetPort }: EntryPort, { machine }: Pick<Workload, 'machine'>): number | undefined {
  return machine?.ports[name] ?? targetPort ?? number;
}
