import { OtherObject } from './other-objects';
import { mayCarry } from './reach';
import { meshWords } from './shape-key';
import { closesOthers, Intent, MeshIntent, namespaceOf, targetOf } from '../../../intent/intent';
import { waypointsOf } from '../../../intent/mesh';
import { PlaintextIntent } from '../../../intent/plaintext-intent';
import { portFacts, selects } from '../../../intent/ports';
import { Labels } from '../../../intent/workload';
import { KINDS } from '../../../policy/resources/kinds';
import { NETWORK_POLICY } from '../../../policy/resources/network-policy';
import { GATEWAY_NAME } from '../../../policy/workloads/label-names';
import { oneOfEach } from '../../../util/grouped';
import { unique } from '../../../util/text';
import { issuersOf } from '../../../validation/opening-tokens';
import { Opening, openingsOf } from '../../../validation/openings';
import { ANY_PORT, portsToClose } from '../../../validation/ports';
import { UNNAMED } from '../../../validation/samples';
import { Bystander } from '../../../validation/witness';
import { AppWorkload } from '../index/app-workloads';
import { isGatewayAlone, runsGateway, servedPorts } from '../index/gateway-pods';
import { World } from '../index/world';
import { strings } from '../reading/read-pods';

/**
 * Pods that a namespace or a mesh protects, though nobody states anything for them: those that other policies name, and workloads of the app.
 * What gateways admit is not asked, and Services are only where the whole app is looked at.
 */
export function bystandersOf(intent: Intent, near: readonly OtherObject[], isWhole: boolean, { world, exceptions }: Known): Bystander[] {
  if (targetOf(intent)) { return []; }
  const policies = near.filter(({ kind }) => kind === 'AuthorizationPolicy' || kind === 'PeerAuthentication');
  const named = policies.filter(policy => !isForGateway(policy, world)).map((other): Bystander => ({
    ...anyPods(other.namespace),
    labels: strings(other.manifest.spec?.selector?.matchLabels),
    ports: [ANY_PORT, ...portsWithModes(other)],
    openings: openingsIn([other], near, intent),
    exceptions: exceptionsAt(other.namespace, strings(other.manifest.spec?.selector?.matchLabels) ?? {}, exceptions),
  }));
  const place = namespaceOf(intent);
  if (!place) { return [anyPods(UNNAMED), ...named, ...closesOthers(intent) ? ofNamespaces(near, intent, world) : []]; }
  const { name: namespace } = place;
  const hasWaypoint = waypointsOf(place).length > 0;
  if (intent.kind === 'network') {
    const pods = anyPods(namespace);
    return [{ ...pods, ports: unique([...pods.ports, ...near.flatMap(portsOfNetwork)]) }, ...podsOnNetwork(namespace, world)];
  }
  const workloads = workloadsOf(intent, namespace, near, world);
  const elsewhere = named.filter(pods => pods.namespace === namespace && !workloads.some(({ pod }) => selects(pods.labels, pod.labels)));
  return [anyPods(namespace), ...workloads.map((workload): Bystander => {
    const ofIt = policies.filter(policy => isFor(policy, workload));
    const known = bystanderOf(workload, world);
    const ports = unique([...known.ports, ...ofIt.flatMap(portsWithModes)]).filter(port => !known.served?.includes(port));
    const meant = exceptionsAt(namespace, workload.pod.labels, exceptions);
    return { ...known, ports, podLabels: workload.pod.labels, openings: openingsIn(ofIt, near, intent), exceptions: meant };
  }), ...elsewhere, ...hasWaypoint && isWhole ? servicesOf(namespace, near, intent, world) : []];
}

/** Pods of the app that have an address of their own; at the ports of a gateway accesses say who may connect. */
function podsOnNetwork(namespace: string, world: World): Bystander[] {
  const known = world.workloads.in(namespace).filter(workload => !workload.pod.hostNetwork);
  return known.map(workload => ({ ...bystanderOf(workload, world), podLabels: workload.pod.labels, serviceAccount: workload.serviceAccount }));
}

/** Each namespace may have another data plane, and a waypoint, which policies without targetRefs do not reach. */
function ofNamespaces(near: readonly OtherObject[], intent: Intent, world: World): Bystander[] {
  return world.declarations.namespaces.flatMap(declared =>
    [anyPods(declared.name), ...waypointsOf(declared).length > 0 ? servicesOf(declared.name, near, intent, world) : []]);
}

