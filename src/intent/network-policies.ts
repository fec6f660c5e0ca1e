import { addressBlock } from './address-block';
import { NetworkTwins } from './network-intent';
import { noFurther } from '../util/arguments';
import { atLeastOne, instanceOf, text } from '../util/given';
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
    return new NetworkPolicies({ egress: false, otherClusters: blocks('otherClusters', otherClusters) });
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

const BLOCK = "name the networks of their pods, as in ['10.8.0.0/14']";

function blocks(prop: string, given: readonly string[] | undefined): string[] {
  if (given === undefined) { return []; }
  return atLeastOne(prop, given, BLOCK).map((one, i) => asBlock(addressBlock(`${prop}[${i}]`, text(`${prop}[${i}]`, one, BLOCK), 'name the networks of their pods')));
}

/** An address as a block of its own, as NetworkPolicies have it. */
function asBlock(network: string): string {
  if (network.includes('/')) { return network; }
  return `${network}/${network.includes(':') ? 128 : 32}`;
}
