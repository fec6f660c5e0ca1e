import { pastGateway } from './beside-gateway';
import { EnvoyHop, Hop, Way } from './hop';
import { targetsOf } from './targets';
import { unevaluated } from './unevaluated';
import { meetsWaypoint, Passed, passagesTo } from './waypoint-passage';
import { waypointPolicies } from './waypoint-policies';
import { hostBits, IpBits } from '../../util/ip';
import { kept } from '../../util/kept';
import { joined, unique } from '../../util/text';
import { WaypointClient } from '../clients/waypoint-clients';
import { gatewayChains } from '../gateways/gateway-chains';
import { asGateway, gatewayAddressed, NamedGateway } from '../gateways/gateway-workload';
import { Mesh } from '../request/mesh-settings';
import { ProxyKind, RequestDestination } from '../request/request';
import { Inventory, Labels } from '../resources/inventory';
import { fullName } from '../resources/policy';
import { ByDestination } from '../services/by-destination';
import { DeclaredProtocol, declaredProtocols } from '../services/declared-protocol';
import { portProtocol, Protocol } from '../services/protocol';
import { asDialled, byFamily, calledIp, hasPort, ipOfPod, namesOf, portBehind, Target, whyNoWorkload } from '../services/target';
import { TUNNEL_PORT } from '../workloads/ambient-enrolment';
import { convertedPolicies } from '../workloads/ambient-mutual-tls';
import { arrivalAt, arrivalAtNamed } from '../workloads/arrival';
import { switchesAssumed } from '../workloads/assumed-switches';
import { attachedPolicies, AttachedPolicies, ofOtherRevisions, withPolicies } from '../workloads/attached-policies';
import { ControlPlanes } from '../workloads/control-planes';
import { podsMadeFor } from '../workloads/gateway-pods';
import { GATEWAY_NAME } from '../workloads/label-names';
import { hasTunnelLabel } from '../workloads/machine-proxy';
import { sidecarMode } from '../workloads/mutual-tls';
import { PodVariants } from '../workloads/pod-variants';
import { Proxy } from '../workloads/proxy';
import { settingsOf } from '../workloads/proxy-settings';
import { Tunnel, tunnelTo } from '../workloads/tunnel';
import { identityOfWaypoint, KubernetesGateway } from '../workloads/waypoint';
import { Workload } from '../workloads/workload';
import { FoundProxy, proxyOfWorkload } from '../workloads/workload-proxy';

/** Clients in ambient mode, of which nothing else is known. */
const AMBIENT: WaypointClient = { passage: 'ambient' };

/** The ways to a destination of clients in ambient mode, and whether others take others. */
interface Ways {
  readonly ways: readonly Way[];
  readonly meetsWaypoint: boolean;
}

/** Finds the proxies on the way to destinations, and keeps what it found. */
export class WayFinder {
  private readonly known = new ByDestination<Ways>();
  private readonly knownByClient = new WeakMap<WaypointClient, ByDestination<readonly Way[]>>();
  /** The same by what clients say: there are many that say the same. */
  private readonly knownAlike = new Map<string, ByDestination<readonly Way[]>>();
  private readonly attached = new Map<string, AttachedPolicies>();

  private readonly pods: PodVariants;

  constructor(private readonly inventory: Inventory, private readonly mesh: Mesh, private readonly planes: ControlPlanes) {
    this.pods = new PodVariants(inventory, mesh);
  }

  /** The ways to a destination, one for each workload behind it and for whatever else the manifests leave open. Who the client is is only asked where a waypoint may be on the way. */
  find(destination: RequestDestination, clients: () => readonly WaypointClient[]): readonly Way[] {
    const { ways, meetsWaypoint: differs } = this.known.get(destination, () => this.search(destination));
    if (!differs) return ways;
    const all = clients();
    return all.length === 1 ? this.ofClient(destination, all[0]) : all.flatMap(client => this.ofClient(destination, client));
  }

