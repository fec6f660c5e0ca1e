import { App, Chart } from 'cdk8s';
import { ZeroTrustMesh } from 'cdk8s-zero-trust';
import { Shop } from './shop';

export function build(app: App): void {
  new ZeroTrustMesh(new Chart(app, 'mesh'), 'mesh', { trustDomain: 'prod.example.com', istioVersion: '1.29' });
  new Shop(app, 'shop');
}

if (require.main === module) {
  const app = new App();
  build(app);
  app.synth();
}
