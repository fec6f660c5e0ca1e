import { World } from './world';
import { Written, writtenIn } from './written';
import { Labels } from '../../../intent/workload';
import { LabelSelector } from '../../../istio/label-selector';
import { isSelected } from '../../../policy/network/network-end';
import { KINDS } from '../../../policy/resources/kinds';
import { NetworkPolicySpec } from '../../../policy/resources/network-policy';

export type Direction = 'ingress' | 'egress';

/** NetworkPolicies that no intent states, and that may be for some of the pods in a direction, whatever they let through. */
export function networkPoliciesFor(namespace: string, pods: readonly Labels[], direction: Direction, world: World): Written<NetworkPolicySpec>[] {
  return writtenIn<NetworkPolicySpec>({ namespace, group: 'networking.k8s.io', kind: 'NetworkPolicy' }, world).filter(({ spec: written }) => {
    const { podSelector, policyTypes = [] } = KINDS.NetworkPolicy(written) ?? {};
    const isFor = policyTypes.length === 0 || policyTypes.some(type => type.toLowerCase() === direction);
    return isFor && pods.some(labels => mayChoose(podSelector, labels));
  });
}

function mayChoose(selector: LabelSelector = {}, labels: Labels): boolean { return isSelected({ title: '', isPod: true, labels }, selector) !== false; }
