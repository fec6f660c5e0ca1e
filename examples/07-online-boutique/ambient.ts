import { App } from 'cdk8s';
import { DataPlane } from 'cdk8s-zero-trust';
import { onlineBoutique } from './online-boutique';

export function build(app: App): void {
  onlineBoutique(app, DataPlane.AMBIENT);
}

if (require.main === module) {
  const app = new App();
  build(app);
  app.synth();
}
