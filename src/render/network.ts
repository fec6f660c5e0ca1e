import { Rendering } from './rendering';
import { DataPlane } from '../intent/mesh';
import { labelsKey, NetworkFlow, NetworkIntent, NetworkParty, NetworkPortData, NetworkTwins, partyKey } from '../intent/network-intent';
import { Labels } from '../intent/workload';
import { groupedBy, oneOfEach } from '../util/grouped';

/** The role of the policy that closes the whole namespace but for what others allow. */
export const NETWORK_DENY = 'deny-all';

/** Where probes come from that ztunnel lets pass: Istio has the kubelet's address changed to one that no network has. */
const PROBE_BLOCKS = ['169.254.7.127/32', 'fd16:9254:7127:1337:ffff:ffff:ffff:ffff/128'];

/**
 * What the intents of the app say of the pods of a namespace, as a network tells it that knows pods, addresses and ports: one policy that closes all pods, and one for each workload with whom it lets
 * in. They are added up by Kubernetes.
 */
export function renderNetwork(intent: NetworkIntent): Rendering {
  const { namespace, twins, ingress, egress } = intent;
  if (!twins) { return { specs: {}, problems: [] }; }
  return { specs: { [NETWORK_DENY]: closed(intent, twins), ...policiesOf(ingress, namespace.name, 'ingress'), ...policiesOf(egress, namespace.name, 'egress') }, problems: [] };
}

/** What all pods need is let through: probes, names, and where proxies are told what to do. */
function closed({ mesh: { rootNamespace }, namespace: { name, dataPlane } }: NetworkIntent, { egress }: NetworkTwins): object {
  const probes = dataPlane === DataPlane.AMBIENT ? { ingress: [{ from: PROBE_BLOCKS.map(blockPeer) }] } : {};
  if (!egress) { return { podSelector: {}, policyTypes: ['Ingress'], ...probes }; }
  const names = { to: egress.parties.filter(isSomebody).map(party => peerOf(party, name)), ports: egress.ports.flatMap(number => (['UDP', 'TCP'] as const).map(transport => portOf({ number, transport }))) };
  const istiod = { to: [peerOf({ kind: 'pods', namespace: rootNamespace, name: 'istiod', labels: { app: 'istiod' } }, name)], ports: [portOf({ number: ISTIOD_PORT, transport: 'TCP' })] };
  return { podSelector: {}, policyTypes: ['Ingress', 'Egress'], ...probes, egress: [names, istiod] };
}

/** Certificates and configuration, by TLS. */
const ISTIOD_PORT = 15012;

/** How the rules of a direction are written, and whose pods they are for. */
const DIRECTIONS = {
  ingress: { policyType: 'Ingress', prefix: 'to', peers: 'from', own: ({ to }: NetworkFlow) => to, other: ({ from }: NetworkFlow) => from },
  egress: { policyType: 'Egress', prefix: 'from', peers: 'to', own: ({ from }: NetworkFlow) => from, other: ({ to }: NetworkFlow) => to },
} as const;

/** One policy for each workload of the namespace that takes connections, or starts them. */
function policiesOf(flows: readonly NetworkFlow[], namespace: string, direction: keyof typeof DIRECTIONS): { [role: string]: object } {
  const { policyType, prefix, peers, own, other } = DIRECTIONS[direction];
  const byOwn = [...groupedBy(flows.filter(isOpen), flow => labelsKey(labelsOf(own(flow)))).values()];
  const named = byOwn.map(group => ({ group, labels: labelsOf(own(group[0])), name: nameOf(own(group[0])) }));
  return Object.fromEntries(named.map(({ group, labels, name }) => {
    const isTwice = named.filter(one => one.name === name).length > 1;
    const role = `${prefix}-${isTwice ? `${name}-${labelsKey(labels)}` : name}`;
    return [role, { podSelector: selectorOf(labels), policyTypes: [policyType], [direction]: rulesOf(group, other, namespace, peers) }];
  }));
}

/** An empty list of ports would be all of them. */
function isOpen({ ports }: NetworkFlow): boolean { return ports === undefined || ports.length > 0; }

function nameOf(party: NetworkParty): string { return party.kind === 'pods' ? party.name : 'all'; }

function labelsOf(party: NetworkParty): Labels { return party.kind === 'pods' ? party.labels : {}; }

function selectorOf(labels: Labels): object { return Object.keys(labels).length === 0 ? {} : { matchLabels: { ...labels } }; }

/** One rule for each group of ports, with everybody who may use it. */
function rulesOf(flows: readonly NetworkFlow[], other: (flow: NetworkFlow) => NetworkParty, namespace: string, peers: 'from' | 'to'): object[] {
  const byPorts = groupedBy(byParty(flows, other), ({ ports }) => portsKey(ports));
  return [...byPorts.values()].map(group => {
    const parties = group.map(({ party }) => party);
    const isAnybody = !parties.every(isSomebody);
    const { ports } = group[0];
    const named = isAnybody ? {} : { [peers]: parties.filter(isSomebody).map(party => peerOf(party, namespace)) };
    return { ...named, ...ports ? { ports: ports.map(portOf) } : {} };
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

function portsKey(ports: readonly NetworkPortData[] | undefined): string { return ports?.map(({ number, transport }) => `${number}/${transport}`).join() ?? 'all'; }

function portOf({ number, transport }: NetworkPortData): object { return { protocol: transport, port: number }; }

/** Who is not just anybody. */
type Somebody = Exclude<NetworkParty, { readonly kind: 'anywhere' }>;

function isSomebody(party: NetworkParty): party is Somebody { return party.kind !== 'anywhere'; }

/** A selector of pods alone is for those of the namespace of the policy. */
function peerOf(party: Somebody, namespace: string): object {
  switch (party.kind) {
    case 'pods': return { ...party.namespace === namespace ? {} : inNamespace(party.namespace), podSelector: selectorOf(party.labels) };
    case 'namespace': return party.namespace === namespace ? { podSelector: {} } : inNamespace(party.namespace);
    case 'block': return blockPeer(party.cidr);
  }
}

/** Every Namespace has this label, which nobody can take away or give to another. */
function inNamespace(name: string): object { return { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } } }; }

function blockPeer(cidr: string): object { return { ipBlock: { cidr } }; }
