import { Justification, justified } from './justification';
import { keySet } from './key-set';
import { plainHeader, TokenHeader, tokenLocations, TokenLocations } from './token-location';
import { noFurther } from '../util/arguments';
import { atLeastOne, listOf, text } from '../util/given';
import { InputStruct, taken } from '../util/members';
import { quoted } from '../util/text';

/** A header that the workload receives with a claim of the verified token. */
export interface ClaimHeader {
  /** Name of the claim; a nested one by dots. */
  readonly claim: string;

  /** Name of the header: letters, digits, `-` and `_`. A client's own copy is removed, before Istio 1.32 only where a token is verified. */
  readonly header: string;
}

/** Props of a JwtIssuer. */
export interface JwtIssuerProps {
  /** The `iss` claim of its tokens, letter by letter. */
  readonly issuer: string;

  /**
   * Audiences of which the `aud` claim must name one.
   *
   * @default - required, unless `anyAudience` says why not
   */
  readonly audiences?: string[];

  /**
   * Accept tokens that were issued for any other service too.
   *
   * @default - not accepted
   */
  readonly anyAudience?: Justification;

  /**
   * HTTPS address of the key set, fetched by istiod.
   *
   * @default - OpenID discovery below the issuer, which must then be an https address
   */
  readonly jwksUri?: string;

  /**
   * Fetch the key set by plain HTTP: whoever can answer in its place can forge tokens.
   *
   * @default - not accepted
   */
  readonly insecureJwksUri?: Justification;

  /**
   * The key set itself as JSON text, public keys only; instead of `jwksUri`.
   *
   * @default - fetched
   */
  readonly jwks?: string;

  /**
   * Further headers that may carry the token.
   *
   * @default - only `Authorization: Bearer`
   */
  readonly fromHeaders?: TokenHeader[];

  /**
   * Query parameters that may carry the token. Tokens in addresses end up in logs.
   *
   * @default - `access_token`, unless other locations are given
   */
  readonly fromParams?: string[];

  /**
   * Cookies that may carry the token.
   *
   * @default - none
   */
  readonly fromCookies?: string[];

  /**
   * Do not read `Authorization: Bearer`, although Istio does so by default.
   *
   * @default false
   */
  readonly dropAuthorizationHeader?: boolean;

  /**
   * Whether the workload receives the token itself.
   *
   * @default false
   */
  readonly forwardOriginalToken?: boolean;

  /**
   * Headers that the workload receives with claims of the verified token.
   *
   * @default - none
   */
  readonly outputClaimToHeaders?: ClaimHeader[];

  /**
   * Header that the workload receives with the whole payload of the verified token, base64url.
   *
   * @default - none
   */
  readonly outputPayloadToHeader?: string;

  /**
   * The claim that holds the scopes: text separated by spaces, or a list.
   *
   * @default "scope"
   */
  readonly scopeClaim?: string;

  /**
   * Tokens of this issuer may have no `sub` claim, as those of client credentials often do.
   *
   * @default false
   */
  readonly tokensWithoutSubject?: boolean;
}

const PROPS: InputStruct<JwtIssuerProps> = {
  name: 'JwtIssuerProps',
  members: {
    issuer: 'needed',
    audiences: 'value',
    anyAudience: 'value',
    jwksUri: 'value',
    insecureJwksUri: 'value',
    jwks: 'value',
    fromHeaders: 'value',
    fromParams: 'value',
    fromCookies: 'value',
    dropAuthorizationHeader: 'flag',
    forwardOriginalToken: 'flag',
    outputClaimToHeaders: 'value',
    outputPayloadToHeader: 'value',
    scopeClaim: 'value',
    tokensWithoutSubject: 'flag',
  },
};

const CLAIM_HEADER: InputStruct<ClaimHeader> = { name: 'ClaimHeader', members: { claim: 'needed', header: 'needed' } };

