import { App, Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { Findings, LegacyDestination, LegacyTls, PortProtocol, Workload, ZeroTrustMesh, ZeroTrustNamespace } from 'cdk8s-zero-trust';

export function build(app: App): void {
  const mesh = new Chart(app, 'mesh');
  new ZeroTrustMesh(mesh, 'mesh', { trustDomain: 'prod.example.com', istioVersion: '1.29' });

  // not in the mesh: no label, no sidecar
  const old = new Chart(app, 'old', { namespace: 'old' });
  new kplus.Namespace(old, 'namespace', { metadata: { name: 'old' } });
  Findings.of(old).acknowledge('ZT107', { reason: 'outside of the mesh until the ledger is rewritten' });
  const ledger = deployment(old, 'ledger').exposeViaService({ name: 'ledger', ports: [{ name: 'http', port: 80, targetPort: 8080 }] });

  const shop = new Chart(app, 'shop', { namespace: 'shop' });
  new ZeroTrustNamespace(shop, 'baseline', { name: 'shop' });
  deployment(shop, 'web');
  const billing = deployment(shop, 'billing');

  new LegacyDestination(shop, 'to-ledger', { service: ledger, tls: LegacyTls.disable({ reason: 'speaks no TLS; rewritten by the end of the year' }) });

  // the app calls http://api.pay.example: its proxy makes it HTTPS, and verifies who answers
  new LegacyDestination(shop, 'to-pay', { host: 'api.pay.example', tls: LegacyTls.simple() });

  // the certificate that the bank knows billing by is in a secret that only billing reads
  new LegacyDestination(shop, 'to-bank', {
    host: 'gateway.bank.example',
    tls: LegacyTls.mutual({ credentialName: 'bank-client' }),
    clientWorkload: Workload.of(billing),
  });

  // a cache outside: a TCP port is known by the addresses that clients call
  new LegacyDestination(shop, 'to-cache', {
    host: 'cache.cloud.example',
    addresses: ['240.240.0.10'],
    ports: [{ number: 6379, targetPort: 6380, protocol: PortProtocol.TCP }],
    tls: LegacyTls.simple({ caCertificates: '/etc/certs/cloud-ca.pem' }),
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
