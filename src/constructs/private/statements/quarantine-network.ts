import { QuarantineIntent } from '../../../intent/quarantine-intent';
import { Labels } from '../../../intent/workload';
import { LabelSelector } from '../../../istio/label-selector';
import { isSelected } from '../../../policy/network/network-end';
import { KINDS } from '../../../policy/resources/kinds';
import { NetworkPolicySpec } from '../../../policy/resources/network-policy';
import { isProbeRule } from '../../../render/network';
import { renderQuarantine } from '../../../render/quarantine';
import { unique } from '../../../util/text';
import { podsThatRunAs } from '../index/network-cuts';
import { World } from '../index/world';
import { titleOf, writtenIn } from '../index/written';

type Direction = 'ingress' | 'egress';

/** NetworkPolicies are added up: whatever another one lets in or out of pods that a quarantine closes by one, passes. */
export function checkNetworkPolicies(intent: QuarantineIntent, world: World): string[] {
  const closed = closedOf(intent);
  const namespace = intent.target?.namespace ?? intent.account.namespace;
  const pods = intent.target ? [intent.target.podLabels] : podsThatRunAs(intent.account, world).map(({ pod }) => pod.labels);
  return (closed.length === 0 ? [] : writtenIn<NetworkPolicySpec>({ namespace, group: 'networking.k8s.io', kind: 'NetworkPolicy' }, world)).flatMap(policy => {
    const spec = KINDS.NetworkPolicy(policy.spec) ?? {};
    const [open] = closed.filter(direction => opens(spec, direction));
    return open !== undefined && pods.some(labels => mayChoose(spec.podSelector, labels))
      ? [`${open} stays open, as ${titleOf(policy)} is for the same pods, and Kubernetes adds them up; have its podSelector leave them out, or take it out while the quarantine lasts`] : [];
  });
}

/** What the quarantine has NetworkPolicies close. */
function closedOf(intent: QuarantineIntent): Direction[] {
  const roles = Object.keys(renderQuarantine(intent).specs);
  return unique([...intent.network === 'all' ? ['ingress', 'egress'] as const : [], ...intent.network === 'egress' || roles.includes('egress-network') ? ['egress'] as const : []]);
}

/** Whether a policy is for a direction, and has rules for more than probes. */
function opens({ policyTypes = [], ingress = [], egress = [] }: NetworkPolicySpec, direction: Direction): boolean {
  const isFor = policyTypes.length === 0 || policyTypes.some(type => type.toLowerCase() === direction);
  return isFor && (direction === 'ingress' ? !ingress.every(isProbeRule) : egress.length > 0);
}

function mayChoose(selector: LabelSelector = {}, labels: Labels): boolean { return isSelected({ title: '', isPod: true, labels }, selector) !== false; }
