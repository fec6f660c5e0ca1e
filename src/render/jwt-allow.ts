import { portsAt } from './attachment';
import { claimKey, headerKey, whenOf } from './condition';
import { JwtPlan } from './jwt-plan';
import { operationOf } from './operation';
import { fromOf, principalsOf } from './source';
import { Caller } from '../intent/caller';
import { JwtRuleData } from '../intent/intent';
import { JwtIssuerData } from '../intent/jwt-issuer';
import { OperationData } from '../intent/operation-data';
import { AuthorizationCondition, AuthorizationRule, AuthorizationRuleFrom, AuthorizationRuleTo } from '../istio/authorization-policy';
import { groupedBy } from '../util/grouped';

/** What is allowed: each rule to the bearers of its tokens, public operations and preflights without one. */
export function allowRules(plan: JwtPlan): AuthorizationRule[] {
  const { intent } = plan;
  const tokens = intent.rules.flatMap(rule => groupsOf(rule, intent.issuers).map(issuers => tokenRule(rule, issuers, plan)));
  const open = intent.publicOperations.length === 0 ? [] : [{ ...fromAnyOf(intent.publicCallers, plan), to: toOf(intent.publicOperations, plan) }];
  return [...tokens, ...open, ...preflightRules(plan)];
}

/** A preflight asks, without a token, whether a page of an origin may send the real request. */
export function preflightConditions(origins: readonly string[]): AuthorizationCondition[] {
  return [
    { key: headerKey('origin'), values: [...origins] },
    { key: headerKey('access-control-request-method'), values: ['*'] },
  ];
}

/** Issuers of a rule that are checked alike: tokens without subject have no request principal, and scopes may lie in different claims. */
export function groupsOf(rule: Pick<JwtRuleData, 'issuers' | 'scopes'>, issuers: readonly JwtIssuerData[]): JwtIssuerData[][] {
  const own = issuers.filter(({ issuer }) => rule.issuers.includes(issuer));
  return [...groupedBy(own, ({ tokensWithoutSubject, scopeClaim }) => `${tokensWithoutSubject} ${rule.scopes.length > 0 ? scopeClaim : ''}`).values()];
}

function tokenRule(rule: JwtRuleData, issuers: readonly JwtIssuerData[], plan: JwtPlan): AuthorizationRule {
  const names = issuers.map(issuer => issuer.issuer);
  const { tokensWithoutSubject, scopeClaim } = issuers[0];
  const when = [
    ...(tokensWithoutSubject ? [{ key: claimKey('iss'), values: names }] : []),
    ...rule.scopes.map(scope => ({ key: claimKey(scopeClaim), values: [scope] })),
    ...rule.conditions.map(whenOf),
  ];
  return {
    ...tokenFrom(tokensWithoutSubject ? [] : names, rule.callers, plan),
    to: toOf(rule.operations, plan),
    ...(when.length === 0 ? {} : { when }),
  };
}

function tokenFrom(issuers: readonly string[], callers: readonly Caller[], { intent }: JwtPlan): { from?: AuthorizationRuleFrom[] } {
  const principals = callers.some(caller => caller.kind === 'anyone') ? [] : principalsOf(callers, intent.mesh, intent.namespace);
  const source = {
    ...(issuers.length === 0 ? {} : { requestPrincipals: requestPrincipals(issuers) }),
    ...(principals.length === 0 ? {} : { principals }),
  };
  return Object.keys(source).length === 0 ? {} : { from: [{ source }] };
}

/** Split at the last slash, so an issuer that ends in one is written with two. */
export function requestPrincipals(issuers: readonly string[]): string[] {
  return issuers.map(issuer => `${issuer}/*`);
}

function toOf(operations: readonly OperationData[], { intent, attachment, problems }: JwtPlan): AuthorizationRuleTo[] {
  return operations.map(operation => ({ operation: operationOf(operation, intent.target, attachment, problems) }));
}

function preflightRules(plan: JwtPlan): AuthorizationRule[] {
  const { intent, attachment, ports, problems } = plan;
  if (!intent.preflight) { return []; }
  const { origins, callers } = intent.preflight;
  return [{
    ...fromAnyOf(callers, plan),
    to: [{ operation: { methods: ['OPTIONS'], ports: portsAt(attachment, ports, problems) } }],
    when: preflightConditions(origins),
  }];
}

/** Where nobody is named, everyone may. */
function fromAnyOf(callers: readonly Caller[], { intent }: JwtPlan): { from?: AuthorizationRuleFrom[] } {
  return callers.length === 0 ? {} : fromOf(callers, intent.mesh, intent.namespace);
}
