import { ApiObject, App, Chart } from 'cdk8s';
import {
  Condition, DataPlane, JwtIssuer, JwtProtectedApi, JwtProtectedApiProps, Operation, Principal, ServiceAccess, ServiceAccessProps, Waypoint, Workload,
  ZeroTrustNamespace,
} from 'cdk8s-zero-trust';
import { testApp } from '../support/app';
import { chartOf, policies, problemsOf, rawDeployment, rawService, specAt } from '../support/shop';

const [WEB, OPS] = ['web', 'ops'].map(name => Principal.serviceAccount('front', name));
const GET = [Operation.get('/a')];
const WHY = { reason: 'r' };

interface Shop { readonly app: App; readonly chart: Chart; readonly api: ApiObject }

const PORTS = { ports: [{ name: 'http', port: 80, targetPort: 8080 }, { name: 'tcp', port: 90, targetPort: 9000 }, { name: 'http-admin', port: 81, targetPort: 8081 }] };

function shop(waypoint = false): Shop {
  const app = testApp();
  const chart = chartOf(app, 'shop');
  if (waypoint) { new ZeroTrustNamespace(chart, 'baseline', { name: 'shop', dataPlane: DataPlane.AMBIENT, waypoint: Waypoint.create({ name: 'wp' }) }); }
  const api = rawDeployment(chart, 'api', { labels: { tier: 'back' }, container: { ports: [8080, 8081, 9000].map(containerPort => ({ containerPort })) } });
  rawService(chart, 'api', PORTS);
  return { app, chart, api };
}

function jwt(chart: Chart, workload: Workload, props: Partial<JwtProtectedApiProps> = {}, id = 'jwt'): void {
  new JwtProtectedApi(chart, id, {
    workload, issuers: [JwtIssuer.of({ issuer: 'https://i.example', audiences: ['api'] })], rules: [{ anyToken: true, operations: [Operation.get('/u')] }], ...props,
  });
}

function access(chart: Chart, to: Workload, props: Partial<ServiceAccessProps> = {}, id = 'access'): ServiceAccess {
  return new ServiceAccess(chart, id, { callers: [WEB], to, operations: GET, ...props });
}

const needs = (what: string, who: string, cure = 'add them to its exemptCallers') =>
  `callers must bring a token for ${what}, without which JwtProtectedApi 'shop/jwt' answers 403, got ${who}; ${cure}, or say by callersSendToken: true that they send a token that it accepts`;

type Case = [string, Partial<ServiceAccessProps>, Partial<JwtProtectedApiProps>];

