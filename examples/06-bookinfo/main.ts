import { App, Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { Operation, Principal, ServiceAccess, Workload, ZeroTrustMesh, ZeroTrustNamespace } from 'cdk8s-zero-trust';

const PORT = 9080;

export function build(app: App): void {
  const mesh = new Chart(app, 'mesh');
  new ZeroTrustMesh(mesh, 'mesh', { trustDomain: 'prod.example.com', istioVersion: '1.29' });

  const workloads = new Chart(app, 'bookinfo', { namespace: 'bookinfo' });
  const productpage = version(workloads, 'productpage', 'v1');
  const details = version(workloads, 'details', 'v1');
  const ratings = version(workloads, 'ratings', 'v1');
  const reviewsV1 = version(workloads, 'reviews', 'v1');
  const reviewsV2 = version(workloads, 'reviews', 'v2');
  const reviewsV3 = version(workloads, 'reviews', 'v3');
  for (const name of ['productpage', 'details', 'ratings', 'reviews']) service(workloads, name);

  const access = new Chart(app, 'access', { namespace: 'bookinfo' });
  new ZeroTrustNamespace(access, 'baseline', { name: 'bookinfo' });

  new ServiceAccess(access, 'ingress-to-productpage', {
    callers: [Principal.serviceAccount('istio-ingress', 'istio-ingress')],
    to: Workload.of(productpage),
    operations: [
      Operation.get('/productpage', '/static/*', '/logout', '/api/v1/products', '/api/v1/products/{*}', '/api/v1/products/{*}/reviews'),
      Operation.post('/login'),
    ],
  });
  new ServiceAccess(access, 'productpage-to-details', {
    callers: [Principal.workload(productpage)],
    to: Workload.of(details),
    operations: [Operation.get('/details/*')],
  });
  for (const reviews of [reviewsV1, reviewsV2, reviewsV3]) {
    new ServiceAccess(access, `productpage-to-${reviews.name}`, {
      callers: [Principal.workload(productpage)],
      to: Workload.of(reviews),
      operations: [Operation.get('/reviews/*')],
    });
  }
  // v1 shows no stars: it never asks for ratings, so it may not
  new ServiceAccess(access, 'reviews-to-ratings', {
    callers: [Principal.workload(reviewsV2), Principal.workload(reviewsV3)],
    to: Workload.of(ratings),
    operations: [Operation.get('/ratings/*')],
  });
}

/** One version of an app: a Deployment with an identity of its own. */
function version(chart: Chart, app: string, tag: string): kplus.Deployment {
  const name = `${app}-${tag}`;
  return new kplus.Deployment(chart, name, {
    metadata: { name },
    podMetadata: { labels: { app, version: tag } },
    replicas: 1,
    serviceAccount: new kplus.ServiceAccount(chart, `${name}-account`, { metadata: { name } }),
    containers: [{ image: `bookinfo/${app}:${tag}`, portNumber: PORT }],
  });
}

/** A Service in front of all versions of an app. */
function service(chart: Chart, app: string): void {
  new kplus.Service(chart, `${app}-service`, {
    metadata: { name: app },
    selector: kplus.Pods.select(chart, `${app}-pods`, { labels: { app } }),
    ports: [{ name: 'http', port: PORT, targetPort: PORT }],
  });
}

if (require.main === module) {
  const app = new App();
  build(app);
  app.synth();
}
