import { clusterIpsOf, isHeadless, portsOf, Service } from './service';
import { ServiceEntry } from './service-entry';
import { exportsTo } from './visibility';
import { commaSeparated } from '../../util/text';
import { Mesh } from '../request/mesh-settings';
import { ByKey } from '../resources/by-key';
import { Inventory } from '../resources/inventory';
import { Host, hostOfService, lowerCase } from '../workloads/host-name';
import { EXPORT_TO } from '../workloads/label-names';
import { Workload } from '../workloads/workload';

/** How the addresses behind a host are found: by the cluster address, as they are called, as they are listed, or by DNS. */
export type Resolution = 'ADDRESS' | 'HEADLESS' | 'STATIC' | 'DNS' | 'NONE';

/** A Service or a ServiceEntry as istiod knows it, by one host. */
export interface KnownService extends Host {
  readonly service?: Service;
  readonly entry?: ServiceEntry;
  /** The pods of a gateway, where Istio makes the Service for them. */
  readonly pods?: Workload;
  readonly resolution: Resolution;
  /** Whether it is outside the mesh. */
  readonly isExternal?: boolean;
  readonly ports: readonly number[];
  /** Addresses that clients call, as far as they are known. */
  readonly ips: readonly string[];
}

export function knownService(service: Service): KnownService {
  const { namespace } = service;
  return {
    namespace,
    name: hostOfService(service),
    service,
    resolution: isHeadless(service) ? 'HEADLESS' : 'ADDRESS',
    ports: portsOf(service).flatMap(({ port }) => port ?? []),
    ips: clusterIpsOf(service),
  };
}

/** A ServiceEntry without a location is outside the mesh. */
export function knownEntry(entry: ServiceEntry, host = entry.spec.hosts?.[0] ?? ''): KnownService {
  const { namespace, spec: { resolution = 'NONE', location, ports = [], addresses = [] } } = entry;
  return {
    namespace,
    name: host.toLowerCase(),
    entry,
    resolution: resolution === 'STATIC' || resolution === 'NONE' ? resolution : 'DNS',
    isExternal: location !== 'MESH_INTERNAL',
    ports: ports.filter(({ protocol }) => protocol !== 'UDP').flatMap(({ number }) => number ?? []),
    ips: addresses,
  };
}

/** What clients of a namespace know under a host: a Service wins over a ServiceEntry, and one of their own namespace over others. */
export function serviceOfHost(inventory: Inventory, mesh: Mesh, host: string, client: string): KnownService | undefined {
  const [, name, namespace] = /^([^.]+)\.([^.]+)\.svc\.cluster\.local$/.exec(host) ?? [];
  const service = name === undefined ? undefined : inventory.find('Service', namespace, name);
  if (service) return knownService(service);
  const entries = inventory.once(entriesByHost).candidates([host]);
  const visible = entries.map(entry => knownEntry(entry, host)).filter(known => isVisible(known, mesh, client));
  return visible.find(known => known.namespace === client) ?? visible[0];
}

function entriesByHost(inventory: Inventory): ByKey<ServiceEntry> {
  return new ByKey(inventory.all('ServiceEntry'), ({ spec: { hosts = [] } }) => lowerCase(hosts));
}

/** Whether proxies of a namespace are told of a host at all. */
export function isVisible({ namespace, service, entry }: KnownService, { outbound }: Mesh, client: string): boolean {
  const written = service?.meta.annotations?.[EXPORT_TO];
  return exportsTo(written === undefined ? entry?.spec.exportTo : commaSeparated(written), outbound.serviceExportTo, namespace, client);
}
