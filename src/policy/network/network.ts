import { Leg, legsOf } from './leg';
import { clientOfIdentity, clientOfSender, NetworkClient } from './network-client';
import { NetworkEnd } from './network-end';
import { DirectionVerdict, judged, NetworkPolicy } from './network-rules';
import { Truth } from '../../util/truth';
import { Sender } from '../clients/sender';
import { WaypointClients } from '../clients/waypoint-clients';
import { Connection } from '../request/connection';
import { Mesh } from '../request/mesh-settings';
import { AccessRequest } from '../request/request';
import { Inventory } from '../resources/inventory';
import { Way } from '../way/hop';
import { PROBE_ADDRESSES } from '../workloads/ambient-enrolment';

/** What the network does with one connection of a way. */
export interface LegVerdict {
  readonly from: string;
  readonly to: string;
  /** Undefined where it is not known, or may be one of several. */
  readonly port?: number;
  readonly passes: Truth;
  /** What policies say of it, of the pod that sends and of the one that takes it; nothing where none selects them. */
  readonly directions: readonly DirectionVerdict[];
  /** How many proxies stand before it. */
  readonly behind: number;
}

/** The same of one that is known to the last. */
interface ConnectionVerdict extends Pick<LegVerdict, 'port' | 'passes' | 'directions'> {
  readonly from: NetworkEnd;
}

/** Whom and what is asked about. */
export interface Sent {
  readonly request: AccessRequest;
  readonly connection: Connection;
  readonly way: Way;
  /** Undefined for a client that is known by its identity. */
  readonly sender?: Sender;
}

/** What the NetworkPolicies of the manifests let pass. */
export class Network {
  constructor(private readonly inventory: Inventory, private readonly mesh: Mesh, private readonly clients: WaypointClients) {}

  /** What becomes of each connection of a way, in order; of those only that some policy may select an end of. */
  judge(sent: Sent): LegVerdict[] {
    const { way, request: { source = {} } } = sent;
    const client = sent.sender ? clientOfSender(sent.sender, source.ip) : clientOfIdentity(this.inventory, this.mesh, this.clients, source);
    const legs = legsOf(way, { ...sent.connection, mayTunnel: client.mayTunnel });
    const isExempt = isOfNode(source.ip) || isSelf(client, way);
    return legs.filter(({ from }) => from !== undefined || !isExempt).flatMap(leg => this.judgeLeg(leg, client) ?? []);
  }

  /** Where it is not known which workload sends, or to which port, all must say the same. */
  private judgeLeg(leg: Leg, client: NetworkClient): LegVerdict | undefined {
    const { from, to, ports, behind } = leg;
    const all = (from ? [from] : client.ends).flatMap(sending => ports.map(port => this.connection(sending, to, port)));
    if (all.every(({ directions }) => directions.length === 0)) return undefined;
    const [first, ...others] = all;
    const isSame = others.every(({ passes }) => passes === first.passes);
    const shown = all.find(({ passes }) => passes !== true) ?? first;
    const passes = isSame ? first.passes : undefined;
    return { from: shown.from.title, to: to.title, port: shown.port, passes, directions: shown.directions, behind };
  }

  private connection(from: NetworkEnd, to: NetworkEnd, port: number | undefined): ConnectionVerdict {
    const egress = judged(this.inventory, 'egress', { own: from, peer: to, server: to, port });
    const ingress = judged(this.inventory, 'ingress', { own: to, peer: from, server: to, port });
    const directions = [egress ?? [], ingress ?? []].flat();
    const isRefused = directions.some(({ passes }) => passes === false);
    return { from, port, directions, passes: isRefused ? false : directions.every(({ passes }) => passes === true) || undefined };
  }
}

/** The network of the manifests; undefined where it lets everything pass. */
export function networkOf(inventory: Inventory, mesh: Mesh, clients: WaypointClients): Network | undefined {
  return inventory.all('NetworkPolicy').length === 0 ? undefined : new Network(inventory, mesh, clients);
}

/** What comes from the node of a pod, such as probes, is always let in. */
function isOfNode(ip: string | undefined): boolean { return ip !== undefined && PROBE_ADDRESSES.includes(ip); }

/** A pod is never kept from itself. */
function isSelf({ workloads: [workload, ...others] }: NetworkClient, { server }: Way): boolean {
  return workload !== undefined && others.length === 0 && workload === server && workload.kind === 'Pod';
}

/** The policies that made a verdict: of those that refuse, or may, all that select the pod; of those that let it pass, the one with the rule. */
export function decidingPolicies({ passes, directions }: LegVerdict): { readonly policy: NetworkPolicy; readonly index?: number }[] {
  const deciding = directions.filter(direction => direction.passes === passes);
  return deciding.flatMap(({ policies, by }) => passes === true ? by ?? [] : policies.map(policy => ({ policy })));
}
