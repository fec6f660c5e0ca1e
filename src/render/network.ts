import { Rendering } from './rendering';
import { DataPlane } from '../intent/mesh';
import { labelsKey, NetworkFlow, NetworkIntent, NetworkParty, NetworkPortData, partyKey } from '../intent/network-intent';
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
export function renderNetwork({ namespace, twins, ingress }: NetworkIntent): Rendering {
  if (!twins) { return { specs: {}, problems: [] }; }
  const closed = { podSelector: {}, policyTypes: ['Ingress'], ...namespace.dataPlane === DataPlane.AMBIENT ? { ingress: [{ from: PROBE_BLOCKS.map(blockPeer) }] } : {} };
  return { specs: { [NETWORK_DENY]: closed, ...ingressPolicies(ingress, namespace.name) }, problems: [] };
}

function ingressPolicies(flows: readonly NetworkFlow[], namespace: string): { [role: string]: object } {
  const byTarget = [...groupedBy(flows.filter(isOpen), ({ to }) => partyKey(to)).values()];
  const named = byTarget.map(group => ({ group, to: group[0].to, name: nameOf(group[0].to) }));
  return Object.fromEntries(named.map(({ group, to, name }) => {
    const isTwice = named.filter(other => other.name === name).length > 1;
    const role = `to-${isTwice ? `${name}-${labelsKey(labelsOf(to))}` : name}`;
    return [role, { podSelector: selectorOf(labelsOf(to)), policyTypes: ['Ingress'], ingress: rulesOf(group, ({ from }) => from, namespace, 'from') }];
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
