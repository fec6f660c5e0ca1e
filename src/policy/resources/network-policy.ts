import { LABEL_SELECTOR } from './istio-values';
import { blockBits } from '../../util/ip';
import { list, number, object, orEmpty, Shaped, textOrNumber, textThat, word } from '../../util/shape';

/** The API server takes no other. */
const block = textThat("a block of addresses such as '10.0.0.0/8'", value => value.includes('/') && blockBits(value) !== undefined);
const peer = object({
  podSelector: LABEL_SELECTOR,
  namespaceSelector: LABEL_SELECTOR,
  ipBlock: object({ cidr: block, except: list(block) }),
});
const ports = list(orEmpty(object({ protocol: word('TCP', 'UDP', 'SCTP'), port: textOrNumber, endPort: number })));

/** What is read of a NetworkPolicy of Kubernetes. */
export const NETWORK_POLICY = object({
  podSelector: LABEL_SELECTOR,
  policyTypes: list(word('Ingress', 'Egress')),
  ingress: list(orEmpty(object({ from: list(peer), ports }))),
  egress: list(orEmpty(object({ to: list(peer), ports }))),
});

export type NetworkPolicySpec = Shaped<typeof NETWORK_POLICY>;
export type NetworkPeer = Shaped<typeof peer>;
export type NetworkPort = NonNullable<Shaped<typeof ports>>[number];
