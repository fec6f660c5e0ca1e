import { AccessIntent, JwtIntent } from '../../../intent/intent';
import { AuthorizationPolicySpec, AuthorizationRule } from '../../../istio/authorization-policy';
import { render } from '../../../render/render';

/** What an intent comes to in parts that each say one thing, whatever it is attached to: for a rule each caller with each operation. */
export function atomsOf(intent: AccessIntent | JwtIntent): string[] {
  return Object.entries(render(intent).specs).flatMap(([role, spec]) => atomsOfSpec(role, spec));
}

function atomsOfSpec(role: string, spec: AuthorizationPolicySpec): string[] {
  const { rules, selector, targetRefs, ...others } = spec;
  const parts = (rules ?? []).flatMap(rule => role === 'policy' ? partsOf(rule) : [rule]);
  return [JSON.stringify([role, others]), ...parts.map(part => JSON.stringify([role, part]))];
}

/** Entries of an ALLOW hold one by one. */
function partsOf({ from, to, when = [] }: AuthorizationRule): object[] {
  const conditions = when.map(condition => JSON.stringify(condition)).sort();
  const callers = from?.flatMap(({ source: { principals, ...others } = {} }) => (principals ?? ['']).map(principal => ({ principal, ...others })));
  return (callers ?? [undefined]).flatMap(caller => (to ?? [undefined]).map(operation => ({ caller, operation, conditions })));
}
