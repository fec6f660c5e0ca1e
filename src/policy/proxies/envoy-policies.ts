import { HeaderChanges, headerChanges } from './authorizer-headers';
import { envoyRule, ruleId } from './envoy-rule';
import { DroppedRule } from './rule';
import { RuleSet } from './rule-set';
import { AuthorizationPolicyAction } from '../../istio/authorization-policy';
import { JwtRule } from '../../istio/request-authentication';
import { AuthorizerProtocol } from '../request/authorizer-provider';
import { Mesh } from '../request/mesh-settings';
import { actionOf, AuthorizationResource, compare, isDryRun } from '../resources/policy';
import { Chain } from '../services/protocol';
import { pooledRules } from '../token/token';
import { AttachedPolicies } from '../workloads/attached-policies';

/** As is told of a workload whose authorizers are all not asked. */
export const SEVERAL_AUTHORIZERS = 'the workload has several authorizers';

/** The rules that send requests to one external authorizer. */
export interface AuthorizerRules {
  readonly provider: string;
  readonly rules: RuleSet;
  /** Why the authorizer cannot be asked; requests that match are then refused. */
  readonly broken?: string;
  /** Whether it is taken to exist, as nobody says which authorizers there are. */
  readonly assumed: boolean;
  readonly changes: HeaderChanges;
}

/** What a proxy enforces on one kind of filter chain. Rules are in Envoy's order. */
export interface EnvoyPolicies {
  readonly authorizers: readonly AuthorizerRules[];
  readonly deny: RuleSet;
  /** Undefined without any ALLOW policy, which lets everything pass. */
  readonly allow?: RuleSet;
  readonly audit: RuleSet;
  readonly dropped: readonly DroppedRule[];
  readonly jwtRules: readonly JwtRule[];
}

/** Translates the policies of a proxy for one kind of filter chain. */
export function envoyPolicies({ authorization, authentication }: AttachedPolicies, chain: Chain, mesh: Mesh): EnvoyPolicies {
  const enforced = authorization.filter(policy => !isDryRun(policy));
  const of = (action: AuthorizationPolicyAction) => enforced.filter(policy => actionOf(policy) === action);
  const rules = (policies: readonly AuthorizationResource[]) => rulesOf(policies, chain, mesh);
  const authorizers = authorizerRules(of(AuthorizationPolicyAction.CUSTOM), chain, mesh, rules);
  const allowing = of(AuthorizationPolicyAction.ALLOW);
  const [deny, allow, audit] = [rules(of(AuthorizationPolicyAction.DENY)), rules(allowing), rules(of(AuthorizationPolicyAction.AUDIT))];
  return {
    authorizers,
    deny,
    allow: allowing.length > 0 ? allow : undefined,
    audit,
    /** Only asked for by explanations. */
    get dropped() { return [...authorizers.map(authorizer => authorizer.rules), deny, allow, audit].flatMap(set => set.dropped); },
    jwtRules: pooledRules(authentication),
  };
}

/** The rules of policies, by name. */
function rulesOf(policies: readonly AuthorizationResource[], chain: Chain, mesh: Mesh): RuleSet {
  const named = policies.flatMap(policy => (policy.spec.rules ?? []).map((_, index) => ({ id: ruleId(policy, index), policy, index })));
  return new RuleSet(named.sort((a, b) => compare(a.id, b.id)).map(({ policy, index }) => envoyRule(policy, index, chain, mesh)));
}

type Translate = (policies: readonly AuthorizationResource[]) => RuleSet;

function authorizerRules(policies: readonly AuthorizationResource[], chain: Chain, mesh: Mesh, rules: Translate): AuthorizerRules[] {
  const providers = [...new Set(policies.map(({ spec }) => spec.provider?.name ?? ''))].sort();
  const isOneOnly = !mesh.flag('PILOT_ENABLE_MULTIPLE_CUSTOM_AUTHZ_PROVIDERS');
  const several = isOneOnly && providers.length > 1 ? `${SEVERAL_AUTHORIZERS}: ${providers.join(', ')}` : undefined;
  return providers.flatMap(provider => {
    const broken = several ?? whyBroken(provider, mesh);
    const known = mesh.authorizerProviders?.find(({ name }) => name === provider);
    // an authorizer that speaks HTTP is never asked about other connections
    if (broken === undefined && chain === 'TCP' && known?.protocol === AuthorizerProtocol.HTTP) return [];
    const assumed = broken === undefined && known === undefined;
    return [{ provider, broken, assumed, changes: headerChanges(known), rules: rules(policies.filter(({ spec }) => (spec.provider?.name ?? '') === provider)) }];
  });
}

function whyBroken(provider: string, mesh: Mesh): string | undefined {
  const found = mesh.authorizerProviders?.filter(({ name }) => name === provider) ?? [];
  if (found.length === 0 && (mesh.authorizerProviders || provider === '')) return `the mesh settings have no authorizer '${provider}'`;
  if (found.length > 1) return `the mesh settings have several authorizers '${provider}'`;
  if (mesh.has('strictProviderNames') && !/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(provider)) return `the name '${provider}' is not a DNS label`;
  return undefined;
}
