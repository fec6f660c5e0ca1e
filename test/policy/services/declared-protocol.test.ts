import { PolicySet } from 'cdk8s-zero-trust';
import { authorization, namespace, pod, request, service, verdict, WEB } from '../support';

const created = (manifest: object, month: number | undefined): object => {
  const { metadata } = manifest as { metadata: object };
  return { ...manifest, metadata: { ...metadata, creationTimestamp: month && `2024-0${month}-01T00:00:00Z` } };
};
const named = (name: string, portName: string, month?: number) =>
  created({ ...service(name, []) as object, spec: { selector: { app: 'api' }, ports: [{ name: portName, port: 80, targetPort: 8080 }] } }, month);
const entry = (spec: object, month?: number) => created({
  apiVersion: 'networking.istio.io/v1',
  kind: 'ServiceEntry',
  metadata: { name: 'ext', namespace: 'shop' },
  spec: { hosts: ['a.example.com'], workloadSelector: { labels: { app: 'api' } }, ports: [{ number: 8080, name: 'p', protocol: 'TCP' }], ...spec },
}, month);

/** Whether the port is HTTP: only there a rule on methods lets anything pass. */
const GET = authorization({ rules: [{ to: [{ operation: { methods: ['GET'] } }] }] });

function ask(manifests: object[]) {
  return PolicySet.fromManifests([namespace('shop', { 'istio-injection': 'enabled' }), pod('api'), GET, ...manifests]).isAuthorized(request());
}

describe('The protocol of a port of a workload', () => {
  test.each<[string, object[], string]>([
    ['is that of the oldest Service', [named('a', 'tcp', 2), named('b', 'http', 1)], 'ALLOW 200'],
    ['is not that of a younger one', [named('a', 'tcp', 1), named('b', 'http', 2)], 'DENY ALLOW'],
    ['is that of the first by host if they are equally old', [named('a', 'http', 1), named('a-b', 'tcp', 1)], 'DENY ALLOW'],
    ['is not known if their ages are not', [named('a', 'http'), named('b', 'tcp')], 'UNDECIDED ALLOW'],
    ['is known if they agree', [named('a', 'http'), named('b', 'http')], 'ALLOW 200'],
    ['is that of an older ServiceEntry that selects it', [named('a', 'http', 2), entry({}, 1)], 'DENY ALLOW'],
    ['is not that of a younger ServiceEntry', [named('a', 'http', 1), entry({}, 2)], 'ALLOW 200'],
    ['is that of a ServiceEntry that has its address', [named('a', 'http', 2), entry({ workloadSelector: undefined, endpoints: [{ address: '10.1.1.1' }] }, 1)], 'DENY ALLOW'],
    ['is not that of a ServiceEntry for others', [named('a', 'http', 2), entry({ workloadSelector: { labels: { app: 'db' } } }, 1)], 'ALLOW 200'],
    ['is not that of a ServiceEntry without labels', [named('a', 'http', 2), entry({ workloadSelector: { labels: {} } }, 1)], 'ALLOW 200'],
    ['is not that of another port', [named('a', 'http', 2), entry({ ports: [{ number: 81, name: 'p', protocol: 'TCP' }] }, 1)], 'ALLOW 200'],
    ['is that of the port that a ServiceEntry leads to', [named('a', 'http', 2), entry({ ports: [{ number: 81, targetPort: 8080, name: 'p', protocol: 'TCP' }] }, 1)], 'DENY ALLOW'],
  ])('%s', (_, manifests, expected) => {
    expect(verdict(ask(manifests))).toBe(expected);
  });

  test('is what an answer hangs on, where ages are not known', () => {
    expect(ask([named('a', 'http'), named('b', 'tcp')]).notes).toEqual([
      'ALLOW if Service shop/a is the oldest for port 8080, DENY if Service shop/b is the oldest for port 8080',
    ]);
  });
});

describe('The port of a pod that a Service leads to', () => {
  const api = (ports: object[]) => ({ ...pod('api') as object, spec: { serviceAccountName: 'api', containers: [{ name: 'api', ports }] } });
  const to = (targetPort: unknown) => ({ ...service('api', [{ name: 'http', port: 80, targetPort }]) as object });
  const TCP = { name: 'web', containerPort: 8080 };

  test.each<[string, unknown, object[], number | undefined]>([
    ['is found by its name', 'web', [TCP], 8080],
    ['is not one of another protocol', 'web', [{ name: 'web', containerPort: 9999, protocol: 'UDP' }, TCP], 8080],
    ['is not known by a name that only another protocol has', 'web', [{ name: 'web', containerPort: 9999, protocol: 'UDP' }], undefined],
    ['is the port itself without one', undefined, [TCP], 80],
    ['is the port itself for none', 0, [TCP], 80],
    ['is the port itself for an empty name', '', [TCP], 80],
  ])('%s', (_, targetPort, ports, expected) => {
    const policies = PolicySet.fromManifests([namespace('shop', { 'istio-injection': 'enabled' }), api(ports), to(targetPort)]);
    const { hops } = policies.isAuthorized({ source: { principal: WEB }, destination: { namespace: 'shop', service: 'api', port: 80 }, http: {} });

    expect(hops[0]?.port).toBe(expected);
  });
});
