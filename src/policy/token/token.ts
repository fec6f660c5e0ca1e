import { outputHeaders, withoutOutputHeaders, writeOutputHeaders } from './output-headers';
import { tokenOf } from './token-carrier';
import { FoundToken, findTokens, removeToken, tokenHeaders } from './token-location';
import { JwtRule } from '../../istio/request-authentication';
import { Headers, HttpFacts, Unsettled } from '../matching/facts';
import { Claims, splitClaims } from '../matching/token-payload';
import { Mesh } from '../request/mesh-settings';
import { RequestToken, TokenState } from '../request/request-token';
import { compare, RequestAuthenticationResource } from '../resources/policy';

/** What becomes of the tokens in a request. */
export interface TokenVerdict {
  /** 401 or 403 where the request is refused. */
  readonly refused?: number;
  /** Undefined where no token is looked for. */
  readonly reason?: string;
  /** Headers as later filters see them. */
  readonly headers: Headers;
  /** Payload that becomes the request's identity. */
  readonly claims?: Claims;
  /** Whether it is not known if the request is refused, as an authorizer may have changed what is looked at. */
  readonly unknown?: boolean;
  /** What later filters may see otherwise. */
  readonly unsettled?: Unsettled;
}

/** What the filter for tokens is given. */
type Seen = Pick<HttpFacts, 'headers' | 'unsettled'>;

/** Outcome of one rule, or of several: a missing token and a foreign issuer count less than any other failure. */
type Outcome = 'ok' | 'missing' | 'unknown issuer' | 'malformed' | 'expired' | 'not yet valid' | 'audience not allowed' | 'bad signature' | 'unknown key';

/** The rules of all attached policies, by issuer; of one issuer those of the proxy's own namespace first, then the oldest. */
export function pooledRules(policies: readonly RequestAuthenticationResource[]): JwtRule[] {
  return policies.flatMap(({ spec }) => spec.jwtRules ?? []).sort((a, b) => compare(a.issuer ?? '', b.issuer ?? ''));
}

/**
 * Verifies the tokens of a request as Envoy does with the filter that Istio makes:
 * one rule verifies, or else every rule verifies or finds no token.
 *
 * A rule verifies if all tokens at its locations are good for it. Good tokens are taken out of the request as they
 * are verified, also by a rule that fails later, so a following rule no longer sees them.
 */
export function verifyTokens(rules: readonly JwtRule[], seen: Seen, tokens: readonly RequestToken[], mesh: Mesh): TokenVerdict {
  if (rules.length === 0) return seen;
  const always = mesh.has('outputHeadersAlwaysRemoved');
  const headers = always ? withoutOutputHeaders(rules, seen.headers) : seen.headers;
  if (seen.unsettled) return verifyUnsettled(rules, headers, seen.unsettled, tokens, mesh);
  return verifyKnown(rules, headers, tokens, mesh);
}

function verifyKnown(rules: readonly JwtRule[], received: Headers, tokens: readonly RequestToken[], mesh: Mesh): TokenVerdict {
  if (isPreflight(received)) return { reason: 'a CORS preflight is not checked', headers: received };
  const target = received.get(':path')?.[0] ?? '';
  if (!target.startsWith('/')) return { reason: 'a target without path is not checked', headers: received };
  const run = new Verification(received, tokens, mesh);
  const outcome = run.anyRule(rules);
  if (outcome === 'ok') return { reason: verdictOn(run.claims), headers: run.headers, claims: run.claims };
  return { refused: outcome === 'audience not allowed' ? 403 : 401, reason: `token: ${outcome}`, headers: received };
}

/** A token without a subject is verified like any other, and yet rules on request principals do not see it. */
function verdictOn(claims: TokenVerdict['claims']): string {
  if (!claims) return 'no token';
  return claims.sub === undefined ? "a token is verified; without 'sub' it is no request principal" : 'a token is verified';
}

/** What is not known of headers matters where a token could stand in them. Output headers are known again: they are removed. */
function verifyUnsettled(rules: readonly JwtRule[], headers: Headers, before: Unsettled, tokens: readonly RequestToken[], mesh: Mesh): TokenVerdict {
  const outputs = new Set(rules.flatMap(outputHeaders));
  const places = tokenHeaders(rules);
  const left = (name: string) => before.header(name) && !(outputs.has(name) && mesh.has('outputHeadersAlwaysRemoved'));
  const isKnown = ![...places].some(left) && !mayBePreflight(headers, left);
  if (isKnown) return { ...verifyKnown(rules, headers, tokens, mesh), unsettled: { header: left } };
  const header = (name: string) => left(name) || outputs.has(name) || places.has(name);
  return { unknown: true, reason: 'it is not known which tokens there are', headers, unsettled: { header, claims: true } };
}

class Verification {
  readonly headers: Map<string, readonly string[]>;
  claims?: Claims;

  constructor(received: Headers, private readonly tokens: readonly RequestToken[], private readonly mesh: Mesh) {
    this.headers = new Map(received);
  }

