import { addressBlocks } from './address-block';
import { NetworkDns, NetworkParty, NetworkTwins } from './network-intent';
import { noFurther } from '../util/arguments';
import { atLeastOne, instanceOf, mapOf, namespaceName, portNumber, text } from '../util/given';
import { InputStruct, taken } from '../util/members';

/** Options of NetworkPolicies for what comes in. */
export interface NetworkIngressOptions {
  /**
   * Addresses or CIDR blocks that pods of other clusters come from, where these are on the same network. Needed for callers of another trust domain; whoever calls and is no workload of the app is let in from there as well.
   *
   * @default - callers are in this cluster, or come by its gateways
   */
  readonly otherClusters?: string[];
}

const INGRESS: InputStruct<NetworkIngressOptions> = { name: 'NetworkIngressOptions', members: { otherClusters: 'value' } };

/** Options of NetworkPolicies for what comes in and what leaves. */
export interface NetworkEgressOptions extends NetworkIngressOptions {
  /**
   * Namespace of the pods that answer for DNS.
   *
   * @default "kube-system"
   */
  readonly dnsNamespace?: string;

  /**
   * Labels of the pods that answer for DNS.
   *
   * @default - `k8s-app: kube-dns`, as CoreDNS has it almost everywhere
   */
  readonly dnsLabels?: { [label: string]: string };

  /**
   * Addresses that answer for DNS and are of no pod with these labels, such as that of a cache on the node: `169.254.20.10`.
   *
   * @default - none
   */
  readonly dnsAddresses?: string[];

  /**
   * The ports of the pods that answer for DNS, by UDP and TCP; on OpenShift 5353.
   *
   * @default [53]
   */
  readonly dnsPorts?: number[];
}

const EGRESS: InputStruct<NetworkEgressOptions> = {
  name: 'NetworkEgressOptions',
  members: { otherClusters: 'value', dnsNamespace: 'value', dnsLabels: 'value', dnsAddresses: 'value', dnsPorts: 'value' },
};

/**
 * Which NetworkPolicies of Kubernetes stand beside the policies of the mesh, and say the same as far as a network can tell it: pods, addresses and ports.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export class NetworkPolicies {
  /**
   * What may connect to the pods of a namespace: whoever the intents of the app let call them, and nobody else.
   *
   * @param options what the network must be told beside what the app says
   */
  public static forIngress(options: NetworkIngressOptions = {}): NetworkPolicies {
    noFurther('NetworkPolicies.forIngress', arguments, 1, 'put all of it into the options');
    const { otherClusters } = taken('NetworkPolicies.forIngress', INGRESS, options);
    return new NetworkPolicies({ otherClusters: blocks('otherClusters', otherClusters, OF_PODS) });
  }

  /**
   * What may connect to the pods of a namespace, and where these may connect to: whom the intents of the app have them call, hosts outside by an EgressAccess, DNS and the control plane.
   *
   * @param options what the network must be told beside what the app says
   */
  public static forIngressAndEgress(options: NetworkEgressOptions = {}): NetworkPolicies {
    noFurther('NetworkPolicies.forIngressAndEgress', arguments, 1, 'put all of it into the options');
    const given = taken('NetworkPolicies.forIngressAndEgress', EGRESS, options);
    return new NetworkPolicies({ egress: dnsOf(given), otherClusters: blocks('otherClusters', given.otherClusters, OF_PODS) });
  }

  /** None, in a namespace of a mesh that has them elsewhere. */
  public static none(): NetworkPolicies {
    noFurther('NetworkPolicies.none', arguments, 0, 'there is nothing to say of none');
    return new NetworkPolicies(undefined);
  }

  /** @internal */
  public readonly _twins: NetworkTwins | undefined;

  private constructor(twins: NetworkTwins | undefined) { this._twins = twins; }

  /** What they are for, as text for tables and messages: `NetworkPolicies for ingress`. */
  public describeNetworkPolicies(): string {
    if (!this._twins) { return 'no NetworkPolicies'; }
    const { egress, otherClusters } = this._twins;
    return `NetworkPolicies for ingress${egress ? ' and egress' : ''}${otherClusters.length === 0 ? '' : `, other clusters at ${otherClusters.join(', ')}`}`;
  }
}

/** What a prop says of them; nothing where it is not given. */
export function networksGiven(given: NetworkPolicies | undefined): { readonly twins?: NetworkTwins } | undefined {
  return given === undefined ? undefined : { twins: instanceOf('networkPolicies', given, NetworkPolicies, 'write NetworkPolicies.forIngress(), or NetworkPolicies.none()')._twins };
}

function dnsOf({ dnsNamespace = 'kube-system', dnsLabels = { 'k8s-app': 'kube-dns' }, dnsAddresses, dnsPorts = [53] }: NetworkEgressOptions): NetworkDns {
  const labels = mapOf('dnsLabels', dnsLabels);
  if (Object.keys(labels).length === 0) { throw new Error('dnsLabels must name the pods that answer for DNS, got none; give their labels, or leave it out'); }
  for (const [label, value] of Object.entries(labels)) { text(`dnsLabels.${label}`, value, 'give the value that the pods carry'); }
  const pods: NetworkParty = { kind: 'pods', namespace: namespaceName('dnsNamespace', dnsNamespace), name: 'dns', labels: { ...labels } };
  const addresses = blocks('dnsAddresses', dnsAddresses, "name those that answer for DNS on nodes, as in ['169.254.20.10']").map((cidr): NetworkParty => ({ kind: 'block', cidr }));
  const ports = atLeastOne('dnsPorts', dnsPorts, 'name the ports of the pods that answer for DNS').map((port, i) => portNumber(`dnsPorts[${i}]`, port, 'give the port that they listen on'));
  return { parties: [pods, ...addresses], ports };
}

const OF_PODS = "name the networks of their pods, as in ['10.8.0.0/14']";

function blocks(prop: string, given: readonly string[] | undefined, cure: string): string[] {
  if (given === undefined) { return []; }
  return addressBlocks(prop, given, { example: cure, cure }).map(asBlock);
}

/** An address as a block of its own, as NetworkPolicies have it. */
function asBlock(network: string): string {
  if (network.includes('/')) { return network; }
  return `${network}/${network.includes(':') ? 128 : 32}`;
}
