import { Client } from './client';
import { isForSidecar } from './client-match';
import { ConnectionRoute, RouteRule, rulesOfVirtualService, targetsOf } from './route-rule';
import { serviceRoutes } from './service-routes';
import { SidecarScope } from './sidecar-scope';
import { Mesh } from '../request/mesh-settings';
import { ByKey } from '../resources/by-key';
import { Inventory } from '../resources/inventory';
import { SpecOf } from '../resources/kinds';
import { byAge, fullName, oldestOf, Resource } from '../resources/policy';
import { ConnectionRule } from '../resources/route-kinds';
import { KnownService } from '../services/known-service';
import { exportList, exportsTo } from '../services/visibility';
import { fullHost, Host, isWithin, lowerCase } from '../workloads/host-name';

type VirtualService = Resource<SpecOf<'VirtualService'>>;

/** What routes a client's requests to a host; for its sidecar, the rules that are there for it and the port it dials. */
export interface ClientRoute {
  /** `VirtualService shop/api` */
  readonly name: string;
  /** Undefined where it does not concern HTTP on this port. */
  readonly http?: readonly RouteRule[];
  /** The same for connections. */
  readonly connections?: readonly ConnectionRoute[];
}

/** Who dials what. */
export interface Dialled {
  readonly client: Client;
  readonly scope: SidecarScope;
  readonly host: KnownService;
  readonly port: number;
}

/** What routes requests that a sidecar sends to a host: several where manifests do not tell which is the oldest; none without routes. */
export function clientRoutes(inventory: Inventory, mesh: Mesh, dialled: Dialled): ClientRoute[] {
  const services = virtualServicesFor(inventory, mesh, dialled);
  const { client, scope, host, port } = dialled;
  const known = (namespace: string) => scope.goesBy({ namespace, hosts: [host.name] }, port) ? namespace : undefined;
  const merged = serviceRoutes(inventory, { own: known(client.namespace), other: known(host.namespace) }, host, port) ?? [];
  return [...services.map(service => ofVirtualService(service, dialled)), merged].flat().filter(({ http, connections }) => http ?? connections);
}

/** The first counts: those of the client's own namespace, then those that are exported to it, then those for all, the oldest first; the host itself before wildcards. */
function virtualServicesFor(inventory: Inventory, mesh: Mesh, { client, scope, host, port }: Dialled): readonly VirtualService[] {
  const isImported = ({ namespace, spec: { hosts = [] } }: VirtualService) =>
    scope.goesBy({ namespace, hosts: lowerCase(hosts.map(one => fullHost(one, namespace))) }, port);
  const known = virtualServicesOf(inventory, host).filter(service => isOfMesh(service, client, host, mesh) && isImported(service));
  const rank = (service: VirtualService) => exportRank(service, mesh, client) + (isExact(service, host) ? 0 : EXPORT_RANKS);
  const first = Math.min(...known.map(rank));
  return oldestOf(known.filter(service => rank(service) === first).sort(byAge));
}

/** The VirtualServices that may be for a host. */
export function virtualServicesOf(inventory: Inventory, { name }: Host): readonly VirtualService[] {
  return inventory.once(byHost).candidates([name]);
}

function byHost(inventory: Inventory): ByKey<VirtualService> {
  return new ByKey(inventory.all('VirtualService'), ({ namespace, spec: { hosts = [] } }) => {
    const names = lowerCase(hosts.map(one => fullHost(one, namespace)));
    return names.some(name => name.startsWith('*')) ? undefined : names;
  });
}

/** Whether a VirtualService is for a host, and for proxies of a client that are no gateways. */
export function isOfMesh({ namespace, spec }: VirtualService, client: Client, host: Host, { outbound }: Mesh): boolean {
  const { gateways = [], exportTo, hosts = [] } = spec;
  if (gateways.length > 0 && !gateways.includes('mesh')) return false;
  if (!exportsTo(exportTo, outbound.virtualServiceExportTo, namespace, client.namespace)) return false;
  return hosts.some(one => standsFor(one, namespace, host));
}

function standsFor(written: string, namespace: string, { name }: Host): boolean {
  return isWithin(name, fullHost(written, namespace).toLowerCase());
}

const EXPORT_RANKS = 3;

function exportRank({ namespace, spec: { exportTo } }: VirtualService, { outbound }: Mesh, client: Client): number {
  if (exportList(exportTo, outbound.virtualServiceExportTo).includes('*')) return 2;
  return namespace === client.namespace ? 0 : 1;
}

function isExact({ namespace, spec: { hosts = [] } }: VirtualService, host: Host): boolean {
  return hosts.some(one => fullHost(one, namespace).toLowerCase() === host.name);
}

/** What a VirtualService says to the proxy of a client for a port. */
export function ofVirtualService(service: VirtualService, { client, host, port }: Pick<Dialled, 'client' | 'port'> & Partial<Pick<Dialled, 'host'>>): ClientRoute {
  const { tcp = [], tls = [] } = service.spec;
  const http = forClient(rulesOfVirtualService(service), client, port);
  const names = host && serverNames(host, port);
  const connections = [...tls, ...tcp].flatMap(rule => connectionRoute(rule, service.namespace, { client, port, names }));
  return {
    name: `VirtualService ${fullName(service)}`,
    http: http.length > 0 ? http : undefined,
    connections: connections.length > 0 ? connections : undefined,
  };
}

/** The rules that are there at all, with the matches that are. */
function forClient(rules: readonly RouteRule[], client: Client, port: number): RouteRule[] {
  return rules.flatMap(rule => {
    const matches = rule.matches.filter(match => isForSidecar(match, client, port));
    return rule.matches.length > 0 && matches.length === 0 ? [] : [{ ...rule, matches }];
  });
}

/** Who calls by TLS what is outside of the cluster names it: the proxy knows it by nothing else. Undefined where another name may be sent. */
function serverNames({ entry }: KnownService, port: number): readonly string[] | undefined {
  const { hosts = [], ports = [] } = entry?.spec ?? {};
  const isTls = ports.some(({ number, protocol = '' }) => number === port && ['tls', 'https'].includes(protocol.toLowerCase()));
  return isTls && !hosts.some(host => host.startsWith('*')) ? lowerCase(hosts) : undefined;
}

type ConnectionMatch = NonNullable<ConnectionRule['match']>[number];

interface Connecting extends Pick<Dialled, 'client' | 'port'> { readonly names?: readonly string[] }

function connectionRoute({ match = [], route = [] }: ConnectionRule, namespace: string, { client, port, names }: Connecting): ConnectionRoute[] {
  const there = match.filter(one => isForSidecar(one, client, port) && !isForOthers(one, names));
  if (match.length > 0 && there.length === 0) return [];
  return [{ targets: targetsOf(route, namespace), by: there.length > 0 && there.every(one => isPartial(one, names)) ? 'address or server name' : undefined }];
}

function isForOthers({ sniHosts = [] }: ConnectionMatch, names: readonly string[] | undefined): boolean {
  return sniHosts.length > 0 && names !== undefined && names.every(name => !isNamed(name, sniHosts));
}

function isPartial({ destinationSubnets = [], sniHosts = [] }: ConnectionMatch, names: readonly string[] | undefined): boolean {
  return destinationSubnets.length > 0 || (sniHosts.length > 0 && !names?.every(name => isNamed(name, sniHosts)));
}

function isNamed(name: string, sniHosts: readonly string[]): boolean { return lowerCase(sniHosts).some(one => isWithin(name, one)); }
