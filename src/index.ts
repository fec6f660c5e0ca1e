// resources: one to one with the Istio API
export { AuthorizationPolicy } from './constructs/authorization-policy';
export type { AuthorizationPolicyProps } from './constructs/authorization-policy';
export { PeerAuthentication } from './constructs/peer-authentication';
export type { PeerAuthenticationProps } from './constructs/peer-authentication';
export { RequestAuthentication } from './constructs/request-authentication';
export type { RequestAuthenticationProps } from './constructs/request-authentication';
export { DestinationRule } from './constructs/destination-rule';
export type { DestinationRuleProps } from './constructs/destination-rule';
export { EnvoyFilter } from './constructs/envoy-filter';
export type { EnvoyFilterProps } from './constructs/envoy-filter';
export { Gateway } from './constructs/gateway';
export type { GatewayProps } from './constructs/gateway';
export { HttpRoute } from './constructs/http-route';
export type { HttpRouteProps } from './constructs/http-route';
export { KubernetesGateway } from './constructs/kubernetes-gateway';
export type { KubernetesGatewayProps } from './constructs/kubernetes-gateway';
export { ServiceEntry } from './constructs/service-entry';
export type { ServiceEntryProps } from './constructs/service-entry';
export { Sidecar } from './constructs/sidecar';
export type { SidecarProps } from './constructs/sidecar';
export { Telemetry } from './constructs/telemetry';
export type { TelemetryProps } from './constructs/telemetry';
export { VirtualService } from './constructs/virtual-service';
export type { VirtualServiceProps } from './constructs/virtual-service';
export { AuthorizationPolicyAction } from './istio/authorization-policy';
export type {
  AuthorizationCondition, AuthorizationOperation, AuthorizationPolicyProvider, AuthorizationPolicySpec, AuthorizationRule,
  AuthorizationRuleFrom, AuthorizationRuleTo, AuthorizationSource,
} from './istio/authorization-policy';
export { MutualTlsMode } from './istio/peer-authentication';
export type { MutualTls, PeerAuthenticationSpec } from './istio/peer-authentication';
export type { ClaimToHeader, JwtHeader, JwtRule, RequestAuthenticationSpec } from './istio/request-authentication';
export type { PolicyTargetReference, WorkloadLabels, WorkloadSelector } from './istio/selection';
export { ClientTlsMode } from './istio/client-tls';
export type { ClientTlsSettings } from './istio/client-tls';
export { H2UpgradePolicy } from './istio/connection-pool';
export type { ConnectionPool, Http2KeepAlive, HttpConnectionPool, TcpConnectionPool, TcpKeepalive } from './istio/connection-pool';
export { ProxyProtocolVersion } from './istio/destination-rule';
export type {
  DestinationRuleSpec, DestinationRuleSubset, PortTrafficPolicy, RetryBudget, TrafficPolicy, TunnelSettings, UpstreamProxyProtocol,
} from './istio/destination-rule';
export { EnvoyFilterApplyTo, EnvoyFilterClass, EnvoyFilterOperation } from './istio/envoy-filter';
export type { EnvoyFilterConfigPatch, EnvoyFilterPatch, EnvoyFilterSpec } from './istio/envoy-filter';
export type {
  EnvoyFilterChainMatch, EnvoyFilterFilterMatch, EnvoyFilterListenerMatch, EnvoyFilterSubFilterMatch,
} from './istio/envoy-filter-listener-match';
export { EnvoyFilterContext } from './istio/envoy-filter-match';
export type {
  EnvoyFilterClusterMatch, EnvoyFilterMatch, EnvoyFilterProxyMatch, EnvoyFilterWaypointMatch, EnvoyFilterWaypointRouteMatch,
} from './istio/envoy-filter-match';
export { EnvoyFilterRouteAction } from './istio/envoy-filter-route-match';
export type { EnvoyFilterRouteConfigurationMatch, EnvoyFilterRouteMatch, EnvoyFilterVirtualHostMatch } from './istio/envoy-filter-route-match';
export type { GatewayListener, GatewayPort, GatewaySpec } from './istio/gateway';
export type { HttpRouteBackend, HttpRouteParent, HttpRouteRule, HttpRouteSpec, HttpRouteTimeouts } from './istio/http-route';
export { HttpRouteFilterType, HttpRoutePathModifierType } from './istio/http-route-filter';
export type {
  HttpRouteCors, HttpRouteFilter, HttpRouteFraction, HttpRouteHeader, HttpRouteHeaderModifier, HttpRouteMirror, HttpRouteMirrorBackend,
  HttpRoutePathModifier, HttpRouteRedirect, HttpRouteRewrite,
} from './istio/http-route-filter';
export { HttpRoutePathMatchType, HttpRouteValueMatchType } from './istio/http-route-match';
export type { HttpRouteMatch, HttpRoutePathMatch, HttpRouteValueMatch } from './istio/http-route-match';
export { ListenerNamespacesFrom, RouteNamespacesFrom } from './istio/kubernetes-gateway';
export type {
  AllowedListeners, AllowedRoutes, KubernetesGatewayAddress, KubernetesGatewayInfrastructure, KubernetesGatewaySpec, KubernetesListener,
  ListenerNamespaces, RouteKind, RouteNamespaces,
} from './istio/kubernetes-gateway';
export { FrontendValidationMode, KubernetesTlsMode } from './istio/kubernetes-gateway-tls';
export type {
  FrontendTls, FrontendTlsPort, FrontendTlsSettings, FrontendValidation, KubernetesGatewayBackendTls, KubernetesGatewayTls, KubernetesListenerTls,
} from './istio/kubernetes-gateway-tls';
export type { KubernetesLocalReference, KubernetesObjectReference, KubernetesSecretReference } from './istio/kubernetes-reference';
export { SimpleLoadBalancer } from './istio/load-balancer';
export type {
  BackendUtilization, ConsistentHash, ConsistentHashCookie, ConsistentHashCookieAttribute, LoadBalancer, LocalityDistribution, LocalityFailover,
  LocalityLoadBalancing, Maglev, RingHash, Warmup, ZoneAwareLoadBalancing,
} from './istio/load-balancer';
export type { OutlierDetection } from './istio/outlier-detection';
export type { PortSelector, RouteDestination } from './istio/route-destination';
export { ServerTlsMode, TlsProtocolVersion } from './istio/server-tls';
export type { ServerTls, ServerTlsCertificate } from './istio/server-tls';
export { ServiceEntryLocation, ServiceEntryResolution } from './istio/service-entry';
export type { ServiceEntryEndpoint, ServiceEntryPort, ServiceEntrySpec } from './istio/service-entry';
export { SidecarCaptureMode, SidecarOutboundMode } from './istio/sidecar';
export type { SidecarEgressListener, SidecarIngressListener, SidecarOutboundTrafficPolicy, SidecarPort, SidecarSpec } from './istio/sidecar';
export type { AccessLogFilter, AccessLogging, TelemetrySpec } from './istio/telemetry';
export { IstioMetric, TagOverrideOperation } from './istio/telemetry-metrics';
export type { MetricSelector, MetricsOverride, TagOverride, TelemetryMetrics } from './istio/telemetry-metrics';
export { TelemetryMode } from './istio/telemetry-scope';
export type { TelemetryMatch, TelemetryProvider } from './istio/telemetry-scope';
export type { CustomTag, FormatterTag, LiteralTag, NamedTag, Tracing } from './istio/telemetry-tracing';
export type {
  TcpMatch, TlsMatch, VirtualServiceSpec, VirtualServiceTcpRoute, VirtualServiceTlsRoute, WeightedDestination,
} from './istio/virtual-service';
export { RedirectPort, UnmatchedPreflights } from './istio/virtual-service-answers';
export type { CorsPolicy, DirectResponse, DirectResponseBody, HttpRedirect, HttpRewrite, UriRegexRewrite } from './istio/virtual-service-answers';
export type { HttpFaultAbort, HttpFaultDelay, HttpFaultInjection, HttpMirror, HttpRetries, Percentage } from './istio/virtual-service-handling';
export type { HeaderOperations, HttpDelegate, HttpHeaderChanges, HttpWeightedDestination, VirtualServiceHttpRoute } from './istio/virtual-service-http';
export type { HttpMatch, StringMatch } from './istio/virtual-service-match';

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
export { IngressClients } from './constructs/ingress-clients';
export type { IngressClientOptions, IngressTokenOptions } from './constructs/ingress-clients';
export { IngressServer } from './constructs/ingress-server';
export type { IngressMutualTlsOptions, IngressPlaintextOptions, IngressTlsOptions } from './constructs/ingress-server';
export { PublicGateway } from './constructs/public-gateway';
export type { ClassicGatewayOptions, ManagedGatewayOptions } from './constructs/public-gateway';
export type { ServiceWaypoint } from './constructs/service-waypoint';
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
export { DayOfWeek } from './intent/opa-hours';
export type { OpaHours } from './intent/opa-hours';
export { OpaAuthorizer } from './constructs/opa-authorizer';
export type { OpaAuthorizerProps } from './constructs/opa-authorizer';
export { OpaPolicy } from './constructs/opa-policy';
export type { OpaRule } from './constructs/opa-rule';
export { AuditTrail } from './constructs/audit-trail';
export type { AuditTrailProps } from './constructs/audit-trail';
export { SecurityTelemetry } from './constructs/security-telemetry';
export type { SecurityAlerts, SecurityDashboard, SecurityTelemetryProps } from './constructs/security-telemetry-props';
export { BreakGlass } from './constructs/break-glass';
export type { BreakGlassProps } from './constructs/break-glass';
export { Quarantine } from './constructs/quarantine';
export type { QuarantineProps } from './constructs/quarantine';
export { EgressAccess } from './constructs/egress-access';
export type { EgressAccessProps } from './constructs/egress-access';
export { EgressBoundary } from './constructs/egress-boundary';
export type { EgressBoundaryProps } from './constructs/egress-boundary';
export { EgressGateway } from './constructs/egress-gateway';
export type { EgressGatewayProps } from './constructs/egress-gateway';
export { NetworkPolicies } from './intent/network-policies';
export type { NetworkEgressOptions, NetworkIngressOptions } from './intent/network-policies';
export { EgressPort } from './intent/egress-port';
export type { EgressTlsOptions } from './intent/egress-port';
export { IngressAccess } from './constructs/ingress-access';
export type { IngressAccessProps } from './constructs/ingress-access';
export { IngressGateway } from './constructs/ingress-gateway';
export type { IngressGatewayProps } from './constructs/ingress-gateway-props';
export { LegacyDestination } from './constructs/legacy-destination';
export type { LegacyDestinationProps } from './constructs/legacy-destination';
export { TrafficProtection } from './constructs/traffic-protection';
export type { TrafficProtectionProps } from './constructs/traffic-protection';
export type { CircuitBreaker, EndpointEjection } from './constructs/circuit-breaker';
export type { RateLimit } from './constructs/rate-limit';
export { FaultInjection } from './constructs/fault-injection';
export type { FaultAbort, FaultDelay, FaultInjectionProps } from './constructs/fault-injection';
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
export type { ZeroTrustNamespaceProps } from './constructs/zero-trust-namespace-props';

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
export type { LabelExpression, LabelSelector } from './istio/label-selector';
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
export type { NetworkTrace } from './policy/network-trace';
export type { HopTrace, TraceStep } from './policy/trace';
export { PolicyComparison } from './analysis/comparison';
export { AccessChange, AccessEffect, Permissiveness } from './analysis/access-change';
export type { ChangedObject, UndecidedDestination } from './analysis/access-change';
export { AccessMap } from './analysis/access-map';
export type { ReachedAccess } from './analysis/access-map';
export { AccessRow } from './analysis/access-row';
export { AccessGate } from './analysis/access-gate';
export type { AccessViolation, ForbiddenAccess } from './analysis/access-gate';

// policy from what is known already
export { AccessPlan } from './constructs/access-plan';
export type { AccessPlanProps, LeftAside, PlannedAccess, UnreadLine } from './constructs/access-plan';
export type { PlannedCall, RefusedCall } from './constructs/planned-call';
export { CallSource } from './plan/call-source';
export type { AccessLogOf } from './plan/call-source';
export { PlanQuestionKind } from './plan/question';
export type { PlanQuestion } from './plan/question';
export type { VainRefusal } from './plan/vain-refusals';
