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

describe('the constructs of an app', () => {
  const app = testApp();
  const [chart, other] = [chartOf(app, 'shop'), new Chart(app, 'backend', { namespace: 'shop' })];
  const raw = (scope: Chart, id: string, kind: string, spec: object) => new ApiObject(scope, id, { apiVersion: kind === 'Service' ? 'v1' : 'apps/v1', kind, spec });
  const pods = (name: string, annotations?: object) => ({ template: { metadata: { labels: { app: name }, annotations }, spec: { serviceAccountName: name } } });
  new ApiObject(app.node.findChild('shop'), 'namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { 'istio-injection': 'enabled' } } });
  const [api, web] = ['api', 'web'].map(name => deployment(chart, name));
  const twice = [chart, other].map(scope => raw(scope, 'twice', 'Deployment', pods('twice')));
  raw(other, 'entry', 'Service', { selector: { app: 'twice' }, ports: [{ port: 80 }, { port: 81, targetPort: 8080 }] });
  raw(other, 'second', 'Service', { selector: { app: 'twice' }, ports: [{ port: 82, targetPort: 8080 }] });
  new ServiceAccess(chart, 'web-to-api', { callers: [Principal.workload(web)], to: Workload.of(api), operations: [Operation.get('/a')] });
  const set = PolicySet.fromApp(app);
  const from = (workload: string) => ({ source: { workload }, destination: { namespace: 'shop', service: 'api', port: 80 }, http: { path: '/a' } });
  const to = (destination: object) => set.isAuthorized({ destination: { namespace: 'shop', port: 8080, ...destination } }).hops.map(({ proxy }) => proxy);

  test.each(['web', 'shop/web', 'web/Resource', 'shop/web/Resource'])('name a workload that sends: %s', name => {
    const named = set.isAuthorized(from(name));

    expect([named.decision, named.hops[0].steps[0].outcome]).toEqual(['ALLOW', 'PERMISSIVE; HTTP connection of peer spiffe://cluster.local/ns/shop/sa/web']);
  });

  test('name what a request goes to', () => {
    const name = ApiObject.of(api).name;

    expect(name).toMatch(/^shop-api-c/);
    expect([{ workload: 'api' }, { workload: 'shop/api' }, { workload: name }].flatMap(to)).toEqual(Array.from({ length: 3 }, () => `sidecar of shop/${name}`));
    expect(to({ service: 'backend/entry', workload: 'shop/twice', port: 81 })).toEqual([`sidecar of shop/${twice[0].name}`]);
    expect(to({ gateway: 'shop/api' })).toEqual([`gateway shop/${name}`]);
  });

  test('name nothing where several have the name, or none', () => {
    const several = "got 'twice', which ends the paths of several: 'shop/twice', 'backend/twice'; write more of the path";

    expect(() => to({ workload: 'twice' })).toThrow(`destination.workload must be the name of one object, ${several}`);
    expect(() => set.isAuthorized(from('shop/twice'))).not.toThrow();
    expect(() => set.isAuthorized(from('twice'))).toThrow(`source.workload must be the name of one object, ${several}`);
    expect(() => to({ workload: 'pi' })).toThrow("destination.workload must be a workload of the manifests, got 'pi'");
    expect(() => to({ workload: 'api', namespace: 'other' })).toThrow("got 'api' in namespace 'other'");
  });

  test('are asked about as they are', () => {
    const ask = (source: Workload, direct = false) => set.isAuthorized({ source: source.asSource(), destination: Workload.of(api).asDestination({ port: 8080, direct }), http: { path: '/a' } });

    expect(Workload.of(api).asDestination({ port: 8080 })).toEqual({ namespace: 'shop', workload: ApiObject.of(api).name, service: 'api', port: 80 });
    expect([Workload.of(web), Workload.of(api)].map(source => ask(source).decision)).toEqual(['ALLOW', 'DENY']);
    expect(Workload.of(api).asDestination({ port: 8080, direct: true })).toEqual({ namespace: 'shop', workload: ApiObject.of(api).name, port: 8080 });
    expect(ask(Workload.of(web), true).notes[0]).toContain("passes on what is sent to a pod's own address");
    expect(Workload.of(api).asDestination({ port: 9090 })).toEqual({ namespace: 'shop', workload: ApiObject.of(api).name, port: 9090 });
  });

  test('may be pods that something else makes', () => {
    const batch = Workload.fromPods({ namespace: 'shop', labels: { app: 'batch' }, serviceAccount: 'batch', ports: [{ number: 8080 }] });

    expect(batch.asSource()).toEqual({ serviceAccount: 'shop/batch' });
    expect(batch.asDestination({ port: 8080 })).toEqual({ namespace: 'shop', workload: 'batch', labels: { app: 'batch' }, port: 8080 });
    expect(set.isAuthorized({ source: batch.asSource(), destination: batch.asDestination({ port: 8080 }) }).isAllowed).toBe(true);
  });

  test('are called by one Service', () => {
    const called = (service?: string) => Workload.of(twice[0], service === undefined ? {} : { service });
    const [entry, second] = ['entry', 'second'].map(id => ApiObject.of(other.node.findChild(id)).name);

    expect(() => called().asDestination({ port: 8080 })).toThrow(/^port 8080 of 'shop\/shop-twice-\w+' must be led to by one Service, got 'backend-entry-\w+', 'backend-second-\w+'; choose one: Workload.of/);
    expect(called(second).asDestination({ port: 8080 })).toMatchObject({ service: second, port: 82 });
    expect(called().asDestination({ port: 80 })).toMatchObject({ service: entry, port: 80 });
    expect(() => called().asDestination({ port: 0 })).toThrow('port must be a whole number from 1 to 65535');
  });

  test('stand beside the policies that they made', () => {
    const response = set.isAuthorized({ source: Workload.of(web).asSource(), destination: Workload.of(api).asDestination({ port: 8080 }), http: { path: '/a' } });
    const [policy] = response.determiningPolicies;

    expect(policy).toMatchObject({ kind: 'AuthorizationPolicy', construct: 'shop/web-to-api' });
    expect(response.explain()).toContain(`ALLOW     allowed by ALLOW shop/${policy.name} (shop/web-to-api) rule 0\n   attached: shop/${policy.name} (shop/web-to-api)`);
    expect(response.hops[0].considered).toEqual([`shop/${policy.name}`]);
  });
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

  test('refuses a list, and an App without charts', () => {
    const { shop: chart } = shop();

    expect(() => PolicySet.fromApp([chart.node.root] as never)).toThrow('app must be one App or Chart, got a list of 1; pass the App that holds them');
    expect(() => PolicySet.fromApp(testApp())).toThrow('app must be an App or a Chart, got an App, which holds no chart; pass the App, or the Chart that it is part of');
  });

  test('refuses what holds no chart', () => {
    const { shop: chart } = shop();

    expect(() => PolicySet.fromApp(chart.node.findChild('api'))).toThrow("app must be an App or a Chart, got 'shop/api', which holds no chart; pass the App, or the Chart that it is part of");
  });
});
