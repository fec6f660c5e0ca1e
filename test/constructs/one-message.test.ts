import { ApiObject, App, Chart, Include, JsonPatch } from 'cdk8s';
import {
  AuthorizationPolicy, Condition, DataPlane, JwtIssuer, JwtProtectedApi, Operation, Principal, ServiceAccess, Workload, ZeroTrustMesh, ZeroTrustNamespace,
} from 'cdk8s-zero-trust';
import { tempFile, testApp } from '../support/app';
import { chartOf, problemsOf, rawDeployment, rawService } from '../support/shop';

const MANY = 200;
const WEB = Principal.serviceAccount('front', 'web');
const GET = [Operation.get('/a')];

/** Pods that run as `default`. */
function bare(chart: Chart, name: string): ApiObject {
  return new ApiObject(chart, name, { apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: { app: name } }, spec: { containers: [{ name, ports: [{ containerPort: 8080 }] }] } });
}

interface AccessFacets {
  readonly callers?: Principal[];
  readonly to?: Workload;
  readonly operations?: Operation[];
  readonly conditions?: Condition[];
  readonly metadata?: { name: string };
}

/** An app of one Service, to which many accesses are stated; what is given makes them wrong. */
function many(facets: (chart: Chart, api: ApiObject) => AccessFacets, count = MANY, pods: object = {}): App {
  const app = testApp();
  const chart = chartOf(app, 'shop');
  const api = rawDeployment(chart, 'api', pods);
  rawService(chart, 'api');
  const given = facets(chart, api);
  for (let i = 0; i < count; i++) {
    new ServiceAccess(chart, `access-${i}`, { callers: [WEB], to: Workload.of(api), operations: GET, ...given });
  }
  return app;
}

function policy(chart: Chart, kind: string, namespace: string, spec: object): AccessFacets {
  new ApiObject(chart, 'other', { apiVersion: 'security.istio.io/v1', kind, metadata: { name: 'other', namespace }, ...{ spec } });
  return {};
}

const NAMED = ` (also at ${MANY - 1} more: 'shop/access-1', 'shop/access-2', 'shop/access-3', …)`;

