import { toAuthorizer, toHost, toLegacyServer, toOtherServices } from './network-destinations';
import { NetworkSender, podsOfGateway, podsOfTarget, podsOfWaypoint, sendersOfCaller } from './network-parties';
import { readEach, readOnce } from './statement';
import { World } from './world';
import { Caller } from '../../../intent/caller';
import { EgressIntent, policyPortThrough } from '../../../intent/egress-intent';
import { IngressGatewayIntent, listeningPort, redirectedHosts, REDIRECT_PORT } from '../../../intent/ingress-intent';
import { AccessIntent, GatewayData, Intent, JwtIntent, NamespaceIntent } from '../../../intent/intent';
import { DataPlane, NamespaceFacts, waypointsOf } from '../../../intent/mesh';
import { NetworkFlow, NetworkIntent, NetworkParty, NetworkPortData, NetworkTwins, tcpPorts } from '../../../intent/network-intent';
import { OperationData } from '../../../intent/operation-data';
import { PlaintextIntent } from '../../../intent/plaintext-intent';
import { WorkloadFacts } from '../../../intent/workload';
import { TUNNEL_PORT } from '../../../policy/workloads/ambient-enrolment';
import { INJECT, DATAPLANE_MODE } from '../../../policy/workloads/label-names';
import { apiPorts } from '../../../render/api-ports';
import { attachmentOf } from '../../../render/attachment';
import { httpPortsOf, tcpPortOf } from '../../../render/port';
import { kept } from '../../../util/kept';
import { unique } from '../../../util/text';
import { unreachable } from '../../../util/unreachable';

const known = new WeakMap<World, readonly Intent[]>();

/** All that an app states but what is read from it. */
export function statedIntents(world: World): readonly Intent[] {
  return kept(known, world, () => readEach(world, statement => statement.isNetwork ? undefined : readOnce(world, statement)));
}

/** The connections that the intents of an app come to: those that arrive at pods of a namespace, and where that is asked those that start there. */
export function flowsAt(namespace: string, twins: NetworkTwins | undefined, world: World): Pick<NetworkIntent, 'ingress' | 'egress'> {
  if (!twins) { return { ingress: [], egress: [] }; }
  const all = flowsIn(world, twins.otherClusters);
  const isThere = (party: NetworkParty) => 'namespace' in party && party.namespace === namespace;
  // whoever lets in anybody lets in these pods, too
  const starting = all.filter(({ from, to }) => isThere(from) || (from.kind === 'anywhere' && to.kind !== 'anywhere'));
  return { ingress: all.filter(({ to }) => isThere(to)), egress: twins.egress ? [...starting, ...toAuthority(namespace, world)] : [] };
}

const knownFlows = new WeakMap<World, Map<string, readonly NetworkFlow[]>>();

/** All connections of an app, found once for all of its namespaces. */
function flowsIn(world: World, otherClusters: readonly string[]): readonly NetworkFlow[] {
  const found = kept(knownFlows, world, () => new Map<string, readonly NetworkFlow[]>());
  return kept(found, otherClusters.join(), () => statedIntents(world).flatMap(intent => flowsOf(intent, otherClusters, world)));
}

/** Proxies ask whoever signs for the mesh, where that is not istiod. */
function toAuthority(namespace: string, { mergedMeshConfig: { config: { certificateAuthority } } }: World): NetworkFlow[] {
  const issuer = certificateAuthority?.issuer;
  const [, within] = issuer?.kind === 'istioCsr' ? issuer.address.split(/[.:]/) : [];
  return within === undefined ? [] : [{ from: { kind: 'namespace', namespace }, to: { kind: 'namespace', namespace: within } }];
}

/** Every kind of intent says here what it is to a network that knows pods, addresses and ports only: never less than it lets pass, and more where it goes by methods, paths, tokens or names. */
function flowsOf(intent: Intent, otherClusters: readonly string[], world: World): NetworkFlow[] {
  const sendersOf = (callers: readonly Caller[]) => callers.flatMap(caller => sendersOfCaller(caller, otherClusters, world));
  switch (intent.kind) {
    // what is only tried out must arrive as well, for the proxy to say what it would do
    case 'access': return arriving(intent, sendersOf(intent.callers), operationPorts(intent.operations, intent.target));
    case 'jwt': return arriving(intent, sendersOf(callersOfApi(intent)), apiPorts(intent, []));
    case 'namespace': return [...metricsFlows(intent, sendersOf(intent.namespace.metrics?.readers ?? [])), ...intent.gateways.flatMap(publicGateway)];
    case 'mesh': return intent.gateways.flatMap(publicGateway);
    case 'plaintext': return inPlaintext(intent);
    case 'ingress-gateway': return [atGateway(intent)];
    case 'external-authorization': return toAuthorizer(intent);
    case 'legacy-destination': return toLegacyServer(intent, world);
    case 'egress': return [...atEgressGateway(intent, sendersOf(intent.callers)), ...toHost(intent, sendersOf(intent.callers))];
    case 'egress-boundary': return toOtherServices(intent, world);
    // the pods behind a gateway let in the gateway
    case 'ingress':
    case 'egress-gateway':
    // what these are about arrives by what others state
    case 'guardrail':
    case 'quarantine':
    case 'security-telemetry':
    case 'audit':
    case 'traffic-protection':
    case 'fault':
    case 'network':
    case 'mtls-migration': return [];
    default: return unreachable(intent);
  }
}

type Place = Pick<AccessIntent, 'target' | 'namespace'>;

