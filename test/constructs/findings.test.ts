import { ApiObject, App, Chart, Testing } from 'cdk8s';
import {
  AuthorizationPolicy, AuthorizationPolicyAction, AuthorizationRule, CertificateAuthority, DataPlane, ExtensionProvider, Findings, JwtIssuer, JwtProtectedApi, JwtProtectedApiProps, MeshCertificateAuthority, MeshSettingsOutput, MutualTlsMode, NetworkPolicies,
  Operation, PeerAuthentication, Principal, SecurityTelemetry, ServiceAccess, Workload, ZeroTrustMesh, ZeroTrustMeshProps, ZeroTrustNamespace,
} from 'cdk8s-zero-trust';
import { testApp } from '../support/app';
import { chartOf, deployment, problemsOf, rawDeployment, RawFacets, rawService } from '../support/shop';

const WEB = Principal.serviceAccount('front', 'web');
const ISSUER = JwtIssuer.of({ issuer: 'https://i.example', audiences: ['api'] });

/** A shop of one Service, in which nothing is to be found. */
function shop(): { app: App; chart: Chart; api: ApiObject } {
  const app = testApp();
  const chart = chartOf(app, 'shop');
  new ZeroTrustNamespace(chart, 'baseline', { name: 'shop' });
  const api = rawDeployment(chart, 'api');
  rawService(chart, 'api');
  return { app, chart, api };
}

/** What is found, as `rule at path: message`. */
function found(app: App): string[] {
  expect(problemsOf(app)).toEqual([]);
  return Findings.of(app).all().map(({ rule, message, constructPaths }) => `${rule} at ${constructPaths.join(', ')}: ${message}`);
}

/** A policy that refuses nobody, for these labels. */
function denies(chart: Chart, id: string, labels: { [label: string]: string }, namespace?: string): AuthorizationPolicy {
  return new AuthorizationPolicy(chart, id, {
    metadata: { name: id, namespace },
    selector: { matchLabels: labels },
    action: AuthorizationPolicyAction.DENY,
    rules: [{ from: [{ source: { principals: ['cluster.local/ns/evil/sa/evil'] } }] }],
  });
}

/** A policy by hand of one rule, that refuses. */
function raw(chart: Chart, rule: AuthorizationRule): AuthorizationPolicy {
  return new AuthorizationPolicy(chart, 'raw', {
    metadata: { name: 'raw' }, selector: { matchLabels: { app: 'api' } }, action: AuthorizationPolicyAction.DENY, rules: [rule],
  });
}

/** An API with a token rule for GET /admin/*, and what is public beside it. */
function tokens(chart: Chart, api: ApiObject, publicOperations: Operation[], callers: Partial<JwtProtectedApiProps> = {}): void {
  new JwtProtectedApi(chart, 'tokens', {
    workload: Workload.of(api),
    issuers: [JwtIssuer.of({ issuer: 'https://i', audiences: ['a'] })],
    rules: [{ anyToken: true, operations: [Operation.get('/admin/*')] }],
    publicOperations,
    ...callers,
  });
}

let written: jest.SpyInstance;
beforeEach(() => { written = jest.spyOn(process.stderr, 'write').mockReturnValue(true); });
afterEach(() => written.mockRestore());
const printed = (): string => written.mock.calls.map(([text]) => String(text)).join('');

