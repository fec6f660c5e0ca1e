import { PolicySet, RequestDestination, RequestSource } from 'cdk8s-zero-trust';
import { authorization, namespace, peerAuthentication, pod, service, verdict, WEB } from './support';

const AMBIENT = { 'istio.io/dataplane-mode': 'ambient' };
const SIDECARS = { 'istio-injection': 'enabled' };
const ISTIO = 'networking.istio.io/v1';
const STRICT = peerAuthentication({ mtls: { mode: 'STRICT' } });
const PORTS = [{ name: 'http', port: 80, targetPort: 8080 }];

type Labels = Record<string, string>;

function machine(spec: object = {}, meta: object = {}): object {
  return { apiVersion: ISTIO, kind: 'WorkloadEntry', metadata: { name: 'vm', namespace: 'shop', ...meta }, spec: { address: '10.9.9.9', labels: { app: 'api' }, serviceAccount: 'vm', ...spec } };
}

const group = (template: object, metadata: object = { labels: { app: 'api' } }) =>
  ({ apiVersion: ISTIO, kind: 'WorkloadGroup', metadata: { name: 'vms', namespace: 'shop' }, spec: { metadata, template } });
const entry = (spec: object, meta: object = {}) => ({
  apiVersion: ISTIO,
  kind: 'ServiceEntry',
  metadata: { name: 'ext', namespace: 'shop', ...meta },
  spec: { hosts: ['a.example.com'], ports: [{ number: 80, name: 'http', protocol: 'HTTP', targetPort: 8080 }], resolution: 'STATIC', ...spec },
});

interface Asked {
  readonly to?: Partial<RequestDestination>;
  readonly source?: RequestSource;
  readonly labels?: Labels;
}

function ask(manifests: object[], { to = { workload: 'vm', port: 8080 }, source = { principal: WEB }, labels = SIDECARS }: Asked = {}) {
  return PolicySet.fromManifests([namespace('shop', labels), ...manifests]).isAuthorized({ source, destination: { namespace: 'shop', port: 80, ...to }, http: {} });
}

describe('A machine that is no pod', () => {
  test.each<[string, object, string[], string[]]>([
    ['has a sidecar if it has a service account', machine(), ['sidecar of shop/vm'], []],
    ['has none without', machine({ serviceAccount: undefined }), [], ["WorkloadEntry 'shop/vm' is not in the mesh, by its service account and its label security.istio.io/tlsMode: no proxy enforces policy for it"]],
    ['has none if it says so', machine({}, { labels: { 'security.istio.io/tlsMode': 'disabled' } }), [], [expect.stringContaining('no proxy enforces policy')]],
    ['has one if it says so', machine({ serviceAccount: undefined, labels: { 'security.istio.io/tlsMode': 'istio' } }), ['sidecar of shop/vm'], []],
    ['has one if it takes HBONE', machine({ serviceAccount: undefined, labels: { 'networking.istio.io/tunnel': 'http' } }), ['sidecar of shop/vm'], []],
    ['is captured by ztunnel if it says so', machine({}, { annotations: { 'ambient.istio.io/redirection': 'enabled' } }), ['ztunnel of shop/vm'], []],
    ['is not injected by an annotation', machine({ serviceAccount: undefined }, { annotations: { 'sidecar.istio.io/inject': 'true' } }), [], [expect.stringContaining('no proxy enforces policy')]],
  ])('%s', (_, manifest, proxies, notes) => {
    const response = ask([manifest]);

    expect([response.hops.map(({ proxy }) => proxy), response.notes]).toEqual([proxies, notes]);
  });

  test('is not captured at ports that Istio leaves out there', () => {
    expect([22, 23].map(port => verdict(ask([machine(), authorization({})], { to: { workload: 'vm', port } })))).toEqual(['ALLOW', 'DENY ALLOW 403']);
  });

  test('has the policies of its labels, those of the object before those of the spec', () => {
    const deny = (app: string) => authorization({ selector: { matchLabels: { app } }, action: 'DENY', rules: [{}] });
    const labelled = machine({}, { labels: { app: 'db' } });

    expect(['api', 'db'].map(app => ask([labelled, deny(app)]).decision)).toEqual(['ALLOW', 'DENY']);
  });

  test('has its address', () => {
    const toAddress = authorization({ rules: [{ when: [{ key: 'destination.ip', values: ['10.9.9.9'] }] }] });

    expect(verdict(ask([machine(), toAddress]))).toBe('ALLOW 200');
  });

  test('takes mutual TLS as its PeerAuthentications say', () => {
    expect([{}, { serviceAccount: 'shop/web' }].map(source => verdict(ask([machine(), STRICT], { source })))).toEqual(['DENY TRANSPORT', 'ALLOW 200']);
  });

  test('is behind a Service that selects it, beside pods', () => {
    const manifests = [service('api', PORTS), pod('api'), machine()];
    const only = authorization({ rules: [{ from: [{ source: { principals: ['cluster.local/ns/shop/sa/web'] } }] }] });

    expect(ask([...manifests, only], { to: { service: 'api' } }).notes).toEqual(["Service 'api' leads to several workloads: shop/api, shop/vm"]);
    expect(verdict(ask([...manifests, only], { to: { service: 'api' } }))).toBe('ALLOW 200');
  });

  test.each<[string, object[], Record<string, number>, unknown]>([
    ['by number', [{ name: 'http', port: 80, targetPort: 8080 }], {}, 8080],
    ['that its own ports replace, by the name of the port', [{ name: 'http', port: 80, targetPort: 8080 }], { http: 9090 }, 9090],
    ['by name, among its ports', [{ name: 'http', port: 80, targetPort: 'web' }], { web: 9090 }, 9090],
    ['by a name that it does not have', [{ name: 'http', port: 80, targetPort: 'web' }], {}, undefined],
  ])('gets what is sent to a Service at the target port %s', (_, ports, own, port) => {
    const { hops, decision } = ask([service('api', ports), machine({ ports: own })], { to: { service: 'api' } });

    expect([hops[0]?.port, decision]).toEqual([port, port === undefined ? 'UNDECIDED' : 'ALLOW']);
  });

  test('sends as its service account', () => {
    const toPod = authorization({ selector: { matchLabels: { app: 'web' } }, rules: [{ from: [{ source: { principals: ['cluster.local/ns/shop/sa/vm'] } }] }] });
    const manifests = [machine(), pod('web'), service('web', PORTS), toPod, STRICT];

    expect(verdict(ask(manifests, { source: { workload: 'shop/vm' }, to: { service: 'web' } }))).toBe('ALLOW 200');
    expect(verdict(ask([machine({ serviceAccount: '' }), ...manifests.slice(1)], { source: { workload: 'shop/vm' }, to: { service: 'web' } }))).toBe('DENY TRANSPORT');
  });
});

