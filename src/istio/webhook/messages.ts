/**
 * The specs as istiod sees them once decoded. Lists are there even where nothing was given, texts too; what may be absent may be absent.
 */

export interface Attached {
  readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> };
  readonly targetRef?: TargetRef;
  readonly targetRefs: readonly TargetRef[];
}

export interface TargetRef {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}

type Lists<Name extends string> = { readonly [name in Name]: readonly string[] };

export type Source = Lists<
| 'principals' | 'notPrincipals' | 'requestPrincipals' | 'notRequestPrincipals' | 'namespaces' | 'notNamespaces'
| 'serviceAccounts' | 'notServiceAccounts' | 'ipBlocks' | 'notIpBlocks' | 'remoteIpBlocks' | 'notRemoteIpBlocks'
| 'trustDomains' | 'notTrustDomains'>;

export type Operation = Lists<'hosts' | 'notHosts' | 'ports' | 'notPorts' | 'methods' | 'notMethods' | 'paths' | 'notPaths'>;

export interface Condition extends Lists<'values' | 'notValues'> {
  readonly key: string;
}

export interface AuthorizationRuleMessage {
  readonly from: ReadonlyArray<{ readonly source?: Source }>;
  readonly to: ReadonlyArray<{ readonly operation?: Operation }>;
  readonly when: readonly Condition[];
}

export interface AuthorizationPolicyMessage extends Attached {
  readonly action: string;
  readonly provider?: { readonly name: string };
  readonly rules: readonly AuthorizationRuleMessage[];
}

export interface PeerAuthenticationMessage extends Pick<Attached, 'selector'> {
  readonly portLevelMtls?: Readonly<Record<string, unknown>>;
}

export interface JwtRuleMessage extends Lists<'audiences' | 'fromParams' | 'fromCookies' | 'spaceDelimitedClaims'> {
  readonly issuer: string;
  readonly jwksUri: string;
  readonly jwks: string;
  readonly fromHeaders: ReadonlyArray<{ readonly name: string; readonly prefix: string }>;
  readonly outputPayloadToHeader: string;
  readonly outputClaimToHeaders: ReadonlyArray<{ readonly header: string; readonly claim: string }>;
  readonly timeout?: string;
}

export interface RequestAuthenticationMessage extends Attached {
  readonly jwtRules: readonly JwtRuleMessage[];
}
