import { ApiObject, App, Chart } from 'cdk8s';
import {
  AccessGuardrail, DataPlane, Enforcement, ExtensionProvider, ExternalAuthorization, Findings, GuardrailScope, JwtIssuer, JwtProtectedApi, LegacyDestination, LegacyTls, Operation, PlaintextException, PolicySet,
  PortProtocol, Principal, Quarantine, ServiceAccess, UndecidedReason, Waypoint, Workload, ZeroTrustMesh, ZeroTrustNamespace,
} from 'cdk8s-zero-trust';
import { testApp } from '../support/app';
import { chartOf, problemsOf, rawDeployment, rawService } from '../support/shop';

const ISSUER = JwtIssuer.of({ issuer: 'https://i.example', audiences: ['api'] });
const NETWORKING = 'networking.istio.io/v1';

interface Shop { readonly app: App; readonly chart: Chart; readonly web: ApiObject; readonly api: ApiObject; readonly mesh: ZeroTrustMesh }

/** A shop in which web reads api. */
function shop(props: { ambient?: boolean; closed?: boolean } = {}): Shop {
  const app = testApp();
  const mesh = new ZeroTrustMesh(chartOf(app, 'mesh'), 'mesh', { asOf: '2026-12-01' });
  const chart = chartOf(app, 'shop');
  new ZeroTrustNamespace(chart, 'baseline', props.ambient ? { dataPlane: DataPlane.AMBIENT, waypoint: Waypoint.create() } : {});
  const [web, api] = ['web', 'api'].map(name => { rawService(chart, name); return rawDeployment(chart, name); });
  if (!props.closed) { new ServiceAccess(chart, 'web-to-api', { callers: [Principal.workload(web)], to: Workload.of(api), operations: [Operation.get('/a')] }); }
  return { app, chart, web, api, mesh };
}

function raw(chart: Chart, name: string, apiVersion: string, kind: string, spec: object): ApiObject { return new ApiObject(chart, name, { apiVersion, kind, metadata: { name }, spec }); }

function tokens({ chart, api }: Shop, more: object = {}): void {
  new JwtProtectedApi(chart, 'tokens', { workload: Workload.of(api), issuers: [ISSUER], rules: [{ anyToken: true, operations: [Operation.get('/t')] }], ...more });
}

describe('Where no istioVersion is stated', () => {
  test('messages do not show one', () => {
    const made = shop({ ambient: true });
    new Quarantine(made.chart, 'cut', { account: Principal.workload(made.web), reason: 'r' });
    new AccessGuardrail(made.chart, 'guard', { appliesTo: GuardrailScope.mesh(made.mesh), forbiddenCallers: [Principal.serviceAccount('dev', 'x')] });

    const problems = problemsOf(made.app).join('\n');
    expect(problems).toContain('there is a policy for all waypoints, and no istioVersion is stated; state that of the ZeroTrustMesh');
    expect(problems).toContain('where there may be waypoints, got none, as older ones');
    expect(problems).not.toContain('undefined');
  });
});

describe('A PlaintextException beside a JwtProtectedApi', () => {
  function excepted(more: object, port: number): string[] {
    const made = shop({ closed: true });
    const old = rawDeployment(made.chart, 'old', { container: { ports: [{ containerPort: 8080 }, { containerPort: 8081 }] } });
    rawService(made.chart, 'old', { ports: [{ name: 'http', port: 80, targetPort: 8080 }, { name: 'http-old', port: 81, targetPort: 8081 }] });
    tokens({ ...made, api: old }, more);
    new PlaintextException(made.chart, 'exception', {
      workload: Workload.of(old), operations: [Operation.anyHttp({ ports: [port] })], fromNetworks: ['10.0.0.0/8'], reason: 'r', owner: 'o', expires: '2026-12-31',
    });
    return problemsOf(made.app);
  }

  test('is told to call another port, not to open the API to everybody', () => {
    expect(excepted({}, 8081)).toEqual(["[shop/exception] 'shop/tokens' asks for a token, which plaintext of this does not bring: GET /zero-trust-witness on port 8081 of 'shop/old' in plaintext from 10.0.0.0/8; "
      + "have it call another port, which 'ports' of the JwtProtectedApi leave out; publicOperations would open it to everybody in the mesh"]);
  });

  test('is right there', () => { expect(excepted({ ports: [8080] }, 8081)).toEqual([]); });
});

