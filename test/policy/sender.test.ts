import { PolicySet, Transport } from 'cdk8s-zero-trust';
import { AMBIENT, API, Call, call, DISABLE, FROM_WEB, mesh, PERMISSIVE, rule, SIDECARS, STRICT, tls } from './sending';
import { authorization, namespace, peerAuthentication, pod, service, verdict } from './support';

describe('A workload that sends a request', () => {
  test.each<[what: string, object[], { client?: Record<string, string>; server?: Record<string, string> }, string]>([
    ['has the identity of its service account', [STRICT, FROM_WEB], {}, 'ALLOW 200'],
    ['has that identity in ambient, too', [STRICT, FROM_WEB], { client: AMBIENT, server: AMBIENT }, 'ALLOW'],
    ['has it from ambient to a sidecar', [STRICT, FROM_WEB], { client: AMBIENT }, 'ALLOW 200'],
    ['has it from a sidecar to ambient', [STRICT, FROM_WEB], { server: AMBIENT }, 'ALLOW'],
    ['sends plaintext without a proxy', [STRICT], { client: {} }, 'DENY TRANSPORT'],
    ['has no identity without a proxy', [PERMISSIVE, FROM_WEB], { client: {} }, 'DENY ALLOW 403'],
    ['sends plaintext where the server takes nothing else', [DISABLE, FROM_WEB], {}, 'DENY ALLOW 403'],
    ['is let through as plaintext there, where nobody asks for an identity', [DISABLE], {}, 'ALLOW 200'],
  ])('%s', (_, policies, labels, expected) => {
    expect(verdict(call(mesh(policies, labels)))).toBe(expected);
  });

  test('is taken to have the default proxy where its namespace is not in the manifests', () => {
    const policies = PolicySet.fromManifests([pod('web', {}, 'client'), namespace('shop', SIDECARS), service('api', [{ name: 'http', port: 80, targetPort: 8080 }]), pod('api'), FROM_WEB]);

    expect([verdict(call(policies)), call(policies).notes]).toEqual(['ALLOW 200', ["namespace 'client' is not in the manifests; its workloads are taken to have the default proxy"]]);
  });

  test('sends plaintext if the mesh does not choose mutual TLS by itself', () => {
    expect(verdict(call(mesh([STRICT], {}, { autoMutualTls: false })))).toBe('DENY TRANSPORT');
    expect(verdict(call(mesh([STRICT, rule({ host: API, ...tls('ISTIO_MUTUAL') })], {}, { autoMutualTls: false })))).toBe('ALLOW 200');
  });

  test('has the default service account, its own address, and the name of the Service in its handshake', () => {
    const plain = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'batch', namespace: 'client' }, spec: { template: {} } };
    const from = (condition: object) => authorization({ rules: [condition] });
    const [account, address, sni] = [
      from({ from: [{ source: { principals: ['cluster.local/ns/client/sa/default'] } }] }),
      from({ from: [{ source: { ipBlocks: ['10.1.1.1'] } }] }),
      from({ when: [{ key: 'connection.sni', values: [`outbound_.80_._.${API}`] }] }),
    ];

    expect(verdict(call(mesh([plain, account]), { source: { workload: 'client/batch' } }))).toBe('ALLOW 200');
    expect(verdict(call(mesh([address])))).toBe('ALLOW 200');
    expect(verdict(call(mesh([sni])))).toBe('ALLOW 200');
  });

  test.each<[what: string, object, string]>([
    ['of one account', {}, 'ALLOW 200'],
    ['of other accounts', { serviceAccountName: 'other' }, 'UNDECIDED'],
    ['of which one has no proxy', { serviceAccountName: 'web', hostNetwork: true }, 'UNDECIDED'],
  ])('1.11 is each of those that have its name: %s', (_, spec, expected) => {
    const other = { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'web', namespace: 'client' }, spec: { template: { spec: { serviceAccountName: 'web', ...spec } } } };

    expect(verdict(call(mesh([FROM_WEB, other])))).toBe(expected);
  });

  test('1.11 is told of by its kind where there are several', () => {
    const other = { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'web', namespace: 'client' }, spec: { template: {} } };

    expect(call(mesh([FROM_WEB, other])).reason).toBe(
      "ALLOW if it is sent by 'Pod client/web' and 'client/web' sends mutual TLS, DENY if it is sent by 'StatefulSet client/web' and 'client/web' sends mutual TLS");
  });

  test('is told of where it has no proxy', () => {
    expect(call(mesh([], { client: {} })).notes).toEqual(["'client/web' is not in the mesh, as its namespace has no label of the mesh for it: it sends plaintext, without identity"]);
  });

  test('is what it is but for what the request says', () => {
    const address = authorization({ rules: [{ from: [{ source: { ipBlocks: ['192.0.2.0/24'] } }] }] });

    expect(verdict(call(mesh([address]), { source: { ip: '192.0.2.7' } }))).toBe('ALLOW 200');
    expect(verdict(call(mesh([STRICT]), { source: { transport: Transport.PLAINTEXT } }))).toBe('DENY TRANSPORT');
  });

  test("sends plaintext to a pod's own address, unless a Service without cluster address names it", () => {
    const pods = { workload: 'api', service: undefined, port: 8080 };
    const headless = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'pods', namespace: 'shop' }, spec: { clusterIP: 'None', selector: { app: 'api' }, ports: [{ name: 'http', port: 8080 }] } };

    expect(call(mesh([STRICT]), { destination: pods }).notes).toEqual([
      "the sidecar of 'client/web' passes on what is sent to a pod's own address: plaintext, without identity; address the Service",
    ]);
    expect(verdict(call(mesh([STRICT]), { destination: pods }))).toBe('DENY TRANSPORT');
    expect(verdict(call(mesh([STRICT, headless]), { destination: pods }))).toBe('ALLOW 200');
    expect(verdict(call(mesh([STRICT, headless, rule({ host: 'pods.shop.svc.cluster.local', ...tls('DISABLE') })]), { destination: pods }))).toBe('DENY TRANSPORT');
    expect(verdict(call(mesh([STRICT], { client: AMBIENT }), { destination: pods }))).toBe('ALLOW 200');
  });

  test('is sent to the oldest Service without cluster address that names a pod', () => {
    const headless = (name: string) => ({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'shop' }, spec: { clusterIP: 'None', selector: { app: 'api' }, ports: [{ name: 'http', port: 8080 }] } });
    const named = authorization({ rules: [{ when: [{ key: 'connection.sni', values: ['outbound_.8080_._.first.shop.svc.cluster.local'] }] }] });

    expect(verdict(call(mesh([named, headless('second'), headless('first')]), { destination: { workload: 'api', service: undefined, port: 8080 } }))).toBe('ALLOW 200');
  });

  test('goes past waypoints if it has a sidecar', () => {
    const waypoint = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { name: 'wp', namespace: 'shop' }, spec: { gatewayClassName: 'istio-waypoint' } };
    const server = { ...AMBIENT, 'istio.io/use-waypoint': 'wp' };
    const denyAll = authorization({ targetRefs: [{ kind: 'Service', group: '', name: 'api' }], action: 'DENY', rules: [{}] });

    expect(verdict(call(mesh([waypoint, denyAll], { client: AMBIENT, server })))).toBe('DENY DENY 403');
    expect(verdict(call(mesh([waypoint, denyAll], { server })))).toBe('ALLOW');
  });

  test.each<[string, Partial<Call>, string]>([
    ['a workload that is not there', { source: { workload: 'client/other' } }, "source.workload must be the NAMESPACE/NAME of a workload of the manifests, got 'client/other'; add its manifest, or state its serviceAccount"],
    ['no namespace', { source: { workload: 'web' } }, "source.workload must be the NAMESPACE/NAME of a workload of the manifests, got 'web'; add its manifest, or state its serviceAccount"],
    ['a deeper path', { source: { workload: 'client/web/x' } }, "source.workload must be the NAMESPACE/NAME of a workload of the manifests, got 'client/web/x'; add its manifest, or state its serviceAccount"],
    ['an identity beside it', { source: { serviceAccount: 'client/web' } }, "source must have a workload or an identity, got both 'client/web' and 'client/web'; leave one out"],
  ])('cannot be %s', (_, given, message) => {
    expect(() => call(mesh([]), given)).toThrow(message);
  });

  test('is undecided where what it sends hangs on the age of policies', () => {
    const noAge = { creationTimestamp: undefined };
    const rivals = [peerAuthentication({ mtls: { mode: 'DISABLE' } }, { ...noAge, name: 'a' }), peerAuthentication({ mtls: { mode: 'STRICT' } }, { ...noAge, name: 'b' })];
    const answer = call(mesh([...rivals, FROM_WEB]));

    expect(verdict(call(mesh([...rivals, authorization({})])))).toMatch(/^DENY/);
    expect(verdict(answer)).toBe('UNDECIDED TRANSPORT');
  });
});

