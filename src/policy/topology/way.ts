import { convertedPolicies } from './ambient-mutual-tls';
import { attachedPolicies, AttachedPolicies } from './attached-policies';
import { switchesAssumed } from './assumed-switches';
import { gatewayChains } from './gateway-chains';
import { FoundGateway, gatewayAt, gatewayMade, gatewayNamed, GatewayPods, GATEWAY_NAME, NamedGateway } from './gateway-pods';
import { EnvoyHop, Hop, Way } from './hop';
import { sidecarMode } from './mutual-tls';
import { namedProtocol, portsOf, Protocol, ServicePort, servicePortProtocol, targetPort } from './protocol';
import { Proxy } from './proxy';
import { settingsOf } from './proxy-settings';
import { FoundWaypoint, isCaptured, proxyOfWorkload, waypointFor } from './topology';
import { unevaluated } from './unevaluated';
import { findWorkload, servicesOf, Workload, workloadsBehind } from './workload';
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

  constructor(private readonly inventory: Inventory, private readonly mesh: Mesh) {}

  /** The way to a destination, one for each workload behind it. Who goes past waypoints is only asked where there is one on it. */
  find(destination: RequestDestination, goesPast: () => boolean): readonly Way[] {
    const key = JSON.stringify(destination);
    const ways = kept(this.ways, key, () => this.search(destination, false));
    if (!ways[0].hops.some(({ at }) => at === 'waypoint') || !goesPast()) return ways;
    return kept(this.directWays, key, () => this.search(destination, true));
  }

  private search(destination: RequestDestination, direct: boolean): readonly Way[] {
    const { namespace, gateway, service, workload } = destination;
    if (gateway !== undefined) return [this.wayToGateway(destination, gatewayNamed(this.inventory, this.mesh, namespace, gateway))];
    const made = this.isThere(destination) ? undefined : gatewayMade(this.inventory, this.mesh, namespace, workload ?? service ?? '');
    if (made) return [this.wayToGateway(destination, { pods: made })];
    const targets = this.targets(destination);
    const names = targets.map(({ workload }) => workload && fullName(workload));
    const note = targets.length === 1 ? [] : [`Service '${destination.service}' leads to several workloads: ${names.join(', ')}`];
    return targets.map((target, i) => {
      const way = this.wayTo(target, direct);
      return { ...way, to: names[i], if: `it is sent on to '${names[i]}'`, notes: [...note, ...way.notes, ...this.unevaluated(way.hops)] };
    });
  }

  private unevaluated(hops: readonly Hop[]): string[] {
    return hops.flatMap(({ proxy, attached }) => [...unevaluated(this.inventory, this.mesh, proxy), ...switchesAssumed(this.mesh, proxy, attached)]);
  }

  private wayToGateway({ port, ip }: RequestDestination, { pods, unknown }: NamedGateway): Way {
    const hops = pods ? [this.gatewayHop(pods, port, ip)] : [];
    return { hops, notes: this.unevaluated(hops), unknown };
  }

  /** Whether the manifests have what is addressed. */
  private isThere({ namespace, service, workload, labels }: RequestDestination): boolean {
    if (workload !== undefined) return labels !== undefined || findWorkload(this.inventory, namespace, workload) !== undefined;
    return service === undefined || this.inventory.find('Service', namespace, service) !== undefined;
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
    const { kind, note } = destination.proxy ? { kind: destination.proxy } : proxyOfWorkload(this.inventory, this.mesh, workload);
    const gateway = destination.proxy && destination.proxy !== ProxyKind.GATEWAY ? undefined : gatewayAt(this.inventory, workload, kind);
    if (gateway) return this.wayBehindService(target, gateway, hops, notes);
    if (!kind) return { hops, notes: [...notes, `${note}: no proxy enforces policy for it`] };
    if (note !== undefined) notes.push(note);
    const port = containerPort(target, workload);
    if (port === undefined) return { hops, notes, unknown: 'the container port that the Service leads to is not in the manifests' };
    const via = waypoint && identityOfAccount(waypoint.namespace, waypoint.name, this.mesh);
    if (kind === ProxyKind.ZTUNNEL) return { hops: [...hops, this.ztunnelHop(target, workload, port, via)], notes };
    if (destination.proxy || isCaptured(workload, port)) return { hops: [...hops, this.sidecarHop(target, workload, port, via)], notes };
    return { hops, notes: [...notes, `port ${port} is not captured by the sidecar: no proxy enforces policy for it`] };
  }

  /** The way to pods that are a gateway, and are addressed like any others. */
  private wayBehindService(target: Target, { pods, note }: FoundGateway, before: readonly Hop[], notes: readonly string[]): Way {
    const port = containerPort(target, target.workload!);
    const all = [...notes, note ?? []].flat();
    if (port === undefined) return { hops: before, notes: all, unknown: 'the container port that the Service leads to is not in the manifests' };
    return { hops: [...before, this.gatewayHop(pods, port, target.service ? undefined : target.destination.ip)], notes: all };
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

  private gatewayHop(pods: GatewayPods, port: number, ip: string | undefined): Hop {
    const { namespace, name, labels, annotations } = pods;
    const proxy: Proxy = { kind: ProxyKind.GATEWAY, namespace, name, gatewayName: labels[GATEWAY_NAME], labels };
    const mesh = settingsOf(this.mesh, annotations, true);
    return { at: 'gateway', ...this.envoy(proxy, port, ip ?? pods.ip), mesh, listeners: gatewayChains(this.inventory, mesh, pods, port) };
  }

  private waypointHop(target: Target, waypoint: Resource<unknown>): Hop {
    const { destination, service, entry, workload } = target;
    const addressed = service ?? entry;
    const proxy: Proxy = {
      kind: ProxyKind.WAYPOINT,
      namespace: waypoint.namespace,
      name: waypoint.name,
      gatewayName: waypoint.name,
      labels: gatewayLabels(waypoint),
      object: addressed && { kind: service ? 'Service' : 'ServiceEntry', namespace: addressed.namespace, name: addressed.name },
    };
    const ip = destination.ip ?? (addressed ? service?.spec.clusterIP ?? entry?.spec.addresses?.[0] : workload?.ip);
    const protocol: Protocol | undefined = addressed ? portProtocol(target) : 'AUTO';
    const mesh = settingsOf(this.mesh, waypoint.meta.annotations ?? {}, false);
    return { at: 'waypoint', ...this.envoy(proxy, destination.port, ip), mesh, protocol };
  }

  private sidecarHop(target: Target, workload: Workload, port: number, via: string | undefined): Hop {
    const { namespace, name, labels } = workload;
    const mode = sidecarMode(this.inventory, this.mesh, namespace, labels, port);
    const ports = servicesOf(this.inventory, workload).flatMap(portsOf);
    const declared = ports.find(candidate => targetPort(candidate, workload.podSpec) === port);
    const ip = (target.service ? undefined : target.destination.ip) ?? workload.ip;
    const protocol = declared ? servicePortProtocol(declared) : 'AUTO';
    const mesh = settingsOf(this.mesh, workload.annotations, false);
    return { at: 'sidecar', ...this.envoy({ kind: ProxyKind.SIDECAR, namespace, name, labels }, port, ip), mesh, via, protocol, mode };
  }

  private ztunnelHop(target: Target, workload: Workload, port: number, via: string | undefined): Hop {
    const { namespace, name, labels } = workload;
    const proxy: Proxy = { kind: ProxyKind.ZTUNNEL, namespace, name, labels };
    const ip = addressBits((target.service ? undefined : target.destination.ip) ?? workload.ip);
    const converted = convertedPolicies(this.inventory, this.mesh, namespace, labels);
    return { at: 'ztunnel', proxy, port, ip, via, converted, mesh: this.mesh, attached: this.attachedTo(proxy) };
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
