import { Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { Operation, Principal, ServiceAccess, Workload, ZeroTrustNamespace } from 'cdk8s-zero-trust';
import { Construct } from 'constructs';

/** A chart of your own: web may read the products of api. */
export class Shop extends Chart {
  constructor(scope: Construct, id: string) {
    super(scope, id, { namespace: 'shop' });

    new ZeroTrustNamespace(this, 'baseline', { name: 'shop' });
    const web = this.deployment('web');
    const api = this.deployment('api');

    new ServiceAccess(this, 'web-to-api', {
      callers: [Principal.workload(web)],
      to: Workload.of(api),
      operations: [Operation.get('/products/*')],
    });
  }

  private deployment(name: string): kplus.Deployment {
    const deployment = new kplus.Deployment(this, name, {
      metadata: { name },
      select: false,
      podMetadata: { labels: { app: name } },
      serviceAccount: new kplus.ServiceAccount(this, `${name}-account`, { metadata: { name } }),
      containers: [{ image: `shop/${name}:1.0.0`, portNumber: 8080 }],
    });
    deployment.select(kplus.LabelSelector.of({ labels: { app: name } }));
    deployment.exposeViaService({ name, ports: [{ name: 'http', port: 80, targetPort: 8080 }] });
    return deployment;
  }
}
