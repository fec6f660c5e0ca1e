import { JwtRuleData } from '../intent/intent';
import { JwtIssuerData } from '../intent/jwt-issuer';
import { MeshFacts } from '../intent/mesh';
import { JwtRule } from '../istio/request-authentication';
import { isKnownTo, unknownThere } from '../istio/versions';
import { quoted } from '../util/text';

/** Claims that Istio always splits at blanks. */
const SPACE_DELIMITED = ['scope', 'permission'];

/** What is asked of tokens that a rule verifies. */
export interface AskedOfTokens {
  readonly intent: { readonly mesh: MeshFacts; readonly rules: readonly Pick<JwtRuleData, 'issuers' | 'scopes'>[] };
  readonly problems: string[];
}

/** The `jwtRules` entry of an issuer; a list that is empty is left out, which is Istio's default. */
export function jwtRuleOf(issuer: JwtIssuerData, { intent, problems }: AskedOfTokens): JwtRule {
  const asksScopes = intent.rules.some(rule => rule.scopes.length > 0 && rule.issuers.includes(issuer.issuer));
  const splits = asksScopes && !SPACE_DELIMITED.includes(issuer.scopeClaim);
  if (splits && !isKnownTo(intent.mesh.istioVersion, '1.28')) {
    problems.push(`scopeClaim ${quoted(issuer.scopeClaim)} of issuer ${quoted(issuer.issuer)} needs Istio 1.28 (spaceDelimitedClaims), `
      + unknownThere(intent.mesh.istioVersion, 'state a list claim by Condition.claim'));
  }
  return {
    issuer: issuer.issuer,
    ...nonEmpty('audiences', issuer.audiences),
    ...(issuer.jwksUri === undefined ? {} : { jwksUri: issuer.jwksUri }),
    ...(issuer.jwks === undefined ? {} : { jwks: issuer.jwks }),
    ...nonEmpty('fromHeaders', issuer.fromHeaders),
    ...nonEmpty('fromParams', issuer.fromParams),
    ...nonEmpty('fromCookies', issuer.fromCookies),
    ...nonEmpty('outputClaimToHeaders', issuer.outputClaimToHeaders),
    ...(issuer.outputPayloadToHeader === undefined ? {} : { outputPayloadToHeader: issuer.outputPayloadToHeader }),
    ...(issuer.forwardOriginalToken ? { forwardOriginalToken: true } : {}),
    ...(splits ? { spaceDelimitedClaims: [issuer.scopeClaim] } : {}),
  };
}

function nonEmpty<Key extends string, T>(key: Key, values: readonly T[]): { [key in Key]?: T[] } {
  return values.length === 0 ? {} : { [key]: [...values] } as { [key in Key]?: T[] };
}
