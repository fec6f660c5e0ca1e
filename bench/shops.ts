import { ApiObject, App, Chart } from 'cdk8s';
import { NetworkPolicies, Operation, Principal, ServiceAccess, Workload, ZeroTrustNamespace } from 'cdk8s-zero-trust';

const CHARTS = 20;
const WORKLOADS = 200;

/** An app of 200 workloads with a Service each in 20 charts, and a number of accesses between them, all different; up to 20,000 no two of one caller to one workload. */
export function shopsApp(outdir: string, accesses: number, networkPolicies = NetworkPolicies.none()): App {
  const app = new App({ outdir });
  const charts = Array.from({ length: CHARTS }, (_, i) => new Chart(app, `team-${i}`, { namespace: `team-${i}` }));
  charts.forEach((chart, i) => new ZeroTrustNamespace(chart, 'baseline', { name: `team-${i}`, networkPolicies }));
  const workloads = Array.from({ length: WORKLOADS }, (_, i) => deployment(charts[i % CHARTS], `service-${i}`));
  for (let i = 0; i < accesses; i++) {
    const from = workloads[i % WORKLOADS];
    const to = workloads[(i * 7 + Math.floor(i / WORKLOADS) + 1) % WORKLOADS];
    new ServiceAccess(to.chart, `access-${i}`, {
      callers: [Principal.workload(from)],
      to: Workload.of(to),
      operations: [Operation.http({ methods: ['GET', 'POST'], paths: [`/v1/resources/${i}`, `/v1/resources/${i}/*`] })],
    });
  }
  return app;
}

/** The same objects without this library: what cdk8s itself takes for them. */
export function rawApp(outdir: string, manifests: readonly (readonly object[])[]): App {
  const app = new App({ outdir });
  manifests.forEach((objects, i) => {
    const chart = new Chart(app, `team-${i}`, { namespace: `team-${i}` });
    objects.forEach((object, j) => new ApiObject(chart, `object-${j}`, object as ConstructorParameters<typeof ApiObject>[2]));
  });
  return app;
}

function deployment(chart: Chart, name: string): ApiObject {
  const labels = { app: name };
  new ApiObject(chart, `${name}-service`, {
    apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { selector: labels, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
  });
  return new ApiObject(chart, name, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { serviceAccountName: name, containers: [{ name, image: name, ports: [{ containerPort: 8080 }] }] } },
    },
  });
}
