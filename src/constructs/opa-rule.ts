import { Principal } from './principal';
import { callerName } from '../intent/caller';
import { Condition, ConditionData, conditionText } from '../intent/condition';
import { JwtIssuer, JwtIssuerData } from '../intent/jwt-issuer';
import { hoursOf, OpaHours } from '../intent/opa-hours';
import { OpaRuleData } from '../intent/opa-policy';
import { Operation } from '../intent/operation';
import { HttpOperationData, isHttp, operationText } from '../intent/operation-data';
import { instancesOf } from '../util/given';
import { InputStruct, taken } from '../util/members';
import { quoted } from '../util/text';
import { callersNamed, callersOf } from './private/statements/callers';

/** What OPA lets pass. Every prop that is given must hold. */
export interface OpaRule {
  /** What may be called; at least one, HTTP only, by methods and paths. Paths are compared without query, letter by letter. */
  readonly operations: Operation[];

  /**
   * Who may call, by the certificate: service accounts, or a whole namespace. At a waypoint OPA is not told who calls; that is refused.
   *
   * @default - whoever a ServiceAccess or JwtProtectedApi lets in
   */
  readonly callers?: Principal[];

  /**
   * When it may be called.
   *
   * @default - always
   */
  readonly hours?: OpaHours;

  /**
   * Whose tokens the request must have one of, as `Authorization: Bearer`: OPA is asked before proxies verify tokens, so it verifies them itself, by `jwks`, or by `jwksUri`, which it fetches every five minutes.
   * Signature, `iss`, `aud`, and `exp` and `nbf` where the token has them.
   *
   * @default - no token is asked for
   */
  readonly issuers?: JwtIssuer[];

  /**
   * What the token must say, all of it: `Condition.claim`, `nestedClaim`, `textClaim`, `audience`, `presenter`. Needs `issuers`.
   *
   * @default - any token of the issuers
   */
  readonly conditions?: Condition[];
}

const RULE: InputStruct<OpaRule> = { name: 'OpaRule', members: { operations: 'needed', callers: 'value', hours: 'value', issuers: 'value', conditions: 'value' } };

/** A rule as it is stated, and who its callers are when the app is complete. */
export interface StatedRule {
  readonly principals: readonly Principal[];
  /** Why it is wider than it could be. */
  readonly reasons: readonly string[];
  readonly read: () => OpaRuleData;
}

export function opaRule(prop: string, given: OpaRule): StatedRule {
  const rule = taken(prop, RULE, given);
  const operations = instancesOf(`${prop}.operations`, rule.operations, Operation, "name what may be called, as in [Operation.get('/api/*')]").map(({ _data }, i) => byMethodAndPath(`${prop}.operations[${i}]`, _data));
  const principals = rule.callers === undefined ? [] : callersOf(`${prop}.callers`, rule.callers);
  const issuers = rule.issuers === undefined ? []
    : instancesOf(`${prop}.issuers`, rule.issuers, JwtIssuer, 'name whose tokens are accepted, or leave it out').map(({ _data }, i) => verifiable(`${prop}.issuers[${i}]`, _data));
  const hours = rule.hours === undefined ? {} : { hours: hoursOf(`${prop}.hours`, rule.hours) };
  const conditions = rule.conditions === undefined ? []
    : instancesOf(`${prop}.conditions`, rule.conditions, Condition, 'say what the token must say, or leave it out').map(({ _data }, i) => onToken(`${prop}.conditions[${i}]`, _data));
  if (conditions.length > 0 && issuers.length === 0) { throw new Error(`${prop}.conditions must come with issuers, got none; say whose tokens are believed: anybody can write one`); }
  const reasons = [...principals.flatMap(principal => principal._reasons()), ...issuers.flatMap(issuer => issuer.reasons)];
  return { principals, reasons, read: () => ({ operations, callers: known(`${prop}.callers`, principals), issuers, conditions, ...hours }) };
}

function known(prop: string, principals: readonly Principal[]): OpaRuleData['callers'] {
  const callers = callersNamed(prop, principals);
  const wide = callers.find(({ kind }) => kind === 'anyone' || kind === 'anyAuthenticated');
  if (wide) { throw new Error(`${prop} must name service accounts or a namespace, got ${quoted(callerName(wide))}; leave it out where a ServiceAccess says who calls`); }
  return callers;
}

function byMethodAndPath(prop: string, operation: Operation['_data']): HttpOperationData {
  if (!isHttp(operation)) { throw new Error(`${prop} must be an HTTP operation, got ${operationText(operation)}; OPA is asked about requests, connections are a ServiceAccess's`); }
  if (operation.hosts.length + operation.ports.length > 0) {
    throw new Error(`${prop} must name methods and paths only, got ${operationText(operation)}; state hosts and ports by a ServiceAccess, which must agree as well`);
  }
  return operation;
}

/** What OPA can verify by itself, from where it looks. */
function verifiable(prop: string, issuer: JwtIssuerData): JwtIssuerData {
  const { audiences, jwks, jwksUri, fromHeaders, fromParams, fromCookies } = issuer;
  if (audiences.length === 0) { throw new Error(`${prop} must name audiences, got any, by which tokens for every other service are accepted; name what the tokens are issued for`); }
  if (jwks === undefined && jwksUri === undefined) { throw new Error(`${prop} must have jwks or jwksUri, got neither; OPA does no discovery below the issuer: give the address of the key set`); }
  if (fromHeaders.length + fromParams.length + fromCookies.length > 0) {
    throw new Error(`${prop} must have its tokens in Authorization: Bearer, got other places; leave them out here, or write the Rego by OpaPolicy.rego`);
  }
  return issuer;
}

function onToken(prop: string, condition: ConditionData): ConditionData {
  if (['claim', 'audience', 'presenter'].includes(condition.kind)) { return condition; }
  throw new Error(`${prop} must be about the token, got ${quoted(conditionText(condition))}; state it by a ServiceAccess, which must agree as well`);
}
