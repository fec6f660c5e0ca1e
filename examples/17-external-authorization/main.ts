import { App, Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import {
  ExtensionProvider, ExternalAuthorization, MeshSettingsOutput, Operation, Principal, ServiceAccess, Workload, ZeroTrustMesh, ZeroTrustNamespace,
} from 'cdk8s-zero-trust';

export function build(app: App): void {
  // the provider is added to the settings of the mesh by whoever needs it
  const mesh = new Chart(app, 'mesh');
  new ZeroTrustMesh(mesh, 'mesh', { trustDomain: 'prod.example.com', istioVersion: '1.29', settings: MeshSettingsOutput.istioOperator() });

  const shop = new Chart(app, 'shop', { namespace: 'shop' });
  new ZeroTrustNamespace(shop, 'baseline', { name: 'shop' });
  const web = deployment(shop, 'web', 8080);
  const api = deployment(shop, 'api', 8080);
  api.exposeViaService({ name: 'api', ports: [{ name: 'http', port: 80, targetPort: 8080 }] });
  const db = deployment(shop, 'db', 5432);
  db.exposeViaService({ name: 'db', ports: [{ name: 'tcp-postgres', port: 5432, targetPort: 5432 }] });

  // who may call at all: an authorizer decides nothing alone
  new ServiceAccess(shop, 'web-to-api', { callers: [Principal.workload(web)], to: Workload.of(api), operations: [Operation.anyHttp()] });
  new ServiceAccess(shop, 'api-to-db', { callers: [Principal.workload(api)], to: Workload.of(db), operations: [Operation.tcp(5432)] });

  // one provider, asked about requests to the API and about connections to the database
  const provider = ExtensionProvider.extAuthzGrpc({ name: 'authz', service: 'authz.security.svc.cluster.local', port: 9191 });
  new ExternalAuthorization(shop, 'api-authz', { workload: Workload.of(api), provider, unaskedOperations: [Operation.get('/healthz')] });
  new ExternalAuthorization(shop, 'db-authz', { workload: Workload.of(db), provider, ports: [5432] });

  // the authorizer is asked by the proxies of the workloads, as these, and by nobody else
  const security = new Chart(app, 'security', { namespace: 'security' });
  new ZeroTrustNamespace(security, 'baseline', { name: 'security' });
  const authz = deployment(security, 'authz', 9191);
  authz.exposeViaService({ name: 'authz', ports: [{ name: 'grpc', port: 9191, targetPort: 9191 }] });
  new ServiceAccess(security, 'asking', {
    callers: [Principal.workload(api), Principal.workload(db)],
    to: Workload.of(authz),
    operations: [Operation.grpc('envoy.service.auth.v3.Authorization', 'Check')],
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
