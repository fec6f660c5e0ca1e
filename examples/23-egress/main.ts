import { App, Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { EgressAccess, EgressBoundary, EgressPort, Operation, Principal, ServiceAccess, Workload, ZeroTrustMesh, ZeroTrustNamespace } from 'cdk8s-zero-trust';

export function build(app: App): void {
  const mesh = new Chart(app, 'mesh');
  new ZeroTrustMesh(mesh, 'mesh', { trustDomain: 'prod.example.com', istioVersion: '1.29' });

  const shop = new Chart(app, 'shop', { namespace: 'shop' });
  new ZeroTrustNamespace(shop, 'baseline', { name: 'shop' });
  const web = deployment(shop, 'web');
  const billing = deployment(shop, 'billing');
  const orders = deployment(shop, 'orders');
  orders.exposeViaService({ name: 'orders', ports: [{ name: 'http', port: 80, targetPort: 8080 }] });
  new ServiceAccess(shop, 'web-to-orders', { callers: [Principal.workload(web)], to: Workload.of(orders), operations: [Operation.get('/orders/*')] });

  // nothing leaves the namespace but to what the app says that it calls
  new EgressBoundary(shop, 'egress', { namespace: 'shop' });
  new EgressAccess(shop, 'to-telemetry', {
    callers: [Principal.namespace('shop', { reason: 'every workload reports errors' })],
    host: 'errors.example',
    ports: [EgressPort.startsTls()],
  });

  // billing has a boundary of its own: it alone reaches the payment provider and its database
  new EgressBoundary(shop, 'billing-egress', { workload: Workload.of(billing) });
  new EgressAccess(shop, 'billing-to-pay', { callers: [Principal.workload(billing)], host: 'api.pay.example' });
  new EgressAccess(shop, 'billing-to-db', {
    callers: [Principal.workload(billing)],
    host: 'billing-db.cloud.example',
    ports: [EgressPort.tcp(5432)],
    addresses: ['240.240.0.10'],
  });
}

/** A Deployment with an identity of its own. */
function deployment(chart: Chart, name: string): kplus.Deployment {
  return new kplus.Deployment(chart, name, {
    metadata: { name },
    serviceAccount: new kplus.ServiceAccount(chart, `${name}-account`, { metadata: { name } }),
    containers: [{ image: `shop/${name}:1.0.0`, portNumber: 8080 }],
  });
}

if (require.main === module) {
  const app = new App();
  build(app);
  app.synth();
}
