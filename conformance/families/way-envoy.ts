import { Check, UNDECIDED } from './family';
import { differences, MeshWorld } from './mesh-world';
import { passedThrough, passesServerNames } from './passthrough-cluster';
import { ofEastWest } from './way-east-west';
import { EnvoyClient } from '../../src/policy/clients/client';
import { Cluster, clusterOf } from '../../src/policy/clients/cluster';
import { SentTransport, sentTransports } from '../../src/policy/clients/sent-transport';
import { Mesh } from '../../src/policy/request/mesh-settings';
import { ProxyKind } from '../../src/policy/request/request';
import { Inventory } from '../../src/policy/resources/inventory';
import { fullName } from '../../src/policy/resources/policy';
import { addressed } from '../../src/policy/services/addressed';
import { Endpoint, endpointsOf } from '../../src/policy/services/endpoint';
import { knownEntry, KnownService, knownService } from '../../src/policy/services/known-service';
import { bindingOfObject } from '../../src/policy/way/waypoint-binding';
import { passagesOf } from '../../src/policy/way/waypoint-passage';
import { KubernetesGateway } from '../../src/policy/workloads/waypoint';
import { findWorkload, Workload } from '../../src/policy/workloads/workload';
import { proxyOfWorkload } from '../../src/policy/workloads/workload-proxy';

type Verdict = Readonly<Record<string, unknown>>;
type ClientKind = 'sidecar' | 'gateway-classic' | 'gateway-api' | 'gateway-sni' | 'waypoint' | 'eastwest';

/** What the proxy of a client has for a destination. */
export interface EnvoyQuestion {
  readonly q: 'way';
  readonly client: { readonly kind: ClientKind; readonly pod: string };
  readonly destination: { readonly kind?: string; readonly namespace: string; readonly name: string; readonly pod?: string; readonly port: number; readonly subset?: string };
  readonly verdict: Verdict;
}

const FIELDS = ['cluster', 'clusterType', 'endpoints', 'transport', 'served', 'bySource'];

/** Puts one question to the functions that the evaluation itself uses. */
export function replayEnvoy(world: MeshWorld, inventory: Inventory, mesh: Mesh, { client, destination, verdict }: EnvoyQuestion): Check {
  const features = [...world.features, `way.${client.kind}`];
  const asked = { inventory, mesh, ...clientOf(inventory, mesh, client) };
  const ours = client.kind === 'eastwest' ? ofEastWest(world, asked, destination) : answer(asked, client.kind, destination);
  if (ours === undefined) return { features, apart: UNDECIDED };
  const recorded = comparable(verdict);
  const differs = differences(ours, recorded, FIELDS);
  if (differs.length === 0) return { features };
  return {
    features,
    disagreement: {
      where: `${world.id} ${client.kind} ${client.pod} to ${JSON.stringify(destination)} (${differs.join(', ')})`,
      input: JSON.stringify(world.manifests),
      recorded: JSON.stringify(recorded),
      ours: JSON.stringify(ours),
    },
  };
}

interface Asked {
  readonly inventory: Inventory;
  readonly mesh: Mesh;
  readonly client: EnvoyClient;
  /** The pods of the client, with the labels that they have once they run. */
  readonly pods: Workload;
}

const KINDS = { 'sidecar': ProxyKind.SIDECAR, 'gateway-classic': ProxyKind.GATEWAY, 'gateway-api': ProxyKind.GATEWAY, 'gateway-sni': ProxyKind.GATEWAY, 'waypoint': ProxyKind.WAYPOINT, 'eastwest': ProxyKind.GATEWAY } as const;

function clientOf(inventory: Inventory, mesh: Mesh, { kind, pod }: EnvoyQuestion['client']): Pick<Asked, 'client' | 'pods'> {
  const [namespace, name] = pod.split('/');
  const found = findWorkload(inventory, namespace, name)!;
  const { labels } = proxyOfWorkload(inventory, mesh, found);
  return { client: { kind: KINDS[kind], namespace, labels }, pods: { ...found, labels } };
}

/** What is sent to an address that the proxy does not know. */
const PASSED_ON: Verdict = { cluster: true, clusterType: 'ORIGINAL_DST', transport: 'plaintext' };

