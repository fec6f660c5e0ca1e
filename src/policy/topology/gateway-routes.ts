import { Inventory } from '../resources/inventory';
import { SpecOf } from '../resources/kinds';
import { fullName, Resource } from '../resources/policy';

/** Where a gateway sends requests and connections. */
export interface GatewayRoutes {
  /** Hosts of which at least some requests are routed. */
  readonly hosts: readonly string[];
  /** Ports of the Gateway that TCP connections are routed from; undefined for all. */
  readonly tcpPorts: readonly (number | undefined)[];
}

/** The routes that are bound to a classic Gateway. */
export function classicRoutes(inventory: Inventory, gateway: Resource<unknown>): GatewayRoutes {
  const services = inventory.all('VirtualService').filter(service => isBoundService(service, gateway));
  return {
    hosts: services.flatMap(({ spec: { hosts = [], http = [] } }) => http.length > 0 ? hosts : []).map(host => host.toLowerCase()),
    tcpPorts: services.flatMap(({ spec: { tcp = [], tls = [] } }) => [...tcp, ...tls]).flatMap(portsOfRoute),
  };
}

/** The routes that are bound to a Gateway of the Gateway API, none of them for TCP. */
export function attachedRoutes(inventory: Inventory, gateway: Resource<unknown>): GatewayRoutes {
  const routes = [...inventory.all('HTTPRoute'), ...inventory.all('GRPCRoute')].filter(route => isBoundRoute(route, gateway));
  return { hosts: routes.flatMap(({ spec: { hostnames = ['*'], rules = [] } }) => rules.length > 0 ? hostnames : []).map(host => host.toLowerCase()), tcpPorts: [] };
}

function isBoundService({ namespace, spec: { gateways = [] } }: Resource<SpecOf<'VirtualService'>>, gateway: Resource<unknown>): boolean {
  return gateways.some(name => name === fullName(gateway) || name === gateway.name && namespace === gateway.namespace);
}

function isBoundRoute({ namespace, spec: { parentRefs = [] } }: Resource<SpecOf<'HTTPRoute'>>, gateway: Resource<unknown>): boolean {
  return parentRefs.some(ref => ref.name === gateway.name && (ref.namespace ?? namespace) === gateway.namespace);
}

function portsOfRoute({ match = [] }: { readonly match?: readonly { readonly port?: number }[] }): (number | undefined)[] {
  return match.length === 0 ? [undefined] : match.map(({ port }) => port);
}

/** Whether requests for a host have a route, or some of them. */
export function isRouted(hosts: readonly string[], routes: GatewayRoutes, host: string): boolean {
  return [hosts, routes.hosts].every(patterns => patterns.some(pattern => hostMatches(pattern, host)));
}

/** Whether a host is one that a pattern stands for. */
function hostMatches(pattern: string, host: string): boolean {
  return pattern.startsWith('*') ? host.endsWith(pattern.slice(1)) && host.length > pattern.length - 1 : pattern === host;
}