describe('A LegacyDestination with a route', () => {
  test.each<[string, object, string]>([
    ['delegates', { delegate: { name: 'other' } }, 'VirtualService shop/route has the request in a way that is not evaluated: it delegates to another VirtualService'],
    ['answers', { directResponse: { status: 200 } }, 'nothing arrives: VirtualService shop/route answers it'],
  ])('that %s is told that', (_, http, why) => {
    const made = shop();
    new LegacyDestination(made.chart, 'old', { host: 'old.example.com', ports: [{ number: 80, protocol: PortProtocol.HTTP }], tls: LegacyTls.disable({ reason: 'old' }) });
    raw(made.chart, 'route', NETWORKING, 'VirtualService', { hosts: ['old.example.com'], http: [http] });

    expect(problemsOf(made.app)).toEqual([`[shop/old] calls of 'shop/api' to 'old.example.com' on port 80 do not go out as this says: ${why}; mend that, or take the LegacyDestination out`]);
  });
});

describe('An exemption from tokens', () => {
  test.each([[Enforcement.DRY_RUN, 'api', 0], [Enforcement.DRY_RUN, 'web', 1]])('is not idle where its access is tried out: %s at %s', (enforcement, at, count) => {
    const made = shop({ closed: true });
    tokens(made, { exemptCallers: [Principal.serviceAccount('shop', 'web')] });
    new ServiceAccess(made.chart, 'tried', { callers: [Principal.workload(made.web)], to: Workload.of(at === 'api' ? made.api : made.web), operations: [Operation.get('/a')], enforcement });

    expect(problemsOf(made.app)).toEqual([]);
    expect(Findings.of(made.app).all().filter(({ rule }) => rule === 'ZT109')).toHaveLength(count);
  });
});

describe('A DestinationRule for who is called', () => {
  const TUNNEL = { tunnel: { protocol: 'CONNECT', targetHost: 'x.example.com', targetPort: 443 } };
  const PROXY = { proxyProtocol: { version: 'V2' } };
  const told = (what: string) => [`[shop/web-to-api] DestinationRule 'shop/rule' at 'shop/rule' has clients of 'shop/api' ${what}, which its proxy takes for nonsense, so that no call arrives; `
    + 'take that out, or give its host to what is outside of the mesh'];
  const HEADER = told('put a PROXY header before the connection (proxyProtocol)');

  test.each<[string, object, string[]]>([
    ['a PROXY header', { host: 'api', trafficPolicy: PROXY }, HEADER],
    ['a PROXY header, by its full name', { host: 'api.shop.svc.cluster.local', trafficPolicy: PROXY }, HEADER],
    ['a PROXY header to all', { host: '*.shop.svc.cluster.local', trafficPolicy: PROXY }, HEADER],
    ['a PROXY header to a subset', { host: 'api.shop', subsets: [{ name: 's', trafficPolicy: PROXY }] }, HEADER],
    ['a tunnel', { host: 'api', trafficPolicy: TUNNEL }, told("ask 'x.example.com:443' for a tunnel there (tunnel)")],
    ['nothing of these', { host: 'api', trafficPolicy: { connectionPool: { tcp: { maxConnections: 1 } } } }, []],
    ['a PROXY header to another host', { host: 'api.example.com', trafficPolicy: PROXY }, []],
    ['a PROXY header to a namesake', { host: 'api.other', trafficPolicy: PROXY }, []],
  ])('has clients send %s', (_, spec, problems) => {
    const made = shop();
    raw(made.chart, 'rule', NETWORKING, 'DestinationRule', spec);

    expect(problemsOf(made.app)).toEqual(problems);
  });
});

