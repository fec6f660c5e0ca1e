import { AuthorizationPolicySpec } from './authorization-policy';
import { PeerAuthenticationSpec } from './peer-authentication';
import { RequestAuthenticationSpec } from './request-authentication';

/** What every Kubernetes object says about itself. */
export interface ObjectMeta {
  readonly name?: string;
  /** How a name begins that the API server makes up. */
  readonly generateName?: string;
  readonly namespace?: string;
  readonly labels?: { readonly [key: string]: string };
  readonly annotations?: { readonly [key: string]: string };
  readonly creationTimestamp?: string;
}

/** One Kubernetes object, as read or as rendered. */
export interface Manifest<Spec = unknown> {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly spec?: Spec;
}

/** Where a manifest was read: the stream it came from, the number of its document, and its place in a List. */
export interface Location {
  /** Index of the document in its stream, from 0; empty documents count. */
  readonly document: number;
  /** Index in `items`, where the document is a List. */
  readonly item?: number;
  /** Line of the stream where the object begins, from 1, where known. */
  readonly line?: number;
}

/** Annotation with the path of the construct that made an object. */
export const CONSTRUCT_ANNOTATION = 'cdk8s-zero-trust/construct';

/** Annotation of what a BreakGlass opens: its ticket and reason. */
export const BREAK_GLASS_ANNOTATION = 'cdk8s-zero-trust/break-glass';

/** Annotation of an AuthorizationPolicy that enforces nothing, and shows what it would do. */
export const DRY_RUN_ANNOTATION = 'istio.io/dry-run';

/** API group of AuthorizationPolicy, PeerAuthentication and RequestAuthentication. */
export const SECURITY_GROUP = 'security.istio.io';

/** API group of DestinationRule, ServiceEntry and others that say where requests go, and how. */
export const NETWORKING_GROUP = 'networking.istio.io';

/** API group of the Kubernetes Gateway API. */
export const GATEWAY_API_GROUP = 'gateway.networking.k8s.io';

/** API group of Telemetry. */
export const TELEMETRY_GROUP = 'telemetry.istio.io';

export type AuthorizationPolicyManifest = Manifest<AuthorizationPolicySpec>;
export type PeerAuthenticationManifest = Manifest<PeerAuthenticationSpec>;
export type RequestAuthenticationManifest = Manifest<RequestAuthenticationSpec>;
