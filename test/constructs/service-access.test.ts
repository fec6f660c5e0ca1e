import { ApiObject, Chart, Include } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { Condition, JwtIssuer, JwtProtectedApi, Operation, PortProtocol, Principal, ServiceAccess, ServiceAccessProps, Workload, WorkloadIdentity } from 'cdk8s-zero-trust';
import { tempFile, testApp } from '../support/app';
import { chartOf, deployment, policies, problemsOf, rawDeployment, rawService, specAt } from '../support/shop';

/** web and api of a shop, and an access between them. */
function shop(props: Partial<ServiceAccessProps> = {}) {
  const app = testApp();
  const chart = chartOf(app, 'shop');
  const web = deployment(chart, 'web');
  const api = deployment(chart, 'api', { ports: { http: 8080, raw: 9000 }, service: { 'http': [80, 8080], 'tcp-raw': [90, 9000] } });
  const all = { callers: [Principal.workload(web)], to: Workload.of(api), operations: [Operation.get('/api/*')], ...props };
  return { app, chart, web, api, access: () => new ServiceAccess(chart, 'web-to-api', all) };
}

/** The same of plain YAML. */
function rawShop(facets: Parameters<typeof rawDeployment>[2] = {}) {
  const app = testApp();
  const chart = chartOf(app, 'shop');
  const api = rawDeployment(chart, 'api', facets);
  rawService(chart, 'api');
  const access = new ServiceAccess(chart, 'access', {
    callers: [Principal.serviceAccount('shop', 'web')], to: Workload.of(api), operations: [Operation.get('/a')],
  });
  return { app, chart, api, access };
}