describe('What is found', () => {
  test.each<[string, (chart: Chart, api: ApiObject) => unknown, string[]]>([
    ['a policy that no pods are selected by', chart => denies(chart, 'block', { app: 'database' }), [
      "ZT102 at shop/block/Resource: AuthorizationPolicy 'shop/block' does nothing: no workload of this app in namespace 'shop' ('shop/api') has pods with app: database; those of 'shop/api' carry app: api",
    ]],
    ['a policy for a Service that is not there', chart => new AuthorizationPolicy(chart, 'block', {
      metadata: { name: 'block' }, targetRefs: [{ group: '', kind: 'Service', name: 'apii' }], rules: [{ from: [{ source: { principals: ['a/ns/b/sa/c'] } }] }],
    }), ["ZT102 at shop/block/Resource: AuthorizationPolicy 'shop/block' does nothing: there is no Service 'apii' in namespace 'shop'; this app has 'api'"]],
    ['a mode for the port of a Service', chart => new PeerAuthentication(chart, 'port', {
      metadata: { name: 'port' }, selector: { matchLabels: { app: 'api' } }, portLevelMtls: { 80: { mode: MutualTlsMode.STRICT } },
    }), ["ZT103 at shop/port/Resource: portLevelMtls of PeerAuthentication 'shop/port' counts ports of the pods, and 80 is the port of Service 'api', which sends it to 8080 of 'shop/api'; write 8080"]],
    ['a token rule for what is public', (chart, api) => tokens(chart, api, [Operation.get('/admin/*', '/x')]), [
      'ZT106 at shop/tokens: rules[0].operations[0] asks for a token in vain: publicOperations let everyone call GET /admin/*, /x, which covers GET /admin/*; narrow the public one, or leave this one out',
    ]],
    ['a token rule of those for whom something is public', (chart, api) => tokens(chart, api, [Operation.get('/admin/*')], { callers: [Principal.serviceAccount('edge', 'gw')] }), [
      'ZT106 at shop/tokens: rules[0].operations[0] asks for a token in vain: publicOperations let its callers call GET /admin/*, which covers GET /admin/*; narrow the public one, or leave this one out',
    ]],
    ['no token rule of others than those for whom something is public', (chart, api) => tokens(chart, api, [Operation.get('/admin/*')], { publicCallers: [Principal.serviceAccount('edge', 'gw')] }), []],
    ['a token rule for a part of what is public', (chart, api) => tokens(chart, api, [Operation.http({ methods: ['*'], paths: ['/admin/*'] })]), [
      'ZT106 at shop/tokens: rules[0].operations[0] asks for a token in vain: publicOperations let everyone call any method /admin/*, which covers GET /admin/*; narrow the public one, or leave this one out',
    ]],
    ['a service account that nothing runs as', (chart, api) => new ServiceAccess(chart, 'access', {
      callers: [Principal.serviceAccount('shop', 'frontend')], to: Workload.of(api), operations: [Operation.get('/')],
    }), ["ZT108 at shop/access: nothing of this app runs as service account 'frontend' of namespace 'shop', whose workloads it has; there is 'api'; if it is another app's, "
      + "say so: Principal.serviceAccount('shop', 'frontend', { reason: '…' })"]],
    ['a principal with spiffe://', chart => raw(chart, { from: [{ source: { principals: ['cluster.local/ns/a/sa/b', 'spiffe://cluster.local/ns/a/sa/b'] } }] }), [
      "ZT110 at shop/raw/Resource: rules[0].from[0].source.principals[1] of AuthorizationPolicy 'shop/raw' is 'spiffe://cluster.local/ns/a/sa/b', which no request has: "
      + "principals are compared without spiffe://; write 'cluster.local/ns/a/sa/b'",
    ]],
    ['a principal with spiffe:// in a condition', chart => raw(chart, { when: [{ key: 'source.principal', notValues: ['spiffe://a/ns/b/sa/c'] }] }), [
      expect.stringMatching(/^ZT110 at shop\/raw\/Resource: rules\[0\]\.when\[0\]\.notValues\[0\] of .* write 'a\/ns\/b\/sa\/c'$/) as unknown as string,
    ]],
    ['a method in lower case', chart => raw(chart, { to: [{ operation: { methods: ['delete'], ports: ['8080'] } }] }), [
      "ZT110 at shop/raw/Resource: rules[0].to[0].operation.methods[0] of AuthorizationPolicy 'shop/raw' is 'delete', which no request has: methods are compared letter by letter; write 'DELETE'",
    ]],
    ['a path with a star in its middle', chart => raw(chart, { to: [{ operation: { notPaths: ['/a/*/b'], ports: ['8080'] } }] }), [
      "ZT110 at shop/raw/Resource: rules[0].to[0].operation.notPaths[0] of AuthorizationPolicy 'shop/raw' is '/a/*/b', which no request has: a star is one at the start or end only; "
      + "for one segment write {*}, as in '/a/{*}/b'",
    ]],
    ['a path without its slash', chart => raw(chart, { to: [{ operation: { paths: ['api/*'], ports: ['8080'] } }] }), [
      "ZT110 at shop/raw/Resource: rules[0].to[0].operation.paths[0] of AuthorizationPolicy 'shop/raw' is 'api/*', which no request has: paths begin with '/'; write '/api/*'",
    ]],
    ['what changes proxies', chart => new ApiObject(chart, 'filter', {
      apiVersion: 'networking.istio.io/v1alpha3', kind: 'EnvoyFilter', metadata: { name: 'lua' }, ...{ spec: { configPatches: [] } },
    }), ["ZT111 at shop/filter: EnvoyFilter 'shop/lua' patches proxies, which no test of the intents sees; look at whether what they enforce still holds"]],
    ['listeners of a Sidecar', chart => new ApiObject(chart, 'filter', {
      apiVersion: 'networking.istio.io/v1', kind: 'Sidecar', metadata: { name: 'in' }, ...{ spec: { ingress: [{ port: { number: 8080, protocol: 'HTTP', name: 'http' } }] } },
    }), ["ZT111 at shop/filter: Sidecar 'shop/in' changes the ports that proxies listen on, which no test of the intents sees; look at whether what they enforce still holds"]],
    ['what Istio warns of', chart => new AuthorizationPolicy(chart, 'policy', {
      selector: { matchLabels: { app: 'api' } }, action: AuthorizationPolicyAction.DENY, rules: [{ from: [{ source: { principals: ['a/ns/b/sa/c'] } }], to: [{ operation: { methods: ['TRACE'] } }] }],
    }), [expect.stringMatching(/^ZT101 at shop\/policy: rules\[0\] /) as unknown as string]],
  ])('is %s', (_, add, expected) => {
    const { app, chart, api } = shop();
    add(chart, api);

    expect(found(app)).toEqual(expected);
  });

  test.each<[string, (chart: Chart, api: ApiObject) => unknown]>([
    ['values that requests have', chart => raw(chart, {
      from: [{ source: { principals: ['*', '*/sa/b', 'cluster.local/ns/*'] } }],
      to: [{ operation: { methods: ['DELETE', 'P*', '*'], paths: ['*', '/a', '/a/*', '*.html', '/a/{*}/b', '/a/{**}'], ports: ['8080'] } }],
      when: [{ key: 'request.headers[x-from]', values: ['spiffe://a'] }],
    })],
    ['a Sidecar for what goes out', chart => new ApiObject(chart, 'out', {
      apiVersion: 'networking.istio.io/v1', kind: 'Sidecar', metadata: { name: 'out' }, ...{ spec: { egress: [{ hosts: ['*/*'] }] } },
    })],
    ['an EnvoyFilter of another namespace', chart => new ApiObject(chart, 'filter', {
      apiVersion: 'networking.istio.io/v1alpha3', kind: 'EnvoyFilter', metadata: { name: 'lua', namespace: 'elsewhere' }, ...{ spec: { configPatches: [] } },
    })],
    ['a policy that selects pods', chart => denies(chart, 'block', { app: 'api' })],
    ['a policy for pods of which the app has none there', chart => denies(chart, 'block', { app: 'database' }, 'elsewhere')],
    ['a policy for pods of a gateway, which get their labels from elsewhere', chart => denies(chart, 'block', { 'gateway.networking.k8s.io/gateway-name': 'edge' })],
    ['a mode for a port of the pods', chart => new PeerAuthentication(chart, 'port', { selector: { matchLabels: { app: 'api' } }, portLevelMtls: { 8080: { mode: MutualTlsMode.STRICT } } })],
    ['a token rule for more than what is public', (chart, api) => tokens(chart, api, [Operation.get('/admin/login'), Operation.http({ methods: ['POST'], paths: ['/admin/*'] })])],
    ['a service account whose app is named', (chart, api) => new ServiceAccess(chart, 'access', {
      callers: [Principal.serviceAccount('shop', 'frontend', { reason: 'deployed by the team of the front end' })], to: Workload.of(api), operations: [Operation.get('/')],
    })],
    ['pods that are made elsewhere', (chart, api) => new ServiceAccess(chart, 'access', {
      callers: [Principal.of(Workload.fromPods({ namespace: 'shop', labels: { app: 'job' }, serviceAccount: 'job' }))], to: Workload.of(api), operations: [Operation.get('/')],
    })],
    ['a service account that the app makes', (chart, api) => {
      new ApiObject(chart, 'sa', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'frontend' } });
      new ServiceAccess(chart, 'access', { callers: [Principal.serviceAccount('shop', 'frontend')], to: Workload.of(api), operations: [Operation.get('/')] });
    }],
  ])('is not %s', (_, add) => {
    const { app, chart, api } = shop();
    add(chart, api);

    expect(found(app)).toEqual([]);
  });
});