describe('A WorkloadGroup', () => {
  test('is a workload by its own name, with the labels of its machines', () => {
    const deny = authorization({ selector: { matchLabels: { app: 'api' } }, action: 'DENY', rules: [{}] });

    expect(verdict(ask([group({ serviceAccount: 'vm' }), deny], { to: { workload: 'vms', port: 8080 } }))).toBe('DENY DENY 403');
  });

  test('is behind a Service, by the ports of its template', () => {
    expect(ask([group({ serviceAccount: 'vm', ports: { http: 9090 } }), service('api', PORTS)], { to: { service: 'api' } }).hops.map(({ proxy, port }) => [proxy, port]))
      .toEqual([['sidecar of shop/vms', 9090]]);
  });
});

describe('A ServiceEntry', () => {
  const to = { serviceEntry: 'ext' };
  const CLOSED = authorization({ selector: { matchLabels: { app: 'api' } }, action: 'DENY', rules: [{}] });

  test.each<[string, object[], string[]]>([
    ['leads to the pods that it selects', [pod('api'), entry({ workloadSelector: { labels: { app: 'api' } } })], ['shop/api:8080']],
    ['leads to machines that it selects', [machine({ ports: { http: 9090 } }), entry({ workloadSelector: { labels: { app: 'api' } } })], ['shop/vm:9090']],
    ['leads to a pod that has the address of its endpoint', [pod('api'), entry({ endpoints: [{ address: '10.1.1.1' }] })], ['shop/api:8080']],
    ['leads to an endpoint that has a service account', [entry({ endpoints: [{ address: '10.2.2.2', serviceAccount: 'x', labels: { app: 'api' }, ports: { http: 7070 } }] })], ['shop/10.2.2.2:7070']],
  ])('%s', (_, manifests, proxies) => {
    const response = ask([...manifests, CLOSED], { to });

    expect([response.hops.map(({ proxy, port }) => `${proxy.replace(/^.* /, '')}:${port}`), response.decision]).toEqual([proxies, 'DENY']);
  });

  test('that leads out of the mesh is not evaluated without a waypoint', () => {
    expect(ask([entry({ endpoints: [{ address: '192.0.2.1' }] })], { to }).decision).toBe('UNDECIDED');
  });

  const podWith = (annotations: Labels) => ({ ...pod('api'), metadata: { name: 'api', namespace: 'shop', labels: { app: 'api' }, annotations } });

  test.each<[string, object[], string]>([
    ['a pod out of the mesh', [podWith({ 'sidecar.istio.io/inject': 'false' })], "'shop/api' is not in the mesh, by annotation sidecar.istio.io/inject: 'false': no proxy enforces policy for it"],
    ['a port that is not captured', [podWith({ 'traffic.sidecar.istio.io/excludeInboundPorts': '8080' })], "port 8080 is not captured by the sidecar, by annotation traffic.sidecar.istio.io/excludeInboundPorts: '8080': no proxy enforces policy for it"],
    ['a machine out of the mesh', [machine({ serviceAccount: undefined })], "WorkloadEntry 'shop/vm' is not in the mesh, by its service account and its label security.istio.io/tlsMode: no proxy enforces policy for it"],
  ])('leads past policies to what no proxy enforces them for: %s', (_, manifests, note) => {
    const { decision, notes } = ask([...manifests, entry({ workloadSelector: { labels: { app: 'api' } } }), CLOSED], { to });

    expect([decision, notes]).toEqual(['ALLOW', [note]]);
  });

  test('selects no pods where istiod is told so', () => {
    const settings = { istiodEnvironment: { PILOT_ENABLE_SERVICEENTRY_SELECT_PODS: 'false' } };
    const policies = PolicySet.fromManifests([namespace('shop', SIDECARS), pod('api'), entry({ workloadSelector: { labels: { app: 'api' } } })], settings);

    expect(policies.isAuthorized({ source: { serviceAccount: 'shop/web' }, destination: { namespace: 'shop', port: 80, ...to }, http: {} }).hops).toEqual([]);
  });
});

