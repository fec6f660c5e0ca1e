import { Principal } from './principal';
import { Caller } from '../intent/caller';
import { checkTextual, checkTopLevel, Condition, ConditionData } from '../intent/condition';
import { JwtRuleData } from '../intent/intent';
import { JwtIssuer, JwtIssuerData } from '../intent/jwt-issuer';
import { Operation } from '../intent/operation';
import { HttpOperationData, isHttp } from '../intent/operation-data';
import { atLeastOne, instancesOf, mapOf, text } from '../util/given';
import { InputStruct, taken } from '../util/members';
import { listed, quoted } from '../util/text';
import { namedOr } from './private/statements/callers';

/** What the bearers of a token may do. Every prop that is given must hold; at least one beside `operations` must be. */
export interface JwtAccessRule {
  /** What they may call; at least one, HTTP only. */
  readonly operations: Operation[];

  /**
   * Top-level claims, each with the values of which it must have one. For nested claims see `conditions`.
   *
   * @default - any
   */
  readonly claims?: { [claim: string]: string[] };

  /**
   * Scopes that the token must have, all of them.
   *
   * @default - any
   */
  readonly scopes?: string[];

  /**
   * Subjects (claim `sub`) of which the token must have one.
   *
   * @default - any
   */
  readonly subjects?: string[];

  /**
   * Accept any valid token of the issuers, asked for by name. `callers` and conditions on other things than tokens may narrow it.
   *
   * @default false
   */
  readonly anyToken?: boolean;

  /**
   * Those of the issuers of the API whose tokens this rule is for.
   *
   * @default - all issuers of the API
   */
  readonly issuers?: JwtIssuer[];

  /**
   * Workloads that must pass the token on, such as the ingress gateway.
   *
   * @default - `callers` of the API
   */
  readonly callers?: Principal[];

  /**
   * Further conditions, such as `Condition.nestedClaim`.
   *
   * @default - none
   */
  readonly conditions?: Condition[];
}

const RULE: InputStruct<JwtAccessRule> = {
  name: 'JwtAccessRule',
  members: {
    operations: 'needed', claims: 'value', scopes: 'value', subjects: 'value', anyToken: 'flag', issuers: 'value', callers: 'value', conditions: 'value',
  },
};

/** Checks what a rule of an API says by itself; who its callers are comes when the app is complete. */
export function ruleOf(prop: string, given: JwtAccessRule, issuers: readonly JwtIssuerData[], ofApi: () => Caller[]): () => JwtRuleData {
  const rule = taken(prop, RULE, given);
  const operations = httpOperations(`${prop}.operations`, rule.operations);
  const own = rule.issuers === undefined ? issuers : ownIssuers(`${prop}.issuers`, rule.issuers, issuers);
  const scopes = rule.scopes === undefined ? []
    : atLeastOne(`${prop}.scopes`, rule.scopes, 'name the scopes').map((scope, i) => scopeOf(`${prop}.scopes[${i}]`, scope));
  const conditions = conditionsOf(prop, rule);
  checkWhichTokens(prop, rule);
  const callers = namedOr(`${prop}.callers`, rule.callers, ofApi);
  return () => ({ issuers: own.map(({ issuer }) => issuer), operations, scopes, conditions, callers: callers() });
}

/** By the issuer itself, not by its name alone: one of other audiences would promise what the API does not ask for. */
export function ownIssuers(prop: string, given: readonly JwtIssuer[], issuers: readonly JwtIssuerData[], of = 'this API'): JwtIssuerData[] {
  return instancesOf(prop, given, JwtIssuer, `name issuers of ${of}, as they stand in its issuers`).map(({ _data }, i) => {
    const own = issuers.find(({ issuer }) => issuer === _data.issuer);
    if (!own) { throw new Error(`${prop}[${i}] must be an issuer of ${of}, got ${quoted(_data.issuer)}; there are ${listed(issuers.map(({ issuer }) => issuer))}`); }
    if (JSON.stringify(own) !== JSON.stringify(_data)) {
      throw new Error(`${prop}[${i}] must be the issuer ${quoted(_data.issuer)} as ${of} has it, got another one of that name; state its audiences and locations in issuers of ${of.replace('this', 'the')}`);
    }
    return own;
  });
}

/** What is asked of tokens. */
export type TokensAsked = Partial<Pick<JwtAccessRule, 'anyToken' | 'claims' | 'scopes' | 'subjects' | 'conditions' | 'callers'>>;

/** Callers and conditions on other things narrow a rule, whichever tokens it is for. */
export function checkWhichTokens(prop: string, { anyToken = false, claims, scopes, subjects, conditions = [], callers }: TokensAsked): void {
  const onTokens = conditions.filter(({ _data: { kind } }) => kind === 'claim' || kind === 'audience' || kind === 'presenter');
  const asks = Object.entries({ claims, scopes, subjects, conditions: onTokens[0] }).filter(([, asked]) => asked !== undefined).map(([name]) => name);
  if (anyToken && asks.length > 0) {
    throw new Error(`${prop} must not have anyToken: true beside ${listed(asks)}, by which not every valid token will do; leave one of them out`);
  }
  if (!anyToken && asks.length + conditions.length === 0 && callers === undefined) {
    throw new Error(`${prop} must say which tokens it is for, got nothing that does; say it by claims, scopes, subjects, conditions or callers, or by anyToken: true for every valid one`);
  }
}

/** A subject is compared as a claim: a request principal is split at its last slash, so that a subject with a slash could not be written. */
export function conditionsOf(prop: string, rule: TokensAsked): ConditionData[] {
  const claims = Object.entries(mapOf(`${prop}.claims`, rule.claims ?? {}));
  if (rule.claims !== undefined && claims.length === 0) { throw new Error(`${prop}.claims must name a claim, got {}; or accept any by anyToken: true`); }
  return [
    ...claims.map(([claim, values]) => claimOf(prop, claim, values)),
    ...(rule.subjects === undefined ? [] : [Condition.textClaim(['sub'], ...atLeastOne(`${prop}.subjects`, rule.subjects, 'name the subjects'))]),
    ...(rule.conditions === undefined ? [] : instancesOf(`${prop}.conditions`, rule.conditions, Condition, 'leave them out if nothing more must hold')),
  ].map(condition => condition._data);
}

function claimOf(prop: string, claim: string, values: readonly string[]): Condition {
  const place = ` in ${prop}.conditions`;
  checkTopLevel(`${prop}.claims[${quoted(claim)}]`, claim, place);
  checkTextual(`${prop}.claims.${claim}`, atLeastOne(`${prop}.claims.${claim}`, values, 'name the values'), place);
  return Condition.claim(claim, ...values);
}

export function scopeOf(prop: string, scope: string): string {
  if (/[\s*]/.test(text(prop, scope, 'name one scope'))) {
    throw new Error(`${prop} must be one exact scope, got ${quoted(scope)}; give each its own entry, all of them are required`);
  }
  return scope;
}

export function httpOperations(prop: string, given: readonly Operation[]): HttpOperationData[] {
  return instancesOf(prop, given, Operation, "name what may be called, as in [Operation.get('/api/*')]").map(({ _data: operation }, i) => {
    if (!isHttp(operation)) { throw new Error(`${prop}[${i}] must be an HTTP operation, got Operation.tcp; a token comes with HTTP only`); }
    return operation;
  });
}
