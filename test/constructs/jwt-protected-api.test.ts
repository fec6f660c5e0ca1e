import { ApiObject, Chart } from 'cdk8s';
import {
  Condition, CorsPreflight, DataPlane, JwtAccessRule, JwtIssuer, JwtProtectedApi, JwtProtectedApiProps, Operation, PathNormalization, PolicySet, Principal,
  Waypoint, Workload, ServiceAccess, ZeroTrustNamespace,
} from 'cdk8s-zero-trust';
import { testApp } from '../support/app';
import { chartOf, deployment, policies, problemsOf, rawDeployment, rawService, specAt } from '../support/shop';

const ISSUER = 'https://auth.example.com';
const issuer = JwtIssuer.of({ issuer: ISSUER, audiences: ['api'] });
const anyToken: JwtAccessRule = { anyToken: true, operations: [Operation.anyHttp()] };

function api(props: Partial<JwtProtectedApiProps> = {}) {
  const app = testApp();
  const chart = chartOf(app, 'shop');
  const workload = Workload.of(deployment(chart, 'api', { ports: { http: 8080, metrics: 9090, raw: 9000 }, service: { 'http': [80, 8080], 'http-metrics': [90, 9090], 'tcp-raw': [91, 9000] } }));
  return { app, chart, workload, make: (id = 'jwt') => new JwtProtectedApi(chart, id, { workload, issuers: [issuer], rules: [anyToken], ...props }) };
}

function rule(given: object): Partial<JwtProtectedApiProps> {
  return { rules: [{ operations: [Operation.get('/a')], ...given }] };
}

