import { selects } from '../../../intent/ports';
import { Labels, WorkloadFacts } from '../../../intent/workload';
import { quoted } from '../../../util/text';
import { StatedIntents } from '../index/stated-intents';
import { World } from '../index/world';

/** Policies that are only tried out deny nothing by themselves: where they are the only ones that allow something, everybody passes. */
export function checkDenied(target: WorkloadFacts, world: World): string[] {
  const { path, namespace } = target;
  const known = StatedIntents.of(world);
  const enforced = [...known.apisIn(namespace), ...known.accessesIn(namespace)];
  const isEnforcedFor = (labels: Labels) => enforced.some(({ intent }) => selects(intent.target.selectorLabels, labels));
  const pods = [target.podLabels, ...world.workloads.selectedBy(namespace, target.selectorLabels).map(({ pod }) => pod.labels)];
  const isClosed = world.deniesByDefault(namespace) || pods.every(isEnforcedFor);
  return isClosed ? [] : [`enforcement must not be Enforcement.DRY_RUN where nothing is enforced, got that for ${quoted(path)}, to which everybody would pass; `
    + 'declare a ZeroTrustNamespace for its namespace, or enforce the accesses that are known first'];
}
