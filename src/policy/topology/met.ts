import { Hop, Way } from './hop';
import { findWorkloads, servicesOf, Workload } from './workload';
import { clientNamespace } from '../request/connection';
import { Mesh } from '../request/mesh-settings';
import { AccessRequest } from '../request/request';
import { Inventory } from '../resources/inventory';

/** Pods as far as others select them. */
export type Pods = Pick<Workload, 'namespace' | 'name' | 'labels'>;

/** What a request meets on its ways: all that may select it, or be named by it, is found from here. */
export interface Met {
  readonly inventory: Inventory;
  readonly mesh: Mesh;
  readonly request: AccessRequest;
  readonly hops: readonly Hop[];
  /** The pods that it goes to, and those of proxies on the way. */
  readonly pods: readonly Pods[];
  /** Of what it names, of its client and of what is on the way. */
  readonly namespaces: readonly (string | undefined)[];
  /** First labels of the names by which it may call its destination; undefined for any name. */
  readonly hosts?: readonly string[];
  readonly client: Caller;
}

/** Who sends a request, as far as it is known. */
export interface Caller {
  readonly namespace?: string;
  /** Name of its workload; undefined for one that is known by its identity. */
  readonly workload?: string;
}

export function meet(inventory: Inventory, mesh: Mesh, request: AccessRequest, principal: string, ways: readonly Way[]): Met {
  const { destination } = request;
  const hops = ways.flatMap(way => way.hops);
  const client = clientOf(request, principal);
  const addressed = [destination.workload ?? destination.gateway ?? []].flat().map(name => `${destination.namespace}/${name}`);
  const servers = ways.flatMap(({ server }) => server ?? []);
  const pods = [...addressed.flatMap(name => podsNamed(inventory, name)), ...servers, ...hops.map(({ proxy }) => proxy)];
  const namespaces = [destination.namespace, client.namespace, ...pods.map(({ namespace }) => namespace)];
  return { inventory, mesh, request, hops, pods, client, namespaces, hosts: hostsOf(inventory, request, pods) };
}

/** The client by its workload, or by its identity. */
function clientOf({ source }: AccessRequest, principal: string): Caller {
  const [namespace, workload] = source?.workload?.split('/') ?? [];
  return namespace === undefined ? { namespace: clientNamespace(principal) } : { namespace, workload };
}

function podsNamed(inventory: Inventory, fullName: string): Pods[] {
  const [namespace, name] = fullName.split('/');
  return findWorkloads(inventory, namespace, name);
}

function hostsOf(inventory: Inventory, { destination: { service, serviceEntry }, http }: AccessRequest, pods: readonly Pods[]): string[] | undefined {
  if (serviceEntry !== undefined) return undefined;
  const names = [service ?? [], http?.authority ?? [], pods.flatMap(one => servicesOf(inventory, one)).map(({ name }) => name)].flat(2);
  return names.map(firstLabel);
}

/** `api` of `api.shop.svc.cluster.local:80`. */
export function firstLabel(host: string): string {
  return host.toLowerCase().split(/[.:]/)[0];
}
