import { App } from 'cdk8s';
import { DataPlane } from 'cdk8s-zero-trust';
import { buildShop } from './shop';

export function build(app: App): void { buildShop(app, DataPlane.SIDECAR); }

if (require.main === module) {
  const app = new App();
  build(app);
  app.synth();
}
