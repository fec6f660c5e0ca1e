import { ApiObject, App, Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { JwtIssuer, JwtProtectedApi, Operation, Principal, ServiceAccess, Workload, ZeroTrustMesh, ZeroTrustNamespace } from 'cdk8s-zero-trust';
import { testApp } from '../support/app';
import { chartOf, deployment, Manifest, manifests, policies, problemsOf, rawDeployment, rawService, specAt } from '../support/shop';

const WEB = Principal.serviceAccount('front', 'web');
const GET = [Operation.get('/a')];

describe('An app', () => {
  test('reports all that is wrong together, each with its construct path', () => {
    const app = testApp();
    const chart = chartOf(app, 'shop');
    const bare = new ApiObject(chart, 'bare', { apiVersion: 'v1', kind: 'Pod', metadata: { labels: { app: 'bare' } }, spec: { containers: [] } });
    const api = Workload.of(deployment(chart, 'api'));
    new ServiceAccess(chart, 'to-bare', { callers: [WEB], to: Workload.of(bare), operations: GET });
    new ServiceAccess(chart, 'from-bare', { callers: [Principal.workload(bare)], to: api, operations: GET });
    new ServiceAccess(chart, 'wrong-ports', { callers: [WEB], to: api, operations: [Operation.tcp(80), Operation.tcp(7)] });
    new ServiceAccess(chart, 'right', { callers: [WEB], to: api, operations: GET });

    expect(problemsOf(app)).toEqual([
      expect.stringMatching(/^\[shop\/to-bare\] 'shop\/bare' \(Pod\) runs as the service account 'default'.* \(also at 1 more: 'shop\/from-bare'\)$/),
      "[shop/wrong-ports] port 80 is the port of Service 'api', which sends it to 8080 of 'shop/api'; write 8080",
      expect.stringMatching(/^\[shop\/wrong-ports\] port '7' is not one that 'shop\/api' listens on/),
    ]);
  });

  test('whose metrics reader cannot be read says so in that namespace, not in every other', () => {
    const app = testApp();
    const chart = chartOf(app, 'shop');
    const monitoring = chartOf(app, 'monitoring');
    const prometheus = new ApiObject(monitoring, 'prometheus', { apiVersion: 'v1', kind: 'Pod', metadata: { labels: { app: 'p' } }, spec: { containers: [] } });
    new ZeroTrustNamespace(monitoring, 'baseline', { name: 'monitoring', metricsReaders: [Principal.workload(prometheus)] });
    new ServiceAccess(chart, 'access', { callers: [WEB], to: Workload.of(deployment(chart, 'api')), operations: GET });

    expect(problemsOf(app)).toEqual([expect.stringMatching(/^\[monitoring\/baseline\] 'monitoring\/prometheus' \(Pod\) runs as the service account 'default'/)]);
  });

  test('does not depend on the order of construction', () => {
    const parts: ((charts: { [name: string]: Chart }) => unknown)[] = [
      ({ mesh }) => new ZeroTrustMesh(mesh, 'mesh', { trustDomain: 'prod.td' }),
      ({ shop }) => new ZeroTrustNamespace(shop, 'baseline', { name: 'shop', metricsReaders: [Principal.serviceAccount('monitoring', 'prometheus')] }),
      ({ shop }) => new ServiceAccess(shop, 'access', { callers: [Principal.of(Workload.named(shop, 'web'))], to: Workload.named(shop, 'api'), operations: GET, callersSendToken: true }),
      ({ shop }) => new JwtProtectedApi(shop, 'jwt', {
        workload: Workload.named(shop, 'api'), issuers: [JwtIssuer.of({ issuer: 'https://i', audiences: ['a'] })], rules: [{ anyToken: true, operations: GET }],
      }),
      ({ shop }) => rawService(shop, 'api'),
    ];
    const build = (order: typeof parts) => {
      const app = testApp();
      const charts = Object.fromEntries(['mesh', 'shop'].map(name => [name, chartOf(app, name)]));
      // what a policy is placed by must be there before it; all else may come later
      rawDeployment(charts.shop, 'api');
      rawDeployment(charts.shop, 'web');
      order.forEach(part => part(charts));
      return manifests(app).map(object => JSON.stringify(object)).sort();
    };

    expect(build([...parts].reverse())).toEqual(build(parts));
    expect(build(parts)).toHaveLength(12);
  });

  test('sees what changes between two syntheses', () => {
    const app = testApp();
    const chart = chartOf(app, 'shop');
    const api = rawDeployment(chart, 'api');
    new ServiceAccess(chart, 'access', { callers: [WEB], to: Workload.of(api), operations: [Operation.anyHttp()] });
    const ports = () => JSON.stringify((specAt(app, 'shop/access') as { rules: { to: object }[] }).rules[0].to);
    expect(problemsOf(app)).toHaveLength(1);

    const service = new kplus.Service(chart, 'service', { ports: [{ name: 'http', port: 80, targetPort: 8080 }] });
    service.selectLabel('app', 'api');
    expect(ports()).toBe('[{"operation":{"ports":["8080"]}}]');

    service.bind(81, { name: 'http-admin', targetPort: 8081 });
    expect(ports()).toBe('[{"operation":{"ports":["8080","8081"]}}]');

    new ZeroTrustMesh(new Chart(app, 'mesh'), 'mesh', { trustDomain: 'prod.td' });
    expect(specAt(app, 'shop/access')).toMatchObject({ rules: [{ from: [{ source: { principals: ['prod.td/ns/front/sa/web'] } }] }] });
  });

  test('sees a label that is added between two syntheses', () => {
    const app = testApp();
    const chart = chartOf(app, 'shop');
    const api = deployment(chart, 'api');
    new ServiceAccess(chart, 'access', { callers: [WEB], to: Workload.of(api), operations: GET });
    expect(problemsOf(app)).toEqual([]);

    api.podMetadata.addLabel('sidecar.istio.io/inject', 'false');

    expect(problemsOf(app)).toEqual([expect.stringContaining("is not in the mesh, by label sidecar.istio.io/inject: 'false'")]);
  });

  test('sees what a validation of another construct changes, in the synthesis that it changes it in', () => {
    const app = testApp();
    const chart = chartOf(app, 'shop');
    const api = deployment(chart, 'api');
    new ServiceAccess(chart, 'access', { callers: [WEB], to: Workload.of(api), operations: GET });
    expect(app.synthYaml()).toContain('kind: AuthorizationPolicy');

    chart.node.addValidation({ validate: () => { api.podMetadata.addLabel('sidecar.istio.io/inject', 'false'); return []; } });

    expect(() => app.synthYaml()).toThrow("is not in the mesh, by label sidecar.istio.io/inject: 'false'");
  });

  test.each([1, 20])('with %d charts more reads its Services no more often, and again in the next synthesis', charts => {
    const app = testApp();
    const chart = chartOf(app, 'shop');
    const api = rawDeployment(chart, 'api');
    const service = rawService(chart, 'api');
    new ServiceAccess(chart, 'access', { callers: [WEB], to: Workload.of(api), operations: GET });
    Array.from({ length: charts }, (_, i) => new Chart(app, `more-${i}`));
    const read = jest.spyOn(service, 'toJson');

    app.synthYaml();

    // two validations, the witnesses, and the YAML
    expect(read.mock.calls.length).toBeLessThanOrEqual(4);
    service.metadata.addLabel('istio.io/use-waypoint', 'other');
    read.mockClear();
    app.synthYaml();
    expect(read).toHaveBeenCalled();
  });

  test('writes the same bytes each time', () => {
    const app = testApp();
    const chart = chartOf(app, 'shop');
    new ServiceAccess(chart, 'access', { callers: [WEB], to: Workload.of(deployment(chart, 'api')), operations: GET });

    expect(JSON.stringify(manifests(app))).toBe(JSON.stringify(manifests(app)));
  });

  test('keeps the empty spec of a default deny in its YAML', () => {
    const app = testApp();
    new ZeroTrustNamespace(chartOf(app, 'shop'), 'baseline', { name: 'shop' });

    expect(app.synthYaml()).toMatch(/\nspec: \{\}\n?$/);
  });
});

describe('Names', () => {
  function accesses(app: App, charts: Chart[], ids: string[]): Manifest[] {
    for (const chart of charts) {
      const to = Workload.of(rawDeployment(chart, 'api'));
      rawService(chart, 'api');
      for (const id of ids) { new ServiceAccess(chart, id, { callers: [WEB], to, operations: GET }); }
    }
    return policies(app);
  }

  test('are unique, stable, and short, however long the path', () => {
    const app = testApp();
    const long = 'a-very-long-name-of-a-chart-that-goes-on-and-on-for-more-than-sixty-three-characters';
    const charts = [long, `${long}-2`, 'short'].map((id, i) => new Chart(app, id, { namespace: `shop-${i}` }));

    const names = accesses(app, charts, ['access', `${long}-access`]).map(({ metadata }) => metadata.name);

    expect(new Set(names).size).toBe(6);
    expect(Math.max(...names.map(name => name.length))).toBeLessThanOrEqual(63);
    expect(names[4]).toBe('short-access-c85d3849');
  });
});
