import { HttpRequest, MeshSettings, PolicySet, RequestDestination, RequestSource, Transport } from 'cdk8s-zero-trust';
import { authorization, namespace, peerAuthentication, pod, service, verdict } from './support';

const SIDECARS = { 'istio-injection': 'enabled' };
const AMBIENT = { 'istio.io/dataplane-mode': 'ambient' };
const STRICT = peerAuthentication({ mtls: { mode: 'STRICT' } });
const PERMISSIVE = peerAuthentication({ mtls: { mode: 'PERMISSIVE' } });
const DISABLE = peerAuthentication({ mtls: { mode: 'DISABLE' } });
const FROM_WEB = authorization({ rules: [{ from: [{ source: { principals: ['cluster.local/ns/client/sa/web'] } }] }] });

/** `client/web` calls `shop/api`, a Service on port 80 for container port 8080. */
function mesh(objects: object[], labels: { client?: Record<string, string>; server?: Record<string, string> } = {}, settings?: MeshSettings): PolicySet {
  return PolicySet.fromManifests([
    namespace('client', labels.client ?? SIDECARS), pod('web', { version: '1' }, 'client'),
    namespace('shop', labels.server ?? SIDECARS), service('api', [{ name: 'http', port: 80, targetPort: 8080 }, { name: 'tcp-raw', port: 9000 }]), pod('api'),
    ...objects,
  ], settings);
}

interface Call {
  readonly source?: RequestSource;
  readonly destination?: Partial<RequestDestination>;
  readonly http?: HttpRequest | null;
}

function call(policies: PolicySet, { source, destination, http = {} }: Call = {}) {
  return policies.isAuthorized({
    source: { workload: 'client/web', ...source },
    destination: { namespace: 'shop', service: 'api', port: 80, ...destination },
    http: http ?? undefined,
  });
}

function rule(spec: object, meta: { name?: string; namespace?: string; creationTimestamp?: string } = {}): object {
  return { apiVersion: 'networking.istio.io/v1', kind: 'DestinationRule', metadata: { name: 'rule', namespace: 'client', ...meta }, spec };
}

