import { ApiObject, App, Chart, JsonPatch } from 'cdk8s';
import {
  AccessGuardrail, AccessGuardrailProps, AuthorizationPolicy, AuthorizationPolicyAction, DataPlane, Enforcement, GuardrailScope, JwtIssuer, JwtProtectedApi, Operation,
  PlaintextException, Principal, PublicGateway, ServiceAccess, Waypoint, Workload, ZeroTrustMesh, ZeroTrustMeshProps, ZeroTrustNamespace, ZeroTrustNamespaceProps,
} from 'cdk8s-zero-trust';
import { testApp } from '../support/app';
import { chartOf, policies, problemsOf, rawDeployment, RawFacets, rawService } from '../support/shop';

type Plane = 'sidecar' | 'ambient' | 'waypoint' | 'bare';
type Law = Omit<AccessGuardrailProps, 'appliesTo'>;
interface Shop { readonly app: App; readonly chart: Chart; readonly db: ApiObject }

const WEB = Principal.serviceAccount('front', 'web');
const API = Principal.serviceAccount('front', 'api');
const DEV = Principal.namespace('dev', { reason: 'all of it' });
const ONLY_API: Law = { onlyCallers: [API] };
const NO_DEV: Law = { forbiddenCallers: [DEV] };
const NO_TRACE: Law = { forbiddenOperations: [Operation.http({ methods: ['TRACE'], paths: ['*'], ports: [8080] })] };
const PLANES: Plane[] = ['sidecar', 'ambient', 'waypoint'];

/** A namespace with a db that its Service offers as HTTP; a bare one has no ZeroTrustNamespace. */
function shop(plane: Plane = 'sidecar', props: ZeroTrustNamespaceProps = {}, facets: RawFacets = {}, labels: { [label: string]: string } = {}, service: object = {}): Shop {
  const app = testApp();
  const chart = chartOf(app, 'shop');
  if (plane !== 'bare') {
    const dataPlane = plane === 'sidecar' ? DataPlane.SIDECAR : DataPlane.AMBIENT;
    new ZeroTrustNamespace(chart, 'baseline', { name: 'shop', dataPlane, ...plane === 'waypoint' ? { waypoint: Waypoint.create({ name: 'wp' }) } : {}, ...props });
  }
  const db = rawDeployment(chart, 'db', facets);
  rawService(chart, 'db', service, labels);
  return { app, chart, db };
}

function mesh(app: App, props: ZeroTrustMeshProps = {}): GuardrailScope { return GuardrailScope.mesh(new ZeroTrustMesh(new Chart(app, 'mesh'), 'mesh', props)); }
function guard(chart: Chart, appliesTo: GuardrailScope, law: Law): AccessGuardrail { return new AccessGuardrail(chart, 'guard', { appliesTo, ...law }); }
function access(chart: Chart, db: ApiObject, callers: Principal[], operations = [Operation.anyHttp()]): void {
  new ServiceAccess(chart, 'access', { callers, to: Workload.of(db), operations });
}
const at = (db: ApiObject) => GuardrailScope.workload(Workload.of(db));
const SHOP = GuardrailScope.namespace('shop');
const GATEWAY = { annotations: { 'inject.istio.io/templates': 'gateway' }, container: { name: 'istio-proxy' } };

