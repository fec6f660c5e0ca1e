import { AuthorizationResponse, MeshSettings, PolicySet, RequestSource } from 'cdk8s-zero-trust';
import { verdict } from './support';

interface Meta {
  readonly name?: string;
  readonly namespace?: string;
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
  readonly creationTimestamp?: string;
}

/** Pods of a gateway in namespace `edge`, with their Service. */
export function ingress(meta: Meta = {}): object[] {
  const metadata = { name: 'ingress', namespace: 'edge', ...meta, labels: { istio: 'ingress', ...meta.labels } };
  const ports = [{ name: 'http', port: 80, targetPort: 8080 }, { name: 'https', port: 443, targetPort: 8443 }];
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'edge', labels: {} } },
    { apiVersion: 'v1', kind: 'Pod', metadata, spec: {} },
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 'front', namespace: 'edge' }, spec: { selector: { istio: 'ingress' }, ports } },
  ];
}

export function istio(kind: string, spec: object, meta: Meta = {}): object {
  return { apiVersion: 'networking.istio.io/v1', kind, metadata: { name: 'gw', namespace: 'edge', ...meta }, spec };
}

export function kubernetes(kind: string, spec: object, meta: Meta = {}): object {
  return { apiVersion: 'gateway.networking.k8s.io/v1', kind, metadata: { name: 'gw', namespace: 'edge', ...meta }, spec };
}

/** A classic Gateway for the pods. */
export function gateway(servers: object[], meta: Meta = {}): object {
  return istio('Gateway', { selector: { istio: 'ingress' }, servers }, meta);
}

/** A VirtualService that is bound to the Gateway `gw` beside it. */
export function virtualService(spec: object, meta: Meta = {}): object {
  return istio('VirtualService', { hosts: ['*'], gateways: ['edge/gw'], ...spec }, { name: 'routes', ...meta });
}

export const HTTP = { port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['*'] };

export function tls(mode: string, hosts: string[], protocol = 'HTTPS', name = `${protocol} ${hosts[0]}`): object {
  return { port: { number: 443, name, protocol }, hosts, tls: { mode } };
}

export interface Asked {
  readonly port?: number;
  readonly source?: RequestSource;
  readonly method?: string;
  readonly path?: string;
  readonly authority?: string;
  readonly headers?: Record<string, string[]>;
}

/** A plain request to the gateway in namespace `edge`. */
export function askGateway(policies: PolicySet, { port = 8080, source = {}, authority = 'a.com', ...http }: Asked = {}, name = 'ingress'): AuthorizationResponse {
  return policies.isAuthorized({ destination: { namespace: 'edge', gateway: name, port }, source, http: { authority, ...http } });
}

/** What becomes of a request to the gateway of some manifests, in one line. */
export function answerOf(manifests: object[], asked: Asked = {}, settings?: MeshSettings): string {
  return verdict(askGateway(PolicySet.fromManifests([...ingress(), ...manifests], settings), asked));
}
