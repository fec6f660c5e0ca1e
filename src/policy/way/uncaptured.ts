import { Way, ZtunnelHop } from './hop';
import { Connection } from '../request/connection';
import { Mesh } from '../request/mesh-settings';
import { Transport } from '../request/request';
import { fullName } from '../resources/policy';
import { TUNNEL_PORT, Uncaptured, whyUncaptured } from '../workloads/ambient-enrolment';

/** A way without ztunnel where a connection goes past it, because of where it comes from or of what it is. */
export function pastZtunnel(way: Way, { transport, sourceIp }: Connection, mesh: Mesh): Way {
  const last = way.hops[way.hops.length - 1];
  if (last?.at !== 'ztunnel') return way;
  const isTunnel = last.via !== undefined || transport === Transport.MUTUAL_TLS;
  const why = whyUncaptured(last, isTunnel ? undefined : sourceIp);
  if (why === undefined) return way;
  if (last.port === TUNNEL_PORT) return ended(way, `port ${TUNNEL_PORT} is that of ztunnel's tunnels: nothing of the workload is reached there`);
  if (!isTunnel) return { ...way, hops: way.hops.slice(0, -1), notes: [...way.notes, SAID[why](last)] };
  return mesh.has('tunnelPastBypass') ? way : ended(way, `in this version of Istio no tunnel reaches '${fullName(last.proxy)}', by ambient.istio.io/bypass-inbound-capture`);
}

function ended(way: Way, broken: string): Way {
  return { ...way, hops: way.hops.slice(0, -1), broken };
}

const SAID: Readonly<Record<Uncaptured, (hop: ZtunnelHop) => string>> = {
  'no-rule': ({ proxy }) => `ztunnel takes only tunnels to '${fullName(proxy)}', by ambient.istio.io/bypass-inbound-capture: no proxy enforces policy for what comes otherwise`,
  'probe-address': ({ proxy }) => `the client is a process on the node of '${fullName(proxy)}', of which ztunnel captures nothing: no proxy enforces policy for it`,
  'hbone-port': ({ port }) => `port ${port} is that of ztunnel's tunnels`,
};