describe('A gateway that sends a request', () => {
  const edge = (labels: Record<string, string>, annotations: Record<string, string> = {}) => [namespace('edge'), {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'gw', namespace: 'edge' },
    spec: { template: { metadata: { labels, annotations }, spec: { serviceAccountName: 'gw' } } },
  }];
  const fromGateway = authorization({ rules: [{ from: [{ source: { principals: ['cluster.local/ns/edge/sa/gw'] } }] }] });
  const from = { source: { workload: 'edge/gw' } };
  const waypoint = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { name: 'wp', namespace: 'shop' }, spec: { gatewayClassName: 'istio-waypoint' } };
  const gateway = { apiVersion: 'networking.istio.io/v1', kind: 'Gateway', metadata: { name: 'out', namespace: 'edge' }, spec: { selector: { istio: 'gw' }, servers: [] } };
  const kubernetes = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { name: 'front', namespace: 'edge' }, spec: { gatewayClassName: 'istio' } };

  test.each<[string, object[]]>([
    ['by the template of its pods', edge({ 'sidecar.istio.io/inject': 'true' }, { 'inject.istio.io/templates': 'gateway' })],
    ['by a Gateway that selects them', [...edge({ 'istio': 'gw', 'sidecar.istio.io/inject': 'false' }), gateway]],
    ['by the labels of old charts', edge({ 'istio': 'gw', 'sidecar.istio.io/inject': 'false' })],
  ])('has identity and mutual TLS: %s', (_, objects) => {
    expect(verdict(call(mesh([STRICT, fromGateway, ...objects]), from))).toBe('ALLOW 200');
  });

  test('has none where its pods are of another component of Istio', () => {
    expect(verdict(call(mesh([STRICT, ...edge({ 'istio': 'pilot', 'sidecar.istio.io/inject': 'false' })]), from))).toBe('DENY TRANSPORT');
  });

  test('is that of a Gateway of the Gateway API by its name, too', () => {
    const allowed = authorization({ rules: [{ from: [{ source: { principals: ['cluster.local/ns/edge/sa/front-istio'] } }] }] });

    expect(verdict(call(mesh([STRICT, allowed, namespace('edge'), kubernetes]), { source: { workload: 'edge/front' } }))).toBe('ALLOW 200');
  });

  test.each<[string, Record<string, string>, string]>([
    ['goes past waypoints', {}, 'ALLOW'],
    ['goes through them where the Service says so', { 'istio.io/ingress-use-waypoint': 'true' }, 'DENY DENY 403'],
  ])('%s', (_, labels, expected) => {
    const denyAll = authorization({ targetRefs: [{ kind: 'Service', group: '', name: 'api' }], action: 'DENY', rules: [{}] });
    const policies = PolicySet.fromManifests([
      namespace('edge', SIDECARS), edge({}, { 'inject.istio.io/templates': 'gateway' })[1],
      namespace('shop', { ...AMBIENT, 'istio.io/use-waypoint': 'wp' }), service('api', [{ name: 'http', port: 80, targetPort: 8080 }], labels), pod('api'), waypoint, denyAll,
    ]);

    expect(verdict(call(policies, from))).toBe(expected);
  });

  test('follows DestinationRules', () => {
    expect(verdict(call(mesh([STRICT, ...edge({ istio: 'gw' }), gateway, rule({ host: API, ...tls('DISABLE') }, { namespace: 'edge' })]), from))).toBe('DENY TRANSPORT');
  });
});

