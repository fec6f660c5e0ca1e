import { AuthorizationResponse, HttpRequest, MeshSettings, PolicySet, RequestDestination, RequestSource } from 'cdk8s-zero-trust';
import { authorization, namespace, peerAuthentication, pod, service } from './support';

export const SIDECARS = { 'istio-injection': 'enabled' };
export const AMBIENT = { 'istio.io/dataplane-mode': 'ambient' };
export const STRICT = peerAuthentication({ mtls: { mode: 'STRICT' } });
export const PERMISSIVE = peerAuthentication({ mtls: { mode: 'PERMISSIVE' } });
export const DISABLE = peerAuthentication({ mtls: { mode: 'DISABLE' } });
export const FROM_WEB = authorization({ rules: [{ from: [{ source: { principals: ['cluster.local/ns/client/sa/web'] } }] }] });

/** `client/web` calls `shop/api`, a Service on port 80 for container port 8080. */
export function mesh(objects: object[], labels: { client?: Record<string, string>; server?: Record<string, string> } = {}, settings?: MeshSettings): PolicySet {
  return PolicySet.fromManifests([
    namespace('client', labels.client ?? SIDECARS), pod('web', { version: '1' }, 'client'),
    namespace('shop', labels.server ?? SIDECARS), service('api', [{ name: 'http', port: 80, targetPort: 8080 }, { name: 'tcp-raw', port: 9000 }]), pod('api'),
    ...objects,
  ], settings);
}

/** What is asked otherwise than that `client/web` sends GET / to the HTTP port of `shop/api`. */
export interface Call {
  readonly source?: RequestSource;
  readonly destination?: Partial<RequestDestination>;
  readonly http?: HttpRequest | null;
}

export function call(policies: PolicySet, { source, destination, http = {} }: Call = {}): AuthorizationResponse {
  return policies.isAuthorized({
    source: { workload: 'client/web', ...source },
    destination: { namespace: 'shop', service: 'api', port: 80, ...destination },
    http: http ?? undefined,
  });
}

export function rule(spec: object, meta: { name?: string; namespace?: string; creationTimestamp?: string } = {}): object {
  return { apiVersion: 'networking.istio.io/v1', kind: 'DestinationRule', metadata: { name: 'rule', namespace: 'client', ...meta }, spec };
}

export const tls = (mode: string | undefined, more: object = {}) => ({ trafficPolicy: { tls: { mode, ...more } } });
export const aged = (name: string, month: number, spec: object) => rule({ host: API, ...spec }, { name, creationTimestamp: `2024-0${month}-01T00:00:00Z` });
export const selecting = (label: string, value: string) => ({ workloadSelector: { matchLabels: { [label]: value } } });
export const API = 'api.shop.svc.cluster.local';
