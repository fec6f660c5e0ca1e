// resources
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