describe('A workload that sends to a gateway', () => {
  const pods = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'egress', namespace: 'edge' },
    spec: { template: { metadata: { labels: { 'istio': 'egress', 'sidecar.istio.io/inject': 'true' }, annotations: { 'inject.istio.io/templates': 'gateway' } }, spec: { serviceAccountName: 'egress' } } },
  };
  const front = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'egress', namespace: 'edge' },
    spec: { selector: { istio: 'egress' }, ports: [{ name: 'http2', port: 80, targetPort: 8080 }, { name: 'https', port: 443, targetPort: 8443 }] },
  };
  const server = (number: number, protocol: string, more: object = {}) => ({ port: { number, name: protocol.toLowerCase(), protocol }, hosts: ['*'], ...more });
  const gateway = { apiVersion: 'networking.istio.io/v1', kind: 'Gateway', metadata: { name: 'out', namespace: 'edge' }, spec: { selector: { istio: 'egress' }, servers: [server(80, 'HTTP'), server(443, 'HTTPS', { tls: { mode: 'ISTIO_MUTUAL' } })] } };
  const clientOnly = authorization({ rules: [{ from: [{ source: { namespaces: ['client'] } }] }] }, { namespace: 'edge' });
  const world = [namespace('edge'), pods, front, gateway, clientOnly, { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { name: 'all', namespace: 'edge' }, spec: { hosts: ['*'], gateways: ['out'], http: [{ route: [{ destination: { host: API } }] }] } }];
  const mutual = rule({ host: 'egress.edge.svc.cluster.local', ...tls('ISTIO_MUTUAL') });
  const at = (port: number) => ({ destination: { namespace: 'edge', service: undefined, gateway: 'egress', port } });
  const by = (port: number) => ({ destination: { namespace: 'edge', service: 'egress', port } });

  test.each<[string, object[], Partial<Call>, Record<string, string>, string]>([
    ['is not seen by a plaintext server', [], at(8080), SIDECARS, 'DENY ALLOW 403'],
    ['is not seen there through the Service either', [], by(80), SIDECARS, 'DENY ALLOW 403'],
    ['is seen by mutual TLS on both ends', [mutual], at(8443), SIDECARS, 'ALLOW 200'],
    ['is seen so through the Service', [mutual], by(443), SIDECARS, 'ALLOW 200'],
    ['does not get in with plaintext where the server takes TLS', [], at(8443), SIDECARS, 'DENY TRANSPORT'],
    ['does not get in with mutual TLS where the server takes none', [mutual], at(8080), SIDECARS, 'DENY TRANSPORT'],
    ['is not seen in ambient', [], at(8080), AMBIENT, 'DENY ALLOW 403'],
    ['is not seen without a proxy', [], at(8080), {}, 'DENY ALLOW 403'],
  ])('%s', (_, rules, where, client, expected) => {
    expect(verdict(call(mesh([...world, ...rules], { client }), where))).toBe(expected);
  });
});

