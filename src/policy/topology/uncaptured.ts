import { isOfOwnNode } from './ambient-enrolment';
import { Way, ZtunnelHop } from './hop';
import { Connection } from '../request/connection';
import { Mesh } from '../request/mesh-settings';
import { Transport } from '../request/request';
import { fullName } from '../resources/policy';

/** A way without the proxies that a connection goes past because of where it comes from, or of what it is. */
export function pastZtunnel(way: Way, connection: Connection, mesh: Mesh): Way {
  const last = way.hops[way.hops.length - 1];
  if (last?.at !== 'ztunnel' || last.via !== undefined) return way;
  const hops = way.hops.slice(0, -1);
  const name = `'${fullName(last.proxy)}'`;
  if (isOfOwnNode(connection.sourceIp)) return { ...way, hops, notes: [...way.notes, `the client is a process on the node of ${name}, of which ztunnel captures nothing: no proxy enforces policy for it`] };
  return last.takesTunnelsOnly ? { ...way, ...besideTunnels(last, hops, way, connection, mesh) } : way;
}

function besideTunnels({ proxy }: ZtunnelHop, hops: Way['hops'], { notes }: Way, { transport }: Connection, mesh: Mesh): Partial<Way> {
  const name = `'${fullName(proxy)}'`;
  if (transport !== Transport.MUTUAL_TLS) return { hops, notes: [...notes, `ztunnel leaves out what comes to ${name} past a tunnel, by ambient.istio.io/bypass-inbound-capture: no proxy enforces policy for it`] };
  return mesh.has('tunnelPastBypass') ? {} : { broken: `in this version of Istio no tunnel reaches ${name}, by ambient.istio.io/bypass-inbound-capture` };
}
