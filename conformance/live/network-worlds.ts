import { Random } from './random';
import { isPartOf } from '../../src/util/ip';

/** What sends, or takes connections. */
export interface Place {
  readonly namespace: string;
  readonly name: string;
  readonly ip: string;
  readonly namespaceLabels: Record<string, string>;
  /** Undefined for a machine. */
  readonly pod?: { readonly labels: Record<string, string>; readonly ports: readonly { readonly name?: string; readonly containerPort: number }[] };
}

/** Pods, machines, the NetworkPolicies between them, and the connections that are asked about. */
export interface NetworkWorld {
  readonly manifests: readonly object[];
  readonly policies: readonly object[];
  readonly connections: readonly { readonly from: Place; readonly to: Place; readonly port: number }[];
}

const NAMESPACES = ['a', 'b', 'c'];
const LABELS = { app: ['x', 'y'], tier: ['front', 'back'] };
const PORTS = [80, 81, 443];
const BLOCKS = ['10.0.0.0/8', '10.1.0.0/16', '10.1.0.2/32', '10.2.0.0/15', '0.0.0.0/0', '192.0.2.0/24', 'fd00::/8'];
const EXCEPTED = ['10.1.0.0/24', '10.2.0.3/32', '192.0.2.1/32', 'fd00:1::/32'];
const CONNECTIONS = 12;

export function networkWorld(random: Random): NetworkWorld {
  const labels = new Map(NAMESPACES.map(name => [name, someLabels(random)]));
  const places = random.times(6, index => place(random, labels, index));
  const namespaces = [...labels].map(([name, some]) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: some } }));
  const connections = random.times(CONNECTIONS, () => ({ from: random.one(places), to: random.one(places), port: random.one(PORTS) }));
  return {
    manifests: [...namespaces, ...places.map(manifestOf)],
    policies: random.times(1 + random.below(5), index => policy(random, index)),
    // what a pod sends to itself, the network does not see
    connections: connections.filter(({ from, to }) => from !== to),
  };
}

function someLabels(random: Random): Record<string, string> {
  return Object.assign({}, ...Object.entries(LABELS).map(([label, values]) => random.maybe(() => ({ [label]: random.one(values) }), 0.6))) as Record<string, string>;
}

function place(random: Random, labels: ReadonlyMap<string, Record<string, string>>, index: number): Place {
  const namespace = random.one(NAMESPACES);
  const found = { namespace, namespaceLabels: labels.get(namespace)!, name: `w${index}` };
  if (random.chance(0.2)) { return { ...found, ip: `192.0.2.${index}` }; }
  const ports = PORTS.map(containerPort => ({ containerPort, ...random.maybe(() => ({ name: random.one(['web', 'tls']) }), 0.5) }));
  const isOnce = ports.filter(({ name }, at) => name === undefined || ports.findIndex(other => other.name === name) === at);
  return { ...found, ip: `10.${1 + random.below(3)}.0.${index}`, pod: { labels: someLabels(random), ports: isOnce } };
}

export function manifestOf({ namespace, name, ip, pod }: Place): object {
  if (!pod) { return { apiVersion: 'networking.istio.io/v1', kind: 'WorkloadEntry', metadata: { namespace, name }, spec: { address: ip } }; }
  const spec = { containers: [{ name: 'main', ...pod.ports.length > 0 ? { ports: pod.ports } : {} }] };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { namespace, name, labels: pod.labels }, spec, status: { podIP: ip } };
}

function policy(random: Random, index: number): object {
  const rules = (peers: string) => random.times(random.below(3), () => ({
    ...random.maybe(() => ({ [peers]: random.times(random.below(3), () => peer(random)) }), 0.8),
    ...random.maybe(() => ({ ports: random.times(random.below(3), () => port(random)) }), 0.5),
  }));
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { namespace: random.one(NAMESPACES), name: `p${index}` },
    spec: {
      podSelector: selector(random),
      ...random.maybe(() => ({ policyTypes: random.one([['Ingress'], ['Egress'], ['Ingress', 'Egress'], []]) }), 0.6),
      ...random.maybe(() => ({ ingress: rules('from') }), 0.7),
      ...random.maybe(() => ({ egress: rules('to') }), 0.6),
    },
  };
}

/** Cyclonus takes NotIn to ask for the label as well, which the API does not: here it always does. */
function selector(random: Random): object {
  const [label, values] = random.one(Object.entries(LABELS));
  const operator = random.one(['In', 'NotIn', 'Exists', 'DoesNotExist']);
  return {
    ...random.maybe(() => ({ matchLabels: { [label]: random.one(values) } })),
    ...random.maybe(() => ({
      matchExpressions: [
        { key: label, operator, ...operator.endsWith('In') ? { values: random.some(values) } : {} },
        ...operator === 'NotIn' ? [{ key: label, operator: 'Exists' }] : [],
      ],
    })),
  };
}

function peer(random: Random): object {
  if (random.chance(0.3)) {
    const cidr = random.one(BLOCKS);
    // the API server takes no other than parts of the block
    const parts = EXCEPTED.filter(part => isPartOf(part, cidr));
    return { ipBlock: { cidr, ...parts.length === 0 ? {} : random.maybe(() => ({ except: random.some(parts) })) } };
  }
  const namespace = random.chance(0.5) ? selector(random) : { matchLabels: { 'kubernetes.io/metadata.name': random.one(NAMESPACES) } };
  const kinds = random.one([['pod'], ['namespace'], ['pod', 'namespace']]);
  return { ...kinds.includes('pod') ? { podSelector: selector(random) } : {}, ...kinds.includes('namespace') ? { namespaceSelector: namespace } : {} };
}

function port(random: Random): object {
  const protocol = random.maybe(() => ({ protocol: random.one(['TCP', 'TCP', 'UDP', 'SCTP']) }), 0.5);
  const number = random.one(PORTS);
  const which = random.one([{}, { port: number }, { port: number, endPort: number + random.below(400) }, { port: random.one(['web', 'tls']) }]);
  return { ...protocol, ...which };
}
