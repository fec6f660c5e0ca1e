import { App, Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import {
  Condition, DayOfWeek, JwtIssuer, MeshSettingsOutput, OpaAuthorizer, OpaPolicy, Operation, Principal, ServiceAccess, Workload,
  ZeroTrustMesh, ZeroTrustNamespace,
} from 'cdk8s-zero-trust';

const WEEKDAYS = [DayOfWeek.MONDAY, DayOfWeek.TUESDAY, DayOfWeek.WEDNESDAY, DayOfWeek.THURSDAY, DayOfWeek.FRIDAY];

export function build(app: App): void {
  // the provider is added to the settings of the mesh by the OpaAuthorizer
  const mesh = new Chart(app, 'mesh');
  new ZeroTrustMesh(mesh, 'mesh', { trustDomain: 'prod.example.com', istioVersion: '1.29', settings: MeshSettingsOutput.istioOperator() });

  const shop = new Chart(app, 'shop', { namespace: 'shop' });
  new ZeroTrustNamespace(shop, 'baseline', { name: 'shop' });
  const web = deployment(shop, 'web');
  const office = deployment(shop, 'office');
  const api = deployment(shop, 'api');
  api.exposeViaService({ name: 'api', ports: [{ name: 'http', port: 80, targetPort: 8080 }] });

  // who may call at all: OPA decides nothing alone
  new ServiceAccess(shop, 'to-api', { callers: [Principal.workload(web), Principal.workload(office)], to: Workload.of(api), operations: [Operation.anyHttp()] });

  // and what OPA says to it: the shop at any hour, the office while it is open, refunds by whom the token names
  const policy = new Chart(app, 'policy', { namespace: 'policy' });
  new ZeroTrustNamespace(policy, 'baseline', { name: 'policy' });
  new OpaAuthorizer(policy, 'opa', {
    image: 'docker.io/openpolicyagent/opa:1.17.0-envoy-static',
    metadata: { name: 'opa' },
    protects: [Workload.of(api)],
    unaskedOperations: [Operation.get('/healthz')],
    policy: OpaPolicy.rules([
      { operations: [Operation.get('/catalog/*'), Operation.post('/orders')], callers: [Principal.workload(web)] },
      {
        operations: [Operation.get('/orders/{*}')],
        callers: [Principal.workload(office)],
        hours: { timeZone: 'Europe/Zurich', days: WEEKDAYS, start: '08:00', end: '18:00' },
      },
      {
        operations: [Operation.post('/orders/{*}/refund')],
        issuers: [JwtIssuer.of({ issuer: 'https://auth.example.com', audiences: ['orders'], jwksUri: 'https://auth.example.com/keys' })],
        conditions: [Condition.claim('role', 'accountant')],
      },
    ]),
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
