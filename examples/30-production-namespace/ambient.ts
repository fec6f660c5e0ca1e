import { App } from 'cdk8s';
import { DataPlane } from 'cdk8s-zero-trust';
import { production } from './production';

export function build(app: App): void {
  production(app, DataPlane.AMBIENT);
}

if (require.main === module) {
  const app = new App();
  build(app);
  app.synth();
}
