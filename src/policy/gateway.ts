import { selects } from './attachment';
import { Chain } from './envoy-rule';
import { Accepted, Connection, Refused } from './filter-chain';
import { AnyResource, Inventory, Labels } from './inventory';
import { namedProtocol, portsOf, targetPort } from './protocol';
import { Transport } from './request';
import { servicesOf } from './workload';
import { Truth } from '../util/truth';

/** One server of a gateway, on the port it listens on. */
export interface GatewayServer {
  readonly gateway: AnyResource;
  readonly chain: Chain;
  readonly hosts: readonly string[];
  /** Undefined without TLS. */
  readonly tlsMode?: string;
  /** Port number in the Gateway. */
  readonly number: number;
}

/** Servers of classic Gateways that select these pods and listen on a port of them. */
export function classicServers(inventory: Inventory, namespace: string, labels: Labels, port: number): GatewayServer[] {
  const services = servicesOf(inventory, { namespace, labels });
  const gateways = inventory.all('Gateway').filter(({ spec }) => selects(spec?.selector, labels));
  return gateways.flatMap(gateway => listOf(gateway.spec?.servers)
    .filter(server => listeningPorts(Number(server.port?.number), services).includes(port))
    .map(server => ({ gateway, number: Number(server.port?.number), hosts: listOf(server.hosts).map(bareHost), ...serverKind(server) })));
}

/** A Service maps the port of a Gateway to the container's; without one the pods listen on the port itself. */
function listeningPorts(number: number, services: readonly AnyResource[]): number[] {
  const targets = services.flatMap(service => portsOf(service).filter(({ port }) => port === number).map(port => targetPort(port, undefined)));
  const known = targets.filter((target): target is number => target !== undefined);
  return known.length > 0 ? known : [number];
}

function serverKind({ port, tls }: { port?: { protocol?: string }; tls?: { mode?: string } }): { chain: Chain; tlsMode?: string } {
  const protocol = (port?.protocol ?? '').toUpperCase();
  const tlsMode = tls && protocol !== 'HTTP' && protocol !== 'HTTP2' && protocol !== 'GRPC' ? tls.mode ?? 'PASSTHROUGH' : undefined;
  const passes = tlsMode === 'PASSTHROUGH' || tlsMode === 'AUTO_PASSTHROUGH';
  const isHttp = namedProtocol(protocol) === 'HTTP' || protocol === 'HTTPS' && !passes;
  return { chain: isHttp ? 'HTTP' : 'TCP', tlsMode };
}

