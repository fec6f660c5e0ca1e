import { App, Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { ZeroTrustMesh, ZeroTrustNamespace } from 'cdk8s-zero-trust';
import { accessesOfShop } from './accesses';

export function build(app: App): void {
  new ZeroTrustMesh(new Chart(app, 'mesh'), 'mesh', { trustDomain: 'prod.example.com', istioVersion: '1.29' });

  const shop = new Chart(app, 'shop', { namespace: 'shop' });
  new ZeroTrustNamespace(shop, 'baseline', { name: 'shop' });
  workload(shop, 'web', 8080);
  workload(shop, 'orders', 8080).exposeViaService({ name: 'orders', ports: [{ name: 'http', port: 80, targetPort: 8080 }] });
  workload(shop, 'payments', 9000).exposeViaService({ name: 'payments', ports: [{ name: 'http', port: 80, targetPort: 9000 }] });
  workload(shop, 'mysql', 3306).exposeViaService({ name: 'mysql', ports: [{ name: 'tcp-mysql', port: 3306 }] });

  // written by report.ts --typescript, and read before it was committed; examplePlan().addTo(shop) makes the same at once
  accessesOfShop(shop);
}

function workload(chart: Chart, name: string, port: number): kplus.Deployment {
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
