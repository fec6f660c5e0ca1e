import { App, Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import {
  DataPlane, EgressAccess, EgressGateway, EgressPort, NetworkPolicies, Operation, Principal, ServiceAccess, Waypoint, Workload,
  ZeroTrustMesh, ZeroTrustNamespace,
} from 'cdk8s-zero-trust';

/** The same shop in ambient. */
export function build(app: App): void {
  const mesh = new Chart(app, 'mesh');
  new ZeroTrustMesh(mesh, 'mesh', {
    trustDomain: 'prod.example.com',
    istioVersion: '1.29',
    dataPlane: DataPlane.AMBIENT,
    // ztunnel passes on whatever it does not know: the network alone leaves pods no way out but to the waypoint
    networkPolicies: NetworkPolicies.forIngressAndEgress(),
  });

  // a waypoint for what is outside: ztunnels lead there by themselves, and it knows who calls
  const egress = new Chart(app, 'egress', { namespace: 'egress' });
  new ZeroTrustNamespace(egress, 'baseline', { name: 'egress' });
  const gateway = new EgressGateway(egress, 'gateway', { metadata: { name: 'way-out' } });

  const shop = new Chart(app, 'shop', { namespace: 'shop' });
  new ZeroTrustNamespace(shop, 'baseline', { name: 'shop', waypoint: Waypoint.create() });
  const web = deployment(shop, 'web');
  const billing = deployment(shop, 'billing');
  const orders = deployment(shop, 'orders');
  orders.exposeViaService({ name: 'orders', ports: [{ name: 'http', port: 80, targetPort: 8080 }] });
  new ServiceAccess(shop, 'web-to-orders', { callers: [Principal.workload(web)], to: Workload.of(orders), operations: [Operation.get('/orders/*')] });

  // each host has its callers at the waypoint: there is no boundary to be within
  new EgressAccess(shop, 'to-telemetry', {
    callers: [Principal.namespace('shop', { reason: 'every workload reports errors' })],
    host: 'errors.example',
    ports: [EgressPort.startsTls()],
    gateway,
    metadata: { name: 'errors' },
  });
  new EgressAccess(shop, 'billing-to-pay', { callers: [Principal.workload(billing)], host: 'api.pay.example', gateway, metadata: { name: 'pay' } });
  new EgressAccess(shop, 'orders-to-parcels', {
    callers: [Principal.workload(orders)], host: 'parcels.example', ports: [EgressPort.startsTls()], gateway, metadata: { name: 'parcels' },
  });
  new EgressAccess(shop, 'billing-to-db', {
    callers: [Principal.workload(billing)],
    host: 'billing-db.cloud.example',
    ports: [EgressPort.tcp(5432)],
    addresses: ['240.240.0.10'],
    gateway,
    metadata: { name: 'billing-db' },
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
