import { App, Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { Operation, Principal, ServiceAccess, Workload, ZeroTrustMesh, ZeroTrustNamespace } from 'cdk8s-zero-trust';

export function build(app: App): void {
  const mesh = new Chart(app, 'mesh');
  new ZeroTrustMesh(mesh, 'mesh', { trustDomain: 'prod.example.com', istioVersion: '1.29' });

  const shop = new Chart(app, 'shop', { namespace: 'shop' });
  new ZeroTrustNamespace(shop, 'baseline', { name: 'shop' });

  const web = deployment(shop, 'web', 8080);
  const api = deployment(shop, 'api', 8080);
  const db = deployment(shop, 'db', 5432);
  web.exposeViaService({ name: 'web', ports: [{ name: 'http', port: 80, targetPort: 8080 }] });
  api.exposeViaService({ name: 'api', ports: [{ name: 'http', port: 80, targetPort: 8080 }] });
  db.exposeViaService({ name: 'db', ports: [{ name: 'tcp-postgres', port: 5432, targetPort: 5432 }] });

  new ServiceAccess(shop, 'web-to-api', {
    callers: [Principal.workload(web)],
    to: Workload.of(api),
    operations: [Operation.get('/products', '/products/*'), Operation.post('/orders')],
  });
  new ServiceAccess(shop, 'api-to-db', {
    callers: [Principal.workload(api)],
    to: Workload.of(db),
    operations: [Operation.tcp(5432)],
  });
}

/** A Deployment with an identity of its own. */
function deployment(chart: Chart, name: string, port: number): kplus.Deployment {
  return new kplus.Deployment(chart, name, {
    metadata: { name },
    serviceAccount: new kplus.ServiceAccount(chart, `${name}-account`, { metadata: { name } }),
    containers: [{ image: `shop/${name}:1.0.0`, portNumber: port }],
  });
}

if (require.main === module) {
  const app = new App();
  build(app);
  app.synth();
}