describe('An access that a guardrail forbids is refused, and both are named', () => {
  const forbidden = (what: string, by = 'shop/guard', who = 'shop/access') => [`[${who}] '${by}' forbids what this promises: ${what}; take the promise out, or change the guardrail`];
  const GET = "GET /zero-trust-witness on port 8080 of 'shop/db' from front/web";

  describe.each(PLANES)('in %s mode', plane => {
    test.each<[string, (made: Shop) => unknown]>([
      ['for the workload', ({ chart, db }) => guard(chart, at(db), ONLY_API)],
      ['for the namespace', ({ chart }) => guard(chart, SHOP, ONLY_API)],
      ['for the namespace, by who may not', ({ chart }) => guard(chart, SHOP, { forbiddenCallers: [WEB] })],
    ])('%s', (_, add) => {
      const made = shop(plane);
      access(made.chart, made.db, [API, WEB]);
      add(made);

      expect(problemsOf(made.app)).toEqual(forbidden(GET));
    });

    test('for the mesh', () => {
      const { app, chart, db } = shop(plane);
      access(chart, db, [API, WEB]);
      guard(chartOf(app, 'platform'), mesh(app, { istioVersion: '1.29' }), { forbiddenCallers: [WEB] });

      expect(problemsOf(app)).toEqual(forbidden(GET, 'platform/guard'));
    });

    test.each([['the workload', at], ['the namespace', () => SHOP]])('who reads metrics, by one for %s', (_, scope) => {
      const { app, chart, db } = shop(plane, { metricsReaders: [API, WEB] });
      guard(chart, scope(db), ONLY_API);

      const problems = problemsOf(app);
      expect(problems).toHaveLength(1);
      expect(problems[0]).toMatch(/^\[shop\/baseline\] 'shop\/guard' forbids what this promises: metrics on port 9090 of .*, from front\/web; /);
    });
  });

  test.each<[string, Operation[], Law, string]>([
    ['a method', [Operation.http({ methods: ['GET', 'TRACE'], paths: ['/a'] })], NO_TRACE, 'TRACE /a'],
    ['a path', [Operation.get('/a', '/b')], { onlyOperations: [Operation.get('/a')] }, 'GET /b'],
    ['an operation', [Operation.get('/a'), Operation.post('/a')], { onlyOperations: [Operation.get('/a')] }, 'POST /a'],
  ])('where %s is forbidden that it lists', (_, operations, law, request) => {
    const { app, chart, db } = shop();
    access(chart, db, [WEB], operations);
    guard(chart, at(db), law);

    expect(problemsOf(app)).toEqual(forbidden(`${request} on port 8080 of 'shop/db' from front/web`));
  });

  test.each<[string, object, Law, string]>([
    ['whoever has a token', {}, ONLY_API, "GET /a on port 8080 of 'shop/db' from a caller that nobody names, with a token of 'https://i.example'"],
    ['an operation of a rule', { callers: [API] }, { onlyOperations: [Operation.get('/a')] }, "POST /b on port 8080 of 'shop/db' from front/api, with a token of 'https://i.example'"],
  ])('an API with tokens: %s', (_, more, law, what) => {
    const { app, chart, db } = shop();
    new JwtProtectedApi(chart, 'api', {
      workload: Workload.of(db),
      issuers: [JwtIssuer.of({ issuer: 'https://i.example', audiences: ['db'] })],
      rules: [{ operations: [Operation.get('/a'), Operation.post('/b')], claims: { role: ['x'] } }],
      ...more,
    });
    guard(chart, at(db), law);

    expect(problemsOf(app)).toEqual(forbidden(what, 'shop/guard', 'shop/api'));
  });

  test.each<[string, Principal[], Law]>([
    ['for all of a namespace, of which one may not call', [Principal.namespace('dev', { reason: 'r' })], { forbiddenCallers: [Principal.serviceAccount('dev', 'old')] }],
    ['for every identity, of which some may not call', [Principal.anyAuthenticated({ reason: 'r' })], NO_DEV],
    ['for every request, of which some may not be sent', [WEB], NO_TRACE],
  ])('but not one %s', (_, callers, law) => {
    const { app, chart, db } = shop();
    access(chart, db, callers);
    guard(chart, at(db), law);

    expect(problemsOf(app)).toEqual([]);
  });
});

