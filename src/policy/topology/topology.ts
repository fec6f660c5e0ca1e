import { Workload } from './workload';
import { clientNamespace } from '../request/connection';
import { Mesh } from '../request/mesh-settings';
import { ProxyKind } from '../request/request';
import { Inventory, Labels } from '../resources/inventory';
import { SpecOf } from '../resources/kinds';
import { fullName, Resource } from '../resources/policy';

const USE_WAYPOINT = 'istio.io/use-waypoint';

/** The proxy of a workload, with what was found out about it. */
export interface FoundProxy {
  /** Undefined for none. */
  readonly kind?: ProxyKind;
  readonly note?: string;
}

/** The proxy that captures the traffic of a workload. */
export function proxyOfWorkload(inventory: Inventory, mesh: Mesh, workload: Workload): FoundProxy {
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

/** What a pod says about its own sidecar; the label beats the annotation. */
function podProxy({ labels, annotations }: Workload): 'sidecar' | 'no sidecar' | undefined {
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

function hasInjection(namespace: Labels): boolean {
  if (namespace['istio-injection'] !== undefined) return namespace['istio-injection'] === 'enabled';
  return namespace['istio.io/rev'] !== undefined;
}

/** Whether the client's connections go past waypoints: it is plaintext, or its namespace has sidecars. */
export function bypassesWaypoints(inventory: Inventory, principal: string): boolean {
  if (principal === '') return true;
  const namespace = clientNamespace(principal);
  return namespace !== undefined && hasInjection(inventory.namespaceLabels(namespace) ?? {});
}

/** What a client addresses: a Service or ServiceEntry, or else the pod itself. */
export interface Addressed {
  readonly namespace: string;
  readonly object?: Resource<unknown>;
  readonly workload?: Workload;
  /** The waypoint that the request names. */
  readonly waypoint?: string;
}

/** A waypoint on the way. */
export interface FoundWaypoint {
  readonly gateway?: Resource<SpecOf<'KubernetesGateway'>>;
  readonly note?: string;
  /** Why it is not known what the waypoint does. */
  readonly unknown?: string;
}

/** The waypoint on the way to what the client addresses, if there is one. */
export function waypointFor(inventory: Inventory, addressed: Addressed): FoundWaypoint {
  const { namespace, waypoint } = addressed;
  const wanted = waypoint === undefined ? labelledWaypoint(inventory, addressed) : splitName(waypoint, namespace);
  if (!wanted) return {};
  const name = fullName(wanted);
  const gateway = inventory.find('KubernetesGateway', wanted.namespace, wanted.name);
  if (!gateway) return { note: `the waypoint ${name} is not in the manifests; without it traffic goes straight to the pod` };
  const { gatewayClassName } = gateway.spec;
  if (gatewayClassName !== 'istio-waypoint') return { unknown: `the waypoint ${name} is of class '${gatewayClassName ?? ''}', which is not evaluated` };
  const serves = gateway.meta.labels?.['istio.io/waypoint-for'] ?? 'service';
  if (waypoint !== undefined || serves === 'all' || serves === (addressed.object ? 'service' : 'workload')) return { gateway };
  return { note: `the waypoint ${name} is for traffic to a ${serves} only` };
}

interface Name {
  readonly namespace: string;
  readonly name: string;
}

function labelledWaypoint(inventory: Inventory, { namespace, object, workload }: Addressed): Name | undefined {
  const own: Labels = (object ? object.meta.labels : workload?.labels) ?? {};
  const labels = own[USE_WAYPOINT] === undefined ? inventory.namespaceLabels(namespace) ?? {} : own;
  const name = labels[USE_WAYPOINT];
  if (name === undefined || name === 'none') return undefined;
  return { namespace: labels[`${USE_WAYPOINT}-namespace`] ?? namespace, name };
}

function splitName(name: string, namespace: string): Name {
  const slash = name.indexOf('/');
  return slash < 0 ? { namespace, name } : { namespace: name.slice(0, slash), name: name.slice(slash + 1) };
}
