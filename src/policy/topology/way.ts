import { convertedPolicies } from './ambient-mutual-tls';
import { arrivalAt, arrivalAtNamed } from './arrival';
import { attachedPolicies, AttachedPolicies, ofOtherRevisions } from './attached-policies';
import { behindEntry, behindService } from './behind';
import { ControlPlanes } from './control-planes';
import { DeclaredProtocol, declaredProtocols } from './declared-protocol';
import { classicServers, listeners } from './gateway';
import { findMadePods } from './gateway-pods';
import { EnvoyHop, Hop, joined, Way } from './hop';
import { hasTunnelLabel } from './machine-proxy';
import { sidecarMode } from './mutual-tls';
import { Protocol } from './protocol';
import { Proxy } from './proxy';
import { asDialled, containerPort, hasPort, portProtocol, Target, whyNoWorkload } from './target';
import { Tunnel, tunnelTo } from './tunnel';
import { unevaluated } from './unevaluated';
import { Gateway, identityOfWaypoint } from './waypoint';
import { Client } from './waypoint-clients';
import { meetsWaypoint, Passed, passagesOf } from './waypoint-passage';
import { findWorkload, findWorkloads, Workload } from './workload';
import { FoundProxy, proxyOfWorkload } from './workload-proxy';
import { IpBits, ipBits } from '../../util/ip';
import { Mesh } from '../request/mesh-settings';
import { ProxyKind, RequestDestination } from '../request/request';
import { Inventory } from '../resources/inventory';
import { Kind, SpecOf } from '../resources/kinds';
import { fullName, Resource } from '../resources/policy';

/** Clients in ambient mode, of which nothing else is known. */
const AMBIENT: Client = { passage: 'ambient' };

/** The ways to a destination of clients in ambient mode, and whether others take others. */
interface Ways {
  readonly ways: readonly Way[];
  readonly meetsWaypoint: boolean;
}

/** Finds the proxies on the way to destinations, and keeps what it found. */
export class WayFinder {
  private readonly known = new Map<string, Ways>();
  private readonly knownByClient = new Map<string, readonly Way[]>();
  private readonly attached = new Map<string, AttachedPolicies>();

  private readonly planes: ControlPlanes;

  constructor(private readonly inventory: Inventory, private readonly mesh: Mesh) {
    this.planes = new ControlPlanes(inventory, mesh);
  }

  /** The ways to a destination, one for each workload behind it and for whatever else the manifests leave open. Who the client is is only asked where a waypoint may be on the way. */
  find(destination: RequestDestination, clients: () => readonly Client[]): readonly Way[] {
    const key = JSON.stringify(destination);
    const { ways, meetsWaypoint: differs } = kept(this.known, key, () => this.search(destination));
    if (!differs) return ways;
    const all = clients();
    return all.length === 1 ? this.ofClient(key, destination, all[0]) : all.flatMap(client => this.ofClient(key, destination, client));
  }

  private ofClient(key: string, destination: RequestDestination, client: Client): readonly Way[] {
    return kept(this.knownByClient, `${JSON.stringify(client)} ${key}`, () => this.ways(destination, this.targets(destination), client)
      .map(way => ({ ...way, if: joined(client.if, way.if), notes: [...way.notes, client.note ?? []].flat() })));
  }

  private search(destination: RequestDestination): Ways {
    if (destination.gateway !== undefined) {
      return { ways: [this.noted({ hops: [this.gatewayHop(destination, destination.gateway)], server: podsOfGateway(this.inventory, destination), notes: [] })], meetsWaypoint: false };
    }
    const targets = this.targets(destination);
    return { ways: this.ways(destination, targets, AMBIENT), meetsWaypoint: targets.some(target => this.hasChoice(target)) };
  }

  /** Whether it matters who the client is: not where the request says itself what is on the way. */
  private hasChoice(target: Target): boolean {
    const { proxy, waypoint } = target.destination;
    return proxy === undefined && waypoint === undefined && meetsWaypoint(this.inventory, this.mesh, target);
  }