  private ofClient(destination: RequestDestination, client: WaypointClient): readonly Way[] {
    const known = kept(this.knownByClient, client, () => kept(this.knownAlike, JSON.stringify(client), () => new ByDestination<readonly Way[]>()));
    return known.get(destination, () => this.ways(destination, targetsOf(this.inventory, this.mesh, destination), client)
      .map(way => ({ ...way, if: joined(client.if, way.if), notes: [...way.notes, ...client.notes ?? []] })));
  }

  private search(destination: RequestDestination): Ways {
    const gateway = gatewayAddressed(this.inventory, destination);
    if (gateway) return { ways: [this.noted(this.wayToGateway(destination, gateway))], meetsWaypoint: false };
    const targets = targetsOf(this.inventory, this.mesh, destination);
    return { ways: this.ways(destination, targets, AMBIENT), meetsWaypoint: targets.some(target => this.hasChoice(target)) };
  }

  private wayToGateway({ port, ip }: RequestDestination, { pods, unknown }: NamedGateway): Way {
    return { hops: pods ? [this.gatewayHop(pods, port, ip)] : [], server: pods, notes: [], unknown };
  }

  /** Whether it matters who the client is: not where the request says itself what is on the way. */
  private hasChoice(target: Target): boolean {
    const { proxy, waypoint } = target.destination;
    return proxy === undefined && waypoint === undefined && meetsWaypoint(this.inventory, this.mesh, target);
  }

  private ways(destination: RequestDestination, targets: readonly Target[], client: WaypointClient): Way[] {
    const names = namesOf(targets);
    const object = destination.service === undefined ? `destination '${destination.workload ?? destination.serviceEntry}'` : `Service '${destination.service}'`;
    const several = targets.length > 1;
    const note = several ? [`${object} leads to several workloads: ${unique(names).join(', ')}`] : [];
    return targets.flatMap((target, i) => this.waysTo(target, client).map(found => this.noted(found)).map(way => ({
      ...way,
      to: names[i],
      server: target.workload,
      tunnel: this.tunnel(target),
      if: joined(several ? `it is sent on to '${names[i]}'` : undefined, way.if),
      notes: [...note, ...way.notes],
    })));
  }

  private tunnel({ workload, byAddressOnly }: Target): Tunnel | undefined {
    if (!workload || !byAddressOnly) return workload && tunnelTo(this.inventory, this.mesh, workload);
    return { hbone: workload.machine !== undefined && hasTunnelLabel(workload) };
  }

  /** With what is to be said of its proxies. */
  private noted(way: Way): Way {
    const notes = way.hops.flatMap(({ proxy, attached }) =>
      [
        ...ofOtherRevisions(proxy, attached),
        ...unevaluated(this.planes.readBy(proxy.revision), this.mesh, proxy),
        ...switchesAssumed(this.mesh, proxy, attached),
      ]);
    const [unknown] = way.hops.flatMap(({ proxy }) => this.planes.whyUnknown(proxy) ?? []);
    return { ...way, notes: [...way.notes, ...notes], unknown: way.unknown ?? unknown };
  }

  private waysTo(target: Target, client: WaypointClient): Way[] {
    const families = byFamily(target);
    return passagesTo(this.inventory, this.mesh, target, client).flatMap(({ unknown, ...passed }) => unknown === undefined
      ? families.flatMap(called => this.waysPast(called, families.length > 1 ? { ...passed, if: joined(`it is called by ${called.family}`, passed.if) } : passed))
      : [{ ...passed, hops: [], unknown }]);
  }

