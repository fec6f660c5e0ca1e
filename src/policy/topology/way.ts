import { convertedPolicies } from './ambient-mutual-tls';
import { arrivalAt, arrivalAtNamed } from './arrival';
import { attachedPolicies, AttachedPolicies, ofOtherRevisions } from './attached-policies';
import { ControlPlanes } from './control-planes';
import { classicServers, listeners } from './gateway';
import { EnvoyHop, Hop, Way } from './hop';
import { sidecarMode } from './mutual-tls';
import { namedProtocol, portsOf, Protocol, ServicePort, servicePortProtocol, targetPort } from './protocol';
import { Proxy } from './proxy';
import { FoundWaypoint, waypointFor } from './topology';
import { unevaluated } from './unevaluated';
import { findWorkload, servicesOf, Workload, workloadsBehind } from './workload';
import { FoundProxy, proxyOfWorkload } from './workload-proxy';
import { IpBits, ipBits } from '../../util/ip';
import { identityOfAccount } from '../request/connection';
import { Mesh } from '../request/mesh-settings';
import { ProxyKind, RequestDestination } from '../request/request';
import { Inventory } from '../resources/inventory';
import { Kind, SpecOf } from '../resources/kinds';
import { fullName, Resource } from '../resources/policy';

/** Finds the proxies on the way to destinations, and keeps what it found. */
export class WayFinder {
  private readonly ways = new Map<string, readonly Way[]>();
  private readonly directWays = new Map<string, readonly Way[]>();
  private readonly attached = new Map<string, AttachedPolicies>();
  private readonly planes: ControlPlanes;

  constructor(private readonly inventory: Inventory, private readonly mesh: Mesh) {
    this.planes = new ControlPlanes(inventory, mesh);
  }

  /** The way to a destination, one for each workload behind it. Who goes past waypoints is only asked where there is one on it. */
  find(destination: RequestDestination, goesPast: () => boolean): readonly Way[] {
    const key = JSON.stringify(destination);
    const ways = kept(this.ways, key, () => this.search(destination, false));
    if (!ways[0].hops.some(({ at }) => at === 'waypoint') || !goesPast()) return ways;
    return kept(this.directWays, key, () => this.search(destination, true));
  }

  private search(destination: RequestDestination, direct: boolean): readonly Way[] {
    if (destination.gateway !== undefined) {
      return [this.noted({ hops: [this.gatewayHop(destination, destination.gateway)], notes: [] })];
    }
    const targets = this.targets(destination);
    const names = targets.map(({ workload }) => workload && fullName(workload));
    const note = targets.length === 1 ? [] : [`Service '${destination.service}' leads to several workloads: ${names.join(', ')}`];
    return targets.map((target, i) => {
      const way = this.noted(this.wayTo(target, direct));
      return { ...way, to: names[i], if: `it is sent on to '${names[i]}'`, notes: [...note, ...way.notes] };
    });
  }

  /** With what is to be said of its proxies. */
  private noted(way: Way): Way {
    const notes = way.hops.flatMap(({ proxy, attached }) =>
      [...ofOtherRevisions(proxy, attached), ...unevaluated(this.planes.readBy(proxy.revision), this.mesh, proxy)]);
    const [unknown] = way.hops.flatMap(({ proxy }) => this.planes.whyUnknown(fullName(proxy), proxy.revision) ?? []);
    return { ...way, notes: [...way.notes, ...notes], unknown: way.unknown ?? unknown };
  }

