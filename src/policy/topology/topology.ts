import { Workload } from './workload';
import { clientNamespace } from '../request/connection';
import { Inventory, Labels } from '../resources/inventory';
import { SpecOf } from '../resources/kinds';
import { fullName, Resource } from '../resources/policy';

const USE_WAYPOINT = 'istio.io/use-waypoint';

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
