import { callerName } from '../../../intent/caller';
import { isAmong } from '../../../intent/containment';
import { JwtIntent } from '../../../intent/intent';
import { few } from '../../../util/text';
import { Observation } from '../../../validation/findings/observation';
import { StatedIntents } from '../index/stated-intents';
import { World } from '../index/world';

/** ZT109: callers that need no token of an API and may call nothing of it, as far as the app says. */
export function idleExemptions({ target, namespace, exemptCallers }: JwtIntent, path: string, world: World): Observation[] {
  const intents = StatedIntents.of(world);
  const admitted = [
    ...intents.accessesIn(target.namespace).filter(({ intent }) => intents.meet(intent.target, target)).flatMap(({ intent }) => intent.callers),
    ...namespace.metrics?.readers ?? [],
  ];
  const idle = exemptCallers.filter(caller => !isAmong(caller, admitted) && !admitted.some(one => isAmong(one, [caller])));
  return idle.length === 0 ? [] : [{
    rule: 'ZT109',
    path,
    message: `exemptCallers should be callers of '${target.path}', got ${few(idle.map(callerName))}, for which no ServiceAccess is stated there; state what they may call, or leave them out`,
  }];
}
