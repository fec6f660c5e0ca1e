import { AccessRequest, Decision, PolicySet, UndecidedReason } from 'cdk8s-zero-trust';
import { namespace, peerAuthentication, pod, service } from './support';

const SIDECARS = { 'istio-injection': 'enabled' };
const HTTP = [{ name: 'http', port: 80, targetPort: 8080 }];
const HOST = 'api.shop.svc.cluster.local';
const V2 = 'v2.two.svc.cluster.local';

const object = (apiVersion: string) => (kind: string, spec: object, at = 'shop', name = 'twin', more: object = {}) =>
  ({ apiVersion, kind, metadata: { name, namespace: at }, spec, ...more });
const istio = object('networking.istio.io/v1');
const security = object('security.istio.io/v1');
const gatewayApi = object('gateway.networking.k8s.io/v1');
const inNamespace = (at: string, made: object) => {
  const { metadata, ...rest } = made as { metadata: object };
  return { ...rest, metadata: { ...metadata, namespace: at } };
};
const policy = (action: string, at = 'shop', spec: object = { rules: [{}] }) => security('AuthorizationPolicy', { action, ...spec }, at);
const strict = peerAuthentication({ mtls: { mode: 'STRICT' } }, { name: 'strict' });
const tls = (mode: string, host: string) => istio('DestinationRule', { host, trafficPolicy: { tls: { mode } } }, 'client');

const CLIENT = [namespace('client', SIDECARS), pod('web', {}, 'client')];
const SHOP = [namespace('shop', SIDECARS), service('api', HTTP), pod('api')];
const TO_API = { destination: { namespace: 'shop', service: 'api', port: 80 }, http: {} };
const SENT: AccessRequest = { ...TO_API, source: { workload: 'client/web' } };
const BY_NAME: AccessRequest = { ...TO_API, source: { serviceAccount: 'client/web' } };

interface Case {
  readonly manifests: readonly object[];
  readonly twins: readonly [object, object];
  readonly request: AccessRequest;
}

/** Each of two objects of one name by itself gives another answer; both together give none, in whatever order. */
function expectUndecided({ manifests, twins: [one, other], request }: Case): void {
  const ask = (...more: object[]) => PolicySet.fromManifests([...manifests, ...more]).isAuthorized(request);

  expect(ask(one).decision).not.toBe(ask(other).decision);
  for (const both of [ask(one, other), ask(other, one)]) {
    expect([both.decision, both.undecidedReason]).toEqual([Decision.UNDECIDED, UndecidedReason.MANIFEST_IN_DOUBT]);
  }
}

describe('a doubt reaches where routes of the client send a request', () => {
  const route = istio('VirtualService', { hosts: [HOST], http: [{ route: [{ destination: { host: V2 } }] }] }, 'client', 'route');
  const two = namespace('two', SIDECARS);
  const [toV2, v2, v3] = [service('v2', HTTP), pod('v2'), pod('v3')].map(one => inNamespace('two', one));
  const there = [...CLIENT, ...SHOP, route, toV2, v2];
  const forV3 = policy('DENY', 'two', { rules: [{}], selector: { matchLabels: { app: 'v3' } } });

  test.each<[string, readonly object[], readonly [object, object]]>([
    ['a policy there', [...there, two], [policy('ALLOW', 'two'), policy('DENY', 'two')]],
    ['a DestinationRule for the host there', [...there, two, inNamespace('two', strict)], [tls('DISABLE', V2), tls('ISTIO_MUTUAL', V2)]],
    ['the namespace there', [...there, policy('DENY', 'two')], [two, namespace('two')]],
    ['the Service there', [...CLIENT, ...SHOP, route, two, v2, v3, forV3],
      [toV2, { ...toV2, spec: { selector: { app: 'v3' }, ports: HTTP } }]],
  ])('%s', (_, manifests, twins) => expectUndecided({ manifests, twins, request: SENT }));
});

