import { selects } from './attachment';
import { attachedRoutes, classicRoutes, GatewayRoutes } from './gateway-routes';
import { Chain, namedProtocol, portsOf, ServicePort, targetPort } from './protocol';
import { servicesOf, Workload } from './workload';
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
function listeningPorts(number: number, ports: readonly ServicePort[], pods: Workload): number[] {
  const targets = ports.filter(({ port }) => port === number).map(port => targetPort(port, pods));
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
