import { App, Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { AccessGuardrail, GuardrailScope, Operation, Principal, ServiceAccess, Workload, ZeroTrustMesh, ZeroTrustNamespace } from 'cdk8s-zero-trust';

export function build(app: App): void {
  const shop = new Chart(app, 'shop', { namespace: 'shop' });
  new ZeroTrustNamespace(shop, 'baseline', { name: 'shop' });
  const [web, api, db] = [deployment(shop, 'web', 8080), deployment(shop, 'api', 8080), deployment(shop, 'db', 5432)];
  api.exposeViaService({ name: 'api', ports: [{ name: 'http', port: 80, targetPort: 8080 }] });
  db.exposeViaService({ name: 'db', ports: [{ name: 'tcp-postgres', port: 5432, targetPort: 5432 }] });

  // what the application team states
  new ServiceAccess(shop, 'web-to-api', { callers: [Principal.workload(web)], to: Workload.of(api), operations: [Operation.get('/products/*')] });
  new ServiceAccess(shop, 'api-to-db', { callers: [Principal.workload(api)], to: Workload.of(db), operations: [Operation.tcp(5432)] });

  // what holds whatever they state
  const platform = new Chart(app, 'platform');
  const mesh = new ZeroTrustMesh(platform, 'mesh', { trustDomain: 'prod.example.com', istioVersion: '1.29' });
  new AccessGuardrail(platform, 'no-dev', {
    appliesTo: GuardrailScope.mesh(mesh),
    forbiddenCallers: [Principal.namespace('dev', { reason: 'nothing of dev calls production' })],
  });
  new AccessGuardrail(platform, 'shop-only', {
    appliesTo: GuardrailScope.namespace('shop'),
    onlyCallers: [Principal.namespace('shop', { reason: 'the shop talks to itself' })],
  });
  new AccessGuardrail(platform, 'db-by-api-only', {
    appliesTo: GuardrailScope.workload(Workload.of(db)),
    onlyCallers: [Principal.workload(api)],
  });
  new AccessGuardrail(platform, 'api-is-read', {
    appliesTo: GuardrailScope.workload(Workload.of(api)),
    onlyOperations: [Operation.get('/products', '/products/*')],
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