describe('a doubt reaches what the proxy of a client goes by', () => {
  const entry = istio('ServiceEntry', {
    hosts: ['db.example.com'],
    addresses: ['10.1.1.1'],
    location: 'MESH_INTERNAL',
    resolution: 'STATIC',
    ports: [{ number: 8080, name: 'http', protocol: 'HTTP' }],
    workloadSelector: { labels: { app: 'api' } },
  }, 'shop', 'entry');
  const toPod: AccessRequest = { ...SENT, destination: { namespace: 'shop', workload: 'api', port: 8080 } };
  const headless = [...SHOP.slice(0, 1), { ...service('api', [{ name: 'http', port: 8080 }]), spec: { clusterIP: 'None', selector: { app: 'api' }, ports: [{ name: 'http', port: 8080 }] } }];
  const excluded = { ...pod('api'), metadata: { name: 'api', namespace: 'shop', labels: { app: 'api' }, annotations: { 'traffic.sidecar.istio.io/excludeInboundPorts': '8080' } } };
  const answers = (host: string) => istio('VirtualService', { hosts: [host], http: [{ directResponse: { status: 200 } }] }, 'third');
  const bySelector = (app: string) => istio('Gateway', { selector: { app }, servers: [{ port: { number: 80, protocol: 'HTTP', name: 'http' }, hosts: ['*'] }] }, 'third');

  test.each<[string, readonly object[], readonly [object, object], AccessRequest]>([
    ['the modes of pods whose proxy is passed by', [...CLIENT, ...SHOP.slice(0, 2), excluded],
      [peerAuthentication({ mtls: { mode: 'STRICT' } }), peerAuthentication({ mtls: { mode: 'DISABLE' } })], SENT],
    ['a Gateway that takes the client for one', [namespace('client'), pod('web', {}, 'client'), ...SHOP, strict], [bySelector('web'), bySelector('other')], SENT],
    ['a route for the host that has the address of a pod', [...CLIENT, ...SHOP, entry], [answers('db.example.com'), answers('other')], toPod],
    ['a DestinationRule for that host', [...CLIENT, ...SHOP, entry, strict], [tls('DISABLE', 'db.example.com'), tls('DISABLE', 'other')], toPod],
    ['another pod behind a Service without address', [...CLIENT, ...headless, pod('api'), strict],
      [pod('api2', { 'app': 'api', 'sidecar.istio.io/inject': 'false' }), pod('api2', { app: 'api' })], toPod],
  ])('%s', (_, manifests, twins, request) => expectUndecided({ manifests, twins, request }));

  test('the server name that a client known by its identity gives, if it is asked for', () => {
    const asks = policy('DENY', 'shop', { rules: [{ when: [{ key: 'connection.sni', values: [`outbound_.80_._.${HOST}`] }] }] });
    const misread = istio('DestinationRule', { host: HOST, trafficPolicy: { tls: { mode: 'ISTIO_MUTUAL', sni: 'other', subjectAltNames: 'x' } } }, 'client');
    const ask = (...more: object[]) => PolicySet.fromManifests([...CLIENT, ...SHOP, ...more]).isAuthorized(BY_NAME).decision;

    expect([ask(asks), ask(misread), ask(asks, misread)]).toEqual([Decision.DENY, Decision.ALLOW, Decision.UNDECIDED]);
  });

  test('the namespaces that the control plane reads', () => {
    const selectors = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'istio', namespace: 'istio-system' }, data: { mesh: 'discoverySelectors: [{matchLabels: {read: "yes"}}]' } };
    const read = (name: string) => namespace(name, { ...SIDECARS, read: 'yes' });
    const manifests = [...CLIENT, ...SHOP, selectors, policy('DENY', 'istio-system')].filter(one => (one as { kind: string }).kind !== 'Namespace');

    expectUndecided({ manifests: [...manifests, read('client'), read('shop')], twins: [read('istio-system'), namespace('istio-system')], request: BY_NAME });
  });
});

describe('a doubt reaches what leads to addresses', () => {
  const nowhere = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'db', namespace: 'shop' }, spec: { clusterIP: '10.96.0.2', ports: HTTP } };
  const slice = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'db-1', namespace: 'shop', labels: { 'kubernetes.io/service-name': 'db' } },
    endpoints: [{ addresses: ['10.3.3.3'] }],
    ports: [{ name: 'http', port: 8080 }],
  };
  const entry = istio('ServiceEntry', {
    hosts: ['db.example.com'], location: 'MESH_INTERNAL', resolution: 'STATIC', ports: [{ number: 80, name: 'http', protocol: 'HTTP' }], endpoints: [{ address: '10.3.3.3' }],
  }, 'shop', 'db');
  const there = [...CLIENT, ...SHOP, nowhere, slice, entry];
  const machine = istio('WorkloadEntry', { address: {} }, 'far');
  const running = { ...inNamespace('far', pod('db')), status: { podIPs: '10.3.3.3' } };

  test.each<[string, object, object, string]>([
    ['a machine, behind a Service without selector', machine, { service: 'db' }, 'UNDECIDED'],
    ['a pod, behind a Service without selector', running, { service: 'db' }, 'UNDECIDED'],
    ['a machine, behind a ServiceEntry', machine, { serviceEntry: 'db' }, 'UNDECIDED'],
    ['a pod, behind a ServiceEntry', running, { serviceEntry: 'db' }, 'UNDECIDED'],
    ['a machine, not behind what selects pods', machine, { service: 'api' }, 'ALLOW'],
    ['a pod, not behind what selects pods', running, { service: 'api' }, 'ALLOW'],
  ])('by the address that cannot be read of %s', (_, misread, destination, expected) => {
    const asked = { source: { workload: 'client/web' }, destination: { namespace: 'shop', port: 80, ...destination }, http: {} };
    const answer = PolicySet.fromManifests([...there, misread]).isAuthorized(asked);

    expect([answer.decision, answer.undecidedReason]).toEqual([expected, expected === 'ALLOW' ? undefined : UndecidedReason.MANIFEST_IN_DOUBT]);
  });
});

