import { Client } from './client';
import { Mesh } from '../request/mesh-settings';
import { Inventory } from '../resources/inventory';
import { SpecOf } from '../resources/kinds';
import { fullName, oldestOf, Resource } from '../resources/policy';
import { selects } from '../workloads/attachment';
import { Host, isWithin, overlap } from '../workloads/host-name';

type SidecarResource = Resource<SpecOf<'Sidecar'>>;

/** What a sidecar knows of the mesh, and what it does with the rest. */
export interface SidecarScope {
  /** The Sidecar that says so, such as `shop/default`; undefined where all is known. */
  readonly by?: string;
  /** Whether what is not known is blocked. */
  readonly registryOnly: boolean;
  /** Whether the sidecar knows a host, on a port. */
  knows(host: Host, port: number): boolean;
  /** Whether it goes by routes of a namespace for some hosts, where it is called on a port. */
  goesBy(routes: RoutesOfNamespace, port: number): boolean;
  /** Whether a route that it goes by, for what is called on a port, makes what it leads to known: all but other ports than that of a listener that has one. */
  knowsByRoute(called: number, port: number): boolean;
}

/** The hosts that routes of a namespace are for, in full. */
export interface RoutesOfNamespace {
  readonly namespace: string;
  readonly hosts: readonly string[];
}

/** The scope of a client's sidecar; several where manifests do not tell which Sidecar is the oldest. One counts, and what it does not say is not taken from another. */
export function sidecarScopes(inventory: Inventory, mesh: Mesh, client: Client): SidecarScope[] {
  const own = inventory.of('Sidecar', client.namespace);
  const selecting = own.filter(({ spec }) => spec.workloadSelector && selects(spec.workloadSelector.labels, client.labels));
  const general = (list: readonly SidecarResource[]) => list.filter(({ spec }) => !spec.workloadSelector);
  const candidates = [selecting, general(own), general(inventory.of('Sidecar', mesh.rootNamespace))].find(list => list.length > 0) ?? [];
  if (candidates.length === 0) return [{ registryOnly: mesh.outbound.registryOnly, knows: () => true, goesBy: () => true, knowsByRoute: () => true }];
  return oldestOf(candidates).map(sidecar => scopeOf(sidecar, mesh, client));
}

function scopeOf(sidecar: SidecarResource, mesh: Mesh, client: Client): SidecarScope {
  const { egress = [], outboundTrafficPolicy } = sidecar.spec;
  const listenersOf = (port: number) => {
    const ofPort = egress.filter(listener => listener.port?.number === port);
    return ofPort.length > 0 ? ofPort : egress.filter(listener => listener.port === undefined);
  };
  const isAny = (port: number, holds: (hosts: Listed) => boolean) =>
    egress.length === 0 || listenersOf(port).some(({ hosts = [] }) => holds(listed(hosts, client)));
  return {
    by: fullName(sidecar),
    // a policy without mode is REGISTRY_ONLY
    registryOnly: outboundTrafficPolicy ? (outboundTrafficPolicy.mode ?? 'REGISTRY_ONLY') === 'REGISTRY_ONLY' : mesh.outbound.registryOnly,
    knows: (host, port) => isAny(port, hosts => isImported(hosts, host)),
    goesBy: (routes, port) => isAny(port, hosts => areImported(hosts, routes)),
    knowsByRoute: (called, port) => called === port || listenersOf(called).every(listener => listener.port === undefined),
  };
}

/** What a Sidecar lists, and what it leaves out. */
interface Listed {
  readonly hosts: readonly ListedHost[];
  readonly without: readonly ListedHost[];
}

/** Of any namespace where it names none. */
interface ListedHost { readonly namespace?: string; readonly name: string }

/** Hosts are `namespace/name`, where `.` is the client's own namespace, and `~` before it leaves out. */
function listed(written: readonly string[], client: Client): Listed {
  const read = (entry: string): ListedHost => {
    const slash = entry.indexOf('/');
    const [namespace, name] = [entry.slice(0, slash), entry.slice(slash + 1)];
    return { namespace: namespace === '*' || namespace === '' ? undefined : namespace === '.' ? client.namespace : namespace, name };
  };
  const isLeftOut = (entry: string) => entry.startsWith('~');
  return { hosts: written.filter(entry => !isLeftOut(entry)).map(read), without: written.filter(isLeftOut).map(entry => read(entry.slice(1))) };
}

function isIn(namespace: string, listedHost: ListedHost): boolean { return listedHost.namespace === undefined || listedHost.namespace === namespace; }

function isImported({ hosts, without }: Listed, host: Host): boolean {
  const matches = (one: ListedHost) => isIn(host.namespace, one) && isWithin(host.name, one.name);
  return !without.some(matches) && hosts.some(matches);
}

/** Routes come with any of their hosts that is listed, also with a wildcard that stands for one. */
function areImported({ hosts, without }: Listed, routes: RoutesOfNamespace): boolean {
  const isOf = (one: ListedHost) => isIn(routes.namespace, one);
  return routes.hosts.some(host =>
    !without.some(one => isOf(one) && isWithin(host, one.name)) && hosts.some(one => isOf(one) && overlap(host, one.name)));
}