  /** What comes after the waypoint, if there is one. */
  private waysPast(target: Target, { waypoint, notes: found, if: condition }: Passed): Way[] {
    const { destination, workload, entry } = target;
    const hops = waypoint ? this.waypointHops(asDialled(target), waypoint) : [];
    const isEnd = destination.proxy === ProxyKind.WAYPOINT || waypoint && !hasPort(target);
    const port = isEnd ? undefined : portBehind(target);
    const way = { hops, port, if: condition, family: target.family };
    const end = (more: Partial<Way> = {}, ...notes: readonly string[]) => [{ ...way, notes: [...found, ...notes], ...more }];
    if (isEnd) return end();
    if (!workload) return end({ unknown: waypoint && entry ? undefined : whyNoWorkload(target) });
    const proxy = asGateway(this.inventory, workload, proxyOfWorkload(this.inventory, this.mesh, workload));
    const { kind, notes, ...arrival } = destination.proxy ? arrivalAtNamed(destination.proxy, port) : arrivalAt(proxy, port, this.mesh);
    const isUnseen = entry && workload.kind === 'endpoint' && !waypoint && arrival.broken === undefined;
    if (!kind || port === undefined) return end(isUnseen ? { unknown: whyNoWorkload(target) } : arrival, ...notes);
    const { via, note } = this.sentOn(waypoint, workload, kind);
    return this.pods.of(workload).flatMap(pods => {
      const labels = (all: Labels) => ({ ...all, ...pods.labels });
      const entered = { ...workload, labels: labels(workload.labels), port, via, found: { ...proxy, labels: labels(proxy.labels) } };
      return this.workloadHops(kind, target, entered).flatMap(({ hop, if: declared }) => {
        const past = destination.proxy ? [] : pastGateway(hop, entered);
        return end({ hops: past.length > 0 ? hops : [...hops, hop], if: joined(condition, pods.if, declared) }, ...notes, ...note, ...past);
      });
    });
  }

  /** What a waypoint shows of itself to the next proxy: its identity through a tunnel, nothing without one. It never uses mutual TLS. */
  private sentOn(waypoint: KubernetesGateway | undefined, workload: Workload, kind: ProxyKind): Pick<Entered, 'via'> & { readonly note: readonly string[] } {
    if (!waypoint) return { note: [] };
    const { hbone, note } = kind === ProxyKind.ZTUNNEL ? { hbone: true, note: undefined } : tunnelTo(this.inventory, this.mesh, workload);
    if (kind === ProxyKind.GATEWAY) return { via: '', note: [] };
    if (hbone) return { via: identityOfWaypoint(waypoint, this.mesh), note: note === undefined ? [] : [note] };
    return { via: '', note: [`the sidecar of '${fullName(workload)}' does not accept HBONE: the waypoint sends it plaintext, without identity`] };
  }

  private workloadHops(kind: ProxyKind, target: Target, entered: Entered): { readonly hop: Hop; readonly if?: string }[] {
    if (kind === ProxyKind.ZTUNNEL) return [{ hop: this.ztunnelHop(target, entered) }];
    if (kind === ProxyKind.GATEWAY) return [{ hop: { ...this.gatewayHop(entered, entered.port, ipOfPod(target, entered)), via: entered.via } }];
    const read = this.planes.readBy(entered.found.revision ?? this.planes.ownerOf(entered));
    return declaredProtocols(read, this.mesh, entered, entered.port).map(declared =>
      ({ hop: this.sidecarHop(target, entered, declared), if: declared.if }));
  }

  private gatewayHop(pods: Workload, port: number, ip: string | undefined): Hop {
    const { namespace, name, annotations } = pods;
    const { labels, revision = this.planes.ownerOf(pods) } = proxyOfWorkload(this.inventory, this.mesh, pods);
    const proxy: Proxy = { kind: ProxyKind.GATEWAY, namespace, name, gatewayName: labels[GATEWAY_NAME], labels, revision };
    const mesh = settingsOf(this.mesh, annotations, true);
    const listeners = gatewayChains(this.planes.readBy(revision), mesh, { ...pods, labels }, port);
    return { at: 'gateway', ...this.envoy(proxy, port, ip ?? pods.ips[0]), mesh, listeners };
  }

