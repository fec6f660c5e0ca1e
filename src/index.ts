// resources
export { AuthorizationPolicyAction } from './istio/authorization-policy';
export type {
  AuthorizationCondition, AuthorizationOperation, AuthorizationPolicyProvider, AuthorizationPolicySpec, AuthorizationRule,
  AuthorizationRuleFrom, AuthorizationRuleTo, AuthorizationSource,
} from './istio/authorization-policy';
export { MutualTlsMode } from './istio/peer-authentication';
export type { MutualTls, PeerAuthenticationSpec } from './istio/peer-authentication';
export type { ClaimToHeader, JwtHeader, JwtRule, RequestAuthenticationSpec } from './istio/request-authentication';
export type { PolicyTargetReference, WorkloadSelector } from './istio/selection';

// workloads
export { Workload } from './constructs/workload';
export { PortProtocol } from './constructs/workload-options';
export type { WorkloadOptions, WorkloadPodsProps, WorkloadPort, WorkloadService, WorkloadServicePort } from './constructs/workload-options';
export { WorkloadIdentity } from './constructs/workload-identity';
export type { WorkloadIdentityProps } from './constructs/workload-identity';