describe('An installation that rewrites no probes', () => {
  const OFF = { sidecarInjectorWebhook: { rewriteAppHTTPProbe: false } };
  const WAYS: readonly (readonly [string, (chart: Chart) => unknown])[] = [
    ['of an IstioOperator', chart => raw(chart, 'install', 'install.istio.io/v1alpha1', 'IstioOperator', { values: OFF })],
    ['of the injector', chart => new ApiObject(chart, 'install', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'istio-sidecar-injector', namespace: 'istio-system' }, data: { values: JSON.stringify(OFF, null, 2) } })],
  ];
  const probed = (chart: Chart, annotations: object = {}, probe: object = { httpGet: { port: 8080, path: '/' } }) => rawDeployment(chart, 'probed', { container: { readinessProbe: probe }, annotations });

  test.each(WAYS)('is refused where STRICT mutual TLS refuses them: by values %s', (_, install) => {
    const made = shop();
    probed(made.chart);
    install(chartOf(made.app, 'istio-system'));

    expect(problemsOf(made.app)).toEqual(["[mesh/mesh] 'istio-system/install' sets rewriteAppHTTPProbe false, so that the kubelet, which has no identity in the mesh, is refused the probes of 'shop/probed'; "
      + "leave it out, or annotate these pods sidecar.istio.io/rewriteAppHTTPProbers: 'true'"]);
  });

  test.each<[string, (chart: Chart) => unknown]>([
    ['pods say otherwise', chart => probed(chart, { 'sidecar.istio.io/rewriteAppHTTPProbers': 'true' })],
    ['pods run their probes themselves', chart => probed(chart, {}, { exec: { command: ['true'] } })],
    ['there are no probes', () => undefined],
  ])('is right where %s', (_, add) => {
    const made = shop();
    add(made.chart);
    WAYS[0][1](chartOf(made.app, 'istio-system'));

    expect(problemsOf(made.app)).toEqual([]);
  });
});

