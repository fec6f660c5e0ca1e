import { ApiObject, App, Chart, Include, JsonPatch } from 'cdk8s';
import {
  AccessGuardrail, AuthorizationPolicy, Condition, DataPlane, GuardrailScope, JwtIssuer, JwtProtectedApi, Operation, Principal, ServiceAccess, Waypoint, Workload, ZeroTrustMesh,
  ZeroTrustNamespace,
} from 'cdk8s-zero-trust';
import { tempFile, testApp } from '../support/app';
import { chartOf, problemsOf, rawDeployment, rawService } from '../support/shop';

/** A shop in which web may GET below /api of the api, and a token is needed for `login`. */
function shop(plane: 'sidecar' | 'ambient' | 'waypoint'): { app: App; chart: Chart } {
  const app = testApp();
  new ZeroTrustMesh(new Chart(app, 'mesh'), 'mesh', {});
  const chart = chartOf(app, 'shop');
  new ZeroTrustNamespace(chart, 'baseline', {
    name: 'shop', dataPlane: plane === 'sidecar' ? DataPlane.SIDECAR : DataPlane.AMBIENT, ...(plane === 'waypoint' ? { waypoint: Waypoint.create({ name: 'wp' }) } : {}),
  });
  const [api, db, login] = ['api', 'db', 'login'].map(name => { rawService(chart, name); return rawDeployment(chart, name); });
  const web = [Principal.serviceAccount('elsewhere', 'web')];
  const everything = [Operation.anyHttp()];
  new ServiceAccess(chart, 'web-to-api', { callers: web, to: Workload.of(api), operations: plane === 'ambient' ? everything : [Operation.get('/api/*')] });
  new ServiceAccess(chart, 'api-to-db', { callers: [Principal.workload(api)], to: Workload.of(db), operations: everything });
  if (plane !== 'ambient') {
    new ServiceAccess(chart, 'web-to-login', { callers: web, to: Workload.of(login), operations: everything, callersSendToken: true });
    new JwtProtectedApi(chart, 'logins', {
      workload: Workload.of(login),
      rules: [{ claims: { role: ['admin'] }, operations: [Operation.get('/admin/*')] }],
      publicOperations: [Operation.get('/healthz')],
      issuers: [JwtIssuer.of({ issuer: 'https://auth.example.com', audiences: ['login'] })],
    });
  }
  return { app, chart };
}

const API = { selector: { matchLabels: { app: 'api' } } };
const LOGIN = { selector: { matchLabels: { app: 'login' } } };
const toService = (name: string) => ({ targetRefs: [{ group: '', kind: 'Service', name }] });
const from = (...principals: string[]) => ({ from: [{ source: { principals: principals.map(name => `cluster.local/ns/elsewhere/sa/${name}`) } }] });
const to = (operation: object) => ({ to: [{ operation }] });

function other(chart: Chart, kind: string, namespace: string, spec: object): void {
  new ApiObject(chart, 'other', { apiVersion: 'security.istio.io/v1', kind, metadata: { name: 'other', namespace }, ...{ spec } });
}

