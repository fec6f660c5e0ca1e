import { LabelSelector } from '../../istio/label-selector';
import { blockBits, IpBits, ipBits } from '../../util/ip';
import { all, both, Truth } from '../../util/truth';
import { Inventory, Labels } from '../resources/inventory';
import { PodTemplate } from '../resources/kinds';
import { NetworkPeer, NetworkPolicySpec } from '../resources/network-policy';
import { PROBE_ADDRESSES } from '../workloads/ambient-enrolment';
import { MADE_UP_LABELS } from '../workloads/pod-labels';
import { Workload, workloadsOf } from '../workloads/workload';

/** One end of a connection, as the network knows it. */
export interface NetworkEnd {
  /** In words: `shop/web`. */
  readonly title: string;
  /** Whether it is a pod of the cluster; undefined where that is not known, or the network may take it for its node. */
  readonly isPod: Truth;
  /** Of the pod, as far as it is known. */
  readonly namespace?: string;
  /** Of the pod; undefined where none is known. */
  readonly labels?: Labels;
  readonly podSpec?: PodTemplate['spec'];
  readonly ip?: IpBits;
}

const PROBE_BLOCKS = PROBE_ADDRESSES.map(ipBits);

/** The label that every Namespace has. */
const NAMESPACE_NAME = 'kubernetes.io/metadata.name';

/** The value of a label, undefined for none; or that it is not known. */
type Lookup = (label: string) => string | undefined | typeof UNKNOWN;
const UNKNOWN = Symbol('unknown');

/** Whether a selector is met by what may be known of some labels only. */
function meets({ matchLabels = {}, matchExpressions = [] }: LabelSelector, lookup: Lookup): Truth {
  const carries = all(Object.entries(matchLabels), ([label, value]) => whether(lookup(label), has => has === value));
  const isAsked = () => all(matchExpressions, ({ key, operator, values = [] }) => whether(lookup(key), has => {
    switch (operator) {
      case 'In': return has !== undefined && values.includes(has);
      case 'NotIn': return has === undefined || !values.includes(has);
      case 'Exists': return has !== undefined;
      case 'DoesNotExist': return has === undefined;
      default: return false;
    }
  }));
  return both(carries, isAsked);
}

function whether(value: ReturnType<Lookup>, test: (has: string | undefined) => boolean): Truth {
  return value === UNKNOWN ? undefined : test(value);
}

/** Whether an end is a pod with the labels that a selector asks for. Labels that a controller makes up are not known. */
export function isSelected({ isPod, labels }: NetworkEnd, selector: LabelSelector): Truth {
  return both(isPod, () => meets(selector, label => labels?.[label] ?? (labels && !MADE_UP_LABELS.has(label) ? undefined : UNKNOWN)));
}

/** The labels of a selector without which nothing known is one of its pods. */
export function neededLabels({ podSelector: { matchLabels = {} } = {} }: NetworkPolicySpec): Labels {
  return Object.fromEntries(Object.entries(matchLabels).filter(([label]) => !MADE_UP_LABELS.has(label)));
}

/** Whether a pod that no manifest has is one of those that a selector asks for: not if it would have to be taken for a workload of the manifests, or for none of those that are left out. */
export function strangerIn(inventory: Inventory, { namespace, ...end }: NetworkEnd, selector: LabelSelector): Truth {
  const isOne = isSelected({ ...end, labels: {} }, selector);
  const isOther = ({ labels }: Workload) => isSelected({ ...end, labels }, selector) === !isOne;
  return isOne !== undefined && namespace !== undefined && workloadsOf(inventory, namespace).some(isOther) ? isOne : undefined;
}

/** Whom a rule names by what they are not, it names whoever is not known; of who is named by what they are, it is not known. */
function isNamed(inventory: Inventory, end: NetworkEnd, selector: LabelSelector): Truth {
  const selects = isSelected(end, selector);
  return selects === undefined && end.labels === undefined && strangerIn(inventory, end, selector) === true ? true : selects;
}

function isInSelected(inventory: Inventory, namespace: string | undefined, selector: LabelSelector): Truth {
  const labels = inventory.namespaceLabels(namespace);
  return meets(selector, label => {
    if (namespace === undefined) return UNKNOWN;
    if (label === NAMESPACE_NAME) return namespace;
    return labels ? labels[label] : UNKNOWN;
  });
}

/** Whether an end is one of those that a rule of a policy names. */
export function isPeer(inventory: Inventory, end: NetworkEnd, peer: NetworkPeer, policyNamespace: string): Truth {
  const { podSelector, namespaceSelector, ipBlock } = peer;
  if (ipBlock) return isInBlock(end, ipBlock);
  if (!podSelector && !namespaceSelector) return false; // refused by the API server
  const { isPod, namespace } = end;
  const isInSame = () => whether(namespace ?? UNKNOWN, has => has === policyNamespace);
  const isThere = () => namespaceSelector ? isInSelected(inventory, namespace, namespaceSelector) : isInSame();
  return both(both(isPod, isThere), () => podSelector ? isNamed(inventory, end, podSelector) : true);
}

/** Whether the address of an end is in a block, and in none of those that are left out of it. Whatever the address of a pod is, it is not that of probes. */
function isInBlock({ ip, isPod }: NetworkEnd, { cidr = '', except = [] }: NonNullable<NetworkPeer['ipBlock']>): Truth {
  if (ip === undefined) return isPod === true && PROBE_BLOCKS.includes(blockBits(cidr)) ? false : undefined;
  const isIn = (block: string) => {
    const bits = blockBits(block);
    return bits !== undefined && ip.startsWith(bits);
  };
  return isIn(cidr) && !except.some(isIn);
}
