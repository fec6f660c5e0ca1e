import { Rendering } from './rendering';
import { uncutPods } from './uncut-pods';
import { DataPlane } from '../intent/mesh';
import { labelsKey, NetworkCut, NetworkFlow, NetworkIntent, NetworkParty, NetworkPortData, NetworkTwins, partyKey } from '../intent/network-intent';
import { Labels } from '../intent/workload';
import { groupedBy, oneOfEach } from '../util/grouped';

/** The role of the policy that closes the whole namespace but for what others allow. */
export const NETWORK_DENY = 'deny-all';

/** Where probes come from that ztunnel lets pass: Istio has the kubelet's address changed to one that no network has. */
const PROBE_BLOCKS = ['169.254.7.127/32', 'fd16:9254:7127:1337:ffff:ffff:ffff:ffff/128'];

/** The role of the one that lets pods ask for names and for configuration, where not all of them may. */
const NETWORK_OTHERS = 'all-others';

type Specs = Rendering['specs'];

/**
 * What the intents of the app say of the pods of a namespace, as a network tells it that knows pods, addresses and ports: one policy that closes all pods, and one for each workload with whom it lets
 * in. They are added up by Kubernetes, so that what is in quarantine is left out of every one of them: a policy that is for nothing else stays, and lets nothing pass, as one that is gone from the app
 * is not yet gone from the cluster.
 */
export function renderNetwork(intent: NetworkIntent): Rendering {
  const { twins, ingress, egress } = intent;
  if (!twins) { return { specs: {}, problems: [] }; }
  return { specs: { ...closed(intent, twins), ...policiesOf(ingress, intent, 'ingress'), ...policiesOf(egress, intent, 'egress') }, problems: [] };
}

/** What all pods need is let through: probes, names, and where proxies are told what to do. But what is in quarantine could tell anybody anything by the names that it asks for. */
function closed({ mesh: { istioNamespace }, namespace: { name, dataPlane }, cuts }: NetworkIntent, { egress }: NetworkTwins): Specs {
  const probes = dataPlane === DataPlane.AMBIENT ? { ingress: [{ from: PROBE_BLOCKS.map(blockPeer) }] } : {};
  if (!egress) { return { [NETWORK_DENY]: { podSelector: {}, policyTypes: ['Ingress'], ...probes } }; }
  const names = { to: egress.parties.filter(isSomebody).flatMap(party => peersOf(party, name, [])), ports: egress.ports.flatMap(number => (['UDP', 'TCP'] as const).map(transport => portOf({ number, transport }))) };
  const istiod = { to: peersOf({ kind: 'pods', namespace: istioNamespace, name: 'istiod', labels: { app: 'istiod' } }, name, []), ports: [portOf({ number: ISTIOD_PORT, transport: 'TCP' })] };
  const needed = { egress: [names, istiod] };
  const cut = cuts.filter(({ namespace, isWhole }) => isWhole && namespace === name);
  return {
    [NETWORK_DENY]: { podSelector: {}, policyTypes: ['Ingress', 'Egress'], ...probes, ...cut.length === 0 ? needed : {} },
    ...cut.length === 0 ? {} : named(NETWORK_OTHERS, uncutPods({}, cut).map(podSelector => ({ podSelector, policyTypes: ['Egress'], ...needed }))),
  };
}

/** Certificates and configuration, by TLS. */
const ISTIOD_PORT = 15012;

/** How the rules of a direction are written, and whose pods they are for. */
const DIRECTIONS = {
  ingress: { policyType: 'Ingress', prefix: 'to', peers: 'from', own: ({ to }: NetworkFlow) => to, other: ({ from }: NetworkFlow) => from },
  egress: { policyType: 'Egress', prefix: 'from', peers: 'to', own: ({ from }: NetworkFlow) => from, other: ({ to }: NetworkFlow) => to },
} as const;

type DirectionName = keyof typeof DIRECTIONS;

/** One policy for each workload of the namespace that takes connections, or starts them. */
function policiesOf(flows: readonly NetworkFlow[], { namespace: { name: namespace }, cuts }: NetworkIntent, direction: DirectionName): Specs {
  const { policyType, prefix, own } = DIRECTIONS[direction];
  const byOwn = [...groupedBy(flows.filter(isOpen), flow => labelsKey(labelsOf(own(flow)))).values()];
  const workloads = byOwn.map(group => ({ group, labels: labelsOf(own(group[0])), name: nameOf(own(group[0])) }));
  const isCut = cuts.filter(cut => cut.namespace === namespace && (cut.isWhole || direction === 'egress'));
  return Object.assign({}, ...workloads.map(({ group, labels, name }) => {
    const isTwice = workloads.filter(one => one.name === name).length > 1;
    const rules = rulesOf(group, namespace, direction, cuts);
    const open = uncutPods(labels, isCut).map(podSelector => ({ podSelector, policyTypes: [policyType], [direction]: rules }));
    const specs = open.length > 0 ? open : [{ podSelector: selectorOf(labels), policyTypes: [policyType], [direction]: [] }];
    return named(`${prefix}-${isTwice ? `${name}-${labelsKey(labels)}` : name}`, specs);
  })) as Specs;
}

