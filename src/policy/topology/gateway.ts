import { selects } from './attachment';
import { attachedRoutes, classicRoutes, GatewayRoutes, isRouted } from './gateway-routes';
import { namedProtocol, portsOf, ServicePort, targetPort } from './protocol';
import { servicesOf, Workload } from './workload';
import { Chain } from '../proxies/envoy-rule';
import { Accepted, Connection, Refused } from '../proxies/filter-chain';
import { Transport } from '../request/request';
import { Inventory, Labels } from '../resources/inventory';
import { SpecOf } from '../resources/kinds';
import { Resource } from '../resources/policy';

/** One server of a gateway, on the port it listens on. */
export interface GatewayServer {
  readonly chain: Chain;
  readonly hosts: readonly string[];
  /** Undefined without TLS. */
  readonly tlsMode?: string;
  /** Port number in the Gateway. */
  readonly number: number;
  readonly routes: GatewayRoutes;
}

/** Servers of classic Gateways that select these pods and listen on a port of them. */
export function classicServers(inventory: Inventory, pods: Workload, port: number): GatewayServer[] {
  const ports = servicesOf(inventory, pods).flatMap(portsOf);
  const gateways = inventory.all('Gateway').filter(({ spec }) => selects(spec.selector, pods.labels));
  return gateways.flatMap(gateway => (gateway.spec.servers ?? [])
    .filter(server => listeningPorts(Number(server.port?.number), ports, pods).includes(port))
    .map(server => ({
      number: Number(server.port?.number),
      hosts: (server.hosts ?? []).map(bareHost),
      routes: classicRoutes(inventory, gateway),
      ...serverKind(server),
    })));
}

/** A Service maps the port of a Gateway to the container's; without one the pods listen on the port itself. */
function listeningPorts(number: number, ports: readonly ServicePort[], { podSpec }: Workload): number[] {
  const targets = ports.filter(({ port }) => port === number).map(port => targetPort(port, podSpec));
  const known = targets.filter((target): target is number => target !== undefined);
  return known.length > 0 ? known : [number];
}

type Server = NonNullable<SpecOf<'Gateway'>['servers']>[number];

function serverKind({ port, tls }: Server): Pick<GatewayServer, 'chain' | 'tlsMode'> {
  const protocol = (port?.protocol ?? '').toUpperCase();
  const tlsMode = tls && protocol !== 'HTTP' && protocol !== 'HTTP2' && protocol !== 'GRPC' ? tls.mode ?? 'PASSTHROUGH' : undefined;
  const passes = tlsMode === 'PASSTHROUGH' || tlsMode === 'AUTO_PASSTHROUGH';
  const isHttp = namedProtocol(protocol) === 'HTTP' || protocol === 'HTTPS' && !passes;
  return { chain: isHttp ? 'HTTP' : 'TCP', tlsMode };
}

/** `ns/host` as `host`. */
function bareHost(host: string): string {
  return host.replace(/^.*\//, '').toLowerCase();
}

/** Listeners of a Gateway API Gateway on a port. */
export function listeners(inventory: Inventory, gateway: Resource<SpecOf<'KubernetesGateway'>>, port: number): GatewayServer[] {
  const routes = attachedRoutes(inventory, gateway);
  return (gateway.spec.listeners ?? []).filter(listener => listener.port === port).map(listener => {
    const protocol = String(listener.protocol);
    const passes = listener.tls?.mode === 'Passthrough';
    const chain = protocol === 'HTTP' || protocol === 'HTTPS' && !passes ? 'HTTP' : 'TCP';
    const isTls = protocol === 'HTTPS' || protocol === 'TLS';
    const tlsMode = !isTls ? undefined : passes ? 'PASSTHROUGH' : terminateMode(listener.tls);
    return { routes, chain, tlsMode, number: port, hosts: [listener.hostname ? String(listener.hostname).toLowerCase() : '*'] };
  });
}

/** How a listener of the Gateway API ends TLS: with client certificates if Istio's option asks for them. */
function terminateMode(tls: { readonly options?: Labels } | undefined): string {
  return tls?.options?.['gateway.istio.io/tls-terminate-mode'] ?? 'SIMPLE';
}

/** Whether a request to this authority has a route, be it only for some paths or headers. */
export function isServed(servers: readonly GatewayServer[], authority: string): boolean {
  const host = authority.toLowerCase().replace(/:\d+$/, '');
  return servers.some(({ hosts, routes }) => isRouted(hosts, routes, host));
}

/** The filter chain of a gateway's listener that takes a connection. */
export function gatewayChain(servers: readonly GatewayServer[], connection: Connection): Accepted | Refused {
  const { transport, sni, principal } = connection;
  if (servers.length === 0) return { refusal: 'the gateway does not listen on this port' };
  const unrouted = servers.every(({ chain, number, routes }) => chain === 'TCP' && !routes.tcpPorts.some(port => port === undefined || port === number));
  if (unrouted) return { refusal: 'no route is for this TCP server, so there is no listener' };
  const plain = servers.find(({ tlsMode }) => tlsMode === undefined);
  if (plain) return { chain: plain.chain, peer: '', sni: '', opaqueTls: transport !== Transport.PLAINTEXT };
  if (transport === Transport.PLAINTEXT) return { refusal: 'the server expects TLS, and the client sends plaintext' };
  const server = serverForName(servers, sni.toLowerCase());
  if (!server) return { refusal: `no server is for the name '${sni}'` };
  return acceptTls(server, principal, sni);
}

function acceptTls({ tlsMode, chain }: GatewayServer, principal: string, sni: string): Accepted | Refused {
  switch (tlsMode) {
    case 'MUTUAL':
    case 'ISTIO_MUTUAL':
      if (principal === '') return { refusal: 'the server asks for a client certificate, and the client shows none' };
      return { chain, peer: principal, sni };
    case 'OPTIONAL_MUTUAL':
      return { chain, peer: principal, sni };
    default:
      return { chain, peer: '', sni };
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
