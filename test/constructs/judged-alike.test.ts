import { ApiObject, App, Chart } from 'cdk8s';
import { Operation, Principal, ServiceAccess, Workload, ZeroTrustNamespace } from 'cdk8s-zero-trust';
import { testApp } from '../support/app';
import { chartOf, problemsOf, rawDeployment, RawFacets, rawService } from '../support/shop';

/** Intents of one shape are judged by one of them; which one is first must not matter. */
const ORDERS: [string, string][] = [['a', 'b'], ['b', 'a']];

function offer(chart: Chart, name: string, [port, targetPort]: readonly [number, number], caller: Principal, facets: RawFacets = {}): ApiObject {
  const api = rawDeployment(chart, name, { ...facets, container: { ports: [{ containerPort: targetPort }] } });
  const service = rawService(chart, name, { ports: [{ name: 'http', port, targetPort }] });
  new ServiceAccess(chart, `to-${name}`, { callers: [caller], to: Workload.of(api), operations: [Operation.get('/api/*')] });
  return service;
}

/** Makes two in an order, and says who reports something. */
function reportersOf(order: readonly string[], make: (app: App, name: string) => unknown): string[] {
  const app = testApp();
  for (const name of order) { make(app, name); }
  return [...new Set(problemsOf(app).map(line => /^\[([^\]]*)\]/.exec(line)?.[1] ?? line))];
}

const ELSEWHERE = Principal.serviceAccount('elsewhere', 'web');
const chartIn = (app: App, namespace: string) => (app.node.tryFindChild(namespace) as Chart | undefined) ?? chartOf(app, namespace);

describe.each(ORDERS)('Of two intents that look alike, %s before %s, the one is found', (...order) => {
  test('that is for a namespace in which nothing is injected', () => {
    const names: Record<string, string> = { a: 'shop', b: 'kube-system' };
    expect(reportersOf(order, (app, name) => new ZeroTrustNamespace(chartOf(app, name), 'baseline', { name: names[name], exists: true }))).toEqual(['b/baseline']);
  });

  test('that is for a workload in such a namespace', () => {
    const names: Record<string, string> = { a: 'shop', b: 'kube-public' };
    expect(reportersOf(order, (app, name) => offer(chartOf(app, names[name]), name, [80, 8080], ELSEWHERE))).toEqual(['kube-public/to-b']);
  });

  test('that is for the port which pods keep from their sidecar', () => {
    const facets = { annotations: { 'traffic.sidecar.istio.io/excludeInboundPorts': '9090' } };
    expect(reportersOf(order, (app, name) => offer(chartIn(app, 'shop'), name, [80, name === 'a' ? 8080 : 9090], ELSEWHERE, name === 'b' ? facets : {}))).toEqual(['shop/to-b']);
  });

  test("that is for a port of the sidecar's own", () => {
    expect(reportersOf(order, (app, name) => offer(chartIn(app, 'shop'), name, [80, name === 'a' ? 8080 : 15020], ELSEWHERE))).toEqual(['shop/to-b']);
  });

  test('whose port the caller keeps from its sidecar', () => {
    expect(reportersOf(order, (app, name) => {
      const chart = chartIn(app, 'shop');
      const web = chart.node.tryFindChild('web') ?? rawDeployment(chart, 'web', { annotations: { 'traffic.sidecar.istio.io/excludeOutboundPorts': '81' } });
      offer(chart, name, [name === 'a' ? 80 : 81, 8080], Principal.workload(web));
    })).toEqual(['shop/to-b']);
  });

  test('whose caller does not know the Service', () => {
    expect(reportersOf(order, (app, name) => {
      const front = chartIn(app, name === 'a' ? 'shop' : 'front');
      if (name === 'b') { new ZeroTrustNamespace(front, 'baseline', { name: 'front' }); }
      const service = offer(chartIn(app, 'shop'), name, [80, 8080], Principal.workload(rawDeployment(front, `web-${name}`)));
      service.metadata.addAnnotation('networking.istio.io/exportTo', '.');
    })).toEqual(['shop/to-b']);
  });
});
