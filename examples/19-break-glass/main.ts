import { App, Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import {
  AccessGuardrail, AuditTrail, BreakGlass, GuardrailScope, MeshSettingsOutput, Operation, Principal, ServiceAccess, Workload, ZeroTrustMesh,
  ZeroTrustNamespace,
} from 'cdk8s-zero-trust';

export function build(app: App): void {
  const mesh = new Chart(app, 'mesh');
  // a pipeline passes its own day: new Date().toISOString().slice(0, 10)
  new ZeroTrustMesh(mesh, 'mesh', { trustDomain: 'prod.example.com', istioVersion: '1.29', asOf: '2026-12-01', settings: MeshSettingsOutput.istioOperator() });

  const shop = new Chart(app, 'shop', { namespace: 'shop' });
  new ZeroTrustNamespace(shop, 'baseline', { name: 'shop' });
  const api = deployment(shop, 'api', 8080);
  const db = deployment(shop, 'db', 5432);
  api.exposeViaService({ name: 'api', ports: [{ name: 'http', port: 80, targetPort: 8080 }] });
  db.exposeViaService({ name: 'db', ports: [{ name: 'tcp-postgres', port: 5432, targetPort: 5432 }] });

  // every call of the refunds is written down, and every attempt at one
  new ServiceAccess(shop, 'office-to-api', {
    callers: [Principal.serviceAccount('office', 'web')],
    to: Workload.of(api),
    operations: [Operation.http({ methods: ['POST'], paths: ['/refunds'] })],
  });
  new AuditTrail(shop, 'refunds', { workload: Workload.of(api), operations: [Operation.http({ methods: ['*'], paths: ['/refunds', '/refunds/*'] })] });

  // nobody but api may ever open the database …
  new ServiceAccess(shop, 'api-to-db', { callers: [Principal.workload(api)], to: Workload.of(db), operations: [Operation.tcp(5432)] });
  // … apart from whoever restores it, until the end of the year
  const restore = new BreakGlass(shop, 'inc-4711', {
    callers: [Principal.serviceAccount('ops', 'breakglass')],
    to: Workload.of(db),
    operations: [Operation.tcp(5432)],
    until: '2026-12-31',
    ticket: 'INC-4711',
    reason: 'restore of orders by hand',
  });
  new AccessGuardrail(shop, 'db-guard', { appliesTo: GuardrailScope.workload(Workload.of(db)), onlyCallers: [Principal.workload(api)], exceptFor: [restore] });
}

/** A Deployment with an identity of its own. */
function deployment(chart: Chart, name: string, portNumber: number): kplus.Deployment {
  return new kplus.Deployment(chart, name, {
    metadata: { name },
    serviceAccount: new kplus.ServiceAccount(chart, `${name}-account`, { metadata: { name } }),
    containers: [{ image: `shop/${name}:1.0.0`, portNumber }],
  });
}

if (require.main === module) {
  const app = new App();
  build(app);
  app.synth();
}