describe('An access to an API that asks for tokens', () => {
  test.each<[...Case, string]>([
    ['nothing is said', {}, {}, needs("'GET /a'", "'front/web'")],
    ['another is exempt', { callers: [WEB, OPS] }, { exemptCallers: [OPS] }, needs("'GET /a'", "'front/web'")],
    ['a namespace calls of which one is exempt', { callers: [Principal.namespace('front', WHY)] }, { exemptCallers: [OPS] }, needs("'GET /a'", "'front/*'")],
    ['anyone calls', { callers: [Principal.anyone(WHY)] }, { exemptCallers: [OPS] }, needs("'GET /a'", "'anyone'", 'make the operations public there')],
    ['any peer calls', { callers: [Principal.anyAuthenticated(WHY)] }, {}, needs("'GET /a'", "'any authenticated peer'", 'make the operations public there')],
    ['one operation of two is public', { operations: [...GET, Operation.get('/b')] }, { publicOperations: GET }, needs("'GET /b'", "'front/web'")],
    ['one path of two is public', { operations: [Operation.get('/a', '/b')] }, { publicOperations: GET }, needs("'GET /a, /b'", "'front/web'")],
    ['it is public for another method', { operations: [Operation.post('/a')] }, { publicOperations: GET }, needs("'POST /a'", "'front/web'")],
    ['it is public on another port', {}, { publicOperations: [Operation.http({ methods: ['GET'], paths: ['/a'], ports: [8081] })] }, needs("'GET /a'", "'front/web'")],
    ['it is public for another host', {}, { publicOperations: [Operation.http({ methods: ['GET'], paths: ['/a'], hosts: ['a.example'] })] }, needs("'GET /a'", "'front/web'")],
    ['everything is called', { operations: [Operation.anyHttp()] }, { publicOperations: GET }, needs("'any HTTP request'", "'front/web'")],
    ['TCP is called, too', { operations: [Operation.tcp(9000), ...GET] }, {}, needs("'GET /a'", "'front/web'")],
    ['a condition is on a header', { conditions: [Condition.header('x-a', 'b')] }, {}, needs("'GET /a'", "'front/web'")],
    ['a rule of the API names the caller', {}, { rules: [{ operations: GET, callers: [WEB] }] }, needs("'GET /a'", "'front/web'")],
  ])('is refused where %s', (_, accessProps, apiProps, problem) => {
    const { app, chart, api } = shop();
    access(chart, Workload.of(api), accessProps);
    jwt(chart, Workload.of(api), apiProps);

    expect(problemsOf(app)).toEqual([`[shop/access] ${problem}`]);
  });

  test.each<Case>([
    ['the caller is exempt', {}, { exemptCallers: [WEB] }],
    ['all callers are exempt', { callers: [WEB, OPS] }, { exemptCallers: [OPS, WEB] }],
    ['the namespace of the caller is exempt', {}, { exemptCallers: [Principal.namespace('front', WHY)] }],
    ['callers send a token', { callersSendToken: true }, {}],
    ['a claim is asked for', { conditions: [Condition.claim('role', 'admin')] }, {}],
    ['an audience is asked for', { conditions: [Condition.audience('api')] }, {}],
    ['a presenter is asked for', { conditions: [Condition.presenter('app')] }, {}],
    ['all of it is public', {}, { publicOperations: [Operation.get('/*')] }],
    ['all of it is public, in parts', { operations: [Operation.http({ methods: ['GET', 'POST'], paths: ['/a'] })] }, { publicOperations: [...GET, Operation.post('/a')] }],
    ['it is TCP', { operations: [Operation.tcp(9000)] }, {}],
    ['it is on a port that the API does not have', { operations: [Operation.http({ methods: ['GET'], paths: ['/a'], ports: [8081] })] }, { ports: [8080] }],
  ])('is right where %s', (_, accessProps, apiProps) => {
    const { app, chart, api } = shop();
    access(chart, Workload.of(api), accessProps);
    jwt(chart, Workload.of(api), apiProps);

    expect(problemsOf(app)).toEqual([]);
  });

  test('is told once for each of many callers that an API added later shuts out', () => {
    const { app, chart, api } = shop();
    ['w1', 'w2', 'w3'].forEach(name => access(chart, Workload.of(api), { callers: [Principal.workload(rawDeployment(chart, name))] }, `${name}-to-api`));
    jwt(new Chart(app, 'later', { namespace: 'shop' }), Workload.of(api));

    expect(problemsOf(app)).toEqual(['w1', 'w2', 'w3'].map(name => `[shop/${name}-to-api] ${needs("'GET /a'", `'shop/${name}'`).replace('shop/jwt', 'later/jwt')}`));
  });

  test('leaves the readers of metrics their path, where they share a port with it', () => {
    const build = (paths: string[]) => {
      const { app, chart, api } = shop();
      new ZeroTrustNamespace(chart, 'baseline', { name: 'shop', metricsReaders: [OPS], metricsPorts: [8080] });
      jwt(chart, Workload.of(api), { ports: [8080] });
      access(chart, Workload.of(api), { callers: [OPS], operations: [Operation.http({ methods: ['GET'], paths, ports: [8080] })] });
      return problemsOf(app);
    };
    expect(build(['/metrics'])).toEqual([]);
    expect(build(['/metrics', '/a'])).toEqual([`[shop/access] ${needs("'GET /metrics, /a on port 8080'", "'front/ops'")}`]);
  });

  test.each<[string, Principal]>([
    ['by name', OPS],
    ['as anyone of their namespace', Principal.namespace('front', WHY)],
    ['as every peer with an identity', Principal.anyAuthenticated(WHY)],
    ['as anyone', Principal.anyone(WHY)],
  ])('leaves readers of metrics, named %s, theirs without a token', (_, reader) => {
    const { app, chart, api } = shop();
    new ZeroTrustNamespace(chart, 'baseline', { name: 'shop', metricsReaders: [reader], metricsPorts: [8080] });
    jwt(chart, Workload.of(api), { ports: [8080] });
    access(chart, Workload.of(api), { callers: [OPS], operations: [Operation.http({ methods: ['GET'], paths: ['/metrics'], ports: [8080] })], callersSendToken: true });

    expect(problemsOf(app)).toEqual([]);
  });

  test('renders the same whether callers send a token or not, and says it as text', () => {
    const { app, chart, api } = shop();
    const made = access(chart, Workload.of(api), { callersSendToken: true });
    jwt(chart, Workload.of(api));

    expect(specAt(app, 'shop/access')).toEqual({
      selector: { matchLabels: { app: 'api' } },
      rules: [{ from: [{ source: { principals: ['cluster.local/ns/front/sa/web'] } }], to: [{ operation: { methods: ['GET'], paths: ['/a'], ports: ['8080', '8081'] } }] }],
    });
    expect(policies(app)).toHaveLength(4);
    expect(made.describeServiceAccess()).toBe('front/web may call Deployment shop/api: GET /a, with a token');
  });

  test('may not count on tokens where none are asked for', () => {
    const { app, chart, api } = shop();
    access(chart, Workload.of(api), { callersSendToken: true });
    expect(problemsOf(app)).toEqual(["[shop/access] callersSendToken must be said where tokens are asked for, but none are at 'shop/api', so that calls without one pass; "
      + 'add a JwtProtectedApi for it, or leave it out']);

    expect(() => access(chart, Workload.of(api), { operations: [Operation.tcp(9000)], callersSendToken: true }, 'tcp')).toThrow(
      new Error('[shop/tcp] callersSendToken must come with an HTTP operation, got Operation.tcp only; a token comes with HTTP, leave it out'));
  });

  test('is not told that no tokens are asked for where the API itself is wrong', () => {
    const { app, chart, api } = shop();
    access(chart, Workload.of(api), { conditions: [Condition.claim('role', 'admin')] });
    jwt(chart, Workload.of(api), { exemptCallers: [Principal.anyone(WHY)] });

    expect(problemsOf(app)).toEqual([expect.stringMatching(/^\[shop\/jwt\] exemptCallers must be named/)]);
  });
});