  private wayTo(target: Target, direct: boolean): Way {
    const { destination } = target;
    const notes: string[] = [];
    const dialled = asDialled(target);
    const { gateway: waypoint, unknown } = this.waypoint(dialled, direct, notes);
    if (unknown !== undefined) return { hops: [], notes, unknown };
    const hops = waypoint ? [this.waypointHop(dialled, waypoint)] : [];
    if (destination.proxy === ProxyKind.WAYPOINT || waypoint && !hasPort(target)) return { hops, notes };
    const { workload } = target;
    if (!workload) return { hops, notes, unknown: whyNoWorkload(target) };
    const found = proxyOfWorkload(this.inventory, this.mesh, workload);
    const port = containerPort(target, workload);
    const { kind, ...arrival } = destination.proxy ? arrivalAtNamed(destination.proxy, port) : arrivalAt(found, port, this.mesh);
    const via = waypoint && identityOfAccount(waypoint.namespace, waypoint.name, this.mesh);
    const last = kind && port !== undefined ? [this.workloadHop(kind, target, { ...workload, port, via, found })] : [];
    return { ...arrival, hops: [...hops, ...last], notes: [...notes, ...arrival.notes] };
  }

  private workloadHop(kind: ProxyKind, target: Target, entered: Entered): Hop {
    if (kind === ProxyKind.ZTUNNEL) return this.ztunnelHop(target, entered);
    if (kind === ProxyKind.GATEWAY) return this.gatewayHop({ ...target.destination, port: entered.port }, entered.name);
    return this.sidecarHop(target, entered);
  }

  private targets(destination: RequestDestination): Target[] {
    const { namespace, service: serviceName, serviceEntry: entryName, workload: name, labels } = destination;
    const service = serviceName === undefined ? undefined : this.existing('Service', namespace, serviceName, 'service');
    const entry = entryName === undefined ? undefined : this.existing('ServiceEntry', namespace, entryName, 'serviceEntry');
    if (name === undefined && !service && !entry) {
      throw new Error('destination must name a workload, service, serviceEntry or gateway, got none; add the one that the client addresses');
    }
    if (name === undefined) {
      const behind = service ? workloadsBehind(this.inventory, service) : [];
      return behind.length === 0 ? [{ destination, service, entry }] : behind.map(workload => ({ destination, service, workload }));
    }
    const found = findWorkload(this.inventory, namespace, name) ?? (labels && { namespace, name, labels: {}, annotations: {} });
    if (!found) throw new Error(`destination.workload must be a workload of the manifests, got '${name}' in namespace '${namespace}'; add its manifest, or state its labels`);
    return [{ destination, service, entry, workload: { ...found, labels: labels ?? found.labels } }];
  }

  private existing<K extends Kind>(kind: K, namespace: string, name: string, prop: string): Resource<SpecOf<K>> {
    const found = this.inventory.find(kind, namespace, name);
    if (!found) throw new Error(`destination.${prop} must be a ${kind} of the manifests, got '${name}' in namespace '${namespace}'; add its manifest`);
    return found;
  }

  private waypoint(target: Target, direct: boolean, notes: string[]): FoundWaypoint {
    const { proxy, namespace, waypoint: stated } = target.destination;
    if (proxy !== undefined && proxy !== ProxyKind.WAYPOINT) return {};
    const addressed = { namespace, object: target.service ?? target.entry, workload: target.workload, waypoint: stated };
    const found = waypointFor(this.inventory, addressed);
    const { gateway, note, unknown } = found;
    if (note !== undefined) notes.push(note);
    if (!gateway && unknown === undefined && (proxy !== undefined || stated !== undefined)) {
      const got = stated === undefined ? 'none, and no label names one' : `'${stated}'`;
      throw new Error(`destination.waypoint must be a waypoint of the manifests, got ${got}; add its Gateway`);
    }
    if (!gateway || !direct || stated !== undefined || proxy !== undefined) return found;
    notes.push(`the client goes past the waypoint ${fullName(gateway)}: only clients in ambient mode use it`);
    return {};
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
    return { at: 'gateway', ...this.envoy(proxy, port, ip ?? pods.ip), servers: classicServers(this.planes.readBy(revision), { ...pods, labels }, port) };
  }

