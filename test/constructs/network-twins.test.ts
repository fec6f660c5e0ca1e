import { App, Yaml } from 'cdk8s';
import { DataPlane, NetworkPolicies, Operation, Principal, ServiceAccess, Waypoint, Workload, ZeroTrustMesh, ZeroTrustNamespace } from 'cdk8s-zero-trust';
import { testApp } from '../support/app';
import { chartOf, deployment, manifests, problemsOf } from '../support/shop';

function shop(dataPlane?: DataPlane, waypoint?: Waypoint): App {
  const app = testApp();
  const chart = chartOf(app, 'shop');
  new ZeroTrustMesh(chart, 'mesh', { networkPolicies: NetworkPolicies.forIngress() });
  new ZeroTrustNamespace(chart, 'baseline', { ...dataPlane ? { dataPlane } : {}, ...waypoint ? { waypoint } : {}, metricsReaders: [Principal.serviceAccount('monitoring', 'prometheus')] });
  const [web, api] = ['web', 'api'].map(name => deployment(chart, name));
  new ServiceAccess(chart, 'web-to-api', { callers: [Principal.workload(web), Principal.serviceAccount('ops', 'admin')], to: Workload.of(api), operations: [waypoint || !dataPlane ? Operation.get('/api/*') : Operation.anyHttp()] });
  return app;
}
test.each([[undefined, undefined], [DataPlane.AMBIENT, undefined], [DataPlane.AMBIENT, Waypoint.create()]])('x %s', (plane, waypoint) => {
  const app = shop(plane, waypoint);
  expect(problemsOf(app)).toEqual([]);
  console.log(Yaml.stringify(...manifests(app).filter(({ kind }) => kind === 'NetworkPolicy')));
});
