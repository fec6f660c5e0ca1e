import { ApiObject, App, Chart } from 'cdk8s';
import { AccessGuardrail, DataPlane, GuardrailScope, Operation, PolicySet, Principal, ServiceAccess, Waypoint, Workload, ZeroTrustMesh, ZeroTrustNamespace } from 'cdk8s-zero-trust';
import { testApp } from '../support/app';
import { chartOf, manifests, problemsOf, rawDeployment, rawService } from '../support/shop';

interface Setting {
  readonly labels?: { [label: string]: string };
  readonly listeners?: object[];
  readonly className?: string;
  readonly service?: { [label: string]: string };
  readonly own?: boolean;
}

const ALL = [{ name: 'mesh', port: 15008, protocol: 'HBONE', allowedRoutes: { namespaces: { from: 'All' } } }];

/** A shop behind a waypoint that somebody else writes into the app. */
function shopBehind({ labels = { 'istio.io/waypoint-for': 'service' }, listeners = ALL, className = 'istio-waypoint', service = {}, own = false }: Setting, operation = Operation.get('/a')): App {
  const app = testApp();
  new ZeroTrustMesh(chartOf(app, 'mesh'), 'mesh', { dataPlane: DataPlane.AMBIENT, istioVersion: '1.29' });
  const place = own ? 'shop' : 'infra';
  const infra = chartOf(app, 'infra');
  new ApiObject(infra, 'wp', { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { name: 'wp', namespace: place, labels }, ...{ spec: { gatewayClassName: className, listeners } } });
  const shop = chartOf(app, 'shop');
  new ZeroTrustNamespace(shop, 'baseline', { waypoint: Waypoint.existing(place, 'wp'), metricsReaders: [Principal.serviceAccount('monitoring', 'prometheus')] });
  const [web, api] = ['web', 'api'].map(name => { rawService(shop, name, {}, name === 'api' ? service : {}); return rawDeployment(shop, name); });
  new ServiceAccess(shop, 'web-to-api', { callers: [Principal.workload(web)], to: Workload.of(api), operations: [operation] });
  return app;
}

const OWN = [{ name: 'mesh', port: 15008, protocol: 'HBONE' }];
const FROM_OTHERS = [{ ...OWN[0], allowedRoutes: { namespaces: { from: 'Selector', selector: { matchLabels: { 'kubernetes.io/metadata.name': 'other' } } } } }];
const FROM_SHOP = [{ ...OWN[0], allowedRoutes: { namespaces: { from: 'Selector', selector: { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } } } } }];

describe('A waypoint that something else of the app makes', () => {
  test.each<[string, Setting]>([
    ['is for Services of all namespaces', {}],
    ['is for Services of this namespace', { listeners: FROM_SHOP }],
    ['is in the namespace itself', { own: true, listeners: OWN }],
    ['has no label, which means Services', { labels: {} }],
  ])('protects where it %s', (_, setting) => {
    expect(problemsOf(shopBehind(setting))).toEqual([]);
  });

  test.each<[string, Setting, string]>([
    ['is for what is sent to pods, too, of whom readers are not let in there', { labels: { 'istio.io/waypoint-for': 'all' } }, "metrics on port 9090 of pods of namespace 'shop', from monitoring/prometheus is refused"],
    ['is for pods only', { labels: { 'istio.io/waypoint-for': 'workload' } }, 'the waypoint infra/wp is for traffic to a workload only'],
    ['is for nothing', { labels: { 'istio.io/waypoint-for': 'none' } }, "the waypoint infra/wp is for traffic to 'none', which is none"],
    ['admits its own namespace only', { listeners: OWN }, 'the waypoint infra/wp does not admit objects of this namespace by its allowedRoutes'],
    ['admits another namespace', { listeners: FROM_OTHERS }, 'the waypoint infra/wp does not admit objects of this namespace by its allowedRoutes'],
    ['does not listen for the mesh', { listeners: [{ name: 'mesh', port: 80, protocol: 'HTTP' }] }, 'does not admit objects of this namespace'],
    ['is a gateway of another class', { className: 'istio' }, "waypoint 'infra/wp' must be of class 'istio-waypoint', got 'istio'"],
    ['is not that of a Service', { service: { 'istio.io/use-waypoint': 'other' } }, "Service 'api' uses waypoint 'shop/other', but namespace 'shop' is protected at 'infra/wp'"],
    ['is left by a Service whose HTTP is stated', { service: { 'istio.io/use-waypoint': 'none' } }, "Service 'api' opts out of the waypoint"],
  ])('is refused where it %s', (_, setting, message) => {
    expect(problemsOf(shopBehind(setting))).toContainEqual(expect.stringContaining(message));
  });

  test('may be left by a Service of which only connections are stated', () => {
    const app = shopBehind({ service: { 'istio.io/use-waypoint': 'none' } }, Operation.anyHttp());

    expect(problemsOf(app)).toEqual([]);
    expect(specOf(app, 'shop-web-to-api')).toMatchObject({ selector: { matchLabels: { app: 'api' } }, rules: [{ to: [{ operation: { ports: ['8080'] } }] }] });
  });
});

function specOf(app: App, name: string): unknown { return manifests(app).find(({ metadata }) => metadata.name.startsWith(name))?.spec; }

