import { App, Chart, Duration } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { FaultInjection, Operation, Principal, ServiceAccess, TrafficProtection, Workload, ZeroTrustMesh, ZeroTrustNamespace } from 'cdk8s-zero-trust';

export function build(app: App): void {
  const mesh = new Chart(app, 'mesh');
  new ZeroTrustMesh(mesh, 'mesh', { trustDomain: 'prod.example.com', istioVersion: '1.29', asOf: '2026-11-01' });

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

  // can web do without it? Nobody finds out in production
  const staging = new Chart(app, 'staging', { namespace: 'shop-staging' });
  new ZeroTrustNamespace(staging, 'baseline', { name: 'shop-staging' });
  const stagedWeb = deployment(staging, 'web');
  const stagedApi = deployment(staging, 'api');
  new ServiceAccess(staging, 'web-to-api', { callers: [Principal.workload(stagedWeb)], to: Workload.of(stagedApi), operations: [Operation.get('/api/*')] });
  new FaultInjection(staging, 'api-is-gone', {
    workload: Workload.of(stagedApi),
    abort: { status: 503, percentage: 50 },
    callers: [Workload.of(stagedWeb)],
    reason: 'does web show what it has cached?',
    expires: '2026-11-30',
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
