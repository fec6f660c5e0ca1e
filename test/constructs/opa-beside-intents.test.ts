import { ApiObject, App, Chart } from 'cdk8s';
import {
  BreakGlass, BreakGlassProps, Condition, DayOfWeek, Enforcement, ExtensionProvider, ExternalAuthorization, Findings, JwtIssuer, JwtProtectedApi, MeshSettingsOutput, OpaAuthorizer, OpaPolicy, OpaRule, Operation, Principal,
  Quarantine, QuarantineProps, ServiceAccess, Workload, DataPlane, Waypoint, ZeroTrustMesh, ZeroTrustNamespace,
} from 'cdk8s-zero-trust';
import { testApp } from '../support/app';
import { chartOf, problemsOf, rawDeployment, rawService } from '../support/shop';

const IMAGE = 'docker.io/openpolicyagent/opa:1.17.0-envoy-static';
const WEB = Principal.serviceAccount('shop', 'web');
const OPS = Principal.serviceAccount('ops', 'breakglass');
const ISSUER = JwtIssuer.of({ issuer: 'https://i.example', audiences: ['api'], jwksUri: 'https://i.example/keys' });
const HOURS = { timeZone: 'Europe/Zurich', days: [DayOfWeek.MONDAY], start: '08:00', end: '18:00' };

interface Shop { readonly app: App; readonly shop: Chart; readonly authz: Chart; readonly api: ApiObject; readonly web: ApiObject }

function shopOf(waypoint = false): Shop {
  const app = testApp();
  new ZeroTrustMesh(chartOf(app, 'mesh'), 'mesh', { settings: MeshSettingsOutput.istioOperator(), asOf: '2026-12-01', istioVersion: '1.29' });
  const shop = chartOf(app, 'shop');
  new ZeroTrustNamespace(shop, 'baseline', waypoint ? { dataPlane: DataPlane.AMBIENT, waypoint: Waypoint.create() } : {});
  const [web, api] = ['web', 'api'].map(name => { rawService(shop, name); return rawDeployment(shop, name); });
  const authz = chartOf(app, 'authz');
  new ZeroTrustNamespace(authz, 'baseline');
  return { app, shop, authz, api, web };
}

function opaOf({ authz, api }: Shop, rules: OpaRule[], more: object = {}): OpaAuthorizer {
  return new OpaAuthorizer(authz, 'opa', { image: IMAGE, policy: OpaPolicy.rules(rules), protects: [Workload.of(api)], metadata: { name: 'opa' }, ...more });
}

function access({ shop, api }: Shop, operations: Operation[], props: object = {}): ServiceAccess {
  return new ServiceAccess(shop, 'web-to-api', { callers: [WEB], to: Workload.of(api), operations, ...props });
}

function found(app: App): string[] {
  expect(problemsOf(app)).toEqual([]);
  return Findings.of(app).all().filter(({ rule }) => rule !== 'ZT108').map(({ rule, message, constructPaths }) => `${rule} at ${constructPaths.join(', ')}: ${message}`);
}

const refused = (what: string, path = 'shop/web-to-api') => `ZT120 at ${path}: OpaAuthorizer 'authz/opa' refuses what this allows at 'shop/api', as no rule of its policy is for ${what}; add one, or take it out here`;

