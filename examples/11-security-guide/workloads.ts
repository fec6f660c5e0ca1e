import { App, Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';

/** A Deployment with a Service of the same ports, and an identity of its own. */
export interface Deployed extends kplus.Deployment { readonly service: kplus.Service }

/** Ports by what they speak: `mysql` is TCP, all others are HTTP. */
export function deploy(chart: Chart, name: string, ports: { readonly [port: string]: number }): Deployed {
  const deployment = new kplus.Deployment(chart, name, {
    metadata: { name },
    podMetadata: { labels: { app: name } },
    serviceAccount: new kplus.ServiceAccount(chart, `${name}-account`, { metadata: { name } }),
    containers: [{ image: `shop/${name}:1.0.0`, ports: Object.entries(ports).map(([port, number]) => ({ name: port, number })) }],
  });
  const service = deployment.exposeViaService({
    name,
    ports: Object.entries(ports).map(([port, number]) => ({ name: protocolNames[port] ?? port, port: number })),
  });
  return Object.assign(deployment, { service });
}

const protocolNames: { readonly [port: string]: string } = { metrics: 'http-metrics', mysql: 'tcp-mysql' };

/** A namespace that is there already, with sidecars. */
export function existing(app: App, name: string): Chart { return namespace(app, name, { 'istio-injection': 'enabled' }); }

/** A namespace outside of the mesh. */
export function outside(app: App, name: string): Chart { return namespace(app, name, {}); }

function namespace(app: App, name: string, labels: { [label: string]: string }): Chart {
  const chart = new Chart(app, name, { namespace: name });
  new kplus.Namespace(chart, 'namespace', { metadata: { name, labels } });
  return chart;
}