describe('ServiceAccess', () => {
  test('renders one policy that says where it comes from', () => {
    const { app, api, access } = shop();

    const { name } = access();

    expect(policies(app)).toEqual([{
      apiVersion: 'security.istio.io/v1',
      kind: 'AuthorizationPolicy',
      metadata: { name, namespace: 'shop', annotations: { 'cdk8s-zero-trust/construct': 'shop/web-to-api' } },
      spec: {
        selector: { matchLabels: { 'cdk8s.io/metadata.addr': Object.values(api.matchLabels)[0] } },
        rules: [{
          from: [{ source: { principals: ['cluster.local/ns/shop/sa/web'] } }],
          to: [{ operation: { methods: ['GET'], paths: ['/api/*'], ports: ['8080'] } }],
        }],
      },
    }]);
  });

  test('keeps the reasons of all that is wider than least privilege in its output', () => {
    const { app, access } = shop({
      callers: [Principal.namespace('dev', { reason: 'no accounts yet' }), Principal.serviceAccount('old', 'default', { reason: 'cannot be changed' })],
    });
    access();

    expect(policies(app)[0].metadata.annotations).toEqual({
      'cdk8s-zero-trust/construct': 'shop/web-to-api',
      'cdk8s-zero-trust/reason': 'no accounts yet; cannot be changed',
    });
  });

  test('takes metadata, but not what would move it or switch it off', () => {
    const named = shop({ metadata: { name: 'web-api', labels: { team: 'a' }, annotations: { note: 'b' } } });
    named.access();

    expect(policies(named.app)[0].metadata).toEqual({
      name: 'web-api', namespace: 'shop', labels: { team: 'a' }, annotations: { 'note': 'b', 'cdk8s-zero-trust/construct': 'shop/web-to-api' },
    });
    expect(() => shop({ metadata: { namespace: 'other' } }).access()).toThrow(
      new Error("[shop/web-to-api] metadata.namespace must be 'shop', where the workload is, got 'other'; leave it out"));
    expect(() => shop({ metadata: { annotations: { 'istio.io/dry-run': 'true' } } }).access()).toThrow(
      new Error("[shop/web-to-api] metadata.annotations must not have 'istio.io/dry-run', under which nothing is enforced; where that is meant, "
        + 'state it by enforcement: Enforcement.DRY_RUN, as far as the construct has that prop'));
    expect(() => shop({ metadata: { name: 'x'.repeat(64) } }).access()).toThrow(
      new Error(`[shop/web-to-api] metadata.name must make names of at most 63 characters, got '${'x'.repeat(64)}'; shorten it`));
  });

  const missing = undefined as never;
  const noCaller = "name who calls, as in callers: [Principal.workload(web)]; anyone must be asked for by Principal.anyone({ reason: '…' })";
  test.each<[string, Partial<ServiceAccessProps>, string]>([
    ['no caller', { callers: [] }, `callers must have at least one entry, got '[]'; ${noCaller}`],
    ['an undefined caller', { callers: [missing] }, `callers[0] must have a value, got 'undefined'; ${noCaller}`],
    ['undefined callers', { callers: missing }, "ServiceAccess: 'callers' must have a value, got 'undefined'; check the lookup or the setting that it comes from"],
    ['callers that are null, and an undefined workload', { callers: null as never, to: missing },
      "ServiceAccess: 'callers', 'to' must have a value, got 'null', 'undefined'; check the lookup or the setting that it comes from"],
    ['a caller that is none', { callers: ['web' as never] }, `callers[0] must be of class Principal, got 'web'; ${noCaller}`],
    ['an operation that is none', { operations: [{ methods: ['GET'] } as never] },
      "operations[0] must be of class Operation, got 'Object'; name what may be called, as in [Operation.get('/api/*')]"],
    ['a construct in place of a workload', { to: new Chart(testApp(), 'api') as never }, "to must be of class Workload, got 'Chart'; write Workload.of(…) around the construct"],
    ['no operation', { operations: [] }, "operations must have at least one entry, got '[]'; name what may be called, as in [Operation.get('/api/*')]"],
    ['an undefined operation', { operations: [missing] }, "operations[0] must have a value, got 'undefined'; name what may be called, as in [Operation.get('/api/*')]"],
    ['no condition', { conditions: [] }, "conditions must have at least one entry, got '[]'; leave them out if nothing more must hold"],
    ['undefined conditions', { conditions: missing },
      "ServiceAccess: 'conditions' must have a value where it is written, got 'undefined'; give it one, or leave it out on purpose"],
    ['no workload', { to: missing }, "ServiceAccess: 'to' must have a value, got 'undefined'; check the lookup or the setting that it comes from"],
  ])('refuses FG-25: %s', (_, props, message) => {
    const { access } = shop(props);

    expect(access).toThrow(new Error(`[shop/web-to-api] ${message}`));
  });

  const http = [Operation.get('/a')];
  test.each<[string, Partial<ServiceAccessProps>, string]>([
    ['anyone beside somebody', { callers: [Principal.anyone({ reason: 'r' }), Principal.serviceAccount('shop', 'web')] },
      'callers must not name others beside Principal.anyone or Principal.anyAuthenticated, which cover them; leave one side out'],
    ['FG-24: the Service port by number', { operations: [Operation.http({ methods: ['GET'], paths: ['/a'], ports: [80] })] },
      "port 80 is the port of Service 'api', which sends it to 8080 of 'shop/api'; write 8080"],
    ['FG-24: the Service port by number, as TCP', { operations: [Operation.tcp(90)] },
      "port 90 is the port of Service 'api', which sends it to 9000 of 'shop/api'; write 9000"],
    ['FG-24: the Service port by name', { operations: [Operation.tcpNamed('tcp-raw')] },
      "port 'tcp-raw' is the port of Service 'api', which sends it to 9000 of 'shop/api'; write 9000"],
    ['FG-48: HTTP on a port that is declared TCP', { operations: [Operation.anyHttp({ portNames: ['raw'] })] },
      "port 9000 of 'shop/api' is declared TCP (Service 'api' port 'tcp-raw'), where a proxy drops rules on HTTP fields whole; "
      + 'state connections by Operation.tcp(9000), or declare the port HTTP'],
    ['claims where no tokens are verified', { operations: http, conditions: [Condition.claim('role', 'admin')] },
      "condition 'claim role is admin' never holds, since no tokens are verified at 'shop/api'; add a JwtProtectedApi for it"],
  ])('refuses, at synthesis, %s', (_, props, problem) => {
    const { app, access } = shop(props);
    access();

    expect(problemsOf(app)).toEqual([`[shop/web-to-api] ${problem}`]);
  });

  test('FG-48: asks for a protocol on a port that no Service declares, and takes a statement', () => {
    const app = testApp();
    const chart = chartOf(app, 'shop');
    const api = deployment(chart, 'api', { service: {} });
    const callers = [Principal.serviceAccount('shop', 'web')];
    new ServiceAccess(chart, 'guessed', { callers, to: Workload.of(api), operations: [Operation.get('/a')] });

    expect(problemsOf(app)).toEqual([expect.stringMatching(/^\[shop\/guessed\] port 8080 of 'shop\/api' declares no protocol, as no Service of this app in namespace 'shop' has it, so proxies guess it/)]);

    const stated = chartOf(testApp(), 'shop');
    const to = Workload.of(deployment(stated, 'api', { service: {} }), { ports: [{ number: 8080, protocol: PortProtocol.HTTP }] });
    new ServiceAccess(stated, 'stated', { callers, to, operations: [Operation.get('/a')] });
    expect(problemsOf(stated.node.root as never)).toEqual([]);
  });

  test('takes claims where a JwtProtectedApi verifies tokens', () => {
    const { app, chart, api, access } = shop({ conditions: [Condition.claim('role', 'admin')] });
    access();
    new JwtProtectedApi(chart, 'jwt', {
      workload: Workload.of(api), issuers: [JwtIssuer.of({ issuer: 'https://i.example', audiences: ['api'] })], rules: [{ anyToken: true, operations: [Operation.anyHttp()] }],
    });

    expect(problemsOf(app)).toEqual([]);
  });

  test('refuses the service account default, and is content with a WorkloadIdentity or a reason', () => {
    const plain = () => {
      const chart = chartOf(testApp(), 'shop');
      const api = new kplus.Deployment(chart, 'api', { containers: [{ image: 'api', ports: [{ number: 8080, name: 'http' }] }] });
      new kplus.Service(chart, 'service', { selector: api, ports: [{ name: 'http', port: 80, targetPort: 8080 }] });
      return { app: chart.node.root as never, chart, api };
    };
    const props = (to: Workload) => ({ callers: [Principal.serviceAccount('shop', 'web')], to, operations: [Operation.get('/a')] });

    const refused = plain();
    new ServiceAccess(refused.chart, 'access', props(Workload.of(refused.api)));
    expect(problemsOf(refused.app)).toEqual(["[shop/access] 'shop/api' (Deployment) runs as the service account 'default', which it shares with every other pod that names none; "
      + "give it a WorkloadIdentity: new WorkloadIdentity(chart, 'identity', { workload }), or say why not by allowDefaultServiceAccount: { reason: '…' }"]);

    const cured = plain();
    new ServiceAccess(cured.chart, 'access', props(Workload.of(cured.api)));
    new WorkloadIdentity(cured.chart, 'identity', { workload: Workload.of(cured.api) });
    expect(problemsOf(cured.app)).toEqual([]);

    const excused = plain();
    new ServiceAccess(excused.chart, 'access', props(Workload.of(excused.api, { allowDefaultServiceAccount: { reason: 'legacy' } })));
    expect(policies(excused.app)[0].metadata.annotations).toMatchObject({ 'cdk8s-zero-trust/reason': 'legacy' });
  });

  test('crosses namespaces, and is placed where the workload is', () => {
    const app = testApp();
    const web = deployment(chartOf(app, 'front'), 'web');
    const api = deployment(chartOf(app, 'back'), 'api');
    new ServiceAccess(chartOf(app, 'policies'), 'access', { callers: [Principal.workload(web)], to: Workload.of(api), operations: [Operation.grpc('shop.Cart', '*')] });

    expect(policies(app).map(({ metadata }) => metadata.namespace)).toEqual(['back']);
    expect(specAt(app, 'policies/access')).toMatchObject({ rules: [{ from: [{ source: { principals: ['cluster.local/ns/front/sa/web'] } }] }] });
  });

  test('reads an Include, by name', () => {
    const app = testApp();
    const chart = chartOf(app, 'shop');
    const url = tempFile('cart.yaml', `
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart}
spec:
  selector: {matchLabels: {app: cart}}
  template: {metadata: {labels: {app: cart}}, spec: {serviceAccountName: cart, containers: [{name: c, ports: [{containerPort: 7070}]}]}}
---
apiVersion: v1
kind: Service
metadata: {name: cart}
spec: {selector: {app: cart}, ports: [{name: grpc, port: 7070}]}
`);
    const yaml = new Include(chart, 'yaml', { url });
    yaml.apiObjects.forEach((object: ApiObject) => object.addJsonPatch({ _toJson: () => ({ op: 'add', path: '/metadata/namespace', value: 'shop' }) } as never));
    new ServiceAccess(chart, 'access', {
      callers: [Principal.of(Workload.named(yaml, 'cart'))], to: Workload.named(yaml, 'cart'), operations: [Operation.grpc('shop.Cart', '*')],
    });

    expect(specAt(app, 'shop/access')).toEqual({
      selector: { matchLabels: { app: 'cart' } },
      rules: [{
        from: [{ source: { principals: ['cluster.local/ns/shop/sa/cart'] } }],
        to: [{ operation: { methods: ['POST'], paths: ['/shop.Cart/*'], ports: ['7070'] } }],
      }],
    });
  });

  test.each([
    ['a node network', { spec: { hostNetwork: true } }, "'shop/api' runs on the network of its host"],
    ['no sidecar', { labels: { 'sidecar.istio.io/inject': 'false' } }, "'shop/api' is not in the mesh, by label sidecar.istio.io/inject: 'false'"],
    ['an excluded port', { annotations: { 'traffic.sidecar.istio.io/excludeInboundPorts': '8080' } },
      "port 8080 is not captured by the sidecar, by annotation traffic.sidecar.istio.io/excludeInboundPorts: '8080'"],
  ])('refuses a workload with %s, where nothing is enforced', (_, facets, why) => {
    const { app } = rawShop(facets);

    expect(problemsOf(app)).toEqual([expect.stringContaining(`${why}: no proxy enforces policy for it; mend that, or protect it by other means`)]);
  });

  test('refuses a workload whose Namespace nobody asked the mesh to take in', () => {
    const unlabelled = rawShop();
    const namespace = new ApiObject(unlabelled.chart, 'ns', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });

    expect(problemsOf(unlabelled.app)).toEqual(["[shop/access] the app does not do what this says, as GET /a on port 8080 of 'shop/api' from a caller that nobody names passes: "
      + "'shop/api' is not in the mesh, as its namespace has no label of the mesh for it: no proxy enforces policy for it; "
      + 'adopt its Namespace by a ZeroTrustNamespace: new ZeroTrustNamespace(…, { namespace: … })']);

    namespace.metadata.addLabel('istio-injection', 'enabled');
    expect(problemsOf(unlabelled.app)).toEqual([]);
  });

  test('takes a pod that asks for a sidecar itself, unless its namespace forbids it', () => {
    const { app, chart } = rawShop({ labels: { 'sidecar.istio.io/inject': 'true' } });
    const namespace = new ApiObject(chart, 'ns', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });

    expect(problemsOf(app)).toEqual([]);

    namespace.metadata.addLabel('istio-injection', 'disabled');
    expect(problemsOf(app)).toHaveLength(1);
  });

  test('refuses probes that its default deny would break', () => {
    const { app } = rawShop({
      annotations: { 'sidecar.istio.io/rewriteAppHTTPProbers': 'false' },
      container: { readinessProbe: { httpGet: { path: '/', port: 8080 } } },
    });

    expect(problemsOf(app)).toEqual(["[shop/access] the readiness probe of container 'api' (http on port 8080) is refused, as the kubelet has no identity in the mesh; "
      + "remove annotation sidecar.istio.io/rewriteAppHTTPProbers: 'false'"]);
  });
});
