import { AuthorizationPolicyAction } from '../../src/istio/authorization-policy';
import { envoyPolicies } from '../../src/policy/proxies/envoy-policies';
import { envoyRule } from '../../src/policy/proxies/envoy-rule';
import { isDropped } from '../../src/policy/proxies/rule';
import { ztunnelPolicies } from '../../src/policy/proxies/ztunnel-policies';
import { Mesh } from '../../src/policy/request/mesh-settings';
import { actionOf, AuthorizationResource, fullName, isDryRun } from '../../src/policy/resources/policy';
import { Chain } from '../../src/policy/services/protocol';
import { AttachedPolicies } from '../../src/policy/workloads/attached-policies';

/** Names of policies, by what they do. */
export type Names = Readonly<Record<string, readonly string[]>>;

/** What the recordings call an action. */
const RECORDED: Readonly<Record<string, string>> = { [AuthorizationPolicyAction.AUDIT]: 'LOG' };

/** The policies that a filter chain of Envoy has; `(empty)` for an ALLOW filter of which no rule is left. */
export function namesOnChain(attached: AttachedPolicies, chain: Chain, mesh: Mesh): Names {
  const { authorizers } = envoyPolicies(attached, chain, mesh);
  const isLeft = (policy: AuthorizationResource) => {
    if (actionOf(policy) === AuthorizationPolicyAction.CUSTOM) return authorizers.some(({ provider }) => provider === policy.spec.provider?.name);
    const rules = policy.spec.rules ?? [];
    return rules.length === 0 || rules.some((_, index) => !isDropped(envoyRule(policy, index, chain, mesh).translation));
  };
  const kept = attached.authorization.filter(isLeft);
  const allows = attached.authorization.some(policy => actionOf(policy) === AuthorizationPolicyAction.ALLOW && !isDryRun(policy));
  const names = byAction(kept);
  return allows && names.ALLOW === undefined ? { ...names, ALLOW: ['(empty)'] } : names;
}

/** The policies that ztunnel is given. */
export function namesAtZtunnel(attached: AttachedPolicies, mesh: Mesh): Names {
  const { unsupported } = ztunnelPolicies(attached, mesh);
  return byAction(attached.authorization.filter(policy => !unsupported.some(one => one.policy === policy)));
}

function byAction(policies: readonly AuthorizationResource[]): Names {
  const found: Record<string, string[]> = {};
  for (const policy of policies) {
    const action = `${RECORDED[actionOf(policy)] ?? actionOf(policy)}${isDryRun(policy) ? '(dry-run)' : ''}`;
    found[action] = [...found[action] ?? [], fullName(policy)].sort();
  }
  return found;
}
