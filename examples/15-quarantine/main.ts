import { App, Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { Operation, Principal, Quarantine, ServiceAccess, Workload, WorkloadIdentity, ZeroTrustMesh, ZeroTrustNamespace } from 'cdk8s-zero-trust';

export function build(app: App): void {
  const mesh = new Chart(app, 'mesh');
  new ZeroTrustMesh(mesh, 'mesh', { trustDomain: 'prod.example.com', istioVersion: '1.29', asOf: '2026-11-27' });

  const shop = new Chart(app, 'shop', { namespace: 'shop' });
  new ZeroTrustNamespace(shop, 'baseline');
  const [web, api, db] = ['web', 'api', 'db'].map(name => {
    const deployment = new kplus.Deployment(shop, name, { metadata: { name }, containers: [{ image: `shop/${name}:1.0.0`, portNumber: 8080 }] });
    deployment.exposeViaService({ name, ports: [{ name: 'http', port: 80, targetPort: 8080 }] });
    return deployment;
  });
  WorkloadIdentity.forAll(shop);

  const operations = [Operation.get('/products')];
  new ServiceAccess(shop, 'web-to-api', { callers: [Principal.workload(web)], to: Workload.of(api), operations });
  new ServiceAccess(shop, 'api-to-db', { callers: [Principal.workload(api)], to: Workload.of(db), operations });
  new ServiceAccess(shop, 'web-to-db', { callers: [Principal.workload(web)], to: Workload.of(db), operations });

  // tonight: the accesses above stay as they are, and the first two are cut
  new Quarantine(shop, 'incident-4711', { workload: Workload.of(api), reason: 'calls an unknown host', until: '2026-12-04' });
}

if (require.main === module) {
  const app = new App();
  build(app);
  app.synth();
}
