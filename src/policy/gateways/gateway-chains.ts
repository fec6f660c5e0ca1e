import { clusterNames } from './auto-passthrough';
import { mergedServers } from './gateway-merge';
import { classicSources, endsHttps, GatewayServer, passesTls, ServerHost } from './gateway-server';
import { listenerRoutes } from './kubernetes-route';
import { listenerSources } from './listener';
import { RoutedServer, VirtualHosts, virtualHosts } from './virtual-host';
import { serviceRoutes } from './virtual-service';
import { kept } from '../../util/kept';
import { BoundRoutes } from '../clients/route';
import { Mesh } from '../request/mesh-settings';
import { Inventory } from '../resources/inventory';
import { Chain } from '../services/protocol';
import { overlap } from '../workloads/host-name';
import { Workload } from '../workloads/workload';

/** A filter chain of a gateway's listener. */
export interface GatewayChain {
  /** Port on which the pods listen. */
  readonly port: number;
  readonly kind: Chain;
  /** Server names that it is for, in lower case; undefined for any, and for none. */
  readonly names?: readonly string[];
  /** How the server takes TLS, in the words of classic Gateways; undefined for not at all. */
  readonly tlsMode?: string;
  /** What is routed on an HTTP chain. */
  readonly hosts?: VirtualHosts;
  /** Secrets, `NAMESPACE/NAME`, that are taken to be there. */
  readonly secrets: readonly string[];
}

/** What is between networks: only Istio's mutual TLS, and no policy. */
export function isBetweenNetworks({ tlsMode }: GatewayChain): boolean {
  return tlsMode === 'AUTO_PASSTHROUGH';
}

/** The filter chains of a gateway, of all its ports or of one: several ways where ages that are not known make a difference. */
export function gatewayChains(inventory: Inventory, mesh: Mesh, pods: Workload, port?: number): GatewayChain[][] {
  const sources = [...classicSources(inventory, mesh, pods), ...listenerSources(inventory, pods)];
  const asked = sources.map(source => ({ ...source, servers: source.servers.filter(server => port === undefined || server.port === port) }));
  const routes = new Map<GatewayServer, readonly BoundRoutes[]>();
  const routed = (server: GatewayServer) => ({ server, routes: kept(routes, server, () => routesTo(inventory, mesh, server, pods)) });
  const merged = mergedServers(asked.filter(({ servers }) => servers.length > 0));
  return merged.map(groups => withoutRepeatedNames(groups.flatMap(({ port: listening, isPlainHttp, servers }) => {
    if (isPlainHttp) return [{ port: listening, kind: 'HTTP' as const, hosts: virtualHosts(servers.map(routed)), secrets: [] }];
    return servers.flatMap(server => chainsOf(inventory, mesh, pods, routed(server)));
  })));
}

function routesTo(inventory: Inventory, mesh: Mesh, server: GatewayServer, pods: Workload): BoundRoutes[] {
  return server.listener ? listenerRoutes(inventory, server, server.listener) : serviceRoutes(inventory, mesh, server, pods);
}

/** The chains of one server that does not speak plain HTTP; without a route there is none but for HTTPS, and between networks. */
function chainsOf(inventory: Inventory, mesh: Mesh, pods: Workload, { server, routes }: RoutedServer): GatewayChain[] {
  const { port, hosts, tls, secrets = [] } = server;
  const chain = { port, tlsMode: tls?.mode, secrets };
  if (endsHttps(server)) return [{ ...chain, kind: 'HTTP', names: serverNames(server), hosts: virtualHosts([{ server, routes }]) }];
  if (tls?.mode === 'AUTO_PASSTHROUGH') {
    const names = clusterNames(inventory, mesh, pods, hosts);
    return names.length === 0 ? [] : [{ ...chain, kind: 'TCP', names }];
  }
  const forHosts = routes.filter(bound => hosts.some(host => isFor(host, bound)));
  if (passesTls(server)) return forHosts.flatMap(({ tls: matches }) => matches.map(names => ({ ...chain, kind: 'TCP', names: anyName(names) })));
  return forHosts.some(({ tcp }) => tcp) ? [{ ...chain, kind: 'TCP', names: tls && serverNames(server) }] : [];
}

function isFor({ name, admits }: ServerHost, { namespace, hosts }: BoundRoutes): boolean {
  return admits(namespace) !== false && hosts.some(host => overlap(host, name));
}

function serverNames({ hosts }: GatewayServer): readonly string[] | undefined {
  return anyName([...new Set(hosts.map(({ name }) => name))]);
}

/** A chain for any name is also for clients that send none. */
function anyName(names: readonly string[]): readonly string[] | undefined {
  return names.length === 0 || names.includes('*') ? undefined : names;
}

/** Of what passes TLS on, a chain with a name that another one of the port has is left out. */
function withoutRepeatedNames(chains: readonly GatewayChain[]): GatewayChain[] {
  const seen = new Set<string>();
  return chains.filter(({ tlsMode, port, names = ['*'] }) => {
    if (tlsMode !== 'PASSTHROUGH') return true;
    const keys = names.map(name => `${port} ${name}`);
    if (keys.some(key => seen.has(key))) return false;
    keys.forEach(key => seen.add(key));
    return true;
  });
}
