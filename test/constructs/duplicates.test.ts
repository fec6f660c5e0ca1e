import { ApiObject, App, Chart, Include, JsonPatch } from 'cdk8s';
import {
  AuthorizationPolicy, EgressBoundary, IngressGateway, IngressServer, JwtIssuer, JwtProtectedApi, MeshSettingsOutput, OpaAuthorizer, OpaPolicy, Operation, Principal, ServiceAccess, Workload, ZeroTrustMesh,
  ZeroTrustNamespace,
} from 'cdk8s-zero-trust';
import { tempFile, testApp } from '../support/app';
import { chartOf, deployment, problemsOf, rawDeployment, rawService } from '../support/shop';

const GET = [Operation.get('/a')];

/** A shop whose api needs a token, by objects named `api`, `api-guard` and `api-jwt`. */
function shop(): { app: App; chart: Chart; other: Chart } {
  const app = testApp();
  const chart = chartOf(app, 'shop');
  new ZeroTrustNamespace(chart, 'baseline', { name: 'shop' });
  rawService(chart, 'api');
  new JwtProtectedApi(chart, 'tokens', {
    workload: Workload.of(rawDeployment(chart, 'api')),
    metadata: { name: 'api' },
    issuers: [JwtIssuer.of({ issuer: 'https://i', audiences: ['a'] })],
    rules: [{ anyToken: true, operations: GET }],
  });
  return { app, chart, other: new Chart(app, 'other', { namespace: 'shop' }) };
}

function object(chart: Chart, kind: string, name: string, rest: object = {}, namespace?: string): ApiObject {
  const apiVersion = { AuthorizationPolicy: 'security.istio.io/v1', Deployment: 'apps/v1', ClusterRole: 'rbac.authorization.k8s.io/v1' }[kind] ?? 'v1';
  return new ApiObject(chart, `${kind}-${name}`, { apiVersion, kind, metadata: { name, namespace }, ...rest });
}

const REFUSING = { selector: { matchLabels: { app: 'x' } }, action: 'DENY', rules: [{ to: [{ operation: { paths: ['/x'] } }] }] };
const POD = { spec: { selector: { matchLabels: { app: 'api' } }, template: { metadata: { labels: { 'app': 'api', 'sidecar.istio.io/inject': 'false' } }, spec: { containers: [] } } } };
const GUARD = `apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: api-guard}\nspec: ${JSON.stringify(REFUSING)}\n`;

