// resources: one to one with the Istio API
export { AuthorizationPolicy } from './constructs/authorization-policy';
export type { AuthorizationPolicyProps } from './constructs/authorization-policy';
export { PeerAuthentication } from './constructs/peer-authentication';
export type { PeerAuthenticationProps } from './constructs/peer-authentication';
export { RequestAuthentication } from './constructs/request-authentication';
export type { RequestAuthenticationProps } from './constructs/request-authentication';
export { AuthorizationPolicyAction } from './istio/authorization-policy';
export type {
  AuthorizationCondition, AuthorizationOperation, AuthorizationPolicyProvider, AuthorizationPolicySpec, AuthorizationRule,
  AuthorizationRuleFrom, AuthorizationRuleTo, AuthorizationSource,
} from './istio/authorization-policy';
export { MutualTlsMode } from './istio/peer-authentication';
export type { MutualTls, PeerAuthenticationSpec } from './istio/peer-authentication';
export type { ClaimToHeader, JwtHeader, JwtRule, RequestAuthenticationSpec } from './istio/request-authentication';
export type { PolicyTargetReference, WorkloadSelector } from './istio/selection';

// values: who, what, when
export { Condition } from './intent/condition';
export type { Justification } from './intent/justification';
export { JwtIssuer } from './intent/jwt-issuer';
export type { ClaimHeader, JwtIssuerProps } from './intent/jwt-issuer';
export type { TokenHeader } from './intent/token-location';
export { LegacyTls } from './intent/legacy-tls';
export type { LegacyMutualTlsOptions, LegacySimpleTlsOptions } from './intent/legacy-tls';
export { Enforcement } from './intent/enforcement';
export { DataPlane } from './intent/mesh';
export { Operation } from './intent/operation';
export type { HttpOperationOptions, HttpPortOptions, HttpScopeOptions } from './intent/operation';
export { ExtensionProvider } from './constructs/extension-provider';
export type { AccessLogOptions, ExtAuthzGrpcOptions, ExtAuthzHttpOptions } from './constructs/extension-provider';
export { CertificateAuthority } from './constructs/certificate-authority';
export type { IstioCsrOptions, SpireOptions } from './constructs/certificate-authority';
export { MeshCertificateAuthority } from './constructs/mesh-certificate-authority';
export type { MeshCertificateAuthorityProps } from './constructs/mesh-certificate-authority';
export type { CaCertificate } from './constructs/ca-certificate';
export { OutboundTrafficPolicy, TlsVersion } from './intent/mesh-config';
export { MeshSettingsOutput } from './constructs/mesh-settings-output';
export type { MeshConfigMapOptions } from './constructs/mesh-settings-output';
export { Principal } from './constructs/principal';
export type { ServiceAccountOptions } from './constructs/principal';
export { GuardrailScope } from './constructs/guardrail-scope';
export { PublicGateway } from './constructs/public-gateway';
export type { ClassicGatewayOptions, ManagedGatewayOptions } from './constructs/public-gateway';
export { Waypoint } from './constructs/waypoint';
export type { WaypointOptions } from './constructs/waypoint';
export { Workload } from './constructs/workload';
export type { WorkloadOptions, WorkloadPodsProps } from './constructs/workload';
export { PortProtocol } from './constructs/workload-options';
export type {
  WorkloadDestinationOptions, WorkloadPort, WorkloadService, WorkloadServicePort,
} from './constructs/workload-options';

// intents: what is meant
export type { CorsPreflight } from './constructs/cors-preflight';
export type { JwtAccessRule } from './constructs/jwt-access-rule';
export { JwtProtectedApi } from './constructs/jwt-protected-api';
export type { JwtProtectedApiProps } from './constructs/jwt-protected-api';
export { AccessGuardrail } from './constructs/access-guardrail';
export type { AccessGuardrailProps } from './constructs/access-guardrail';
export { ExternalAuthorization } from './constructs/external-authorization';
export type { ExternalAuthorizationProps } from './constructs/external-authorization';
export { AuditTrail } from './constructs/audit-trail';
export type { AuditTrailProps } from './constructs/audit-trail';
export { BreakGlass } from './constructs/break-glass';
export type { BreakGlassProps } from './constructs/break-glass';
export { Quarantine } from './constructs/quarantine';
export type { QuarantineProps } from './constructs/quarantine';
export { LegacyDestination } from './constructs/legacy-destination';
export type { LegacyDestinationProps } from './constructs/legacy-destination';
export type { LegacyPort } from './constructs/legacy-port';
export { PlaintextException } from './constructs/plaintext-exception';
export type { PlaintextExceptionProps } from './constructs/plaintext-exception';
export { MtlsMigration } from './constructs/mtls-migration';
export type { MtlsMigrationProps } from './constructs/mtls-migration';
export type { MigrationNamespace } from './constructs/migration-namespace';
export { MtlsStage } from './intent/mtls-migration-intent';
export { MigrationFindingKind } from './validation/migration-finding';
export type { MigrationFinding } from './validation/migration-finding';
export { ServiceAccess } from './constructs/service-access';
export type { ServiceAccessProps } from './constructs/service-access';
export { WorkloadIdentity } from './constructs/workload-identity';
export type { WorkloadIdentitiesOptions, WorkloadIdentityProps } from './constructs/workload-identity';
export { ZeroTrustMesh } from './constructs/zero-trust-mesh';
export type { ZeroTrustMeshProps } from './constructs/zero-trust-mesh-props';
export { ZeroTrustNamespace } from './constructs/zero-trust-namespace';
export type { NamespaceMetadata } from './constructs/namespace-metadata';
export type { WorkloadOutsideMesh } from './constructs/workload-outside-mesh';
export type { ZeroTrustNamespaceProps } from './constructs/zero-trust-namespace';

// findings: what is allowed and probably not meant
export { Findings } from './constructs/findings';
export type { AcknowledgementOptions } from './constructs/findings';
export type { Finding } from './validation/finding';

// questions
export { AuthorizerProtocol } from './policy/request/authorizer-provider';
export type { AuthorizerProvider } from './policy/request/authorizer-provider';
export { ServiceEntryVisibility } from './policy/request/service-entry-visibility';
export { PathNormalization } from './policy/request/path-normalization';
export { EscapedSlashes, HeadersWithUnderscores } from './policy/request/connection-settings';
export type { ConnectionSettings } from './policy/request/connection-settings';
export type { MeshSettings } from './policy/request/mesh-settings';
export { InterceptionMode } from './policy/request/injection-settings';
export type { InjectionSettings } from './policy/request/injection-settings';
export type { OutboundSettings } from './policy/request/outbound-settings';
export type { LabelExpression, LabelSelector } from './policy/request/label-selector';
export { PolicySet } from './policy/policy-set';
export type { ManifestProblem } from './policy/resources/manifest-problem';
export { Decision, UndecidedReason } from './policy/request/decision';
export { ProxyKind, Transport } from './policy/request/request';
export { TokenState } from './policy/request/request-token';
export type { AccessRequest, AuthorizerAnswer, HttpRequest, RequestDestination, RequestSource } from './policy/request/request';
export type { RequestToken } from './policy/request/request-token';
export type { NearMiss, UnmatchedField } from './policy/near-miss';
export { AuthorizationResponse } from './policy/response';
export type { ExplainOptions } from './policy/explain';
export type { DeterminingPolicy } from './policy/request/determining-policy';
export { Stage } from './policy/request/decision';
export type { HopTrace, TraceStep } from './policy/trace';
