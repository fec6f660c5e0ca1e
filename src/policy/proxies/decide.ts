import { EnvoyPolicies } from './envoy-policies';
import { Truth } from '../../util/truth';
import { Facts } from '../matching/facts';

/** Whether a stage lets a request pass: yes, no, only if an authorizer agrees, or not known. */
export type Passes = 'yes' | 'no' | 'if asked' | 'unknown';

const STRICTNESS: Readonly<Record<Passes, number>> = { 'yes': 0, 'if asked': 1, 'unknown': 2, 'no': 3 };

/** Whether no DENY rule matches. */
export function denyStage({ deny }: Pick<EnvoyPolicies, 'deny'>, facts: Facts): Passes {
  return passes(deny.matches(facts), 'no', 'yes');
}

/** Whether an ALLOW rule matches, or there is no ALLOW policy at all. */
export function allowStage({ allow }: Pick<EnvoyPolicies, 'allow'>, facts: Facts): Passes {
  return allow ? passes(allow.matches(facts), 'yes', 'no') : 'yes';
}

/** Stages in a row: one that refuses decides, then one that cannot be known, then one that asks. */
export function strictest(first: Passes, second: Passes, third: Passes, fourth: Passes): Passes {
  return stricter(stricter(first, second), stricter(third, fourth));
}

export function stricter(a: Passes, b: Passes): Passes {
  return a === b || STRICTNESS[b] <= STRICTNESS[a] ? a : b;
}

function passes(matches: Truth, ifTrue: Passes, ifFalse: Passes): Passes {
  if (matches === undefined) return 'unknown';
  return matches ? ifTrue : ifFalse;
}