describe('What OpaPolicy.rules have no rule for', () => {
  test.each<[string, OpaRule[], Operation[], string[]]>([
    ['another path', [{ operations: [Operation.get('/a')] }], [Operation.get('/b')], ["'GET /b of shop/web'"]],
    ['another method', [{ operations: [Operation.get('/a')] }], [Operation.post('/a')], ["'POST /a of shop/web'"]],
    ['one of several', [{ operations: [Operation.get('/a')] }], [Operation.http({ methods: ['GET', 'POST'], paths: ['/a', '/b'] })], ["'GET /b of shop/web', 'POST /a of shop/web', 'POST /b of shop/web'"]],
    ['another caller', [{ operations: [Operation.get('/a')], callers: [Principal.serviceAccount('shop', 'api')] }], [Operation.get('/a')], ["'GET /a of shop/web'"]],
    ['another tree', [{ operations: [Operation.get('/a/*')] }], [Operation.get('/b/*'), Operation.get('/a')], ["'GET /b/* of shop/web', 'GET /a of shop/web'"]],
    ['another template', [{ operations: [Operation.get('/a/{*}')] }], [Operation.get('/b/{*}'), Operation.get('/a/x')], ["'GET /b/{*} of shop/web'"]],
    ['a suffix that a path does not have', [{ operations: [Operation.get('*.png')] }], [Operation.get('/a'), Operation.get('/a.png'), Operation.get('/a/*')], ["'GET /a of shop/web'"]],
  ])('is found, call by call: %s', (_, rules, operations, what) => {
    const made = shopOf();
    opaOf(made, rules);
    access(made, operations);

    expect(found(made.app)).toEqual(what.map(one => refused(one)));
  });

  test.each<[string, OpaRule[], Operation[], object?]>([
    ['the same', [{ operations: [Operation.get('/a')] }], [Operation.get('/a')]],
    ['less of it, as rules are there for', [{ operations: [Operation.get('/a/b')] }], [Operation.get('/a/*')]],
    ['more', [{ operations: [Operation.anyHttp()] }], [Operation.get('/a/*')]],
    ['the caller by its namespace', [{ operations: [Operation.get('/a')], callers: [Principal.namespace('shop', { reason: 'r' })] }], [Operation.get('/a')]],
    ['the caller at some hours, with a token', [{ operations: [Operation.get('/a')], hours: HOURS, issuers: [ISSUER] }], [Operation.get('/a')]],
    ['what OPA is not asked about', [{ operations: [Operation.get('/a')] }], [Operation.get('/healthz'), Operation.tcp(5432)], { unaskedOperations: [Operation.get('/healthz')] }],
  ])('is not %s', (_, rules, operations, more = {}) => {
    const made = shopOf();
    opaOf(made, rules, typeof more === 'object' ? more : {});
    new ServiceAccess(made.shop, 'web-to-api', { callers: [WEB], to: Workload.of(made.api, { ports: [{ number: 5432 }] }), operations });

    expect(found(made.app)).toEqual([]);
  });

  test('is nothing that is only tried out, or at another workload, or that Rego of somebody decides', () => {
    const made = shopOf();
    opaOf(made, [{ operations: [Operation.get('/a')] }]);
    access(made, [Operation.get('/b')], { enforcement: Enforcement.DRY_RUN });
    new ServiceAccess(made.shop, 'to-web', { callers: [WEB], to: Workload.of(made.web), operations: [Operation.get('/b')] });
    expect(found(made.app)).toEqual([]);

    const rego = shopOf();
    opaOf(rego, [{ operations: [Operation.get('/a')] }], { policy: OpaPolicy.rego({ 'policy.rego': 'package envoy.authz\n\ndefault allow := false\n\nallow if input.attributes.request.http.method == "GET"\n' }) });
    access(rego, [Operation.post('/b')]);
    expect(found(rego.app)).toEqual([]);
  });

  test('is told of a JwtProtectedApi, too', () => {
    const made = shopOf();
    opaOf(made, [{ operations: [Operation.get('/a')], issuers: [ISSUER] }]);
    new JwtProtectedApi(made.shop, 'tokens', { workload: Workload.of(made.api), issuers: [ISSUER], rules: [{ anyToken: true, operations: [Operation.get('/a'), Operation.post('/a')] }], publicOperations: [Operation.get('/healthz')] });

    expect(found(made.app)).toEqual([refused("'POST /a', 'GET /healthz'", 'shop/tokens')]);
  });

  test('is found behind a waypoint, where rules name no callers', () => {
    const made = shopOf(true);
    opaOf(made, [{ operations: [Operation.get('/a')] }]);
    access(made, [Operation.get('/a'), Operation.get('/b')]);

    expect(found(made.app)).toEqual([refused("'GET /b of shop/web'")]);
  });
});

