import { Labels } from '../../../intent/workload';
import { KINDS } from '../../../policy/resources/kinds';
import { NetworkPolicySpec } from '../../../policy/resources/network-policy';
import { isProbeRule } from '../../../render/network';
import { Direction, networkPoliciesFor } from '../index/network-policies';
import { World } from '../index/world';
import { Written } from '../index/written';

/** NetworkPolicies that no intent states, may be for some of the pods, and let more than probes through in a direction: Kubernetes adds them up. */
export function openedByHand(namespace: string, pods: readonly Labels[], direction: Direction, world: World): Written<NetworkPolicySpec>[] {
  return networkPoliciesFor(namespace, pods, direction, world).filter(({ spec }) => opens(KINDS.NetworkPolicy(spec) ?? {}, direction));
}

/** Whether a policy has rules for more than probes. */
function opens({ ingress = [], egress = [] }: NetworkPolicySpec, direction: Direction): boolean {
  return direction === 'ingress' ? !ingress.every(isProbeRule) : egress.length > 0;
}
