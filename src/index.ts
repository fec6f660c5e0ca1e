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

// questions
export { AuthorizerProtocol, PathNormalization } from './policy/mesh-settings';
export type { AuthorizerProvider, MeshSettings } from './policy/mesh-settings';
export { PolicySet } from './policy/policy-set';
export { Decision } from './policy/decision';
export { ProxyKind, Transport } from './policy/request';
export { TokenState } from './policy/request-token';
export type { AccessRequest, AuthorizerAnswer, HttpRequest, RequestDestination, RequestSource } from './policy/request';
export type { RequestToken } from './policy/request-token';
export type { NearMiss, UnmatchedField } from './policy/near-miss';
export { AuthorizationResponse } from './policy/response';
export type { DeterminingPolicy } from './policy/determining-policy';
export { Stage } from './policy/decision';
export type { HopTrace, TraceStep } from './policy/trace';
