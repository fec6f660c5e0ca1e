import { StatedIntents } from './stated-intents';
import { World } from './world';
import { isAmong } from '../../../intent/containment';
import { callersIn } from '../../../intent/intent';
import { QuarantineIntent } from '../../../intent/quarantine-intent';
import { WorkloadFacts } from '../../../intent/workload';

/** Constructs of what opens anything that a quarantine cuts: to its workload, and by its account. */
export function cutBy({ target, account }: QuarantineIntent, world: World): string[] {
  const known = StatedIntents.of(world);
  const openingIn = (namespace: string) => [...known.accessesIn(namespace), ...known.apisIn(namespace), ...known.exceptionsIn(namespace)];
  const opening = world.workloads.namespaces.flatMap(openingIn);
  const leadsThere = (other: WorkloadFacts) => target?.namespace === other.namespace && known.meet(target, other);
  return opening.filter(({ intent }) => isAmong(account, callersIn(intent)) || leadsThere(intent.target)).map(({ path }) => path);
}

/** Namespaces with workloads that the app does not make STRICT: there a workload is nobody in plaintext, in quarantine or not. */
export function takingPlaintext(world: World): string[] {
  return world.isStrict ? [] : world.workloads.namespaces.filter(namespace => !world.declares(namespace));
}
