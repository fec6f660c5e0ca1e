import { App, Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { IngressAccess, IngressClients, IngressGateway, IngressServer, JwtIssuer, Operation, Workload, WorkloadIdentity, ZeroTrustMesh, ZeroTrustNamespace } from 'cdk8s-zero-trust';

export function build(app: App): void {
  const mesh = new Chart(app, 'mesh');
  // nothing is open that nobody states, gateways included
  new ZeroTrustMesh(mesh, 'mesh', { trustDomain: 'prod.example.com', istioVersion: '1.29', defaultDeny: true });

  const edge = new Chart(app, 'edge', { namespace: 'edge' });
  new ZeroTrustNamespace(edge, 'baseline');
  const pods = new kplus.Deployment(edge, 'gateway', {
    metadata: { name: 'gateway' },
    podMetadata: { labels: { app: 'gateway' }, annotations: { 'inject.istio.io/templates': 'gateway' } },
    serviceAccount: new kplus.ServiceAccount(edge, 'account', { metadata: { name: 'gateway' } }),
    containers: [{ name: 'istio-proxy', image: 'auto', ports: [{ name: 'http', number: 8080 }, { name: 'https', number: 8443 }] }],
    securityContext: { ensureNonRoot: false },
  });
  pods.exposeViaService({ name: 'gateway', ports: [{ name: 'http', port: 80, targetPort: 8080 }, { name: 'https', port: 443, targetPort: 8443 }] });
  const gateway = new IngressGateway(edge, 'public', {
    workload: Workload.of(pods),
    servers: [
      IngressServer.tls({ hosts: ['shop.example.com', 'admin.example.com'], credentialName: 'shop-certificate' }),
      IngressServer.mutualTls({ hosts: ['partners.example.com'], credentialName: 'partners-certificate', subjectAltNames: ['orders.partner-a.example'] }),
    ],
    httpsRedirect: true,
    issuers: [JwtIssuer.of({ issuer: 'https://auth.example.com', audiences: ['shop'], outputClaimToHeaders: [{ claim: 'sub', header: 'x-user' }] })],
    metadata: { name: 'public' },
  });

  const shop = new Chart(app, 'shop', { namespace: 'shop' });
  new ZeroTrustNamespace(shop, 'baseline');
  const [web, api, admin] = ['web', 'api', 'admin'].map(name => {
    const deployment = new kplus.Deployment(shop, name, { metadata: { name }, containers: [{ image: `shop/${name}:1.0.0`, portNumber: 8080 }] });
    deployment.exposeViaService({ name, ports: [{ name: 'http', port: 80, targetPort: 8080 }] });
    return Workload.of(deployment);
  });
  WorkloadIdentity.forAll(shop);

  const hosts = ['shop.example.com'];
  new IngressAccess(shop, 'pages', {
    gateway, hosts, to: web, operations: [Operation.get('/*')], clients: IngressClients.anyone({ reason: 'the catalogue is public' }),
  });
  new IngressAccess(shop, 'orders', {
    gateway, hosts, to: api, operations: [Operation.http({ methods: ['GET', 'POST'], paths: ['/api/*'] })], clients: IngressClients.of({ tokens: { claims: { role: ['customer'] } } }),
  });
  new IngressAccess(shop, 'partner-orders', {
    gateway, hosts: ['partners.example.com'], to: api, operations: [Operation.post('/api/orders')], clients: IngressClients.of({ acceptedCertificate: true }),
  });
  new IngressAccess(shop, 'office', {
    gateway, hosts: ['admin.example.com'], to: admin, operations: [Operation.anyHttp()], clients: IngressClients.of({ networks: ['203.0.113.0/24'], tokens: { claims: { role: ['admin'] } } }),
  });
}

if (require.main === module) {
  const app = new App();
  build(app);
  app.synth();
}