describe('A guardrail is refused', () => {
  type Row = [what: string, make: () => Shop, scope: (made: Shop) => GuardrailScope, law: Law, problem: string];
  const withGateway = (plane: Plane = 'sidecar') => { const made = shop(plane, { publicGateways: [] }); rawDeployment(made.chart, 'gateway', GATEWAY); return made; };
  const shared = (waypoint: Waypoint) => () => shop('waypoint', { waypoint });
  const labelled = { 'istio.io/use-waypoint': 'other' };

  test.each<Row>([
    ['for a namespace that is misspelt', shop, () => GuardrailScope.namespace('shopp'), ONLY_API, "this app has no namespace 'shopp', for which a guardrail is stated; did you mean 'shop'?"],
    ['for the root namespace', shop, () => GuardrailScope.namespace('istio-system'), ONLY_API,
      "GuardrailScope.namespace must not be the root namespace 'istio-system', whose policies hold for all namespaces; say what is meant: GuardrailScope.mesh(…), or a workload there"],
    ['for a caller that is misspelt', () => { const made = shop(); rawDeployment(made.chart, 'ledger'); return made; }, () => SHOP, { onlyCallers: [Principal.serviceAccount('shop', 'legder')] },
      "nothing of this app runs as service account 'legder' of namespace 'shop'; did you mean 'ledger'? If it is another app's, say so: Principal.serviceAccount('shop', 'legder', { reason: '…' })"],
    ['where anyone may call', shop, () => SHOP, { onlyCallers: [Principal.anyone({ reason: 'r' })] }, "onlyCallers must be named, got 'anyone'; that forbids nothing"],
    ['where nobody may call', shop, () => SHOP, { forbiddenCallers: [Principal.anyAuthenticated({ reason: 'r' })] },
      "forbiddenCallers must be named, got 'any authenticated peer'; state nothing else, and all are refused by default"],
    ['that closes gateways to their clients', withGateway, () => SHOP, ONLY_API,
      "onlyCallers must not close gateways to their clients, got 'shop/gateway'; state it for each workload, or move the gateway to a namespace of its own"],
    ['that closes the ports of gateways', withGateway, () => SHOP, { onlyOperations: [Operation.tcp(8080)] },
      "onlyOperations must not close gateways to their clients, got 'shop/gateway'; state it for each workload, or move the gateway to a namespace of its own"],
    ['that closes gateways elsewhere', () => shop('sidecar', { publicGateways: [PublicGateway.gatewayApi({ namespace: 'shop', name: 'public', ports: [80], reason: 'r' })] }), () => SHOP, ONLY_API,
      "onlyCallers must not close gateways to their clients, got 'publicGateways of shop/baseline'; state it for each workload, or move the gateway to a namespace of its own"],
    ['that plaintext passes, as gateways must take it', () => withGateway('bare'), () => SHOP, NO_DEV,
      "forbiddenCallers could pass in plaintext, which cannot be closed for 'shop/gateway'; make 'shop' STRICT by a ZeroTrustNamespace"],
    ['that closes what else is behind a waypoint', shared(Waypoint.create({ name: 'wp', usedBy: ['pay'] })), () => SHOP, NO_DEV,
      "a guardrail for namespace 'shop' must not close what else may use its waypoint 'shop/wp', got 'pay'; state it for each workload: GuardrailScope.workload(…)"],
    ['at a waypoint of another namespace', shared(Waypoint.existing('infra', 'wp')), () => SHOP, NO_DEV,
      "a guardrail for namespace 'shop' must not close what else may use its waypoint 'infra/wp', got 'infra'; state it for each workload: GuardrailScope.workload(…)"],
    ['that a Service with a waypoint of its own goes round', () => shop('ambient', {}, {}, labelled), () => SHOP, NO_DEV, "Service 'db' uses waypoint 'shop/other', but namespace 'shop' declares none; "
      + 'declare it on a ZeroTrustNamespace: new ZeroTrustNamespace(…, { waypoint: Waypoint.existing(…) }), for this Service alone by serviceWaypoints: [{ services: [\'db\'], waypoint: … }], or remove the label istio.io/use-waypoint of the Service'],
    ['that pods with a waypoint of their own go round', () => shop('ambient', {}, { labels: labelled }), () => SHOP, NO_DEV,
      "the pods of 'shop/db' are labelled istio.io/use-waypoint: other, where nothing of this is enforced; remove the label, and declare the waypoint by a ZeroTrustNamespace"],
    ['that closes all of a port by a method', () => shop('sidecar', {}, {}, {}, { ports: [{ name: 'tcp-db', port: 80, targetPort: 8080 }] }), () => SHOP, NO_TRACE,
      "forbiddenOperations would close all of port 8080 where it is not declared HTTP, at 'shop/db'; declare it by a Service port that is named http or has appProtocol: http, "
      + 'or state the guardrail for each workload: GuardrailScope.workload(…)'],
    ['that the kubelet would be refused by', () => shop('bare', {}, { annotations: { 'sidecar.istio.io/rewriteAppHTTPProbers': 'false' }, container: { livenessProbe: { httpGet: { port: 8080 } } } }), ({ db }) => at(db), ONLY_API,
      "the liveness probe of container 'db' (http on port 8080) is refused, as the kubelet has no identity in the mesh; remove annotation sidecar.istio.io/rewriteAppHTTPProbers: 'false'"],
    ['for pods that others share labels with', () => { const made = shop(); rawDeployment(made.chart, 'more', { selector: { app: 'db', role: 'more' } }); return made; }, ({ db }) => at(db), ONLY_API,
      "policies for 'shop/db' select pods by app: 'db', and so also those of 'shop/more'; give the pods and the selector of 'shop/db' a label of their own, "
      + 'or say that they are meant by Workload.of(…, { alsoCovers: [Workload.of(…)] })'],
    ['for the mesh of another app', shop, () => mesh(testApp()), NO_DEV, "GuardrailScope.mesh must be given the ZeroTrustMesh of this app, got 'mesh/mesh', which is not in it; pass that of the app"],
    ['for the mesh, of which only some may be called', shop, ({ app }) => mesh(app), ONLY_API,
      'onlyCallers must not be stated for the mesh, where it closes every gateway and whatever else nobody thought of; state it for each namespace: GuardrailScope.namespace(…)'],
    ['for a mesh with waypoints that knows no policy for all of them', () => shop('waypoint'), ({ app }) => mesh(app), NO_DEV,
      'a guardrail for the mesh needs an istioVersion of at least 1.25 where there may be waypoints, got none, as older ones know no policy for all of them; state it for each namespace: GuardrailScope.namespace(…)'],
    ['by operations for a mesh with waypoints', () => shop('waypoint'), ({ app }) => mesh(app, { istioVersion: '1.29' }), NO_TRACE,
      'forbiddenOperations must not be stated for a mesh that may have waypoints, which go by the ports of Services; state it for each workload: GuardrailScope.workload(…)'],
  ])('%s', (_, make, scope, law, problem) => {
    const made = make();
    guard(made.chart, scope(made), law);

    expect(problemsOf(made.app)).toEqual([`[shop/guard] ${problem}`]);
  });

  const GIVEN = { appliesTo: SHOP, ...ONLY_API };
  test.each<[string, () => unknown, string]>([
    ['that says nothing', () => guard(shop().chart, SHOP, {}), "one of 'onlyCallers', 'forbiddenCallers', 'onlyOperations', 'forbiddenOperations' must say what is forbidden, got none; state a guardrail for each"],
    ['that says two things', () => guard(shop().chart, SHOP, { ...ONLY_API, ...NO_DEV }), "must say what is forbidden, got 'onlyCallers', 'forbiddenCallers'; state a guardrail for each"],
    ['that names nobody', () => guard(shop().chart, SHOP, { onlyCallers: [] }), 'onlyCallers must have at least one entry'],
    ['whose callers are undefined', () => guard(shop().chart, SHOP, { onlyCallers: undefined }), "'onlyCallers' must have a value where it is written"],
    ['that is misspelt', () => new AccessGuardrail(shop().chart, 'guard', { appliesTo: SHOP, onlyCaller: [API] } as unknown as AccessGuardrailProps), "'onlyCaller' must be a member of AccessGuardrailProps; did you mean 'onlyCallers'?"],
    ['for nothing', () => new AccessGuardrail(shop().chart, 'guard', { ...GIVEN, appliesTo: 'shop' } as unknown as AccessGuardrailProps), 'appliesTo must be of class GuardrailScope'],
    ['of a path, which clients spell in many ways', () => guard(shop().chart, SHOP, { forbiddenOperations: [Operation.get('/admin')] }),
      "forbiddenOperations[0] must be methods and ports, got 'GET /admin'; clients spell paths and hosts in ways that no pattern matches: say by onlyOperations which may be called"],
    ['of a host', () => guard(shop().chart, SHOP, { forbiddenOperations: [Operation.http({ methods: ['GET'], paths: ['*'], hosts: ['a'] })] }), 'forbiddenOperations[0] must be methods and ports'],
    ['of operations without ports, beyond a workload', () => guard(shop().chart, SHOP, { onlyOperations: [Operation.get('/a')] }), "onlyOperations[0] must name ports by number, got 'GET /a'"],
    ['for one Service', () => GuardrailScope.workload(Workload.of(shop().db, { service: 'db' })), "workload must be all of the workload, got one by 'service'"],
    ['for a mesh that others make STRICT', () => mesh(testApp(), { exists: true }), "mesh must be one that this app makes STRICT, got one that 'exists'"],
  ])('at once: one %s', (_, make, message) => {
    expect(make).toThrow(message);
  });
});