describe('Two objects of one kind, namespace and name', () => {
  test.each<[string, string, string, (other: Chart) => unknown]>([
    ['a policy by its resource', "AuthorizationPolicy 'shop/api-guard'", 'other/guard/Resource', other =>
      new AuthorizationPolicy(other, 'guard', { metadata: { name: 'api-guard' }, action: 'DENY' as never, rules: [{ to: [{ operation: { paths: ['/x'] } }] }] })],
    ['a policy by hand', "AuthorizationPolicy 'shop/api-guard'", 'other/AuthorizationPolicy-api-guard', other => object(other, 'AuthorizationPolicy', 'api-guard', { spec: REFUSING })],
    ['of another version', "AuthorizationPolicy 'shop/api-guard'", 'other/guard', other =>
      new ApiObject(other, 'guard', { apiVersion: 'security.istio.io/v1beta1', kind: 'AuthorizationPolicy', metadata: { name: 'api-guard' } })],
    ['a policy in a List', "AuthorizationPolicy 'shop/api-guard'", 'other/list', other => new ApiObject(other, 'list', {
      apiVersion: 'v1', kind: 'List', ...{ items: [{ apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata: { name: 'api-guard', namespace: 'shop' } }] },
    })],
    ['a policy that a patch names so', "AuthorizationPolicy 'shop/api-guard'", 'other/AuthorizationPolicy-x', other =>
      object(other, 'AuthorizationPolicy', 'x', { spec: REFUSING }).addJsonPatch(JsonPatch.replace('/metadata/name', 'api-guard'))],
    ['a policy of an access', "AuthorizationPolicy 'shop/api-guard'", 'other/access', other => new ServiceAccess(other, 'access', {
      callers: [Principal.serviceAccount('front', 'web')], to: Workload.named(other.node.root, 'api'), operations: GET, metadata: { name: 'api-guard' },
    })],
    ['a Deployment', "Deployment 'shop/api'", 'other/Deployment-api', other => object(other, 'Deployment', 'api', POD)],
    ['a Deployment of cdk8s-plus that a patch names so', "Deployment 'shop/api'", 'other/web/Resource', other =>
      ApiObject.of(deployment(other, 'web', { service: {} })).addJsonPatch(JsonPatch.replace('/metadata/name', 'api'))],
    ['a Service', "Service 'shop/api'", 'other/Service-api', other => object(other, 'Service', 'api', { spec: { ports: [{ port: 1 }] } })],
  ])('are refused, both named, once: %s', (_, named, at, add) => {
    const { app, other } = shop();
    add(other);

    const problems = problemsOf(app).filter(line => line.includes('must be one object'));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`${named} must be one object of the app, got 2, of which the one that is applied last wins`);
    expect(problems[0]).toMatch(new RegExp(`^\\[(shop/tokens|shop/api|shop/api-service)\\].* \\(also at 1 more: '${at}'\\)$`));
  });

  test('are refused with the way to leave an included one out', () => {
    const { app, other } = shop();
    new Include(other, 'vendor', { url: tempFile('guard.yaml', GUARD) });

    expect(problemsOf(app)).toEqual([expect.stringContaining("an included one by 'other/vendor'.node.tryRemoveChild('api-guard-authorizationpolicy')")]);
  });

  test.each<[string, (chart: Chart, other: Chart) => unknown]>([
    ['of two namespaces', (_, other) => object(other, 'AuthorizationPolicy', 'api-guard', { spec: REFUSING }, 'elsewhere')],
    ['of two kinds', (_, other) => object(other, 'ConfigMap', 'api-guard')],
    ['of two groups', (_, other) => new ApiObject(other, 'x', { apiVersion: 'serving.knative.dev/v1', kind: 'Service', metadata: { name: 'api' } })],
    ['that are the same word for word', (chart, other) => [chart, other].forEach(at => object(at, 'ConfigMap', 'same', { data: { a: 'b' } }))],
    ['without namespace, of charts that may be applied to one each', chart =>
      ['dev', 'prod'].forEach(id => object(new Chart(chart.node.root as App, id), 'ConfigMap', 'settings', { data: { id } }))],
    ['that a patch tells apart', (chart, other) => [chart, other].forEach(at =>
      object(at, 'ConfigMap', 'same', { data: { a: at.node.path } }).addJsonPatch(JsonPatch.replace('/metadata/name', `of-${at.node.path}`)))],
  ])('are not: %s', (_, add) => {
    const { app, chart, other } = shop();
    add(chart, other);

    expect(problemsOf(app)).toEqual([]);
  });

  test.each<[string, (chart: Chart, other: Chart) => unknown]>([
    ['of the whole cluster, whatever namespace their charts have', (chart, other) => [chart, other, chartOf(chart.node.root as App, 'third')].forEach((at, i) =>
      object(at, 'ClusterRole', 'reader', { rules: [{ verbs: [`v${i}`] }] }))],
    ['without namespace in one chart', chart => {
      const dev = new Chart(chart.node.root as App, 'dev');
      ['a', 'b', 'c'].forEach(id => new ApiObject(dev, id, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' }, ...{ data: { id } } }));
    }],
  ])('are refused: %s', (_, add) => {
    const { app, chart, other } = shop();
    add(chart, other);

    expect(problemsOf(app)).toEqual([expect.stringMatching(/must be one object of the app, got 3, .* \(also at 2 more: /)]);
  });

  test.each<[string, (chart: Chart) => unknown, RegExp]>([
    ['two of all that they make, as APIs of one name', chart => {
      for (const id of ['cart', 'stock']) {
        new JwtProtectedApi(chart, id, { workload: Workload.of(rawDeployment(chart, `${id}-pods`)), metadata: { name: 'same' }, issuers: [JwtIssuer.of({ issuer: 'https://i', audiences: ['a'] })], rules: [{ anyToken: true, operations: [Operation.anyHttp({ ports: [8080] })] }] });
        rawService(chart, `${id}-pods`);
      }
    }, /'shop\/same-jwt' \(and 2 more of the same constructs\) must be one object of the app, got 2, .* \(also at 1 more: 'shop\/stock'\)$/],
    ['gateways of one name', chart => {
      for (const id of ['one', 'two']) { new IngressGateway(chart, id, { servers: [IngressServer.tls({ hosts: [`${id}.example.com`], credentialName: 'c' })], metadata: { name: 'same' } }); }
    }, /a gateway must be stated by one IngressGateway or EgressGateway, got 'shop\/one', 'shop\/two'; .* \(also at 1 more: 'shop\/two'\)$/],
    ['boundaries of a namespace', chart => {
      for (const id of ['one', 'two']) { new EgressBoundary(chart, id, { namespace: 'shop', metadata: { name: 'same' } }); }
    }, /namespace 'shop' must have one EgressBoundary, .* \(also at 1 more: 'shop\/two'\)$/],
    ['authorizers of one name', chart => {
      const settings = MeshSettingsOutput.istioOperator();
      new ZeroTrustMesh(new Chart(chart.node.root as App, 'mesh'), 'mesh', { settings });
      const policy = OpaPolicy.rules([{ operations: [Operation.anyHttp()] }]);
      for (const id of ['cart', 'stock']) {
        const protects = [Workload.of(rawDeployment(chart, `${id}-pods`))];
        rawService(chart, `${id}-pods`);
        new OpaAuthorizer(chart, id, { image: 'docker.io/openpolicyagent/opa:1.17.0-envoy-static', policy, protects, metadata: { name: 'same' } });
      }
    }, /'shop\/same' \(and 5 more of the same constructs\) must be one object of the app, got 2, .* \(also at 1 more: 'shop\/stock'\)$/],
  ])('are told of once: %s', (_, add, message) => {
    const { app, chart } = shop();
    add(chart);

    expect(problemsOf(app)).toEqual([expect.stringMatching(message)]);
  });
});