describe('A Service without selector', () => {
  const free = { ...service('api', PORTS) as object, spec: { clusterIP: '10.96.0.1', ports: PORTS } };
  const slice = (endpoint: object) =>
    ({ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata: { name: 'api-1', namespace: 'shop', labels: { 'kubernetes.io/service-name': 'api' } }, endpoints: [endpoint] });

  test.each<[string, object, string | undefined]>([
    ['the pod that an EndpointSlice refers to', slice({ addresses: ['10.1.1.1'], targetRef: { kind: 'Pod', name: 'api', namespace: 'shop' } }), 'ztunnel of shop/api'],
    ['the pod that has the address in one', slice({ addresses: ['10.1.1.1'] }), 'ztunnel of shop/api'],
    ['the pod that has the address, where it refers to something else', slice({ addresses: ['10.1.1.1'], targetRef: { kind: 'Node', name: 'api' } }), 'ztunnel of shop/api'],
    ['something outside of the mesh', slice({ addresses: ['192.0.2.1'] }), undefined],
  ])('leads to %s', (_, manifest, proxy) => {
    const response = ask([free, pod('api'), manifest], { to: { service: 'api' }, labels: AMBIENT });

    expect([response.hops.map(hop => hop.proxy), response.decision]).toEqual([[proxy ?? []].flat(), 'ALLOW']);
  });

  test.each<[string, object | undefined, string, number | undefined]>([
    ['its port of the same name', [{ name: 'other', port: 1 }, { name: 'http', port: 9090 }], 'ALLOW 200', 9090],
    ['no port of another name', [{ name: 'other', port: 9090 }], 'UNDECIDED', undefined],
    ['the target port, where it has no ports', undefined, 'ALLOW 200', 8080],
  ])('leads to what an EndpointSlice numbers: %s', (_, ports, expected, port) => {
    const pods = [pod('api', { 'sidecar.istio.io/inject': 'true' }), pod('web', { 'sidecar.istio.io/inject': 'true' })];
    const manifests = [free, ...pods, { ...slice({ addresses: ['10.1.1.1'], targetRef: { kind: 'Pod', name: 'api', namespace: 'shop' } }), ports }];

    for (const source of [{ workload: 'shop/web' }, { serviceAccount: 'shop/web' }]) {
      const response = ask(manifests, { source, to: { service: 'api' } });
      expect([verdict(response), response.hops[0]?.port]).toEqual([expected, port]);
    }
  });
});

