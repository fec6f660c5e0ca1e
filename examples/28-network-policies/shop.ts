import { App, Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import {
  DataPlane, IngressAccess, IngressClients, IngressGateway, IngressServer, NetworkPolicies, Operation, PlaintextException, Principal, ServiceAccess,
  Waypoint, Workload, ZeroTrustMesh, ZeroTrustNamespace,
} from 'cdk8s-zero-trust';

/** A shop whose network knows what its mesh knows, in either data plane. */
export function buildShop(app: App, dataPlane: DataPlane): void {
  const mesh = new Chart(app, 'mesh');
  new ZeroTrustMesh(mesh, 'mesh', {
    trustDomain: 'prod.example.com',
    istioVersion: '1.29',
    asOf: '2026-06-01',
    dataPlane,
    // each ZeroTrustNamespace has NetworkPolicies that say what its intents say
    networkPolicies: NetworkPolicies.forIngress(),
  });

  const edge = new Chart(app, 'edge', { namespace: 'edge' });
  new ZeroTrustNamespace(edge, 'baseline', { name: 'edge' });
  const gateway = new IngressGateway(edge, 'public', {
    servers: [IngressServer.tls({ hosts: ['shop.example.com'], credentialName: 'shop-certificate' })],
    metadata: { name: 'public' },
  });

  const shop = new Chart(app, 'shop', { namespace: 'shop' });
  new ZeroTrustNamespace(shop, 'baseline', {
    name: 'shop',
    ...dataPlane === DataPlane.AMBIENT ? { waypoint: Waypoint.create() } : {},
    metricsReaders: [Principal.serviceAccount('monitoring', 'prometheus')],
  });
  const web = deployment(shop, 'web', 8080, 9090);
  const api = deployment(shop, 'api', 8080, 9090);
  const db = deployment(shop, 'db', 5432);
  [web, api].forEach(one => one.exposeViaService({ name: one.name, ports: [{ name: 'http', port: 80, targetPort: 8080 }] }));
  db.exposeViaService({ name: 'db', ports: [{ name: 'tcp-postgres', port: 5432 }] });

  new IngressAccess(shop, 'shoppers', {
    gateway,
    to: Workload.of(web),
    hosts: ['shop.example.com'],
    operations: [Operation.get('/*')],
    clients: IngressClients.anyone({ reason: 'the shop window' }),
  });
  new ServiceAccess(shop, 'web-to-api', { callers: [Principal.workload(web)], to: Workload.of(api), operations: [Operation.get('/api/*')] });
  new ServiceAccess(shop, 'api-to-db', { callers: [Principal.workload(api)], to: Workload.of(db), operations: [Operation.tcp(5432)] });
  // a backup that is not in the mesh, from its network alone
  new PlaintextException(shop, 'backup', {
    workload: Workload.of(db), operations: [Operation.tcp(5432)], fromNetworks: ['10.20.0.0/24'], reason: 'the appliance has no sidecar', owner: 'team-data', expires: '2026-12-31',
  });
}

/** A Deployment with an identity of its own. */
function deployment(chart: Chart, name: string, ...ports: number[]): kplus.Deployment {
  return new kplus.Deployment(chart, name, {
    metadata: { name },
    serviceAccount: new kplus.ServiceAccount(chart, `${name}-account`, { metadata: { name } }),
    containers: [{ image: `shop/${name}:1.0.0`, ports: ports.map(number => ({ name: `port-${number}`, number })) }],
  });
}
