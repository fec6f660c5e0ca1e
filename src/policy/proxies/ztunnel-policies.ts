import { DroppedRule } from './rule';
import { RuleSet } from './rule-set';
import { ztunnelRule } from './ztunnel-rule';
import { AuthorizationPolicyAction } from '../../istio/authorization-policy';
import { Mesh } from '../request/mesh-settings';
import { actionOf, AuthorizationResource, isDryRun } from '../resources/policy';
import { AttachedPolicies } from '../workloads/attached-policies';

/** What ztunnel enforces for a workload. */
export interface ZtunnelPolicies {
  readonly deny: RuleSet;
  /** Undefined without any ALLOW policy. */
  readonly allow?: RuleSet;
  readonly dropped: readonly DroppedRule[];
  /** Policies that ztunnel does not get, with the reason. */
  readonly unsupported: readonly { policy: AuthorizationResource; reason: string }[];
}

export function ztunnelPolicies({ authorization }: AttachedPolicies, mesh: Mesh): ZtunnelPolicies {
  const unsupported = authorization.flatMap(policy => {
    const reason = whyUnsupported(policy);
    return reason === undefined ? [] : [{ policy, reason }];
  });
  const enforced = authorization.filter(policy => whyUnsupported(policy) === undefined);
  const rules = (action: AuthorizationPolicyAction) => new RuleSet(enforced.filter(policy => actionOf(policy) === action)
    .flatMap(policy => (policy.spec.rules ?? []).map((_, index) => ztunnelRule(policy, index, mesh))));
  const allows = enforced.some(policy => actionOf(policy) === AuthorizationPolicyAction.ALLOW);
  const [deny, allow] = [rules(AuthorizationPolicyAction.DENY), rules(AuthorizationPolicyAction.ALLOW)];
  return {
    deny,
    allow: allows ? allow : undefined,
    /** Only asked for by explanations. */
    get dropped() { return [deny, allow].flatMap(set => set.dropped); },
    unsupported,
  };
}

function whyUnsupported(policy: AuthorizationResource): string | undefined {
  if (isDryRun(policy)) return 'ztunnel does not get a policy in dry run';
  const action = actionOf(policy);
  const known = action === AuthorizationPolicyAction.ALLOW || action === AuthorizationPolicyAction.DENY;
  return known ? undefined : `ztunnel does not support action ${action}`;
}
