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