describe('A BreakGlass where OPA is asked', () => {
  function broken(rules: OpaRule[], props: Partial<BreakGlassProps> = {}, more: object = {}): string[] {
    const made = shopOf();
    opaOf(made, [{ operations: [Operation.get('/a')], callers: [WEB] }, ...rules], more);
    access(made, [Operation.get('/a')]);
    new BreakGlass(made.shop, 'inc', {
      callers: [OPS], to: Workload.of(made.api), operations: [Operation.http({ methods: ['POST'], paths: ['/restore/*'] })], until: '2026-12-31', ticket: 'INC-1', reason: 'r', ...props,
    });
    return problemsOf(made.app);
  }

  const outside = (what = "'POST /restore/* of ops/breakglass'") => [`[shop/inc] OpaAuthorizer 'authz/opa' would not let in whom this does at 'shop/api', as no rule of its policy is for all of ${what}; `
    + 'add one without hours and issuers, as in OpaPolicy.rules([…, { operations: […] }]), or name it in unaskedOperations'];

  const RESTORE = [Operation.post('/restore/*')];
  test.each<[string, OpaRule[]]>([
    ['no rule', []],
    ['a rule for less', [{ operations: [Operation.post('/restore/a')] }]],
    ['a rule for somebody else', [{ operations: RESTORE, callers: [WEB] }]],
    ['a rule for some hours', [{ operations: RESTORE, hours: HOURS }]],
    ['a rule that asks for a token', [{ operations: RESTORE, issuers: [ISSUER], conditions: [Condition.claim('a', 'b')] }]],
  ])('is refused with %s', (_, rules) => {
    expect(broken(rules)).toEqual(outside());
  });

  test.each<[string, OpaRule[], Partial<BreakGlassProps>, object]>([
    ['a rule', [{ operations: RESTORE, callers: [OPS] }], {}, {}],
    ['a rule for everybody', [{ operations: [Operation.anyHttp()] }], {}, {}],
    ['what it may not be asked about', [], {}, { unaskedOperations: RESTORE }],
    ['what OPA is not asked about', [], { operations: [Operation.tcp(5432)] }, {}],
  ])('is right with %s', (_, rules, props, more) => {
    const made = shopOf();
    opaOf(made, [{ operations: [Operation.get('/a')] }, ...rules], more);
    new BreakGlass(made.shop, 'inc', {
      callers: [OPS], to: Workload.of(made.api, { ports: [{ number: 5432 }] }), operations: RESTORE, until: '2026-12-31', ticket: 'INC-1', reason: 'r', ...props,
    });

    expect(problemsOf(made.app)).toEqual([]);
  });

  test('names its calls one by one', () => {
    expect(broken([{ operations: RESTORE }], { operations: [...RESTORE, Operation.get('/b')], callers: [OPS, Principal.serviceAccount('ops', 'other')] }))
      .toEqual(outside("'GET /b of ops/breakglass', 'GET /b of ops/other'"));
  });
});

describe('A quarantine where an authorizer is asked', () => {
  function cut(quarantine: (made: Shop) => Partial<QuarantineProps>, more: object = {}, waypoint = false): string {
    const made = shopOf(waypoint);
    const opa = opaOf(made, [{ operations: [Operation.get('/a')] }], more);
    access(made, [Operation.get('/a')]);
    const props = quarantine(Object.assign(made, { opa: opa.node.findChild('deployment') as ApiObject }));
    new Quarantine(made.authz, 'incident', { reason: 'r', ...props } as QuarantineProps);
    return found(made.app).join('\n');
  }

  test.each([[false], [true]])('of the authorizer takes down all that waits for it (waypoint: %s)', waypoint => {
    expect(cut(made => ({ workload: Workload.of((made as unknown as { opa: ApiObject }).opa) }), {}, waypoint))
      .toBe("ZT114 at authz/incident: 'authz/opa/deployment' is in quarantine, which cuts 'authz/opa'; 'shop/api' waits for it as authorizer 'opa', gets no answer, and refuses whatever it would ask about; "
        + 'connections that are open live on: restart the pods at their other end');
  });

  test('opens what does not wait for an answer', () => {
    expect(cut(made => ({ workload: Workload.of((made as unknown as { opa: ApiObject }).opa) }), { failOpen: { reason: 'not yet trusted' } }))
      .toContain("; 'shop/api' waits for it as authorizer 'opa', gets no answer, and lets pass whatever it would ask about, as it fails open: close it first; ");
  });

  test('of an account by which it is asked takes down what asks', () => {
    expect(cut(({ api }) => ({ account: Principal.workload(api) })))
      .toBe("ZT114 at authz/incident: 'shop/api' is in quarantine, which cuts 'authz/opa'; 'shop/api' asks authorizer 'opa' by this account, gets no answer, and refuses whatever it would ask about; "
        + 'connections that are open live on: restart the pods at their other end');
  });

  test('of a workload takes down nothing else, as nothing reaches it', () => {
    expect(cut(({ api }) => ({ workload: Workload.of(api) }))).not.toContain('authorizer');
  });

  test('of somebody else takes down nothing', () => {
    expect(cut(({ web }) => ({ workload: Workload.of(web) }))).not.toContain('authorizer');
  });

  test('takes down what asks an authorizer elsewhere in the cluster, but not one outside', () => {
    const asking = (service: string) => {
      const made = shopOf();
      new ExternalAuthorization(made.shop, 'asking', { workload: Workload.of(made.api), provider: ExtensionProvider.extAuthzGrpc({ name: 'vendor', service, port: 9000 }) });
      access(made, [Operation.get('/a')]);
      new Quarantine(made.authz, 'incident', { reason: 'r', account: Principal.workload(made.api) });
      return found(made.app).join('\n');
    };
    expect(asking('vendor.vendor.svc.cluster.local')).toContain("; 'shop/api' asks authorizer 'vendor' by this account, gets no answer");
    expect(asking('authz.example.com')).not.toContain("'vendor'");
  });
});
