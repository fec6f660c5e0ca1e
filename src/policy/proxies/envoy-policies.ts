import { HeaderChanges, headerChanges } from './authorizer-headers';
import { DroppedRule, isDropped, Rule, translateRule } from './envoy-rule';
import { RuleSet, ruleSet } from './rule-set';
import { AuthorizationPolicyAction } from '../../istio/authorization-policy';
import { JwtRule } from '../../istio/request-authentication';
import { AuthorizerProtocol, Mesh } from '../request/mesh-settings';
import { actionOf, AuthorizationResource, compare, isDryRun } from '../resources/policy';
import { pooledRules } from '../token/token';
import { AttachedPolicies } from '../topology/attached-policies';
import { Chain } from '../topology/protocol';

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
  const dropped: DroppedRule[] = [];
  const enforced = authorization.filter(policy => !isDryRun(policy));
  const of = (action: AuthorizationPolicyAction) => enforced.filter(policy => actionOf(policy) === action);
  const rules = (policies: readonly AuthorizationResource[]) => ruleSet(policies
    .flatMap(policy => (policy.spec.rules ?? []).map((_, index) => translateRule(policy, index, chain, mesh)))
    .filter((rule): rule is Rule => {
      if (isDropped(rule)) dropped.push(rule);
      return !isDropped(rule);
    })
    .sort((a, b) => compare(a.id, b.id)));
  const allowing = of(AuthorizationPolicyAction.ALLOW);
  return {
    authorizers: authorizerRules(of(AuthorizationPolicyAction.CUSTOM), chain, mesh, rules),
    deny: rules(of(AuthorizationPolicyAction.DENY)),
    allow: allowing.length > 0 ? rules(allowing) : undefined,
    audit: rules(of(AuthorizationPolicyAction.AUDIT)),
    dropped,
    jwtRules: pooledRules(authentication),
  };
}

type Translate = (policies: readonly AuthorizationResource[]) => RuleSet;

function authorizerRules(policies: readonly AuthorizationResource[], chain: Chain, mesh: Mesh, rules: Translate): AuthorizerRules[] {
  const providers = [...new Set(policies.map(({ spec }) => spec.provider?.name ?? ''))].sort();
  const isOneOnly = !mesh.flag('PILOT_ENABLE_MULTIPLE_CUSTOM_AUTHZ_PROVIDERS');
  const several = isOneOnly && providers.length > 1 ? `the workload has several authorizers: ${providers.join(', ')}` : undefined;
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