  private ways(destination: RequestDestination, targets: readonly Target[], client: Client): Way[] {
    const names = namesOf(targets);
    const object = destination.service === undefined ? `destination '${destination.workload ?? destination.serviceEntry}'` : `Service '${destination.service}'`;
    const several = targets.length > 1;
    const note = several ? [`${object} leads to several workloads: ${names.join(', ')}`] : [];
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
    return workload && (byAddressOnly ? { hbone: workload.machine !== undefined && hasTunnelLabel(workload) } : tunnelTo(this.inventory, this.mesh, workload));
  }

  /** With what is to be said of its proxies. */
  private noted(way: Way): Way {
    const notes = way.hops.flatMap(({ proxy, attached }) => [...ofOtherRevisions(proxy, attached), ...unevaluated(this.planes.readBy(proxy.revision), this.mesh, proxy)]);
    const [unknown] = way.hops.flatMap(({ proxy }) => this.planes.whyUnknown(fullName(proxy), proxy.revision) ?? []);
    return { ...way, notes: [...way.notes, ...notes], unknown: way.unknown ?? unknown };
  }

  private waysTo(target: Target, client: Client): Way[] {
    return this.passages(target, client).flatMap(({ unknown, ...passed }) => unknown === undefined ? this.waysPast(target, passed) : [{ ...passed, hops: [], unknown }]);
  }

  /** What comes after the waypoint, if there is one. */
  private waysPast(target: Target, { waypoint, notes: found, if: condition }: Passed): Way[] {
    const { destination, workload, entry } = target;
    const hops = waypoint ? [this.waypointHop(asDialled(target), waypoint)] : [];
    const end = (more: Partial<Way> = {}, ...notes: readonly string[]) => [{ hops, if: condition, notes: [...found, ...notes], ...more }];
    if (destination.proxy === ProxyKind.WAYPOINT || waypoint && !hasPort(target)) return end();
    if (!workload) return end({ unknown: waypoint && entry ? undefined : whyNoWorkload(target) });
    const proxy = proxyOfWorkload(this.inventory, this.mesh, workload);
    const port = containerPort(target, workload);
    const { kind, notes, ...arrival } = destination.proxy ? arrivalAtNamed(destination.proxy, port) : arrivalAt(proxy, port, this.mesh);
    if (!kind || port === undefined) return end(entry && !waypoint && arrival.broken === undefined ? { unknown: whyNoWorkload(target) } : arrival, ...notes);
    const { via, note } = this.sentOn(waypoint, workload, kind);
    const entered = { ...workload, port, via, found: proxy };
    return this.workloadHops(kind, target, entered).flatMap(({ hop, if: declared }) => end({ hops: [...hops, hop], if: joined(condition, declared) }, ...notes, ...note));
  }

  /** What a waypoint shows of itself to the next proxy: its identity through a tunnel, nothing without one. It never uses mutual TLS. */
  private sentOn(waypoint: Gateway | undefined, workload: Workload, kind: ProxyKind): { readonly via?: string; readonly note: readonly string[] } {
    if (!waypoint) return { note: [] };
    const { hbone, note } = kind === ProxyKind.ZTUNNEL ? { hbone: true, note: undefined } : tunnelTo(this.inventory, this.mesh, workload);
    if (kind === ProxyKind.GATEWAY) return { via: '', note: [] };
    if (hbone) return { via: identityOfWaypoint(waypoint, this.mesh), note: note === undefined ? [] : [note] };
    return { via: '', note: [`the sidecar of '${fullName(workload)}' does not accept HBONE: the waypoint sends it plaintext, without identity`] };
  }

  private workloadHops(kind: ProxyKind, target: Target, entered: Entered): { readonly hop: Hop; readonly if?: string }[] {
    if (kind === ProxyKind.ZTUNNEL) return [{ hop: this.ztunnelHop(target, entered) }];
    if (kind === ProxyKind.GATEWAY) return [{ hop: { ...this.gatewayHop({ ...target.destination, port: entered.port }, entered.name), via: entered.via } }];
    return declaredProtocols(this.inventory, this.mesh, entered, entered.port).map(declared => ({ hop: this.sidecarHop(target, entered, declared), if: declared.if }));
  }