describe('Workloads that nothing covers', () => {
  function open(add: (app: App, chart: Chart) => unknown = () => undefined): App {
    const { app } = shop();
    const chart = chartOf(app, 'open');
    ['a', 'b'].forEach(name => { rawDeployment(chart, name); rawService(chart, name); });
    add(app, chart);
    return app;
  }

  test('are found once for their namespace', () => {
    expect(found(open())).toEqual(["ZT107 at open/a, open/b: everyone may call 'open/a', 'open/b', as namespace 'open' has no ZeroTrustNamespace; "
      + "add one, new ZeroTrustNamespace(…, { name: 'open' }), or state accesses for each of them"]);
  });

  test.each<[string, (app: App, chart: Chart) => unknown]>([
    ['the mesh denies by default', app => new ZeroTrustMesh(new Chart(app, 'mesh'), 'mesh', { defaultDeny: true, publicGateways: [] })],
    ['they are gateways', (_, chart) => {
      ['a', 'b'].forEach(name => [name, `${name}-service`].forEach(id => chart.node.tryRemoveChild(id)));
      rawDeployment(chart, 'ingress', { labels: { istio: 'ingressgateway' }, annotations: { 'inject.istio.io/templates': 'gateway' }, container: { name: 'istio-proxy' } });
    }],
    ['a policy by hand denies by default', (_, chart) => new AuthorizationPolicy(chart, 'deny-all')],
    ['accesses are stated for each', (_, chart) => ['a', 'b'].forEach(name =>
      new ServiceAccess(chart, `to-${name}`, { callers: [WEB], to: Workload.named(chart, name), operations: [Operation.get('/')] }))],
  ])('are not where %s', (_, add) => {
    expect(found(open(add))).toEqual([]);
  });

  test('are found beside those for which an access is stated, where the app closes no namespace', () => {
    const app = testApp();
    const chart = chartOf(app, 'shop');
    ['a', 'b'].forEach(name => { rawDeployment(chart, name); rawService(chart, name); });
    rawDeployment(chart, 'worker', { container: { ports: undefined } });
    new ServiceAccess(chart, 'access', { callers: [WEB], to: Workload.named(chart, 'a'), operations: [Operation.get('/')] });

    expect(found(app)).toEqual(["ZT107 at shop/b: everyone may call 'shop/b', as namespace 'shop' has no ZeroTrustNamespace; "
      + "add one, new ZeroTrustNamespace(…, { name: 'shop' }), or state accesses for each of them"]);
  });

  test('are not in other namespaces of an app that closes none', () => {
    const app = testApp();
    new ServiceAccess(chartOf(app, 'shop'), 'access', {
      callers: [WEB], to: Workload.of(deployment(chartOf(app, 'api'), 'api')), operations: [Operation.get('/')],
    });
    rawDeployment(chartOf(app, 'open'), 'a');

    expect(found(app)).toEqual([]);
  });
});

