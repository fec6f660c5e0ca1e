import { App, Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { Operation, PlaintextException, Principal, ServiceAccess, Workload, ZeroTrustMesh, ZeroTrustNamespace } from 'cdk8s-zero-trust';

/** The day of the pipeline, such as `new Date().toISOString().slice(0, 10)`; fixed here, as the output is compared. */
const TODAY = '2026-11-27';

export function build(app: App): void {
  new ZeroTrustMesh(new Chart(app, 'mesh'), 'mesh', { trustDomain: 'prod.example.com', istioVersion: '1.29', asOf: TODAY });

  const shop = new Chart(app, 'shop', { namespace: 'shop' });
  new ZeroTrustNamespace(shop, 'baseline', { name: 'shop' });

  const orders = workload(shop, 'orders', { http: 8080, metrics: 9090 });
  const mysql = workload(shop, 'mysql', { mysql: 3306 });
  orders.exposeViaService({ name: 'orders', ports: [{ name: 'http', port: 80, targetPort: 8080 }, { name: 'http-metrics', port: 9090 }] });
  mysql.exposeViaService({ name: 'mysql', ports: [{ name: 'tcp-mysql', port: 3306 }] });
  new ServiceAccess(shop, 'orders-to-mysql', { callers: [Principal.workload(orders)], to: Workload.of(mysql), operations: [Operation.tcp(3306)] });

  new PlaintextException(shop, 'old-prometheus', {
    workload: Workload.of(orders),
    operations: [Operation.http({ methods: ['GET'], paths: ['/metrics'], portNames: ['metrics'] })],
    fromNetworks: ['10.20.0.0/16'],
    reason: 'the old Prometheus runs on machines, outside the mesh',
    owner: 'observability@example.com',
    expires: '2027-03-31',
  });
  new PlaintextException(shop, 'reporting', {
    workload: Workload.of(mysql),
    operations: [Operation.tcp(3306)],
    fromNetworks: ['10.30.4.0/24', '10.30.9.17'],
    reason: 'nightly reports come from the data centre until they are moved',
    owner: 'team-reporting',
    expires: '2026-12-31',
  });
}

function workload(chart: Chart, name: string, ports: { readonly [port: string]: number }): kplus.Deployment {
  return new kplus.Deployment(chart, name, {
    metadata: { name },
    serviceAccount: new kplus.ServiceAccount(chart, `${name}-account`, { metadata: { name } }),
    containers: [{ image: `shop/${name}:1.0.0`, ports: Object.entries(ports).map(([port, number]) => ({ name: port, number })) }],
  });
}

if (require.main === module) {
  const app = new App();
  build(app);
  app.synth();
}