/** To the pods, or to the waypoint and from there to the pods. */
function arriving({ target, namespace }: Place, senders: readonly NetworkSender[], ports: readonly number[]): NetworkFlow[] {
  const pods = podsOfTarget(target);
  const { waypoint } = namespace;
  if (waypoint && attachmentOf(target, namespace, []).proxy === 'waypoint') {
    const between = podsOfWaypoint(waypoint);
    const tunnel = tcpPorts(TUNNEL_PORT);
    return [...senders.map(({ party }) => ({ from: party, to: between, ports: tunnel })), { from: between, to: pods, ports: tunnel }];
  }
  return senders.map(({ party, mayTunnel }) => ({ from: party, to: pods, ports: portsAt(target, namespace, ports, mayTunnel) }));
}

/** Whoever calls pods in ambient mode comes by a tunnel; at a sidecar those in ambient mode may. */
function portsAt({ podLabels }: Pick<WorkloadFacts, 'podLabels'>, { dataPlane }: NamespaceFacts, ports: readonly number[], mayTunnel: boolean): NetworkPortData[] {
  const isInjected = podLabels[INJECT] === 'true' || (podLabels[DATAPLANE_MODE] !== 'ambient' && dataPlane === DataPlane.SIDECAR);
  const isAmbient = podLabels[DATAPLANE_MODE] === 'ambient' || dataPlane === DataPlane.AMBIENT;
  return tcpPorts(...isInjected ? ports : [], ...isAmbient || mayTunnel ? [TUNNEL_PORT] : []);
}

function operationPorts(operations: readonly OperationData[], target: WorkloadFacts): number[] {
  return unique(operations.flatMap(operation => operation.kind === 'tcp' ? tcpPortOf(operation, target, []) : httpPortsOf(operation, target, [])));
}

/** Where nobody is named a token is enough, or nothing. */
function callersOfApi({ rules, publicOperations, publicCallers, preflight, exemptCallers }: JwtIntent): Caller[] {
  const orAnyone = (callers: readonly Caller[]): readonly Caller[] => callers.length === 0 ? [{ kind: 'anyone' }] : callers;
  return [
    ...rules.flatMap(({ callers }) => orAnyone(callers)), ...publicOperations.length > 0 ? orAnyone(publicCallers) : [],
    ...preflight ? orAnyone(preflight.callers) : [], ...exemptCallers,
  ];
}

/** Istio merges what sidecars count into 15020, and what Envoy counts is on 15090; both are read without the mesh. Of an ambient namespace only its waypoints have such ports. */
const PROXY_METRICS = [15020, 15090];

function metricsFlows({ namespace }: NamespaceIntent, readers: readonly NetworkSender[]): NetworkFlow[] {
  const { name, waypoint, metrics, dataPlane } = namespace;
  const pods: NetworkParty = { kind: 'namespace', namespace: name };
  const ofProxies = dataPlane === DataPlane.SIDECAR ? PROXY_METRICS : [];
  const through = waypoint?.forPods ? podsOfWaypoint(waypoint) : undefined;
  return [
    ...readers.flatMap(({ party, mayTunnel }): NetworkFlow[] => [
      { from: party, to: through ?? pods, ports: portsAt({ podLabels: {} }, namespace, [...metrics!.ports, ...ofProxies], mayTunnel) },
      ...waypointsOf(namespace).map(one => ({ from: party, to: podsOfWaypoint(one), ports: tcpPorts(...PROXY_METRICS) })),
    ]),
    ...through && readers.length > 0 ? [{ from: through, to: pods, ports: tcpPorts(TUNNEL_PORT) }] : [],
  ];
}

/** The port by which load balancers ask whether a gateway is ready. */
const STATUS_PORT = 15021;

function publicGateway(gateway: GatewayData): NetworkFlow {
  const { namespace, ports } = gateway;
  const to: NetworkParty = gateway.kind === 'gateway-api' ? podsOfGateway(namespace, gateway.name)
    : { kind: 'pods', namespace, labels: gateway.labels, name: Object.values(gateway.labels).join('-') };
  return { from: { kind: 'anywhere' }, to, ports: tcpPorts(...ports, STATUS_PORT) };
}

/** Clients outside have any address; who of them may come in the gateway decides, behind whatever balances the load. */
function atGateway({ gateway }: IngressGatewayIntent): NetworkFlow {
  const { namespace, name, pods, servers } = gateway;
  const called = [...servers.map(({ port }) => port), ...redirectedHosts(gateway).length > 0 ? [REDIRECT_PORT] : []];
  const ports = unique(called.flatMap(port => listeningPort(gateway, port) ?? []));
  return { from: { kind: 'anywhere' }, to: pods ? podsOfTarget(pods) : podsOfGateway(namespace, name), ports: tcpPorts(...ports, STATUS_PORT) };
}

/** Whoever reaches a host through a gateway calls that. */
function atEgressGateway({ gateway, ports }: EgressIntent, senders: readonly NetworkSender[]): NetworkFlow[] {
  if (!gateway) { return []; }
  if (!gateway.pods) { return senders.map(({ party }) => ({ from: party, to: podsOfWaypoint(gateway), ports: tcpPorts(TUNNEL_PORT) })); }
  const { pods } = gateway;
  const listening = tcpPorts(...unique(ports.flatMap(port => policyPortThrough(gateway, port) ?? [])));
  return senders.map(({ party }) => ({ from: party, to: podsOfTarget(pods), ports: listening }));
}

/** Plaintext has no tunnels. */
function inPlaintext({ target, operations, networks }: PlaintextIntent): NetworkFlow[] {
  const ports = operations.length === 0 ? {} : { ports: tcpPorts(...operationPorts(operations, target)) };
  return networks.map(network => ({ from: { kind: 'block', cidr: blockOf(network) }, to: podsOfTarget(target), ...ports }));
}

/** An address as a block of its own. */
function blockOf(network: string): string {
  if (network.includes('/')) { return network; }
  return `${network}/${network.includes(':') ? 128 : 32}`;
}
