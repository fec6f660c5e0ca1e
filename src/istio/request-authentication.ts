import { PolicyTargetReference, WorkloadSelector } from './selection';

/** A request header that carries a token. */
export interface JwtHeader {
  /** Name of the header. */
  readonly name: string;

  /**
   * Text before the token, with its trailing space, such as `Bearer `. Case-sensitive.
   *
   * @default - nothing before the token
   */
  readonly prefix?: string;
}

/** Copies a claim of a verified token to a request header. */
export interface ClaimToHeader {
  /** Name of the header; a client's own copy is removed. */
  readonly header: string;

  /** Name of the claim; a nested one by dots. */
  readonly claim: string;
}

/**
 * One token issuer, and where and how its tokens are verified.
 *
 * @see https://istio.io/latest/docs/reference/config/security/jwt/#JWTRule
 */
export interface JwtRule {
  /**
   * The `iss` claim of the tokens. May be left out with `jwksUri` since Istio 1.27: any issuer whose signature verifies is then accepted.
   *
   * @default - any issuer of the key set
   */
  readonly issuer?: string;

  /**
   * Audiences of which the `aud` claim must name one.
   *
   * @default - no audience check
   */
  readonly audiences?: string[];

  /**
   * Address of the key set; excludes `jwks`.
   *
   * @default - found by OpenID discovery at the issuer
   */
  readonly jwksUri?: string;

  /**
   * The key set itself, as JSON text; excludes `jwksUri`.
   *
   * @default - none
   */
  readonly jwks?: string;

  /**
   * Headers that may carry the token. Any location given here or below removes the default ones.
   *
   * @default - `Authorization` with prefix `Bearer `
   */
  readonly fromHeaders?: JwtHeader[];

  /**
   * Query parameters that may carry the token.
   *
   * @default - `access_token`
   */
  readonly fromParams?: string[];

  /**
   * Cookies that may carry the token.
   *
   * @default - none
   */
  readonly fromCookies?: string[];

  /**
   * Header that receives the payload of a verified token, base64url.
   *
   * @default - none
   */
  readonly outputPayloadToHeader?: string;

  /**
   * Headers that receive claims of a verified token.
   *
   * @default - none
   */
  readonly outputClaimToHeaders?: ClaimToHeader[];

  /**
   * Whether the workload receives the token itself.
   *
   * @default false
   */
  readonly forwardOriginalToken?: boolean;

  /**
   * How long the fetch of the key set may take, such as `5s`; at least 1 ms.
   *
   * @default - 5s
   */
  readonly timeout?: string;

  /**
   * Claims that hold several values separated by spaces, beside `scope` and `permission`. Istio 1.28.
   *
   * @default - `scope` and `permission` only
   */
  readonly spaceDelimitedClaims?: string[];
}

/**
 * The `spec` of a RequestAuthentication.
 *
 * @see https://istio.io/latest/docs/reference/config/security/request_authentication/#RequestAuthentication
 */
export interface RequestAuthenticationSpec {
  /**
   * Pods the tokens are verified at; excludes `targetRef` and `targetRefs`.
   *
   * @default - every pod of the namespace, or of the mesh in the root namespace; never a waypoint
   */
  readonly selector?: WorkloadSelector;

  /**
   * Object the policy is attached to; the older form of `targetRefs`.
   *
   * @default - none
   */
  readonly targetRef?: PolicyTargetReference;

  /**
   * Objects the policy is attached to: Services and ServiceEntries behind a waypoint, Gateways, a GatewayClass.
   *
   * @default - none
   */
  readonly targetRefs?: PolicyTargetReference[];

  /**
   * The issuers. A token of any other issuer is refused; a request without a token passes, with no identity.
   *
   * @default - no issuer: nothing is verified
   */
  readonly jwtRules?: JwtRule[];
}