describe('Two guardrails that say who alone may call', () => {
  const nobody = (what: string) => [`[shop/second] onlyCallers of this and of 'shop/guard' have nobody in common, so that nobody may call ${what}; `
    + 'name who may in both, or keep one of them; what nobody may call is for a Quarantine'];
  const FRONT = Principal.namespace('front', { reason: 'all of it' });
  const scopes: [string, (made: Shop) => GuardrailScope[], string][] = [
    ['a workload', ({ db }) => [at(db), at(db)], "'shop/db'"],
    ['a workload and its namespace', ({ db }) => [SHOP, at(db)], "'shop/db'"],
    ['a namespace', () => [SHOP, SHOP], "anything in namespace 'shop'"],
  ];

  test.each(scopes)('and have nobody in common are refused: for %s', (_, scopesOf, what) => {
    const made = shop();
    const [first, second] = scopesOf(made);
    guard(made.chart, first, ONLY_API);
    new AccessGuardrail(made.chart, 'second', { appliesTo: second, onlyCallers: [WEB] });

    expect(problemsOf(made.app)).toEqual(nobody(what));
  });

  test.each<[string, Law, (made: Shop) => GuardrailScope]>([
    ['somebody is in both', { onlyCallers: [WEB, API] }, ({ db }) => at(db)],
    ['one names all of a namespace', { onlyCallers: [FRONT] }, ({ db }) => at(db)],
    ['one is tried out', { onlyCallers: [WEB], enforcement: Enforcement.DRY_RUN }, ({ db }) => at(db)],
    ['they are for other workloads', { onlyCallers: [WEB] }, ({ chart }) => at(rawDeployment(chart, 'other'))],
  ])('are not where %s', (_, law, scopeOf) => {
    const made = shop();
    guard(made.chart, at(made.db), ONLY_API);
    new AccessGuardrail(made.chart, 'second', { appliesTo: scopeOf(made), ...law });

    expect(problemsOf(made.app)).toEqual([]);
  });
});

