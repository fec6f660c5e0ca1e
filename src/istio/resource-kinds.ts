import { GATEWAY_API_GROUP, NETWORKING_GROUP, SECURITY_GROUP, TELEMETRY_GROUP } from './manifest';
import { Metadata } from './metadata';
import { Report } from './problem';
import { checkAuthorizationPolicyAtProxy, checkRequestAuthenticationAtProxy } from './proxy';
import { AUTHORIZATION_POLICY } from './schema/authorization-policy';
import { DESTINATION_RULE } from './schema/destination-rule';
import { ENVOY_FILTER } from './schema/envoy-filter';
import { GATEWAY } from './schema/gateway';
import { HTTP_ROUTE } from './schema/http-route';
import { KUBERNETES_GATEWAY } from './schema/kubernetes-gateway';
import { PEER_AUTHENTICATION } from './schema/peer-authentication';
import { REQUEST_AUTHENTICATION } from './schema/request-authentication';
import { ObjectSchema } from './schema/schema';
import { SERVICE_ENTRY } from './schema/service-entry';
import { SIDECAR } from './schema/sidecar';
import { TELEMETRY } from './schema/telemetry';
import { VIRTUAL_SERVICE } from './schema/virtual-service';
import { checkAuthorizationPolicy } from './webhook/authorization-policy';
import { checkDestinationRule } from './webhook/destination-rule';
import { checkEnvoyFilter } from './webhook/envoy-filter';
import { checkGateway } from './webhook/gateway';
import { checkPeerAuthentication } from './webhook/peer-authentication';
import { checkRequestAuthentication } from './webhook/request-authentication';
import { checkServiceEntry } from './webhook/service-entry';
import { checkSidecar } from './webhook/sidecar';
import { checkTelemetry } from './webhook/telemetry';
import { checkVirtualService } from './webhook/virtual-service/virtual-service';

/** All that admission knows of one kind. A further kind is one more entry in `RESOURCE_KINDS`. */
export interface ResourceKind {
  readonly kind: string;
  /** What it is called here, where two APIs have a kind of that name. */
  readonly name?: KindName;
  readonly group: string;
  /** Versions that are served. */
  readonly versions: readonly string[];
  readonly spec: ObjectSchema;
  /** The object must have a `spec`. */
  readonly specRequired?: true;
  /** It can be tried out by annotation, depending on its action. */
  readonly dryRun?: true;
  /** What istiod's webhook says of a spec that it could decode; it is not asked about kinds of other APIs. */
  webhook?(spec: unknown, error: Report, warn: Report, metadata: Metadata): void;
  /** Why Envoy refuses a spec that all others admit. */
  proxy?(spec: unknown, error: Report): void;
}

const SECURITY = { group: SECURITY_GROUP, versions: ['v1', 'v1beta1'] };

const NETWORKING = { group: NETWORKING_GROUP, versions: ['v1', 'v1beta1', 'v1alpha3'] };

const GATEWAY_API = { group: GATEWAY_API_GROUP, versions: ['v1', 'v1beta1'], specRequired: true } as const;

export const RESOURCE_KINDS: readonly ResourceKind[] = [
  {
    ...SECURITY,
    kind: 'AuthorizationPolicy',
    spec: AUTHORIZATION_POLICY,
    dryRun: true,
    webhook: checkAuthorizationPolicy,
    proxy: checkAuthorizationPolicyAtProxy,
  },
  { ...SECURITY, kind: 'PeerAuthentication', spec: PEER_AUTHENTICATION, webhook: checkPeerAuthentication },
  {
    ...SECURITY,
    kind: 'RequestAuthentication',
    spec: REQUEST_AUTHENTICATION,
    webhook: checkRequestAuthentication,
    proxy: checkRequestAuthenticationAtProxy,
  },
  { ...NETWORKING, kind: 'DestinationRule', spec: DESTINATION_RULE, webhook: checkDestinationRule },
  { ...NETWORKING, versions: ['v1alpha3'], kind: 'EnvoyFilter', spec: ENVOY_FILTER, webhook: checkEnvoyFilter },
  { ...NETWORKING, kind: 'Gateway', spec: GATEWAY, webhook: checkGateway },
  { ...NETWORKING, kind: 'VirtualService', spec: VIRTUAL_SERVICE, webhook: checkVirtualService },
  { ...NETWORKING, kind: 'ServiceEntry', spec: SERVICE_ENTRY, specRequired: true, webhook: checkServiceEntry },
  { ...NETWORKING, kind: 'Sidecar', spec: SIDECAR, webhook: checkSidecar },
  { group: TELEMETRY_GROUP, versions: ['v1', 'v1alpha1'], kind: 'Telemetry', spec: TELEMETRY, webhook: checkTelemetry },
  { ...GATEWAY_API, kind: 'Gateway', name: 'KubernetesGateway', spec: KUBERNETES_GATEWAY },
  { ...GATEWAY_API, kind: 'HTTPRoute', name: 'HttpRoute', spec: HTTP_ROUTE },
];

/** Names a kind that there is a construct for. */
export type KindName = 'AuthorizationPolicy' | 'PeerAuthentication' | 'RequestAuthentication' | 'DestinationRule' | 'EnvoyFilter' | 'Gateway' | 'ServiceEntry' | 'Sidecar' | 'Telemetry'
| 'VirtualService' | 'KubernetesGateway' | 'HttpRoute';

/** What a kind is called here. */
export function nameOf({ kind, name = kind as KindName }: ResourceKind): KindName { return name; }

/** A kind by its name. */
export function kindNamed(name: KindName): ResourceKind {
  return RESOURCE_KINDS.find(kind => nameOf(kind) === name)!;
}

/** The kind of an object, if admission knows it, in a version that is served. */
export function resourceKindOf(manifest: Readonly<Record<string, unknown>>): ResourceKind | undefined {
  const [group, version, ...rest] = (typeof manifest.apiVersion === 'string' ? manifest.apiVersion : '').split('/');
  return rest.length > 0
    ? undefined
    : RESOURCE_KINDS.find(known => known.kind === manifest.kind && known.group === group && known.versions.includes(version));
}