/** An issuer as rendered. */
export interface JwtIssuerData extends TokenLocations {
  readonly issuer: string;
  readonly audiences: readonly string[];
  readonly jwksUri?: string;
  readonly jwks?: string;
  readonly forwardOriginalToken: boolean;
  readonly outputClaimToHeaders: readonly ClaimHeader[];
  readonly outputPayloadToHeader?: string;
  readonly scopeClaim: string;
  readonly tokensWithoutSubject: boolean;
  readonly reasons: readonly string[];
}

/**
 * Who issues the tokens of an API, and how they are verified.
 *
 * Rendered as one entry of `jwtRules` of a RequestAuthentication.
 *
 * @see https://istio.io/latest/docs/reference/config/security/jwt/#JWTRule
 */
export class JwtIssuer {
  /**
   * An issuer.
   *
   * @param props how its tokens are recognised and verified
   * @throws where audiences are neither given nor waived with a reason, or the key set is not safe to use
   */
  public static of(props: JwtIssuerProps): JwtIssuer {
    noFurther('JwtIssuer.of', arguments, 1, 'state each issuer by itself');
    return JwtIssuer.from(taken('JwtIssuer.of', PROPS, props));
  }

  private static from(props: JwtIssuerProps): JwtIssuer {
    const issuer = text('issuer', props.issuer, 'give the iss claim of the tokens, letter by letter');
    if (/[*\s]/.test(issuer)) {
      throw new Error(`issuer must be exact text, got ${quoted(issuer)}; give one JwtIssuer per issuer`);
    }
    const reasons = props.anyAudience ? [justified('anyAudience', props.anyAudience)] : [];
    if (props.insecureJwksUri) { reasons.push(justified('insecureJwksUri', props.insecureJwksUri)); }
    return new JwtIssuer({
      issuer,
      audiences: audiencesOf(props),
      ...keySet(issuer, props),
      ...tokenLocations(props),
      forwardOriginalToken: props.forwardOriginalToken ?? false,
      outputClaimToHeaders: listOf('outputClaimToHeaders', props.outputClaimToHeaders ?? []).map(claimHeader),
      outputPayloadToHeader: props.outputPayloadToHeader === undefined ? undefined : plainHeader('outputPayloadToHeader', props.outputPayloadToHeader),
      scopeClaim: scopeClaim(props.scopeClaim ?? 'scope'),
      tokensWithoutSubject: props.tokensWithoutSubject ?? false,
      reasons,
    });
  }

  /** @internal */
  public readonly _data: JwtIssuerData;

  private constructor(data: JwtIssuerData) { this._data = data; }

  /** Whose tokens for whom, as text for tables and messages: `https://auth.example.com for api.example.com`. */
  public describeJwtIssuer(): string {
    const { issuer, audiences } = this._data;
    return `${issuer} for ${audiences.length === 0 ? 'any audience' : audiences.join(', ')}`;
  }
}

function audiencesOf(props: JwtIssuerProps): readonly string[] {
  if (props.anyAudience) {
    if (props.audiences) { throw new Error("audiences must not be given together with 'anyAudience'; choose one"); }
    return [];
  }
  const remedy = "name what the tokens are issued for, or accept all by anyAudience: { reason: '…' }";
  const audiences = atLeastOne('audiences', props.audiences, remedy).map((audience, i) => text(`audiences[${i}]`, audience, remedy));
  const star = audiences.find(audience => audience.includes('*'));
  if (star !== undefined) {
    throw new Error(`audiences must be exact, got ${quoted(star)}, which matches no other; name each, or accept all by anyAudience: { reason: '…' }`);
  }
  return audiences;
}

function claimHeader(given: ClaimHeader, index: number): ClaimHeader {
  const prop = `outputClaimToHeaders[${index}]`;
  const { claim, header } = taken(prop, CLAIM_HEADER, given);
  return { claim: text(`${prop}.claim`, claim, 'name the claim'), header: plainHeader(`${prop}.header`, header) };
}

function scopeClaim(claim: string): string {
  if (typeof claim !== 'string' || !/^[^\s[\]]+$/.test(claim)) {
    throw new Error(`scopeClaim must be a top-level claim name, got ${quoted(claim)}; for a nested one use conditions with Condition.nestedClaim`);
  }
  return claim;
}