describe('Workloads beside the mesh', () => {
  const INJECTED = { 'istio-injection': 'enabled' };
  const AMBIENT = { 'istio.io/dataplane-mode': 'ambient' };
  const EXCLUDED = 'traffic.sidecar.istio.io/excludeInboundPorts';

  function outside(facets: RawFacets): App {
    const app = testApp();
    const chart = chartOf(app, 'shop');
    const agent = rawDeployment(chart, 'agent', facets);
    new ZeroTrustNamespace(chart, 'baseline', { name: 'shop', outsideMesh: [{ workload: Workload.of(agent), reason: 'reads the network of its node' }] });
    return app;
  }

  test('are found where they are said to be outside and are in it', () => {
    expect(found(outside({}))).toEqual(["ZT112 at shop/baseline: outsideMesh names 'shop/agent', which is in the mesh and refuses plaintext at each of its ports; leave it out"]);
  });

  test.each<[string, RawFacets]>([
    ['whole', { spec: { hostNetwork: true } }],
    ['by a port', { annotations: { [EXCLUDED]: '5005' } }],
  ])('are not where they are outside of it %s', (_, facets) => {
    expect(found(outside(facets))).toEqual([]);
  });

  /** A workload in a namespace that the app labels and nobody declares. */
  function undeclared(labels: { [label: string]: string }, facets: RawFacets, mesh?: ZeroTrustMeshProps): App {
    const app = testApp();
    const chart = chartOf(app, 'open');
    new ApiObject(chart, 'namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'open', namespace: undefined, labels } });
    rawDeployment(chart, 'agent', facets);
    rawDeployment(chart, 'other');
    if (mesh) { new ZeroTrustMesh(new Chart(app, 'mesh'), 'mesh', mesh); }
    return app;
  }

  const cure = "mend that, or say why it is so: new ZeroTrustNamespace(…, { name: 'open', outsideMesh: [{ workload: …, reason: '…' }] })";

  test.each<[string, { [label: string]: string }, RawFacets, string]>([
    ['a label', INJECTED, { labels: { 'sidecar.istio.io/inject': 'false' } }, "port 8080 of 'open/agent' is not refused: 'open/agent' is not in the mesh, by label sidecar.istio.io/inject: 'false': no proxy enforces policy for it"],
    ['an annotation', INJECTED, { annotations: { 'sidecar.istio.io/inject': 'false' } }, "port 8080 of 'open/agent' is not refused: 'open/agent' is not in the mesh, by annotation sidecar.istio.io/inject: 'false': no proxy enforces policy for it"],
    ['host network', INJECTED, { spec: { hostNetwork: true } }, "port 8080 of 'open/agent' is not refused: 'open/agent' runs on the network of its host: no proxy enforces policy for it"],
    ['a port', INJECTED, { annotations: { [EXCLUDED]: '5005' } }, `port 5005 of 'open/agent' is not refused: port 5005 is not captured by the sidecar, by annotation ${EXCLUDED}: '5005': no proxy enforces policy for it`],
    ['the mark of a sidecar in ambient mode', AMBIENT, { annotations: { 'sidecar.istio.io/status': '{}' } }, "port 8080 of 'open/agent' is not refused: 'open/agent' is not in the mesh, by annotation sidecar.istio.io/status, as of a pod that has a sidecar: no proxy enforces policy for it"],
    ['a label in ambient mode', AMBIENT, { labels: { 'istio.io/dataplane-mode': 'none' } }, "port 8080 of 'open/agent' is not refused: 'open/agent' is not in the mesh, by label istio.io/dataplane-mode: 'none': no proxy enforces policy for it"],
  ])('are found where they leave it by %s in a namespace that nobody declares', (_, labels, facets, why) => {
    const expected = [`ZT113 at open/agent: a plaintext connection to ${why}; ${cure}`];

    expect(found(undeclared(labels, facets, {}))).toEqual(expected);
    expect(found(undeclared(labels, facets, { defaultDeny: true, publicGateways: [] }))).toEqual(expected);
  });

  test.each<[string, { [label: string]: string }, string]>([
    ['no label', {}, "declare it: new ZeroTrustNamespace(…, { name: 'open' })"],
    ['a label for something else', { team: 'shop' }, "declare it: new ZeroTrustNamespace(…, { name: 'open' })"],
    ['a value that means nothing', { 'istio-injection': 'enable' }, 'did you mean its label istio-injection: enabled?'],
    ['a misspelt label', { 'istio-injecton': 'enabled' }, 'did you mean its label istio-injection: enabled?'],
    ['a value in other letters', { 'istio.io/dataplane-mode': 'Ambient' }, 'did you mean its label istio.io/dataplane-mode: ambient?'],
    ['a label that says no', { 'istio-injection': 'disabled' }, "declare it: new ZeroTrustNamespace(…, { name: 'open' })"],
  ])('are found where the mesh denies by default and their namespace has %s', (_, labels, remedy) => {
    expect(found(undeclared(labels, {}, { defaultDeny: true, publicGateways: [] })))
      .toEqual([`ZT113 at open/namespace: namespace 'open' is not in the mesh, so that the default deny does not hold there and anyone may call 'open/agent', 'open/other'; ${remedy}`]);
    expect(found(undeclared(labels, {}, {}))).toEqual([]);
  });

  test.each<[string, App]>([
    ['their namespace is in no mesh', undeclared({}, { labels: { 'sidecar.istio.io/inject': 'false' } }, {})],
    ['the app has no mesh', undeclared(INJECTED, { spec: { hostNetwork: true } })],
    ['they are gateways', undeclared(INJECTED, { labels: { istio: 'ingressgateway' }, annotations: { 'inject.istio.io/templates': 'gateway' }, container: { name: 'istio-proxy' } }, {})],
    ['they only say that they are in it', undeclared(INJECTED, { labels: { 'sidecar.istio.io/inject': 'true' } }, {})],
  ])('are not where %s', (_, app) => {
    expect(found(app)).toEqual([]);
  });
});

describe('Readers of metrics', () => {
  function readers(metricsPorts: number[], ...ports: [name: string, number: number][]): App {
    const app = testApp();
    const chart = chartOf(app, 'shop');
    new ZeroTrustNamespace(chart, 'baseline', { name: 'shop', metricsReaders: [WEB], metricsPorts });
    ports.forEach(([name, number], i) => deployment(chart, `w${i}`, { ports: { [name]: number }, service: { [name]: [number, number] } }));
    return app;
  }

  test('are found where the port is declared TCP', () => {
    expect(found(readers([9090], ['tcp-metrics', 9090], ['http', 9090]))).toEqual([
      "ZT104 at shop/baseline: metricsReaders get nothing from port 9090 of 'shop/w0', which is declared TCP (Service 'w0' port 'tcp-metrics'), where rules on HTTP fields are dropped; declare it HTTP",
    ]);
  });

  test('are found where nobody lists the port', () => {
    expect(found(readers([9999], ['http', 9090]))).toEqual([
      "ZT105 at shop/baseline: metricsReaders may use port 9999, which no workload of namespace 'shop' lists ('shop/w0'); name the port that they serve metrics on",
    ]);
  });

  test('are not where somebody serves them', () => {
    expect(found(readers([9090], ['http', 9090], ['http', 8080]))).toEqual([]);
  });
});

describe('Callers', () => {
  test('by a slip in the name of a service account are refused', () => {
    const { app, chart, api } = shop();
    new ServiceAccess(chart, 'access', { callers: [Principal.serviceAccount('shop', 'wbe')], to: Workload.of(api), operations: [Operation.get('/')] });
    rawDeployment(chart, 'web');

    expect(problemsOf(app)).toEqual(["[shop/access] nothing of this app runs as service account 'wbe' of namespace 'shop'; did you mean 'web'? "
      + "If it is another app's, say so: Principal.serviceAccount('shop', 'wbe', { reason: '…' })"]);
  });

  test.each<[string, string, string | undefined]>([
    ['a slip in the name of a namespace of the app', 'shpo', "[shop/access] this app has no namespace 'shpo', whose service account 'api' is named; did you mean namespace 'shop'? "
      + "If it is another app's, say so: Principal.serviceAccount('shpo', 'api', { reason: '…' })"],
    ['a namespace of another name', 'shop2', undefined],
    ['a namespace of the app without workloads', 'shoop', undefined],
  ])('of %s are refused only where it is one', (_, namespace, problem) => {
    const { app, chart, api } = shop();
    new ApiObject(chart, 'empty', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shoop', labels: { 'istio-injection': 'enabled' } } });
    new ServiceAccess(chart, 'access', { callers: [Principal.serviceAccount(namespace, 'api')], to: Workload.of(api), operations: [Operation.get('/')] });

    expect(problemsOf(app)).toEqual(problem === undefined ? [] : [problem]);
  });

  test.each<[string, string, string | undefined]>([
    ['a slip in the name of a namespace', 'shpo', "[shop/access] this app has no namespace 'shpo', all of which is named; did you mean 'shop'? "
      + "If it is another app's, name its service accounts, and say so: Principal.serviceAccount('shpo', '…', { reason: '…' })"],
    ['another name', 'shop2', undefined],
    ['the name of a namespace without workloads', 'shoop', undefined],
  ])('of all of a namespace are refused only where it is not: %s', (_, namespace, problem) => {
    const { app, chart, api } = shop();
    new ApiObject(chart, 'empty', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shoop', labels: { 'istio-injection': 'enabled' } } });
    new ServiceAccess(chart, 'access', { callers: [Principal.namespace(namespace, { reason: 'r' })], to: Workload.of(api), operations: [Operation.get('/')] });

    expect(problemsOf(app)).toEqual(problem === undefined ? [] : [problem]);
  });

  test('by a slip are refused wherever they are named', () => {
    const [GET, slip] = [[Operation.get('/')], [Principal.serviceAccount('shop', 'wbe')]];
    const made: ((chart: Chart, api: Workload) => unknown)[] = [
      (chart, workload) => new JwtProtectedApi(chart, 'made', { workload, issuers: [ISSUER], callers: slip, rules: [{ operations: GET, anyToken: true }] }),
      (chart, workload) => new JwtProtectedApi(chart, 'made', { workload, issuers: [ISSUER], rules: [{ operations: GET, callers: slip }] }),
      (chart, workload) => new JwtProtectedApi(chart, 'made', {
        workload, issuers: [ISSUER], publicOperations: [Operation.get('/p')], publicCallers: slip, rules: [{ operations: GET, anyToken: true }],
      }),
      (chart, workload) => new JwtProtectedApi(chart, 'made', { workload, issuers: [ISSUER], exemptCallers: slip, rules: [{ operations: GET, anyToken: true }] }),
      (chart, workload) => new JwtProtectedApi(chart, 'made', {
        workload, issuers: [ISSUER], corsPreflight: { origins: ['https://a.example'], callers: slip }, rules: [{ operations: GET, anyToken: true }],
      }),
      chart => new ZeroTrustNamespace(chart, 'made', { name: 'shop', metricsReaders: slip }),
    ];
    const told = made.map(make => {
      const app = testApp();
      const chart = chartOf(app, 'shop');
      rawDeployment(chart, 'web');
      const api = rawDeployment(chart, 'api');
      rawService(chart, 'api');
      make(chart, Workload.of(api));
      return problemsOf(app);
    });

    expect(told).toEqual(made.map(() => [expect.stringContaining("[shop/made] nothing of this app runs as service account 'wbe' of namespace 'shop'; did you mean 'web'?")]));
  });

  test('of another App are refused, and so is a target', () => {
    const { app, chart, api } = shop();
    const other = rawDeployment(chartOf(testApp(), 'far'), 'far');
    new ServiceAccess(chart, 'from-far', { callers: [Principal.workload(other)], to: Workload.of(api), operations: [Operation.get('/')] });
    new ServiceAccess(chart, 'to-far', { callers: [WEB], to: Workload.of(other), operations: [Operation.anyHttp()] });

    expect(problemsOf(app)).toContainEqual("[shop/from-far] 'far/far' (Deployment) must be a workload of this app, and is one of another App; "
      + "name who calls by Principal.serviceAccount, and pods that are made elsewhere by Workload.fromPods (also at 1 more: 'shop/to-far')");
  });

  test.each<[string, (far: ApiObject) => Partial<JwtProtectedApiProps>]>([
    ['workload', far => ({ workload: Workload.of(far) })],
    ['callers', far => ({ callers: [Principal.workload(far)] })],
  ])('of another App are refused as %s of a JwtProtectedApi, too', (_, props) => {
    const { app, chart, api } = shop();
    const far = rawDeployment(chartOf(testApp(), 'far'), 'far');
    new JwtProtectedApi(chart, 'made', { workload: Workload.of(api), issuers: [ISSUER], rules: [{ operations: [Operation.get('/')], anyToken: true }], ...props(far) });

    expect(problemsOf(app)).toContainEqual("[shop/made] 'far/far' (Deployment) must be a workload of this app, and is one of another App; "
      + 'name who calls by Principal.serviceAccount, and pods that are made elsewhere by Workload.fromPods');
  });
});

describe('Findings', () => {
  test('are printed once, however many charts there are and however often the app is synthesized', () => {
    const { app, chart } = shop();
    chartOf(app, 'second');
    denies(chart, 'block', { app: 'database' });

    app.synth();
    app.synth();
    Testing.synth(chart);

    expect(printed()).toBe("warning ZT102 [shop/block/Resource] AuthorizationPolicy 'shop/block' does nothing: no workload of this app in namespace 'shop' ('shop/api') "
      + "has pods with app: database; those of 'shop/api' carry app: api\n"
      + "what is meant so: Findings.of(scope).acknowledge('ZT…', { reason: '…' }); docs/findings.md has the rules\n");
  });

  test('are printed with the number of constructs that meet the same', () => {
    const { app } = shop();
    const chart = chartOf(app, 'open');
    ['a', 'b', 'c', 'd', 'e'].forEach(name => rawDeployment(chart, name));

    app.synth();

    expect(printed()).toContain("warning ZT107 [open/a] everyone may call 'open/a', 'open/b', 'open/c', …, as namespace 'open' has no ZeroTrustNamespace");
    expect(printed()).toContain(" (also at 4 more: 'open/b', 'open/c', 'open/d', …)\n");
  });

  test('are not printed where the app is wrong', () => {
    const { app, chart, api } = shop();
    denies(chart, 'block', { app: 'database' });
    new ServiceAccess(chart, 'access', { callers: [WEB], to: Workload.of(api), operations: [Operation.tcp(1)] });

    expect(problemsOf(app)).toHaveLength(1);
    expect(printed()).toBe('');
  });

  test('are acknowledged at a construct and all below it, with the reason, and are not printed any more', () => {
    const { app, chart } = shop();
    denies(chart, 'block', { app: 'database' });
    denies(chart, 'later', { app: 'cache' });
    Findings.of(chart.node.findChild('block')).acknowledge('ZT102', { reason: 'the database comes next week' });

    expect(Findings.of(app).all().map(({ rule, constructPaths, acknowledgedBecause }) => [rule, constructPaths, acknowledgedBecause])).toEqual([
      ['ZT102', ['shop/block/Resource'], 'the database comes next week'],
      ['ZT102', ['shop/later/Resource'], undefined],
    ]);
    expect(Findings.of(app).unacknowledged().map(({ constructPaths }) => constructPaths)).toEqual([['shop/later/Resource']]);
    app.synth();
    expect(printed()).not.toContain('shop/block');
  });

  test('of one cause are two where a part of them is acknowledged', () => {
    const { app } = shop();
    const chart = chartOf(app, 'open');
    const [a] = ['a', 'b', 'c'].map(name => rawDeployment(chart, name));
    Findings.of(a).acknowledge('ZT107', { reason: 'public' });

    expect(Findings.of(app).all().map(({ constructPaths, acknowledgedBecause }) => [constructPaths, acknowledgedBecause])).toEqual([
      [['open/a'], 'public'], [['open/b', 'open/c'], undefined],
    ]);
  });

  test('of a scope are those below it', () => {
    const { app, chart } = shop();
    denies(chart, 'block', { app: 'database' });
    const open = chartOf(app, 'open');
    rawDeployment(open, 'a');

    expect(Findings.of(open).all().map(({ rule }) => rule)).toEqual(['ZT107']);
    expect(Findings.of(chart).all().map(({ rule }) => rule)).toEqual(['ZT102']);
  });

  test('tell of an acknowledgement that nothing needs', () => {
    const { app, chart } = shop();
    Findings.of(chart).acknowledge('ZT102', { reason: 'old' });

    expect(found(app)).toEqual(["ZT100 at shop: nothing is found by ZT102 here, which is acknowledged because 'old'; remove the acknowledgement"]);
    Findings.of(app).acknowledge('ZT100', { reason: 'charts are shared' });
    expect(Findings.of(app).unacknowledged()).toEqual([]);
  });

  test.each<[string, { reason: string }, string]>([
    ['ZT999', { reason: 'x' }, "rule must be one of 'ZT100', "],
    ['ZT102', { reason: ' ' }, "reason must be text without blanks around it, got ' '; say why it is as it should be"],
    ['ZT102', { reason: undefined as never }, "acknowledge: 'reason' must have a value, got 'undefined'"],
  ])('are acknowledged by rule and reason only: %s %j', (rule, options, message) => {
    expect(() => Findings.of(shop().app).acknowledge(rule, options)).toThrow(message);
  });

  test('see what came after they were asked for', () => {
    const { app, chart } = shop();
    expect(Findings.of(app).all()).toEqual([]);

    denies(chart, 'block', { app: 'database' });

    expect(Findings.of(app).all()).toHaveLength(1);
  });
});

describe('ZT121, settings of the mesh that nothing renders', () => {
  /** A mesh whose apps log and audit what is refused. */
  function logging(mesh: Partial<ZeroTrustMeshProps>, add: (root: Chart) => void = () => undefined): App {
    const app = testApp();
    const root = chartOf(app, 'istio-system');
    new ZeroTrustMesh(root, 'mesh', mesh);
    new SecurityTelemetry(root, 'security');
    add(root);
    return app;
  }

  test.each<[string, Partial<ZeroTrustMeshProps>]>([
    ['are rendered', { settings: MeshSettingsOutput.istioOperator() }],
    ['are handed to Helm', { settings: MeshSettingsOutput.helmValues() }],
    ['are those of another app', { exists: true }],
  ])('are not told of where they %s', (_, mesh) => {
    expect(found(logging(mesh))).toEqual([]);
  });

  test('are told of once, with who needs them', () => {
    const app = logging({}, root => { new MeshCertificateAuthority(root, 'ca', { authority: CertificateAuthority.istioCsr() }); });

    expect(found(app)).toEqual(["ZT121 at istio-system/mesh: nothing renders extension provider 'zero-trust-security' of 'istio-system/security'; certificateAuthority of 'istio-system/ca', and a mesh without them does less than is stated; "
      + 'give this settings, as in MeshSettingsOutput.istioOperator(), say by exists: true that another app sees to it, or set it up where istiod is set up, and acknowledge this here, at \'istio-system/mesh\'']);
  });

  test('are those of the mesh itself, which are stated as they are elsewhere', () => {
    const app = testApp();
    new ZeroTrustMesh(chartOf(app, 'istio-system'), 'mesh', { extensionProviders: [ExtensionProvider.accessLog({ name: 'siem' })] });

    expect(found(app)).toEqual([]);
  });

  test('are refused instead where a MeshConfig of the app lacks them', () => {
    const app = logging({}, root => { new ApiObject(root, 'config', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'istio' }, ...{ data: { mesh: 'trustDomain: cluster.local' } } }); });

    expect(problemsOf(app).join()).toContain("does not have extension provider 'zero-trust-security'");
    expect(Findings.of(app).all()).toEqual([]);
  });

  test('are acknowledged at the mesh, and not at what needs them', () => {
    const app = logging({}, root => { Findings.of(root.node.findChild('security')).acknowledge('ZT121', { reason: 'r' }); });

    expect(found(app)).toEqual([
      expect.stringContaining('ZT121 at istio-system/mesh: '),
      "ZT100 at istio-system/security: nothing is found by ZT121 here, which is acknowledged because 'r'; acknowledge it where it is found, at 'istio-system/mesh', or remove the acknowledgement",
    ]);
  });

  test('may be acknowledged', () => {
    const app = logging({});
    Findings.of(app).acknowledge('ZT121', { reason: 'set up by the platform' });

    expect(Findings.of(app).unacknowledged()).toEqual([]);
  });
});

describe('A port that the mesh does not see', () => {
  const serving = (ports: object[], servicePorts?: object[]) => {
    const app = testApp();
    const chart = chartOf(app, 'shop');
    rawDeployment(chart, 'dns', { container: { ports } });
    if (servicePorts) { new ApiObject(chart, 'dns-service', { apiVersion: 'v1', kind: 'Service', metadata: { name: 'dns' }, ...{ spec: { selector: { app: 'dns' }, ports: servicePorts } } }); }
    return { app, chart };
  };
  const told = (app: App) => Findings.of(app).all().filter(({ rule }) => rule === 'ZT122').map(({ message }) => message.replace(/, of which.*/, ''));
  const kept = (chart: Chart, spec: object) => new ApiObject(chart, 'kept', { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'kept' }, ...{ spec } });
  const UDP = [{ containerPort: 8080 }, { containerPort: 53, protocol: 'UDP' }];

  test.each<[string, object[], object[] | undefined, string[]]>([
    ['UDP', UDP, undefined, ["'shop/dns' serves UDP 53"]],
    ['UDP and SCTP', [...UDP, { containerPort: 38412, protocol: 'SCTP' }], undefined, ["'shop/dns' serves UDP 53, SCTP 38412"]],
    ['UDP by a Service alone', [], [{ name: 'dns', port: 53, targetPort: 5353, protocol: 'UDP' }], ["'shop/dns' serves UDP 53"]],
    ['TCP', [{ containerPort: 8080 }], [{ name: 'http', port: 80, targetPort: 8080 }], []],
  ])('is found where a workload serves %s', (_, ports, servicePorts, expected) => {
    const { app, chart } = serving(ports, servicePorts);
    new ZeroTrustNamespace(chart, 'baseline');

    expect(told(app)).toEqual(expected);
  });

  test.each<[string, (chart: Chart) => unknown, boolean]>([
    ['a NetworkPolicy keeps others out', chart => kept(chart, { podSelector: { matchLabels: { app: 'dns' } }, ingress: [] }), false],
    ['one is for what it sends', chart => kept(chart, { podSelector: {}, policyTypes: ['Egress'] }), true],
    ['one is for other pods', chart => kept(chart, { podSelector: { matchLabels: { app: 'web' } } }), true],
  ])('is where %s: %s', (_, add, isFound) => {
    const { app, chart } = serving(UDP);
    new ZeroTrustNamespace(chart, 'baseline');
    add(chart);

    expect(told(app).length > 0).toBe(isFound);
  });

  test('is not where its namespace has NetworkPolicies, nobody declares it, or the workload is outside the mesh', () => {
    const [network, undeclared, outside] = [serving(UDP), serving(UDP), serving(UDP)];
    new ZeroTrustNamespace(network.chart, 'baseline', { networkPolicies: NetworkPolicies.forIngress() });
    new ZeroTrustNamespace(outside.chart, 'baseline', { outsideMesh: [{ workload: Workload.of(outside.chart.node.findChild('dns')), reason: 'r' }] });

    expect([network, undeclared, outside].map(({ app }) => told(app))).toEqual([[], [], []]);
  });
});