/** At a waypoint policies are for Services, or for all that is behind it. */
function servicesOf(namespace: string, near: readonly OtherObject[], intent: Intent, world: World): Bystander[] {
  const atWaypoints = near.filter(({ manifest: { spec } }) => spec?.selector === undefined);
  const services = world.tree.servicesIn(namespace).filter(({ selector }) => selector && world.workloads.selectedBy(namespace, selector).length > 0);
  return services.map((service): Bystander => ({
    name: service.name,
    namespace,
    isService: true,
    ports: service.ports.filter(({ transport }) => transport === 'TCP').map(({ port }) => port),
    openings: openingsIn(atWaypoints, near, intent),
    exceptions: [],
  }));
}

/** The app, and what lets plaintext in on purpose in it. */
interface Known {
  readonly world: World;
  readonly exceptions: readonly PlaintextIntent[];
}

function exceptionsAt(namespace: string, labels: Labels, exceptions: readonly PlaintextIntent[]): readonly PlaintextIntent[] {
  return exceptions.filter(({ target }) => target.namespace === namespace && selects(target.selectorLabels, labels));
}

/** Whether a policy is for a gateway or a waypoint: one of the app, or one whose pods istiod makes and labels. */
function isForGateway({ namespace, manifest: { spec } }: OtherObject, world: World): boolean {
  const labels = spec?.selector?.matchLabels ?? {};
  if (Object.keys(labels).length === 0) { return false; }
  const everywhere = namespace === world.mesh.rootNamespace ? world.workloads.selectedOutside(namespace, labels) : [];
  const selected = [...world.workloads.selectedBy(namespace, labels), ...everywhere];
  return selected.some(workload => isGatewayAlone(workload)) || (labels[GATEWAY_NAME] !== undefined && selected.length === 0);
}

/** What the ALLOW rules of other policies let in from callers whom nobody names. */
export function openingsIn(policies: readonly OtherObject[], beside: readonly OtherObject[], { mesh }: Pick<MeshIntent, 'mesh'>): Opening[] {
  const issuers = issuersOf(beside.flatMap(({ kind, manifest: { spec } }) => kind === 'RequestAuthentication' ? KINDS.RequestAuthentication(spec) ?? [] : []));
  return policies.filter(({ kind, isMeant }) => kind === 'AuthorizationPolicy' && !isMeant).flatMap(({ manifest }) => openingsOf(KINDS.AuthorizationPolicy(manifest.spec) ?? {}, { mesh, issuers }));
}


/** Pods that nothing names. */
export function anyPods(namespace: string): Bystander {
  return { name: UNNAMED, namespace, labels: {}, ports: [ANY_PORT], openings: [], exceptions: [] };
}

function portsWithModes({ manifest }: OtherObject): number[] {
  return Object.keys(manifest.spec?.portLevelMtls ?? {}).map(Number).filter(port => Number.isInteger(port) && port > 0 && port <= ANY_PORT);
}

/** The ports that a NetworkPolicy names by number, of a range its ends. */
function portsOfNetwork({ kind, manifest }: OtherObject): number[] {
  const { ingress = [], egress = [] } = kind === 'NetworkPolicy' ? NETWORK_POLICY(manifest.spec) ?? {} : {};
  return [...ingress, ...egress].flatMap(({ ports = [] }) => ports.flatMap(({ port, endPort }) => [port, endPort].flatMap(one => typeof one === 'number' ? one : [])));
}

function isFor({ manifest }: OtherObject, { pod }: AppWorkload): boolean { return mayCarry(pod.labels, manifest.spec?.selector?.matchLabels); }

/**
 * Workloads whose pods may be told apart by the mesh: all where other objects may tell them apart, else one of each way in which pods themselves
 * speak of the mesh. A gateway is closed by the deny of its namespace, which one on its way to STRICT does not have.
 */
function workloadsOf({ kind }: Intent, namespace: string, near: readonly OtherObject[], world: World): AppWorkload[] {
  const isOpen = (workload: AppWorkload) => kind === 'mtls-migration' && isGatewayAlone(workload);
  const protectedHere = world.workloads.in(namespace).filter(workload => !isOpen(workload) && !world.isOutside(workload));
  if (near.length > 0) { return protectedHere; }
  const speaking = protectedHere.filter(workload => meshWords(workload) !== '');
  return oneOfEach(speaking, workload => runsGateway(workload) ? workload.path : meshWords(workload));
}

/** A workload as pods that are put to the test at each of their ports. */
export function bystanderOf(workload: AppWorkload, world: World): Bystander {
  const { name, namespace } = workload;
  const served = servedPorts(workload, world);
  const ports = portsOf(workload, world).filter(port => !served.includes(port));
  return { name, namespace, ports, served, runsGateway: runsGateway(workload), openings: [], exceptions: [] };
}

/** The ports at which a workload for which nobody states anything must be closed. */
function portsOf(workload: AppWorkload, world: World): number[] {
  const services = world.tree.servicesOf(workload.namespace, workload);
  return portsToClose({ ports: portFacts(workload.containerPorts, services, []), pod: workload.pod });
}