describe('a doubt reaches a gateway', () => {
  const FROM_ALL = { allowedRoutes: { namespaces: { from: 'All' } } };
  const edge = gatewayApi('Gateway', {
    gatewayClassName: 'istio',
    allowedListeners: { namespaces: { from: 'All' } },
    listeners: [
      { name: 'tcp', port: 9000, protocol: 'TCP', ...FROM_ALL }, { name: 'tls', port: 443, protocol: 'TLS', tls: { mode: 'Passthrough' }, ...FROM_ALL },
    ],
  }, 'gw', 'edge');
  const GATEWAY = [namespace('gw'), namespace('app'), edge];
  const to = (port: number, source: object = {}, http?: object): AccessRequest =>
    ({ destination: { namespace: 'gw', gateway: 'edge', port }, source: { ip: '1.2.3.4', ...source }, http });
  const bound = (kind: string, parent: object, more: object = {}) =>
    gatewayApi(kind, { parentRefs: [{ namespace: 'gw', ...parent }], rules: [{ backendRefs: [{ name: 'a', port: 1 }] }], ...more }, 'app');
  const set = (port: number, name = 'twin') => gatewayApi('ListenerSet', { parentRef: { name: 'edge', namespace: 'gw' }, listeners: [{ name: 'http', port, protocol: 'HTTP' }] }, 'app', name);
  const byAddress = (port: number) => gatewayApi('Gateway', { gatewayClassName: 'istio', addresses: [{ type: 'Hostname', value: 'api.shop.svc' }], listeners: [{ name: 'http', port, protocol: 'HTTP' }] });
  const custom = [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'istio', namespace: 'istio-system' }, data: { mesh: 'extensionProviders: [{name: x, envoyExtAuthzGrpc: {service: x.y, port: 80}}]' } },
    policy('CUSTOM', 'gw', { provider: { name: 'x' }, rules: [{}] }),
  ];

  test.each<[string, readonly object[], readonly [object, object], AccessRequest]>([
    ['routes of another namespace for TCP', GATEWAY, [bound('TCPRoute', { name: 'edge' }), bound('TCPRoute', { name: 'other' })], to(9000)],
    ['routes of another namespace for TLS', GATEWAY,
      [bound('TLSRoute', { name: 'edge' }, { hostnames: ['a.example.com'] }), bound('TLSRoute', { name: 'edge' }, { hostnames: ['b.example.com'] })],
      to(443, { transport: 'ONE_WAY_TLS', sni: 'a.example.com' })],
    ['listeners of another namespace', GATEWAY, [set(8000), set(8001)], to(8000, {}, {})],
    ['routes of these listeners', [...GATEWAY, set(8000, 'more'), ...custom],
      [bound('HTTPRoute', { name: 'more', kind: 'ListenerSet', namespace: 'app' }), bound('HTTPRoute', { name: 'other' })], to(8000, {}, {})],
    ['a Gateway that names the Service of pods', [namespace('shop'), ...SHOP.slice(1)], [byAddress(80), byAddress(81)],
      { source: { ip: '1.2.3.4' }, destination: { namespace: 'shop', workload: 'api', port: 8080 }, http: {} }],
  ])('%s', (_, manifests, twins, request) => expectUndecided({ manifests, twins, request }));

  const eastWest = [
    namespace('gw'), ...CLIENT,
    { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'ew', namespace: 'gw', labels: { istio: 'ew' } }, spec: { containers: [{ name: 'istio-proxy', args: ['proxy', 'router'] }] } },
    istio('Gateway', { selector: { istio: 'ew' }, servers: [{ port: { number: 15443, name: 'tls', protocol: 'TLS' }, hosts: ['*.local'], tls: { mode: 'AUTO_PASSTHROUGH' } }] }, 'gw', 'ew'),
  ];
  const between = (subset = ''): AccessRequest => ({
    destination: { namespace: 'gw', workload: 'ew', port: 15443 }, source: { serviceAccount: 'client/web', sni: `outbound_.80_.${subset}_.${HOST}`, alpn: ['istio'] },
  });
  const entry = (number: number) =>
    istio('ServiceEntry', { hosts: [HOST], location: 'MESH_INTERNAL', resolution: 'STATIC', ports: [{ number, name: 'http', protocol: 'HTTP' }] });
  const subset = (name: string) => istio('DestinationRule', { host: 'api', subsets: [{ name }] });

  test.each<[string, readonly object[], readonly [object, object], AccessRequest]>([
    ['a Service', [], [service('api', HTTP), service('api', [{ name: 'http', port: 81 }])], between()],
    ['a ServiceEntry', [], [entry(80), entry(81)], between()],
    ['a DestinationRule', [service('api', HTTP)], [subset('v1'), subset('v2')], between('v1')],
  ])('between networks, which passes on what is for %s of any namespace', (_, more, twins, request) =>
    expectUndecided({ manifests: [...eastWest, ...more], twins, request }));
});
