import { ApiObject, App, Chart } from 'cdk8s';
import {
  AccessMap, AccessPlan, CallSource, DataPlane, EgressAccess, EgressBoundary, EgressGateway, EgressPort, Operation, PolicySet, Principal, Quarantine, ServiceAccess, Waypoint, Workload, ZeroTrustMesh,
  ZeroTrustNamespace,
} from 'cdk8s-zero-trust';
import { testApp } from '../support/app';
import { chartOf, manifests, problemsOf, rawDeployment, rawService } from '../support/shop';

interface Shop { readonly app: App; readonly chart: Chart; readonly pods: { readonly [name: string]: ApiObject } }

/** A shop with waypoint whose payments have another: their own, or one of another namespace; nobody may call anything yet. */
function shop(ofPayments: Waypoint = Waypoint.create(), services: string[] = ['payments']): Shop {
  const app = testApp();
  new ZeroTrustMesh(chartOf(app, 'mesh'), 'mesh', { dataPlane: DataPlane.AMBIENT, istioVersion: '1.29', asOf: '2026-06-01' });
  new ZeroTrustNamespace(chartOf(app, 'infra'), 'baseline', { waypoint: Waypoint.create({ name: 'shared', usedBy: ['shop'] }) });
  const chart = chartOf(app, 'shop');
  new ZeroTrustNamespace(chart, 'baseline', { waypoint: Waypoint.create(), serviceWaypoints: [{ services, waypoint: ofPayments }] });
  const pods = Object.fromEntries(['web', 'api', 'payments'].map(name => [name, rawDeployment(chart, name)]));
  rawService(chart, 'api');
  rawService(chart, 'payments');
  return { app, chart, pods };
}

function withAccesses(made: Shop): Shop {
  const { chart, pods } = made;
  for (const name of ['api', 'payments']) {
    new ServiceAccess(chart, `web-to-${name}`, { callers: [Principal.workload(pods.web)], to: Workload.of(pods[name]), operations: [Operation.get('/a')] });
  }
  return made;
}

function isAllowed(app: App): (from: string, destination: object) => boolean {
  const policies = PolicySet.fromApp(app);
  return (serviceAccount, destination) => policies.isAuthorized({ destination: { namespace: 'shop', port: 80, ...destination } as never, source: { serviceAccount }, http: { method: 'GET', path: '/a' } }).isAllowed;
}

const ELSEWHERE = () => Waypoint.existing('infra', 'shared');

describe('A plan, beside waypoints of Services', () => {
  test.each<[string, Waypoint, string]>([['its own', Waypoint.create(), 'payments-waypoint'], ['one of another namespace', ELSEWHERE(), 'shared']])('states accesses that hold at them: %s', (_, ofPayments, name) => {
    const { app, chart } = shop(ofPayments);
    AccessPlan.of({ calls: [{ callers: ['shop/web'], to: 'shop/payments', operations: [Operation.get('/a')] }, { callers: ['shop/web'], to: 'shop/api', operations: [Operation.get('/a')] }] }).addTo(chart);

    expect(problemsOf(app)).toEqual([]);
    const passes = isAllowed(app);
    expect(['payments', 'api'].map(service => [passes('shop/web', { service }), passes('shop/api', { service })])).toEqual([[true, false], [true, false]]);
    expect(manifests(app).filter(({ kind }) => kind === 'Gateway').map(({ metadata }) => metadata.name)).toContain(name);
  });

  test('is what a map of the app says, in which waypoints are nobody who calls', () => {
    const { app } = withAccesses(shop());

    const plan = AccessPlan.of({ sources: [CallSource.accessMap('map', AccessMap.of(PolicySet.fromApp(app)))] });

    expect(plan.describeAccessPlan()).toBe('shop/web may call shop/api: GET /a on port 8080\nshop/web may call shop/payments: GET /a on port 8080');
  });

  test('takes no calls from the log of pods for those of their waypoint', () => {
    const line = JSON.stringify({ method: 'GET', path: '/a', response_code: 200, upstream_cluster: 'inbound|8080||', caller: 'spiffe://cluster.local/ns/shop/sa/payments-waypoint' });

    const plan = AccessPlan.of({ sources: [CallSource.accessLog('payments.log', [line, line].join('\n'), { workload: 'shop/payments' })], waypoints: ['shop/payments-waypoint'] });

    expect(plan.describeAccessPlan()).not.toContain('may call');
  });
});

