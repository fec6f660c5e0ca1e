import { claimsFor } from './conditions';
import { fits, sampleOf, tokenFor, TokenIssuer, UNNAMED } from './samples';
import { ConditionData } from '../intent/condition';
import { AuthorizationCondition, AuthorizationSource } from '../istio/authorization-policy';
import { RequestAuthenticationSpec } from '../istio/request-authentication';
import { RequestToken } from '../policy/request/request-token';
import { oneOfEach } from '../util/grouped';

/** What a rule asks of a token: patterns of request principals, `ISSUER/SUBJECT`, all of which hold, each a list of which one must match. */
export type AskedPrincipals = readonly (readonly string[])[];

/** The request principals that a rule asks for. */
export function principalsAsked({ requestPrincipals = [] }: AuthorizationSource, when: readonly AuthorizationCondition[]): AskedPrincipals {
  const ofConditions = when.filter(({ key }) => key === 'request.auth.principal').map(({ values = [] }) => values);
  return [requestPrincipals, ...ofConditions].filter(patterns => patterns.length > 0);
}

/** Whose tokens some RequestAuthentications verify. */
export function issuersOf(specs: readonly RequestAuthenticationSpec[]): TokenIssuer[] {
  const issuers = specs.flatMap(({ jwtRules = [] }) => jwtRules).map(({ issuer = '', audiences = [], fromHeaders = [], fromParams = [], fromCookies = [] }) =>
    ({ issuer, audiences, fromHeaders: fromHeaders.map(({ name, prefix = '' }) => ({ name, prefix })), fromParams, fromCookies }));
  return oneOfEach(issuers, issuer => JSON.stringify(issuer));
}

/** Whether a rule names whose tokens it is for: then it lets in nobody else. */
export function namesSubjects(asked: AskedPrincipals, when: readonly AuthorizationCondition[]): boolean {
  const ofClaims = when.filter(({ key }) => key === 'request.auth.claims[sub]').map(({ values = [] }) => values);
  return [...asked, ...ofClaims].some(patterns => patterns.every(pattern => !pattern.includes('*')));
}

/** What a condition asks of a token; none for any other. */
export function tokenConditionOf(key: string, values: readonly string[]): ConditionData | undefined {
  if (key === 'request.auth.audiences') { return { kind: 'audience', values }; }
  if (key === 'request.auth.presenter') { return { kind: 'presenter', values }; }
  const claim = /^request\.auth\.claims((?:\[[^\]]+\])+)$/.exec(key);
  return claim ? { kind: 'claim', path: claim[1].slice(1, -1).split(']['), values } : undefined;
}

/** A good token of an issuer, of nobody in particular, that has all that a rule asks for; undefined where its tokens have not. */
export function tokenMeeting(asked: AskedPrincipals, conditions: readonly ConditionData[], issuer: TokenIssuer): RequestToken | undefined {
  const claims = claimsFor(conditions);
  const subjects = [...typeof claims.sub === 'string' ? [claims.sub] : [UNNAMED], ...asked.flat().flatMap(pattern => subjectsOf(pattern, issuer.issuer))];
  const sub = subjects.find(subject => asked.every(patterns => patterns.some(pattern => fits(pattern, `${issuer.issuer}/${subject}`))));
  return sub === undefined ? undefined : tokenFor(issuer, { ...claims, sub });
}

/** Of `ISSUER/svc-*` somebody whose name begins so, of `*-admins` whose name ends so. */
function subjectsOf(pattern: string, issuer: string): string[] {
  if (pattern.startsWith(`${issuer}/`)) { return [sampleOf(pattern.slice(issuer.length + 1))]; }
  const end = pattern.startsWith('*') ? pattern.slice(1).split('/').pop()! : '';
  return end === '' ? [] : [end, `${UNNAMED}${end}`];
}
