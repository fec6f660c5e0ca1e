import { ApiObject, App, Chart, JsonPatch } from 'cdk8s';
import {
  AuthorizationPolicy, AuthorizationPolicyAction, DataPlane, Decision, ExtensionProvider, ExternalAuthorization, ExternalAuthorizationProps, MeshSettingsOutput, Operation, PolicySet, Principal,
  ServiceAccess, Stage, Waypoint, Workload, ZeroTrustMesh, ZeroTrustNamespace,
} from 'cdk8s-zero-trust';
import { testApp } from '../support/app';
import { chartOf, manifests, problemsOf, rawDeployment, rawService, specAt } from '../support/shop';

const OPA = ExtensionProvider.extAuthzGrpc({ name: 'opa', service: 'opa.authz.svc.cluster.local', port: 9191 });
const PORTS = [{ name: 'http', port: 80, targetPort: 8080 }, { name: 'tcp-raw', port: 90, targetPort: 9000 }];
const HEALTH = { unaskedOperations: [Operation.get('/healthz')] };

interface Shop { readonly app: App; readonly chart: Chart; readonly api: ApiObject; readonly authz: Chart; readonly opa: ApiObject }

/** A shop in which web calls api, and an authorizer in a namespace of its own, whom the proxies that ask may call. */
function shop({ ambient = false, isOpen = false, opaPort = { name: 'grpc' } }: { ambient?: boolean; isOpen?: boolean; opaPort?: object } = {}): Shop {
  const app = testApp();
  new ZeroTrustMesh(chartOf(app, 'mesh'), 'mesh', { settings: MeshSettingsOutput.istioOperator() });
  const chart = chartOf(app, 'shop');
  if (!isOpen) { new ZeroTrustNamespace(chart, 'baseline', ambient ? { dataPlane: DataPlane.AMBIENT, waypoint: Waypoint.create() } : {}); }
  const [web, api] = ['web', 'api'].map(name => { rawService(chart, name, { ports: PORTS }); return rawDeployment(chart, name, { container: { ports: [{ containerPort: 8080 }, { containerPort: 9000 }] } }); });
  if (!isOpen) { new ServiceAccess(chart, 'web-to-api', { callers: [Principal.workload(web)], to: Workload.of(api), operations: [Operation.get('/a', '/healthz'), Operation.tcp(9000)] }); }
  const authz = chartOf(app, 'authz');
  new ZeroTrustNamespace(authz, 'baseline', {});
  const opa = rawDeployment(authz, 'opa', { container: { ports: [{ containerPort: 9191 }] } });
  rawService(authz, 'opa', { ports: [{ ...opaPort, port: 9191 }] });
  new ServiceAccess(authz, 'asking', { callers: [Principal.serviceAccount('shop', ambient ? 'shop-waypoint' : 'api')], to: Workload.of(opa), operations: [Operation.anyHttp()] });
  return { app, chart, api, authz, opa };
}

function ask(chart: Chart, api: ApiObject, props: Partial<ExternalAuthorizationProps> = {}, id = 'api-authz'): ExternalAuthorization {
  return new ExternalAuthorization(chart, id, { workload: Workload.of(api), provider: OPA, ...props });
}

/** A policy by hand, of another authorizer unless it says so. */
function custom(chart: Chart, spec: object, namespace = 'shop'): void {
  new ApiObject(chart, 'more', {
    apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata: { name: 'more', namespace }, ...{ spec: { action: 'CUSTOM', provider: { name: 'x' }, ...spec } },
  });
}

/** What becomes of requests of web, where the authorizer agrees and where it refuses. */
function decided(app: App, port: number, path?: string): [Decision, Decision] {
  const set = PolicySet.fromApp(app);
  const [agreed, refused] = [true, false].map(allows => set.isAuthorized({
    destination: { namespace: 'shop', service: 'api', port },
    source: { workload: 'shop/web' },
    ...path === undefined ? {} : { http: { method: 'GET', path } },
    authorizerAnswers: [{ provider: 'opa', allows, headers: {} }],
  }).decision);
  return [agreed, refused];
}

