import { Facts } from './matching/facts';
import { enforcedAt, enforcedByEnvoy } from './proxies/enforced';
import { AuthorizerRules } from './proxies/envoy-policies';
import { Rule, ruleMatches } from './proxies/envoy-rule';
import { RuleSet } from './proxies/rule-set';
import { HopVerdict } from './proxies/verdict';
import { Stage } from './request/decision';
import { DeterminingPolicy } from './request/determining-policy';
import { actionOf, constructOf, Resource } from './resources/policy';

/** The rules and resources that made a proxy's verdict. */
export function decidingRules(verdict: HopVerdict): DeterminingPolicy[] {
  const { hop, stage } = verdict;
  if (stage === Stage.TRANSPORT) return hop.at === 'sidecar' ? hop.mode.policies.map(policy => whole('PeerAuthentication', policy)) : [];
  if (stage === Stage.TOKEN) return hop.attached.authentication.map(policy => whole('RequestAuthentication', policy));
  return rulesOf(verdict).map(named);
}

function whole(kind: string, resource: Resource<unknown>): DeterminingPolicy {
  const { namespace, name } = resource;
  return { kind, namespace, name, construct: constructOf(resource) };
}

/** The AUDIT rules that match: they decide nothing. */
export function auditingRules({ hop, chain, facts }: HopVerdict): DeterminingPolicy[] {
  return hop.at === 'ztunnel' || !chain || !facts ? [] : matching(enforcedByEnvoy(hop, chain).audit, facts).map(named);
}

function named({ policy, index }: Rule): DeterminingPolicy {
  return { kind: 'AuthorizationPolicy', namespace: policy.namespace, name: policy.name, action: actionOf(policy), rule: index, construct: constructOf(policy) };
}

function rulesOf(verdict: HopVerdict): readonly Rule[] {
  const { hop, chain, facts, customFacts, stage } = verdict;
  if (!facts || !chain) return [];
  const policies = enforcedAt(hop, chain);
  const deciding = verdict.passes === 'unknown' ? maybeMatching : matching;
  switch (stage) {
    case Stage.DENY: return deciding(policies.deny, facts);
    case Stage.CUSTOM: return authorizersOf(verdict).flatMap(({ rules }) => deciding(rules, customFacts ?? facts));
    case Stage.ALLOW:
    case undefined: return policies.allow ? deciding(policies.allow, facts) : [];
    default: return [];
  }
}

/** The external authorizers of a proxy whose rules match or may match. */
export function authorizersOf({ hop, chain, customFacts }: HopVerdict): readonly AuthorizerRules[] {
  if (hop.at === 'ztunnel' || !chain || !customFacts) return [];
  return enforcedByEnvoy(hop, chain).authorizers.filter(({ rules }) => maybeMatching(rules, customFacts).length > 0);
}

function matching(rules: RuleSet, facts: Facts): Rule[] {
  return rules.about(facts.peer).filter(rule => ruleMatches(rule, facts) === true);
}

function maybeMatching(rules: RuleSet, facts: Facts): Rule[] {
  return rules.about(facts.peer).filter(rule => ruleMatches(rule, facts) !== false);
}
