import { manifestOf, NetworkWorld, Place } from './network-worlds';
import { Random } from './random';
import { Rendered } from './rendered';
import { labelsKey } from '../../src/intent/network-intent';
import { LabelSelector } from '../../src/istio/label-selector';
import { PROBE_ADDRESSES } from '../../src/policy/workloads/ambient-enrolment';
import { groupedBy, oneOfEach } from '../../src/util/grouped';
import { addressOf, blockBits } from '../../src/util/ip';
import { unique } from '../../src/util/text';

interface Peer { readonly podSelector?: LabelSelector; readonly namespaceSelector?: LabelSelector; readonly ipBlock?: { readonly cidr: string } }
interface Rule { readonly from?: readonly Peer[]; readonly to?: readonly Peer[]; readonly ports?: readonly { readonly port: number }[] }
interface Policy {
  readonly kind: string;
  readonly metadata: { readonly namespace: string };
  readonly spec: { readonly podSelector: LabelSelector; readonly ingress?: readonly Rule[]; readonly egress?: readonly Rule[] };
}

const NAME = 'kubernetes.io/metadata.name';
const CONNECTIONS = 40;
/** One that no policy names, beside those that they do. */
const OTHER_PORT = 7777;

/** Whether an object is a NetworkPolicy of Kubernetes. */
export function isNetworkPolicy({ object }: Rendered): boolean { return object.apiVersion === 'networking.k8s.io/v1' && object.kind === 'NetworkPolicy'; }

/** The NetworkPolicies that apps render, app by app, among the pods and addresses that they speak of and a stranger in each namespace. */
export function renderedWorlds(rendered: readonly Rendered[], seed: number): NetworkWorld[] {
  const random = new Random(seed);
  const ofApps = groupedBy(rendered.filter(isNetworkPolicy), ({ origin }) => origin.slice(0, origin.lastIndexOf(', ')));
  return [...ofApps.values()].map(ofApp => worldOf(ofApp.map(({ object }) => object as unknown as Policy), random));
}

function worldOf(policies: readonly Policy[], random: Random): NetworkWorld {
  const rules = policies.flatMap(({ spec: { ingress = [], egress = [] } }) => [...ingress, ...egress]);
  const ports = [...unique(rules.flatMap(one => one.ports ?? []).map(({ port }) => port)), OTHER_PORT];
  const places = [...podsOf(policies), ...machinesOf(rules)];
  const namespaces = unique(places.map(({ namespace }) => namespace)).map(name => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }));
  const connections = random.times(CONNECTIONS, () => ({ from: random.one(places), to: random.one(places), port: random.one(ports) }));
  return { manifests: [...namespaces, ...places.map(manifestOf)], policies, connections: connections.filter(({ from, to }) => from !== to) };
}

/** A pod for each selector: of those that it is for, and of those that it leaves out. */
function podsOf(policies: readonly Policy[]): Place[] {
  const chosen = policies.flatMap(({ metadata: { namespace }, spec }) => [
    { namespace, selector: spec.podSelector },
    ...peersOf(spec.ingress ?? [], spec.egress ?? []).map(peer => ({ namespace: peer.namespaceSelector?.matchLabels?.[NAME] ?? namespace, selector: peer.podSelector ?? {} })),
  ]);
  const all = chosen.flatMap(({ namespace, selector: { matchLabels = {}, matchExpressions = [] } }) =>
    [{}, ...matchExpressions.flatMap(({ key, values = [] }) => values.map(value => ({ [key]: value })))].map(more => ({ namespace, labels: { ...matchLabels, ...more } })));
  const strangers = unique(all.map(({ namespace }) => namespace)).map(namespace => ({ namespace, labels: {} }));
  // Cyclonus takes NotIn to ask for the label as well, which the API does not: here every pod has it
  const asked = Object.fromEntries(chosen.flatMap(({ selector: { matchExpressions = [] } }) => matchExpressions.map(({ key }) => [key, 'of-nobody'])));
  const pods = oneOfEach([...all, ...strangers].map(({ namespace, labels }) => ({ namespace, labels: { ...asked, ...labels } })), ({ namespace, labels }) => `${namespace} ${labelsKey(labels)}`);
  return pods.map(({ namespace, labels }, index) => ({ namespace, name: `p${index}`, ip: `100.64.${index >> 8}.${index % 256}`, namespaceLabels: {}, pod: { labels, ports: [] } }));
}

/** Machines with the first addresses of blocks, and one in none; but for those of IPv6, which none of these pods has, and what probes come from: the node, of which Cyclonus knows nothing. */
function machinesOf(rules: readonly Rule[]): Place[] {
  const first = unique(peersOf(rules).flatMap(({ ipBlock }) => ipBlock ? addressOf(blockBits(ipBlock.cidr)!) : []));
  return [...first.filter(ip => !ip.includes(':') && !PROBE_ADDRESSES.includes(ip)), '203.0.113.9'].map((ip, index) => ({ namespace: 'machines', name: `m${index}`, ip, namespaceLabels: {} }));
}

function peersOf(...rules: readonly (readonly Rule[])[]): Peer[] { return rules.flat().flatMap(({ from = [], to = [] }) => [...from, ...to]); }
