import { ApiObject, App, Chart } from 'cdk8s';
import { AccessGate, Operation, PolicySet, Principal, ServiceAccess, Workload, ZeroTrustMesh, ZeroTrustMeshProps, ZeroTrustNamespace } from 'cdk8s-zero-trust';
import { Construct, IConstruct } from 'constructs';
import { testApp } from '../support/app';
import { chartOf, problemsOf, rawDeployment, rawService } from '../support/shop';

beforeEach(() => { jest.spyOn(process.stderr, 'write').mockReturnValue(true); });

afterEach(() => { jest.restoreAllMocks(); });

interface Shop {
  readonly gates?: AccessGate[];
  readonly mesh?: ZeroTrustMeshProps;
  readonly methods?: string[];
}

/** A namespace `shop` where `web` may call `api`. */
function shopIn(scope: Construct, { gates, mesh = {}, methods = ['GET'] }: Shop = {}, appliesTo?: IConstruct): Chart {
  new ZeroTrustMesh(new Chart(scope, 'mesh'), 'mesh', { trustDomain: 'prod.example.com', ...mesh, ...appliesTo ? { appliesTo } : {}, ...gates ? { gates } : {} });
  const shop = chartOf(scope, 'shop');
  new ZeroTrustNamespace(shop, 'baseline');
  const [web, api] = ['web', 'api'].map(name => rawDeployment(shop, name));
  rawService(shop, 'api');
  new ServiceAccess(shop, 'web-to-api', { callers: [Principal.workload(web)], to: Workload.of(api), operations: [Operation.http({ methods, paths: ['/a'] })] });
  return shop;
}

function appWith(facets: Shop = {}): App {
  const app = testApp();
  shopIn(app, facets);
  return app;
}

/** A pod that anybody may call, of which no intent says anything. */
function openPod(chart: Chart): void {
  new ApiObject(chart, 'pod', { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'lone' }, spec: { serviceAccountName: 'lone', containers: [{ name: 'lone', ports: [{ containerPort: 80 }] }] } });
  new ApiObject(chart, 'any', { apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata: { name: 'any' }, spec: { rules: [{}] } });
}

const deployed = (methods = ['GET']) => {
  const app = appWith({ methods });
  const manifests = app.charts.flatMap(chart => chart.toJson() as object[]);
  return PolicySet.fromManifests(manifests);
};