/** The constructs that report a defeat, and what they say of it. */
function reports(app: App): string[] { return problemsOf(app).map(line => /^\[([^\]]*)\] (.*)$/.exec(line)!.slice(1).join(': ')); }
/** The constructs whose intents are defeated: those that report it, and those that their messages name. */
function reporters(app: App): string[] {
  return reports(app).flatMap(line => [line.split(':')[0], ...[.../ \(also at \d+ more: (.*)\)$/.exec(line)?.[1].matchAll(/'([^']*)'/g) ?? []].map(([, path]) => path)])
    .map(path => path.replace('shop/', ''));
}

type Case = [what: string, kind: string, namespace: string, spec: object, defeated: string[]];

describe('Other policies beside sidecars', () => {
  test.each<Case>([
    ['a DENY of everything', 'AuthorizationPolicy', 'shop', { ...API, action: 'DENY', rules: [{}] }, ['web-to-api']],
    ['a DENY of the caller', 'AuthorizationPolicy', 'shop', { action: 'DENY', rules: [from('web')] }, ['web-to-api', 'web-to-login']],
    ['a DENY of all callers but others', 'AuthorizationPolicy', 'shop', { ...API, action: 'DENY', rules: [{ from: [{ source: { notPrincipals: ['cluster.local/ns/elsewhere/sa/ops'] } }] }] }, ['web-to-api']],
    ['a DENY in the root namespace', 'AuthorizationPolicy', 'istio-system', { action: 'DENY', rules: [to({ ports: ['8080'] })] }, ['web-to-api', 'api-to-db', 'web-to-login', 'logins']],
    ['an ALLOW of everything in the namespace', 'AuthorizationPolicy', 'shop', { rules: [{}] }, ['baseline', 'web-to-api', 'api-to-db', 'web-to-login']],
    ['an ALLOW of everything in the root namespace', 'AuthorizationPolicy', 'istio-system', { rules: [{}] }, ['baseline', 'web-to-api', 'api-to-db', 'web-to-login']],
    ['an ALLOW of everybody with an identity', 'AuthorizationPolicy', 'shop', { ...API, rules: [{ from: [{ source: { principals: ['*'] } }] }] }, ['baseline', 'web-to-api']],
    ['an ALLOW of everything for the caller', 'AuthorizationPolicy', 'shop', { ...API, rules: [from('web')] }, ['web-to-api']],
    ['an ALLOW of what the access is for, for everybody', 'AuthorizationPolicy', 'shop', { ...API, rules: [to({ paths: ['/api/*'] })] }, ['baseline', 'web-to-api']],
    ['an ALLOW for addresses', 'AuthorizationPolicy', 'shop', { ...API, rules: [{ from: [{ source: { ipBlocks: ['10.0.0.0/8'] } }] }] }, ['baseline', 'web-to-api']],
    ['PERMISSIVE for a workload', 'PeerAuthentication', 'shop', { ...API, mtls: { mode: 'PERMISSIVE' } }, ['mesh/mesh', 'baseline']],
    ['PERMISSIVE for a port', 'PeerAuthentication', 'shop', { ...API, mtls: { mode: 'STRICT' }, portLevelMtls: { 9090: { mode: 'PERMISSIVE' } } }, ['mesh/mesh', 'baseline']],
    ['PERMISSIVE for a namespace that declares nothing', 'PeerAuthentication', 'legacy', { mtls: { mode: 'PERMISSIVE' } }, ['mesh/mesh']],
    ['DISABLE for a workload', 'PeerAuthentication', 'shop', { ...API, mtls: { mode: 'DISABLE' } }, ['mesh/mesh', 'baseline', 'web-to-api']],
    ['a DENY of all tokens', 'AuthorizationPolicy', 'shop', { ...LOGIN, action: 'DENY', rules: [{ from: [{ source: { requestPrincipals: ['*'] } }] }] }, ['logins', 'web-to-login']],
    ['tokens of an issuer for another audience by name', 'RequestAuthentication', 'shop', { ...LOGIN, jwtRules: [{ issuer: 'https://auth.example.com', audiences: ['api', 'other'] }] }, ['logins']],
    ['tokens of an issuer for any audience', 'RequestAuthentication', 'shop', { ...LOGIN, jwtRules: [{ issuer: 'https://auth.example.com' }] }, ['logins', 'web-to-login']],
  ])('%s', (_, kind, namespace, spec, defeated) => {
    const { app, chart } = shop('sidecar');
    other(chart, kind, namespace, spec);

    expect(reporters(app).sort()).toEqual([...defeated].sort());
  });

  test.each<[string, string, string, object]>([
    ['a DENY of another caller', 'AuthorizationPolicy', 'shop', { action: 'DENY', rules: [from('evil')] }],
    ['a DENY of a part of what is allowed', 'AuthorizationPolicy', 'shop', { ...API, action: 'DENY', rules: [to({ paths: ['/api/internal/*'], ports: ['8080'] })] }],
    ['a DENY of some addresses', 'AuthorizationPolicy', 'shop', { ...API, action: 'DENY', rules: [{ from: [{ source: { ipBlocks: ['10.0.0.0/8'] } }] }] }],
    ['a DENY that is only tried out', 'AuthorizationPolicy', 'elsewhere', { action: 'DENY', rules: [{}] }],
    ['an ALLOW for a caller by name', 'AuthorizationPolicy', 'shop', { ...API, rules: [from('ops')] }],
    ['an ALLOW of one thing more for the caller', 'AuthorizationPolicy', 'shop', { ...API, rules: [{ ...from('web'), ...to({ methods: ['POST'], paths: ['/orders'] }) }] }],
    ['an ALLOW of everything in a namespace that declares nothing', 'AuthorizationPolicy', 'legacy', { rules: [{}] }],
    ['an ALLOW of nothing', 'AuthorizationPolicy', 'shop', {}],
    ['an AUDIT of everything', 'AuthorizationPolicy', 'shop', { action: 'AUDIT', rules: [{}] }],
    ['an authorizer for everything', 'AuthorizationPolicy', 'shop', { action: 'CUSTOM', provider: { name: 'opa' }, rules: [{}] }],
    ['STRICT for a workload', 'PeerAuthentication', 'shop', { ...API, mtls: { mode: 'STRICT' } }],
    ['STRICT once more for the namespace', 'PeerAuthentication', 'shop', { mtls: { mode: 'STRICT' } }],
    ['tokens of a further issuer', 'RequestAuthentication', 'shop', { ...API, jwtRules: [{ issuer: 'https://other.example.com' }] }],
  ])('%s defeats nothing', (_, kind, namespace, spec) => {
    const { app, chart } = shop('sidecar');
    other(chart, kind, namespace, spec);

    expect(reports(app)).toEqual([]);
  });
});

test('PERMISSIVE for a port that anyone may call lets plaintext in, which the access does not mean', () => {
  const { app, chart } = shop('sidecar');
  const target = Workload.of(chart.node.findChild('api'), { ports: [{ number: 9000 }] });
  new ServiceAccess(chart, 'all', { callers: [Principal.anyone({ reason: 'r' })], to: target, operations: [Operation.tcp(9000)] });
  other(chart, 'PeerAuthentication', 'shop', { ...API, mtls: { mode: 'STRICT' }, portLevelMtls: { 9000: { mode: 'PERMISSIVE' } } });

  expect(reporters(app).sort()).toEqual(['baseline', 'mesh/mesh']);
});

test('an access of anyone from some addresses is meant, also where another policy has the namespace looked at as a whole', () => {
  const { app, chart } = shop('sidecar');
  const conditions = [Condition.sourceIp('10.0.0.0/8')];
  new ServiceAccess(chart, 'all', { callers: [Principal.anyAuthenticated({ reason: 'r' })], to: Workload.of(chart.node.findChild('db')), operations: [Operation.anyHttp()], conditions });
  other(chart, 'PeerAuthentication', 'shop', { ...API, mtls: { mode: 'STRICT' } });

  expect(reports(app)).toEqual([]);
});

describe('Other policies in ambient', () => {
  test.each<Case>([
    ['a DENY of the port', 'AuthorizationPolicy', 'shop', { ...API, action: 'DENY', rules: [to({ ports: ['8080'] })] }, ['web-to-api']],
    ['an ALLOW of everything in the namespace', 'AuthorizationPolicy', 'shop', { rules: [{}] }, ['baseline', 'web-to-api', 'api-to-db']],
    ['PERMISSIVE for a workload', 'PeerAuthentication', 'shop', { ...API, mtls: { mode: 'PERMISSIVE' } }, ['mesh/mesh', 'baseline']],
    ['a DENY of methods, which ztunnel does not see', 'AuthorizationPolicy', 'shop', { ...API, action: 'DENY', rules: [to({ methods: ['GET'] })] }, []],
    ['an ALLOW with an empty selector, which attaches to nothing', 'AuthorizationPolicy', 'shop', { selector: {}, rules: [{}] }, []],
  ])('%s', (_, kind, namespace, spec, defeated) => {
    const { app, chart } = shop('ambient');
    other(chart, kind, namespace, spec);

    expect(reporters(app).sort()).toEqual([...defeated].sort());
  });
});

test('an access of anyone at a waypoint is meant, also where another policy has the namespace looked at as a whole', () => {
  const { app, chart } = shop('waypoint');
  new ServiceAccess(chart, 'all', { callers: [Principal.anyAuthenticated({ reason: 'r' })], to: Workload.of(chart.node.findChild('db')), operations: [Operation.anyHttp()] });
  other(chart, 'PeerAuthentication', 'shop', { ...API, mtls: { mode: 'STRICT' } });

  expect(reports(app)).toEqual([]);
});

describe('Other policies at a waypoint', () => {
  test.each<Case>([
    ['a DENY at the Service', 'AuthorizationPolicy', 'shop', { ...toService('api'), action: 'DENY', rules: [to({ methods: ['GET'], ports: ['80'] })] }, ['web-to-api']],
    ['an ALLOW of everything at the Service', 'AuthorizationPolicy', 'shop', { ...toService('api'), rules: [{}] }, ['baseline', 'web-to-api']],
    ['an ALLOW of everything at the waypoint', 'AuthorizationPolicy', 'shop', { targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'wp' }], rules: [{}] }, ['baseline', 'web-to-api', 'api-to-db', 'web-to-login']],
    ['an ALLOW of everything at the pods, past the waypoint', 'AuthorizationPolicy', 'shop', { ...API, rules: [{}] }, ['baseline', 'web-to-api']],
    ['a DENY of the waypoint at the pods', 'AuthorizationPolicy', 'shop', { ...API, action: 'DENY', rules: [{ from: [{ source: { principals: ['cluster.local/ns/shop/sa/wp'] } }] }] }, ['web-to-api']],
    ['an ALLOW at another Service', 'AuthorizationPolicy', 'shop', { ...toService('other'), rules: [{}] }, []],
    ['a DENY of methods at the pods, where only connections are seen', 'AuthorizationPolicy', 'shop', { ...API, action: 'DENY', rules: [to({ methods: ['GET'] })] }, []],
  ])('%s', (_, kind, namespace, spec, defeated) => {
    const { app, chart } = shop('waypoint');
    other(chart, kind, namespace, spec);

    expect(reporters(app).sort()).toEqual([...defeated].sort());
  });
});

