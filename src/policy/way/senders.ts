import { Delivery } from './delivery';
import { Way } from './hop';
import { Dialled, dialled, Dialling, outbound } from './outbound';
import { WayFinder } from './way';
import { kept } from '../../util/kept';
import { joined } from '../../util/text';
import { askedHost, asksForAnother } from '../clients/asked-host';
import { ClientRoute, clientRoutes } from '../clients/client-route';
import { Routed, routed } from '../clients/client-routing';
import { clientOf, envoyClient, Sender, sendersOf } from '../clients/sender';
import { SidecarScope, sidecarScopes } from '../clients/sidecar-scope';
import { WaypointClient } from '../clients/waypoint-clients';
import { Mesh } from '../request/mesh-settings';
import { AccessRequest, ProxyKind, RequestDestination, RequestSource, Transport } from '../request/request';
import { Inventory } from '../resources/inventory';
import { COUNTS, fullName } from '../resources/policy';
import { Addressed, addressed } from '../services/addressed';
import { PROBE_ADDRESSES } from '../workloads/ambient-enrolment';
import { ControlPlanes } from '../workloads/control-planes';
import { callingAddresses } from '../workloads/ip-family';

/** One way in which a request may leave its sender. */
interface Leaving extends Routed {
  readonly scope: SidecarScope;
  readonly called: Addressed;
}

/** One way in which it may arrive. */
export interface Arriving {
  readonly request: AccessRequest;
  readonly way: Way;
  readonly if: string;
  readonly sender: Sender;
}

/** A sender, and how it meets waypoints. */
interface Known {
  readonly sender: Sender;
  readonly client: WaypointClient;
}

/** What holds for all that a sender sends to a destination. */
interface Choice {
  readonly scope: SidecarScope;
  readonly called: Addressed;
  /** Several where manifests do not tell which counts; undefined for none. */
  readonly routes: readonly (ClientRoute | undefined)[];
}

/** Finds out what workloads of the manifests send, and keeps what it found. */
export class Senders {
  private readonly senders = new Map<string, readonly Known[]>();
  private readonly choices = new Map<string, readonly Choice[]>();
  private readonly dialled = new Map<string, Dialled>();
  private readonly known = new WeakMap<Way, Map<string, readonly Delivery[]>>();

  constructor(private readonly inventory: Inventory, private readonly mesh: Mesh, private readonly planes: ControlPlanes) {}

  /** What may arrive of a request, by whatever the manifests leave open: where routes send it, which workload gets it, and how its sender connects. */
  arriving(request: AccessRequest, ways: WayFinder): Arriving[] {
    return this.find(request.source ?? {}).flatMap(known => {
      const all = this.sentBy(known, request, ways);
      return known.sender.if === undefined ? all : all.map(one => ({ ...one, if: joined(known.sender.if, one.if) ?? '' }));
    });
  }

  private sentBy({ sender, client }: Known, request: AccessRequest, ways: WayFinder): Arriving[] {
    return this.leaving(request, sender).flatMap(leaving => {
      const { request: left, broken, unknown, notes, if: condition = '' } = leaving;
      const isGone = broken !== undefined || unknown !== undefined;
      if (isGone) return [{ request: left, way: { hops: [], notes: [...sender.notes, ...notes], broken, unknown }, if: condition, sender }];
      const all = ways.find(left.destination, () => [client]).flatMap(way => this.delivered(leaving, sender, way));
      const empty = `nothing arrives: nothing of the subset '${leaving.subset}' is behind the host`;
      return all.length > 0 ? all : [{ request: left, way: { hops: [], notes, broken: empty }, if: condition, sender }];
    });
  }

  /** How a request may leave: routes of a sidecar send it elsewhere, and change it. */
  private leaving(request: AccessRequest, sender: Sender): Leaving[] {
    const client = envoyClient(sender);
    const { source, destination } = request;
    const isOpen = source?.transport === undefined && destination.proxy === undefined;
    const isRouted = client?.kind === ProxyKind.SIDECAR && isOpen;
    const unknown = client && isOpen ? this.planes.whyUnknown({ ...sender.workload, kind: client.kind, revision: sender.revision }) : undefined;
    return this.choicesOf(sender, destination).flatMap(({ scope, called, routes }): Leaving[] => {
      if (!isRouted || unknown !== undefined) return [{ request, notes: [], scope, called, unknown }];
      if (asksForAnother(request, called, client.namespace)) return [{ request, notes: [strange(sender, request, called)], scope, called }];
      return routes.flatMap(route => {
        const all = route ? routed(this.readBy(sender), this.mesh, client, request, called, route) : [{ request, notes: [] }];
        return all.map(one => ({ ...one, if: joined(routes.length > 1 ? `${route?.name}${COUNTS}` : undefined, one.if), scope, called }));
      });
    });
  }

  /** What the control plane of a sender tells its proxy of. */
  private readBy({ revision }: Sender): Inventory {
    return this.planes.readBy(revision);
  }

