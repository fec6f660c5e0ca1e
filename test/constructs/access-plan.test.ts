import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'cdk8s';
import * as library from 'cdk8s-zero-trust';
import * as constructs from 'constructs';
import * as ts from 'typescript';
import { examplePlan } from '../../examples/29-access-plan/plan';
import { counted, inbound, planText, vector } from '../plan/support';
import { testApp } from '../support/app';
import { chartOf, deployment, policies, problemsOf, specAt } from '../support/shop';

const { AccessMap, AccessPlan, CallSource, Condition, Operation, PolicyComparison, PolicySet, Principal, ServiceAccess, Workload, ZeroTrustMesh, ZeroTrustNamespace } = library;

const GET_ORDERS = { callers: ['shop/web'], to: 'shop/api', operations: [Operation.http({ methods: ['GET'], paths: ['/orders'], ports: [8080] })] };

/** A namespace with three workloads; what may be called is added by the caller. */
function shop(): { app: App; chart: ReturnType<typeof chartOf> } {
  const app = testApp();
  new ZeroTrustMesh(chartOf(app, 'mesh'), 'mesh', { istioVersion: '1.29' });
  const chart = chartOf(app, 'shop');
  new ZeroTrustNamespace(chart, 'baseline', { name: 'shop' });
  for (const name of ['web', 'api']) { deployment(chart, name).metadata.addLabel('app', name); }
  deployment(chart, 'db', { ports: { tcp: 5432 }, service: { 'tcp-postgres': [5432, 5432] } });
  return { app, chart };
}

/** Workloads of cdk8s-plus have made-up names. */
function named(app: App, name: string): string { return Workload.of(app.node.findChild('shop').node.findChild(name)).asSource().workload!; }

/** What source text exports, compiled as TypeScript. */
function compiled(text: string): Record<string, (...args: unknown[]) => void> {
  const { outputText, diagnostics } = ts.transpileModule(text, { compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 }, reportDiagnostics: true });
  expect(diagnostics).toEqual([]);
  const module = { exports: {} };
  const modules: Record<string, unknown> = { 'cdk8s-zero-trust': library, constructs };
  new Function('require', 'module', 'exports', outputText)((name: string) => modules[name], module, module.exports);
  return module.exports;
}

