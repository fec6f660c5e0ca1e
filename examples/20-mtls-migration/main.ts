import { ApiObject, App, Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { Findings, MtlsMigration, MtlsStage, Operation, Principal, ServiceAccess, Workload, ZeroTrustMesh, ZeroTrustNamespace } from 'cdk8s-zero-trust';

export function build(app: App): void {
  const chart = new Chart(app, 'mesh');
  // nothing is rendered for the mesh until all of its namespaces are STRICT
  new ZeroTrustMesh(chart, 'mesh', { exists: true, trustDomain: 'prod.example.com', istioVersion: '1.29' });

  const migration = new MtlsMigration(chart, 'migration', {
    namespaces: [
      { name: 'catalogue', stage: MtlsStage.OBSERVE },
      { name: 'shop', reached: MtlsStage.OBSERVE, stage: MtlsStage.PERMISSIVE },
      { name: 'billing', reached: MtlsStage.PERMISSIVE, stage: MtlsStage.STRICT },
    ],
  });

  // has just joined the mesh: pods say of one port that no proxy captures it
  const catalogue = namespace(app, 'catalogue');
  const search = deployment(catalogue, 'search');
  search.podMetadata.addAnnotation('traffic.sidecar.istio.io/excludeInboundPorts', '8080');

  // accesses are enforced, one workload after the other
  const shop = namespace(app, 'shop');
  const [web, api] = [deployment(shop, 'web'), deployment(shop, 'api')];
  new ServiceAccess(shop, 'web-to-api', { callers: [Principal.workload(web)], to: Workload.of(api), operations: [Operation.get('/api/*')] });

  // nobody calls in plaintext any more
  deployment(namespace(app, 'billing'), 'invoices');
  Findings.of(app).acknowledge('ZT116', { reason: 'its ZeroTrustNamespace comes next week' });

  // the whole way lies behind it
  const ledger = new Chart(app, 'ledger', { namespace: 'ledger' });
  new ZeroTrustNamespace(ledger, 'baseline', { name: 'ledger' });
  deployment(ledger, 'ledger');

  // not in the mesh: it is known that the nightly report calls none of them
  const old = new Chart(app, 'old', { namespace: 'old' });
  new kplus.Namespace(old, 'namespace', { metadata: { name: 'old' } });
  deployment(old, 'report');
  Findings.of(old).acknowledge('ZT115', { reason: 'reads a database outside' });
  Findings.of(old).acknowledge('ZT107', { reason: 'is not called' });

  if (require.main === module) { process.stdout.write(`${migration.describeReport()}\n`); }
}

/** A namespace with sidecars that is there already. */
function namespace(app: App, name: string): Chart {
  const chart = new Chart(app, name, { namespace: name });
  new ApiObject(chart, 'namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { 'istio-injection': 'enabled' } } });
  return chart;
}

/** A Deployment with an identity of its own, and a Service. */
function deployment(chart: Chart, name: string): kplus.Deployment {
  const made = new kplus.Deployment(chart, name, {
    metadata: { name },
    serviceAccount: new kplus.ServiceAccount(chart, `${name}-account`, { metadata: { name } }),
    containers: [{ image: `shop/${name}:1.0.0`, portNumber: 8080 }],
  });
  made.exposeViaService({ name, ports: [{ name: 'http', port: 80, targetPort: 8080 }] });
  return made;
}

if (require.main === module) {
  const app = new App();
  build(app);
  app.synth();
}
