import { ApiObject, App, Chart } from 'cdk8s';
import { DataPlane, JwtIssuer, JwtProtectedApi, Operation, PolicySet, Principal, ServiceAccess, ServiceWaypoint, Waypoint, Workload, ZeroTrustMesh, ZeroTrustNamespace } from 'cdk8s-zero-trust';
import { testApp } from '../support/app';
import { chartOf, manifests, problemsOf, rawDeployment, rawService } from '../support/shop';

interface Setting {
  readonly waypoint?: Waypoint;
  readonly serviceWaypoints?: ServiceWaypoint[];
  /** What more the app has in the namespace. */
  readonly more?: (shop: Chart) => void;
  readonly labels?: { [label: string]: string };
}

const OF_PAYMENTS: ServiceWaypoint[] = [{ services: ['payments'], waypoint: Waypoint.create() }];

/** A shop whose web calls api, payments and db. */
function shop({ waypoint = Waypoint.create(), serviceWaypoints = OF_PAYMENTS, more, labels = {} }: Setting = {}): App {
  const app = testApp();
  new ZeroTrustMesh(chartOf(app, 'mesh'), 'mesh', { dataPlane: DataPlane.AMBIENT, istioVersion: '1.29' });
  const chart = chartOf(app, 'shop');
  new ZeroTrustNamespace(chart, 'baseline', { waypoint, serviceWaypoints, metricsReaders: [Principal.serviceAccount('monitoring', 'prometheus')] });
  fill(chart, labels, 'api', 'payments');
  more?.(chart);
  return app;
}

/** Workloads that web may GET /a of. */
function fill(chart: Chart, labels: { [label: string]: string }, ...names: string[]): void {
  const web = rawDeployment(chart, 'web');
  for (const name of names) {
    const workload = rawDeployment(chart, name);
    rawService(chart, name, {}, name === 'payments' ? labels : {});
    new ServiceAccess(chart, `web-to-${name}`, { callers: [Principal.workload(web)], to: Workload.of(workload), operations: [Operation.get('/a')] });
  }
}

function specOf(app: App, name: string): unknown { return manifests(app).find(({ metadata }) => metadata.name.startsWith(name))?.spec; }

function labelsOf(app: App, kind: string, name: string): unknown { return manifests(app).find(one => one.kind === kind && one.metadata.name === name)!.metadata.labels; }

function asked(app: App): (from: string, destination: object, method?: string, path?: string) => boolean {
  const policies = PolicySet.fromApp(app);
  return (serviceAccount, destination, method = 'GET', path = '/a') =>
    policies.isAuthorized({ destination: { namespace: 'shop', port: 80, ...destination } as never, source: { serviceAccount }, http: { method, path } }).isAllowed;
}

describe('A Service with a waypoint of its own', () => {
  test('is labelled for it, is denied there by default, and its pods admit it and no other waypoint of the namespace', () => {
    const app = shop();

    expect(problemsOf(app)).toEqual([]);
    expect(labelsOf(app, 'Service', 'payments')).toEqual({ 'istio.io/use-waypoint': 'payments-waypoint', 'istio.io/ingress-use-waypoint': 'true' });
    expect(labelsOf(app, 'Service', 'api')).toBeUndefined();
    expect(specOf(app, 'payments-waypoint')).toEqual({ gatewayClassName: 'istio-waypoint', listeners: [{ name: 'mesh', port: 15008, protocol: 'HBONE' }] });
    expect(specOf(app, 'shop-baseline-deny-all-at-payments-waypoint')).toEqual({ targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'payments-waypoint' }] });
    expect(specOf(app, 'shop-baseline-waypoint-only-payments')).toEqual({
      selector: { matchLabels: { app: 'payments' } }, rules: [{ from: [{ source: { principals: ['cluster.local/ns/shop/sa/payments-waypoint'] } }] }],
    });
    expect(specOf(app, 'shop-baseline-no-other-waypoint-payments')).toEqual({
      selector: { matchLabels: { app: 'payments' } }, action: 'DENY', rules: [{ from: [{ source: { principals: ['cluster.local/ns/shop/sa/shop-waypoint'] } }] }],
    });
  });

  test('is called as stated, and in no way past its waypoint', () => {
    const passes = asked(shop());

    expect([
      passes('shop/web', { service: 'payments' }), passes('shop/web', { service: 'api' }),
      passes('shop/web', { service: 'payments' }, 'POST'), passes('shop/other', { service: 'payments' }), passes('shop/web', { workload: 'payments', port: 8080 }),
      passes('shop/shop-waypoint', { workload: 'payments', port: 8080 }), passes('shop/payments-waypoint', { workload: 'api', port: 8080 }),
      passes('shop/payments-waypoint', { workload: 'payments', port: 8080 }), passes('shop/shop-waypoint', { workload: 'api', port: 8080 }),
    ]).toEqual([true, true, false, false, false, false, false, true, true]);
  });
});
