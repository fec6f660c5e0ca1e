import { ApiObject, App, Chart } from 'cdk8s';
import { Principal, Workload } from 'cdk8s-zero-trust';
import { Pods } from './recipe';

/** Pods of a classic gateway, with the Service by which callers reach them. */
export function gatewayPods(chart: Chart): Workload {
  const labels = { app: 'gate' };
  const metadata = { labels, annotations: { 'inject.istio.io/templates': 'gateway' } };
  const spec = { selector: { matchLabels: labels }, template: { metadata, spec: { serviceAccountName: 'gate', containers: [{ name: 'istio-proxy', image: 'auto' }] } } };
  const pods = new ApiObject(chart, 'gate', { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'gate' }, ...{ spec } });
  const ports = [{ name: 'https', port: 15443 }, { name: 'tls', port: 15444 }];
  new ApiObject(chart, 'gate-service', { apiVersion: 'v1', kind: 'Service', metadata: { name: 'gate' }, ...{ spec: { selector: labels, ports } } });
  return Workload.of(pods);
}

/** A workload of an app that is built, as a caller. */
export function principalOf(app: App, { namespace, name }: Pods): Principal {
  return Principal.of(Workload.of((app.node.findChild(namespace) as Chart).node.findChild(name) as ApiObject));
}