describe('AccessPlan', () => {
  test('grants what a table states, as it states it', () => {
    const calls = [{ callers: ['shop/web', 'jobs/cron'], to: 'shop/api', operations: [Operation.get('/orders/*'), Operation.tcp(9000)] }];

    expect(AccessPlan.of({ calls }).accesses).toEqual([
      { caller: 'jobs/cron', to: 'shop/api', operations: ['GET /orders/*', 'TCP on port 9000'] },
      { caller: 'shop/web', to: 'shop/api', operations: ['GET /orders/*', 'TCP on port 9000'] },
    ]);
  });

  test('asks what is called where a table does not say it, until something tells', () => {
    const calls = [{ callers: ['shop/web'], to: 'shop/api' }];
    const log = CallSource.accessLog('api.log', [inbound(), inbound()].join('\n'), { workload: 'shop/api' });

    expect(planText({ calls })).toEqual(['? UNKNOWN_OPERATION: shop/web to shop/api: anything']);
    expect(planText({ calls, sources: [log] })).toEqual(['shop/web may call shop/api: GET /orders on port 8080']);
  });

  test('is answered by a path for many, which takes the place of what was seen', () => {
    const log = CallSource.accessLog('api.log', ['/orders/1', '/orders/2', '/orders'].flatMap(path => [inbound({ path }), inbound({ path })]).join('\n'), { workload: 'shop/api' });
    const calls = [{ ...GET_ORDERS, operations: [Operation.get('/orders/{*}')] }];

    expect(planText({ calls, sources: [log] })).toEqual(['shop/web may call shop/api: GET /orders/{*}; GET /orders on port 8080']);
  });

  test.each([
    ['anybody', {}, []],
    ['the caller', { callers: ['shop/web'] }, []],
    ['the caller by its whole identity', { callers: ['spiffe://cluster.local/ns/shop/sa/web'] }, []],
    ['the operation', { operations: [Operation.get('/orders')] }, []],
    ['whatever is sent to the port', { operations: [Operation.tcp(8080)] }, []],
    ['another caller', { callers: ['shop/other'] }, [
      'shop/web may call shop/api: GET /orders on port 8080',
      "! refused[0].callers names 'shop/other', of whose calls nothing is known, so that it takes nothing out; correct it, or keep it for what is still to come",
    ]],
    ['another operation', { operations: [Operation.get('/carts')] }, [
      'shop/web may call shop/api: GET /orders on port 8080',
      "! refused[0].operations has GET /carts, of which nothing is known at 'shop/api', so that it takes nothing out; correct it, or keep it for what is still to come",
    ]],
    ['another port', { operations: [Operation.tcp(9090)] }, [
      'shop/web may call shop/api: GET /orders on port 8080',
      "! refused[0].operations has TCP on port 9090, of which nothing is known at 'shop/api', so that it takes nothing out; correct it, or keep it for what is still to come",
    ]],
  ])('neither grants nor asks about what is refused to %s', (_, row, lines) => {
    const log = CallSource.accessLog('api.log', [inbound(), inbound()].join('\n'), { workload: 'shop/api' });

    expect(planText({ sources: [log], refused: [{ to: 'shop/api', reason: 'r', ...row }] })).toEqual(lines);
  });

  test('asks about a call that passed where the same was denied as well', () => {
    const denied = inbound({ response_code: 403, response_code_details: 'rbac_access_denied_matched_policy[none]' });
    const log = CallSource.accessLog('api.log', [inbound(), inbound(), denied].join('\n'), { workload: 'shop/api' });

    expect(planText({ sources: [log] })).toEqual([expect.stringMatching(/^\? DENIED: shop\/web to shop\/api: GET \/orders on port 8080/)]);
  });

  test('grants no connections to a port at which requests were seen, whatever became of them', () => {
    const connection = inbound({ method: undefined, path: undefined, protocol: undefined, response_code: 0 });
    const failed = inbound({ response_code: 403, response_code_details: 'rbac_access_denied_matched_policy[none]' });
    const log = CallSource.accessLog('api.log', [connection, connection, failed].join('\n'), { workload: 'shop/api' });

    expect(planText({ sources: [log] }).filter(line => line.includes('may call'))).toEqual([]);
  });

  test('says what is refused of which nothing is known', () => {
    const log = CallSource.accessLog('api.log', [inbound(), inbound()].join('\n'), { workload: 'shop/api' });
    const calls = [{ callers: ['jobs/cron'], to: 'shop/db', operations: [Operation.tcp(5432)] }];
    const refused = [
      { to: 'shop/api', callers: ['jobs/cron'], reason: 'known by a call to another' },
      { to: 'shop/mail', reason: 'known to nobody' },
      { to: 'shop/api', callers: ['shop/wbe', 'spiffe://cluster.local/ns/shop/sa/web'], operations: [Operation.get('/admin')], reason: 'one of them a slip' },
    ];
    const plan = AccessPlan.of({ sources: [log], calls, refused });

    expect(plan.vainRefusals).toEqual([
      { row: 0, message: "refused[0] is of 'jobs/cron', of whose calls to 'shop/api' nothing is known, so that it takes nothing out; correct it, or keep it for what is still to come" },
      { row: 1, message: "refused[1].to names 'shop/mail', of whose calls nothing is known, so that it takes nothing out; correct it, or keep it for what is still to come" },
      { row: 2, message: "refused[2].callers names 'shop/wbe', of whose calls nothing is known, so that it takes nothing out; it may be a slip of 'shop/web': correct it, or keep it for what is still to come" },
    ]);
    expect(plan.describeAccessPlan()).toContain("\n! refused[1].to names 'shop/mail'");
    expect(plan.toTypeScript()).toContain("\n// - refused[1].to names 'shop/mail'");
  });

  test('calls accesses by names of their own, where the word by which two are joined is in one', () => {
    const call = (caller: string, to: string) => ({ callers: [`shop/${caller}`], to: `shop/${to}`, operations: [Operation.get('/a')] });
    const text = AccessPlan.of({ calls: [call('a-to-b', 'c'), call('a', 'b-to-c'), call('x-to', 'y'), call('x', 'to-y'), call('tomcat', 'photo')] }).toTypeScript();

    expect([...text.matchAll(/new ServiceAccess\(scope, '(.*?)'/g)].map(([, id]) => id).sort()).toEqual(['a-to-b_to_c', 'a_to_b-to-c', 'tomcat-to-photo', 'x-to_to_y', 'x_to_to-y']);
  });

  test('asks about what was seen at hosts that are not told, of which one is refused', () => {
    const log = CallSource.accessLog('api.log', [inbound(), inbound()].join('\n'), { workload: 'shop/api' });
    const refused = [{ to: 'shop/api', reason: 'r', operations: [Operation.http({ methods: ['GET'], paths: ['/orders'], hosts: ['admin.example.com'] })] }];

    expect(planText({ sources: [log], refused })).toEqual([expect.stringContaining('? CONDITIONAL: shop/web to shop/api: GET /orders on port 8080')]);
  });

  test('asks about requests to a port that is not known, unless just these are stated', () => {
    const line = inbound({ path: '/admin', upstream_cluster: 'inbound-vip|80|http|api.shop.svc.cluster.local' });
    const sources = [CallSource.accessLog('waypoint.log', [line, line].join('\n'), { workload: 'shop/api' })];
    const stated = (path: string) => ({ ...GET_ORDERS, operations: [Operation.http({ methods: ['GET'], paths: [path], ports: [8080] })] });

    expect(planText({ sources, calls: [stated('/orders')] })).toEqual(['shop/web may call shop/api: GET /orders on port 8080', expect.stringContaining('? UNKNOWN_PORT: shop/web to shop/api: GET /admin')]);
    expect(planText({ sources, calls: [stated('/admin')] })).toEqual(['shop/web may call shop/api: GET /admin on port 8080']);
  });

  test('takes identities of its trust domain for its own, and states callers of others by theirs', () => {
    const log = CallSource.accessLog('api.log', ['prod.example.com', 'west.example.com'].flatMap(domain =>
      Array(2).fill(inbound({ caller: `spiffe://${domain}/ns/shop/sa/web` }))).join('\n'), { workload: 'shop/api' });
    const west = { callers: ['spiffe://west.example.com/ns/shop/sa/web'], to: 'shop/api', operations: [Operation.get('/orders')] };

    expect(planText({ sources: [log], trustDomain: 'prod.example.com', calls: [west] })).toEqual([
      'shop/web may call shop/api: GET /orders on port 8080', 'spiffe://west.example.com/ns/shop/sa/web may call shop/api: GET /orders',
    ]);
  });

  test('asks for connections to a port of which requests are known', () => {
    const log = CallSource.accessLog('api.log', [inbound(), inbound()].join('\n'), { workload: 'shop/api' });
    const line = '2026-11-27T10:00:00Z info access connection complete src.identity="spiffe://cluster.local/ns/shop/sa/cron" dst.hbone_addr=10.0.0.1:8080 '
      + 'dst.workload="api-7656cf8794-6lsm4" dst.namespace="shop" direction="inbound"';

    expect(planText({ sources: [log, CallSource.ztunnelLog('z', `${line}\n${line}`)] }))
      .toEqual(['shop/web may call shop/api: GET /orders on port 8080', '? UNKNOWN_OPERATION: shop/cron to shop/api: TCP connections on port 8080, 2 calls, such as z line 1']);
  });

  test('is text that stays on its lines, whatever clients send', () => {
    const evil = ["/a'); process.exit(1); ('", '/a\n// x', '/a\u2028x', '/${x}`', '/a*/x', '/a\u202ex', '/a\u{e0041}x'];
    const log = CallSource.accessLog('api.log', evil.flatMap(path => [inbound({ path }), inbound({ path })]).join('\n'), { workload: 'shop/api' });
    const plan = AccessPlan.of({ sources: [log], calls: [{ callers: ['shop/web'], to: 'shop/api', operations: [Operation.get("/it's")] }] });

    const text = plan.toTypeScript();

    expect(text).toContain("paths: ['/it\\'s']");
    expect(text.split('\n').filter(line => line.includes('process.exit') && !line.startsWith('    ') && !line.startsWith('//'))).toEqual([]);
    expect(plan.describeAccessPlan().split(/[\n\u2028]/)).toHaveLength(1 + plan.questions.length);
    expect([text, plan.describeAccessPlan()].filter(one => /(?!\n)\p{C}/u.test(one))).toEqual([]);
    expect(text).toContain('GET /a\\u202ex on port 8080');
    expect(Object.keys(compiled(text))).toEqual(['accessesOfShop']);
  });

  test('names the functions of namespaces apart that are much alike', () => {
    const namespaces = ['team-1', 'team1', 'a-b', 'a--b', 'web-shop'];
    const plan = AccessPlan.of({ calls: namespaces.map(namespace => ({ ...GET_ORDERS, to: `${namespace}/api` })) });

    expect(Object.keys(compiled(plan.toTypeScript())).sort()).toEqual(['accessesOfAB', 'accessesOfA_B', 'accessesOfTeam1', 'accessesOfTeam_1', 'accessesOfWebShop']);
  });

  test('says the same as constructs and as TypeScript', () => {
    const [direct, written] = [shop(), shop()];
    const plan = AccessPlan.of({
      calls: [
        { callers: ['shop/web', 'edge/gateway'], to: named(direct.app, 'api'), operations: [Operation.http({ methods: ['GET'], paths: ['/a', '/b/*'], hosts: ['api.example.com'] }), Operation.anyHttp({ ports: [8080] })] },
        { callers: ['shop/default'], reason: 'a job of the platform', to: named(direct.app, 'api'), operations: [Operation.http({ methods: ['*'], paths: ['/c'], portNames: ['http'] })] },
        { callers: ['shop/api'], to: named(direct.app, 'db'), operations: [Operation.tcp(5432)] },
      ],
    });

    plan.addTo(direct.chart);
    compiled(plan.toTypeScript()).accessesOfShop(new constructs.Construct(written.chart, 'shop'), written.chart);

    expect(policies(direct.app)).toHaveLength(7);
    expect(policies(written.app)).toEqual(policies(direct.app));
    expect(problemsOf(direct.app)).toEqual([]);
  });

  test('names the accesses by who calls and what is called', () => {
    const { app, chart } = shop();
    const api = named(app, 'api');

    const accesses = AccessPlan.of({ calls: [{ callers: ['shop/web', 'edge/gateway'], to: api, operations: [Operation.get('/orders')] }] }).addTo(chart);

    const name = api.split('/')[1];
    expect(accesses.map(({ node }) => node.path)).toEqual([`shop/shop/edge.gateway-to-${name}`, `shop/shop/web-to-${name}`]);
    expect(specAt(app, `shop/shop/web-to-${name}`)).toMatchObject({ rules: [{ from: [{ source: { principals: ['cluster.local/ns/shop/sa/web'] } }], to: [{ operation: { methods: ['GET'], paths: ['/orders'], ports: ['8080'] } }] }] });
  });

  test('refuses workloads that the app does not have, with the one that was meant', () => {
    const { app, chart } = shop();
    const name = named(app, 'api');

    expect(() => AccessPlan.of({ calls: [{ ...GET_ORDERS, to: `${name}x` }] }).addTo(chart)).toThrow(`must hold the workload '${name}x' that a plan is for, got none; did you mean '${name}'?`);
  });

  test.each([
    ['nothing at all', {}, "one of 'sources' and 'calls' must have an entry"],
    ['a minimum that is none', { calls: [GET_ORDERS], minimumCalls: 0 }, "minimumCalls must be a whole number from 1, got '0'"],
    ['a caller without namespace', { calls: [{ ...GET_ORDERS, callers: ['web'] }] }, "calls[0].callers[0] must be NAMESPACE/NAME of a service account, got 'web'"],
    ['a caller with a star', { calls: [{ ...GET_ORDERS, callers: ['shop/*'] }] }, 'calls[0].callers[0] must be an object name'],
    ['no caller', { calls: [{ ...GET_ORDERS, callers: [] }] }, 'calls[0].callers must have at least one entry'],
    ['no operation', { calls: [{ ...GET_ORDERS, operations: [] }] }, 'calls[0].operations must have at least one entry'],
    ['the account default without a reason', { calls: [{ ...GET_ORDERS, callers: ['shop/default'] }] }, 'calls[0].callers must be accounts of single workloads'],
    ['a refusal without a reason', { calls: [GET_ORDERS], refused: [{ to: 'shop/db' }] }, 'refused[0].reason must be text'],
    ['a slip in what is refused', { calls: [GET_ORDERS], refused: [{ to: 'shop/apii', reason: 'r' }] }, "refused[0].to must be a workload that is called, got 'shop/apii', of which nothing is known; did you mean 'shop/api'?"],
    ['what is stated and refused', { calls: [GET_ORDERS], refused: [{ to: 'shop/api', operations: [Operation.get('/*')], reason: 'r' }] }, "calls must be none that refused names, got 'shop/web to shop/api: GET /orders on port 8080' in both"],
    ['what is stated, a part of which is refused', { calls: [{ ...GET_ORDERS, operations: [Operation.get('/*')] }], refused: [{ to: 'shop/api', operations: [Operation.get('/admin')], reason: 'r' }] }, 'calls must be none that refused names'],
  ])('refuses %s', (_, props, message) => {
    expect(() => AccessPlan.of(props as library.AccessPlanProps)).toThrow(message);
  });
});

describe('A plan of a map of accesses', () => {
  /** The shop with some accesses, and what a plan says of its map. */
  function planOfMap(add: (chart: ReturnType<typeof chartOf>, to: library.Workload) => void, props: library.AccessPlanProps = {}): string[] {
    const { app, chart } = shop();
    add(chart, Workload.of(chart.node.findChild('api')));
    const made = named(app, 'api');
    return planText({ sources: [CallSource.accessMap('map', AccessMap.of(PolicySet.fromApp(app)))], ...props }).map(line => line.replaceAll(made, 'shop/api'));
  }
  const callers = [Principal.serviceAccount('shop', 'web')];

  test('grants what policies that are there allow', () => {
    expect(planOfMap((chart, to) => new ServiceAccess(chart, 'x', { callers, to, operations: [Operation.get('/a', '/b/*')] })))
      .toEqual(['shop/web may call shop/api: GET /a, /b/* on port 8080']);
  });

  test.each([
    ['a condition', { callers, conditions: [Condition.header('x-tenant', 'a')] }, 'CONDITIONAL: shop/web to shop/api: GET /a, header x-tenant a'],
    ['a host', { callers, operations: [Operation.http({ methods: ['GET'], paths: ['/a'], hosts: ['a.example'] })] }, 'CONDITIONAL: shop/web to shop/api'],
  ])('asks about %s', (_, access, question) => {
    expect(planOfMap((chart, to) => new ServiceAccess(chart, 'x', { to, operations: [Operation.get('/a')], ...access }))).toEqual([expect.stringContaining(`? ${question}`)]);
  });

  test('asks about callers without a name, and ports that nobody names', () => {
    const pod = { metadata: { labels: { app: 'api' } }, spec: { containers: [{ name: 'api', ports: [{ containerPort: 8080 }] }] } };
    const map = AccessMap.of(PolicySet.fromManifests([{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'api', namespace: 'shop' }, spec: { template: pod } }]));

    expect(planText({ sources: [CallSource.accessMap('map', map)] })).toEqual([
      '? UNKNOWN_CALLER: anyone, also in plaintext to shop/api: anything on shop/api:8080',
      '? UNKNOWN_CALLER: anyone, also in plaintext to shop/api: anything on shop/api:any other port',
    ]);
  });

  test('asks about what an authorizer must agree to, and tells so', () => {
    const metadata = { name: 'api', namespace: 'shop' };
    const map = AccessMap.of(PolicySet.fromManifests([
      { apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, labels: { 'app': 'api', 'sidecar.istio.io/inject': 'true' } }, spec: { containers: [{ name: 'api', ports: [{ containerPort: 8080 }] }] } },
      { apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata: { ...metadata, name: 'ask' }, spec: { action: 'CUSTOM', provider: { name: 'opa' }, rules: [{}] } },
      { apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata, spec: { rules: [{ from: [{ source: { principals: ['cluster.local/ns/shop/sa/web'] } }], to: [{ operation: { methods: ['GET'], ports: ['8080'] } }] }] } },
    ]));

    expect(planText({ sources: [CallSource.accessMap('map', map)] })).toEqual(['? CONDITIONAL: shop/web to shop/api: GET on shop/api:8080 if opa agrees']);
  });

  test('takes nothing for a workload that has no name of Kubernetes, which could be code', () => {
    const namespace = '*/ process.exit() /*';
    const metadata = { name: 'api', namespace };
    const map = AccessMap.of(PolicySet.fromManifests([
      { apiVersion: 'v1', kind: 'Service', metadata, spec: { selector: { app: 'api' }, ports: [{ name: 'tcp', port: 8080 }] } },
      { apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, labels: { 'app': 'api', 'sidecar.istio.io/inject': 'true' } }, spec: { containers: [{ name: 'api', ports: [{ containerPort: 8080 }] }] } },
      { apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata, spec: { rules: [{ from: [{ source: { principals: ['cluster.local/ns/shop/sa/web'] } }] }] } },
    ]));
    const plan = AccessPlan.of({ sources: [CallSource.accessMap('map', map)] });

    expect(plan.accesses).toEqual([]);
    expect(plan.toTypeScript()).not.toMatch(/^ *[^/ ]/m);
    expect(plan.questions.map(({ caller }) => caller)).toContain('shop/web');
  });

  test.each([
    ['an account', 'web', ['shop/web may call shop/api: TCP on port 8080']],
    ['the account that many share', 'default', [expect.stringMatching(/^\? UNKNOWN_CALLER: shop\/default to shop\/api/)]],
    ['the account of a waypoint', 'wp', []],
  ])('takes what policies let in from %s', (_, account, expected) => {
    const metadata = { name: 'api', namespace: 'shop' };
    const map = AccessMap.of(PolicySet.fromManifests([
      { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { name: 'wp', namespace: 'shop' }, spec: { gatewayClassName: 'istio-waypoint', listeners: [{ name: 'mesh', port: 15008, protocol: 'HBONE' }] } },
      { apiVersion: 'v1', kind: 'Service', metadata, spec: { selector: { app: 'api' }, ports: [{ name: 'tcp', port: 8080 }] } },
      { apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, labels: { 'app': 'api', 'sidecar.istio.io/inject': 'true' } }, spec: { containers: [{ name: 'api', ports: [{ containerPort: 8080 }] }] } },
      { apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata, spec: { rules: [{ from: [{ source: { principals: [`cluster.local/ns/shop/sa/${account}`] } }], to: [{ operation: { ports: ['8080'] } }] }] } },
    ]));

    expect(planText({ sources: [CallSource.accessMap('map', map)] }).filter(line => line.includes(' shop/api: ') && line.includes('8080'))).toEqual(expected);
  });

  test('asks about an operation a part of which is refused', () => {
    const { app, chart } = shop();
    const to = named(app, 'api');
    new ServiceAccess(chart, 'x', { callers, to: Workload.of(chart.node.findChild('api')), operations: [Operation.get('/a/*')] });
    const sources = [CallSource.accessMap('map', AccessMap.of(PolicySet.fromApp(app)))];

    expect(planText({ sources, refused: [{ to, operations: [Operation.get('/a/admin')], reason: 'r' }] })).toEqual([expect.stringMatching(/^\? CONDITIONAL: .*GET \/a\/\* on port 8080, a part of which is refused/)]);
    expect(planText({ sources, refused: [{ to, operations: [Operation.get('/b')], reason: 'r' }] })).toEqual([expect.stringContaining('may call'), expect.stringContaining('has GET /b, of which nothing is known')]);
  });

  test('gives back an app of which the same is to be said', () => {
    const [before, after] = [shop(), shop()];
    new ServiceAccess(before.chart, 'x', { callers, to: Workload.of(before.chart.node.findChild('api')), operations: [Operation.get('/a'), Operation.anyHttp()] });
    const policySet = PolicySet.fromApp(before.app);

    AccessPlan.of({ sources: [CallSource.accessMap('map', AccessMap.of(policySet))] }).addTo(after.chart);

    expect(PolicyComparison.of(policySet, PolicySet.fromApp(after.app)).permissiveness).toBe('EQUIVALENT');
  });
});

describe('Example 29', () => {
  test('has the accesses as TypeScript that the plan comes to', () => {
    const golden = join(__dirname, '../../examples/29-access-plan/accesses.ts');
    const written = examplePlan().toTypeScript();

    if (process.env.UPDATE_GOLDEN === '1') { writeFileSync(golden, written); }

    expect(readFileSync(golden, 'utf8')).toBe(written);
  });
});

test('Metrics and logs are counted each by itself, and never added to each other', () => {
  const labels = { request_method: 'GET', request_path: '/orders', destination_port: '8080' };
  const sources = [CallSource.prometheus('m', vector(counted(labels, '1'))), CallSource.accessLog('l', inbound(), { workload: 'shop/api' })];

  expect(planText({ sources })).toEqual([expect.stringContaining('? SEEN_SELDOM')]);
});