const tls = (mode: string | undefined, more: object = {}) => ({ trafficPolicy: { tls: { mode, ...more } } });
const aged = (name: string, month: number, spec: object) => rule({ host: API, ...spec }, { name, creationTimestamp: `2024-0${month}-01T00:00:00Z` });
const selecting = (label: string, value: string) => ({ workloadSelector: { matchLabels: { [label]: value } } });
const API = 'api.shop.svc.cluster.local';

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

  test('is told of where it has no proxy', () => {
    expect(call(mesh([], { client: {} })).notes).toEqual(["'client/web' is not in the mesh: it sends plaintext, without identity"]);
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
    ['a gateway to go to', { destination: { service: undefined, gateway: 'edge' } }, "source.workload must not be given with destination.gateway, got 'client/web'; state its serviceAccount and how it connects"],
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

describe('DestinationRules', () => {
  test.each<[what: string, rules: object[], expected: string]>([
    ['without TLS leave it to Istio', [rule({ host: API, trafficPolicy: {} })], 'ALLOW 200'],
    ['can turn TLS off', [rule({ host: API, ...tls('DISABLE') })], 'DENY TRANSPORT'],
    ['turn it off by a block without mode', [rule({ host: API, ...tls(undefined, { sni: 'x' }) })], 'DENY TRANSPORT'],
    ['can ask for mutual TLS', [rule({ host: API, ...tls('ISTIO_MUTUAL') })], 'ALLOW 200'],
    ['can ask for TLS without identity', [rule({ host: API, ...tls('SIMPLE') })], 'DENY TRANSPORT'],
    ['can ask for another certificate', [rule({ host: API, ...tls('MUTUAL') })], 'DENY TRANSPORT'],
    ['hold for a short name in their own namespace', [rule({ host: 'api', ...tls('DISABLE') }, { namespace: 'shop' })], 'DENY TRANSPORT'],
    ['do not hold for a short name in another', [rule({ host: 'api', ...tls('DISABLE') })], 'ALLOW 200'],
    ['take a name with dots as it is', [rule({ host: 'api.shop', ...tls('DISABLE') })], 'ALLOW 200'],
    ['hold for wildcards', [rule({ host: '*.shop.svc.cluster.local', ...tls('DISABLE') })], 'DENY TRANSPORT'],
    ['do not hold for another end', [rule({ host: '*xpi.shop.svc.cluster.local', ...tls('DISABLE') })], 'ALLOW 200'],
    ['hold for everything', [rule({ host: '*', ...tls('DISABLE') })], 'DENY TRANSPORT'],
    ['count by the longest host', [rule({ host: '*.local', ...tls('DISABLE') }, { name: 'a' }), rule({ host: '*.shop.svc.cluster.local', ...tls('ISTIO_MUTUAL') }, { name: 'b' })], 'ALLOW 200'],
    ['of the exact host win', [rule({ host: '*', ...tls('DISABLE') }, { name: 'a' }), rule({ host: API }, { name: 'b' })], 'ALLOW 200'],
    ['for other clients than these hide those of other namespaces', [rule({ host: API, workloadSelector: { matchLabels: { app: 'other' } } }), rule({ host: API, ...tls('DISABLE') }, { namespace: 'shop' })], 'ALLOW 200'],
    ['that are exported elsewhere do not hide them', [rule({ host: API, exportTo: ['other'] }), rule({ host: API, ...tls('DISABLE') }, { namespace: 'shop' })], 'DENY TRANSPORT'],
    ["of the client's namespace win", [rule({ host: API, ...tls('DISABLE') }, { namespace: 'shop' }), rule({ host: '*' })], 'ALLOW 200'],
    ["of the Service's namespace come next", [rule({ host: API }, { namespace: 'shop' }), rule({ host: API, ...tls('DISABLE') }, { namespace: 'istio-system' })], 'ALLOW 200'],
    ['of the root namespace come last', [rule({ host: '*.local', ...tls('DISABLE') }, { namespace: 'istio-system' })], 'DENY TRANSPORT'],
    ['of other namespaces do not count', [rule({ host: API, ...tls('DISABLE') }, { namespace: 'other' })], 'ALLOW 200'],
    ['that are not exported to the client do not count', [rule({ host: API, exportTo: ['.', 'other'], ...tls('DISABLE') }, { namespace: 'shop' })], 'ALLOW 200'],
    ['that are exported to it do', [rule({ host: API, exportTo: ['client'], ...tls('DISABLE') }, { namespace: 'shop' })], 'DENY TRANSPORT'],
    ['that are exported to all do', [rule({ host: API, exportTo: ['*'], ...tls('DISABLE') }, { namespace: 'shop' })], 'DENY TRANSPORT'],
    ['that are exported to their own namespace count there', [rule({ host: API, exportTo: ['.'], ...tls('DISABLE') })], 'DENY TRANSPORT'],
    ['for a port count there', [rule({ host: API, trafficPolicy: { tls: { mode: 'ISTIO_MUTUAL' }, portLevelSettings: [{ port: { number: 80 }, tls: { mode: 'DISABLE' } }] } })], 'DENY TRANSPORT'],
    ['for a port replace what holds for all', [rule({ host: API, trafficPolicy: { tls: { mode: 'DISABLE' }, portLevelSettings: [{ port: { number: 80 }, loadBalancer: {} }] } })], 'ALLOW 200'],
    ['for a port count by the first', [rule({ host: API, trafficPolicy: { portLevelSettings: ['ISTIO_MUTUAL', 'DISABLE'].map(mode => ({ port: { number: 80 }, tls: { mode } })) } })], 'ALLOW 200'],
    ['for another port do not', [rule({ host: API, trafficPolicy: { portLevelSettings: [{ port: { number: 9000 }, tls: { mode: 'DISABLE' } }] } })], 'ALLOW 200'],
    ['for selected clients count for these', [rule({ host: API }, { name: 'a' }), rule({ host: API, workloadSelector: { matchLabels: { app: 'web' } }, ...tls('DISABLE') }, { name: 'b' })], 'DENY TRANSPORT'],
    ['for other clients do not', [rule({ host: API, workloadSelector: { matchLabels: { app: 'other' } }, ...tls('DISABLE') })], 'ALLOW 200'],
    ['for selected clients of another namespace do not', [rule({ host: API, workloadSelector: { matchLabels: { app: 'web' } }, ...tls('DISABLE') }, { namespace: 'shop' })], 'ALLOW 200'],
    ['with a secret for no workload in particular send plaintext', [rule({ host: API, ...tls('SIMPLE', { credentialName: 'ca' }) })], 'DENY TRANSPORT'],
    ['for one host: the oldest counts', [aged('a', 2, tls('DISABLE')), aged('b', 1, { trafficPolicy: {} })], 'ALLOW 200'],
    ['for one host: the oldest with a traffic policy counts', [aged('a', 2, tls('DISABLE')), aged('b', 1, {})], 'DENY TRANSPORT'],
    ['that select the client: the oldest counts', [aged('a', 2, { ...tls('DISABLE'), ...selecting('app', 'web') }), aged('b', 1, { ...tls('ISTIO_MUTUAL'), ...selecting('version', '1') })], 'ALLOW 200'],
    ['that select the client by the same labels are merged', [aged('a', 2, { ...tls('DISABLE'), ...selecting('app', 'web') }), aged('b', 1, selecting('app', 'web'))], 'DENY TRANSPORT'],
    ['that select the client by other labels are not', [aged('a', 2, { ...tls('DISABLE'), ...selecting('app', 'web') }), aged('b', 1, selecting('version', '1'))], 'ALLOW 200'],
    ['for one host of unknown ages leave it undecided', [rule({ host: API, ...tls('DISABLE') }, { name: 'a' }), rule({ host: API, trafficPolicy: {} }, { name: 'b' })], 'UNDECIDED'],
    ['with subsets of no TLS of their own count', [rule({ host: API, ...tls('DISABLE'), subsets: [{ name: 'v1' }, { name: 'v2', trafficPolicy: {} }] })], 'DENY TRANSPORT'],
    ['for one host of which one has no age leave it undecided', [aged('a', 2, tls('DISABLE')), rule({ host: API, trafficPolicy: {} }, { name: 'b' })], 'UNDECIDED'],
    ['for one host that say the same do not', [rule({ host: API, ...tls('DISABLE') }, { name: 'a' }), rule({ host: API, ...tls('DISABLE') }, { name: 'b' })], 'DENY TRANSPORT'],
    ['with subsets of other TLS leave it undecided', [rule({ host: API, subsets: [{ name: 'v1', ...tls('DISABLE') }] })], 'UNDECIDED'],
  ])('%s', (_, rules, expected) => {
    expect(verdict(call(mesh([STRICT, FROM_WEB, ...rules])))).toBe(expected);
  });

  test('with a mode that is none leave it undecided', () => {
    const policies = mesh([rule({ host: API, ...tls('istio_mutual') }, { namespace: 'shop' })]);

    expect(verdict(call(policies))).toBe('UNDECIDED');
    expect(policies.problems.map(({ field, message }) => `${field} ${message}`)).toEqual([
      "spec.trafficPolicy.tls.mode must be one of DISABLE, SIMPLE, MUTUAL, ISTIO_MUTUAL, got 'istio_mutual'; correct it",
    ]);
  });

  test('do not count for clients in ambient', () => {
    expect(verdict(call(mesh([STRICT, FROM_WEB, rule({ host: API, ...tls('DISABLE') })], { client: AMBIENT })))).toBe('ALLOW 200');
  });

  test('with other TLS get through a PERMISSIVE port of bytes, unseen', () => {
    const simple = rule({ host: API, ...tls('SIMPLE') });

    expect(verdict(call(mesh([PERMISSIVE, simple]), { destination: { port: 9000 }, http: null }))).toBe('ALLOW');
    expect(verdict(call(mesh([PERMISSIVE, FROM_WEB, simple]), { destination: { port: 9000 }, http: null }))).toBe('DENY ALLOW');
    expect(verdict(call(mesh([PERMISSIVE, simple])))).toBe('DENY TRANSPORT');
  });

  test.each<[string, object, string, string]>([
    ['ISTIO_MUTUAL', {}, `outbound_.9000_._.${API}`, 'DENY DENY'],
    ['ISTIO_MUTUAL', { sni: 'x' }, 'x', 'DENY DENY'],
    ['SIMPLE', { sni: 'x' }, 'x', 'DENY DENY'],
    ['SIMPLE', {}, 'x', 'ALLOW'],
  ])('can name the server, in mode %s %j: %s', (mode, more, sni, expected) => {
    const deny = authorization({ action: 'DENY', rules: [{ when: [{ key: 'connection.sni', values: [sni] }] }] });

    expect(verdict(call(mesh([deny, rule({ host: API, ...tls(mode, more) })]), { destination: { port: 9000 }, http: null }))).toBe(expected);
  });

  test.each([[undefined, 'ALLOW 200'], [{ matchLabels: { app: 'web' } }, 'DENY TRANSPORT']])('with a secret send TLS only from the workloads that they select: %j', (workloadSelector, expected) => {
    expect(verdict(call(mesh([rule({ host: API, workloadSelector, ...tls('SIMPLE', { credentialName: 'ca' }) })])))).toBe(expected);
  });

  test('that cannot be read leave undecided what their clients are answered', () => {
    expect(verdict(call(mesh([STRICT, rule({ host: {} })])))).toBe('UNDECIDED');
    expect(verdict(call(mesh([STRICT, rule({ host: {} }, { namespace: 'other' })])))).toBe('ALLOW 200');
  });

  test('are not asked where the request says how its sender connects', () => {
    expect(call(mesh([rule({ host: API, ...tls('DISABLE') })]), { source: { transport: Transport.PLAINTEXT } }).notes).toEqual([]);
  });

  test('are told', () => {
    for (const mode of ['ISTIO_MUTUAL', 'SIMPLE', 'DISABLE']) expect(call(mesh([rule({ host: API, ...tls(mode) })])).notes).toEqual([`DestinationRule client/rule sets TLS to ${mode}`]);
    expect(call(mesh([STRICT, rule({ host: API, ...tls(undefined) })])).explain()).toContain('note: DestinationRule client/rule sets TLS to no mode, which is DISABLE');
    expect(call(mesh([STRICT, rule({ host: API, ...tls('DISABLE') }, { name: 'a' }), rule({ host: API, trafficPolicy: {} }, { name: 'b' })])).notes.slice(-1)).toEqual([
      "DENY if 'client/web' sends plaintext, without identity, ALLOW if 'client/web' sends mutual TLS",
    ]);
    expect(call(mesh([STRICT, rule({ host: API, ...tls('SIMPLE') }, { name: 'a' }), rule({ host: API, trafficPolicy: {} }, { name: 'b' })])).notes.slice(-1)[0])
      .toMatch(/^DENY if 'client\/web' sends TLS without a certificate of the mesh, ALLOW if/);
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