describe('The same pods in other words', () => {
  const pods = (labels: { [label: string]: string }, api: ApiObject, more: object = {}) => Workload.fromPods({
    namespace: 'shop', labels, serviceAccount: 'api', ports: [{ number: 8080 }], alsoCovers: [Workload.of(api)], ...more,
  });
  const INTERNAL = { services: [{ name: 'api-internal', ports: [{ name: 'http', port: 80, targetPort: 8080 }] }] };
  const past = (how: string) => `${how} requests would need no token, since JwtProtectedApi 'shop/jwt' is for 'api' only; state both for the same Services by Workload.of`;

  test.each<[string, { [label: string]: string }]>([['all labels', { app: 'api', tier: 'back' }], ['another label', { tier: 'back' }]])('do not go past the guard of a waypoint: by %s', (_, labels) => {
    const { app, chart, api } = shop(true);
    jwt(chart, Workload.of(api));
    access(chart, pods(labels, api, INTERNAL), { callersSendToken: true });

    expect(problemsOf(app)).toEqual([`[shop/access] ${past("through Service 'api-internal'")}`]);
  });

  test.each<[string, Operation]>([['by HTTP', Operation.anyHttp({ ports: [8080] })], ['as TCP', Operation.tcp(8080)]])('do not go past it by the address of a pod: %s', (_, operation) => {
    const { app, chart, api } = shop(true);
    jwt(chart, Workload.of(api));
    const isHttp = operation._data.kind === 'http';
    access(chart, pods({ tier: 'back' }, api, isHttp ? { ports: [{ number: 8080, protocol: 'http' }] } : {}), { operations: [operation], ...(isHttp ? { callersSendToken: true } : {}) });

    expect(problemsOf(app)).toEqual([`[shop/access] ${past("at 'shop/api', which is called by the address of its pods,")}`]);
  });

  test('are told by a workload of the app that carries both labels', () => {
    const { app, chart, api } = shop();
    jwt(chart, pods({ app: 'api' }, api, INTERNAL));
    access(chart, pods({ tier: 'back' }, api, INTERNAL));
    expect(problemsOf(app)).toEqual([`[shop/access] ${needs("'GET /a'", "'front/web'")}`]);

    const apart = shop();
    jwt(apart.chart, pods({ app: 'api' }, apart.api, INTERNAL));
    access(apart.chart, Workload.fromPods({ namespace: 'shop', labels: { tier: 'front' }, serviceAccount: 'api', ...INTERNAL }));
    expect(problemsOf(apart.app)).toEqual([]);
  });

  test('may be called on a port that the API does not have', () => {
    const { app, chart, api } = shop(true);
    jwt(chart, Workload.of(api));
    access(chart, pods({ tier: 'back' }, api, { ports: [{ number: 5432 }] }), { operations: [Operation.tcp(5432)] });

    expect(problemsOf(app)).toEqual([]);
  });

  test('have one API, and its tokens', () => {
    const { app, chart, api } = shop();
    jwt(chart, Workload.of(api));
    jwt(chart, pods({ tier: 'back' }, api, INTERNAL), {}, 'again');
    const twice = "'shop/api' must have one JwtProtectedApi, got several, each of which would refuse the tokens of the others; state all issuers and rules in one";
    expect(problemsOf(app)).toEqual([`[shop/jwt] ${twice} (also at 1 more: 'shop/again')`]);

    const other = shop();
    jwt(other.chart, Workload.of(other.api));
    access(other.chart, pods({ app: 'api', tier: 'back' }, other.api, INTERNAL), { conditions: [Condition.claim('role', 'admin')] });
    expect(problemsOf(other.app)).toEqual([]);
  });

  test('need a token like any', () => {
    const { app, chart, api } = shop();
    jwt(chart, Workload.of(api));
    access(chart, pods({ tier: 'back' }, api, INTERNAL));

    expect(problemsOf(app)).toEqual([`[shop/access] ${needs("'GET /a'", "'front/web'")}`]);
  });
});