describe('What is told of a defeat', () => {
  test('names the intent and the policy, with a request', () => {
    const { app, chart } = shop('sidecar');
    other(chart, 'AuthorizationPolicy', 'shop', { ...API, action: 'DENY', rules: [{}] });

    expect(reports(app)).toEqual([
      "shop/web-to-api: AuthorizationPolicy 'shop/other' at 'shop/other' refuses what this promises: GET /api/zero-trust-witness on port 8080 of 'shop/api' from elsewhere/web; narrow it, or take the promise out",
    ]);
  });

  test('names what opens too much', () => {
    const { app, chart } = shop('sidecar');
    new AuthorizationPolicy(chart, 'open', { metadata: { name: 'open' }, ...API, rules: [{}] });

    expect(reports(app)).toEqual([
      "shop/baseline: AuthorizationPolicy 'shop/open' at 'shop/open/Resource' lets in what this refuses: GET /zero-trust-witness on port 8080 of 'shop/api' from a caller that nobody names; "
      + "narrow it to the callers and operations that are meant, or remove it (also at 1 more: 'shop/web-to-api')",
    ]);
  });

  test('finds what an Include brings', () => {
    const { app, chart } = shop('sidecar');
    const yaml = 'apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: freeze, namespace: shop}\nspec: {action: DENY, selector: {matchLabels: {app: db}}, rules: [{}]}\n';
    new Include(chart, 'vendor', { url: tempFile('freeze.yaml', yaml) });

    expect(reports(app)).toEqual([
      "shop/api-to-db: AuthorizationPolicy 'shop/freeze' at 'shop/vendor/freeze-authorizationpolicy-shop' refuses what this promises: GET /zero-trust-witness on port 8080 of 'shop/db' from 'shop/api'; "
      + "narrow it, or take the promise out: it is included, so by 'shop/vendor'.node.tryRemoveChild('freeze-authorizationpolicy-shop'), or by addJsonPatch of the ApiObject",
    ]);
  });

  test('finds what stands in a List', () => {
    const { app, chart } = shop('sidecar');
    const freeze = { apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata: { name: 'freeze', namespace: 'shop' }, spec: { ...API, action: 'DENY', rules: [{}] } };
    new ApiObject(chart, 'vendor', { apiVersion: 'v1', kind: 'List', ...{ items: [freeze] } });

    expect(reports(app)).toEqual([
      "shop/web-to-api: AuthorizationPolicy 'shop/freeze' at 'shop/vendor' refuses what this promises: GET /api/zero-trust-witness on port 8080 of 'shop/api' from elsewhere/web; narrow it, or take the promise out",
    ]);
  });

  test('blames for plaintext what lets plaintext in, not what lets everybody in', () => {
    const { app, chart } = shop('sidecar');
    other(chart, 'PeerAuthentication', 'legacy', { mtls: { mode: 'PERMISSIVE' } });
    new AuthorizationPolicy(chart, 'open', { metadata: { name: 'open', namespace: 'legacy' }, rules: [{}] });

    expect(reports(app)).toEqual([
      "mesh/mesh: PeerAuthentication 'legacy/other' at 'shop/other' lets in what this refuses: a plaintext connection to a port that nobody lists of pods of namespace 'legacy'; make it STRICT, or remove it",
    ]);
  });

  test('names all policies that must go together', () => {
    const { app, chart } = shop('sidecar');
    const permissive = (selector: object) => ({ selector, mtls: { mode: 'PERMISSIVE' } });
    other(chart, 'PeerAuthentication', 'shop', permissive({ matchLabels: { app: 'api' } }));
    ['a', 'b', 'c'].forEach(name => new ApiObject(chart, name, {
      apiVersion: 'security.istio.io/v1', kind: 'PeerAuthentication', metadata: { name, namespace: 'shop' }, ...{ spec: permissive({ matchLabels: { app: name === 'b' ? 'api' : name } }) },
    }));

    expect(reports(app).filter(line => line.includes("'shop/baseline'") && line.includes("other'"))).toEqual([
      "mesh/mesh: PeerAuthentication 'shop/other' at 'shop/other' and PeerAuthentication 'shop/b' at 'shop/b' let in what this refuses: a plaintext connection to a port that nobody lists of pods of namespace 'shop'; make them STRICT, or remove them (also at 1 more: 'shop/baseline')",
    ]);
  });

  test('does not claim to know which of two PeerAuthentications is the oldest', () => {
    const { app, chart } = shop('sidecar');
    other(chart, 'PeerAuthentication', 'shop', { mtls: { mode: 'PERMISSIVE' } });

    expect(reports(app)).toEqual([
      "mesh/mesh: PeerAuthentication 'shop/other' at 'shop/other' may let in what this refuses: a plaintext connection to a port that nobody lists of pods of namespace 'shop'; "
      + "Istio takes the oldest of the PeerAuthentications of a namespace without selector, which no manifest shows: remove it (also at 1 more: 'shop/baseline')",
    ]);
  });

  test('finds a policy of its own that was changed afterwards', () => {
    const { app, chart } = shop('sidecar');
    (chart.node.findChild('web-to-api') as ServiceAccess).addJsonPatch(JsonPatch.remove('/spec/rules/0/from'));

    expect(reports(app)).toEqual([
      expect.stringMatching(/^shop\/baseline: AuthorizationPolicy 'shop\/shop-web-to-api-c89d4f35' at 'shop\/web-to-api' lets in what this refuses.*\(also at 1 more: 'shop\/web-to-api'\)$/),
    ]);
  });

  test('finds a policy of its own that is only tried out', () => {
    const { app, chart } = shop('sidecar');
    (chart.node.findChild('web-to-api') as ServiceAccess).metadata.addAnnotation('istio.io/dry-run', 'true');

    expect(reports(app)).toEqual([
      "shop/web-to-api: 'shop/web-to-api' was changed or taken out after it was made, and now GET /api/zero-trust-witness on port 8080 of 'shop/api' from elsewhere/web is refused; undo that",
    ]);
  });

  test('knows conditions', () => {
    const { app, chart } = shop('sidecar');
    const cache = rawDeployment(chart, 'cache');
    rawService(chart, 'cache');
    new ServiceAccess(chart, 'to-cache', {
      callers: [Principal.serviceAccount('elsewhere', 'web')], to: Workload.of(cache), operations: [Operation.anyHttp()], conditions: [Condition.header('x-tenant', 'acme')],
    });
    other(chart, 'AuthorizationPolicy', 'shop', { selector: { matchLabels: { app: 'cache' } }, rules: [{ ...from('web'), ...to({ paths: ['/zero-trust-witness'] }) }] });

    expect(reporters(app)).toEqual(['to-cache']);
  });

  test.each<[string, Condition[], string[]]>([
    ['that one value of a header meets', [Condition.header('x-tenant', 'b', 'acme-*'), Condition.header('x-tenant', '*-eu'), Condition.headerPresent('x-tenant')], []],
    ['that one value of a header meets, in any order', [Condition.headerPresent('x-tenant'), Condition.header('x-tenant', 'acme')], []],
    ['of which no header meets both', [Condition.header('x-tenant', 'acme'), Condition.header('x-tenant', 'other')], ['to-cache']],
    ['that one address meets', [Condition.sourceIp('10.0.0.0/8', '192.0.2.0/24'), Condition.sourceIp('192.0.2.7')], []],
    ['of which no address meets both', [Condition.sourceIp('10.0.0.0/8'), Condition.sourceIp('192.0.2.7')], ['to-cache']],
  ])('knows several conditions on one thing: %s', (_, conditions, defeated) => {
    const { app, chart } = shop('sidecar');
    const cache = rawDeployment(chart, 'cache');
    rawService(chart, 'cache');
    new ServiceAccess(chart, 'to-cache', { callers: [Principal.serviceAccount('elsewhere', 'web')], to: Workload.of(cache), operations: [Operation.anyHttp()], conditions });

    expect(reporters(app)).toEqual(defeated);
  });

  test('knows that a list of a token can meet several conditions', () => {
    const { app, chart } = shop('sidecar');
    const admin = rawDeployment(chart, 'admin');
    rawService(chart, 'admin');
    new JwtProtectedApi(chart, 'admins', {
      workload: Workload.of(admin),
      rules: [{
        claims: { role: ['admin'] },
        scopes: ['read', 'write'],
        operations: [Operation.get('/')],
        conditions: [Condition.claim('role', 'on-call'), Condition.claim('scope', 'audit'), Condition.audience('admin-*'), Condition.presenter('cli')],
      }],
      issuers: [JwtIssuer.of({ issuer: 'https://auth.example.com', audiences: ['admin-eu'] })],
    });

    expect(reporters(app)).toEqual([]);
  });
});