const [YES, NO] = [Decision.ALLOW, Decision.DENY];

describe('ExternalAuthorization', () => {
  test('renders a policy written by negation, with its ports, and adds its provider to the settings of the mesh', () => {
    const { app, chart, api } = shop();
    ask(chart, api, HEALTH);

    expect(problemsOf(app)).toEqual([]);
    expect(specAt(app, 'shop/api-authz/Resource')).toEqual({
      selector: { matchLabels: { app: 'api' } },
      action: 'CUSTOM',
      provider: { name: 'opa' },
      rules: [{ to: [{ operation: { notMethods: ['GET'], ports: ['8080'] } }, { operation: { notPaths: ['/healthz'], ports: ['8080'] } }] }],
    });
    expect(manifests(app).find(({ kind }) => kind === 'IstioOperator')!.spec).toMatchObject({
      meshConfig: { extensionProviders: [{ name: 'opa', envoyExtAuthzGrpc: { service: 'opa.authz.svc.cluster.local', port: 9191, timeout: '2s', failOpen: false } }] },
    });
  });

  test.each<[string, Parameters<typeof shop>[0]]>([['a sidecar', {}], ['a waypoint', { ambient: true }]])('at %s, what is asked about passes only if the authorizer agrees and an access allows it', (_, place) => {
    const { app, chart, api } = shop(place);
    ask(chart, api, { ports: [8080, 9000], ...HEALTH });

    expect(problemsOf(app)).toEqual([]);
    expect(decided(app, 80, '/a')).toEqual([YES, NO]);
    expect(decided(app, 80, '/b')).toEqual([NO, NO]);
    expect(decided(app, 80, '/healthz')).toEqual([YES, YES]);
    expect(decided(app, 80, '//healthz')).toEqual([NO, NO]);
    expect(decided(app, 90)).toEqual([YES, NO]);
  });

  test('leaves alone the ports that it does not name', () => {
    const { app, chart, api } = shop();
    ask(chart, api);

    expect(decided(app, 90)).toEqual([YES, YES]);
  });

  test('is asked before callers are looked at', () => {
    const { app, chart, api } = shop();
    ask(chart, api);

    const { stage } = PolicySet.fromApp(app).isAuthorized({
      destination: { namespace: 'shop', service: 'api', port: 80 },
      source: { serviceAccount: 'elsewhere/x' },
      http: { method: 'GET', path: '/a' },
      authorizerAnswers: [{ provider: 'opa', allows: false }],
    });
    expect(stage).toBe(Stage.CUSTOM);
  });

  test('at a waypoint names the Service, by whose ports it goes', () => {
    const { app, chart, api } = shop({ ambient: true });
    ask(chart, api);

    expect(specAt(app, 'shop/api-authz/Resource')).toEqual({
      targetRefs: [{ group: '', kind: 'Service', name: 'api' }], action: 'CUSTOM', provider: { name: 'opa' }, rules: [{ to: [{ operation: { ports: ['80'] } }] }],
    });
  });

  test('lets the account of the waypoint call the authorizer that it asks, and nothing else', () => {
    const { app, chart, api, authz } = shop({ ambient: true });
    ask(chart, api);
    rawService(authz, 'other');
    new ServiceAccess(authz, 'more', { callers: [Principal.serviceAccount('shop', 'shop-waypoint')], to: Workload.of(rawDeployment(authz, 'other')), operations: [Operation.anyHttp()] });

    expect(problemsOf(app)).toEqual([expect.stringContaining("[authz/more] callers must not be the service account of a waypoint, got 'shop/shop-waypoint'")]);
  });

  test('says what waits for whom', () => {
    const { chart, api } = shop();

    expect(ask(chart, api, { ports: [8080], ...HEALTH }).describeExternalAuthorization()).toBe('Deployment shop/api waits for opa on port 8080, but for GET /healthz');
  });

  test.each<[string, (made: Shop) => void, string]>([
    ['a second provider for the workload', ({ chart, api }) => {
      ask(chart, api);
      ask(chart, api, { provider: ExtensionProvider.extAuthzHttp({ name: 'other', service: 'other.authz.svc.cluster.local', port: 80 }), ports: [9000] }, 'more');
    }, "'shop/api' must have one authorizer, got 'opa' and, by 'shop/more', 'other'; of two Istio asks none"],
    ['the same provider twice', ({ chart, api }) => {
      ask(chart, api, { ports: [8080] });
      ask(chart, api, { ports: [9000] }, 'more');
    }, "'shop/api' must have one ExternalAuthorization, and 'shop/more' is for it too"],
    ['the same provider that says something else', ({ chart, api }) => {
      const web = rawDeployment(chart, 'web2');
      rawService(chart, 'web2');
      ask(chart, api);
      ask(chart, web, { provider: ExtensionProvider.extAuthzGrpc({ name: 'opa', service: 'opa.authz.svc.cluster.local', port: 9191, statusOnError: 503 }) }, 'more');
    }, "'opa'"],
    ['the authorizer itself', ({ authz, opa }) => { ask(authz, opa); },
      "workload must not be the authorizer that is asked about it, got 'authz/opa', to which 'opa.authz.svc.cluster.local' of provider 'opa' leads"],
    ['two authorizers that are asked about each other', ({ authz, opa, chart, api }) => {
      ask(authz, opa, { provider: ExtensionProvider.extAuthzGrpc({ name: 'api', service: 'api.shop.svc.cluster.local', port: 80 }) });
      ask(chart, api);
    }, "workload must not be the authorizer that is asked about it, got 'authz/opa'"],
    ['TCP by an authorizer over HTTP', ({ chart, api }) => {
      ask(chart, api, { ports: [9000], provider: ExtensionProvider.extAuthzHttp({ name: 'http', service: 'opa.authz.svc.cluster.local', port: 9191 }) });
    }, "ports must speak HTTP, got 9000 of 'shop/api', declared TCP: an authorizer over HTTP is not asked about connections, which all pass"],
    ['a port that the workload does not have', ({ chart, api }) => { ask(chart, api, { ports: [7] }); }, "port '7' is not one that"],
    ['a port of the Service', ({ chart, api }) => { ask(chart, api, { ports: [80] }); }, 'port 80 is the port of Service'],
    ['nothing', ({ chart, api }) => { ask(chart, api, { unaskedOperations: [Operation.anyHttp()] }); },
      'unaskedOperations must leave something that the authorizer is asked about, got every request on port 8080'],
    ['unasked operations of other ports', ({ chart, api }) => { ask(chart, api, { ports: [9000], unaskedOperations: [Operation.get('/healthz')] }); },
      'unaskedOperations must be of the HTTP ports at which the authorizer is asked, got GET /healthz; leave it out, or add its port'],
    ['unasked operations of a port that is not asked about', ({ chart, api }) => { ask(chart, api, { ports: [8080], unaskedOperations: [Operation.http({ methods: ['GET'], paths: ['/x'], ports: [9000] })] }); },
      'unaskedOperations must be of the HTTP ports at which the authorizer is asked, 8080, got'],
    ['a Service that the app spells otherwise', ({ chart, api }) => { ask(chart, api, { provider: ExtensionProvider.extAuthzGrpc({ name: 'opa', service: 'opaa.authz.svc.cluster.local', port: 9191 }) }); },
      "did you mean 'opa.authz.svc.cluster.local'?"],
    ['a port that the Service does not have', ({ chart, api }) => { ask(chart, api, { provider: ExtensionProvider.extAuthzGrpc({ name: 'opa', service: 'opa.authz.svc.cluster.local', port: 9000 }) }); },
      "port of provider 'opa' must be one of Service 'authz/opa', got 9000; it has 9191"],
    ['an authorizer that does not let in who asks', ({ chart }) => {
      const web = chart.node.findChild('web') as ApiObject;
      ask(chart, web);
    }, "POST /envoy.service.auth.v3.Authorization/Check on port 9191 of Service 'authz/opa', by which shop/web asks the authorizer about 'shop/web', is refused"],
    ['a workload whose labels others have, too', ({ chart, api }) => {
      rawDeployment(chart, 'api2', { labels: { app: 'api' } });
      ask(chart, api);
    }, "policies for 'shop/api' select pods by app: 'api', and so also those of 'shop/api2'"],
    ['what a hand-written policy asks another about', ({ chart, api }) => {
      ask(chart, api, HEALTH);
      new AuthorizationPolicy(chart, 'more', { selector: { matchLabels: { app: 'api' } }, action: AuthorizationPolicyAction.CUSTOM, provider: { name: 'x' }, rules: [{}] });
    }, "AuthorizationPolicy 'shop/shop-more-"],
  ])('is refused for %s', (_, make, problem) => {
    const made = shop();
    make(made);

    expect(problemsOf(made.app)).toContainEqual(expect.stringContaining(problem));
  });

  const atApi = { targetRefs: [{ group: '', kind: 'Service', name: 'api' }] };
  test.each<[string, boolean, object, string]>([
    ['for all', false, { rules: [{}] }, 'shop'],
    ['for ports that nothing has', false, { rules: [{ to: [{ operation: { ports: ['9999'] } }] }] }, 'shop'],
    ['for nothing', false, {}, 'shop'],
    ['for its pods', false, { selector: { matchLabels: { app: 'api' } } }, 'shop'],
    ['of the mesh', false, { rules: [{ to: [{ operation: { ports: ['9999'] } }] }] }, 'istio-system'],
    ['at its waypoint', true, { ...atApi, rules: [{ to: [{ operation: { ports: ['9999'] } }] }] }, 'shop'],
  ])('beside a hand-written policy of another authorizer %s nothing passes, so that it is refused', (_, ambient, spec, namespace) => {
    const made = shop({ ambient });
    ask(made.chart, made.api, HEALTH);
    expect(problemsOf(made.app)).toEqual([]);

    custom(made.chart, spec, namespace);

    expect(problemsOf(made.app)).toContainEqual(expect.stringMatching(/AuthorizationPolicy '.*\/more' at 'shop\/more' refuses what this promises: .*; keep one authorizer for a workload, as of several Istio asks none/));
  });

  test.each<[string, boolean, object]>([
    ['of the same authorizer', false, { provider: { name: 'opa' }, rules: [{ to: [{ operation: { ports: ['9999'] } }] }] }],
    ['for other pods', false, { provider: { name: 'x' }, selector: { matchLabels: { app: 'web' } }, rules: [{ to: [{ operation: { ports: ['9999'] } }] }] }],
    ['for pods behind its waypoint', true, { provider: { name: 'x' }, rules: [{}] }],
  ])('may stand beside a hand-written policy %s', (_, ambient, spec) => {
    const made = shop({ ambient });
    ask(made.chart, made.api, HEALTH);
    custom(made.chart, spec);

    expect(problemsOf(made.app)).toEqual([]);
  });

  const opaAt = (service: string) => ({ provider: ExtensionProvider.extAuthzGrpc({ name: 'opa', service, port: 9191 }) });
  test.each<[string, string]>([
    ['opa.authz', 'opa.authz.svc.cluster.local'],
    ['opa.authz.svc', 'opa.authz.svc.cluster.local'],
    ['opa.authz.svc.cluster', 'opa.authz.svc.cluster.local'],
    ['opa.authz.svc.cluster.locl', 'opa.authz.svc.cluster.local'],
    ['opa.auth.svc.cluster.local', 'opa.authz.svc.cluster.local'],
    ['opaa.authz', 'opa.authz.svc.cluster.local'],
    ['shop/opa.authz.svc.cluster.local', 'authz/opa.authz.svc.cluster.local'],
    ['authz/opa.authz.svc', 'authz/opa.authz.svc.cluster.local'],
  ])('asks a host that istiod knows, not %s', (host, meant) => {
    const { app, chart, api } = shop();
    ask(chart, api, opaAt(host));

    expect(problemsOf(app)).toContain(`[shop/api-authz] service of provider 'opa' must be one that there is, got '${host}'; did you mean '${meant}'?`);
  });

  test.each<[string, ExternalAuthorizationProps['provider'], string, object, string | undefined]>([
    ['a ServiceEntry of any namespace with its host', OPA, 'ServiceEntry', { metadata: { namespace: 'shop' }, spec: { hosts: ['opa.authz.svc.cluster.local'] } },
      "the host of provider 'opa' must be that of Service 'authz/opa' alone, got ServiceEntry 'shop/more' at 'shop/more' of the same host, by which others would answer, or nobody is found to ask, and all is refused; take it out"],
    ['one of its own namespace', opaAt('authz/opa.authz.svc.cluster.local').provider, 'ServiceEntry', { metadata: { namespace: 'authz' }, spec: { hosts: ['opa.authz.svc.cluster.local'] } }, "got ServiceEntry 'authz/more'"],
    ['none of another, where the namespace is stated', opaAt('authz/opa.authz.svc.cluster.local').provider, 'ServiceEntry', { metadata: { namespace: 'shop' }, spec: { hosts: ['opa.authz.svc.cluster.local'] } }, undefined],
    ['an EndpointSlice for it', OPA, 'EndpointSlice', { metadata: { namespace: 'authz', labels: { 'kubernetes.io/service-name': 'opa' } }, endpoints: [{ addresses: ['203.0.113.7'] }] },
      "Service 'authz/opa' of provider 'opa' must lead to its pods alone, got EndpointSlice 'authz/more' at 'shop/more', by which others would decide as well; take it out"],
    ['none for another Service', OPA, 'EndpointSlice', { metadata: { namespace: 'authz', labels: { 'kubernetes.io/service-name': 'else' } }, endpoints: [] }, undefined],
  ])('has nothing else answer in its place: %s', (_, provider, kind, { metadata, ...rest }: any, expected) => {
    const { app, chart, api } = shop();
    ask(chart, api, { provider });
    new ApiObject(chart, 'more', { apiVersion: kind === 'ServiceEntry' ? 'networking.istio.io/v1' : 'discovery.k8s.io/v1', kind, metadata: { name: 'more', ...metadata }, ...rest });
    const found = problemsOf(app).filter(problem => problem.includes('of provider'));

    expect(found).toEqual(expected === undefined ? [] : [expect.stringContaining(expected)]);
  });

  test.each(['authz/opa.authz.svc.cluster.local', 'opa.authz.svc.corp.example', 'opa.elsewhere.svc.cluster.local', 'authz.example.com', 'opa.elsewhere'])('may ask %s', host => {
    const { app, chart, api } = shop();
    ask(chart, api, opaAt(host));

    expect(problemsOf(app)).toEqual([]);
  });

  test('may ask a short host that a ServiceEntry has', () => {
    const { app, chart, api } = shop();
    new ApiObject(chart, 'entry', { apiVersion: 'networking.istio.io/v1', kind: 'ServiceEntry', metadata: { name: 'opa' }, ...{ spec: { hosts: ['opa.authz'], ports: [{ number: 9191, name: 'grpc', protocol: 'GRPC' }], resolution: 'DNS' } } });
    ask(chart, api, opaAt('opa.authz'));

    expect(problemsOf(app)).toEqual([]);
  });

  const NO_GRPC = "port of provider 'opa' must be declared gRPC for an authorizer over gRPC, got 9191 of Service 'authz/opa', declared";
  test.each<[object, string | undefined]>([
    [{ name: 'http' }, `${NO_GRPC} 'http'`], [{ name: 'http-opa' }, `${NO_GRPC} 'http-opa'`], [{ name: 'grpc', appProtocol: 'http' }, `${NO_GRPC} 'http'`], [{ name: 'tcp' }, `${NO_GRPC} 'tcp'`],
    [{ name: 'grpc-opa' }, undefined], [{ name: 'http2' }, undefined], [{ name: 'http', appProtocol: 'kubernetes.io/h2c' }, undefined], [{ name: 'api' }, undefined],
  ])('asks over gRPC at a port to which proxies speak HTTP/2: %j', (port, problem) => {
    const { app, chart, api } = shop({ opaPort: port });
    ask(chart, api);

    const found = problemsOf(app).filter(one => one.includes('declared gRPC'));
    expect(found).toEqual(problem === undefined ? [] : [expect.stringContaining(problem)]);
  });

  test('may ask over gRPC at a port of HTTP where somebody upgrades it', () => {
    const { app, chart, api, authz } = shop({ opaPort: { name: 'http' } });
    new ApiObject(authz, 'h2', { apiVersion: 'networking.istio.io/v1', kind: 'DestinationRule', metadata: { name: 'h2' }, ...{ spec: { host: 'opa', trafficPolicy: { connectionPool: { http: { h2UpgradePolicy: 'UPGRADE' } } } } } });
    ask(chart, api);

    expect(problemsOf(app)).toEqual([]);
  });

  const EXT_AUTHZ = 'envoy.filters.http.ext_authz';
  const ofFilter = { context: 'SIDECAR_INBOUND', listener: { filterChain: { filter: { subFilter: { name: EXT_AUTHZ } } } } };
  const typed = (config: object) => ({ name: EXT_AUTHZ, typed_config: config });
  const perRoute = (config: object) => ({ typed_per_filter_config: { [EXT_AUTHZ]: config } });
  test.each<[string, object, boolean]>([
    ['lets pass what is not answered', { applyTo: 'HTTP_FILTER', match: ofFilter, patch: { operation: 'MERGE', value: typed({ failure_mode_allow: true }) } }, true],
    ['asks about some only', { applyTo: 'HTTP_FILTER', match: ofFilter, patch: { operation: 'MERGE', value: typed({ filter_enabled: { default_value: { numerator: 1 } } }) } }, true],
    ['asks another', { applyTo: 'HTTP_FILTER', match: ofFilter, patch: { operation: 'MERGE', value: typed({ grpcService: { envoyGrpc: { clusterName: 'other' } } }) } }, true],
    ['takes it out', { applyTo: 'HTTP_FILTER', match: ofFilter, patch: { operation: 'REMOVE' } }, true],
    ['takes it out for connections', { applyTo: 'NETWORK_FILTER', match: { listener: { filterChain: { filter: { name: 'envoy.filters.network.ext_authz' } } } }, patch: { operation: 'REMOVE' } }, true],
    ['disables it for a route', { applyTo: 'HTTP_ROUTE', match: {}, patch: { operation: 'MERGE', value: perRoute({ disabled: true }) } }, true],
    ['disables it for a host', { applyTo: 'VIRTUAL_HOST', match: {}, patch: { operation: 'MERGE', value: perRoute({ disabled: true }) } }, true],
    ['sends the body with it', { applyTo: 'HTTP_FILTER', match: ofFilter, patch: { operation: 'MERGE', value: typed({ with_request_body: { max_request_bytes: 8192 } }) } }, false],
    ['tells more for a route', { applyTo: 'HTTP_ROUTE', match: {}, patch: { operation: 'MERGE', value: perRoute({ check_settings: { context_extensions: { a: 'b' } } }) } }, false],
  ])('is refused beside an EnvoyFilter that %s: %#', (_, patch, isRefused) => {
    const { app, chart, api } = shop();
    ask(chart, api);
    new ApiObject(chart, 'filter', { apiVersion: 'networking.istio.io/v1alpha3', kind: 'EnvoyFilter', metadata: { name: 'filter' }, ...{ spec: { configPatches: [patch] } } });

    expect(problemsOf(app).join()).toEqual(isRefused ? expect.stringContaining("EnvoyFilter 'shop/filter' at 'shop/filter' takes out what enforces policies") : '');
  });

  test('is refused where nothing says who may call, so that all pass whom the authorizer does not know', () => {
    const { app, chart, api } = shop({ isOpen: true });
    ask(chart, api);

    expect(problemsOf(app).join('\n')).toContain('; state by a ServiceAccess who may call it, or declare its namespace by a ZeroTrustNamespace');
  });

  test('is refused in ambient without a waypoint', () => {
    const { app } = shop();
    const chart = chartOf(app, 'bare');
    new ZeroTrustNamespace(chart, 'baseline', { dataPlane: DataPlane.AMBIENT });
    rawService(chart, 'api');
    ask(chart, rawDeployment(chart, 'api'));

    expect(problemsOf(app).join()).toContain("an external authorizer can be enforced only by a waypoint, but namespace 'bare' has no waypoint; declare one on its ZeroTrustNamespace");
  });

  test('is refused without a ZeroTrustMesh, which says how its provider gets to istiod', () => {
    const app = testApp();
    const chart = chartOf(app, 'shop');
    new ZeroTrustNamespace(chart, 'baseline', {});
    rawService(chart, 'api');
    ask(chart, rawDeployment(chart, 'api'));

    expect(problemsOf(app).join()).toContain("the mesh must have extension provider 'opa' for this");
  });

  test.each<[string, JsonPatch]>([
    ['asks another', JsonPatch.replace('/spec/action', 'AUDIT')],
    ['asks about less', JsonPatch.add('/spec/rules/0/to/0/operation/paths', ['/admin*'])],
    ['asks about all but one path', JsonPatch.add('/spec/rules/0/to/0/operation/notPaths', ['/secret'])],
    ['only tries it', JsonPatch.add('/metadata/annotations/istio.io~1dry-run', 'true')],
  ])('that was changed and %s is refused', (_, patch) => {
    const { app, chart, api } = shop();
    (ask(chart, api).node.findChild('Resource') as ApiObject).addJsonPatch(patch);

    expect(problemsOf(app)).toEqual([expect.stringContaining("[shop/api-authz] 'shop/api-authz/Resource' must stay as it was made, got another ")]);
  });

  test.each<[string, Partial<ExternalAuthorizationProps>, string]>([
    ['an access log', { provider: ExtensionProvider.accessLog({ name: 'json' }) }, "provider must be an authorizer, got access log 'json'"],
    ['no ports', { ports: [] }, 'ports must'],
    ['no operations', { unaskedOperations: [] }, 'unaskedOperations must'],
    ['a TCP port that is unasked', { unaskedOperations: [Operation.tcp(9000)] }, 'unaskedOperations[0] must be an HTTP operation, got Operation.tcp(9000)'],
    ['whatever comes for a host', { unaskedOperations: [Operation.http({ methods: ['*'], paths: ['*'], hosts: ['a.example'] })] }, 'a host that any client may send'],
    ['a misspelt prop', { port: [8080] } as object, "did you mean 'ports'?"],
    ['a dry run', { metadata: { annotations: { 'istio.io/dry-run': 'true' } } }, 'under which nothing is enforced'],
  ])('must not be of %s', (_, props, message) => {
    const { chart, api } = shop();

    expect(() => ask(chart, api, props)).toThrow(message);
  });
});
