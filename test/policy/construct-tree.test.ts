import { ApiObject, Chart } from 'cdk8s';
import { DataPlane, Operation, PolicySet, Principal, ServiceAccess, Workload, ZeroTrustMesh, ZeroTrustNamespace } from 'cdk8s-zero-trust';
import { testApp } from '../support/app';
import { chartOf, deployment } from '../support/shop';

function shop(trustDomain?: string): { shop: Chart; other: Chart } {
  const app = testApp();
  if (trustDomain) { new ZeroTrustMesh(new Chart(app, 'mesh'), 'mesh', { trustDomain, trustDomainAliases: ['old.td'], istioVersion: '1.29' }); }
  const chart = chartOf(app, 'shop');
  new ZeroTrustNamespace(chart, 'baseline', { name: 'shop' });
  const api = deployment(chart, 'api');
  new ServiceAccess(chart, 'web-to-api', { callers: [Principal.serviceAccount('shop', 'web')], to: Workload.of(api), operations: [Operation.get('/a')] });
  return { shop: chart, other: chartOf(app, 'other') };
}

const WEB_GETS = (trustDomain: string) => ({
  destination: { namespace: 'shop', service: 'api', port: 80 }, source: { principal: `${trustDomain}/ns/shop/sa/web` }, http: { method: 'GET', path: '/a' },
});

describe('PolicySet.fromApp', () => {
  test('reads what the app renders', () => {
    const policies = PolicySet.fromApp(shop().shop.node.root);

    expect(policies.isAuthorized(WEB_GETS('cluster.local')).isAllowed).toBe(true);
    expect(policies.isAuthorized(WEB_GETS('old.td')).isAllowed).toBe(false);
  });

  test('takes the mesh settings from the ZeroTrustMesh, whatever chart it is in', () => {
    const policies = PolicySet.fromApp(shop('prod.td').shop);

    expect(['prod.td', 'old.td', 'cluster.local'].map(domain => policies.isAuthorized(WEB_GETS(domain)).isAllowed)).toEqual([true, true, false]);
  });

  test('prefers the settings that are given', () => {
    const policies = PolicySet.fromApp(shop('prod.td').shop, { trustDomainAliases: [] });

    expect(policies.isAuthorized(WEB_GETS('old.td')).isAllowed).toBe(false);
  });

  test('reads one chart only, and the charts in it', () => {
    const { shop: chart, other } = shop();
    const inner = new Chart(other, 'inner', { namespace: 'other' });
    new ApiObject(inner, 'pod', { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'pod' } });
    const toPod = { destination: { namespace: 'other', workload: 'pod', port: 80 } };

    expect(PolicySet.fromApp(other).isAuthorized(toPod).isAllowed).toBe(true);
    expect(() => PolicySet.fromApp(chart).isAuthorized(toPod)).toThrow("got 'pod' in namespace 'other'");
  });

  test('takes workloads of namespaces elsewhere to be in the data plane of the mesh', () => {
    const app = testApp();
    const chart = new Chart(app, 'chart', { namespace: 'elsewhere' });
    new ZeroTrustMesh(chart, 'mesh', { dataPlane: DataPlane.AMBIENT });
    new ApiObject(chart, 'pod', { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'pod' } });

    expect(PolicySet.fromApp(app).isAuthorized({ destination: { namespace: 'elsewhere', workload: 'pod', port: 80 } }).hops.map(hop => hop.proxy)).toEqual(['ztunnel of elsewhere/pod']);
  });

  test('refuses an app with mistakes, as synth does', () => {
    const { shop: chart } = shop();
    new ServiceAccess(chart, 'wrong', {
      callers: [Principal.serviceAccount('shop', 'web')],
      operations: [Operation.tcp(1)],
      to: Workload.fromPods({ namespace: 'shop', labels: { app: 'db' }, serviceAccount: 'db', ports: [{ number: 5432 }] }),
    });

    expect(() => PolicySet.fromApp(chart)).toThrow("[shop/wrong] port '1' is not one that 'shop/db' listens on");
  });

  test('refuses what holds no chart', () => {
    const { shop: chart } = shop();

    expect(() => PolicySet.fromApp(chart.node.findChild('api'))).toThrow("app must be an App or a Chart, got 'shop/api', which holds no chart; pass the App, or the Chart that it is part of");
  });
});
