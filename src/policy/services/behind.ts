import { Service, SlicePorts } from './service';
import { workloadAt, workloadsOfEntry, ServiceEntry } from './service-entry';
import { Mesh } from '../request/mesh-settings';
import { Inventory } from '../resources/inventory';
import { fullName, Resource } from '../resources/policy';
import { SERVICE_NAME } from '../workloads/label-names';
import { findWorkloads, machineOf, Workload, workloadsBehind } from '../workloads/workload';

/** A workload behind a Service or ServiceEntry. */
export interface Behind {
  readonly workload: Workload;
  /** Whether istiod is told of its address only, so that ztunnel takes it for something outside of the mesh, and sends it plaintext. */
  readonly byAddressOnly?: boolean;
  /** The ports of the EndpointSlice that names it. */
  readonly sliced?: SlicePorts;
}

/** What is behind a Service: what it selects, and what EndpointSlices name. Nothing is behind another name for a host, whatever it selects. */
export function behindService(inventory: Inventory, service: Service): Behind[] {
  if (service.spec.type === 'ExternalName') return [];
  if (Object.keys(service.spec.selector ?? {}).length === 0) return behindSlices(inventory, service, () => true);
  const selected = workloadsBehind(inventory, service);
  // those of the controller name what is selected
  const written = behindSlices(inventory, service, ({ meta }) => meta.labels?.[MANAGED_BY] !== CONTROLLER);
  const isSelected = ({ workload }: Behind) => selected.some(one => one.kind === workload.kind && fullName(one) === fullName(workload));
  return [...selected.map(workload => ({ workload })), ...written.filter(one => !isSelected(one))];
}

export const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by';
export const CONTROLLER = 'endpointslice-controller.k8s.io';

function behindSlices(inventory: Inventory, service: Service, isMeant: (slice: Resource<unknown>) => boolean): Behind[] {
  const slices = inventory.of('EndpointSlice', service.namespace).filter(slice => slice.meta.labels?.[SERVICE_NAME] === service.name && isMeant(slice));
  const named = slices.flatMap(({ spec: { endpoints = [], ports } }) => endpoints.map(endpoint => ({ ...endpoint, ports })));
  return named.flatMap(({ addresses: [address] = [], targetRef: { kind, namespace = service.namespace, name = '' } = {}, ports }) => {
    const pod = kind === 'Pod' ? findWorkloads(inventory, namespace, name).find(found => found.kind === 'Pod') : undefined;
    if (pod) return [{ workload: pod, sliced: ports }];
    return address === undefined ? [] : [{ workload: atAddress(inventory, service, address), byAddressOnly: true, sliced: ports }];
  });
}

/** What is behind a ServiceEntry: what it selects, else its endpoints. */
export function behindEntry(inventory: Inventory, mesh: Mesh, entry: ServiceEntry): Behind[] {
  const { workloadSelector, endpoints = [] } = entry.spec;
  if (workloadSelector) return workloadsOfEntry(inventory, mesh, entry).map(workload => ({ workload }));
  return endpoints.map(endpoint => ({ workload: workloadAt(inventory, endpoint.address ?? '') ?? machineOf('endpoint', { namespace: entry.namespace, name: endpoint.address ?? '' }, endpoint), byAddressOnly: true }));
}

function atAddress(inventory: Inventory, { namespace }: Resource<unknown>, address: string): Workload {
  return workloadAt(inventory, address) ?? machineOf('endpoint', { namespace, name: address }, { address });
}
