import { App, Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { DataPlane, Operation, Principal, ServiceAccess, Waypoint, Workload, WorkloadIdentity, ZeroTrustMesh, ZeroTrustNamespace } from 'cdk8s-zero-trust';

export function build(app: App): void {
  const mesh = new Chart(app, 'mesh');
  new ZeroTrustMesh(mesh, 'mesh', { trustDomain: 'prod.example.com', istioVersion: '1.29', dataPlane: DataPlane.AMBIENT });

  // one waypoint for two namespaces: it admits these, and they name it
  const infra = new Chart(app, 'infra', { namespace: 'infra' });
  new ZeroTrustNamespace(infra, 'baseline', { waypoint: Waypoint.create({ name: 'shared', usedBy: ['shop', 'reports'] }) });
  const shop = new Chart(app, 'shop', { namespace: 'shop' });
  new ZeroTrustNamespace(shop, 'baseline', {
    waypoint: Waypoint.existing('infra', 'shared'),
    // what takes money shares its proxy with nothing else
    serviceWaypoints: [{ services: ['checkout'], waypoint: Waypoint.create() }],
  });

  // no waypoint but for one Service, which passes the shared one
  const reports = new Chart(app, 'reports', { namespace: 'reports' });
  new ZeroTrustNamespace(reports, 'baseline', { serviceWaypoints: [{ services: ['export'], waypoint: Waypoint.existing('infra', 'shared') }] });

  // one of its own, also for what is sent to pods: Prometheus is in the mesh and calls these
  const pay = new Chart(app, 'pay', { namespace: 'pay' });
  new ZeroTrustNamespace(pay, 'baseline', { waypoint: Waypoint.create({ forPods: true }), metricsReaders: [Principal.serviceAccount('monitoring', 'prometheus')] });

  const http = { name: 'http', port: 80, targetPort: 8080 };
  const web = deployment(shop, 'web', 8080);
  const api = deployment(shop, 'api', 8080);
  api.exposeViaService({ name: 'api', ports: [http] });
  const checkout = deployment(shop, 'checkout', 8080);
  checkout.exposeViaService({ name: 'checkout', ports: [http] });
  const exporting = deployment(reports, 'export', 8080);
  exporting.exposeViaService({ name: 'export', ports: [http] });
  const archive = deployment(reports, 'archive', 5432);
  archive.exposeViaService({ name: 'archive', ports: [{ name: 'tcp-postgres', port: 5432, targetPort: 5432 }] });
  const cache = deployment(shop, 'cache', 6379);
  // straight to the pods: nothing of HTTP is asked, and the waypoint would only take time
  cache.exposeViaService({ name: 'cache', ports: [{ name: 'tcp-redis', port: 6379, targetPort: 6379 }] }).metadata.addLabel('istio.io/use-waypoint', 'none');
  const ledger = deployment(pay, 'ledger', 8080, 9090);
  ledger.exposeViaService({ name: 'ledger', ports: [http] });
  WorkloadIdentity.forAll(shop);
  WorkloadIdentity.forAll(pay);
  WorkloadIdentity.forAll(reports);

  new ServiceAccess(shop, 'web-to-api', { callers: [Principal.workload(web)], to: Workload.of(api), operations: [Operation.get('/products', '/products/*')] });
  new ServiceAccess(shop, 'web-to-checkout', { callers: [Principal.workload(web)], to: Workload.of(checkout), operations: [Operation.post('/orders')] });
  new ServiceAccess(reports, 'api-to-export', { callers: [Principal.workload(api)], to: Workload.of(exporting), operations: [Operation.get('/exports/*')] });
  new ServiceAccess(reports, 'export-to-archive', { callers: [Principal.workload(exporting)], to: Workload.of(archive), operations: [Operation.tcp(5432)] });
  new ServiceAccess(shop, 'api-to-cache', { callers: [Principal.workload(api)], to: Workload.of(cache), operations: [Operation.tcp(6379)] });
  new ServiceAccess(pay, 'api-to-ledger', {
    callers: [Principal.workload(api)], to: Workload.of(ledger), operations: [Operation.http({ methods: ['POST'], paths: ['/entries'], ports: [8080] })],
  });
}

function deployment(chart: Chart, name: string, ...ports: number[]): kplus.Deployment {
  return new kplus.Deployment(chart, name, { metadata: { name }, containers: [{ image: `shop/${name}:1.0.0`, ports: ports.map(number => ({ name: `port-${number}`, number })) }] });
}

if (require.main === module) {
  const app = new App();
  build(app);
  app.synth();
}
