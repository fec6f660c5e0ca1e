import { behindService } from './behind';
import { KnownService } from './known-service';
import { endpointPort, Service, servicePort } from './service';
import { ServiceEntry, targetOfEntryPort, workloadAt, workloadsOfEntry } from './service-entry';
import { Mesh } from '../request/mesh-settings';
import { Inventory, Labels } from '../resources/inventory';
import { MANAGED, WAYPOINT_CONTROLLER } from '../workloads/label-names';
import { acceptsMutualTls, hasTunnelLabel } from '../workloads/machine-proxy';
import { tunnelTo } from '../workloads/tunnel';
import { machineOf, Workload } from '../workloads/workload';
import { proxyOfWorkload } from '../workloads/workload-proxy';

/** One of the places behind a host, as proxies of clients know it. */
export interface Endpoint {
  /** Undefined where the manifests do not have what is there. */
  readonly workload?: Workload;
  /** The address, or the name that is looked up, of what is no workload of the manifests. */
  readonly address?: string;
  readonly namespace: string;
  /** By which PeerAuthentications and subsets know it. */
  readonly labels: Labels;
  /** Undefined where the manifests do not tell. */
  readonly port?: number;
  readonly takesHbone: boolean;
  /** Whether it says that it takes Istio's mutual TLS. */
  readonly takesMutualTls: boolean;
}

/** What is behind a host, on one of its ports. */
export function endpointsOf(inventory: Inventory, mesh: Mesh, known: KnownService, port: number): Endpoint[] {
  const { service, entry, pods } = known;
  if (pods) return [ofWorkload(inventory, mesh, pods, port)];
  if (service) return endpointsOfService(inventory, mesh, service, port);
  return entry ? endpointsOfEntry(inventory, mesh, entry, known, port) : [];
}

function endpointsOfService(inventory: Inventory, mesh: Mesh, service: Service, port: number): Endpoint[] {
  const found = servicePort(service, port);
  return behindService(inventory, service).map(({ workload, byAddressOnly, sliced }) => {
    const target = found && endpointPort(found, workload, sliced);
    return byAddressOnly ? ofAddress(inventory, mesh, workload.ips[0], service.namespace, target) : ofWorkload(inventory, mesh, workload, target);
  });
}

/** An endpoint that is a workload: pods have the labels that injection gives them. */
export function ofWorkload(inventory: Inventory, mesh: Mesh, workload: Workload, port: number | undefined): Endpoint {
  const { hbone, note } = tunnelTo(inventory, mesh, workload);
  const labels = workload.kind === 'Gateway' ? workload.labels : proxyOfWorkload(inventory, mesh, workload).labels;
  return {
    workload,
    namespace: workload.namespace,
    labels,
    port,
    // what is assumed of sidecars holds for clients in ambient mode: without them nothing takes HBONE
    takesHbone: hbone && note === undefined || labels[MANAGED] === WAYPOINT_CONTROLLER,
    takesMutualTls: acceptsMutualTls({ ...workload, labels }),
  };
}

/** An endpoint of which only the address is known: it has no labels, but a tunnel where the workload of that address has one. */
function ofAddress(inventory: Inventory, mesh: Mesh, address: string, namespace: string, port: number | undefined): Endpoint {
  const workload = workloadAt(inventory, address);
  const { hbone = false, note } = workload ? tunnelTo(inventory, mesh, workload) : {};
  return { workload, address, namespace, labels: {}, port, takesHbone: hbone && note === undefined, takesMutualTls: false };
}

function endpointsOfEntry(inventory: Inventory, mesh: Mesh, entry: ServiceEntry, { name, resolution }: KnownService, port: number): Endpoint[] {
  const { workloadSelector, endpoints = [], ports = [] } = entry.spec;
  const { namespace } = entry;
  const found = ports.find(({ number }) => number === port);
  const target = (of: Pick<Workload, 'machine'>) => found && targetOfEntryPort(found, of);
  if (resolution === 'NONE') return [];
  if (workloadSelector) {
    return workloadsOfEntry(inventory, mesh, entry).map(workload => ofWorkload(inventory, mesh, workload, target(workload)));
  }
  if (endpoints.length === 0 && resolution === 'DNS') return [{ address: name, namespace, labels: {}, port, takesHbone: false, takesMutualTls: false }];
  return endpoints.map(spec => {
    const { address = '' } = spec;
    const machine = machineOf('endpoint', { namespace, name: address }, spec);
    const there = ofAddress(inventory, mesh, address, namespace, target(machine));
    return { ...there, labels: machine.labels, takesHbone: there.takesHbone || hasTunnelLabel(machine), takesMutualTls: acceptsMutualTls(machine) };
  });
}
