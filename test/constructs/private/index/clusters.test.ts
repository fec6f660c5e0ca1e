import { ApiObject, Chart, JsonPatch } from 'cdk8s';
import * as kplus from 'cdk8s-plus-33';
import { Workload } from 'cdk8s-zero-trust';
import { Construct } from 'constructs';
import { refresh, treeOf } from '../../../../src/constructs/private/index/clusters';
import { testApp } from '../../../support/app';

function shop() {
  const app = testApp();
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  const labels = { app: 'web' };
  const web = new ApiObject(chart, 'web', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { serviceAccountName: 'web', containers: [] } } },
  });
  const service = new ApiObject(chart, 'service', { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: { selector: labels, ports: [{ port: 80 }] } });
  return { app, chart, web, service };
}

describe('treeOf', () => {
  test('finds objects by kind and namespace, in the order of the tree', () => {
    const { app, web, service } = shop();
    const infra = new Chart(app, 'infra');
    const namespace = new kplus.Namespace(infra, 'ns', { metadata: { name: 'shop', labels: { team: 'a' } } });
    const gateway = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway' };
    new ApiObject(infra, 'wp', { ...gateway, metadata: { name: 'wp', namespace: 'shop' }, spec: { gatewayClassName: 'istio-waypoint' } });
    new ApiObject(infra, 'classic', { apiVersion: 'networking.istio.io/v1', kind: 'Gateway' });

    const tree = treeOf(app);

    expect(tree).toBe(treeOf(app));
    expect(tree.workloads).toEqual([web]);
    expect(tree.objectsOf('core/Service')).toEqual([service]);
    expect(tree.objectsIn('shop', 'core/Service')).toEqual([service]);
    expect(tree.objectsIn('elsewhere', 'core/Service')).toEqual([]);
    expect(tree.namespace(namespace.name)).toEqual({ name: 'shop', labels: { team: 'a' }, annotations: {}, path: 'infra/ns/Resource' });
    expect(tree.namespace('gone')).toBeUndefined();
    expect(tree.gateways).toEqual([{ name: 'wp', namespace: 'shop', className: 'istio-waypoint', labels: {}, annotations: {}, path: 'infra/wp' }]);
  });
});

describe('refresh', () => {
  test('keeps the generation, and what was read, while nothing changes', () => {
    const { app, web } = shop();
    const workload = Workload.of(web);
    const clusters = refresh(app);
    const facts = workload._facts();

    expect(refresh(app)).toBe(clusters);
    expect(workload._facts()).toBe(facts);
  });

  test('keeps apps apart', () => {
    expect(refresh(shop().app)).not.toBe(refresh(shop().app));
  });

  test.each<[string, (s: ReturnType<typeof shop>) => void]>([
    ['a label on a Service', s => s.service.metadata.addLabel('istio.io/use-waypoint', 'wp')],
    ['a patch that moves a Service away', s => s.service.addJsonPatch(JsonPatch.replace('/metadata/namespace', 'elsewhere'))],
    ['an object', s => new ApiObject(s.chart, 'new', { apiVersion: 'v1', kind: 'ConfigMap' })],
    ['a construct', s => new Construct(s.chart, 'new')],
    ['a removal', s => s.chart.node.tryRemoveChild('service')],
    ['an exchange of one construct for another', s => { s.chart.node.tryRemoveChild('service'); new Construct(s.chart, 'service'); }],
  ])('starts a new generation after %s', (_, change) => {
    const made = shop();
    const workload = Workload.of(made.web);
    const clusters = refresh(made.app);
    const facts = workload._facts();

    change(made);

    const next = refresh(made.app);
    expect(next.generation).toBe(clusters.generation + 1);
    expect([...next.trees.values()]).toEqual([treeOf(made.web)]);
    expect(workload._facts()).not.toBe(facts);
  });

  test('shows the new label of a Service, and what no longer reads as an error', () => {
    const { app, web, service } = shop();
    const workload = Workload.of(web);
    refresh(app);
    expect(workload._facts().services[0].useWaypoint).toBeUndefined();

    service.metadata.addLabel('istio.io/use-waypoint', 'wp');
    refresh(app);
    expect(workload._facts().services[0].useWaypoint).toBe('wp');

    web.addJsonPatch({ _toJson: () => ({ op: 'remove', path: '/spec/template' }) } as never);
    refresh(app);
    expect(() => workload._facts()).toThrow('has no pod template');
  });

  test('minds nothing that nobody asked for', () => {
    const { app, service } = shop();
    const clusters = refresh(app);

    service.metadata.addLabel('a', 'b');

    expect(refresh(app)).toBe(clusters);
    expect(treeOf(service).servicesIn('shop')).toHaveLength(1);
  });
});