  private find(source: RequestSource): readonly Known[] {
    const path = source.workload ?? '';
    const before = source.principal === undefined && source.serviceAccount === undefined ? this.senders.get(path) : undefined;
    if (before) return before;
    const found = sendersOf(this.inventory, this.mesh, source).map(known => {
      const sender = { ...known, revision: known.revision ?? this.planes.ownerOf(known.workload) };
      return { sender, client: clientOf(this.inventory, this.mesh, sender) };
    });
    this.senders.set(path, found);
    return found;
  }

  private choicesOf(sender: Sender, destination: RequestDestination): readonly Choice[] {
    const key = `${nameOf(sender)} ${JSON.stringify(destination)}`;
    return kept(this.choices, key, () => this.findChoices(sender, destination));
  }

  private findChoices(sender: Sender, destination: RequestDestination): readonly Choice[] {
    const client = { namespace: sender.workload.namespace, labels: sender.labels };
    const read = this.readBy(sender);
    const called = addressed(read, this.mesh, destination, client.namespace);
    const { known: host, port } = called;
    return sidecarScopes(read, this.mesh, client).map(scope => {
      const routes = host ? clientRoutes(read, this.mesh, { client, scope, host, port }) : [];
      return { scope, called, routes: routes.length === 0 ? [undefined] : routes };
    });
  }

  /** What arrives by a way to its destination, with what the request says of it instead. */
  private delivered({ request, scope, called, isLed = false, subset, notes, if: condition }: Leaving, sender: Sender, way: Way): Arriving[] {
    const { workload: { namespace, serviceAccount = 'default', ips } } = sender;
    const { source = {}, destination } = request;
    const stated: readonly Delivery[] = [{ source: {}, notes: [] }];
    const ledFrom = isLed ? called.port : undefined;
    const all = source.transport === undefined ? this.deliveries({ sender, scope, destination, subset, ledFrom }, way) : stated;
    const addresses = source.ip === undefined ? callingAddresses(ips, way.family) : [source.ip];
    const arriving = all.flatMap(one => addresses.map(ip => ({
      request: { ...request, source: { serviceAccount: `${namespace}/${serviceAccount}`, ...one.source, ...namedHost(one, request), ...source, ip } },
      way: {
        ...way,
        tunnelled: one.tunnelled,
        broken: one.broken ?? way.broken,
        unknown: one.unknown ?? way.unknown,
        notes: [...sender.notes, ...notes, ...one.notes, ...way.notes],
      },
      if: joined(condition, way.if, `'${fullName(sender.workload)}' sends ${SENT[one.source.transport ?? source.transport ?? Transport.MUTUAL_TLS]}${addresses.length > 1 ? ` from ${ip}` : ''}`) ?? '',
      sender,
    })));
    return source.ip === undefined && mayShareNode(sender, way) ? arriving.flatMap(one => [one, fromSameNode(one)]) : arriving;
  }

  private deliveries(dialling: Dialling, way: Way): readonly Delivery[] {
    const { sender, scope, destination, subset, ledFrom } = dialling;
    const known = kept(this.known, way, () => new Map<string, readonly Delivery[]>());
    const key = `${nameOf(sender)} ${scope.by ?? ''} ${subset ?? ''} ${ledFrom ?? ''} ${JSON.stringify(destination)}`;
    const dials = () => kept(this.dialled, key, () => dialled(this.readBy(sender), this.mesh, dialling));
    return kept(known, key, () => outbound(dials(), way));
  }
}

/** There may be workloads of one name. */
function nameOf({ workload }: Sender): string { return `${workload.kind} ${fullName(workload)}`; }

/** A process on the network of its host may be on the node of any pod. */
function mayShareNode({ workload }: Sender, { hops }: Way): boolean {
  return workload.podSpec?.hostNetwork === true && hops[hops.length - 1]?.at === 'ztunnel';
}

function fromSameNode({ request, if: condition, ...arriving }: Arriving): Arriving {
  const ip = PROBE_ADDRESSES.find(address => address.includes(':') === request.source?.ip?.includes(':')) ?? PROBE_ADDRESSES[0];
  return { ...arriving, request: { ...request, source: { ...request.source, ip } }, if: joined(condition, 'from the same node') ?? '' };
}

function strange({ workload }: Sender, { http }: AccessRequest, { name }: Addressed): string {
  return `the sidecar of '${fullName(workload)}' sends HTTP by its host, and '${http?.authority}' is none of ${name}: the request is taken to go there nevertheless`;
}

/** A server that is named after the host of a request. */
function namedHost({ namesHost }: Delivery, request: AccessRequest): Pick<RequestSource, 'sni'> {
  return namesHost && request.http ? { sni: askedHost(request).replace(/:\d+$/, '') } : {};
}

const SENT: Readonly<Record<Transport, string>> = {
  [Transport.MUTUAL_TLS]: 'mutual TLS', [Transport.ONE_WAY_TLS]: 'TLS without a certificate of the mesh', [Transport.PLAINTEXT]: 'plaintext, without identity',
};
