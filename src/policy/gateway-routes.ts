import { AnyResource, Inventory } from './inventory';
import { listOf } from '../util/list-of';
import { Truth } from '../util/truth';

/** A route for some hosts, and whether it is only for some of their requests. */
export interface GatewayRoute {
  readonly hosts: readonly string[];
  readonly conditional: boolean;
}

/** Where a gateway sends requests and connections. */
export interface GatewayRoutes {
  readonly http: readonly GatewayRoute[];
  /** Ports of the Gateway that TCP connections are routed from; undefined for all. */
  readonly tcpPorts: readonly (number | undefined)[];
}

/** The routes that are bound to a Gateway. */
export function gatewayRoutes(inventory: Inventory, gateway: AnyResource): GatewayRoutes {
  const services = inventory.all('VirtualService').filter(service => isBoundService(service, gateway));
  const routes = inventory.all('HTTPRoute').filter(route => isBoundRoute(route, gateway));
  return {
    http: [
      ...services.flatMap(({ spec }) => listOf(spec?.http).map(route => routeFor(listOf(spec?.hosts), listOf(route.match)))),
      ...routes.flatMap(({ spec }) => listOf(spec?.rules).map(rule => routeFor(spec?.hostnames ?? ['*'], listOf(rule.matches)))),
    ],
    tcpPorts: services.flatMap(({ spec }) => [...listOf(spec?.tcp), ...listOf(spec?.tls)]).flatMap(portsOfRoute),
  };
}

function isBoundService({ namespace, spec }: AnyResource, gateway: AnyResource): boolean {
  return listOf(spec?.gateways).some(name => name === `${gateway.namespace}/${gateway.name}` || name === gateway.name && namespace === gateway.namespace);
}

function isBoundRoute({ namespace, spec }: AnyResource, gateway: AnyResource): boolean {
  return listOf(spec?.parentRefs).some(ref => ref.name === gateway.name && (ref.namespace ?? namespace) === gateway.namespace);
}

function routeFor(hosts: readonly unknown[], matches: readonly unknown[]): GatewayRoute {
  return { hosts: hosts.map(host => String(host).toLowerCase()), conditional: matches.length > 0 };
}

function portsOfRoute({ match }: { match?: unknown }): (number | undefined)[] {
  const matches = listOf(match);
  return matches.length === 0 ? [undefined] : matches.map(({ port }) => port === undefined ? undefined : Number(port));
}

/** Whether a host has a route; unknown where only some of its requests have. */
export function isRouted(hosts: readonly string[], { http }: GatewayRoutes, host: string): Truth {
  if (!hosts.some(pattern => hostMatches(pattern, host))) return false;
  const routes = http.filter(route => route.hosts.some(pattern => hostMatches(pattern, host)));
  if (routes.length === 0) return false;
  return routes.some(({ conditional }) => !conditional) ? true : undefined;
}

/** Whether a host is one that a pattern stands for. */
function hostMatches(pattern: string, host: string): boolean {
  if (pattern === '*') return true;
  return pattern.startsWith('*') ? host.endsWith(pattern.slice(1)) && host.length > pattern.length - 1 : pattern === host;
}
