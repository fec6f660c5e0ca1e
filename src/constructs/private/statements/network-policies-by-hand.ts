import { Labels } from '../../../intent/workload';
import { LabelSelector } from '../../../istio/label-selector';
import { isSelected } from '../../../policy/network/network-end';
import { KINDS } from '../../../policy/resources/kinds';
import { NetworkPolicySpec } from '../../../policy/resources/network-policy';
import { isProbeRule } from '../../../render/network';
import { World } from '../index/world';
import { Written, writtenIn } from '../index/written';

export type Direction = 'ingress' | 'egress';

/** NetworkPolicies that no intent states, may be for some of the pods, and let more than probes through in a direction: Kubernetes adds them up. */
export function openedByHand(namespace: string, pods: readonly Labels[], direction: Direction, world: World): Written<NetworkPolicySpec>[] {
  return writtenIn<NetworkPolicySpec>({ namespace, group: 'networking.k8s.io', kind: 'NetworkPolicy' }, world).filter(({ spec: written }) => {
    const spec = KINDS.NetworkPolicy(written) ?? {};
    return opens(spec, direction) && pods.some(labels => mayChoose(spec.podSelector, labels));
  });
}

/** Whether a policy is for a direction, and has rules for more than probes. */
function opens({ policyTypes = [], ingress = [], egress = [] }: NetworkPolicySpec, direction: Direction): boolean {
  const isFor = policyTypes.length === 0 || policyTypes.some(type => type.toLowerCase() === direction);
  return isFor && (direction === 'ingress' ? !ingress.every(isProbeRule) : egress.length > 0);
}

function mayChoose(selector: LabelSelector = {}, labels: Labels): boolean { return isSelected({ title: '', isPod: true, labels }, selector) !== false; }