describe('Gates of a ZeroTrustMesh', () => {
  test('let pass what holds', () => {
    const gates = [AccessGate.noAnonymousAccess(), AccessGate.onlyFrom('shop/api', ['shop/web']), AccessGate.neverGranted({ callers: ['shop/api'], to: 'shop/web' }), AccessGate.noNewAccess(deployed())];

    expect(problemsOf(appWith({ gates }))).toEqual([]);
  });

  test('refuse what does not hold, with a request and its answer', () => {
    expect(problemsOf(appWith({ gates: [AccessGate.noAnonymousAccess(), AccessGate.neverGranted({ callers: ['shop/web'], to: 'shop/api' })] }))).toEqual([
      '[mesh/mesh] gates[1] must hold (never from shop/web to shop/api), got what it does not let pass; close it, or say at the gate that it is meant:',
      'shop/api:8080 from shop/web: GET /a',
      expect.stringMatching(/^request: \{"destination":\{"namespace":"shop","workload":"api","port":8080\}.*"path":"\/a"/),
      'ALLOW',
      '1. sidecar of shop/api, port 8080',
      'TRANSPORT STRICT by shop/default (shop/baseline); HTTP connection of peer spiffe://prod.example.com/ns/shop/sa/web',
      expect.stringMatching(/^ALLOW     allowed by ALLOW shop\/shop-web-to-api-\w+ \(shop\/web-to-api\) rule 0$/),
      expect.stringContaining('attached: shop/shop-baseline-deny-all'),
      expect.stringContaining('attached: shop/shop-web-to-api'),
    ]);
  });

  test('ask about hand-written policies of namespaces that nobody states anything of, and say once what is open at several ports', () => {
    const app = appWith({ gates: [AccessGate.onlyFrom('other/lone', ['shop/web'])] });
    openPod(chartOf(app, 'other'));

    expect(problemsOf(app)[1]).toBe('other/lone:80, any other port from anyone with an identity');
  });

  test('are asked when nothing else is wrong only', () => {
    const app = appWith({ gates: [AccessGate.neverGranted({ callers: ['shop/web'], to: 'shop/api' })] });
    new ServiceAccess(app.node.findChild('shop') as Chart, 'wrong', { callers: [Principal.serviceAccount('shop', 'web')], to: Workload.named(app.node.findChild('shop') as Chart, 'api'), operations: [Operation.tcp(7)] });

    expect(problemsOf(app)).toEqual([expect.stringContaining("[shop/wrong] port '7' is not one that 'shop/api' listens on")]);
  });

  test('are asked of a mesh that another app sets up, too', () => {
    expect(problemsOf(appWith({ mesh: { exists: true }, gates: [AccessGate.neverGranted({ callers: ['shop/web'], to: 'shop/api' })] }))[0]).toContain('gates[0] must hold');
  });

  test('hold manifests as they were to the mesh of the app, whose trust domain these do not tell', () => {
    expect(problemsOf(appWith({ gates: [AccessGate.noNewAccess(deployed())] }))).toEqual([]);
    expect(problemsOf(appWith({ methods: ['GET', 'PUT'], gates: [AccessGate.noNewAccess(deployed())] }))[1]).toBe('GRANTED shop/api:8080 to shop/web: PUT /a');
  });

  test('but not where they are told of another', () => {
    const manifests = appWith().charts.flatMap(chart => chart.toJson() as object[]);
    const before = PolicySet.fromManifests(manifests, { trustDomain: 'old.example.com' });

    expect(problemsOf(appWith({ gates: [AccessGate.noNewAccess(before)] }))[1]).toBe('GRANTED shop/api:8080 to spiffe://prod.example.com/ns/shop/sa/web: GET /a');
  });

  test('are those of a cluster, where an app has several', () => {
    const never = AccessGate.neverGranted({ callers: ['shop/web'], to: 'shop/api' });
    const app = testApp();
    const [dev, prod] = ['dev', 'prod'].map(name => new Construct(app, name));
    shopIn(dev, { gates: [AccessGate.noAnonymousAccess()] }, dev);
    shopIn(prod, { gates: [never] }, prod);

    const problems = problemsOf(app);

    expect(problems.filter(line => line.includes('gates['))).toEqual([expect.stringMatching(/^\[prod\/mesh\/mesh\] gates\[0\] must hold/)]);
  });

  test('see what has changed since the last synthesis', () => {
    const app = appWith({ gates: [AccessGate.onlyFrom('shop/api', ['shop/web'])] });
    expect(problemsOf(app)).toEqual([]);

    new ServiceAccess(app.node.findChild('shop') as Chart, 'again', { callers: [Principal.serviceAccount('shop', 'backup')], to: Workload.named(app.node.findChild('shop') as Chart, 'api'), operations: [Operation.get('/a')] });

    expect(problemsOf(app)[0]).toContain('gates[0] must hold (shop/api only from shop/web)');
  });

  test('tell what they ask about and the app does not have', () => {
    expect(problemsOf(appWith({ gates: [AccessGate.onlyFrom('shop/apo', ['shop/web'])] }))).toEqual([
      "[mesh/mesh] gates[0] (shop/apo only from shop/web): workload must be NAMESPACE/NAME of the manifests, got 'shop/apo'; did you mean 'shop/api'?",
    ]);
  });

  test('tell the same as a test of the app', () => {
    const gate = AccessGate.onlyFrom('shop/api', ['shop/backup']);
    const [violation] = gate.violations(PolicySet.fromApp(appWith()));

    expect(problemsOf(appWith({ gates: [gate] }))[1]).toBe(violation.message);
  });

  test.each<[string, AccessGate[], string]>([
    ['an empty list', [], "gates must have at least one entry, got '[]'; make each by AccessGate, or leave them out"],
    ['what is no gate', [{} as AccessGate], "gates[0] must be of class AccessGate, got 'Object'; make each by AccessGate, or leave them out"],
  ])('are not %s', (_, gates, message) => {
    expect(() => appWith({ gates })).toThrow(message);
  });
});