function answer(asked: Asked, kind: ClientKind, destination: EnvoyQuestion['destination']): Verdict | undefined {
  const { inventory, mesh, client } = asked;
  const { kind: of, pod, port, subset } = destination;
  const [namespace, name] = pod?.split('/') ?? [destination.namespace, destination.name];
  if (pod !== undefined && !addressed(inventory, mesh, { namespace, workload: name, port }, client.namespace).known) return PASSED_ON;
  const known = of === 'Service' ? knownService(inventory.find('Service', namespace, name)!) : knownEntry(inventory.find('ServiceEntry', namespace, name)!);
  const cluster = clusterOf(inventory, mesh, client, { known, port, subset });
  if (!cluster || kind === 'waypoint' && !isBoundTo(asked, known)) return { cluster: false };
  const base = { cluster: true, clusterType: cluster.type };
  if (cluster.type === 'ORIGINAL_DST') return { ...base, transport: transportOf(sentTransports(inventory, mesh, client, cluster)) };
  const direct = { ...base, endpoints: linesOf(asked, cluster) };
  if (kind === 'gateway-sni') return ofServerName(asked, cluster);
  if (client.kind !== ProxyKind.GATEWAY) return direct;
  const passages = passagesOf(inventory, mesh, known, { passage: 'gateway', namespace: client.namespace });
  if (passages.some(({ unknown }) => unknown !== undefined)) return undefined;
  return passages.some(({ waypoint }) => waypoint) ? { ...base, endpoints: passages.flatMap(({ waypoint }) => waypoint ? throughWaypoint(asked, cluster, waypoint) : []).sort() } : direct;
}

/** Whether a waypoint has the traffic of a host, or a share of it. */
function isBoundTo({ inventory, mesh, client }: Asked, { service, entry }: KnownService): boolean {
  const { waypoint, canary } = bindingOfObject(inventory, mesh, service ? { kind: 'Service', object: service } : { kind: 'ServiceEntry', object: entry! });
  return [waypoint, canary?.waypoint].some(one => one?.address !== undefined && one.gateway.namespace === client.namespace && one.gateway.name === client.labels['gateway.networking.k8s.io/gateway-name']);
}

/** Behind a gateway that passes on TLS by its server name. */
function ofServerName({ inventory, mesh, client, pods }: Asked, cluster: Cluster): Verdict {
  const { known } = cluster;
  if (known.isExternal || !passesServerNames(inventory, mesh, pods)) return { cluster: false };
  const toWaypoint = cluster.type === 'EDS' && passagesOf(inventory, mesh, known, { passage: 'gateway', namespace: client.namespace }).some(({ waypoint, unknown }) => waypoint ?? unknown);
  const endpoints = toWaypoint ? [] : passedThrough(inventory, mesh, cluster).map(endpoint => `endpoint ${targetOf(endpoint)} client-tls`);
  return { cluster: true, clusterType: cluster.type, endpoints: endpoints.sort() };
}

/** The pods of a waypoint, each by what it is asked for. */
function throughWaypoint({ inventory, mesh, client }: Asked, cluster: Cluster, waypoint: KubernetesGateway): string[] {
  const [ip] = cluster.known.ips;
  const service = inventory.of('Service', waypoint.namespace).find(({ spec }) => spec.selector?.['gateway.networking.k8s.io/gateway-name'] === waypoint.name);
  const pods = service ? endpointsOf(inventory, mesh, knownService(service), 15008) : [];
  return pods.map(pod => `waypoint ${ip}:${cluster.port} ${transportOf(sentTransports(inventory, mesh, client, cluster, pod))} ${fullName(waypoint)}`);
}

function linesOf({ inventory, mesh, client }: Asked, cluster: Cluster): string[] {
  return cluster.endpoints.map(endpoint => `endpoint ${targetOf(endpoint)} ${transportOf(sentTransports(inventory, mesh, client, cluster, endpoint))}`).sort();
}

function targetOf({ workload, address }: Endpoint): string {
  return workload && workload.kind !== 'endpoint' ? `${workload.kind}/${fullName(workload)}` : address ?? '';
}

const TLS = { none: '', istio: 'mtls', simple: 'tls', mutual: 'tls-mutual' } as const;

function transportOf(sent: readonly SentTransport[]): string {
  return sent.map(({ tunnel, tls }) => [...tunnel ? ['hbone'] : [], ...tls === 'none' ? tunnel ? [] : ['plaintext'] : [TLS[tls]]].join('+')).join(' or ');
}

/** Whether there is a cluster, and each endpoint in one line. */
function comparable({ cluster, endpoints, ...rest }: Verdict): Verdict {
  const listed = endpoints as { target: string; to: string; transport: string; waypoint?: string }[] | undefined;
  return { ...rest, cluster: cluster === undefined ? undefined : cluster !== null, endpoints: listed?.map(({ target, to, transport, waypoint }) => [to, target, transport, waypoint].filter(part => part !== undefined).join(' ')).sort() };
}
