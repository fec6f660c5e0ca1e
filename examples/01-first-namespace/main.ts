import { App, Chart } from 'cdk8s';
import { Principal, ZeroTrustMesh, ZeroTrustNamespace } from 'cdk8s-zero-trust';

export function build(app: App): void {
  const mesh = new Chart(app, 'mesh');
  new ZeroTrustMesh(mesh, 'mesh', { trustDomain: 'prod.example.com', istioVersion: '1.29' });

  const shop = new Chart(app, 'shop', { namespace: 'shop' });
  new ZeroTrustNamespace(shop, 'baseline', {
    name: 'shop',
    metricsReaders: [Principal.serviceAccount('monitoring', 'prometheus')],
    metricsPorts: [9090],
    metricsPath: '/metrics',
  });
}

if (require.main === module) {
  const app = new App();
  build(app);
  app.synth();
}
