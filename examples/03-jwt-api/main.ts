import { App, Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import {
  JwtIssuer, JwtProtectedApi, Operation, Principal, ServiceAccess, Workload, ZeroTrustMesh, ZeroTrustNamespace,
} from 'cdk8s-zero-trust';

export function build(app: App): void {
  const mesh = new Chart(app, 'mesh');
  new ZeroTrustMesh(mesh, 'mesh', { trustDomain: 'prod.example.com', istioVersion: '1.29' });

  const shop = new Chart(app, 'shop', { namespace: 'shop' });
  new ZeroTrustNamespace(shop, 'baseline', { name: 'shop' });

  const api = deployment(shop, 'api');
  const report = deployment(shop, 'report');
  api.exposeViaService({ name: 'api', ports: [{ name: 'http', port: 80, targetPort: 8080 }] });

  const gateway = Principal.serviceAccount('istio-ingress', 'istio-ingress');
  new JwtProtectedApi(shop, 'api-users', {
    workload: Workload.of(api),
    issuers: [
      JwtIssuer.of({
        issuer: 'https://auth.example.com',
        jwksUri: 'https://auth.example.com/.well-known/jwks.json',
        audiences: ['api.example.com'],
      }),
    ],
    rules: [
      { callers: [gateway], claims: { role: ['admin'] }, operations: [Operation.anyHttp()] },
      { callers: [gateway], claims: { role: ['viewer'] }, operations: [Operation.get('/api/*')] },
    ],
    publicOperations: [Operation.get('/healthz')],
    exemptCallers: [Principal.workload(report)],
  });

  // the nightly report has no token: its identity is enough, and only for this
  new ServiceAccess(shop, 'report-to-api', {
    callers: [Principal.workload(report)],
    to: Workload.of(api),
    operations: [Operation.get('/api/orders')],
  });
}

/** A Deployment with an identity of its own. */
function deployment(chart: Chart, name: string): kplus.Deployment {
  return new kplus.Deployment(chart, name, {
    metadata: { name },
    serviceAccount: new kplus.ServiceAccount(chart, `${name}-account`, { metadata: { name } }),
    containers: [{ image: `shop/${name}:1.0.0`, portNumber: 8080 }],
  });
}

if (require.main === module) {
  const app = new App();
  build(app);
  app.synth();
}