describe('A guardrail that leaves plaintext to mutual TLS', () => {
  const excepted = (plane: Plane, props: ZeroTrustNamespaceProps = {}) => {
    const made = shop(plane, props);
    const scope = mesh(made.app, { asOf: '2026-11-27', istioVersion: '1.29' });
    new PlaintextException(made.chart, 'exception', {
      workload: Workload.of(made.db), operations: [Operation.anyHttp({ ports: [8080] })], fromNetworks: ['10.20.0.0/16'], reason: 'r', owner: 'o', expires: '2026-12-31',
    });
    return { ...made, scope };
  };

  test.each<[Plane]>([['sidecar'], ['waypoint']])('forbids nobody whom an exception lets in, and says so once for the mesh (%s)', plane => {
    const { app, scope, chart } = excepted(plane);
    guard(chart, scope, NO_DEV);

    expect(problemsOf(app)).toEqual(["[shop/guard] forbiddenCallers could pass in plaintext, which 'shop/exception' lets in, and nobody is known by; "
      + 'take it out, or state the guardrail for each namespace without one']);
  });

  test('forbids nobody whom an exception lets in, where there are gateways', () => {
    const { app, chart } = excepted('sidecar', { publicGateways: [] });
    rawDeployment(chart, 'gateway', GATEWAY);
    guard(chart, SHOP, NO_DEV);

    expect(problemsOf(app)).toEqual(["[shop/guard] forbiddenCallers could pass in plaintext, which 'shop/exception' lets in, and nobody is known by; "
      + 'take it out, or state the guardrail for each workload without one']);
  });

  test('may forbid operations beside it', () => {
    const { app, scope, chart } = excepted('sidecar');
    guard(chart, scope, NO_TRACE);

    expect(problemsOf(app)).toEqual([]);
  });
});