describe('A Service with selector', () => {
  const slice = (endpoint: object, labels: object = {}) =>
    ({ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata: { name: 'api-1', namespace: 'shop', labels: { 'kubernetes.io/service-name': 'api', ...labels } }, endpoints: [endpoint] });
  const CONTROLLED = { 'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io' };

  test.each<[string, object[], string]>([
    ['its pods alone', [], 'DENY ALLOW 403'],
    ['what an EndpointSlice by hand names as well', [slice({ addresses: ['192.0.2.1'] })], 'UNDECIDED'],
    ['a pod once, which one by hand names too', [slice({ addresses: ['10.1.1.1'] })], 'DENY ALLOW 403'],
    ['nothing more by those of the controller', [slice({ addresses: ['192.0.2.1'] }, CONTROLLED)], 'DENY ALLOW 403'],
  ])('leads to %s', (_, slices, expected) => {
    const closed = { apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata: { name: 'none', namespace: 'shop' }, spec: {} };
    const pods = [pod('api', { 'sidecar.istio.io/inject': 'true' }), pod('web', { 'sidecar.istio.io/inject': 'true' })];

    expect(verdict(ask([service('api', PORTS), ...pods, closed, ...slices], { source: { workload: 'shop/web' }, to: { service: 'api' } }))).toBe(expected);
  });
});

describe('ztunnel', () => {
  const running = (labels: Labels) => {
    const api = pod('api', labels) as { metadata: object };
    return { ...api, metadata: { ...api.metadata, creationTimestamp: '2025-01-01T00:00:00Z' }, spec: { containers: [{ name: 'istio-proxy', args: ['proxy', 'sidecar'] }] } };
  };
  const slice = { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata: { name: 'api-1', namespace: 'shop', labels: { 'kubernetes.io/service-name': 'api' } }, endpoints: [{ addresses: ['10.1.1.1'] }] };
  const free = { ...service('api', PORTS) as object, spec: { clusterIP: '10.96.0.1', ports: PORTS } };

  const naming = (ref: object) => ({ ...slice, endpoints: [{ addresses: ['10.1.1.1'], targetRef: { kind: 'Pod', name: 'api', ...ref } }] });

  test('sends plaintext to what is referred to as something else than a pod', () => {
    const node = { ...slice, endpoints: [{ addresses: ['10.1.1.1'], targetRef: { kind: 'Node', name: 'api' } }] };

    expect(verdict(ask([pod('api'), free, node, pod('web'), STRICT], { source: { workload: 'shop/web' }, to: { service: 'api' }, labels: AMBIENT }))).toBe('DENY TRANSPORT');
  });

  test.each<[string, object[], string]>([
    ['sends plaintext to a running sidecar', [running({}), service('api', PORTS)], 'DENY TRANSPORT'],
    ['sends HBONE to one that says that it takes it', [running({ 'networking.istio.io/tunnel': 'http' }), service('api', PORTS)], 'ALLOW 200'],
    ['sends HBONE to one that is not there yet', [pod('api', { 'sidecar.istio.io/inject': 'true' }), service('api', PORTS)], 'ALLOW 200'],
    ['sends HBONE to what it captures', [pod('api'), service('api', PORTS)], 'ALLOW'],
    ['sends plaintext to what it knows by its address only', [pod('api'), free, slice], 'DENY TRANSPORT'],
    ['sends HBONE to a pod that an EndpointSlice names', [pod('api'), free, naming({ namespace: 'shop' })], 'ALLOW'],
    ['sends HBONE to one that it names in its own namespace', [pod('api'), free, naming({})], 'ALLOW'],
    ['sends plaintext to one that it names in another', [pod('api'), free, naming({ namespace: 'other' })], 'DENY TRANSPORT'],
    ['sends plaintext to the address of an endpoint of which it names no pod', [pod('api'), free, naming({ name: undefined })], 'DENY TRANSPORT'],
    ['sends plaintext to a machine with a sidecar', [machine(), service('api', PORTS)], 'DENY TRANSPORT'],
    ['sends HBONE to one that is captured', [machine({}, { annotations: { 'ambient.istio.io/redirection': 'enabled' } }), service('api', PORTS)], 'ALLOW'],
  ])('%s', (_, manifests, expected) => {
    expect(verdict(ask([...manifests, pod('web'), STRICT], { source: { workload: 'shop/web' }, to: { service: 'api' }, labels: AMBIENT }))).toBe(expected);
  });

  test('says what it took a sidecar to accept', () => {
    expect(ask([pod('api', { 'sidecar.istio.io/inject': 'true' }), service('api', PORTS), pod('web')], { source: { workload: 'shop/web' }, to: { service: 'api' }, labels: AMBIENT }).notes)
      .toEqual(["the sidecar of 'shop/api' is taken to accept HBONE, as Istio gives it where it is installed for ambient mode"]);
  });
});