  private targets(destination: RequestDestination): Target[] {
    const { namespace, service: serviceName, serviceEntry: entryName, workload: name, labels } = destination;
    const service = serviceName === undefined ? undefined : this.existing('Service', namespace, serviceName, 'service');
    const entry = entryName === undefined ? undefined : this.existing('ServiceEntry', namespace, entryName, 'serviceEntry');
    if (name === undefined && !service && !entry) {
      throw new Error('destination must name a workload, service, serviceEntry or gateway, got none; add the one that the client addresses');
    }
    if (name === undefined) {
      const behind = service ? behindService(this.inventory, service) : entry ? behindEntry(this.inventory, this.mesh, entry) : [];
      return behind.length === 0 ? [{ destination, service, entry }] : behind.map(one => ({ destination, service, entry, ...one }));
    }
    const known = findWorkloads(this.inventory, namespace, name);
    const found = known.length === 0 && labels ? [{ kind: 'Pod', namespace, name, labels: {}, annotations: {}, ips: [] }] : known;
    if (found.length === 0) throw new Error(`destination.workload must be a workload of the manifests, got '${name}' in namespace '${namespace}'; add its manifest, or state its labels`);
    return found.map(workload => ({ destination, service, entry, workload: { ...workload, labels: labels ?? workload.labels } }));
  }

  private existing<K extends Kind>(kind: K, namespace: string, name: string, prop: string): Resource<SpecOf<K>> {
    const found = this.inventory.find(kind, namespace, name);
    if (!found) throw new Error(`destination.${prop} must be a ${kind} of the manifests, got '${name}' in namespace '${namespace}'; add its manifest`);
    return found;
  }

  private passages(target: Target, client: Client): Passed[] {
    const { proxy, namespace, waypoint: stated } = target.destination;
    if (proxy !== undefined && proxy !== ProxyKind.WAYPOINT) return [{ notes: [] }];
    if (stated !== undefined) return [{ waypoint: this.statedWaypoint(stated, namespace), notes: [] }];
    const found = passagesOf(this.inventory, this.mesh, target, client);
    if (proxy !== undefined && found.some(({ waypoint, unknown }) => !waypoint && unknown === undefined)) {
      throw new Error('destination.waypoint must be a waypoint of the manifests, got none, and no label names one; add its Gateway');
    }
    return found;
  }

  private statedWaypoint(stated: string, namespace: string): Gateway {
    const [place, name] = stated.includes('/') ? stated.split('/', 2) : [namespace, stated];
    const found = this.inventory.find('KubernetesGateway', place, name);
    if (!found) throw new Error(`destination.waypoint must be a waypoint of the manifests, got '${stated}'; add its Gateway`);
    return found;
  }

  private gatewayHop({ namespace, port, ip }: RequestDestination, name: string): Hop {
    const gateway = this.inventory.find('KubernetesGateway', namespace, name);
    if (gateway) {
      const revision = this.planes.ownerOf({ namespace, labels: gateway.meta.labels });
      const proxy: Proxy = { kind: ProxyKind.GATEWAY, namespace, name, gatewayName: name, labels: gatewayLabels(gateway), revision };
      return { at: 'gateway', ...this.envoy(proxy, port, ip), servers: listeners(this.planes.readBy(revision), gateway, port) };
    }
    const pods = findWorkload(this.inventory, namespace, name);
    if (!pods) throw new Error(`destination.gateway must be a Gateway or the pods of one, got '${name}' in namespace '${namespace}'; add its manifest`);
    const { labels, revision = this.planes.ownerOf(pods) } = proxyOfWorkload(this.inventory, this.mesh, pods);
    const proxy: Proxy = { kind: ProxyKind.GATEWAY, namespace, name, labels, revision };
    return { at: 'gateway', ...this.envoy(proxy, port, ip ?? pods.ips[0]), servers: classicServers(this.planes.readBy(revision), { ...pods, labels }, port) };
  }

  private waypointHop(target: Target, waypoint: Gateway): Hop {
    const { destination, service, entry, workload } = target;
    const addressed = service ?? entry;
    const proxy: Proxy = {
      kind: ProxyKind.WAYPOINT,
      namespace: waypoint.namespace,
      name: waypoint.name,
      gatewayName: waypoint.name,
      revision: this.planes.ownerOf({ namespace: waypoint.namespace, labels: waypoint.meta.labels }),
      labels: gatewayLabels(waypoint),
      object: addressed && { kind: service ? 'Service' : 'ServiceEntry', namespace: addressed.namespace, name: addressed.name },
    };
    const ip = destination.ip ?? (addressed ? service?.spec.clusterIP ?? entry?.spec.addresses?.[0] : workload?.ips[0]);
    const protocol: Protocol | undefined = addressed ? portProtocol(target) : 'AUTO';
    return { at: 'waypoint', ...this.envoy(proxy, destination.port, ip), protocol };
  }

