import { App, Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { Operation, Principal, ServiceAccess, Workload, ZeroTrustMesh, ZeroTrustNamespace } from 'cdk8s-zero-trust';
import { Construct } from 'constructs';

export function build(app: App): void {
  new Cluster(app, 'east', 'west');
  new Cluster(app, 'west', 'east');
}

/** A cluster with a mesh of its own, and the shop in it; the web of the other cluster may call here when its own api is down. */
class Cluster extends Construct {
  public constructor(app: App, name: string, other: string) {
    super(app, name);
    new ZeroTrustMesh(new Chart(this, 'mesh'), 'mesh', { trustDomain: `${name}.example.com`, istioVersion: '1.29', appliesTo: this });

    const shop = new Chart(this, 'shop', { namespace: 'shop' });
    new ZeroTrustNamespace(shop, 'baseline');
    const web = deployment(shop, 'web');
    const api = deployment(shop, 'api');
    new ServiceAccess(shop, 'web-to-api', {
      callers: [Principal.workload(web), Principal.serviceAccount('shop', 'web', { trustDomain: `${other}.example.com` })],
      to: Workload.of(api),
      operations: [Operation.get('/products', '/products/*')],
    });
  }
}

/** A Deployment with an identity of its own, and a Service in front of it. */
function deployment(chart: Chart, name: string): kplus.Deployment {
  const made = new kplus.Deployment(chart, name, {
    metadata: { name },
    serviceAccount: new kplus.ServiceAccount(chart, `${name}-account`, { metadata: { name } }),
    containers: [{ image: `shop/${name}:1.0.0`, portNumber: 8080 }],
  });
  made.exposeViaService({ name, ports: [{ name: 'http', port: 80, targetPort: 8080 }] });
  return made;
}

if (require.main === module) {
  const app = new App();
  build(app);
  app.synth();
}
