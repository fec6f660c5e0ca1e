import { App, Chart, Duration } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { Operation, Principal, ServiceAccess, TrafficProtection, Workload, ZeroTrustMesh, ZeroTrustNamespace } from 'cdk8s-zero-trust';

export function build(app: App): void {
  const mesh = new Chart(app, 'mesh');
  new ZeroTrustMesh(mesh, 'mesh', { trustDomain: 'prod.example.com', istioVersion: '1.29' });

  const shop = new Chart(app, 'shop', { namespace: 'shop' });
  new ZeroTrustNamespace(shop, 'baseline', { name: 'shop' });
  const web = deployment(shop, 'web');
  const api = deployment(shop, 'api');

  // who may call is said by this alone; all that follows decides nothing of it
  new ServiceAccess(shop, 'web-to-api', { callers: [Principal.workload(web)], to: Workload.of(api), operations: [Operation.get('/api/*')] });

  // no client waits for an api that is slow, or goes on asking a pod of it that fails; and each pod takes so many requests a second
  new TrafficProtection(shop, 'api-protection', {
    workload: Workload.of(api),
    circuitBreaker: { maxConnections: 100, connectTimeout: Duration.seconds(2), maxPendingRequests: 20, maxRetries: 3 },
    outlierDetection: { consecutive5xxErrors: 5, interval: Duration.seconds(10), ejectionTime: Duration.seconds(30), maxEjectionPercent: 50 },
    rateLimit: { requests: 50, burst: 100 },
  });
}

/** A Deployment with an identity of its own, and a Service. */
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