/** `ns/host` as `host`. */
function bareHost(host: unknown): string {
  return String(host).replace(/^.*\//, '').toLowerCase();
}

/** Listeners of a Gateway API Gateway on a port. */
export function listeners(gateway: AnyResource, port: number): GatewayServer[] {
  return listOf(gateway.spec?.listeners).filter(listener => Number(listener.port) === port).map(listener => {
    const protocol = String(listener.protocol);
    const passes = listener.tls?.mode === 'Passthrough';
    const chain = protocol === 'HTTP' || protocol === 'HTTPS' && !passes ? 'HTTP' : 'TCP';
    const isTls = protocol === 'HTTPS' || protocol === 'TLS';
    const tlsMode = !isTls ? undefined : passes ? 'PASSTHROUGH' : terminateMode(listener.tls);
    return { gateway, chain, tlsMode, number: port, hosts: [listener.hostname ? String(listener.hostname).toLowerCase() : '*'] };
  });
}

/** How a listener of the Gateway API ends TLS: with client certificates if Istio's option asks for them. */
function terminateMode(tls: { options?: Labels } | undefined): string {
  return tls?.options?.['gateway.istio.io/tls-terminate-mode'] ?? 'SIMPLE';
}

/** The filter chain of a gateway's listener that takes a connection. */
export function gatewayChain(servers: readonly GatewayServer[], connection: Connection): Accepted | Refused {
  const { transport, sni, principal } = connection;
  if (servers.length === 0) return { refusal: 'the gateway does not listen on this port' };
  const plain = servers.find(({ tlsMode }) => tlsMode === undefined);
  if (plain) return { chain: plain.chain, peer: '', sni: '', opaqueTls: transport !== Transport.PLAINTEXT };
  if (transport === Transport.PLAINTEXT) return { refusal: 'the server expects TLS, and the client sends plaintext' };
  const server = serverForName(servers, sni.toLowerCase());
  if (!server) return { refusal: `no server is for the name '${sni}'` };
  return acceptTls(server, principal, sni);
}

function acceptTls({ tlsMode, chain }: GatewayServer, principal: string, sni: string): Accepted | Refused {
  switch (tlsMode) {
    case 'PASSTHROUGH':
    case 'AUTO_PASSTHROUGH':
      return { chain, peer: '', sni, opaqueTls: true };
    case 'MUTUAL':
    case 'ISTIO_MUTUAL':
      if (principal === '') return { refusal: 'the server asks for a client certificate, and the client shows none' };
      return { chain, peer: principal, sni, opaqueTls: false };
    case 'OPTIONAL_MUTUAL':
      return { chain, peer: principal, sni, opaqueTls: false };
    default:
      return { chain, peer: '', sni, opaqueTls: false };
  }
}

/** The server with the most specific host for a name; `*` also takes a client without one. */
function serverForName(servers: readonly GatewayServer[], name: string): GatewayServer | undefined {
  const precision = ({ hosts }: GatewayServer) => Math.max(...hosts.map(host => namePrecision(host, name)));
  return servers.filter(server => precision(server) > 0).sort((a, b) => precision(b) - precision(a))[0];
}

/** How precisely a host of a server stands for a name; 0 if it does not. `*.a.b` is also for `.a.b`. */
function namePrecision(host: string, name: string): number {
  if (host === name) return Infinity;
  return host.startsWith('*') && name.endsWith(host.slice(1)) ? host.length : 0;
}

/** Whether a host is one that a pattern stands for. */
export function hostMatches(pattern: string, host: string): boolean {
  if (pattern === '*') return true;
  return pattern.startsWith('*') ? host.endsWith(pattern.slice(1)) && host.length > pattern.length - 1 : pattern === host;
}

/** Whether the gateway has a route for a request to a host; unknown where only some paths or headers are routed. */
export function isRouted(inventory: Inventory, servers: readonly GatewayServer[], authority: string): Truth {
  const host = authority.toLowerCase().replace(/:\d+$/, '');
  const routes = servers.filter(({ hosts }) => hosts.some(pattern => hostMatches(pattern, host)))
    .flatMap(server => [...virtualServiceRoutes(inventory, server, host), ...httpRoutes(inventory, server, host)]);
  if (routes.length === 0) return false;
  return routes.some(conditional => !conditional) ? true : undefined;
}

/** For every route whether it has conditions. */
function virtualServiceRoutes(inventory: Inventory, { gateway }: GatewayServer, host: string): boolean[] {
  return boundVirtualServices(inventory, gateway)
    .filter(({ spec }) => listOf(spec?.hosts).some(pattern => hostMatches(String(pattern).toLowerCase(), host)))
    .flatMap(({ spec }) => listOf(spec?.http).map(route => listOf(route.match).length > 0));
}

function httpRoutes(inventory: Inventory, { gateway }: GatewayServer, host: string): boolean[] {
  const isBound = ({ namespace, spec }: AnyResource) => listOf(spec?.parentRefs)
    .some(ref => ref.name === gateway.name && (ref.namespace ?? namespace) === gateway.namespace);
  const isForHost = ({ spec }: AnyResource) => listOf(spec?.hostnames ?? ['*']).some(name => hostMatches(String(name).toLowerCase(), host));
  return inventory.all('HTTPRoute').filter(route => isBound(route) && isForHost(route)).flatMap(({ spec }) => listOf(spec?.rules).map(rule => listOf(rule.matches).length > 0));
}

/** Whether a TCP server has somewhere to send a connection; without it there is no listener. */
export function isTcpRouted(inventory: Inventory, { gateway, number }: GatewayServer): boolean {
  return boundVirtualServices(inventory, gateway).some(({ spec }) => [...listOf(spec?.tcp), ...listOf(spec?.tls)].some(route => {
    const matches = listOf(route.match);
    return matches.length === 0 || matches.some(match => match.port === undefined || Number(match.port) === number);
  }));
}

function boundVirtualServices(inventory: Inventory, gateway: AnyResource): AnyResource[] {
  return inventory.all('VirtualService').filter(({ namespace, spec }) => listOf(spec?.gateways).some(name =>
    name === `${gateway.namespace}/${gateway.name}` || name === gateway.name && namespace === gateway.namespace));
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any
function listOf(value: unknown): any[] {
  return Array.isArray(value) ? value : [];
}