describe('A waypoint of another namespace', () => {
  test.each<[string, (app: App) => Waypoint]>([
    ['that is not part of the app', () => Waypoint.existing('infra', 'wp')],
    ['that admits the namespace by its name', app => {
      new ZeroTrustNamespace(chartOf(app, 'infra'), 'baseline', { name: 'infra', dataPlane: DataPlane.AMBIENT, waypoint: Waypoint.create({ name: 'wp', usedBy: ['shop'] }) });
      return Waypoint.existing('infra', 'wp');
    }],
  ])('%s keeps what is stated beside other policies', (_, waypointOf) => {
    const app = testApp();
    const waypoint = waypointOf(app);
    const chart = chartOf(app, 'shop');
    new ZeroTrustNamespace(chart, 'baseline', { name: 'shop', dataPlane: DataPlane.AMBIENT, waypoint });
    rawService(chart, 'api');
    const api = rawDeployment(chart, 'api');
    new ServiceAccess(chart, 'web-to-api', { callers: [Principal.serviceAccount('elsewhere', 'web')], to: Workload.of(api), operations: [Operation.get('/api/*')] });
    other(chart, 'AuthorizationPolicy', 'shop', { ...toService('api'), action: 'DENY', rules: [from('somebody-else')] });

    expect(problemsOf(app)).toEqual([]);
  });
});

test('a guardrail of a namespace is no access to an API in it', () => {
  const { app, chart } = shop('sidecar');
  new AccessGuardrail(chart, 'guard', { appliesTo: GuardrailScope.namespace('shop'), forbiddenCallers: [Principal.serviceAccount('dev', 'x')] });
  new JwtProtectedApi(chart, 'users', {
    workload: Workload.of(chart.node.findChild('db')),
    issuers: [JwtIssuer.of({ issuer: 'https://auth.example.com', audiences: ['db'] })],
    rules: [{ anyToken: true, operations: [Operation.get('/a')] }],
    exemptCallers: [Principal.serviceAccount('shop', 'api')],
  });

  expect(reports(app)).toEqual([]);
});