  private waypointHop(target: Target, waypoint: Resource<unknown>): Hop {
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
    const ip = destination.ip ?? (addressed ? service?.spec.clusterIP ?? entry?.spec.addresses?.[0] : workload?.ip);
    const protocol: Protocol | undefined = addressed ? portProtocol(target) : 'AUTO';
    return { at: 'waypoint', ...this.envoy(proxy, destination.port, ip), protocol };
  }

  private sidecarHop(target: Target, workload: Entered): Hop {
    const { namespace, name, port, via, found: { labels, revision = this.planes.ownerOf(workload) } } = workload;
    const inventory = this.planes.readBy(revision);
    const mode = sidecarMode(inventory, this.mesh, namespace, labels, port);
    const ports = servicesOf(inventory, workload).flatMap(portsOf);
    const declared = ports.find(candidate => targetPort(candidate, workload.podSpec) === port);
    const ip = (target.service ? undefined : target.destination.ip) ?? workload.ip;
    const protocol = declared ? servicePortProtocol(declared) : 'AUTO';
    return { at: 'sidecar', ...this.envoy({ kind: ProxyKind.SIDECAR, namespace, name, labels, revision }, port, ip), via, protocol, mode };
  }

  private ztunnelHop(target: Target, workload: Entered): Hop {
    const { namespace, name, port, via, found: { labels, takesTunnelsOnly } } = workload;
    const proxy: Proxy = { kind: ProxyKind.ZTUNNEL, namespace, name, labels, revision: this.planes.ownerOf() };
    const ip = addressBits((target.service ? undefined : target.destination.ip) ?? workload.ip);
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

/** The pods that a connection gets to. */
interface Entered extends Workload {
  readonly port: number;
  readonly via?: string;
  readonly found: FoundProxy;
}

/** What a destination names. */
interface Target {
  readonly destination: RequestDestination;
  readonly service?: Resource<SpecOf<'Service'>>;
  readonly entry?: Resource<SpecOf<'ServiceEntry'>>;
  readonly workload?: Workload;
}

/** What the client connects to: of a Service without cluster address the pods themselves, which a waypoint for Services is not in front of. */
function asDialled(target: Target): Target {
  const { service, workload, destination } = target;
  const port = service?.spec.clusterIP === 'None' && workload ? containerPort(target, workload) : undefined;
  return port === undefined ? target : { destination: { ...destination, port }, workload };
}

function whyNoWorkload({ destination, entry }: Target): string {
  if (entry) return `what enforces policy on the way to ServiceEntry '${entry.name}' is not evaluated: no waypoint is bound to it`;
  return `no workload of the manifests is behind Service '${destination.service}'`;
}

function servicePort(service: Resource<SpecOf<'Service'>>, port: number): ServicePort | undefined {
  return portsOf(service).find(candidate => candidate.port === port);
}

function hasPort({ service, destination: { port } }: Target): boolean {
  return !service || servicePort(service, port) !== undefined;
}

/** The port of the workload that is addressed; undefined if the manifests do not tell. */
function containerPort({ service, destination: { port, proxy } }: Target, workload: Workload): number | undefined {
  if (!service) return port;
  const found = servicePort(service, port);
  if (found) return targetPort(found, workload.podSpec);
  if (proxy) return port;
  const ports = portsOf(service).map(candidate => candidate.port).join(', ');
  throw new Error(`destination.port must be a port of Service '${service.name}' (${ports}), got ${port}; leave out the service to address a container port`);
}

function portProtocol({ service, entry, destination: { port } }: Target): Protocol | undefined {
  if (service) {
    const found = servicePort(service, port);
    return found && servicePortProtocol(found);
  }
  const found = entry?.spec.ports?.find(({ number }) => number === port);
  return found && namedProtocol(found.protocol ?? '');
}

/** Labels that Istio gives the pods of a Gateway API Gateway. */
function gatewayLabels({ name, meta }: Resource<unknown>): Record<string, string> {
  return { ...meta.labels, 'gateway.networking.k8s.io/gateway-name': name, 'istio.io/gateway-name': name, 'gateway.istio.io/managed': 'istio.io-gateway-controller' };
}
