import { proxyOfMachine } from './machine-proxy';
import { Workload } from './workload';
import { Mesh } from '../request/mesh-settings';
import { ProxyKind } from '../request/request';
import { Inventory, Labels } from '../resources/inventory';
import { fullName } from '../resources/policy';

/** The proxy of a workload, with what was found out about it. */
export interface FoundProxy {
  /** Undefined for none. */
  readonly kind?: ProxyKind;
  readonly note?: string;
}

/** The proxy that captures the traffic of a workload. */
export function proxyOfWorkload(inventory: Inventory, mesh: Mesh, workload: Workload): FoundProxy {
  if (workload.machine) return proxyOfMachine(workload);
  const known = inventory.namespaceLabels(workload.namespace);
  const pod = podProxy(workload);
  if (workload.podSpec?.hostNetwork) return { note: `'${fullName(workload)}' runs on the network of its host` };
  if (pod === 'sidecar') return { kind: ProxyKind.SIDECAR };
  const namespace = known ?? {};
  if (pod === undefined && hasInjection(namespace)) return { kind: ProxyKind.SIDECAR };
  const mode = workload.labels['istio.io/dataplane-mode'] ?? namespace['istio.io/dataplane-mode'];
  if (mode === 'ambient') return { kind: ProxyKind.ZTUNNEL };
  if (known || pod !== undefined || mode !== undefined) return { note: `'${fullName(workload)}' is not in the mesh` };
  return { kind: mesh.defaultProxy, note: `namespace '${workload.namespace}' is not in the manifests; its workloads are taken to have the default proxy` };
}

/** What a pod says about its own sidecar, which it may have already; the label beats the annotation. */
function podProxy({ labels, annotations }: Workload): 'sidecar' | 'no sidecar' | undefined {
  if (annotations['sidecar.istio.io/status'] !== undefined) return 'sidecar';
  const inject = labels['sidecar.istio.io/inject'] ?? annotations['sidecar.istio.io/inject'];
  if (inject === 'true') return 'sidecar';
  return inject === 'false' ? 'no sidecar' : undefined;
}

const INBOUND_PORTS = 'traffic.sidecar.istio.io/includeInboundPorts';
const EXCLUDED_PORTS = 'traffic.sidecar.istio.io/excludeInboundPorts';

/** Whether a sidecar gets the connections to a port at all. */
export function isCaptured({ annotations }: Workload, port: number): boolean {
  const listed = (text: string) => text.split(',').map(part => part.trim()).includes(String(port));
  const included = annotations[INBOUND_PORTS] ?? '*';
  return (included === '*' || listed(included)) && !listed(annotations[EXCLUDED_PORTS] ?? '');
}

/** Whether the labels of a namespace give its pods a sidecar. */
export function hasInjection(namespace: Labels): boolean {
  if (namespace['istio-injection'] !== undefined) return namespace['istio-injection'] === 'enabled';
  return namespace['istio.io/rev'] !== undefined;
}