  anyRule(rules: readonly JwtRule[]): Outcome {
    if (rules.length === 1) return this.optional(rules[0]);
    const outcomes: Outcome[] = [];
    for (const verify of [...rules.map(rule => () => this.rule(rule)), () => this.everyRule(rules)]) {
      const outcome = verify();
      if (outcome === 'ok') return 'ok';
      outcomes.push(outcome);
    }
    return worst(outcomes);
  }

  private everyRule(rules: readonly JwtRule[]): Outcome {
    for (const rule of rules) {
      const outcome = this.optional(rule);
      if (outcome !== 'ok') return outcome;
    }
    return 'ok';
  }

  private optional(rule: JwtRule): Outcome {
    const outcome = this.rule(rule);
    return outcome === 'missing' ? 'ok' : outcome;
  }

  private rule(rule: JwtRule): Outcome {
    outputHeaders(rule).forEach(name => this.headers.delete(name));
    const found = findTokens(rule, this.headers);
    if (found.length === 0) return 'missing';
    for (const place of found.reverse()) {
      const outcome = this.token(rule, place);
      if (outcome !== 'ok') return outcome;
    }
    return 'ok';
  }

  private token(rule: JwtRule, place: FoundToken): Outcome {
    const token = tokenOf(place.text, this.tokens);
    if (!token) this.refuseSecrets(place);
    const outcome = token ? checkToken(rule, token) : 'malformed';
    if (!token || outcome !== 'ok') return outcome;
    const claims = token.claims ?? {};
    writeOutputHeaders(rule, claims, this.headers);
    if (!rule.forwardOriginalToken) removeToken(place, this.headers);
    const listed = this.mesh.has('spaceDelimitedClaims') ? rule.spaceDelimitedClaims ?? [] : [];
    this.claims = splitClaims(claims, ['scope', 'permission', ...listed]);
    return 'ok';
  }

  /** A real token cannot be verified here, and must not be taken for a malformed one. */
  private refuseSecrets({ text, header, query }: FoundToken): void {
    if (!text.startsWith('eyJ') || this.tokens.some(token => token.text !== undefined && text.includes(token.text))) return;
    throw new Error(`a token must be stated in 'tokens', by its claims and state, got its text in ${header ?? query ?? 'a cookie'}; it cannot be verified here`);
  }
}

/** Checks in Envoy's order: format, issuer, time, audience, key. */
function checkToken(rule: JwtRule, { claims = {}, state = TokenState.VALID }: RequestToken): Outcome {
  if (state === TokenState.MALFORMED || !hasProperTypes(claims)) return 'malformed';
  if (rule.issuer && rule.issuer !== claims.iss) return 'unknown issuer';
  if (state === TokenState.EXPIRED) return 'expired';
  if (state === TokenState.NOT_YET_VALID) return 'not yet valid';
  if (!audienceAllowed(rule.audiences ?? [], claims.aud)) return 'audience not allowed';
  if (state === TokenState.BAD_SIGNATURE) return 'bad signature';
  return state === TokenState.UNKNOWN_KEY ? 'unknown key' : 'ok';
}

function hasProperTypes(claims: Claims): boolean {
  const isText = (value: unknown) => typeof value === 'string';
  const audiences = claims.aud === undefined ? [] : [claims.aud].flat();
  return ['iss', 'sub', 'jti'].every(name => claims[name] === undefined || isText(claims[name]))
    && ['iat', 'nbf', 'exp'].every(name => claims[name] === undefined || isTime(claims[name]))
    && audiences.every(isText);
}

function isTime(value: unknown): boolean {
  return typeof value === 'number' && value >= 0;
}

function audienceAllowed(allowed: readonly string[], aud: unknown): boolean {
  if (allowed.length === 0) return true;
  const bare = allowed.map(bareAudience);
  return [aud ?? []].flat().some(audience => bare.includes(bareAudience(String(audience))));
}

/** Without scheme and one trailing slash. */
function bareAudience(audience: string): string {
  return audience.replace(/^https?:\/\//, '').replace(/\/$/, '');
}

/** The outcome a client sees where no rule verifies: the last one that says more than "not for me". */
function worst(outcomes: readonly Outcome[]): Outcome {
  let result: Outcome = 'missing';
  for (const outcome of outcomes) {
    if (outcome !== 'missing' && outcome !== 'unknown issuer' || result === 'missing') result = outcome;
  }
  return result;
}

const OF_PREFLIGHTS = ['origin', 'access-control-request-method'];

function isPreflight(headers: Headers): boolean {
  return headers.get(':method')?.[0] === 'OPTIONS' && OF_PREFLIGHTS.every(name => (headers.get(name)?.[0] ?? '') !== '');
}

function mayBePreflight(headers: Headers, isUnsettled: (name: string) => boolean): boolean {
  return headers.get(':method')?.[0] === 'OPTIONS' && OF_PREFLIGHTS.some(isUnsettled);
}