  private sidecarHop(target: Target, workload: Entered, { protocol }: DeclaredProtocol): Hop {
    const { namespace, name, port, via, found: { labels, revision = this.planes.ownerOf(workload) } } = workload;
    const mode = sidecarMode(this.planes.readBy(revision), this.mesh, namespace, labels, port);
    const proxy: Proxy = { kind: ProxyKind.SIDECAR, namespace, name, labels, revision };
    return { at: 'sidecar', ...this.envoy(proxy, port, ipOfPod(target, workload)), via, protocol, mode };
  }

  private ztunnelHop(target: Target, workload: Entered): Hop {
    const { namespace, name, port, via, found: { labels, takesTunnelsOnly } } = workload;
    const proxy: Proxy = { kind: ProxyKind.ZTUNNEL, namespace, name, labels, revision: this.planes.ownerOf() };
    const ip = addressBits(ipOfPod(target, workload));
    const converted = convertedPolicies(this.planes.readBy(proxy.revision), this.mesh, namespace, labels);
    return { at: 'ztunnel', proxy, port, ip, via, converted, takesTunnelsOnly, mesh: this.mesh, attached: this.attachedTo(proxy) };
  }

  private envoy(proxy: Proxy, port: number, ip: string | undefined): Pick<EnvoyHop, 'proxy' | 'port' | 'ip' | 'attached' | 'mesh'> {
    return { proxy, port, ip: addressBits(ip), mesh: this.mesh, attached: this.attachedTo(proxy) };
  }

  /** The policies of a proxy, whatever its port; proxies of one name differ where a request states labels of its own. */
  private attachedTo(proxy: Proxy): AttachedPolicies {
    return kept(this.attached, JSON.stringify(proxy), () => attachedPolicies(this.inventory, proxy, this.mesh));
  }
}

/** What is kept under a key, found out if it is not there yet. */
function kept<V>(known: Map<string, V>, key: string, find: () => V): V {
  const before = known.get(key);
  if (before !== undefined) return before;
  const found = find();
  known.set(key, found);
  return found;
}

function addressBits(ip: string | undefined): IpBits | undefined {
  return ip === undefined ? undefined : ipBits(ip);
}

/** The pods of a gateway: those of the manifests, or that Istio makes for it. */
function podsOfGateway(inventory: Inventory, { namespace, gateway = '' }: RequestDestination): Workload | undefined {
  return findWorkload(inventory, namespace, gateway) ?? findMadePods(inventory, namespace, gateway)?.pods;
}

/** What a connection gets to. */
interface Entered extends Workload {
  readonly port: number;
  readonly via?: string;
  readonly found: FoundProxy;
}

/** The address that a pod sees as its own: where its object is called, not the one that the client called. */
function ipOfPod({ service, entry, destination: { ip } }: Target, workload: Workload): string | undefined {
  return (service || entry ? undefined : ip) ?? workload.ips[0];
}

/** Names of what is behind a destination; with their kinds where a name is there twice. */
function namesOf(targets: readonly Target[]): (string | undefined)[] {
  const names = targets.map(({ workload }) => workload && nameOf(workload));
  return targets.map(({ workload }, i) => names.indexOf(names[i]) === names.lastIndexOf(names[i]) ? names[i] : `${workload?.kind} ${names[i]}`);
}

/** Endpoints have no name but their address. */
function nameOf(workload: Workload): string { return workload.kind === 'endpoint' ? workload.name : fullName(workload); }

/** Labels that Istio gives the pods of a Gateway API Gateway. */
function gatewayLabels({ name, meta }: Resource<unknown>): Record<string, string> {
  return { ...meta.labels, 'gateway.networking.k8s.io/gateway-name': name, 'istio.io/gateway-name': name, 'gateway.istio.io/managed': 'istio.io-gateway-controller' };
}