describe('What a guardrail says is so', () => {
  const ANOTHER_SPEC = 'another spec; undo that, and state what is meant by the props of its construct';

  test.each<[string, (object: ApiObject, made: AccessGuardrail) => unknown, string]>([
    ['its policy is taken out', (object, { node }) => node.tryRemoveChild(object.node.id), 'taken out; leave it in, or take its construct out as a whole'],
    ['somebody is let in by a patch', object => object.addJsonPatch(JsonPatch.add('/spec/rules/0/from/0/source/notPrincipals/-', 'cluster.local/ns/evil/sa/evil')), ANOTHER_SPEC],
    ['its policy allows', object => object.addJsonPatch(JsonPatch.replace('/spec/action', 'ALLOW')), ANOTHER_SPEC],
  ])('or is refused where %s', (_, change, got) => {
    const { app, chart, db } = shop('waypoint');
    const made = guard(chart, at(db), ONLY_API);
    ['Resource', 'waypoint'].forEach(id => change(made.node.findChild(id) as ApiObject, made));

    expect(problemsOf(app)).toEqual(expect.arrayContaining(['Resource', 'waypoint'].map(id =>
      `[shop/guard] 'shop/guard/${id}' must stay as it was made, got ${got}`)));
  });

  test.each(PLANES)('or is refused where its policies are only tried out, in %s mode', plane => {
    const { app, chart } = shop(plane);
    const made = guard(chart, SHOP, ONLY_API);
    (made.node.findChild(plane === 'waypoint' ? 'waypoint' : 'Resource') as ApiObject).metadata.addAnnotation('istio.io/dry-run', 'true');

    expect(problemsOf(app)).toEqual([expect.stringMatching(/^\[shop\/guard\] 'shop\/guard\/(Resource|waypoint)' must stay as it was made, got another annotation 'istio.io\/dry-run'; /)]);
  });

  test('or is refused where no proxy enforces it', () => {
    const { app, chart, db } = shop('bare', {}, { labels: { 'sidecar.istio.io/inject': 'false' } });
    guard(chart, at(db), ONLY_API);

    expect(problemsOf(app)).toEqual(["[shop/guard] the app does not do what this says, as GET /zero-trust-witness on port 8080 of 'shop/db' from a caller that nobody names passes: "
      + "'shop/db' is not in the mesh, by label sidecar.istio.io/inject: 'false': no proxy enforces policy for it; mend that, or protect it by other means"]);
  });

  test('whatever policies beside it allow', () => {
    const { app, chart, db } = shop('bare');
    guard(chart, at(db), ONLY_API);
    new AuthorizationPolicy(chart, 'open', { action: AuthorizationPolicyAction.ALLOW, rules: [{}] });

    expect(problemsOf(app)).toEqual([]);
  });

  test.each(PLANES)('which is no excuse for policies that let others in, in %s mode', plane => {
    const { app, chart, db } = shop(plane);
    guard(chart, SHOP, { onlyCallers: [API, WEB] });
    access(chart, db, [API]);
    new AuthorizationPolicy(chart, 'open', { action: AuthorizationPolicyAction.ALLOW, rules: [{}] });

    expect(problemsOf(app)[0]).toMatch(/^\[shop\/baseline\] AuthorizationPolicy '.*' at 'shop\/open\/Resource' lets in what this refuses: GET \/zero-trust-witness .* from a caller that nobody names; /);
  });

  test('of a gateway, at which nobody is asked', () => {
    const { app, chart } = shop('sidecar', { publicGateways: [] });
    guard(chart, at(rawDeployment(chart, 'gateway', GATEWAY)), NO_DEV);

    expect(problemsOf(app)).toEqual([]);
  });

  test('of workloads with labels in common that all have accesses', () => {
    const { app, chart, db } = shop();
    const more = rawDeployment(chart, 'more', { selector: { app: 'db', role: 'more' } });
    guard(chart, SHOP, NO_DEV);
    [db, more].forEach((to, i) => new ServiceAccess(chart, `access-${i}`, { callers: [WEB], to: Workload.of(to), operations: [Operation.anyHttp({ ports: [8080] })] }));

    expect(problemsOf(app)).toEqual([]);
  });
});