describe('Pods that bring along what their proxy is', () => {
  const foundOf = (facets: RawFacets, namespace: object = {}) => {
    const app = testApp();
    const chart = chartOf(app, 'shop');
    const api = rawDeployment(chart, 'api', facets);
    const template = { metadata: { labels: { app: 'made' }, annotations: facets.annotations }, spec: { containers: [{ name: 'c', image: 'i' }], ...facets.spec } };
    new ApiObject(chart, 'made', { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', metadata: { name: 'made' }, ...{ spec: { template } } });
    new ZeroTrustNamespace(chart, 'baseline', namespace);
    expect([problemsOf(app), api.name]).toEqual([[], 'api']);
    return Findings.of(app).all().map(({ rule, message }) => `${rule}: ${message}`);
  };
  const annotated = (name: string, value: string): RawFacets => ({ annotations: { [name]: value } });
  const proxied = (own: object): RawFacets => ({ spec: { initContainers: [{ name: 'istio-proxy', restartPolicy: 'Always', ...own }] } });

  test.each<[string, RawFacets]>([
    ["starts with a bootstrap of its own, by annotation sidecar.istio.io/bootstrapOverride: 'own'", annotated('sidecar.istio.io/bootstrapOverride', 'own')],
    ['starts with a bootstrap of its own, by variable ISTIO_BOOTSTRAP_OVERRIDE of its container istio-proxy', proxied({ env: [{ name: 'ISTIO_BOOTSTRAP_OVERRIDE', value: '/x' }] })],
    ['starts with a binaryPath of its own, by annotation proxy.istio.io/config', annotated('proxy.istio.io/config', 'binaryPath: /bin/x')],
    ["is of image 'busybox', by annotation sidecar.istio.io/proxyImage", annotated('sidecar.istio.io/proxyImage', 'busybox')],
    ["is of image 'proxy.example.com/evil:1', by its container istio-proxy", proxied({ image: 'proxy.example.com/evil:1' })],
  ])('are found: it %s', (how, facets) => {
    expect(foundOf(facets)).toEqual(['shop/api', 'shop/made'].map(path => `ZT111: the proxy of '${path}' ${how}, which no test of the intents sees; look at whether what they enforce still holds`));
    expect(foundOf(facets, { dataPlane: DataPlane.AMBIENT })).toEqual([]);
  });

  test.each<[string, RawFacets]>([
    ['another registry', annotated('sidecar.istio.io/proxyImage', 'registry.example.com:5000/mirror/istio/proxyv2:1.29-distroless')],
    ['a digest', proxied({ image: 'example.com/istio-proxyv2-rhel9@sha256:0123' })],
    ['the image of Istio', proxied({ image: 'auto' })],
    ['a kind of image', annotated('sidecar.istio.io/proxyImageType', 'debug')],
    ['resources, volumes and hooks', proxied({ resources: { limits: { cpu: '1' } }, volumeMounts: [{ name: 'v', mountPath: '/v' }], lifecycle: { preStop: { exec: { command: ['sleep', '5'] } } } })],
    ['other settings', annotated('proxy.istio.io/config', 'holdApplicationUntilProxyStarts: true')],
  ])('are not where it has %s', (_, facets) => {
    expect(foundOf(facets)).toEqual([]);
  });
});

describe('Pods of kinds that only their controller knows', () => {
  const rollout = (metadata: object, spec: object = {}, namespace: object = {}) => {
    const app = testApp();
    const chart = chartOf(app, 'shop');
    new ZeroTrustNamespace(chart, 'baseline', namespace);
    const template = { metadata: { labels: { app: 'web' }, ...metadata }, spec: { containers: [{ name: 'c', image: 'i', ports: [{ containerPort: 8080 }] }], ...spec } };
    new ApiObject(chart, 'web', { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', metadata: { name: 'web' }, ...{ spec: { template } } });
    expect(problemsOf(app)).toEqual([]);
    return Findings.of(app).all().filter(({ rule }) => rule === 'ZT113').map(({ constructPaths, message }) => `${constructPaths.join()}: ${message}`);
  };

  test.each<[string, object, object, object, string]>([
    ['a label', { labels: { 'app': 'web', 'sidecar.istio.io/inject': 'false' } }, {}, {}, "is not in the mesh, by label sidecar.istio.io/inject: 'false'"],
    ['an annotation', { annotations: { 'sidecar.istio.io/inject': 'false' } }, {}, {}, "is not in the mesh, by annotation sidecar.istio.io/inject: 'false'"],
    ['host network', {}, { hostNetwork: true }, {}, 'runs on the network of its host'],
    ['a port', { annotations: { 'traffic.sidecar.istio.io/excludeInboundPorts': '8080' } }, {}, {}, 'port 8080 is not captured by the sidecar'],
    ['a sidecar that is made up', { annotations: { 'sidecar.istio.io/status': '{}' } }, { initContainers: [{ name: 'istio-proxy', args: ['proxy', 'sidecar'] }] }, {}, 'nothing in its manifest leads connections'],
    ['a label in ambient', { labels: { 'app': 'web', 'istio.io/dataplane-mode': 'none' } }, {}, { dataPlane: DataPlane.AMBIENT }, "is not in the mesh, by label istio.io/dataplane-mode: 'none'"],
  ])('are found where they leave the mesh by %s', (_, metadata, spec, namespace, why) => {
    expect(rollout(metadata, spec, namespace)).toEqual([expect.stringMatching(/^shop\/web: pods of 'shop\/web' take plaintext of anyone: .*; mend that where their template says it, or acknowledge it with a reason$/)]);
    expect(rollout(metadata, spec, namespace)[0]).toContain(why);
    expect(rollout(metadata, spec, namespace)[0]).not.toContain('web 0');
  });

  test.each<[string, object]>([['sidecars', {}], ['ztunnel', { dataPlane: DataPlane.AMBIENT }]])('are not where %s stand before them', (_, namespace) => {
    expect(rollout({}, {}, namespace)).toEqual([]);
  });

  test.each([[true, {}], [false, {}], [true, { 'istio-injection': 'enabled' }]])('are found in a namespace that is not in the mesh, where that denies by default (%s, %j)', (defaultDeny, labels) => {
    const app = testApp();
    new ZeroTrustMesh(chartOf(app, 'mesh'), 'mesh', defaultDeny ? { defaultDeny, publicGateways: [] } : {});
    const chart = chartOf(app, 'open');
    new ApiObject(chart, 'namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'open', labels } });
    const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'i', ports: [{ containerPort: 8080 }] }] } };
    new ApiObject(chart, 'web', { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', metadata: { name: 'web' }, ...{ spec: { template } } });

    expect(Findings.of(app).all().filter(({ rule }) => rule === 'ZT113').map(({ message }) => message)).toEqual(defaultDeny && Object.keys(labels).length === 0
      ? ["namespace 'open' is not in the mesh, so that the default deny does not hold there and anyone may call 'open/web'; declare it: new ZeroTrustNamespace(…, { name: 'open' })"] : []);
  });

  /** What speaks of its pods without naming their containers. */
  const inPart = (apiVersion: string, kind: string, spec: object) => {
    const app = testApp();
    const chart = chartOf(app, 'shop');
    new ZeroTrustNamespace(chart, 'baseline');
    new ApiObject(chart, 'one', { apiVersion, kind, metadata: { name: 'one' }, ...{ spec } });
    expect(problemsOf(app)).toEqual([]);
    return Findings.of(app).unacknowledged().map(({ rule, message }) => `${rule}: ${message}`);
  };
  const OUT = { 'sidecar.istio.io/inject': 'false' };

  test.each<[string, string, object]>([
    ['monitoring.coreos.com/v1', 'Prometheus', { podMetadata: { annotations: OUT }, serviceMonitorSelector: {} }],
    ['monitoring.coreos.com/v1', 'Alertmanager', { hostNetwork: true }],
    ['argoproj.io/v1alpha1', 'Workflow', { entrypoint: 'a', podMetadata: { labels: OUT }, templates: [{ name: 'a', container: { image: 'i' } }] }],
    ['argoproj.io/v1alpha1', 'WorkflowTemplate', { entrypoint: 'a', templates: [{ name: 'a', metadata: { labels: OUT }, container: { image: 'i' } }] }],
    ['kafka.strimzi.io/v1beta2', 'Kafka', { kafka: { template: { pod: { metadata: { annotations: { 'traffic.sidecar.istio.io/excludeInboundPorts': '9092', 'inject.istio.io/templates': 'gateway' } } } } } }],
    ['postgresql.cnpg.io/v1', 'Cluster', { instances: 3, inheritedMetadata: { annotations: OUT } }],
    ['sparkoperator.k8s-apps.dev/v1', 'SparkApplication', { driver: { cores: 1, labels: OUT } }],
    ['tekton.dev/v1', 'TaskRun', { podTemplate: { hostNetwork: true } }],
    ['cert-manager.io/v1', 'Issuer', { acme: { solvers: [{ http01: { ingress: { podTemplate: { metadata: { annotations: OUT } } } } }] } }],
  ])('are found where %s %s takes them out of the mesh', (apiVersion, kind, spec) => {
    expect(inPart(apiVersion, kind, spec)).toEqual([expect.stringMatching(/^ZT113: pods of 'shop\/one' take plaintext of anyone: .*'shop\/one'.*/)]);
  });

  test.each<[string, string, object]>([
    ['monitoring.coreos.com/v1', 'Prometheus', { podMetadata: { labels: { team: 'a' } }, serviceAccountName: 'prometheus' }],
    ['external-secrets.io/v1', 'ExternalSecret', { target: { template: { metadata: { labels: { app: 'web' } } } } }],
    ['secrets.hashicorp.com/v1beta1', 'VaultAuth', { kubernetes: { role: 'web', serviceAccount: 'web' } }],
    ['kyverno.io/v1', 'Policy', { rules: [{ mutate: { patchStrategicMerge: { metadata: { annotations: OUT } } } }] }],
    ['helm.toolkit.fluxcd.io/v2', 'HelmRelease', { serviceAccountName: 'web', values: { podAnnotations: OUT } }],
    ['argoproj.io/v1alpha1', 'Application', { source: { helm: { valuesObject: { podAnnotations: OUT } } } }],
  ])('are not where %s %s says nothing of the kind', (apiVersion, kind, spec) => {
    expect(inPart(apiVersion, kind, spec)).toEqual([]);
  });

  test('are not where they are a gateway, as what runs beside one is', () => {
    const gateway = { name: 'istio-proxy', image: 'auto' };
    const annotations = { 'inject.istio.io/templates': 'gateway,own' };

    expect(rollout({ annotations }, { containers: [gateway] }, {})).toEqual([]);
    expect(rollout({ annotations: { ...annotations, 'sidecar.istio.io/inject': 'false' } }, { containers: [gateway, { name: 'web', image: 'web', ports: [{ containerPort: 8080 }] }] }, {}))
      .toEqual([expect.stringContaining("pods of 'shop/web' take plaintext of anyone")]);
  });
});
