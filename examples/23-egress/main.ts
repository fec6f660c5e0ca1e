import { App, Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { EgressAccess, EgressBoundary, EgressGateway, EgressPort, Operation, Principal, ServiceAccess, Workload, ZeroTrustMesh, ZeroTrustNamespace } from 'cdk8s-zero-trust';

export function build(app: App): void {
  const mesh = new Chart(app, 'mesh');
  new ZeroTrustMesh(mesh, 'mesh', { trustDomain: 'prod.example.com', istioVersion: '1.29' });

  // pods through which the way out leads: they are not in the hands of who calls, as a sidecar is
  const egress = new Chart(app, 'egress', { namespace: 'egress' });
  new ZeroTrustNamespace(egress, 'baseline', { name: 'egress' });
  const pods = gatewayPods(egress, 'egress-gateway');
  pods.exposeViaService({ name: 'egress-gateway', ports: [{ name: 'https', port: 15443, targetPort: 15443 }, { name: 'tls', port: 15444, targetPort: 15444 }] });
  const gateway = new EgressGateway(egress, 'gateway', { workload: Workload.of(pods) });

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

  // through the gateway, which knows who calls: billing alone reaches the payment provider, and orders alone the parcel service
  new EgressAccess(shop, 'billing-to-pay', { callers: [Principal.workload(billing)], host: 'api.pay.example', gateway });
  new EgressAccess(shop, 'orders-to-parcels', { callers: [Principal.workload(orders)], host: 'parcels.example', ports: [EgressPort.startsTls()], gateway });

  // billing has a boundary of its own: its sidecar alone knows its database
  new EgressBoundary(shop, 'billing-egress', { workload: Workload.of(billing) });
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

/** Pods that Istio makes a gateway of, as its chart of gateways does. */
function gatewayPods(chart: Chart, name: string): kplus.Deployment {
  return new kplus.Deployment(chart, name, {
    metadata: { name },
    podMetadata: { labels: { 'app': name, 'sidecar.istio.io/inject': 'true' }, annotations: { 'inject.istio.io/templates': 'gateway' } },
    serviceAccount: new kplus.ServiceAccount(chart, `${name}-account`, { metadata: { name } }),
    containers: [{ name: 'istio-proxy', image: 'auto', ports: [{ name: 'https', number: 15443 }, { name: 'tls', number: 15444 }] }],
  });
}

if (require.main === module) {
  const app = new App();
  build(app);
  app.synth();
}
