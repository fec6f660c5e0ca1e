import { AccessRequest, AuthorizationResponse, HttpRequest, MeshSettings, PolicySet, RequestSource, RequestToken, UndecidedReason } from 'cdk8s-zero-trust';
import { DIMENSIONS } from '../../src/policy/matching/dimensions';
import { Asks } from '../../src/policy/proxies/rule';

type Spec = Record<string, unknown>;
interface Meta {
  readonly name?: string;
  readonly namespace?: string;
  readonly annotations?: Record<string, string>;
  readonly creationTimestamp?: string;
}

export function namespace(name: string, labels: Record<string, string> = {}): object {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
}

export function service(name: string, ports: object[], labels: Record<string, string> = {}): object {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'shop', labels }, spec: { clusterIP: '10.96.0.1', selector: { app: name }, ports } };
}

export function pod(name: string, labels: Record<string, string> = {}, podNamespace = 'shop'): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: podNamespace, labels: { app: name, ...labels } },
    spec: { serviceAccountName: name },
    status: { podIP: '10.1.1.1' },
  };
}

export function authorization(spec: Spec, meta: Meta = {}): object {
  return security('AuthorizationPolicy', spec, meta);
}

export function peerAuthentication(spec: Spec, meta: Meta = {}): object {
  return security('PeerAuthentication', spec, { creationTimestamp: '2024-01-01T00:00:00Z', ...meta });
}

export function requestAuthentication(spec: Spec, meta: Meta = {}): object {
  return security('RequestAuthentication', spec, meta);
}

function security(kind: string, spec: Spec, meta: Meta): object {
  return { apiVersion: 'security.istio.io/v1', kind, metadata: { name: 'policy', namespace: 'shop', ...meta }, spec };
}

const PORTS = [{ name: 'http', port: 80, targetPort: 8080 }, { name: 'tcp', port: 9000 }, { name: 'misc', port: 6000 }];

/** A mesh with sidecars, and the workload `api` with an HTTP, a TCP and a sniffed port. */
export function sidecars(policies: object[], settings?: MeshSettings): PolicySet {
  const world = [namespace('shop', { 'istio-injection': 'enabled' }), service('api', PORTS), pod('api')];
  return PolicySet.fromManifests([...world, ...policies], settings);
}

/** The same in ambient mode. */
export function ambient(policies: object[], settings?: MeshSettings): PolicySet {
  const world = [namespace('shop', { 'istio.io/dataplane-mode': 'ambient' }), service('api', PORTS), pod('api')];
  return PolicySet.fromManifests([...world, ...policies], settings);
}

export const WEB = 'cluster.local/ns/shop/sa/web';

export interface Call {
  readonly port?: number;
  readonly source?: RequestSource;
  readonly http?: HttpRequest;
  readonly tokens?: RequestToken[];
  readonly tcp?: boolean;
}

/** A request of web to the HTTP port of api, unless said otherwise. */
export function request({ port = 8080, source = { principal: WEB, ip: '10.1.2.3' }, http = {}, tokens, tcp }: Call = {}): AccessRequest {
  return { destination: { namespace: 'shop', workload: 'api', port }, source, http: tcp ? undefined : http, tokens };
}

const OF_PROXIES = [undefined, UndecidedReason.UNKNOWN_FACT, UndecidedReason.UNKNOWN_AGE];

/** What becomes of a request, in one line; with the stage where a proxy came to it. */
export function verdict(response: AuthorizationResponse): string {
  const { decision, stage, httpStatus, grpcStatus, undecidedReason } = response;
  return [decision, OF_PROXIES.includes(undecidedReason) ? stage : undefined, grpcStatus === undefined ? httpStatus : `grpc ${grpcStatus}`].filter(part => part !== undefined).join(' ');
}

export function ask(policies: PolicySet, call: Call = {}): string {
  return verdict(policies.isAuthorized(request(call)));
}

/** What a made-up test asks: nobody looks at it. */
export const NOTHING: Asks = { dimension: DIMENSIONS.filterMetadata, isNegated: false, names: [], values: [], languageOf: () => undefined };
