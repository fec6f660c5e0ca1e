import { PolicyTargetReference, WorkloadSelector } from './selection';

/**
 * What an AuthorizationPolicy does with the requests that match one of its rules.
 *
 * @see https://istio.io/latest/docs/reference/config/security/authorization-policy/#AuthorizationPolicy-Action
 */
export enum AuthorizationPolicyAction {
  /** Allow a request that matches; as soon as one ALLOW policy is attached, everything that no rule matches is denied. */
  ALLOW = 'ALLOW',

  /** Deny a request that matches, whatever any ALLOW policy says. */
  DENY = 'DENY',

  /** Mark a request that matches for the access log; never changes a decision. */
  AUDIT = 'AUDIT',

  /** Ask an external authorizer about a request that matches; DENY and ALLOW policies still apply. */
  CUSTOM = 'CUSTOM',
}

/**
 * Names an extension provider of the mesh settings.
 *
 * @see https://istio.io/latest/docs/reference/config/security/authorization-policy/#AuthorizationPolicy-ExtensionProvider
 */
export interface AuthorizationPolicyProvider {
  /**
   * Name of the provider, as in `meshConfig.extensionProviders`.
   *
   * @default - none, which Istio refuses for action CUSTOM
   */
  readonly name?: string;
}

/**
 * Who sends a request. Every field that is given must match; a field with several values matches if one of them does.
 *
 * Patterns: exact, `prefix*`, `*suffix` and `*` (present).
 *
 * @see https://istio.io/latest/docs/reference/config/security/authorization-policy/#Source
 */
export interface AuthorizationSource {
  /**
   * Peer identities from the client certificate, `TRUST-DOMAIN/ns/NAMESPACE/sa/SERVICE-ACCOUNT`, without `spiffe://`.
   *
   * @default - any peer, also one without identity
   */
  readonly principals?: string[];

  /**
   * Peer identities that do not match. A plaintext client has none, so it passes.
   *
   * @default - none
   */
  readonly notPrincipals?: string[];

  /**
   * Token identities, `ISSUER/SUBJECT`. HTTP only.
   *
   * @default - any request, also one without a token
   */
  readonly requestPrincipals?: string[];

  /**
   * Token identities that do not match. HTTP only.
   *
   * @default - none
   */
  readonly notRequestPrincipals?: string[];

  /**
   * Namespaces of the peer identity, in any trust domain.
   *
   * @default - any
   */
  readonly namespaces?: string[];

  /**
   * Namespaces of the peer identity that do not match.
   *
   * @default - none
   */
  readonly notNamespaces?: string[];

  /**
   * Service accounts of the peer identity, `NAMESPACE/NAME`, or `NAME` in the namespace of the policy; no wildcards. Istio 1.25.
   *
   * @default - any
   */
  readonly serviceAccounts?: string[];

  /**
   * Service accounts of the peer identity that do not match. Istio 1.25.
   *
   * @default - none
   */
  readonly notServiceAccounts?: string[];

  /**
   * Addresses or CIDR blocks of the TCP peer.
   *
   * @default - any
   */
  readonly ipBlocks?: string[];

  /**
   * Addresses or CIDR blocks of the TCP peer that do not match.
   *
   * @default - none
   */
  readonly notIpBlocks?: string[];

  /**
   * Addresses or CIDR blocks of the client after X-Forwarded-For or the PROXY protocol. Client-controlled except at gateways.
   *
   * @default - any
   */
  readonly remoteIpBlocks?: string[];

  /**
   * Client addresses or CIDR blocks that do not match.
   *
   * @default - none
   */
  readonly notRemoteIpBlocks?: string[];

  /**
   * Trust domains of the peer identity. Istio 1.30.2; ignored by ztunnel.
   *
   * @default - any
   */
  readonly trustDomains?: string[];

  /**
   * Trust domains of the peer identity that do not match. Istio 1.30.2; ignored by ztunnel.
   *
   * @default - none
   */
  readonly notTrustDomains?: string[];
}

/**
 * What a request asks for. Every field that is given must match; a field with several values matches if one of them does.
 *
 * @see https://istio.io/latest/docs/reference/config/security/authorization-policy/#Operation
 */
export interface AuthorizationOperation {
  /**
   * Hosts of the request (`:authority`), case-insensitive, with the port if the client sent one. HTTP only.
   *
   * @default - any
   */
  readonly hosts?: string[];

  /**
   * Hosts that do not match. HTTP only.
   *
   * @default - none
   */
  readonly notHosts?: string[];

  /**
   * Ports, as decimal text: container port at sidecars and ztunnel, Service port at waypoints, listener port at gateways.
   *
   * @default - any
   */
  readonly ports?: string[];

  /**
   * Ports that do not match.
   *
   * @default - none
   */
  readonly notPorts?: string[];

  /**
   * HTTP methods, upper case. HTTP only.
   *
   * @default - any
   */
  readonly methods?: string[];

  /**
   * HTTP methods that do not match. HTTP only.
   *
   * @default - none
   */
  readonly notMethods?: string[];

  /**
   * Paths without query; also templates with `{*}` and `{**}`. HTTP only.
   *
   * @default - any
   */
  readonly paths?: string[];

  /**
   * Paths that do not match. HTTP only.
   *
   * @default - none
   */
  readonly notPaths?: string[];
}

/**
 * A further condition on an attribute of the request or connection.
 *
 * @see https://istio.io/latest/docs/reference/config/security/conditions/
 */
export interface AuthorizationCondition {
  /** The attribute, such as `request.headers[x-tenant]`, `request.auth.claims[role]`, `source.ip` or `connection.sni`. */
  readonly key: string;

  /**
   * Values of which one must match.
   *
   * @default - any
   */
  readonly values?: string[];

  /**
   * Values of which none may match. True where the attribute is missing.
   *
   * @default - none
   */
  readonly notValues?: string[];
}

/** One entry of `from`. */
export interface AuthorizationRuleFrom {
  /** Who sends the request. */
  readonly source: AuthorizationSource;
}

/** One entry of `to`. */
export interface AuthorizationRuleTo {
  /** What the request asks for. */
  readonly operation: AuthorizationOperation;
}

/**
 * Matches a request that one of `from` sends, that asks for one of `to`, and that meets all of `when`.
 *
 * @see https://istio.io/latest/docs/reference/config/security/authorization-policy/#Rule
 */
export interface AuthorizationRule {
  /**
   * Who sends the request.
   *
   * @default - anyone, also a plaintext client
   */
  readonly from?: AuthorizationRuleFrom[];

  /**
   * What the request asks for.
   *
   * @default - anything
   */
  readonly to?: AuthorizationRuleTo[];

  /**
   * Further conditions, all of which must hold.
   *
   * @default - none
   */
  readonly when?: AuthorizationCondition[];
}

/**
 * The `spec` of an AuthorizationPolicy.
 *
 * @see https://istio.io/latest/docs/reference/config/security/authorization-policy/#AuthorizationPolicy
 */
export interface AuthorizationPolicySpec {
  /**
   * Pods the policy applies to; excludes `targetRef` and `targetRefs`.
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
   * What happens to a request that matches.
   *
   * @default AuthorizationPolicyAction.ALLOW
   */
  readonly action?: AuthorizationPolicyAction;

  /**
   * The external authorizer, for action CUSTOM only.
   *
   * @default - none
   */
  readonly provider?: AuthorizationPolicyProvider;

  /**
   * The rules, of which one must match. An ALLOW policy without rules allows nothing, and thereby denies everything in its scope.
   *
   * @default - no rule, which matches nothing
   */
  readonly rules?: AuthorizationRule[];
}
