import { endsHttps, GatewayServer, isPlainHttp, isTls, ServerSource } from './gateway-server';
import { compare } from '../resources/policy';

/** Servers that share a listening port, protocol and address. */
export interface ServerGroup {
  readonly port: number;
  readonly isPlainHttp: boolean;
  readonly servers: readonly GatewayServer[];
}

/**
 * The servers of pods as istiod merges them, by port, the oldest first: what conflicts with an earlier one is dropped. Several ways where ages that are
 * not known make a difference.
 */
export function mergedServers(sources: readonly ServerSource[]): ServerGroup[][] {
  const ways = distinctServers(sources).map(merge);
  const kept = ways.map(groups => groups.flatMap(({ servers }) => servers));
  return ways.filter((_, i) => kept.findIndex(servers => isSame(servers, kept[i])) === i);
}

/** The servers of pods without those that share a host of TLS on a port with an earlier one, the oldest first: several ways where ages are not known. */
export function distinctServers(sources: readonly ServerSource[]): GatewayServer[][] {
  return orders(sources).map(order => {
    const hosts = new Set<string>();
    return order.flatMap(({ servers }) => servers).filter(server => isDistinct(server, hosts));
  });
}

/** Of servers that say anything of TLS. */
function isDistinct({ port, bind, tls, hosts }: GatewayServer, taken: Set<string>): boolean {
  const keys = tls ? hosts.map(({ key }) => `${port} ${bind} ${key}`) : [];
  if (keys.some(key => taken.has(key))) return false;
  keys.forEach(key => taken.add(key));
  return true;
}

function isSame(some: readonly GatewayServer[], others: readonly GatewayServer[]): boolean {
  return some.length === others.length && some.every(server => others.includes(server));
}

/** By age, then by name. Where ages are not known, every one that may be the oldest comes first once: that is what decides between two that conflict. */
function orders(sources: readonly ServerSource[]): (readonly ServerSource[])[] {
  const byAge = [...sources].sort((a, b) => compare(a.created ?? '', b.created ?? '') || compare(a.name, b.name) || compare(a.namespace, b.namespace));
  if (byAge.every(({ created }) => created !== undefined)) return [byAge];
  const oldest = byAge.find(({ created }) => created !== undefined)?.created;
  const first = byAge.filter(({ created }) => created === undefined || created === oldest);
  return first.map(source => [source, ...byAge.filter(other => other !== source)]);
}

function merge(servers: readonly GatewayServer[]): ServerGroup[] {
  const ports = [...new Set(servers.map(({ port }) => port))];
  return ports.flatMap(port => mergePort(port, servers.filter(server => server.port === port)));
}

/** What was taken so far on a port. */
interface Taken {
  readonly protocol: string;
  readonly bind: string;
  readonly servers: GatewayServer[];
}

function mergePort(port: number, servers: readonly GatewayServer[]): ServerGroup[] {
  const groups: Taken[] = [];
  servers.forEach(server => take(server, groups));
  return groups.map(group => ({ port, isPlainHttp: isPlainHttp(group.servers[0]), servers: group.servers }));
}

function take(server: GatewayServer, groups: Taken[]): void {
  const { protocol, bind } = server;
  const plain = groups.find(group => !isTls(group.servers[0]));
  if (plain && plain.bind === bind) {
    if (isPlainHttp(server) && isPlainHttp(plain.servers[0])) plain.servers.push(server);
    return;
  }
  if (endsHttps(server) && groups.some(group => group.servers.some(other => isSameRoute(server, other)))) return;
  const group = isTls(server) ? groups.find(other => other.protocol === protocol && other.bind === bind) : undefined;
  if (group) group.servers.push(server);
  else groups.push({ protocol, bind, servers: [server] });
}

/** Servers of one Gateway that end TLS need ports of different names: their routes are told apart by these. */
function isSameRoute(a: GatewayServer, b: GatewayServer): boolean {
  return endsHttps(b) && a.portName !== '' && a.owner === b.owner && a.number === b.number && a.portName === b.portName && a.bind === b.bind;
}