describe('One cause', () => {
  test.each<[string, () => App]>([
    ['a target on the network of its node', () => many(() => ({}), MANY, { spec: { hostNetwork: true } })],
    ['a target that runs as default', () => many(chart => ({ to: Workload.of(bare(chart, 'bare')) }))],
    ['a target that selects other pods than its own', () => many(() => ({}), MANY, { labels: { app: 'other' } })],
    ['a caller that runs as default', () => many(chart => ({ callers: [Principal.workload(bare(chart, 'bare'))] }))],
    ['a port that declares no protocol', () => many(() => ({ operations: [Operation.anyHttp({ ports: [9999] })] }))],
    ['claims without tokens', () => many(() => ({ conditions: [Condition.claim('role', 'admin')] }))],
    ['HTTP in ambient without waypoint', () => many(chart => { new ZeroTrustNamespace(chart, 'baseline', { name: 'shop', dataPlane: DataPlane.AMBIENT }); return {}; })],
    ['a waypoint that nobody declares', () => many(chart => {
      new ApiObject(chart, 'ns', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { 'istio.io/dataplane-mode': 'ambient', 'istio.io/use-waypoint': 'wp' } } });
      return {};
    })],
    ['a Namespace without label of the mesh', () => many(chart => { new ApiObject(chart, 'ns', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }); return {}; })],
    ['a DENY of all', () => many(chart => policy(chart, 'AuthorizationPolicy', 'shop', { action: 'DENY', rules: [{}] }))],
    ['an ALLOW of all', () => many(chart => policy(chart, 'AuthorizationPolicy', 'shop', { rules: [{}] }))],
    ['plaintext for all', () => many(chart => policy(chart, 'PeerAuthentication', 'shop', { mtls: { mode: 'DISABLE' } }))],
    ['one name for all', () => many(() => ({ metadata: { name: 'same' } }))],
  ])('is one message, however many accesses meet it: %s', (_, build) => {
    expect(problemsOf(build())).toEqual([expect.stringContaining(NAMED)]);
  });

  test('is one message where each access has a target of its own', () => {
    const app = testApp();
    const chart = chartOf(app, 'shop');
    new ApiObject(chart, 'ns', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
    for (const name of ['a', 'b', 'c']) {
      rawService(chart, name);
      new ServiceAccess(chart, `to-${name}`, { callers: [WEB], to: Workload.of(rawDeployment(chart, name)), operations: GET });
    }

    expect(problemsOf(app)).toEqual(["[shop/to-a] the app does not do what this says, as GET /a on port 8080 of 'shop/a' from a caller that nobody names passes: "
      + "'shop/a' is not in the mesh, as its namespace has no label of the mesh for it: no proxy enforces policy for it; "
      + "adopt its Namespace by a ZeroTrustNamespace: new ZeroTrustNamespace(…, { namespace: … }) (also at 2 more: 'shop/to-b', 'shop/to-c')"]);
  });

  test('is one message where the namespace of caller and target is not in the mesh', () => {
    const app = testApp();
    const chart = chartOf(app, 'shop');
    new ApiObject(chart, 'ns', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
    rawService(chart, 'api');
    new ServiceAccess(chart, 'access', { callers: [Principal.workload(rawDeployment(chart, 'web'))], to: Workload.of(rawDeployment(chart, 'api')), operations: GET });

    expect(problemsOf(app)).toEqual([expect.stringContaining('adopt its Namespace by a ZeroTrustNamespace')]);
  });

  test('is one message where callers without a token have several accesses to an API, and one for each caller', () => {
    const app = testApp();
    const chart = chartOf(app, 'shop');
    new ZeroTrustNamespace(chart, 'baseline', { name: 'shop' });
    rawService(chart, 'api');
    const to = Workload.of(rawDeployment(chart, 'api'));
    new JwtProtectedApi(chart, 'users', { workload: to, issuers: [JwtIssuer.of({ issuer: 'https://i', audiences: ['a'] })], rules: [{ anyToken: true, operations: GET }] });
    [['a', 'web'], ['b', 'web'], ['c', 'cron']].forEach(([path, caller]) =>
      new ServiceAccess(chart, path, { callers: [Principal.serviceAccount('front', caller)], to, operations: [Operation.post(`/${path}`)] }));

    expect(problemsOf(app)).toEqual([
      expect.stringMatching(/^\[shop\/a\] callers must bring a token for 'POST \/a', .* got 'front\/web'; add them to its exemptCallers, .* \(also at 1 more: 'shop\/b'\)$/),
      expect.stringMatching(/^\[shop\/c\] callers must bring a token for 'POST \/c', .* got 'front\/cron'; /),
    ]);
  });

  test('is one message for namespaces and resources, too', () => {
    const app = testApp();
    new ZeroTrustMesh(new Chart(app, 'mesh'), 'mesh', { istioVersion: '1.24' });
    for (const name of ['a', 'b', 'c']) {
      const chart = chartOf(app, name);
      new AuthorizationPolicy(chart, 'new', { rules: [{}, { from: [{ source: { serviceAccounts: ['a/b'] } }] }] });
      new AuthorizationPolicy(chart, 'newer', { rules: [{ from: [{ source: { serviceAccounts: ['a/b'] } }] }] });
    }

    expect(problemsOf(app)).toEqual([expect.stringMatching(/^\[a\/new\] AuthorizationPolicy: rules\[1\].* \(also at 5 more: 'a\/newer', 'b\/new', 'b\/newer', …\)$/)]);
  });

  test('is one message where an open rule of the root namespace defeats every namespace', () => {
    const app = testApp();
    for (const name of ['a', 'b', 'c']) { new ZeroTrustNamespace(chartOf(app, name), 'baseline', { name }); }
    policy(chartOf(app, 'ops'), 'AuthorizationPolicy', 'istio-system', { rules: [{}] });

    expect(problemsOf(app)).toEqual([expect.stringMatching(/^\[a\/baseline\] AuthorizationPolicy 'istio-system\/other' .* \(also at 2 more: 'b\/baseline', 'c\/baseline'\)$/)]);
  });

  test('does not hide another one', () => {
    const app = many(chart => ({ to: Workload.of(bare(chart, 'bare')), callers: [Principal.workload(bare(chart, 'caller')), Principal.workload(bare(chart, 'other'))] }));

    expect(problemsOf(app)).toEqual([
      expect.stringMatching(/^\[shop\/access-0\] 'shop\/bare' \(Pod\) runs as the service account 'default'/),
      expect.stringMatching(/^\[shop\/access-0\] 'shop\/caller' \(Pod\) runs as the service account 'default'/),
      expect.stringMatching(/^\[shop\/access-0\] 'shop\/other' \(Pod\) runs as the service account 'default'/),
    ]);
  });

  test('stays short and quick where thousands of objects share a name', () => {
    const app = many(() => ({ metadata: { name: 'same' } }), 6500);
    const begun = Date.now();

    expect(problemsOf(app).join().length).toBeLessThan(1000);
    expect(Date.now() - begun).toBeLessThan(10_000);
  });
});

