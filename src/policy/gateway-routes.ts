import { Inventory } from './inventory';
import { SpecOf } from './kinds';
import { fullName, Resource } from './policy';
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
export function gatewayRoutes(inventory: Inventory, gateway: Resource<unknown>): GatewayRoutes {
  const services = inventory.all('VirtualService').filter(service => isBoundService(service, gateway));
  const routes = inventory.all('HTTPRoute').filter(route => isBoundRoute(route, gateway));
  return {
    http: [
      ...services.flatMap(({ spec: { hosts = [], http = [] } }) => http.map(({ match }) => routeFor(hosts, match))),
      ...routes.flatMap(({ spec: { hostnames = ['*'], rules = [] } }) => rules.map(({ matches }) => routeFor(hostnames, matches))),
    ],
    tcpPorts: services.flatMap(({ spec: { tcp = [], tls = [] } }) => [...tcp, ...tls]).flatMap(portsOfRoute),
  };
}

function isBoundService({ namespace, spec: { gateways = [] } }: Resource<SpecOf<'VirtualService'>>, gateway: Resource<unknown>): boolean {
  return gateways.some(name => name === fullName(gateway) || name === gateway.name && namespace === gateway.namespace);
}

function isBoundRoute({ namespace, spec: { parentRefs = [] } }: Resource<SpecOf<'HTTPRoute'>>, gateway: Resource<unknown>): boolean {
  return parentRefs.some(ref => ref.name === gateway.name && (ref.namespace ?? namespace) === gateway.namespace);
}

function routeFor(hosts: readonly string[], matches: readonly unknown[] = []): GatewayRoute {
  return { hosts: hosts.map(host => host.toLowerCase()), conditional: matches.length > 0 };
}

function portsOfRoute({ match = [] }: { readonly match?: readonly { readonly port?: number }[] }): (number | undefined)[] {
  return match.length === 0 ? [undefined] : match.map(({ port }) => port);
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
