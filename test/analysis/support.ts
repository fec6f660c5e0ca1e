import { MeshSettings, PolicySet } from '../../src';

/** A namespace `shop` of workloads `api`, `web` and `db`, with STRICT mutual TLS, and what is added to it. */
export function shop(more: readonly object[] = [], { mode = 'STRICT', labels = { 'istio-injection': 'enabled' }, settings = {} }: { mode?: string; labels?: object; settings?: MeshSettings } = {}): PolicySet {
  return PolicySet.fromManifests([
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels } },
    ...['api', 'web', 'db'].map(name => deployment(name)),
    { apiVersion: 'security.istio.io/v1', kind: 'PeerAuthentication', metadata: { name: 'mtls', namespace: 'shop' }, spec: { mtls: { mode } } },
    ...more,
  ], settings);
}

export function deployment(name: string, namespace = 'shop'): object {
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { serviceAccountName: name, containers: [{ name, image: name, ports: [{ containerPort: 8080 }] }] } } },
  };
}

export function policy(to: string, spec: object, name = `to-${to}`): object {
  return { apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata: { name, namespace: 'shop' }, spec: { selector: { matchLabels: { app: to } }, ...spec } };
}

/** A rule for some service accounts of `shop`. */
export function from(accounts: readonly string[], operation?: object, when?: object[]): object {
  const principals = accounts.map(account => `cluster.local/ns/shop/sa/${account}`);
  return { from: [{ source: { principals } }], ...operation ? { to: [{ operation }] } : {}, ...when ? { when } : {} };
}

/** Denies everything that is sent to the others. */
export const CLOSED = ['web', 'db'].map(name => policy(name, {}, `closed-${name}`));

/** A Service `orders` of the pods of `api`, in ambient, behind a waypoint `wp` by which they are reached. */
export const BEHIND_WAYPOINT = [
  { apiVersion: 'v1', kind: 'Service', metadata: { name: 'orders', namespace: 'shop', labels: { 'istio.io/use-waypoint': 'wp' } }, spec: { selector: { app: 'api' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] } },
  {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name: 'wp', namespace: 'shop' },
    spec: { gatewayClassName: 'istio-waypoint', listeners: [{ name: 'mesh', port: 15008, protocol: 'HBONE' }] },
    status: { addresses: [{ type: 'Hostname', value: 'wp.shop.svc.cluster.local' }] },
  },
  policy('api', { rules: [from(['wp'])] }),
];
export const AMBIENT = { 'istio.io/dataplane-mode': 'ambient' };

/** What is for the Service behind the waypoint. */
export function atOrders(kind: string, name: string, spec: object): object {
  return { apiVersion: 'security.istio.io/v1', kind, metadata: { name, namespace: 'shop' }, spec: { targetRefs: [{ group: '', kind: 'Service', name: 'orders' }], ...spec } };
}
