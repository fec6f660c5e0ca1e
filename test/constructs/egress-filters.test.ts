import { ApiObject, App, Chart } from 'cdk8s';
import { DataPlane, EgressAccess, EgressBoundary, EgressGateway, EgressPort, Principal, TrafficProtection, Workload, ZeroTrustMesh, ZeroTrustNamespace } from 'cdk8s-zero-trust';
import { testApp } from '../support/app';
import { chartOf, deployment, problemsOf, rawDeployment, rawService } from '../support/shop';

interface Shop { readonly app: App; readonly chartFor: (namespace: string) => Chart }

/** Web and batch of a namespace that is bounded, batch by itself; a gateway of pods for what is outside, and a gateway beside the shop. */
function bounded(): Shop {
  const app = testApp();
  new ZeroTrustMesh(new Chart(app, 'mesh'), 'mesh', { trustDomain: 'td', asOf: '2026-01-01' });
  const [shop, egress] = ['shop', 'egress'].map(name => {
    const chart = chartOf(app, name);
    new ZeroTrustNamespace(chart, 'baseline', { name, publicGateways: [] });
    return chart;
  });
  const gate = { annotations: { 'inject.istio.io/templates': 'gateway' }, container: { name: 'istio-proxy', image: 'auto', ports: [] } };
  const pods = rawDeployment(egress, 'egw', gate);
  rawService(egress, 'egw', { ports: [{ name: 'http', port: 15443 }, { name: 'tls', port: 15444 }] });
  const gateway = new EgressGateway(egress, 'gateway', { workload: Workload.of(pods) });
  const [web, batch] = ['web', 'batch'].map(name => rawDeployment(shop, name));
  rawDeployment(shop, 'door', gate);
  new EgressBoundary(shop, 'bounds', { namespace: 'shop' });
  new EgressBoundary(shop, 'batch-bounds', { workload: Workload.of(batch) });
  new EgressAccess(shop, 'pay', { callers: [Principal.workload(web)], host: 'api.pay.example', gateway });
  return { app, chartFor: name => app.node.tryFindChild(name) as Chart | undefined ?? chartOf(app, name) };
}

/** A waypoint for what is outside. */
function ambient(): Shop {
  const app = testApp();
  new ZeroTrustMesh(new Chart(app, 'mesh'), 'mesh', { trustDomain: 'td', istioVersion: '1.29', asOf: '2026-01-01', dataPlane: DataPlane.AMBIENT });
  const [shop, egress] = ['shop', 'egress'].map(name => {
    const chart = chartOf(app, name);
    new ZeroTrustNamespace(chart, 'baseline', { name, publicGateways: [] });
    return chart;
  });
  const gateway = new EgressGateway(egress, 'gateway', { metadata: { name: 'out' } });
  new EgressAccess(shop, 'pay', { callers: [Principal.workload(rawDeployment(shop, 'web'))], host: 'api.pay.example', ports: [EgressPort.startsTls()], gateway, metadata: { name: 'pay' } });
  return { app, chartFor: name => app.node.tryFindChild(name) as Chart | undefined ?? chartOf(app, name) };
}

function filter(chart: Chart, spec: object): void { new ApiObject(chart, 'filter', { apiVersion: 'networking.istio.io/v1alpha3', kind: 'EnvoyFilter', metadata: { name: 'filter' }, ...{ spec } }); }

const PASS_ON = { applyTo: 'CLUSTER', match: { context: 'ANY', cluster: { name: 'BlackHoleCluster' } }, patch: { operation: 'MERGE', value: { type: 'ORIGINAL_DST' } } };
const HARMLESS = { applyTo: 'CLUSTER', match: { context: 'ANY' }, patch: { operation: 'MERGE', value: { connect_timeout: '1s' } } };
const selecting = (app: string) => ({ workloadSelector: { labels: { app } } });
const reporters = (app: App) => problemsOf(app).filter(problem => problem.includes('EnvoyFilter')).map(problem => /\[(.*?)\]/.exec(problem)![1]);

