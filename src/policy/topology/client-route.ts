import { Client } from './client';
import { isForSidecar } from './client-match';
import { fullHost, Host, hostOfService, isWithin, lowerCase } from './host-name';
import { RouteRule, rulesOfHttpRoutes, rulesOfVirtualService, RouteTarget, targetsOf } from './route-rule';
import { SidecarScope } from './sidecar-scope';
import { exportsTo } from './visibility';
import { Mesh } from '../request/mesh-settings';
import { ByKey } from '../resources/by-key';
import { Inventory } from '../resources/inventory';
import { SpecOf } from '../resources/kinds';
import { byAge, fullName, oldestOf, Resource } from '../resources/policy';
import { ConnectionRule } from '../resources/route-kinds';

type VirtualService = Resource<SpecOf<'VirtualService'>>;
type HttpRoute = Resource<SpecOf<'HTTPRoute'>>;

/** What routes a client's requests to a host; for its sidecar, the rules that are there for it and the port it dials. */
export interface ClientRoute {
  /** `VirtualService shop/api` */
  readonly name: string;
  /** Undefined where it does not concern HTTP on this port. */
  readonly http?: readonly RouteRule[];
  /** The same for connections. */
  readonly connections?: readonly ConnectionRoute[];
}

/** Where connections go. */
export interface ConnectionRoute {
  readonly targets: readonly RouteTarget[];
  /** Whether it holds only for some addresses, which are not looked at. */
  readonly isPartial: boolean;
}

/** Who dials what. */
export interface Dialled {
  readonly client: Client;
  readonly scope: SidecarScope;
  readonly host: Host;
  readonly port: number;
}

/** What routes requests that a sidecar sends to a host: several where manifests do not tell which is the oldest; none without routes. */
export function clientRoutes(inventory: Inventory, mesh: Mesh, dialled: Dialled): ClientRoute[] {
  const services = virtualServicesFor(inventory, mesh, dialled);
  const routes = httpRoutesFor(inventory, dialled);
  const merged = routes.length === 0 ? [] : [mergedRoutes(routes, dialled)];
  return [...services.map(service => ofVirtualService(service, dialled)), ...merged].filter(({ http, connections }) => http ?? connections);
}

/** The first counts: those that only the client's namespace sees, then those that are exported to it, then those for all, the oldest first. */
function virtualServicesFor(inventory: Inventory, mesh: Mesh, { client, scope, host, port }: Dialled): readonly VirtualService[] {
  const isImported = ({ namespace, spec: { hosts = [] } }: VirtualService) => hosts.some(one =>
    standsFor(one, namespace, host) && scope.knows({ namespace, name: fullHost(one, namespace) }, port));
  const known = virtualServicesOf(inventory, host).filter(service => isOfMesh(service, client, host, mesh) && isImported(service));
  const rank = (service: VirtualService) => exportRank(service, mesh) + (isExact(service, host) ? 0 : EXPORT_RANKS);
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

function exportRank({ namespace, spec: { exportTo } }: VirtualService, { outbound }: Mesh): number {
  const list = exportTo && exportTo.length > 0 ? exportTo : outbound.virtualServiceExportTo;
  if (list.includes('*')) return 2;
  return list.some(to => to === '.' || to === namespace) ? 0 : 1;
}

function isExact({ namespace, spec: { hosts = [] } }: VirtualService, host: Host): boolean {
  return hosts.some(one => fullHost(one, namespace) === host.name);
}

function ofVirtualService(service: VirtualService, { client, port }: Dialled): ClientRoute {
  const { tcp = [], tls = [] } = service.spec;
  const http = forClient(rulesOfVirtualService(service), client, port);
  const connections = [...tls, ...tcp].flatMap(rule => connectionRoute(rule, service.namespace, client, port));
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

function connectionRoute({ match = [], route = [] }: ConnectionRule, namespace: string, client: Client, port: number): ConnectionRoute[] {
  const there = match.filter(one => isForSidecar(one, client, port));
  if (match.length > 0 && there.length === 0) return [];
  const isPartial = there.length > 0 && there.every(({ destinationSubnets = [] }) => destinationSubnets.length > 0);
  return [{ targets: targetsOf(route, namespace), isPartial }];
}

/** HTTPRoutes for a Service: those of the client's namespace, which are for its clients only, else those of the Service's. */
function httpRoutesFor(inventory: Inventory, { client, host, port }: Dialled): HttpRoute[] {
  const of = (namespace: string) => inventory.of('HTTPRoute', namespace).filter(route => isForService(route, host, port));
  const own = of(client.namespace);
  return own.length > 0 ? own : of(host.namespace);
}

/** Whether a route has a Service as its parent, on a port if it names one. */
export function isForService({ namespace, spec: { parentRefs = [] } }: HttpRoute, host: Host, port?: number): boolean {
  return parentRefs.some(ref => ref.kind === 'Service' && hostOfService({ namespace: ref.namespace ?? namespace, name: ref.name ?? '' }) === host.name
    && (ref.port === undefined || port === undefined || ref.port === port));
}

/** Several routes of one Service are taken together. */
function mergedRoutes(routes: readonly HttpRoute[], { client, port }: Dialled): ClientRoute {
  const rules = rulesOfHttpRoutes(routes);
  return { name: `HTTPRoute ${routes.map(fullName).join(', ')}`, http: forClient(rules, client, port) };
}
