import { blockBits, isPartOf } from '../../util/ip';
import { filled, list, number, object, orEmpty, record, Shaped, text, textOrNumber, textThat, whole, word } from '../../util/shape';

// What the API server refuses is told, so that what hangs on it is in doubt: the cluster has what was there before, or nothing.

/** The API server takes no other. */
const block = textThat("a block of addresses such as '10.0.0.0/8'", value => value.includes('/') && blockBits(value) !== undefined);

/** Which operators go with values. */
const needsValues: Readonly<Record<string, boolean>> = { In: true, NotIn: true, Exists: false, DoesNotExist: false };

const expression = whole(
  filled(object({ key: text, operator: word(...Object.keys(needsValues)), values: list(text) }), { key: '', operator: '' }),
  'a label with In or NotIn and values, or with Exists or DoesNotExist and none',
  ({ key, operator, values = [] }) => key !== '' && needsValues[operator] === values.length > 0,
);
const selector = object({ matchLabels: record(text), matchExpressions: list(orEmpty(expression)) });

/** A dash alone is a peer without fields, which is none. */
const peer = orEmpty(whole(
  object({ podSelector: selector, namespaceSelector: selector, ipBlock: object({ cidr: block, except: list(block) }) }),
  'selectors, or an ipBlock alone with its cidr and parts of that which are left out',
  ({ podSelector, namespaceSelector, ipBlock }) => {
    const selects = (podSelector ?? namespaceSelector) !== undefined;
    // all of a block cannot be left out of it
    return ipBlock ? ipBlock.cidr !== undefined && !selects && (ipBlock.except ?? []).every(part => isPartOf(part, ipBlock.cidr!)) : selects;
  },
));
const ports = list(orEmpty(object({ protocol: word('TCP', 'UDP', 'SCTP'), port: textOrNumber, endPort: number })));

/** What is read of a NetworkPolicy of Kubernetes. */
export const NETWORK_POLICY = object({
  podSelector: selector,
  policyTypes: list(word('Ingress', 'Egress')),
  ingress: list(orEmpty(object({ from: list(peer), ports }))),
  egress: list(orEmpty(object({ to: list(peer), ports }))),
});

export type NetworkPolicySpec = Shaped<typeof NETWORK_POLICY>;
export type NetworkPeer = Shaped<typeof peer>;
export type NetworkPort = NonNullable<Shaped<typeof ports>>[number];
