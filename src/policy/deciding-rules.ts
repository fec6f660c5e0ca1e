import { Rule, ruleMatches } from './envoy-rule';
import { AuthorizerRules } from './envoy-policies';
import { Facts } from './facts';
import { actionOf } from './policy';
import type { DeterminingPolicy } from './response';
import { Stage } from './stage';
import { HopVerdict } from './verdict';

/** The rules and resources that made a proxy's verdict. */
export function decidingRules(verdict: HopVerdict): DeterminingPolicy[] {
  return rulesOf(verdict).map(named);
}

/** The AUDIT rules that match: they decide nothing. */
export function auditingRules({ hop, chain, facts }: HopVerdict): DeterminingPolicy[] {
  return hop.at === 'ztunnel' || !chain || !facts ? [] : matching(hop.policies(chain).audit, facts).map(named);
}

function named({ policy, index }: Rule): DeterminingPolicy {
  return { kind: 'AuthorizationPolicy', namespace: policy.namespace, name: policy.name, action: actionOf(policy), rule: index };
}

function rulesOf(verdict: HopVerdict): readonly Rule[] {
  const { hop, chain, facts, customFacts, stage } = verdict;
  if (!facts || !chain) return [];
  const policies = hop.at === 'ztunnel' ? hop.policies : hop.policies(chain);
  switch (stage) {
    case Stage.DENY: return matching(policies.deny, facts);
    case Stage.CUSTOM: return hop.at === 'ztunnel' ? [] : authorizersOf(verdict).flatMap(({ rules }) => matching(rules, customFacts ?? facts));
    case Stage.ALLOW:
    case undefined: return matching(policies.allow ?? [], facts);
    default: return [];
  }
}

/** The external authorizers of a proxy whose rules match or may match. */
export function authorizersOf({ hop, chain, customFacts }: HopVerdict): readonly AuthorizerRules[] {
  if (hop.at === 'ztunnel' || !chain || !customFacts) return [];
  return hop.policies(chain).authorizers.filter(({ rules }) => matching(rules, customFacts).length > 0);
}

function matching(rules: readonly Rule[], facts: Facts): Rule[] {
  return rules.filter(rule => ruleMatches(rule, facts) !== false);
}
