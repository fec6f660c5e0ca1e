import { ApiObject, App, Chart, JsonPatch } from 'cdk8s';
import { DataPlane, Operation, Principal, ServiceAccess, Waypoint, Workload, ZeroTrustNamespace } from 'cdk8s-zero-trust';
import { testApp } from '../support/app';
import { chartOf, problemsOf, rawDeployment, rawService } from '../support/shop';

interface Shop { readonly app: App; readonly chart: Chart; readonly baseline: ZeroTrustNamespace }

function shop(waypoint: Waypoint | null = Waypoint.create({ name: 'wp' }), hasAccess = true): Shop {
  const app = testApp();
  const chart = chartOf(app, 'shop');
  const baseline = new ZeroTrustNamespace(chart, 'baseline', waypoint ? { dataPlane: DataPlane.AMBIENT, waypoint } : {});
  rawService(chart, 'api');
  const api = rawDeployment(chart, 'api');
  if (hasAccess) {
    new ServiceAccess(chart, 'web-to-api', { callers: [Principal.serviceAccount('elsewhere', 'web')], to: Workload.of(api), operations: [Operation.get('/api/*')] });
  }
  return { app, chart, baseline };
}

const child = ({ baseline }: Shop, id: string) => baseline.node.findChild(id) as ApiObject;

describe('The waypoint that a namespace creates', () => {
  test.each([true, false])('is left in, whether or not anything is stated: %s', hasAccess => {
    const made = shop(undefined, hasAccess);

    made.baseline.node.tryRemoveChild('waypoint');

    expect(problemsOf(made.app)).toEqual(["[shop/baseline] 'shop/baseline/waypoint' must stay as it was made, got taken out; leave it in, or name one that is there by Waypoint.existing"]);
  });

  test.each<[string, (gateway: ApiObject) => unknown, string]>([
    ['name', gateway => gateway.addJsonPatch(JsonPatch.replace('/metadata/name', 'other')), 'name'],
    ['namespace', gateway => gateway.addJsonPatch(JsonPatch.replace('/metadata/namespace', 'other')), 'namespace'],
    ['class', gateway => gateway.addJsonPatch(JsonPatch.replace('/spec/gatewayClassName', 'istio')), 'gatewayClassName'],
    ['listeners', gateway => gateway.addJsonPatch(JsonPatch.replace('/spec/listeners/0/port', 80)), 'listeners'],
    ['namespaces', gateway => gateway.addJsonPatch(JsonPatch.add('/spec/listeners/0/allowedRoutes', { namespaces: { from: 'All' } })), 'listeners'],
    ['addresses', gateway => gateway.addJsonPatch(JsonPatch.add('/spec/addresses', [{ value: '10.0.0.1' }])), 'addresses'],
    ['traffic', gateway => gateway.addJsonPatch(JsonPatch.replace('/metadata/labels/istio.io~1waypoint-for', 'none')), "label 'istio.io/waypoint-for'"],
    ['traffic, by a label', gateway => gateway.metadata.addLabel('istio.io/waypoint-for', 'workload'), "label 'istio.io/waypoint-for'"],
    ['kind', gateway => gateway.addJsonPatch(JsonPatch.replace('/kind', 'Other')), 'kind'],
    ['all of it', gateway => gateway.addJsonPatch(JsonPatch.replace('/metadata', null)), 'name'],
    ['spec', gateway => gateway.addJsonPatch(JsonPatch.remove('/spec')), 'gatewayClassName'],
  ])('keeps its %s', (_, change, part) => {
    const made = shop(undefined, false);

    change(child(made, 'waypoint'));

    expect(problemsOf(made.app)).toEqual([
      `[shop/baseline] 'shop/baseline/waypoint' must stay as it was made, got another ${part}; undo that, and state what is meant by the props of its construct`,
    ]);
  });

  test('may be given what says nothing of where traffic goes', () => {
    const made = shop();

    child(made, 'waypoint').metadata.addLabel('team', 'a');
    child(made, 'waypoint').metadata.addAnnotation('networking.istio.io/service-type', 'ClusterIP');
    child(made, 'waypoint').addJsonPatch(JsonPatch.add('/spec/infrastructure', { annotations: { 'proxy.istio.io/config': '{ "concurrency": 2 }' } }));

    expect(problemsOf(made.app)).toEqual([]);
  });
});

describe('A waypoint that is there already', () => {
  const gateway = ({ chart }: Shop, gatewayClassName: string) => new ApiObject(chart, 'gateway', {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name: 'wp' },
    spec: { gatewayClassName, listeners: [{ name: 'mesh', port: 15008, protocol: 'HBONE' }] },
  });
  const ofClass = ({ chart }: Shop, controllerName: string) => new ApiObject(chart, 'class', {
    apiVersion: 'gateway.networking.k8s.io/v1', kind: 'GatewayClass', metadata: { name: 'own-waypoint' }, spec: { controllerName },
  });

  test('is of the class of waypoints', () => {
    const made = shop(Waypoint.existing('shop', 'wp'));

    gateway(made, 'istio-waypoint');

    expect(problemsOf(made.app)).toEqual([]);
  });

  test('may be of another class of the same controller', () => {
    const made = shop(Waypoint.existing('shop', 'wp'));

    gateway(made, 'own-waypoint');
    ofClass(made, 'istio.io/mesh-controller');

    expect(problemsOf(made.app)).toEqual([]);
  });

  test('is refused where nobody knows what it does', () => {
    const made = shop(Waypoint.existing('shop', 'wp'));

    gateway(made, 'own-waypoint');
    ofClass(made, 'example.com/controller');

    expect(problemsOf(made.app)).toEqual([
      "[shop/baseline] waypoint 'shop/wp' must be of class 'istio-waypoint', got 'own-waypoint' at 'shop/gateway', which may enforce nothing; "
      + "write that class, or have the GatewayClass of 'istio.io/mesh-controller' in the app",
    ]);
  });
});

describe('The Namespace that a ZeroTrustNamespace makes', () => {
  test.each([true, false])('is left in, whether or not there is a waypoint: %s', isAmbient => {
    const made = isAmbient ? shop() : shop(null);

    made.baseline.node.tryRemoveChild('namespace');

    expect(problemsOf(made.app)).toEqual(["[shop/baseline] 'shop/baseline/namespace' must stay as it was made, got taken out; leave it in, or where it is made elsewhere say exists: true"]);
  });

  test('is left in where it is adopted', () => {
    const app = testApp();
    const chart = chartOf(app, 'shop');
    const namespace = new ApiObject(chart, 'ns', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
    new ZeroTrustNamespace(chart, 'baseline', { namespace });
    expect(problemsOf(app)).toEqual([]);

    chart.node.tryRemoveChild('ns');

    expect(problemsOf(app)).toEqual(["[shop/baseline] 'shop/ns' must stay as it was made, got taken out; leave it in, or where it is made elsewhere say exists: true"]);
  });

  test.each([
    ['istio.io/dataplane-mode', 'none'], ['istio.io/use-waypoint', 'none'], ['istio.io/use-waypoint', 'other'], ['istio.io/use-waypoint-namespace', 'elsewhere'],
    ['istio.io/ingress-use-waypoint', 'false'], ['istio-injection', 'enabled'],
  ])('keeps its label %s, got %s', (label, value) => {
    const made = shop(undefined, false);

    child(made, 'namespace').metadata.addLabel(label, value);

    expect(problemsOf(made.app)).toEqual([
      `[shop/baseline] 'shop/baseline/namespace' must stay as it was made, got another label '${label}'; undo that, and state what is meant by the props of its construct`,
    ]);
  });
});
