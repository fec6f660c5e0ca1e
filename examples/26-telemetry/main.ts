import { App, Chart, Duration } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import {
  AuditTrail, MeshSettingsOutput, Operation, Principal, SecurityTelemetry, ServiceAccess, Workload, ZeroTrustMesh, ZeroTrustNamespace,
} from 'cdk8s-zero-trust';

export function build(app: App): void {
  const mesh = new Chart(app, 'mesh', { namespace: 'monitoring' });
  new ZeroTrustMesh(mesh, 'mesh', { trustDomain: 'prod.example.com', istioVersion: '1.29', settings: MeshSettingsOutput.istioOperator() });

  // what is refused anywhere in the mesh is written down, and somebody is told of what should not be
  new SecurityTelemetry(mesh, 'security', {
    alerts: {
      denialsPerMinute: 60,
      rootCertificateLeft: Duration.days(60),
      metadata: { name: 'zero-trust', labels: { release: 'prometheus' } },
    },
    dashboard: { metadata: { name: 'zero-trust-security' } },
  });

  const shop = new Chart(app, 'shop', { namespace: 'shop' });
  new ZeroTrustNamespace(shop, 'baseline', { name: 'shop' });
  const web = deployment(shop, 'web', 8080);
  const api = deployment(shop, 'api', 8080);
  api.exposeViaService({ name: 'api', ports: [{ name: 'http', port: 80, targetPort: 8080 }] });
  const access = new ServiceAccess(shop, 'web-to-api', { callers: [Principal.workload(web)], to: Workload.of(api), operations: [Operation.post('/payments/*')] });

  // payments are written down when they pass as well; what is refused there stays in the log of the mesh
  new AuditTrail(shop, 'payments', { watches: [access] });
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
