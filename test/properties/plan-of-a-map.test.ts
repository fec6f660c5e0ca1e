import { App } from 'cdk8s';
import { AccessMap, AccessPlan, CallSource, DataPlane, Operation, PolicyComparison, PolicySet, Principal, ServiceAccess, Waypoint, Workload, ZeroTrustMesh, ZeroTrustNamespace } from 'cdk8s-zero-trust';
import { array, boolean, constantFrom, oneof, property, record, subarray, uniqueArray } from 'fast-check';
import { testApp } from '../support/app';
import { expectLaw } from '../support/law';
import { chartOf, rawDeployment, rawService } from '../support/shop';

const NAMES = ['web', 'api', 'db'];

const http = record({ methods: subarray(['GET', 'POST', 'DELETE', '*'], { minLength: 1 }), paths: subarray(['/', '/a', '/a/*', '*.html', '/u/{*}', '/f/{**}', '*'], { minLength: 1 }) })
  .map(({ methods, paths }) => Operation.http({ methods: single(methods), paths: single(paths), ports: [8080] }));
const calls = array(record({
  callers: uniqueArray(constantFrom('shop/web', 'shop/api', 'jobs/cron', 'edge/gateway'), { minLength: 1 }),
  to: constantFrom('api', 'db'),
  operations: array(oneof(http, constantFrom(Operation.tcp(9000))), { minLength: 1, maxLength: 2 }),
}), { minLength: 1, maxLength: 4 });

function single(values: string[]): string[] { return values.includes('*') ? ['*'] : values; }

/** Three workloads, by sidecars or behind a waypoint, with nothing allowed. */
function base(hasWaypoint: boolean): { readonly app: App; readonly shop: ReturnType<typeof chartOf> } {
  const app = testApp();
  new ZeroTrustMesh(chartOf(app, 'mesh'), 'mesh', { istioVersion: '1.29', trustDomain: 'prod.example' });
  const shop = chartOf(app, 'shop');
  new ZeroTrustNamespace(shop, 'baseline', { name: 'shop', ...hasWaypoint ? { dataPlane: DataPlane.AMBIENT, waypoint: Waypoint.create() } : {} });
  for (const name of NAMES) {
    rawDeployment(shop, name, { container: { ports: [{ containerPort: 8080 }, { containerPort: 9000 }] } });
    rawService(shop, name, { ports: [{ name: 'http', port: 80, targetPort: 8080 }, { name: 'tcp-raw', port: 90, targetPort: 9000 }] });
  }
  return { app, shop };
}

test('A plan of the map of an app gives back an app of which the same is to be said', () => {
  expectLaw(property(calls, boolean(), (accesses, hasWaypoint) => {
    const [before, after] = [base(hasWaypoint), base(hasWaypoint)];
    accesses.forEach(({ callers, to, operations }, i) => new ServiceAccess(before.shop, `access-${i}`, {
      callers: callers.map(caller => Principal.serviceAccount(...caller.split('/') as [string, string])),
      to: Workload.named(before.shop, to),
      operations,
    }));
    const stated = PolicySet.fromApp(before.app);

    const plan = AccessPlan.of({ sources: [CallSource.accessMap('app', AccessMap.of(stated))] });
    plan.addTo(after.shop);

    const comparison = PolicyComparison.of(stated, PolicySet.fromApp(after.app));
    return plan.questions.length === 0 && comparison.permissiveness === 'EQUIVALENT' && plan.accesses.length > 0;
  }), 25);
});
