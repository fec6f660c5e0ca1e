import { openedByHand } from './network-policies-by-hand';
import { QuarantineIntent } from '../../../intent/quarantine-intent';
import { renderQuarantine } from '../../../render/quarantine';
import { oneOfEach } from '../../../util/grouped';
import { unique } from '../../../util/text';
import { podsThatRunAs } from '../index/network-cuts';
import { Direction } from '../index/network-policies';
import { World } from '../index/world';
import { titleOf } from '../index/written';

/** NetworkPolicies are added up: whatever another one lets in or out of pods that a quarantine closes by one, passes. */
export function checkNetworkPolicies(intent: QuarantineIntent, world: World): string[] {
  const namespace = intent.target?.namespace ?? intent.account.namespace;
  const pods = intent.target ? [intent.target.podLabels] : podsThatRunAs(intent.account, world).map(({ pod }) => pod.labels);
  const opened = closedOf(intent).flatMap(direction => openedByHand(namespace, pods, direction, world).map(one => ({ ...one, direction })));
  return oneOfEach(opened, titleOf).map(({ direction, ...policy }) =>
    `${direction} stays open, as ${titleOf(policy)} is for the same pods, and Kubernetes adds them up; have its podSelector leave them out, or take it out while the quarantine lasts`);
}

/** What the quarantine has NetworkPolicies close. */
function closedOf(intent: QuarantineIntent): Direction[] {
  const roles = Object.keys(renderQuarantine(intent).specs);
  return unique([...intent.network === 'all' ? ['ingress', 'egress'] as const : [], ...intent.network === 'egress' || roles.includes('egress-network') ? ['egress'] as const : []]);
}
