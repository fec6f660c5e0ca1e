import { ApiObject, App, Chart, Testing } from 'cdk8s';
import { DataPlane, Operation, Principal, PublicGateway, ServiceAccess, Waypoint, Workload, ZeroTrustMesh, ZeroTrustNamespace, ZeroTrustNamespaceProps } from 'cdk8s-zero-trust';
import { testApp } from '../support/app';
import { chartOf, Manifest, rawDeployment, rawService } from '../support/shop';

const WEB = [Principal.serviceAccount('front', 'web')];

/** What of an object tells it from the others: kind and name, for objects of the library the end of its path. */
function written(chart: Chart): string[] {
  const keyOf = (kind: string, { name, namespace }: { name?: string; namespace?: string }) => `${kind} ${kind === 'Namespace' ? '' : namespace}/${name}`;
  const paths = new Map(chart.node.findAll().filter(ApiObject.isApiObject).map(object =>
    [keyOf(object.kind, { name: object.name, namespace: object.metadata.namespace }), object.node.path]));
  return (Testing.synth(chart) as Manifest[]).map(({ kind, metadata }) => paths.get(keyOf(kind, metadata))!.replace(`${chart.node.path}/`, ''));
}

/** A shop whose workloads are there before its baseline, and its access after it. */
function shop(props: ZeroTrustNamespaceProps = {}): { app: App; chart: Chart } {
  const app = testApp();
  const chart = chartOf(app, 'shop');
  rawService(chart, 'api');
  const api = rawDeployment(chart, 'api');
  new ZeroTrustNamespace(chart, 'baseline', { metricsReaders: WEB, ...props });
  new ServiceAccess(chart, 'access', { callers: WEB, to: Workload.of(api), operations: [Operation.anyHttp()] });
  return { app, chart };
}

describe('The objects of a chart', () => {
  test('are written so that a namespace comes first, and what closes it last', () => {
    expect(written(shop().chart)).toEqual([
      'baseline/namespace', 'api-service', 'api', 'baseline/mtls', 'access', 'baseline/metrics', 'baseline/deny-all',
    ]);
  });

  test('are written so with a waypoint, too', () => {
    expect(written(shop({ dataPlane: DataPlane.AMBIENT, waypoint: Waypoint.create() }).chart)).toEqual([
      'baseline/namespace', 'api-service', 'api', 'baseline/waypoint', 'baseline/mtls', 'access',
      'baseline/metrics', 'baseline/waypoint-only', 'baseline/waypoint-deny-all', 'baseline/deny-all',
    ]);
  });

  test('are written so with a Namespace that is adopted, and with several', () => {
    const chart = new Chart(testApp(), 'all');
    rawDeployment(chart, 'api');
    const namespace = new ApiObject(chart, 'ns', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
    new ZeroTrustNamespace(chart, 'one', { namespace });
    new ZeroTrustNamespace(chart, 'two', { name: 'other' });

    expect(written(chart)).toEqual(['ns', 'two/namespace', 'api', 'one/mtls', 'two/mtls', 'one/deny-all', 'two/deny-all']);
  });

  test('are written so that gateways are open before the mesh is closed', () => {
    const chart = new Chart(testApp(), 'mesh');
    const publicGateways = [PublicGateway.gatewayApi({ namespace: 'edge', name: 'edge', ports: [80], reason: 'the shop' })];
    new ZeroTrustMesh(chart, 'mesh', { istioVersion: '1.29', defaultDeny: true, publicGateways });

    expect(written(chart)).toEqual(['mesh/mtls', 'mesh/gateway-0', 'mesh/deny-all', 'mesh/waypoint-deny-all']);
  });

  test('are written so whenever something is added', () => {
    const { chart } = shop();
    written(chart);
    rawDeployment(chart, 'late');

    expect(written(chart).slice(-3)).toEqual(['late', 'baseline/metrics', 'baseline/deny-all']);
    expect(written(chart).slice(-3)).toEqual(['late', 'baseline/metrics', 'baseline/deny-all']);
  });

  test('are written as dependencies say, where users state them', () => {
    const { chart } = shop();
    const child = (...ids: string[]) => ids.reduce((at, id) => at.node.findChild(id), chart as { readonly node: Chart['node'] });
    child('baseline', 'namespace').node.addDependency(child('api') as ApiObject);
    child('access').node.addDependency(child('baseline', 'deny-all') as ApiObject);

    expect(written(chart)).toEqual(['api-service', 'api', 'baseline/namespace', 'baseline/mtls', 'baseline/deny-all', 'access', 'baseline/metrics']);
  });

  test('are written without those that were taken out', () => {
    const { chart } = shop();
    chart.node.findChild('baseline').node.tryRemoveChild('deny-all');

    expect(written(chart).slice(-2)).toEqual(['access', 'baseline/metrics']);
  });

  test('keep the names of their files', () => {
    const { app } = shop();
    new ZeroTrustMesh(new Chart(app, 'mesh'), 'mesh');

    app.synth();

    expect(app.node.findAll().filter(Chart.isChart).flatMap(chart => chart.node.dependencies)).toEqual([]);
  });
});
