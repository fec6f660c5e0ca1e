import { Justification, justified } from './justification';
import { noFurther } from '../util/arguments';
import { atLeastOne, listOf, text } from '../util/given';
import { InputStruct, taken } from '../util/members';
import { quoted } from '../util/text';

/** A request header that may carry a token. */
export interface TokenHeader {
  /** Name of the header. */
  readonly name: string;

  /**
   * Text before the token, such as `Token ` with its trailing space. Case-sensitive.
   *
   * @default - nothing before the token
   */
  readonly prefix?: string;
}

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
    issuer: 'value',
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

const TOKEN_HEADER: InputStruct<TokenHeader> = { name: 'TokenHeader', members: { name: 'value', prefix: 'value' } };

const CLAIM_HEADER: InputStruct<ClaimHeader> = { name: 'ClaimHeader', members: { claim: 'value', header: 'value' } };

/** An issuer as rendered. */
export interface JwtIssuerData {
  readonly issuer: string;
  readonly audiences: readonly string[];
  readonly jwksUri?: string;
  readonly jwks?: string;
  /** All locations, or none of them for Istio's default. */
  readonly fromHeaders: readonly TokenHeader[];
  readonly fromParams: readonly string[];
  readonly fromCookies: readonly string[];
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
      ...locations(props),
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

function keySet(issuer: string, props: JwtIssuerProps): { jwksUri?: string; jwks?: string } {
  if (props.jwks !== undefined) {
    if (props.jwksUri !== undefined) { throw new Error("jwks must not be given together with 'jwksUri'; choose one"); }
    return { jwks: publicKeys(props.jwks) };
  }
  const uri = props.jwksUri ?? issuer;
  const scheme = typeof uri === 'string' ? /^(https?):\/\/[^/\s]+/.exec(uri)?.[1] : undefined;
  if (scheme === 'https' || (scheme === 'http' && props.insecureJwksUri)) {
    return props.jwksUri === undefined ? {} : { jwksUri: props.jwksUri };
  }
  const prop = props.jwksUri === undefined ? 'issuer' : 'jwksUri';
  throw new Error(`${prop} must be an https address, got ${quoted(uri)}; the keys come from there: give jwksUri or jwks, or accept http by insecureJwksUri: { reason: '…' }`);
}

function publicKeys(jwks: string): string {
  let keys: unknown;
  try {
    keys = (JSON.parse(jwks) as { keys?: unknown })?.keys;
  } catch {
    throw new Error('jwks must be JSON text such as \'{"keys":[…]}\'; it cannot be parsed');
  }
  if (!Array.isArray(keys) || keys.length === 0) {
    throw new Error('jwks must have at least one key in "keys", got none; a proxy refuses an empty set');
  }
  const secret = (keys as Record<string, unknown>[]).find(key => key?.d !== undefined || key?.k !== undefined || key?.kty === 'oct');
  if (secret) {
    throw new Error(`jwks must hold public keys only, got a private or symmetric one of kty ${quoted(secret.kty)}; remove it and replace it at the issuer`);
  }
  return jwks;
}

/** Any location that is given removes Istio's defaults, so `Authorization: Bearer` is written out beside it. */
function locations(props: JwtIssuerProps): Pick<JwtIssuerData, 'fromHeaders' | 'fromParams' | 'fromCookies'> {
  const headers = props.fromHeaders === undefined ? [] : atLeastOne('fromHeaders', props.fromHeaders, LOCATION).map(tokenHeader);
  const fromParams = props.fromParams === undefined ? [] : namesOf('fromParams', props.fromParams);
  const fromCookies = props.fromCookies === undefined ? [] : namesOf('fromCookies', props.fromCookies);
  const given = headers.length + fromParams.length + fromCookies.length > 0;
  if (props.dropAuthorizationHeader && !given) {
    throw new Error("dropAuthorizationHeader must come with another location; give 'fromHeaders', 'fromParams' or 'fromCookies'");
  }
  const keepsAuthorization = given && !props.dropAuthorizationHeader && !headers.some(header => header.name.toLowerCase() === 'authorization');
  return { fromHeaders: keepsAuthorization ? [{ name: 'Authorization', prefix: 'Bearer ' }, ...headers] : headers, fromParams, fromCookies };
}

const LOCATION = 'name where the token is, or leave the list out';

function namesOf(prop: string, names: readonly string[]): string[] {
  return atLeastOne(prop, names, LOCATION).map((name, i) => text(`${prop}[${i}]`, name, LOCATION));
}

function tokenHeader(given: TokenHeader, index: number): TokenHeader {
  const header = taken(`fromHeaders[${index}]`, TOKEN_HEADER, given);
  const name = plainHeader(`fromHeaders[${index}].name`, header.name);
  if (header.prefix !== undefined && (typeof header.prefix !== 'string' || header.prefix === '' || /[\r\n\0]/.test(header.prefix) || /[A-Za-z0-9]$/.test(header.prefix))) {
    throw new Error(`fromHeaders[${index}].prefix must be text that ends in a blank or mark, got ${quoted(header.prefix)}; ${
      /[A-Za-z0-9]$/.test(header.prefix) ? `did you mean '${header.prefix} '?` : 'leave it out where the header holds the token alone'}`);
  }
  return header.prefix === undefined ? { name } : { name, prefix: header.prefix };
}

function claimHeader(given: ClaimHeader, index: number): ClaimHeader {
  const prop = `outputClaimToHeaders[${index}]`;
  const { claim, header } = taken(prop, CLAIM_HEADER, given);
  return { claim: text(`${prop}.claim`, claim, 'name the claim'), header: plainHeader(`${prop}.header`, header) };
}

function plainHeader(prop: string, header: string): string {
  if (typeof header !== 'string' || !/^[-_A-Za-z0-9]+$/.test(header)) {
    throw new Error(`${prop} must be a header name of letters, digits, '-' and '_', got ${quoted(header)}; give the plain name`);
  }
  return header;
}

function scopeClaim(claim: string): string {
  if (typeof claim !== 'string' || !/^[^\s[\]]+$/.test(claim)) {
    throw new Error(`scopeClaim must be a top-level claim name, got ${quoted(claim)}; for a nested one use conditions with Condition.nestedClaim`);
  }
  return claim;
}
