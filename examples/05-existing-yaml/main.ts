import * as path from 'node:path';
import { ApiObject, App, Chart, Include } from 'cdk8s';
import { Operation, Principal, ServiceAccess, Workload, WorkloadIdentity, ZeroTrustMesh, ZeroTrustNamespace } from 'cdk8s-zero-trust';

export function build(app: App): void {
  const mesh = new Chart(app, 'mesh');
  new ZeroTrustMesh(mesh, 'mesh', { trustDomain: 'prod.example.com', istioVersion: '1.29' });

  const existing = new Chart(app, 'existing');
  const manifests = new Include(existing, 'manifests', { url: path.join(__dirname, 'manifests.yaml') });

  const orders = new Chart(app, 'orders', { namespace: 'orders' });
  new ZeroTrustNamespace(orders, 'baseline', { namespace: namespaceIn(manifests) });

  const web = Workload.named(manifests, 'orders-web');
  const ledger = Workload.named(manifests, 'orders-ledger');

  // the ledger runs as "default": it gets an account of its own
  new WorkloadIdentity(orders, 'ledger-identity', { workload: ledger, metadata: { name: 'orders-ledger' } });

  new ServiceAccess(orders, 'web-to-ledger', {
    callers: [Principal.of(web)],
    to: ledger,
    operations: [Operation.get('/entries/*'), Operation.post('/entries')],
  });
}

function namespaceIn(include: Include): ApiObject {
  const found = include.apiObjects.find(({ kind }) => kind === 'Namespace');
  if (!found) throw new Error('manifests.yaml must hold a Namespace');
  return found;
}

if (require.main === module) {
  const app = new App();
  build(app);
  app.synth();
}