describe('A workload that sends to a gateway that Istio makes', () => {
  const front = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { name: 'front', namespace: 'edge' }, spec: { gatewayClassName: 'istio', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] } };
  const at = { destination: { namespace: 'edge', service: undefined, gateway: 'front', port: 80 } };
  const sidecar = (hosts: string[]) => ({ apiVersion: 'networking.istio.io/v1', kind: 'Sidecar', metadata: { name: 'default', namespace: 'client' }, spec: { egress: [{ hosts }], outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' } } });

  test.each<[string, object[], string]>([
    ['sends plaintext to it', [], 'ALLOW 404'],
    ['sends mutual TLS as DestinationRules for its Service say', [rule({ host: 'front-istio.edge.svc.cluster.local', ...tls('ISTIO_MUTUAL') })], 'DENY TRANSPORT'],
    ['is not told so by those for other hosts', [rule({ host: 'front.edge.svc.cluster.local', ...tls('ISTIO_MUTUAL') })], 'ALLOW 404'],
    ['knows it where its Sidecar lists the namespace', [sidecar(['edge/*'])], 'ALLOW 404'],
    ['does not know it where that lists another', [sidecar(['shop/*'])], 'DENY TRANSPORT'],
  ])('%s', (_, objects, expected) => {
    expect(verdict(call(mesh([namespace('edge'), front, ...objects]), at))).toBe(expected);
  });

  test('is undecided where the pods of the gateway are not in the manifests', () => {
    const elsewhere = { ...front, spec: { ...front.spec, addresses: [{ type: 'Hostname', value: 'front' }] } };

    expect(call(mesh([namespace('edge'), elsewhere]), at).decision).toBe('UNDECIDED');
  });

  test('may go past the sidecar where addresses that manifests do not have are left out', () => {
    expect(call(mesh([namespace('edge'), front], {}, { outbound: { excludedBlocks: '10.0.0.0/8' } }), at).decision).toBe('ALLOW');
  });
});

describe('Several workloads behind a Service', () => {
  const version = (name: string) => pod(name, { app: 'api', version: name });
  const deny = (name: string) => authorization({ selector: { matchLabels: { version: name } }, action: 'DENY', rules: [{}] }, { name });

  test('are undecided unless they are treated alike', () => {
    const both = mesh([version('v1'), version('v2'), deny('api'), deny('v1'), deny('v2'), authorization({ selector: { matchLabels: { app: 'api' } } })]);
    const one = mesh([version('v1'), version('v2'), deny('v1')]);

    expect(verdict(call(both))).toMatch(/^DENY/);
    expect(verdict(call(one))).toBe('UNDECIDED');
    expect(call(one).notes).toEqual([
      "Service 'api' leads to several workloads: shop/api, shop/v1, shop/v2",
      "ALLOW if it is sent on to 'shop/api' and 'client/web' sends mutual TLS, DENY if it is sent on to 'shop/v1' and 'client/web' sends mutual TLS, ALLOW if it is sent on to 'shop/v2' and 'client/web' sends mutual TLS",
    ]);
    expect(call(one, { source: { transport: Transport.PLAINTEXT } }).notes.slice(-1)[0]).toMatch(/^ALLOW if it is sent on to 'shop\/api' and 'client\/web' sends plaintext, without identity, DENY if/);
  });

  test('are told apart for clients of any kind', () => {
    const one = mesh([version('v1'), deny('v1')]);
    const ask = (workload?: string) => one.isAuthorized({ source: { serviceAccount: 'client/web' }, destination: { namespace: 'shop', service: 'api', workload, port: 80 }, http: {} });

    expect(ask().notes.slice(-1)).toEqual(["ALLOW if it is sent on to 'shop/api', DENY if it is sent on to 'shop/v1'"]);
    expect([verdict(ask()), verdict(ask('api')), verdict(ask('v1'))]).toEqual(['UNDECIDED', 'ALLOW 200', 'DENY DENY 403']);
  });
});
