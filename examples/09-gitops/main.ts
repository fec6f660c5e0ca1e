import { App, Chart, ChartProps } from 'cdk8s';
import * as kplus from 'cdk8s-plus-33';
import { AccessGate, Operation, Principal, ServiceAccess, Workload, ZeroTrustMesh, ZeroTrustNamespace } from 'cdk8s-zero-trust';
import { Construct } from 'constructs';

export class Shop extends Chart {
  constructor(scope: Construct, id: string, props: ChartProps = {}) {
    super(scope, id, props);

    new ZeroTrustNamespace(this, 'baseline', { name: 'shop' });

    const web = this.service('web');
    const api = this.service('api');

    new ServiceAccess(this, 'ingress-to-web', {
      callers: [Principal.serviceAccount('istio-ingress', 'istio-ingress')],
      to: Workload.of(web),
      operations: [Operation.get('/', '/assets/*')],
    });
    new ServiceAccess(this, 'web-to-api', {
      callers: [Principal.workload(web)],
      to: Workload.of(api),
      operations: [Operation.get('/products/*'), Operation.post('/orders')],
    });
  }

  /** A Deployment with an identity of its own, and its Service. */
  private service(name: string): kplus.Deployment {
    const deployment = new kplus.Deployment(this, name, {
      metadata: { name },
      serviceAccount: new kplus.ServiceAccount(this, `${name}-account`, { metadata: { name } }),
      containers: [{ image: `shop/${name}:1.0.0`, portNumber: 8080 }],
    });
    deployment.exposeViaService({ name, ports: [{ name: 'http', port: 80, targetPort: 8080 }] });
    return deployment;
  }
}

export function build(app: App): void {
  new ZeroTrustMesh(new Chart(app, 'mesh'), 'mesh', {
    trustDomain: 'prod.example.com',
    istioVersion: '1.29',
    gates: [AccessGate.noAnonymousAccess(), AccessGate.onlyFrom('shop/api', ['shop/web'])],
  });
  new Shop(app, 'shop', { namespace: 'shop' });
}

if (require.main === module) {
  const app = new App();
  build(app);
  app.synth();
}
