import { Caller, callerName } from '../../../intent/caller';
import { isAmong } from '../../../intent/containment';
import { JwtIntent } from '../../../intent/intent';
import { WorkloadFacts } from '../../../intent/workload';
import { few } from '../../../util/text';
import { Observation } from '../../../validation/findings/observation';
import { StatedIntents } from '../index/stated-intents';
import { readEach, readOnce } from '../index/statement';
import { World } from '../index/world';

/** Those of which none is named by others, nor holds any of them. */
function unused(all: readonly Caller[], by: readonly Caller[]): readonly Caller[] {
  return all.filter(caller => !isAmong(caller, by) && !by.some(one => isAmong(one, [caller])));
}

/** Callers of accesses that are tried out before they are enforced: they are to have their exemption then. */
function triedOutAt(target: WorkloadFacts, world: World): readonly Caller[] {
  const known = StatedIntents.of(world);
  return readEach(world, statement => readOnce(world, statement)).flatMap(intent => intent.kind === 'access' && intent.isDryRun && known.meet(intent.target, target) ? intent.callers : []);
}

/** ZT109: callers that need no token of an API and may call nothing of it, as far as the app says. */
export function idleExemptions({ target, namespace, exemptCallers }: JwtIntent, path: string, world: World): Observation[] {
  const intents = StatedIntents.of(world);
  const admitted = [
    ...intents.accessesIn(target.namespace).filter(({ intent }) => intents.meet(intent.target, target)).flatMap(({ intent }) => intent.callers),
    ...namespace.metrics?.readers ?? [],
  ];
  const unadmitted = unused(exemptCallers, admitted);
  const idle = unadmitted.length === 0 ? [] : unused(unadmitted, triedOutAt(target, world));
  return idle.length === 0 ? [] : [{
    rule: 'ZT109',
    path,
    message: `exemptCallers should be callers of '${target.path}', got ${few(idle.map(callerName))}, for which no ServiceAccess is stated there; state what they may call, or leave them out`,
  }];
}