describe('An EnvoyFilter that lets out whatever is sent', () => {
  test('is refused at the boundary that it undoes, with what it does and what to do', () => {
    const { app, chartFor } = bounded();
    filter(chartFor('shop'), { ...selecting('web'), configPatches: [HARMLESS, PASS_ON] });

    expect(problemsOf(app)).toEqual([
      "[shop/bounds] EnvoyFilter 'shop/filter' at 'shop/filter' changes what keeps in what is sent from 'shop' (CLUSTER, MERGE of 'type'), so that it may go to what nobody states; take that patch out",
    ]);
  });

  test.each<[string, string, object, readonly string[]]>([
    ['all of a namespace', 'shop', {}, ['shop/bounds', 'shop/batch-bounds']],
    ['one workload that has a boundary of its own', 'shop', selecting('batch'), ['shop/batch-bounds']],
    ['pods that the app does not show', 'shop', selecting('other'), ['shop/bounds']],
    ['a gateway in the namespace, which goes by no boundary', 'shop', selecting('door'), []],
    ['gateways of the Gateway API', 'shop', { targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'x' }] }, []],
    ['all of the mesh', 'istio-system', {}, ['egress/gateway', 'shop/bounds', 'shop/batch-bounds']],
    ['some of the mesh', 'istio-system', selecting('web'), ['shop/bounds']],
    ['pods of the mesh that are somewhere else', 'istio-system', selecting('other'), []],
    ['another namespace', 'ops', {}, []],
    ['the gateway', 'egress', {}, ['egress/gateway']],
    ['the gateway by its labels', 'egress', selecting('egw'), ['egress/gateway']],
    ['others beside the gateway', 'egress', selecting('other'), []],
  ])('is refused where it is for %s', (_, namespace, spec, paths) => {
    const { app, chartFor } = bounded();
    filter(chartFor(namespace), { ...spec, configPatches: [PASS_ON] });

    expect(reporters(app)).toEqual(expect.arrayContaining([...paths]));
    expect(reporters(app)).toHaveLength(paths.length);
  });

  test.each<[string, string, object, boolean]>([
    ['it', 'egress', { targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'out' }] }, true],
    ['one of its hosts', 'egress', { targetRefs: [{ group: 'networking.istio.io', kind: 'ServiceEntry', name: 'pay' }] }, true],
    ['all waypoints', 'istio-system', { targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'GatewayClass', name: 'istio-waypoint' }] }, true],
    ['gateways of another class', 'istio-system', { targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'GatewayClass', name: 'istio' }] }, false],
    ['all waypoints, in a namespace of no weight', 'egress', { targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'GatewayClass', name: 'istio-waypoint' }] }, false],
    ['another', 'egress', { targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'in' }] }, false],
    ['one of the same name elsewhere', 'shop', { targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'out' }] }, false],
    ['a Service', 'egress', { targetRefs: [{ group: '', kind: 'Service', name: 'out' }] }, false],
    ['nothing by reference, as waypoints take none', 'egress', {}, false],
  ])('is refused at a waypoint where it is for %s: %s, %j: %s', (_, namespace, spec, isRefused) => {
    const { app, chartFor } = ambient();
    filter(chartFor(namespace), { ...spec, configPatches: [PASS_ON] });

    expect(reporters(app)).toEqual(isRefused ? ['egress/gateway'] : []);
  });
});

test('An EnvoyFilter is refused at the boundary of pods that run elsewhere, if it selects these', () => {
  const { app, chartFor } = bounded();
  const jobs = Workload.fromPods({ namespace: 'jobs', labels: { app: 'job' }, serviceAccount: 'job' });
  new EgressBoundary(chartFor('jobs'), 'bounds', { workload: jobs });
  filter(chartFor('jobs'), { ...selecting('job'), configPatches: [PASS_ON] });

  expect(reporters(app)).toEqual(['jobs/bounds']);
});

describe('An EnvoyFilter that lets in whom policies refuse', () => {
  const match = (context: string) => ({ context, listener: { filterChain: { filter: { name: 'envoy.filters.network.http_connection_manager', subFilter: { name: 'envoy.filters.http.rbac' } } } } });

  test('is refused at an egress gateway, and harmless at who sends', () => {
    const { app, chartFor } = bounded();
    ['egress', 'shop'].forEach(namespace => filter(chartFor(namespace), { configPatches: [{ applyTo: 'HTTP_FILTER', match: match(namespace === 'shop' ? 'SIDECAR_OUTBOUND' : 'GATEWAY'), patch: { operation: 'REMOVE' } }] }));

    expect(problemsOf(app).filter(problem => !problem.startsWith('[shop/baseline]') && !problem.startsWith('[egress/baseline]'))).toEqual([
      "[egress/gateway] EnvoyFilter 'egress/filter' at 'egress/filter' changes by what the gateway 'egress/gateway' lets callers out (HTTP_FILTER, REMOVE), so that others may pass, or to what nobody states; take that patch out",
    ]);
  });

  test('is refused at an egress waypoint', () => {
    const { app, chartFor } = ambient();
    filter(chartFor('egress'), { targetRefs: [{ kind: 'Gateway', group: 'gateway.networking.k8s.io', name: 'out' }], configPatches: [{ applyTo: 'HTTP_FILTER', match: match('SIDECAR_INBOUND'), patch: { operation: 'REMOVE' } }] });

    expect(reporters(app)).toContain('egress/gateway');
  });
});

describe('Nothing is refused of an EnvoyFilter', () => {
  test.each([['a list that is none', 5], ['no patches', undefined], ['nothing', [null]], ['what leads nowhere', [HARMLESS]]])('with %s', (_, configPatches) => {
    const { app, chartFor } = bounded();
    filter(chartFor('shop'), { configPatches });

    expect(problemsOf(app)).toEqual([]);
  });

  test('that a TrafficProtection makes within a boundary', () => {
    const { app, chartFor } = bounded();
    const api = deployment(chartFor('shop'), 'api');
    new TrafficProtection(chartFor('shop'), 'protection', { workload: Workload.of(api), rateLimit: { requests: 10 } });

    expect(problemsOf(app)).toEqual([]);
  });
});