describe('JwtProtectedApi', () => {
  test('renders a RequestAuthentication, an ALLOW and a guard, each with its origin', () => {
    const { app, make } = api({ exemptCallers: [Principal.namespace('ops', { reason: 'batch' })] });
    const made = make();

    expect(policies(app).map(({ kind, metadata }) => [kind, metadata.namespace, metadata.annotations])).toEqual(
      [['RequestAuthentication', {}], ['AuthorizationPolicy', { 'cdk8s-zero-trust/reason': 'batch' }], ['AuthorizationPolicy', {}]].map(([kind, reason]) =>
        [kind, 'shop', { 'cdk8s-zero-trust/construct': 'shop/jwt', ...reason as object }]));
    expect(made.apiObject.node.path).toBe('shop/jwt/Resource');
    expect(specAt(app, 'shop/jwt/guard')).toMatchObject({
      action: 'DENY',
      rules: [{
        from: [{ source: { notRequestPrincipals: [`${ISSUER}/*`], notPrincipals: ['cluster.local/ns/ops/sa/*'] } }],
        to: [{ operation: { ports: ['8080', '9090'] } }],
      }],
    });
  });

  test('names its objects after metadata.name', () => {
    const { app, make } = api({ metadata: { name: 'users' } });
    make();

    expect(policies(app).map(({ metadata }) => metadata.name)).toEqual(['users-jwt', 'users-guard', 'users']);
  });

  test('says all of a rule at once: claims, scopes, subjects, conditions, callers', () => {
    const { app, make } = api(rule({
      claims: { role: ['admin', 'owner'] },
      scopes: ['read'],
      subjects: ['repo:a/b'],
      conditions: [Condition.nestedClaim(['realm', 'roles'], 'x')],
      callers: [Principal.serviceAccount('edge', 'gateway')],
    }));
    make();

    expect(specAt(app, 'shop/jwt/Resource')).toMatchObject({
      rules: [{
        from: [{ source: { requestPrincipals: [`${ISSUER}/*`], principals: ['cluster.local/ns/edge/sa/gateway'] } }],
        to: [{ operation: { methods: ['GET'], paths: ['/a'], ports: ['8080', '9090'] } }],
        when: [
          { key: 'request.auth.claims[scope]', values: ['read'] },
          { key: 'request.auth.claims[role]', values: ['admin', 'owner'] },
          { key: 'request.auth.claims[sub]', values: ['repo:a/b'] },
          { key: 'request.auth.claims[realm][roles]', values: ['x'] },
        ],
      }],
    });
  });

  const EDGE = { principals: ['cluster.local/ns/edge/sa/gateway'] };
  const PROBE = 'cluster.local/ns/ops/sa/probe';
  test('is reached through its callers, but where others are named', () => {
    const { app, make } = api({
      ports: [8080],
      callers: [Principal.serviceAccount('edge', 'gateway')],
      rules: [
        { anyToken: true, operations: [Operation.get('/a')] },
        { anyToken: true, callers: [Principal.serviceAccount('shop', 'web')], conditions: [Condition.header('x-team', 'a')], operations: [Operation.get('/b')] },
      ],
      publicOperations: [Operation.get('/healthz')],
      publicCallers: [Principal.serviceAccount('ops', 'probe')],
      corsPreflight: { origins: ['https://shop.example'] },
    });
    make();

    const requestPrincipals = [`${ISSUER}/*`];
    expect(specAt(app, 'shop/jwt/Resource')).toMatchObject({
      rules: [
        { from: [{ source: { requestPrincipals, ...EDGE } }], to: [{ operation: { paths: ['/a'] } }] },
        { from: [{ source: { requestPrincipals, principals: ['cluster.local/ns/shop/sa/web'] } }], to: [{ operation: { paths: ['/b'] } }], when: [{ values: ['a'] }] },
        { from: [{ source: { principals: [PROBE] } }], to: [{ operation: { methods: ['GET'], paths: ['/healthz'], ports: ['8080'] } }] },
        { from: [{ source: EDGE }], to: [{ operation: { methods: ['OPTIONS'] } }] },
      ],
    });
    // what is public for one is a request like any other of everybody else
    expect((specAt(app, 'shop/jwt/guard') as { rules: object[] }).rules).toContainEqual({
      from: [{ source: { notRequestPrincipals: requestPrincipals } }],
      to: [{ operation: { ports: ['8080'] } }],
      when: [{ key: 'source.principal', notValues: [PROBE, ...EDGE.principals] }],
    });
  });

  test('leaves the metrics port of the namespace to its readers, and shares it where it is the port of the API', () => {
    const readers = [Principal.serviceAccount('monitoring', 'prometheus')];
    const apart = api();
    new ZeroTrustNamespace(apart.chart, 'baseline', { name: 'shop', metricsReaders: readers, metricsPorts: [9090] });
    apart.make();
    expect(specAt(apart.app, 'shop/jwt/guard')).toMatchObject({ rules: [{ to: [{ operation: { ports: ['8080'] } }] }] });

    const shared = api({ ports: [8080] });
    new ZeroTrustNamespace(shared.chart, 'baseline', { name: 'shop', metricsReaders: readers, metricsPorts: [8080] });
    shared.make();
    expect(specAt(shared.app, 'shop/jwt/guard')).toMatchObject({
      rules: [
        { from: [{ source: { notRequestPrincipals: [`${ISSUER}/*`], notPrincipals: ['cluster.local/ns/monitoring/sa/prometheus'] } }], to: [{ operation: { ports: ['8080'] } }] },
        {
          from: [{ source: { notRequestPrincipals: [`${ISSUER}/*`], principals: ['cluster.local/ns/monitoring/sa/prometheus'] } }],
          to: [{ operation: { notMethods: ['GET'], ports: ['8080'] } }, { operation: { notPaths: ['/metrics'], ports: ['8080'] } }],
        },
      ],
    });
  });

  // what docs/constructs/jwt-protected-api.md says of paths
  test.each<[string, boolean, boolean]>([
    ['/public/a', true, true],
    ['/public/../admin', false, false],
    ['/public/..%2fadmin', true, false],
    ['/public/..%5cadmin', true, false],
    ['/public/..;/admin', true, true],
    ['//admin', false, false],
  ])('takes %s for public by default: %s; with escaped slashes decoded: %s', (path, byDefault, decoded) => {
    const { app, make } = api({ ports: [8080], publicOperations: [Operation.get('/public/*')] });
    make();

    const yaml = app.synthYaml();
    const isAllowed = (pathNormalization: PathNormalization) => PolicySet.fromYaml(yaml, { pathNormalization })
      .isAuthorized({ destination: { namespace: 'shop', service: 'api', port: 80 }, source: { serviceAccount: 'any/body' }, http: { method: 'GET', path } }).isAllowed;

    expect([PathNormalization.BASE, PathNormalization.MERGE_SLASHES, PathNormalization.DECODE_AND_MERGE_SLASHES].map(isAllowed)).toEqual([byDefault, byDefault, decoded]);
  });

  test('says of a token without subject that it is nobody, unless its issuer may leave it out', () => {
    const [refused, accepted] = [false, true].map(tokensWithoutSubject => {
      const { app, make } = api({ ports: [8080], issuers: [JwtIssuer.of({ issuer: ISSUER, audiences: ['api'], tokensWithoutSubject })] });
      make();
      return PolicySet.fromYaml(app.synthYaml()).isAuthorized({
        destination: { namespace: 'shop', service: 'api', port: 80 }, source: { serviceAccount: 'any/body' }, http: { method: 'GET', path: '/' }, tokens: [{ claims: { iss: ISSUER, aud: 'api' } }],
      });
    });

    expect([refused.isAllowed, accepted.isAllowed]).toEqual([false, true]);
    expect(refused.explain()).toContain("a token is verified; without 'sub' it is no request principal");
  });

  const missing = undefined as never;
  const undefinedProp = (what: string, prop: string) => `${what}: '${prop}' must have a value where it is written, got 'undefined'; give it one, or leave it out on purpose`;
  const whichTokens = 'rules[0] must say which tokens it is for, got nothing that does; say it by claims, scopes, subjects, conditions or callers, or by anyToken: true for every valid one';
  const anyBeside = (what: string) => `rules[0] must not have anyToken: true beside ${what}, by which not every valid token will do; leave one of them out`;
  const edge = [Principal.serviceAccount('edge', 'gateway')];
  const noOperation = "name what may be called, as in [Operation.get('/api/*')]";
  const preflight = (given: object) => ({ corsPreflight: { origins: ['https://a.example'], ...given } as CorsPreflight });
  const noOrigin = (got: string) => `corsPreflight.origins[0] must be an origin such as 'https://shop.example.com', got '${got}'; scheme and host without path`;
  test.each<[string, Partial<JwtProtectedApiProps>, string]>([
    ['no issuer', { issuers: [] }, "issuers must have at least one entry, got '[]'; name who issues the tokens by JwtIssuer.of"],
    ['an issuer twice', { issuers: [issuer, issuer] }, `issuers must differ, got '${ISSUER}' twice; state its audiences and locations in one JwtIssuer`],
    ['no rule', { rules: [] }, "rules must have at least one entry, got '[]'; state what the bearers of which tokens may do"],
    ['a rule for no tokens in particular', rule({}), whichTokens],
    ['a rule for no tokens in particular, by callers of the API', { ...rule({}), callers: edge }, whichTokens],
    ['a rule for any token and for some', rule({ anyToken: true, scopes: ['a'] }), anyBeside("'scopes'")],
    ['a rule for any token and for some by several', rule({ anyToken: true, claims: { a: ['b'] }, conditions: [Condition.audience('x')] }), anyBeside("'claims', 'conditions'")],
    ['a text in place of a flag', rule({ anyToken: 'false' }), "rules[0]: 'anyToken' must be true or false, got 'false'; give the value, not a text that says so"],
    ['a claim that is no list', rule({ claims: { role: 'admin' } }), "rules[0].claims.role must be a list, got 'admin'; write ['admin']"],
    ['claims that are no object', rule({ claims: ['admin'] }), "rules[0].claims must be an object, got '[\"admin\"]'; as in { name: value }"],
    ['FG-25: no callers', { callers: [] }, "callers must have at least one entry, got '[]'; name who calls, as in callers: [Principal.workload(web)]; anyone must be asked for by Principal.anyone({ reason: '…' })"],
    ['callers of nothing that is public', { publicCallers: edge }, "publicCallers must come with 'publicOperations'; name what is public for them, or leave them out"],
    ['FG-25: undefined claims', rule({ anyToken: true, claims: undefined }), undefinedProp('rules[0]', 'claims')],
    ['FG-25: empty claims', rule({ claims: {} }), 'rules[0].claims must name a claim, got {}; or accept any by anyToken: true'],
    ['FG-25: a claim without values', rule({ claims: { role: [] } }), "rules[0].claims.role must have at least one entry, got '[]'; name the values"],
    ['FG-25: a claim with undefined values', rule({ claims: { role: undefined, team: ['a'] } }), "rules[0].claims.role must have at least one entry, got 'undefined'; name the values"],
    ['FG-33: a boolean claim', rule({ claims: { admin: ['true'] } }),
      "rules[0].claims.admin[0] must be text, got 'true'; Istio never matches a boolean or number, and if the issuer really sends it as text, say so with Condition.textClaim in rules[0].conditions"],
    ['FG-25: empty scopes', rule({ scopes: [] }), "rules[0].scopes must have at least one entry, got '[]'; name the scopes"],
    ['two scopes in one', rule({ scopes: ['read write'] }), "rules[0].scopes[0] must be one exact scope, got 'read write'; give each its own entry, all of them are required"],
    ['FG-25: empty subjects', rule({ subjects: [] }), "rules[0].subjects must have at least one entry, got '[]'; name the subjects"],
    ['FG-31: any subject', rule({ subjects: ['*'] }), "values[0] must say which value, got '*'; leave the condition out if any will do"],
    ['FG-25: empty conditions', rule({ conditions: [] }), "rules[0].conditions must have at least one entry, got '[]'; leave them out if nothing more must hold"],
    ['FG-25: empty callers', rule({ callers: [] }), "rules[0].callers must have at least one entry, got '[]'; name who calls, as in rules[0].callers: [Principal.workload(web)]; "
      + "anyone must be asked for by Principal.anyone({ reason: '…' })"],
    ['FG-25: empty issuers of a rule', rule({ anyToken: true, issuers: [] }), "rules[0].issuers must have at least one entry, got '[]'; name issuers of this API, as they stand in its issuers"],
    ['the name of an issuer', rule({ anyToken: true, issuers: [ISSUER] }), `rules[0].issuers[0] must be of class JwtIssuer, got '${ISSUER}'; name issuers of this API, as they stand in its issuers`],
    ['another issuer of the name', rule({ anyToken: true, issuers: [JwtIssuer.of({ issuer: ISSUER, audiences: ['admin'] })] }),
      `rules[0].issuers[0] must be the issuer '${ISSUER}' as this API has it, got another one of that name; state its audiences and locations in issuers of the API`],
    ['FG-41: an issuer that the API does not have', rule({ anyToken: true, issuers: [JwtIssuer.of({ issuer: 'https://other', audiences: ['api'] })] }),
      `rules[0].issuers[0] must be an issuer of this API, got 'https://other'; there are '${ISSUER}'`],
    ['no operation in a rule', rule({ anyToken: true, operations: [] }), `rules[0].operations must have at least one entry, got '[]'; ${noOperation}`],
    ['TCP in a rule', rule({ anyToken: true, operations: [Operation.tcp(9000)] }), 'rules[0].operations[0] must be an HTTP operation, got Operation.tcp; a token comes with HTTP only'],
    ['TCP in public', { publicOperations: [Operation.tcp(9000)] }, 'publicOperations[0] must be an HTTP operation, got Operation.tcp; a token comes with HTTP only'],
    ['empty public operations', { publicOperations: [] }, `publicOperations must have at least one entry, got '[]'; ${noOperation}`],
    ['undefined public operations', { publicOperations: missing }, undefinedProp('JwtProtectedApi', 'publicOperations')],
    ['undefined exempt callers', { exemptCallers: missing }, undefinedProp('JwtProtectedApi', 'exemptCallers')],
    ['undefined ports, which would be all', { ports: missing }, undefinedProp('JwtProtectedApi', 'ports')],
    ['empty ports', { ports: [] }, "ports must have at least one entry, got '[]'; name the ports of the API, or leave the list out"],
    ['FG-37: no origin', preflight({ origins: [] }), "corsPreflight.origins must have at least one entry, got '[]'; name them, as in ['https://shop.example.com']"],
    ['FG-37: any origin', preflight({ origins: ['*'] }), noOrigin('*')],
    ['FG-37: an origin with a path', preflight({ origins: ['https://a/b'] }), noOrigin('https://a/b')],
    ['FG-37: undefined callers of a preflight', preflight({ callers: undefined }), undefinedProp('corsPreflight', 'callers')],
  ])('refuses %s', (_, props, message) => {
    expect(api(props).make).toThrow(new Error(`[shop/jwt] ${message}`));
  });

  test.each([
    ['anyone', Principal.anyone({ reason: 'r' })],
    ['any authenticated peer', Principal.anyAuthenticated({ reason: 'r' })],
  ])('refuses to exempt %s', (named, caller) => {
    const { app, make } = api({ exemptCallers: [caller] });
    make();

    expect(problemsOf(app)).toEqual([`[shop/jwt] exemptCallers must be named, got ${named}; a guard that exempts everyone guards nothing: use publicOperations for what is public`]);
  });

  test('is the only one of its workload, whichever way that is named', () => {
    const { app, chart, workload, make } = api();
    make();
    new JwtProtectedApi(chart, 'again', { workload: Workload.named(chart, workload._facts().name), issuers: [issuer], rules: [anyToken] });

    expect(problemsOf(app)).toEqual(["[shop/jwt] 'shop/api' must have one JwtProtectedApi, got several, each of which would refuse the tokens of the others; "
      + "state all issuers and rules in one (also at 1 more: 'shop/again')"]);
  });

  test('does not answer for the workload of another one', () => {
    const { app, chart, make } = api();
    make();
    const bare = new ApiObject(chart, 'bare', { apiVersion: 'v1', kind: 'Pod', metadata: { labels: { app: 'bare' } }, spec: { containers: [] } });
    new JwtProtectedApi(chart, 'broken', { workload: Workload.of(bare), issuers: [issuer], rules: [anyToken] });

    expect(problemsOf(app)).toEqual([expect.stringMatching(/^\[shop\/broken\] 'shop\/bare' \(Pod\) runs as the service account 'default'/)]);
  });

  test('is not passed by, through another Service than those that its waypoint guards', () => {
    const app = testApp();
    const chart = chartOf(app, 'shop');
    new ZeroTrustNamespace(chart, 'baseline', { name: 'shop', dataPlane: DataPlane.AMBIENT, waypoint: Waypoint.create() });
    const pods = rawDeployment(chart, 'api');
    rawService(chart, 'api');
    rawService(chart, 'pods', { selector: { app: 'api' }, clusterIP: 'None' });
    const from = [Principal.serviceAccount('front', 'web')];
    new JwtProtectedApi(chart, 'jwt', { workload: Workload.of(pods, { service: 'api' }), issuers: [issuer], rules: [anyToken] });
    new ServiceAccess(chart, 'guarded', { callers: from, to: Workload.of(pods, { service: 'api' }), operations: [Operation.get('/a')], callersSendToken: true });
    new ServiceAccess(chart, 'past', { callers: from, to: Workload.of(pods, { service: 'pods' }), operations: [Operation.anyHttp()], callersSendToken: true });

    expect(problemsOf(app)).toEqual(["[shop/past] through Service 'pods' requests would need no token, since JwtProtectedApi 'shop/jwt' is for 'api' only; "
      + 'state both for the same Services by Workload.of']);
  });

  test('refuses probes that its default deny would break', () => {
    const app = testApp();
    const chart = chartOf(app, 'shop');
    const pods = rawDeployment(chart, 'api', {
      annotations: { 'sidecar.istio.io/rewriteAppHTTPProbers': 'false' }, container: { readinessProbe: { httpGet: { path: '/', port: 8080 } } },
    });
    rawService(chart, 'api');
    new JwtProtectedApi(chart, 'jwt', { workload: Workload.of(pods), issuers: [issuer], rules: [anyToken] });

    expect(problemsOf(app)).toEqual(["[shop/jwt] the readiness probe of container 'api' (http on port 8080) is refused, as the kubelet has no identity in the mesh; "
      + "remove annotation sidecar.istio.io/rewriteAppHTTPProbers: 'false'"]);
  });

  test('needs a waypoint in ambient', () => {
    const { app, chart, make } = api();
    new ZeroTrustNamespace(new Chart(app, 'ns'), 'baseline', { name: 'shop', dataPlane: DataPlane.AMBIENT });
    make();
    expect(problemsOf(app)).toEqual(["[shop/jwt] tokens can be enforced only by a waypoint, but namespace 'shop' has no waypoint; "
      + "declare one on its ZeroTrustNamespace: new ZeroTrustNamespace(…, { name: 'shop', waypoint: Waypoint.create() })"]);

    const behind = api();
    new ZeroTrustNamespace(behind.chart, 'baseline', { name: 'shop', dataPlane: DataPlane.AMBIENT, waypoint: Waypoint.create() });
    behind.make();
    expect(specAt(behind.app, 'shop/jwt/guard')).toMatchObject({ targetRefs: [{ kind: 'Service', name: 'api' }], rules: [{ to: [{ operation: { ports: ['80', '90'] } }] }] });
    expect(chart.node.path).toBe('shop');
  });
});
