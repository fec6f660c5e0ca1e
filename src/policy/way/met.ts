import { Hop, Way } from './hop';
import { namesServed } from '../gateways/gateway-names';
import { clientNamespace } from '../request/connection';
import { Mesh } from '../request/mesh-settings';
import { AccessRequest, RequestDestination } from '../request/request';
import { Inventory } from '../resources/inventory';
import { addressed } from '../services/addressed';
import { KnownService } from '../services/known-service';
import { findWorkloads, servicesOf, Workload, workloadsBehind } from '../workloads/workload';

/** Pods as far as others select them. */
export type Pods = Pick<Workload, 'namespace' | 'name' | 'labels'>;

/** What a request meets on its ways: all that may select it, or be named by it, is found from here. */
export interface Met {
  readonly inventory: Inventory;
  readonly mesh: Mesh;
  readonly request: AccessRequest;
  /** What it names, and where routes of its client send it. */
  readonly destinations: readonly RequestDestination[];
  readonly hops: readonly Hop[];
  /** The pods that it goes to, and those of proxies on the way. */
  readonly pods: readonly Pods[];
  /** Of what it names, of its client and of what is on the way. */
  readonly namespaces: readonly (string | undefined)[];
  /** First labels of the names by which it may call its destination; undefined for any name. */
  readonly hosts?: readonly string[];
  /** Names of the Gateways of the Gateway API, and of the ListenerSets, that the pods serve. */
  readonly served: readonly string[];
  readonly client: Caller;
}

/** Where a request may get to. */
export interface Reached {
  readonly destination: RequestDestination;
  readonly way: Way;
}

/** Who sends a request, as far as it is known. */
export interface Caller {
  readonly namespace?: string;
  /** Name of its workload; undefined for one that is known by its identity. */
  readonly workload?: string;
  /** What runs under that name. */
  readonly pods: readonly Pods[];
  /** Whether the server name is asked for that its proxy gives. */
  readonly isNamed: boolean;
}

/** What is known of a client by its identity, and whether the server name that it gives is asked for. */
export interface Asking {
  readonly principal: string;
  readonly isNamed: boolean;
}

export function meet(inventory: Inventory, mesh: Mesh, request: AccessRequest, { principal, isNamed }: Asking, reached: readonly Reached[]): Met {
  const destinations = [...new Set([request.destination, ...reached.map(({ destination }) => destination)])];
  const ways = reached.map(({ way }) => way);
  const hops = ways.flatMap(way => way.hops);
  const client = { ...clientOf(inventory, request, principal), isNamed };
  const called = destinations.flatMap(destination => addressed(inventory, mesh, destination, client.namespace ?? '').known ?? []);
  const behind = called.flatMap(({ service }) => service ? workloadsBehind(inventory, service) : []);
  const servers = [...ways.flatMap(({ server }) => server ?? []), ...behind];
  const pods = [...destinations.flatMap(destination => podsNamed(inventory, destination)), ...servers, ...hops.map(({ proxy }) => proxy)];
  const namespaces = [...destinations.map(({ namespace }) => namespace), client.namespace, ...pods.map(({ namespace }) => namespace)];
  const isAnyHost = destinations.some(({ serviceEntry }) => serviceEntry !== undefined);
  const hosts = isAnyHost ? undefined : hostsOf(inventory, request, called, pods);
  const served = namesServed(inventory, [...pods, ...client.pods]);
  return { inventory, mesh, request, destinations, hops, pods, client, namespaces, hosts, served };
}

/** The client by its workload, or by its identity. */
function clientOf(inventory: Inventory, { source }: AccessRequest, principal: string): Omit<Caller, 'isNamed'> {
  const [namespace, workload] = source?.workload?.split('/') ?? [];
  if (namespace === undefined) return { namespace: clientNamespace(principal), pods: [] };
  return { namespace, workload, pods: findWorkloads(inventory, namespace, workload) };
}

function podsNamed(inventory: Inventory, { namespace, workload, gateway }: RequestDestination): Pods[] {
  const name = workload ?? gateway;
  return name === undefined ? [] : findWorkloads(inventory, namespace, name);
}

function hostsOf(inventory: Inventory, request: AccessRequest, called: readonly KnownService[], pods: Met['pods']): string[] {
  const { destination: { service }, http } = request;
  const services = pods.flatMap(one => servicesOf(inventory, one));
  const names = [service ?? [], http?.authority ?? [], [...called, ...services].map(({ name }) => name)].flat();
  return names.map(firstLabel);
}

/** `api` of `api.shop.svc.cluster.local:80`. */
export function firstLabel(host: string): string {
  return host.toLowerCase().split(/[.:]/)[0];
}