describe('The policy at the waypoint', () => {
  const names = (app: App) => policies(app).map(({ metadata }) => metadata.name).filter(name => name.startsWith('guard'));
  const METADATA = { metadata: { name: 'guard' } };

  test.each<[Plane, string[]]>([
    ['sidecar', ['guard']],
    ['ambient', ['guard']],
    ['waypoint', ['guard', 'guard-waypoint']],
  ])('is there where there is one: %s', (plane, expected) => {
    const { app, chart } = shop(plane);
    guard(chart, SHOP, { ...ONLY_API, ...METADATA });

    expect(names(app)).toEqual(expected);
  });

  test('comes and goes with the Services of an app that is synthesized again', () => {
    const { app, chart, db } = shop('waypoint', {}, {}, {}, { clusterIP: 'None' });
    guard(chart, at(db), { ...ONLY_API, ...METADATA });
    const before = app.synthYaml();
    rawService(new Chart(app, 'more', { namespace: 'shop' }), 'more', { selector: { app: 'db' } });
    const [between, again] = [names(app), names(app)];
    app.node.tryRemoveChild('more');

    expect([between, again]).toEqual([['guard', 'guard-waypoint'], ['guard', 'guard-waypoint']]);
    expect([app.synthYaml(), app.synthYaml()]).toEqual([before, before]);
  });

  test('has the reasons of its callers as well', () => {
    const { app, chart } = shop('waypoint');
    guard(chart, SHOP, { ...NO_DEV, ...METADATA });

    expect(policies(app).filter(({ metadata }) => metadata.name.startsWith('guard')).map(({ metadata }) => metadata.annotations?.['cdk8s-zero-trust/reason'])).toEqual(['all of it', 'all of it']);
  });
});

test.each<[GuardrailScope, Law, string]>([
  [SHOP, ONLY_API, 'only front/api may call namespace shop'],
  [SHOP, NO_DEV, 'none of dev/* may call namespace shop'],
  [mesh(testApp()), NO_TRACE, 'none of TRACE any path on port 8080 may be called of the mesh'],
  [at(shop().db), { onlyOperations: [Operation.get('/a'), Operation.tcp(9000)] }, 'only GET /a; TCP on port 9000 may be called of Deployment shop/db'],
])('%#. it is told as text', (scope, law, text) => {
  expect(guard(chartOf(testApp(), 'shop'), scope, law).describeAccessGuardrail()).toBe(text);
});