/** The first has the role itself, so that it takes the place of what was there before; no name has a plus. */
function named(role: string, specs: readonly object[]): Specs {
  return Object.fromEntries(specs.map((spec, index) => [index === 0 ? role : `${role}+${index + 1}`, spec]));
}

/** An empty list of ports would be all of them. */
function isOpen({ ports }: NetworkFlow): boolean { return ports === undefined || ports.length > 0; }

function nameOf(party: NetworkParty): string { return party.kind === 'pods' ? party.name : 'all'; }

function labelsOf(party: NetworkParty): Labels { return party.kind === 'pods' ? party.labels : {}; }

function selectorOf(labels: Labels): object { return Object.keys(labels).length === 0 ? {} : { matchLabels: { ...labels } }; }

/** One rule for each group of ports, with everybody who may use it; without anybody it would be for all. */
function rulesOf(flows: readonly NetworkFlow[], namespace: string, direction: DirectionName, cuts: readonly NetworkCut[]): object[] {
  const { other, peers: field } = DIRECTIONS[direction];
  // whom nothing reaches, and who reaches nothing
  const isCut = cuts.filter(({ isWhole }) => isWhole || direction === 'ingress');
  const byPorts = groupedBy(byParty(flows, other), ({ ports }) => portsKey(ports));
  return [...byPorts.values()].flatMap(group => {
    const parties = group.map(({ party }) => party);
    const isAnybody = !parties.every(isSomebody);
    const { ports } = group[0];
    const peers = parties.filter(isSomebody).flatMap(party => peersOf(party, namespace, isCut));
    const listed = ports ? { ports: ports.map(portOf) } : {};
    return isAnybody ? [listed] : peers.length === 0 ? [] : [{ [field]: peers, ...listed }];
  });
}

interface Reach { readonly party: NetworkParty; readonly ports?: readonly NetworkPortData[] }

/** Each party once, with all ports that it may use. */
function byParty(flows: readonly NetworkFlow[], other: (flow: NetworkFlow) => NetworkParty): Reach[] {
  return [...groupedBy(flows, flow => partyKey(other(flow))).values()].map(group => {
    const isAll = group.some(({ ports }) => ports === undefined);
    const ports = oneOfEach(group.flatMap(flow => flow.ports ?? []), port => `${port.number}/${port.transport}`);
    return { party: other(group[0]), ...isAll ? {} : { ports: ports.sort((a, b) => a.number - b.number || a.transport.localeCompare(b.transport)) } };
  });
}

/** A rule of a NetworkPolicy, as far as it names addresses that it lets in. */
interface NetworkRule { readonly from?: readonly { readonly ipBlock?: { readonly cidr?: string } }[] }

/** Whether a rule lets in nothing but probes. */
export function isProbeRule({ from = [] }: NetworkRule): boolean { return from.length > 0 && from.every(({ ipBlock }) => PROBE_BLOCKS.includes(ipBlock?.cidr ?? '')); }

function portsKey(ports: readonly NetworkPortData[] | undefined): string { return ports?.map(({ number, transport }) => `${number}/${transport}`).join() ?? 'all'; }

function portOf({ number, transport }: NetworkPortData): object { return { protocol: transport, port: number }; }

/** Who is not just anybody. */
type Somebody = Exclude<NetworkParty, { readonly kind: 'anywhere' }>;

function isSomebody(party: NetworkParty): party is Somebody { return party.kind !== 'anywhere'; }

/** A selector of pods alone is for those of the namespace of the policy. */
function peersOf(party: Somebody, namespace: string, cuts: readonly NetworkCut[]): object[] {
  if (party.kind === 'block') { return [blockPeer(party.cidr)]; }
  const place = party.namespace === namespace ? {} : inNamespace(party.namespace);
  const isCut = cuts.filter(cut => cut.namespace === party.namespace);
  if (party.kind === 'pods') { return uncutPods(party.labels, isCut).map(podSelector => ({ ...place, podSelector })); }
  // all pods of another namespace need no selector of their own
  return uncutPods({}, isCut).map(podSelector => party.namespace === namespace || 'matchExpressions' in podSelector ? { ...place, podSelector } : place);
}

/** Every Namespace has this label, which nobody can take away or give to another. */
function inNamespace(name: string): object { return { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } } }; }

function blockPeer(cidr: string): object { return { ipBlock: { cidr } }; }