describe('What nobody can tell the order of', () => {
  const refuses = (what: string) => [`[shop/web-to-api] ${what} refuses what this promises: GET /a on port 8080 of 'shop/api' from 'shop/web'; change it, or remove it`];

  const entry = (chart: Chart, port: object, labels: object = { app: 'api' }) =>
    raw(chart, 'entry', NETWORKING, 'ServiceEntry', { hosts: ['old.example.com'], location: 'MESH_INTERNAL', resolution: 'STATIC', ports: [{ name: 'x', ...port }], workloadSelector: { labels } });
  test.each<[string, object, object | undefined, boolean]>([
    ['of another protocol', { protocol: 'TCP', number: 8080 }, undefined, false],
    ['of another protocol, by its target', { protocol: 'TCP', number: 80, targetPort: 8080 }, undefined, false],
    ['of the same protocol', { protocol: 'HTTP', number: 80, targetPort: 8080 }, undefined, true],
    ['for another port', { protocol: 'TCP', number: 9000 }, undefined, true],
    ['for other pods', { protocol: 'TCP', number: 8080 }, { app: 'other' }, true],
  ])('is refused where it matters: a ServiceEntry that selects workloads %s', (_, port, labels, isRight) => {
    const made = shop();
    entry(made.chart, port, labels);

    expect(problemsOf(made.app)).toEqual(isRight ? [] : refuses("ServiceEntry 'shop/entry' at 'shop/entry'"));
  });

  test.each<[string, string, string, string[]]>([
    ['which differ', 'api', 'web', refuses("HTTPRoute 'shop/kubernetes' at 'shop/kubernetes'")],
    ['which differ the other way', 'web', 'api', refuses("VirtualService 'shop/istio' at 'shop/istio'")],
    ['which agree', 'api', 'api', []],
  ])('is refused where it matters: a VirtualService and an HTTPRoute for one host, %s', (_, istio, kubernetes, problems) => {
    const made = shop();
    raw(made.chart, 'istio', NETWORKING, 'VirtualService', { hosts: ['api'], http: [{ route: [{ destination: { host: istio } }] }] });
    raw(made.chart, 'kubernetes', 'gateway.networking.k8s.io/v1', 'HTTPRoute', { parentRefs: [{ group: '', kind: 'Service', name: 'api' }], rules: [{ backendRefs: [{ name: kubernetes, port: 80 }] }] });

    expect(problemsOf(made.app)).toEqual(problems);
  });

  test.each(['api', 'API', 'API.shop.svc.cluster.local'])('is refused where it leads elsewhere: a VirtualService of host %s', host => {
    const made = shop();
    raw(made.chart, 'other', NETWORKING, 'VirtualService', { hosts: [host], http: [{ route: [{ destination: { host: 'evil.example' } }] }] });

    expect(problemsOf(made.app).join()).toContain("VirtualService 'shop/other' at 'shop/other'");
  });

  test.each<[string, (made: Shop) => void, string | undefined]>([
    ['a ServiceEntry of its host', ({ chart }) => raw(chart, 'other', NETWORKING, 'ServiceEntry', {
      hosts: ['api.shop.svc.cluster.local'], resolution: 'STATIC', endpoints: [{ address: '203.0.113.7' }], ports: [{ name: 'http', number: 80, protocol: 'HTTP' }],
    }), "ServiceEntry 'shop/other' at 'shop/other'"],
    ['a ServiceEntry of its host, in other letters', ({ chart }) => raw(chart, 'other', NETWORKING, 'ServiceEntry', {
      hosts: ['API.shop.svc.cluster.local'], resolution: 'DNS', ports: [{ name: 'http', number: 80, protocol: 'HTTP' }],
    }), "ServiceEntry 'shop/other' at 'shop/other'"],
    ['a ServiceEntry of another host', ({ chart }) => raw(chart, 'other', NETWORKING, 'ServiceEntry', {
      hosts: ['api.example.com'], resolution: 'STATIC', endpoints: [{ address: '203.0.113.7' }], ports: [{ name: 'http', number: 80, protocol: 'HTTP' }],
    }), undefined],
    ['a ServiceEntry of its host that selects machines', ({ chart }) => raw(chart, 'other', NETWORKING, 'ServiceEntry', {
      hosts: ['api.shop.svc.cluster.local'], resolution: 'STATIC', workloadSelector: { labels: { app: 'machine' } }, ports: [{ name: 'http', number: 80, protocol: 'HTTP' }],
    }), "ServiceEntry 'shop/other' at 'shop/other'"],
    ...['api', 'api.shop', 'api.shop.svc'].map((host): [string, (made: Shop) => void, string] => [`a ServiceEntry of its name ${host}`, ({ chart }) => raw(chart, 'other', NETWORKING, 'ServiceEntry', {
      hosts: [host], resolution: 'STATIC', endpoints: [{ address: '203.0.113.7' }], ports: [{ name: 'http', number: 80, protocol: 'HTTP' }],
    }), `ServiceEntry 'shop/other' at 'shop/other' of host '${host}'`]),
    ...['api.shop', 'API.shop.svc'].map((host): [string, (made: Shop) => void, string] => [`a VirtualService of its name ${host} that leads to another`, ({ chart }) =>
      raw(chart, 'other', NETWORKING, 'VirtualService', { hosts: [host], http: [{ route: [{ destination: { host: 'web' } }] }] }),
    `VirtualService 'shop/other' at 'shop/other' of host '${host.toLowerCase()}'`]),
    ['a VirtualService of its name api.shop that leads to it', ({ chart }) =>
      raw(chart, 'other', NETWORKING, 'VirtualService', { hosts: ['api.shop'], http: [{ route: [{ destination: { host: 'api' } }] }] }), undefined],
    ['an EndpointSlice with another pod', ({ chart }) => slice(chart, {}), "EndpointSlice 'shop/other' at 'shop/other'"],
    ['the EndpointSlice of its controller', ({ chart }) => slice(chart, { 'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io' }), undefined],
  ])('is refused of a Service that leads elsewhere as well: %s', (_, add, beside) => {
    const made = shop();
    add(made);

    expect(problemsOf(made.app).filter(problem => problem.includes('to its pods alone')))
      .toEqual(beside === undefined ? [] : [expect.stringContaining(`Service 'shop/api' must lead to its pods alone, got ${beside}, by which some of its calls go elsewhere; take it out`)]);
  });

  function slice(chart: Chart, labels: { [name: string]: string }): void {
    new ApiObject(chart, 'other', {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: 'other', labels: { 'kubernetes.io/service-name': 'api', ...labels } },
      ...{ addressType: 'IPv4', endpoints: [{ addresses: ['10.0.0.7'], targetRef: { kind: 'Pod', name: 'db-0' } }], ports: [{ name: 'http', port: 8080 }] },
    });
  }

  const CALL = { destination: { namespace: 'shop', service: 'api', port: 80 }, source: { workload: 'shop/web' }, http: { method: 'GET', path: '/a' } };
  const pods = (name: string) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'shop', labels: { app: name } }, spec: { containers: [{ name }, { name: 'istio-proxy', args: ['proxy', 'sidecar'] }], initContainers: [{ name: 'istio-init', args: ['istio-iptables', '-b', '*'] }] } });
  const service = (name: string) => ({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'shop' }, spec: { selector: { app: name }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] } });
  const around = [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { 'istio-injection': 'enabled' } } }, pods('api'), pods('web'), service('api'), service('web'),
    { apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata: { name: 'get', namespace: 'shop' }, spec: { selector: { matchLabels: { app: 'api' } }, rules: [{ to: [{ operation: { methods: ['GET'] } }] }] } },
    { apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata: { name: 'nobody', namespace: 'shop' }, spec: { selector: { matchLabels: { app: 'web' } } } },
  ];
  test.each<[string, object[]]>([
    ['ServiceEntry and Service', [{
      apiVersion: NETWORKING,
      kind: 'ServiceEntry',
      metadata: { name: 'e', namespace: 'shop' },
      spec: { hosts: ['old.example.com'], location: 'MESH_INTERNAL', resolution: 'STATIC', ports: [{ name: 'x', protocol: 'TCP', number: 8080 }], workloadSelector: { labels: { app: 'api' } } },
    }]],
    ['VirtualServices', ['api', 'web'].map(name => ({ apiVersion: NETWORKING, kind: 'VirtualService', metadata: { name, namespace: 'shop' }, spec: { hosts: ['api'], http: [{ route: [{ destination: { host: name } }] }] } }))],
  ])('is undecided for its age: %s', (_, objects) => {
    expect(PolicySet.fromManifests(around).isAuthorized(CALL).isAllowed).toBe(true);
    expect(PolicySet.fromManifests([...around, ...objects]).isAuthorized(CALL).undecidedReason).toBe(UndecidedReason.UNKNOWN_AGE);
  });
});

describe('The Service of an authorizer in a List of another namespace', () => {
  test.each<[string, string, number, string[]]>([
    ['is found', 'opa', 9191, []],
    ['has its ports', 'opa', 9000, ["[shop/asking] port of provider 'opa' must be one of Service 'authz/opa', got 9000; it has 9191"]],
    ['is what was meant by a slip', 'opaa', 9191, ["[shop/asking] service of provider 'opa' must be one that there is, got 'opaa.authz.svc.cluster.local'; did you mean 'opa.authz.svc.cluster.local'?"]],
  ])('%s', (_, host, port, problems) => {
    const made = shop();
    new ApiObject(chartOf(made.app, 'other'), 'list', {
      apiVersion: 'v1', kind: 'List', items: [{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'opa', namespace: 'authz' }, spec: { selector: { app: 'opa' }, ports: [{ name: 'grpc', port: 9191 }] } }],
    });
    new ExternalAuthorization(made.chart, 'asking', { workload: Workload.of(made.api), provider: ExtensionProvider.extAuthzGrpc({ name: 'opa', service: `${host}.authz.svc.cluster.local`, port }) });

    expect(problemsOf(made.app)).toEqual(problems);
  });
});