  private waypointHops(target: Target, waypoint: KubernetesGateway): Hop[] {
    const { destination, service, entry } = target;
    const addressed = service ?? entry;
    const { labels, annotations } = podsMadeFor(waypoint, ProxyKind.WAYPOINT);
    const proxy: Proxy = {
      kind: ProxyKind.WAYPOINT,
      namespace: waypoint.namespace,
      name: waypoint.name,
      gatewayName: waypoint.name,
      revision: this.planes.ownerOf({ namespace: waypoint.namespace, labels: waypoint.meta.labels }),
      labels,
      object: addressed && { kind: service ? 'Service' : 'ServiceEntry', namespace: addressed.namespace, name: addressed.name },
    };
    const protocol: Protocol | undefined = addressed ? portProtocol(target, destination.port) : 'AUTO';
    const mesh = settingsOf(this.mesh, annotations, false);
    const hop: Hop = { at: 'waypoint', ...this.envoy(proxy, destination.port, calledIp(target)), mesh, protocol };
    return mesh.flag('ENABLE_LAYERED_WAYPOINT_AUTHORIZATION_POLICIES') ? [this.entranceHop(proxy, mesh), hop] : [hop];
  }

  /** The listener of a waypoint that ends tunnels, before it looks at what is addressed. */
  private entranceHop({ object, ...waypoint }: Proxy, mesh: Mesh): Hop {
    return { at: 'waypoint', ...this.envoy({ ...waypoint, isEntrance: true }, TUNNEL_PORT, undefined), mesh, protocol: 'TCP' };
  }

  private sidecarHop(target: Target, workload: Entered, { protocol }: DeclaredProtocol): Hop {
    const { namespace, name, port, via, found: { labels, revision = this.planes.ownerOf(workload) } } = workload;
    const mode = sidecarMode(this.planes.readBy(revision), this.mesh, namespace, labels, port);
    const proxy: Proxy = { kind: ProxyKind.SIDECAR, namespace, name, labels, revision };
    const mesh = settingsOf(this.mesh, workload.annotations, false);
    return { at: 'sidecar', ...this.envoy(proxy, port, ipOfPod(target, workload)), mesh, via, protocol, mode };
  }

  private ztunnelHop(target: Target, workload: Entered): Hop {
    const { namespace, name, port, via, found: { labels, takesTunnelsOnly } } = workload;
    const proxy: Proxy = { kind: ProxyKind.ZTUNNEL, namespace, name, labels, revision: this.planes.ownerOf() };
    const ip = addressBits(ipOfPod(target, workload));
    const converted = convertedPolicies(this.planes.readBy(proxy.revision), this.mesh, namespace, labels);
    const made = waypointPolicies(this.inventory, this.mesh, workload);
    const attached = made.length === 0 ? this.attachedTo(proxy) : withPolicies(this.attachedTo(proxy), made);
    return { at: 'ztunnel', proxy, port, ip, via, converted, takesTunnelsOnly, mesh: this.mesh, attached };
  }

  private envoy(proxy: Proxy, port: number, ip: string | undefined): Pick<EnvoyHop, 'proxy' | 'port' | 'ip' | 'attached' | 'mesh'> {
    return { proxy, port, ip: addressBits(ip), mesh: this.mesh, attached: this.attachedTo(proxy) };
  }

  /** The policies of a proxy, whatever its port; proxies of one name differ where a request states labels of its own. */
  private attachedTo(proxy: Proxy): AttachedPolicies {
    return kept(this.attached, JSON.stringify(proxy), () => attachedPolicies(this.inventory, proxy, this.mesh));
  }
}

function addressBits(ip: string | undefined): IpBits | undefined {
  return ip === undefined ? undefined : hostBits(ip);
}

/** What a connection gets to. */
interface Entered extends Workload {
  readonly port: number;
  readonly via?: string;
  readonly found: FoundProxy;
}
