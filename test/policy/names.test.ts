import { PolicySet } from 'cdk8s-zero-trust';
import { ambient, authorization, namespace, pod, request, service, sidecars } from './support';

const PODS = ['api', 'batch', 'cart', 'db', 'edge', 'files', 'web', 'worker'];

describe('a name that the manifests do not have', () => {
  const set = PolicySet.fromManifests([...PODS.map(name => pod(name)), pod('payment', {}, 'bank'), service('api', [{ port: 80 }]), namespace('empty')]);
  const asking = (destination: object) => () => set.isAuthorized({ destination: { namespace: 'shop', port: 80, ...destination } });

  test.each([
    [{ workload: 'apii' }, "got 'apii' in namespace 'shop'; add its manifest, or state its labels; did you mean 'api'? namespace 'shop' has 'api', 'batch', 'cart', 'db', 'edge', 'files' and 2 more"],
    [{ workload: 'zzzzz' }, "add its manifest, or state its labels; namespace 'shop' has 'api', 'batch'"],
    [{ workload: 'payment' }, "and 2 more, 'payment' is in namespace 'bank'"],
    [{ workload: 'web', namespace: 'empty' }, "; namespace 'empty' has none, 'web' is in namespace 'shop'"],
    [{ service: 'ap-i' }, "got 'ap-i' in namespace 'shop'; add its manifest; did you mean 'api'? namespace 'shop' has 'api'"],
    [{ serviceEntry: 'api' }, "got 'api' in namespace 'shop'; add its manifest; namespace 'shop' has none"],
    [{ gateway: 'edg' }, "add its manifest; did you mean 'edge'? namespace 'shop' has 'api'"],
  ])('comes with those that they have: %j', (destination, message) => {
    expect(asking(destination)).toThrow(message);
  });

  test.each([
    ['shop/wbe', "did you mean 'web'? namespace 'shop' has 'api'"],
    ['web', "got 'web'; add its manifest, or state its serviceAccount; 'web' is in namespace 'shop'"],
    ['other/web', "; namespace 'other' has none, 'web' is in namespace 'shop'"],
  ])('of a client comes with those that they have: %s', (workload, message) => {
    expect(() => set.isAuthorized({ source: { workload }, destination: { namespace: 'shop', workload: 'api', port: 80 } })).toThrow(message);
  });

  test.each([
    ['shop/wbe', ["no workload of the manifests runs as service account 'shop/wbe', and they have no ServiceAccount of that name; did you mean 'shop/web'?"]],
    ['shop/zzzzz', ["no workload of the manifests runs as service account 'shop/zzzzz', and they have no ServiceAccount of that name"]],
    ['shop/web', []],
    ['shop/default', []],
    ['shop/robot', []],
    ['shop/wp', ["no workload of the manifests runs as service account 'shop/wp', and they have no ServiceAccount of that name"]],
    ['shop/wp-istio', []],
    ['elsewhere/wbe', []],
  ])('of a service account is noted: %s', (serviceAccount, notes) => {
    const more = [
      pod('web'),
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'robot', namespace: 'shop' } },
      { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { name: 'wp', namespace: 'shop' }, spec: { gatewayClassName: 'istio' } },
    ];

    expect(sidecars(more).isAuthorized(request({ source: { serviceAccount } })).notes).toEqual(notes);
  });
});

describe('notes', () => {
  test('are said once', () => {
    const set = PolicySet.fromManifests([pod('api'), pod('web')]);
    const { notes } = set.isAuthorized({ source: { workload: 'shop/web' }, destination: { namespace: 'shop', workload: 'api', port: 80 } });

    expect(notes.filter(note => note.includes("namespace 'shop' is not in the manifests"))).toHaveLength(1);
  });

  test('tell workloads of one name behind a Service apart by their kinds', () => {
    const deployment = (kind: string) => ({ apiVersion: 'apps/v1', kind, metadata: { name: 'api', namespace: 'shop' }, spec: { template: { metadata: { labels: { app: 'api' } } } } });
    const set = PolicySet.fromManifests([namespace('shop'), service('api', [{ port: 80 }]), deployment('Deployment'), deployment('StatefulSet'), pod('v2', { app: 'api' })]);

    expect(set.isAuthorized({ destination: { namespace: 'shop', service: 'api', port: 80 } }).notes[0]).toBe("Service 'api' leads to several workloads: shop/v2, Deployment shop/api, StatefulSet shop/api");
  });
});

describe('the nearest rule', () => {
  test.each([['at a sidecar', sidecars], ['at ztunnel', ambient]])('is one that names the caller, before one for anybody, %s', (_, mesh) => {
    const to = (port: string) => [{ operation: { ports: [port] } }];
    const rules = (naming: object) => [{ to: to('1') }, { ...naming, to: to('2') }];
    const nearest = (naming: object) => mesh([authorization({ rules: rules(naming) })]).isAuthorized(request()).hops[0].nearest?.rule;

    expect(nearest({ from: [{ source: { namespaces: ['shop'] } }] })).toBe('ALLOW shop/policy rule 1');
    expect(nearest({ when: [{ key: 'source.namespace', values: ['shop'] }] })).toBe('ALLOW shop/policy rule 1');
    expect(nearest({ when: [{ key: 'destination.port', values: ['8080'] }] })).toBe('ALLOW shop/policy rule 0');
  });
});
