import { isAmong } from '../../../intent/containment';
import { GuardrailIntent } from '../../../intent/guardrail-intent';
import { closesOthers } from '../../../intent/intent';
import { kept } from '../../../util/kept';
import { quoted } from '../../../util/text';
import { StatedIntents } from '../index/stated-intents';
import { readEach } from '../index/statement';
import { World } from '../index/world';

interface StatedGuardrail { readonly path: string; readonly intent: GuardrailIntent }

const known = new WeakMap<World, readonly StatedGuardrail[]>();

/** Those of an app that are enforced and say who alone may call. */
function limitsOf(world: World): readonly StatedGuardrail[] {
  return kept(known, world, () => readEach(world, ({ construct, roles, read }) => {
    const intent = roles[0] === 'guardrail' ? read(world) : undefined;
    return intent?.kind === 'guardrail' && intent.law.kind === 'only callers' && closesOthers(intent) ? { path: construct.node.path, intent } : undefined;
  }));
}

/** Two guardrails of which each lets somebody through, and nobody both: what they are for is closed, and neither says so. */
export function checkTogether(path: string, world: World): string[] {
  const all = limitsOf(world);
  const own = all.find(one => one.path === path);
  const other = own && all.slice(0, all.indexOf(own)).find(({ intent }) => isForSame(intent, own.intent, world) && !haveInCommon(intent, own.intent));
  if (!own || !other) { return []; }
  const { namespace, target = other.intent.target } = own.intent;
  const what = target ? quoted(target.path) : `anything in namespace ${quoted(namespace?.name)}`;
  return [`onlyCallers of this and of ${quoted(other.path)} have nobody in common, so that nobody may call ${what}; `
    + 'name who may in both, or keep one of them; what nobody may call is for a Quarantine'];
}

function isForSame(one: GuardrailIntent, other: GuardrailIntent, world: World): boolean {
  if (one.namespace?.name !== other.namespace?.name) { return false; }
  return !one.target || !other.target || StatedIntents.of(world).meet(one.target, other.target);
}

function haveInCommon(one: GuardrailIntent, other: GuardrailIntent): boolean {
  const [here, there] = [one, other].map(({ law, exempt }) => [...'callers' in law ? law.callers : [], ...exempt]);
  return here.some(caller => isAmong(caller, there)) || there.some(caller => isAmong(caller, here));
}
