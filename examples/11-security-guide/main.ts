import { App, Chart, Duration } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import {
  BreakGlass, CertificateAuthority, ExtensionProvider, ExternalAuthorization, Findings, LegacyDestination, LegacyTls,
  MeshCertificateAuthority, MeshSettingsOutput, MtlsMigration, MtlsStage, Operation, PlaintextException,
  Principal, Quarantine, ServiceAccess, Workload, ZeroTrustMesh, ZeroTrustNamespace,
} from 'cdk8s-zero-trust';
import { deploy, existing, outside } from './workloads';

/** The day of the pipeline, such as `new Date().toISOString().slice(0, 10)`; fixed here, as the output is compared. */
const TODAY = '2026-12-01';

/** Each topic of guide/, as what is meant. */
export function build(app: App): void {
  const mesh = new Chart(app, 'mesh');
  const shop = new Chart(app, 'shop', { namespace: 'shop' });
  const security = new Chart(app, 'security', { namespace: 'security' });

  // 00: STRICT everywhere, and nobody calls anything that is not stated
  new ZeroTrustMesh(mesh, 'mesh', { istioVersion: '1.29', asOf: TODAY, settings: MeshSettingsOutput.istioOperator() });
  new ZeroTrustNamespace(shop, 'baseline', { name: 'shop' });
  const web = deploy(shop, 'web', { http: 8080 });
  const orders = deploy(shop, 'orders', { http: 8080 });
  const catalog = deploy(shop, 'catalog', { http: 8080, metrics: 9090 });
  const payments = deploy(shop, 'payments', { http: 8080 });
  const coupons = deploy(shop, 'coupons', { http: 8080 });
  const mysql = deploy(shop, 'mysql', { mysql: 3306 });
  const accesses: [name: string, caller: kplus.Deployment, to: kplus.Deployment, operations: Operation[]][] = [
    ['web-to-orders', web, orders, [Operation.get('/orders/*'), Operation.post('/orders')]],
    ['web-to-catalog', web, catalog, [Operation.http({ methods: ['GET'], paths: ['/products/*'], portNames: ['http'] })]],
    ['web-to-payments', web, payments, [Operation.post('/pay/*'), Operation.get('/healthz')]],
    ['web-to-coupons', web, coupons, [Operation.get('/coupons/*')]],
    ['coupons-to-orders', coupons, orders, [Operation.get('/orders/*')]],
    ['orders-to-mysql', orders, mysql, [Operation.tcp(3306)]],
  ];
  for (const [name, caller, to, operations] of accesses) {
    new ServiceAccess(shop, name, { callers: [Principal.workload(caller)], to: Workload.of(to), operations });
  }

  // 01: reports outside of the mesh read MySQL in plaintext
  new PlaintextException(shop, 'reports', {
    workload: Workload.of(mysql),
    operations: [Operation.tcp(3306)],
    fromNetworks: ['10.30.4.0/24'],
    reason: 'nightly reports come from the data centre until they are moved',
    owner: 'team-reporting',
    expires: '2027-03-31',
  });

  // 02: one port of the catalog is for a Prometheus that has no certificate
  new PlaintextException(shop, 'old-prometheus', {
    workload: Workload.of(catalog),
    operations: [Operation.http({ methods: ['GET'], paths: ['/metrics'], portNames: ['metrics'] })],
    fromNetworks: ['10.20.0.0/16'],
    reason: 'the old Prometheus runs on machines',
    owner: 'observability@example.com',
    expires: '2027-03-31',
  });

  // 03: OPA is asked about all that is sent to payments, but for its health check, and by nobody else
  new ZeroTrustNamespace(security, 'baseline', { name: 'security' });
  const opa = deploy(security, 'opa', { grpc: 9191 });
  new ExternalAuthorization(shop, 'ask-opa', {
    workload: Workload.of(payments),
    provider: ExtensionProvider.extAuthzGrpc({ name: 'opa', service: 'opa.security.svc.cluster.local', port: 9191, timeout: Duration.seconds(1) }),
    unaskedOperations: [Operation.get('/healthz')],
  });
  new ServiceAccess(security, 'asking', {
    callers: [Principal.workload(payments)],
    to: Workload.of(opa),
    operations: [Operation.grpc('envoy.service.auth.v3.Authorization', 'Check')],
  });

  // 04: two namespaces that joined late; billing has arrived at STRICT, legacy has not
  const billing = existing(app, 'billing');
  const invoices = deploy(billing, 'invoices', { http: 8080 });
  new ServiceAccess(billing, 'orders-to-invoices', {
    callers: [Principal.workload(orders)],
    to: Workload.of(invoices),
    operations: [Operation.post('/invoices')],
  });
  deploy(existing(app, 'legacy'), 'inventory', { http: 8080 });
  new MtlsMigration(mesh, 'migration', {
    namespaces: [
      { name: 'billing', reached: MtlsStage.PERMISSIVE, stage: MtlsStage.STRICT },
      { name: 'legacy', reached: MtlsStage.OBSERVE, stage: MtlsStage.PERMISSIVE },
    ],
    allowStrictMesh: { reason: 'all other namespaces are STRICT already' },
  });

  // 05: a server without sidecar
  const old = outside(app, 'old');
  const ledger = deploy(old, 'ledger', { http: 8080 });
  new LegacyDestination(shop, 'to-ledger', {
    service: ledger.service,
    tls: LegacyTls.disable({ reason: 'speaks no TLS; rewritten by the end of the year' }),
  });

  // 06: coupons is compromised; its accesses above stay, and are cut
  new Quarantine(shop, 'incident-4711', { workload: Workload.of(coupons), reason: 'calls an unknown host', until: '2026-12-08' });

  // 07: a certificate authority of one's own, in the Secret cacerts, which is made in the cluster
  new MeshCertificateAuthority(mesh, 'ca', {
    authority: CertificateAuthority.cacerts(),
    workloadCertificateLifetime: Duration.hours(12),
  });

  // 08: tonight somebody restores a table by hand
  new BreakGlass(shop, 'inc-4712', {
    callers: [Principal.serviceAccount('sre', 'breakglass')],
    to: Workload.of(mysql),
    operations: [Operation.tcp(3306)],
    until: '2026-12-04',
    ticket: 'INC-4712',
    reason: 'restore of orders by hand',
  });

  Findings.of(app).acknowledge('ZT116', { reason: 'billing has its ZeroTrustNamespace next week' });
  Findings.of(old).acknowledge('ZT107', { reason: 'is on its way out, and holds nothing that is not public' });
  Findings.of(old).acknowledge('ZT115', { reason: 'calls nothing' });
}

if (require.main === module) {
  const app = new App();
  build(app);
  app.synth();
}