describe('What leaves, beside waypoints of Services', () => {
  test.each<[string, string]>([['a namespace of its own', 'way-out'], ['the same namespace', 'shop']])('goes out by a waypoint in %s for its callers alone', (_, namespace) => {
    const { app, chart: inShop, pods } = withAccesses(shop());
    const chart = namespace === 'shop' ? inShop : chartOf(app, namespace);
    if (namespace !== 'shop') { new ZeroTrustNamespace(chart, 'baseline', { dataPlane: DataPlane.AMBIENT }); }
    const gateway = new EgressGateway(chart, 'gateway', { metadata: { name: 'out' } });
    new EgressAccess(chart, 'pay', { callers: [Principal.workload(pods.payments)], host: 'pay.example', addresses: ['240.0.0.1'], ports: [EgressPort.tls()], gateway, metadata: { name: 'pay' } });

    expect(problemsOf(app)).toEqual([]);
    const passes = isAllowed(app);
    expect(['shop/payments', 'shop/web', 'shop/payments-waypoint', 'shop/shop-waypoint'].map(from => passes(from, { namespace, serviceEntry: 'pay', port: 443 }))).toEqual([true, false, false, false]);
    expect(passes('shop/web', { service: 'payments' })).toBe(true);
  });

  test('goes out by no waypoint that is one of a Service', () => {
    const { app, chart } = shop();
    new EgressGateway(chart, 'gateway', { metadata: { name: 'payments-waypoint' } });

    expect(problemsOf(app)).toContainEqual(expect.stringContaining("Gateway 'shop/payments-waypoint' must be one object of the app, got 2"));
  });

  test('is bounded in namespaces with sidecars, whose pods call nothing through a waypoint', () => {
    const { app, pods } = withAccesses(shop());
    const front = chartOf(app, 'front');
    new ZeroTrustNamespace(front, 'baseline', { dataPlane: DataPlane.SIDECAR });
    const client = rawDeployment(front, 'client');
    new EgressBoundary(front, 'egress', { namespace: 'front' });

    expect(problemsOf(app)).toEqual([]);
    new ServiceAccess(front, 'to-payments', { callers: [Principal.workload(client)], to: Workload.of(pods.payments), operations: [Operation.get('/a')] });
    expect(problemsOf(app)).toContainEqual(expect.stringContaining('the client goes past the waypoint shop/payments-waypoint'));
  });

  test('is not bounded where it is in ambient', () => {
    const { app, chart } = shop();
    new EgressBoundary(chart, 'egress', { namespace: 'shop' });

    expect(problemsOf(app)).toContainEqual(expect.stringContaining("namespace 'shop' must have sidecars, by which hosts outside are known, and is in ambient"));
  });
});

describe('A quarantine, beside waypoints of Services', () => {
  test.each<[string, Shop, boolean[]]>([
    ['payments', shop(), [false, true, false, true]],
    ['payments', shop(ELSEWHERE()), [false, true, false, true]],
    ['payments', shop(Waypoint.create(), ['payments', 'api']), [false, true, false, true]],
    ['api', shop(), [true, false, true, false]],
    ['api', shop(Waypoint.create(), ['payments', 'api']), [true, false, true, false]],
    ['web', shop(), [false, false, true, true]],
  ])('cuts %s, and what else passes a waypoint goes on (%#)', (name, made, passing) => {
    const { app, chart, pods } = withAccesses(made);
    new Quarantine(chart, 'incident', { workload: Workload.of(pods[name]), reason: 'stolen key' });

    expect(problemsOf(app)).toEqual([]);
    const passes = isAllowed(app);
    const [ofPayments, ofApi] = ['payments', 'api'].map(service => waypointOf(app, service));
    expect([
      passes('shop/web', { service: 'payments' }), passes('shop/web', { service: 'api' }),
      passes(ofPayments, { workload: 'payments', port: 8080 }), passes(ofApi, { workload: 'api', port: 8080 }),
    ]).toEqual(passing);
  });

  test('is not of a waypoint, as which whatever goes through it arrives', () => {
    const { app, chart } = shop();
    new Quarantine(chart, 'incident', { account: Principal.serviceAccount('shop', 'payments-waypoint'), reason: 'stolen key' });

    expect(problemsOf(app)).toContainEqual(expect.stringContaining("account must not be the service account of a waypoint, got 'shop/payments-waypoint'"));
  });
});

/** The account of what a Service passes, as its labels say, or else those of the namespace. */
function waypointOf(app: App, service: string): string {
  const { labels = {} } = manifests(app).find(({ kind, metadata }) => kind === 'Service' && metadata.name === service)!.metadata;
  return `${labels['istio.io/use-waypoint-namespace'] ?? 'shop'}/${labels['istio.io/use-waypoint'] ?? 'shop-waypoint'}`;
}