describe('What an Include brings', () => {
  const vendor = (port: object) => tempFile('vendor.yaml', `apiVersion: v1\nkind: Service\nmetadata: {name: api}\nspec: ${JSON.stringify({ selector: { app: 'api' }, ports: [{ name: 'web', port: 1 }, port] })}\n`);

  function shop(): { app: App; include: Include } {
    const app = testApp();
    const chart = chartOf(app, 'shop');
    const include = new Include(chart, 'vendor', { url: vendor({ name: 'ui', port: 80, targetPort: 8080 }) });
    new ServiceAccess(chart, 'access', { callers: [WEB], to: Workload.of(rawDeployment(chart, 'api')), operations: [Operation.anyHttp({ ports: [8080] })] });
    return { app, include };
  }

  test('is mended by a JSON patch, as the message says', () => {
    const { app, include } = shop();
    const cure = "'shop/vendor/api-service' is included: change it by its ApiObject, as in addJsonPatch(JsonPatch.add('/spec/ports/1/appProtocol', 'http'))";
    expect(problemsOf(app)).toEqual([expect.stringContaining(cure)]);

    include.apiObjects[0].addJsonPatch(JsonPatch.add('/spec/ports/1/appProtocol', 'http'));

    expect(problemsOf(app)).toEqual([]);
  });

  test('is left out by its id, as the message says', () => {
    const { app, include } = shop();
    include.apiObjects[0].addJsonPatch(JsonPatch.add('/spec/ports/1/appProtocol', 'http'));
    const text = 'apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: open, namespace: shop}\nspec: {rules: [{}]}\n';
    const open = new Include(include.node.scope as Chart, 'open', { url: tempFile('open.yaml', text) });
    expect(problemsOf(app)).toEqual([expect.stringContaining("it is included, so by 'shop/open'.node.tryRemoveChild('open-authorizationpolicy-shop')")]);

    open.node.tryRemoveChild('open-authorizationpolicy-shop');

    expect(problemsOf(app)).toEqual([]);
  });
});

describe('What no policy is to blame for', () => {
  test('is told with what makes it so, once', () => {
    const app = many(chart => {
      const { node } = new ZeroTrustNamespace(chart, 'baseline', { name: 'shop' });
      (node.findChild('namespace') as ApiObject).addJsonPatch(JsonPatch.remove('/metadata/labels/istio-injection'));
      return {};
    }, 5);

    expect(problemsOf(app)).toEqual([
      expect.stringMatching(/^\[shop\/baseline\] the app does not do what this says, as .*passes: a pod without labels is not in the mesh.*\(also at 5 more: /),
    ]);
  });
});