/** A shop whose waypoint takes what is sent to pods, too. */
function shopForPods(ports: object[] = [{ name: 'http', port: 80, targetPort: 8080 }]): App {
  const app = testApp();
  new ZeroTrustMesh(chartOf(app, 'mesh'), 'mesh', { dataPlane: DataPlane.AMBIENT, istioVersion: '1.29' });
  const shop = chartOf(app, 'shop');
  new ZeroTrustNamespace(shop, 'baseline', { waypoint: Waypoint.create({ name: 'wp', forPods: true }), metricsReaders: [Principal.serviceAccount('monitoring', 'prometheus')] });
  const [web, api] = ['web', 'api'].map(name => { rawService(shop, name, { ports }); return rawDeployment(shop, name, { container: { ports: [{ containerPort: 8080 }, { containerPort: 9090 }] } }); });
  new ServiceAccess(shop, 'web-to-api', { callers: [Principal.workload(web)], to: Workload.of(api), operations: [Operation.http({ methods: ['GET'], paths: ['/a'], ports: [8080] })] });
  return app;
}

describe('A waypoint for pods', () => {
  test('lets readers of metrics through to them, callers to Services, and nobody else', () => {
    const app = shopForPods();

    expect(problemsOf(app)).toEqual([]);
    expect(manifests(app).find(({ kind, metadata }) => kind === 'Gateway' && metadata.name === 'wp')!.metadata.labels).toEqual({ 'istio.io/waypoint-for': 'all' });
    expect(specOf(app, 'shop-baseline-waypoint-metrics')).toEqual({
      targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'wp' }],
      rules: [{ from: [{ source: { principals: ['cluster.local/ns/monitoring/sa/prometheus'] } }], to: [{ operation: { ports: ['9090'] } }] }],
    });
    const policies = PolicySet.fromApp(app);
    const passes = (serviceAccount: string, destination: object, method: string, path: string) =>
      policies.isAuthorized({ destination: { namespace: 'shop', ...destination } as never, source: { serviceAccount }, http: { method, path } }).isAllowed;
    expect([
      passes('monitoring/prometheus', { workload: 'api', port: 9090 }, 'GET', '/metrics'), passes('shop/web', { service: 'api', port: 80 }, 'GET', '/a'),
      passes('monitoring/prometheus', { workload: 'api', port: 8080 }, 'GET', '/metrics'), passes('shop/web', { workload: 'api', port: 8080 }, 'GET', '/a'), passes('shop/web', { workload: 'api', port: 9090 }, 'GET', '/'),
      passes('shop/other', { workload: 'api', port: 8080 }, 'DELETE', '/'), passes('shop/web', { service: 'api', port: 80 }, 'DELETE', '/a'),
    ]).toEqual([true, true, false, false, false, false, false]);
  });

  test('is refused where what readers may do at pods would open a port of a Service', () => {
    const ports = [{ name: 'http', port: 80, targetPort: 8080 }, { name: 'http-admin', port: 9090, targetPort: 8080 }];

    expect(problemsOf(shopForPods(ports))).toContainEqual(expect.stringContaining("metricsPorts must be of pods only, got 9090, which readers would be let in to at Service 'web' as well, where it leads to '8080'"));
  });

  test.each([
    ['callers', { forbiddenCallers: [Principal.serviceAccount('monitoring', 'prometheus')] }],
    ['methods', { forbiddenOperations: [Operation.http({ methods: ['TRACE'], paths: ['*'] })] }],
    ['ports', { forbiddenOperations: [Operation.tcp(9090)] }],
  ])('is refused beside a guardrail of a workload for %s, which holds for its Services only', (_, law) => {
    const app = shopForPods();
    const api = app.node.findAll().find(({ node }) => node.path === 'shop/api') as ApiObject;
    new AccessGuardrail(chartOf(app, 'guards'), 'guard', { appliesTo: GuardrailScope.workload(Workload.of(api)), ...law });

    expect(problemsOf(app)).toContainEqual(expect.stringContaining("[guards/guard] what is sent to the pods of 'shop/api' passes waypoint 'wp' too (forPods)"));
  });

  test.each<[string, object | undefined, Record<string, string>, boolean]>([
    ['no Service', undefined, {}, true],
    ['a headless Service', { clusterIP: 'None' }, {}, true],
    ['no Service, and pods that use no waypoint', undefined, { 'istio.io/use-waypoint': 'none' }, false],
    ['a Service', {}, {}, false],
  ])('beside a workload with %s: whether it is refused, as accesses are for Services', (_, service, labels, isRefused) => {
    const app = shopForPods();
    const shop = app.node.findChild('shop') as Chart;
    const db = rawDeployment(shop, 'db', { container: { ports: [{ containerPort: 8080 }] }, labels: { app: 'db', ...labels } });
    if (service) { rawService(shop, 'db', { ...service, ports: [{ name: 'tcp', port: 8080 }] }); }
    new ServiceAccess(shop, 'web-to-db', { callers: [Principal.serviceAccount('shop', 'web')], to: Workload.of(db), operations: [Operation.tcp(8080)] });

    expect(problemsOf(app).filter(problem => problem.includes('web-to-db'))).toEqual(isRefused ? [expect.stringContaining("is called by the addresses of its pods, which pass waypoint 'wp' too (forPods)")] : []);
  });

  test('may have a Service in front of its metrics', () => {
    expect(problemsOf(shopForPods([{ name: 'http', port: 80, targetPort: 8080 }, { name: 'http-metrics', port: 9090, targetPort: 9090 }]))).toEqual([]);
  });

  test('is for its own namespace alone', () => {
    expect(() => Waypoint.create({ forPods: true, usedBy: ['pay'] })).toThrow('forPods must be left out beside usedBy');
    expect(Waypoint.create({ forPods: true }).describeWaypoint()).toBe('a waypoint in the namespace itself, also for what is sent to pods');
  });
});
