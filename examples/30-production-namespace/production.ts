import { App, Chart, Duration } from 'cdk8s';
import {
  AccessGuardrail, CertificateAuthority, DataPlane, EgressAccess, EgressBoundary, EgressGateway, ExtensionProvider,
  ExternalAuthorization, GuardrailScope, IngressAccess, IngressClients, IngressGateway, IngressServer, JwtIssuer, JwtProtectedApi,
  MeshCertificateAuthority, MeshSettingsOutput,
  NetworkPolicies, Operation, Principal, SecurityTelemetry, ServiceAccess, Waypoint, Workload, ZeroTrustMesh, ZeroTrustNamespace,
} from 'cdk8s-zero-trust';
import { deploy } from './workloads';

const STAFF = JwtIssuer.of({
  issuer: 'https://login.example.com',
  jwksUri: 'https://login.example.com/.well-known/jwks.json',
  audiences: ['shop-api'],
});
const PARTNERS = JwtIssuer.of({
  issuer: 'https://partners.example.com',
  jwksUri: 'https://partners.example.com/keys',
  audiences: ['shop-api'],
});

/** A production namespace, layer by layer, for one data plane or the other. */
export function production(app: App, dataPlane: DataPlane): void {
  const isAmbient = dataPlane === DataPlane.AMBIENT;

  // layer 1: STRICT in the whole mesh; nobody calls anything in shop and security that is not stated
  const mesh = new Chart(app, 'mesh', { namespace: 'monitoring' });
  new ZeroTrustMesh(mesh, 'mesh', {
    trustDomain: 'prod.example.com',
    istioVersion: '1.29',
    dataPlane,
    settings: MeshSettingsOutput.istioOperator(),
    // the network lets pass what the mesh lets pass, and nothing else
    networkPolicies: NetworkPolicies.forIngressAndEgress(),
  });
  new MeshCertificateAuthority(mesh, 'ca', { authority: CertificateAuthority.istioCsr(), workloadCertificateLifetime: Duration.hours(1) });
  // what is refused anywhere is written to a log, and somebody is told of what should not be
  new SecurityTelemetry(mesh, 'telemetry', { alerts: { metadata: { name: 'zero-trust' } }, dashboard: { metadata: { name: 'zero-trust' } } });
  const shop = new Chart(app, 'shop', { namespace: 'shop' });
  const security = new Chart(app, 'security', { namespace: 'security' });

  // monitoring: Prometheus reads the metrics of all pods of the namespace, and nothing else of them
  const prometheus = Principal.serviceAccount('monitoring', 'prometheus');
  new ZeroTrustNamespace(shop, 'baseline', { name: 'shop', metricsReaders: [prometheus], metricsPorts: [9090, 9187], ...(isAmbient && { waypoint: Waypoint.create() }) });
  new ZeroTrustNamespace(security, 'baseline', { name: 'security' });

  const frontend = deploy(shop, 'frontend', { http: 8080, metrics: 9090 });
  const api = deploy(shop, 'api', { http: 8080, metrics: 9090 });
  const payments = deploy(shop, 'payments', { http: 8080, metrics: 9090 });
  const database = deploy(shop, 'database', { postgres: 5432, metrics: 9187 });
  const authorizer = deploy(security, 'authorizer', { grpc: 9191 });

  // what comes in: the pages of the shop over HTTPS, at a gateway whose account alone calls the frontend
  const edge = new Chart(app, 'edge', { namespace: 'edge' });
  new ZeroTrustNamespace(edge, 'baseline');
  const gateway = new IngressGateway(edge, 'public', {
    servers: [IngressServer.tls({ hosts: ['shop.example.com'], credentialName: 'shop-certificate' })],
    httpsRedirect: true,
    metadata: { name: 'public' },
  });
  new IngressAccess(shop, 'pages', {
    gateway,
    hosts: ['shop.example.com'],
    clients: IngressClients.anyone({ reason: 'the API behind asks for a token' }),
    to: Workload.of(frontend),
    operations: [Operation.get('/*'), Operation.post('/checkout')],
  });

  // frontend to API: the token of the user is sent on, and roles decide what they may do
  new JwtProtectedApi(shop, 'api-roles', {
    workload: Workload.of(api),
    issuers: [STAFF, PARTNERS],
    callers: [Principal.workload(frontend)],
    rules: [
      { issuers: [STAFF], claims: { roles: ['admin'] }, operations: [Operation.anyHttp()] },
      { issuers: [STAFF], claims: { roles: ['editor'] }, operations: [Operation.get('/api/*'), Operation.post('/api/articles'), Operation.put('/api/articles/*')] },
      { claims: { roles: ['viewer'] }, operations: [Operation.get('/api/*')] },
    ],
  });

  // API to database: connections from the API and from nobody else, whatever other teams state
  new ServiceAccess(shop, 'api-to-database', { callers: [Principal.workload(api)], to: Workload.of(database), operations: [Operation.tcp(5432)] });
  new AccessGuardrail(shop, 'database-is-for-the-api', {
    appliesTo: GuardrailScope.workload(Workload.of(database)),
    onlyCallers: [Principal.workload(api), prometheus],
  });

  // API to payments: an authorizer of the security team decides about each of them
  new ServiceAccess(shop, 'api-to-payments', { callers: [Principal.workload(api)], to: Workload.of(payments), operations: [Operation.post('/payments')] });
  new ExternalAuthorization(shop, 'payments-are-decided', {
    workload: Workload.of(payments),
    provider: ExtensionProvider.extAuthzGrpc({ name: 'authorizer', service: 'authorizer.security.svc.cluster.local', port: 9191 }),
  });
  // whoever asks: a sidecar as its workload, a waypoint as itself
  new ServiceAccess(security, 'asking', isAmbient
    ? { callers: [Principal.serviceAccount('shop', 'shop-waypoint')], to: Workload.of(authorizer), operations: [Operation.anyHttp({ ports: [9191] })] }
    : { callers: [Principal.workload(payments)], to: Workload.of(authorizer), operations: [Operation.grpc('envoy.service.auth.v3.Authorization', 'Check')] });

  // what goes out: payments to its provider, and nothing else of the namespace to anywhere
  const provider = { callers: [Principal.workload(payments)], host: 'api.pay.example' };
  if (isAmbient) {
    // by a waypoint that lets payments alone out; the network leaves no other way
    const egress = new Chart(app, 'egress', { namespace: 'egress' });
    new ZeroTrustNamespace(egress, 'baseline');
    const wayOut = new EgressGateway(egress, 'gateway', { metadata: { name: 'way-out' } });
    new EgressAccess(shop, 'payments-to-provider', { ...provider, gateway: wayOut });
  } else {
    new EgressBoundary(shop, 'egress', { namespace: 'shop' });
    new EgressBoundary(shop, 'payments-egress', { workload: Workload.of(payments) });
    new EgressAccess(shop, 'payments-to-provider', provider);
  }
}
