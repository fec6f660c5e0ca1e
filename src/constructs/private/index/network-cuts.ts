import { AppWorkload } from './app-workloads';
import { statedIntents } from './network-flows';
import { podsOf } from './network-parties';
import { World } from './world';
import { isOfAnotherMesh, ServiceAccountCaller } from '../../../intent/caller';
import { NetworkCut } from '../../../intent/network-intent';
import { QuarantineIntent } from '../../../intent/quarantine-intent';
import { WorkloadFacts } from '../../../intent/workload';
import { kept } from '../../../util/kept';

const known = new WeakMap<World, readonly NetworkCut[]>();

/** The pods that quarantines of the app cut off: those of a workload, and those that run as an account, which reach nobody any more. */
export function networkCuts(world: World): readonly NetworkCut[] {
  return kept(known, world, () => statedIntents(world).flatMap(intent => intent.kind === 'quarantine' ? cutsOf(intent, world) : []));
}

function cutsOf({ target, account }: QuarantineIntent, world: World): NetworkCut[] {
  return [...target ? [ofTarget(target)] : [], ...podsThatRunAs(account, world).flatMap(ofRunning)];
}

function ofTarget({ namespace, selectorLabels, podLabels, kind }: WorkloadFacts): NetworkCut {
  return { namespace, labels: selectorLabels, podLabels, isKnown: kind !== 'Pods', isWhole: true };
}

/** What has no labels no selector tells from the others. */
function ofRunning(workload: AppWorkload): NetworkCut[] {
  const party = podsOf(workload);
  return party.kind === 'pods' ? [{ namespace: party.namespace, labels: party.labels, podLabels: workload.pod.labels, isKnown: true, isWhole: false }] : [];
}

/** The workloads of the app that run as an account of its own mesh. */
export function podsThatRunAs(account: ServiceAccountCaller, world: World): readonly AppWorkload[] {
  return isOfAnotherMesh(account) ? [] : world.workloads.runningAs(account.namespace, account.name);
}

/** What NetworkPolicies cut of a quarantine; nothing where there are none, or its pods are on the network of their host, which no policy is for. */
export function cutByNetwork({ target, account }: Pick<QuarantineIntent, 'target' | 'account'>, world: World): QuarantineIntent['network'] {
  const running = podsThatRunAs(account, world);
  const isOnHost = [...target ? [target] : [], ...running].some(({ pod: { hostNetwork } }) => hostNetwork);
  const twins = world.networkTwins(target?.namespace ?? account.namespace);
  if (!twins || isOnHost) { return undefined; }
  if (target) { return 'all'; }
  return twins.egress && running.some(workload => ofRunning(workload).length > 0) ? 'egress' : undefined;
}
