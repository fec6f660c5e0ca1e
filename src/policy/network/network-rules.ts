import { isPeer, isSelected, neededLabels, NetworkEnd, strangerIn } from './network-end';
import { groupedBy } from '../../util/grouped';
import { any, both, Truth } from '../../util/truth';
import { BySelector } from '../resources/by-selector';
import { Inventory } from '../resources/inventory';
import { NetworkPeer, NetworkPolicySpec, NetworkPort } from '../resources/network-policy';
import { Resource } from '../resources/policy';

export type NetworkPolicy = Resource<NetworkPolicySpec>;

/** Which connections of a pod a rule is about. */
export type Direction = 'ingress' | 'egress';

/** A rule, with those at the other end of what it allows. */
interface NetworkRule {
  readonly peers: readonly NetworkPeer[];
  readonly ports: readonly NetworkPort[];
}

/** A connection as the rules of one direction see it. */
export interface NetworkConnection {
  /** Whose policies are asked. */
  readonly own: NetworkEnd;
  readonly peer: NetworkEnd;
  /** The pod that takes the connection, whose ports have names. */
  readonly server: NetworkEnd;
  /** Undefined where it is not known. */
  readonly port?: number;
}

/** A rule that allows a connection. */
export interface AllowingRule {
  readonly policy: NetworkPolicy;
  readonly index: number;
}

/** What policies of one direction say of a connection; nothing where none selects the pod. */
export interface DirectionVerdict {
  readonly direction: Direction;
  readonly own: NetworkEnd;
  readonly passes: Truth;
  /** Those that select the pod, or may. */
  readonly policies: readonly NetworkPolicy[];
  /** The rule of them that allows it, or may. */
  readonly by?: AllowingRule;
}

/** Policies of one direction, all of them and by the labels of their pods. */
interface Directed {
  readonly all: readonly NetworkPolicy[];
  readonly bySelector: BySelector<NetworkPolicy>;
}

/** Policies by direction: each is for what it names, else for ingress, and for egress where it has such rules. */
function byDirection(inventory: Inventory, namespace: string): ReadonlyMap<Direction, Directed> {
  const each = inventory.of('NetworkPolicy', namespace).flatMap(policy => directionsOf(policy).map(direction => ({ direction, policy })));
  return new Map([...groupedBy(each, one => one.direction)].map(([direction, some]) => {
    const all = some.map(({ policy }) => policy);
    return [direction, { all, bySelector: new BySelector(all, ({ spec }) => neededLabels(spec)) }];
  }));
}

/** The policies that may select an end: whose pods it is nobody knows where its labels are not known. */
function mayBeFor(inventory: Inventory, direction: Direction, { namespace, labels }: NetworkEnd): readonly NetworkPolicy[] {
  const directed = namespace === undefined ? undefined : inventory.once(byDirection, namespace).get(direction);
  return (labels ? directed?.bySelector.candidates(labels) : directed?.all) ?? [];
}

function directionsOf({ spec: { policyTypes = [], egress = [] } }: NetworkPolicy): Direction[] {
  if (policyTypes.length > 0) return (['ingress', 'egress'] as const).filter(direction => policyTypes.some(type => type.toLowerCase() === direction));
  return egress.length > 0 ? ['ingress', 'egress'] : ['ingress'];
}

function rulesOf({ spec: { ingress = [], egress = [] } }: NetworkPolicy, direction: Direction): NetworkRule[] {
  return direction === 'ingress'
    ? ingress.map(({ from = [], ports = [] }) => ({ peers: from, ports }))
    : egress.map(({ to = [], ports = [] }) => ({ peers: to, ports }));
}

/** What the policies of a direction say, as far as it is known which of them select the pod and which of their rules match. */
export function judged(inventory: Inventory, direction: Direction, connection: NetworkConnection): DirectionVerdict | undefined {
  const { own } = connection;
  if (own.isPod === false || own.namespace === undefined) return undefined;
  const asked = mayBeFor(inventory, direction, own)
    .map(policy => ({ policy, selects: selection(inventory, policy, own) }))
    .filter(({ selects }) => selects !== false)
    .map(({ policy, selects }) => ({ policy, selects, ...matchOf(inventory, policy, direction, connection) }));
  if (asked.length === 0) return undefined;
  const by = asked.find(({ selects, matches }) => selects === true && matches === true) ?? asked.find(({ matches }) => matches !== false);
  const { policy, index } = by ?? {};
  return {
    direction,
    own,
    passes: passesOf(asked),
    policies: asked.map(one => one.policy),
    by: policy && index !== undefined ? { policy, index } : undefined,
  };
}

/** A pod that no manifest has is not taken for one of those that a policy is for, or leaves out, where the manifests have them. */
function selection(inventory: Inventory, { namespace, spec: { podSelector = {} } }: NetworkPolicy, own: NetworkEnd): Truth {
  const selects = isSelected(own, podSelector);
  return selects === undefined && own.labels === undefined ? strangerIn(inventory, { ...own, namespace }, podSelector) : selects;
}

/** Whether a policy selects a pod, and allows a connection of it. */
interface Asked {
  readonly selects: Truth;
  readonly matches: Truth;
}

/** What no policy selects passes; else one of those that select must allow it. */
function passesOf(asked: readonly Asked[]): Truth {
  if (asked.some(({ selects, matches }) => selects === true && matches === true)) return true;
  const isSelecting = asked.some(({ selects }) => selects === true);
  if (!isSelecting) return asked.every(({ matches }) => matches === true) ? true : undefined;
  return asked.every(({ matches }) => matches === false) ? false : undefined;
}

/** Whether rules of a policy match, and the first that does. */
interface Match {
  readonly matches: Truth;
  readonly index?: number;
}

function matchOf(inventory: Inventory, policy: NetworkPolicy, direction: Direction, connection: NetworkConnection): Match {
  let maybe: number | undefined;
  for (const [index, rule] of rulesOf(policy, direction).entries()) {
    const matches = ruleMatches(inventory, rule, policy.namespace, connection);
    if (matches === true) return { matches, index };
    if (matches === undefined) maybe ??= index;
  }
  return { matches: maybe === undefined ? false : undefined, index: maybe };
}

/** A rule that names nobody is for everybody, and one that names no port for all. */
function ruleMatches(inventory: Inventory, { peers, ports }: NetworkRule, namespace: string, { peer, server, port }: NetworkConnection): Truth {
  const isOfPort = ports.length === 0 ? true : any(ports, one => isPort(one, server, port));
  return both(isOfPort, () => peers.length === 0 ? true : any(peers, one => isPeer(inventory, peer, one, namespace)));
}

/** All that is asked about is TCP. */
function isPort({ protocol = 'TCP', port: wanted, endPort }: NetworkPort, server: NetworkEnd, port: number | undefined): Truth {
  if (protocol !== 'TCP') return false;
  if (wanted === undefined) return true;
  if (port === undefined) return undefined;
  if (typeof wanted === 'number') return port >= wanted && port <= (endPort ?? wanted);
  return isNamedPort(wanted, server, port);
}

/** A name is that of a port of the pod that takes the connection. */
function isNamedPort(name: string, { isPod, podSpec }: NetworkEnd, port: number): Truth {
  if (isPod === false) return false;
  if (!podSpec) return undefined;
  const ports = [...podSpec.containers ?? [], ...podSpec.initContainers ?? []].flatMap(container => container.ports ?? []);
  return ports.some(one => one.name === name && one.containerPort === port && (one.protocol ?? 'TCP') === 'TCP');
}
