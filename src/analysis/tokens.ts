import { CLAIM } from './domain';
import { classesOf } from './words';
import { JwtRule } from '../istio/request-authentication';
import { issuerLanguage, language, Language } from '../policy/matching/language';
import { FieldTest } from '../policy/proxies/rule';
import { RequestToken, TokenState } from '../policy/request/request-token';
import { unique } from '../util/text';

/** A token that a request may carry, or none. */
export interface Bearer {
  /** Its issuer, in words; undefined for none, and for a token of nobody known. */
  readonly issuer?: string;
  readonly token?: RequestToken;
}

const NOBODY = 'https://nobody.example';
/** The issuer of tokens for rules that name none, where nobody asks for it. */
const ANYBODY = 'https://anybody.example';

/**
 * A token of each issuer at each place where it is looked for, and one that is no good. A good one is for an audience of each rule, if nothing else is said.
 *
 * @param tests of the policies: where a rule takes tokens of any issuer, these tell issuers apart
 */
export function bearers(rules: readonly JwtRule[], tests: readonly FieldTest[]): Bearer[] {
  const isAny = ({ issuer }: JwtRule) => issuer === undefined;
  const any = rules.some(isAny) ? issuersAsked(rules, tests) : [];
  const tokenOf = ({ issuer, iss }: Issuer, place: Place): Bearer => {
    const audiences = unique(rules.filter(rule => isAny(rule) || rule.issuer === iss).flatMap(({ audiences: [first] = [] }) => first ?? []));
    return { issuer, token: { ...place, claims: { ...iss === undefined ? {} : { iss }, sub: 'x', ...audiences.length > 0 ? { aud: audiences } : {} } } };
  };
  const good = rules.flatMap(rule => placesOf(rule).flatMap(place =>
    (rule.issuer === undefined ? any : [{ issuer: rule.issuer, iss: rule.issuer }]).map(issuer => tokenOf(issuer, place))));
  const takingAny = new Set(rules.filter(isAny).flatMap(rule => placesOf(rule).map(place => JSON.stringify(place))));
  // of an issuer that nobody knows, which is good where a rule, be it of the other side, takes any
  const bad = rules.flatMap(rule => placesOf(rule).map((place): Bearer =>
    ({ token: { ...place, claims: { iss: NOBODY, sub: 'x' }, ...takingAny.has(JSON.stringify(place)) ? { state: TokenState.BAD_SIGNATURE } : {} } })));
  return [...new Map([...good, ...bad].map(one => [JSON.stringify(one), one])).values()];
}

/** An issuer, in words and as a claim. */
interface Issuer {
  readonly issuer: string;
  readonly iss?: string;
}

/** The issuers that tests and other rules tell apart, and none. */
function issuersAsked(rules: readonly JwtRule[], tests: readonly FieldTest[]): Issuer[] {
  const asked = tests.flatMap(({ asks }) => asks.values.flatMap(value => {
    const found = asks.dimension.aspect === 'subject' ? issuerLanguage(value) : isAboutIssuer(asks) ? asks.languageOf(value) : undefined;
    return found ?? [];
  }));
  const named = rules.flatMap(({ issuer }) => issuer ?? []);
  const natural = tests.flatMap(({ asks }) => isAboutIssuer(asks) ? asks.values.map(value => value.replace('*', 'x')) : []);
  const classes = classesOf([...asked, ...named.map(issuer => language([issuer]))], CLAIM, [ANYBODY, ...named, ...natural]);
  return [...classes.map(({ texts: [iss] }) => ({ issuer: iss === ANYBODY && classes.length > 1 ? 'another issuer' : iss, iss })), { issuer: 'no issuer' }];
}

function isAboutIssuer({ dimension: { aspect, claimPath }, names }: FieldTest['asks']): boolean {
  const path = claimPath ?? names;
  return aspect === 'claim' && path.length === 1 && path[0] === 'iss';
}

type Place = Pick<RequestToken, 'header' | 'prefix' | 'query' | 'cookie'>;

function placesOf({ fromHeaders = [], fromParams = [], fromCookies = [] }: JwtRule): Place[] {
  const places: Place[] = [
    ...fromHeaders.map(({ name, prefix = '' }) => ({ header: name, prefix })),
    ...fromParams.map(query => ({ query })),
    ...fromCookies.map(cookie => ({ cookie })),
  ];
  return places.length > 0 ? places : [{}, { query: 'access_token' }];
}

/** Where a token stands that does not stand where most do: `in x-token`. */
export function placeOf({ header, query, cookie }: RequestToken): string {
  const place = header ?? (query === undefined ? cookie && `cookie ${cookie}` : `query ${query}`);
  return place === undefined ? '' : ` in ${place}`;
}

/** The audiences that rules accept, each with and without scheme and slash. */
export function audienceLanguages(rules: readonly JwtRule[]): ReadonlyMap<string, Language> {
  return new Map(rules.flatMap(({ audiences = [] }) => audiences.map(audience => {
    const bare = audience.replace(/^https?:\/\//, '').replace(/\/$/, '');
    return [audience, language(...['', 'http://', 'https://'].flatMap(scheme => ['', '/'].map(end => [scheme + bare + end])))];
  })));
}
