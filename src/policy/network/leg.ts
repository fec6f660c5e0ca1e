import { NetworkEnd } from './network-end';
import { IpBits, ipBits } from '../../util/ip';
import { Connection } from '../request/connection';
import { Transport } from '../request/request';
import { fullName } from '../resources/policy';
import { Hop, Way } from '../way/hop';
import { TUNNEL_PORT } from '../workloads/ambient-enrolment';
import { ofFamily } from '../workloads/ip-family';
import { Workload } from '../workloads/workload';

/** One connection of a way: from the client, or from the waypoint before, to the next proxy or the workload. */
export interface Leg {
  /** Undefined for the client. */
  readonly from?: NetworkEnd;
  readonly to: NetworkEnd;
  /** Those that it may be; `undefined` for one that is not known. */
  readonly ports: readonly (number | undefined)[];
  /** How many proxies stand before it. */
  readonly behind: number;
}

/** How a client connects. */
interface Connecting extends Pick<Connection, 'transport'> {
  /** Whether by tunnels where it can; both where that is not known. */
  readonly mayTunnel: readonly boolean[];
}

/** The connections of a way, whoever its client is. */
export function legsOf(way: Way, sent: Connecting): Leg[] {
  const { hops, server } = way;
  const waypoints = hops.filter(({ at }) => at === 'waypoint');
  const [waypoint] = waypoints;
  const toWaypoint = waypoint ? [{ to: endOfWaypoint(waypoint), ports: [TUNNEL_PORT], behind: 0 }] : [];
  const last = hops[waypoints.length] as Hop | undefined;
  if (waypoint && !server) return toWaypoint;
  const to = server ? endOfServer(way, server, last) : outside(way);
  const ports = portsOf(way, last, waypoint !== undefined, sent);
  return [...toWaypoint, { from: waypoint && endOfWaypoint(waypoint), to, ports, behind: waypoints.length }];
}

/** The port of the pod, or that of tunnels to it. */
function portsOf(way: Way, last: Hop | undefined, isBehindWaypoint: boolean, { transport, mayTunnel }: Connecting): Leg['ports'] {
  const { port, tunnel, tunnelled } = way;
  if (!last) return [port];
  const at = (isTunnel: boolean) => isTunnel ? TUNNEL_PORT : last.port;
  if (last.at === 'ztunnel') return [at(last.via !== undefined || transport === Transport.MUTUAL_TLS)];
  if (isBehindWaypoint) return [at(last.via !== undefined && last.via !== '')];
  if (tunnelled !== undefined) return [at(tunnelled)];
  if (last.at === 'gateway' || transport !== Transport.MUTUAL_TLS || tunnel?.hbone !== true) return [last.port];
  return mayTunnel.map(at);
}

function endOfWaypoint({ proxy: { namespace, name, labels } }: Hop): NetworkEnd {
  return { title: `the waypoint ${fullName({ namespace, name })}`, isPod: true, namespace, labels };
}

/** With the labels that its proxy sees, which injection has added to. */
function endOfServer({ family }: Way, server: Workload, last: Hop | undefined): NetworkEnd {
  const isSelf = last !== undefined && last.at !== 'waypoint';
  const address = ofFamily(server.ips, family);
  const ip = (isSelf ? last.ip : undefined) ?? bitsOf(address);
  return { ...endOfWorkload(server, isSelf ? last.proxy.labels : server.labels), ip };
}

/** What is no workload of the manifests: names outside the cluster. */
function outside({ to }: Way): NetworkEnd {
  return { title: to === undefined ? 'what it is sent to' : `'${to}'`, isPod: false };
}

/** A workload as an end; on the network of its host it may be taken for that, or for a pod. */
export function endOfWorkload({ namespace, name, machine, podSpec, kind }: Workload, labels: Workload['labels']): NetworkEnd {
  if (machine || kind === 'endpoint') return { title: kind === 'endpoint' ? name : fullName({ namespace, name }), isPod: false };
  return { title: fullName({ namespace, name }), isPod: podSpec?.hostNetwork === true ? undefined : true, namespace, labels, podSpec };
}

export function bitsOf(address: string | undefined): IpBits | undefined {
  return address === undefined ? undefined : ipBits(address);
}
