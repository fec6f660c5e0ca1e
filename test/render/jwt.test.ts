import { AuthorizationPolicySpec, Condition, JwtIssuer, JwtIssuerProps, Operation } from 'cdk8s-zero-trust';
import { array, property, record, subarray, boolean, option } from 'fast-check';
import { Caller } from '../../src/intent/caller';
import { JwtIntent, JwtRuleData } from '../../src/intent/intent';
import { renderJwt } from '../../src/render/jwt';
import { AMBIENT, http, MESH, namespace, service, tcp, undeclared, WAYPOINT, workload } from '../support/facts';
import { expectLaw } from '../support/law';
import { matches, Request, touchesConnection } from '../support/matcher';

const ISSUER = 'https://auth.example.com';
const FROM_ISSUER = [{ source: { requestPrincipals: [`${ISSUER}/*`] } }];
const AT_PODS = { selector: { matchLabels: { app: 'api' } } };
const WEB: Caller = { kind: 'serviceAccount', namespace: 'shop', name: 'web' };
const PROMETHEUS: Caller = { kind: 'serviceAccount', namespace: 'monitoring', name: 'prometheus' };

interface Given extends Partial<Omit<JwtIntent, 'issuers' | 'rules' | 'publicOperations'>> {
  readonly issuers?: JwtIssuer[];
  readonly rules?: (Partial<Omit<JwtRuleData, 'operations' | 'conditions'>> & { operations?: Operation[]; conditions?: Condition[] })[];
  readonly publicOperations?: Operation[];
}

function issuer(props: Partial<JwtIssuerProps> = {}): JwtIssuer {
  return JwtIssuer.of({ issuer: ISSUER, audiences: ['api'], ...props });
}

function jwt({ issuers = [issuer()], rules = [{}], publicOperations = [], ...given }: Given) {
  return renderJwt({
    kind: 'jwt',
    mesh: MESH,
    target: workload([http(8080), tcp(9000)]),
    namespace: namespace('shop'),
    exemptCallers: [],
    publicCallers: [],
    ports: [],
    ...given,
    issuers: issuers.map(({ _data }) => _data),
    rules: rules.map(({ operations = [Operation.anyHttp()], conditions = [], ...rule }) => ({
      issuers: issuers.map(({ _data }) => _data.issuer),
      callers: [],
      scopes: [],
      ...rule,
      operations: operations.map(operation => operation._data),
      conditions: conditions.map(condition => condition._data),
    })),
    publicOperations: publicOperations.map(operation => operation._data),
  });
}

const MANY_METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'COPY', 'MOVE', 'LOCK', 'UNLOCK'];

describe('A JWT API', () => {
  test('verifies, allows and guards', () => {
    expect(jwt({
      rules: [{ operations: [Operation.anyHttp()], conditions: [Condition.claim('role', 'admin')] }, { operations: [Operation.get('/api/*')], scopes: ['read', 'list'] }],
      publicOperations: [Operation.get('/healthz')],
    })).toEqual({
      specs: {
        authentication: { ...AT_PODS, jwtRules: [{ issuer: ISSUER, audiences: ['api'] }] },
        policy: {
          ...AT_PODS,
          rules: [
            { from: FROM_ISSUER, to: [{ operation: { ports: ['8080'] } }], when: [{ key: 'request.auth.claims[role]', values: ['admin'] }] },
            {
              from: FROM_ISSUER,
              to: [{ operation: { methods: ['GET'], paths: ['/api/*'], ports: ['8080'] } }],
              when: [{ key: 'request.auth.claims[scope]', values: ['read'] }, { key: 'request.auth.claims[scope]', values: ['list'] }],
            },
            { to: [{ operation: { methods: ['GET'], paths: ['/healthz'], ports: ['8080'] } }] },
          ],
        },
        guard: {
          ...AT_PODS,
          action: 'DENY',
          rules: [{
            from: [{ source: { notRequestPrincipals: [`${ISSUER}/*`] } }],
            to: [{ operation: { notMethods: ['GET'], ports: ['8080'] } }, { operation: { notPaths: ['/healthz'], ports: ['8080'] } }],
          }],
        },
      },
      problems: [],
    });
  });

  test('is attached to the Service, with its ports, behind a waypoint', () => {
    const target = workload([http(8080), tcp(9000)], [service('api', { 80: 8080, 90: 9000 })]);
    const AT_SERVICE = { targetRefs: [{ kind: 'Service', group: '', name: 'api' }] };

    expect(jwt({ target, namespace: WAYPOINT }).specs).toEqual({
      authentication: { ...AT_SERVICE, jwtRules: [{ issuer: ISSUER, audiences: ['api'] }] },
      policy: { ...AT_SERVICE, rules: [{ from: FROM_ISSUER, to: [{ operation: { ports: ['80'] } }] }] },
      guard: {
        ...AT_SERVICE,
        action: 'DENY',
        rules: [{ from: [{ source: { notRequestPrincipals: [`${ISSUER}/*`] } }], to: [{ operation: { ports: ['80'] } }] }],
      },
    });
  });

  const jwtRule = (props: Partial<JwtIssuerProps>, given: Given = {}) =>
    (jwt({ ...given, issuers: [issuer(props)] }).specs.authentication as { jwtRules: object[] }).jwtRules[0];
  const AUTHORIZATION = { name: 'Authorization', prefix: 'Bearer ' };
  test.each<[string, Partial<JwtIssuerProps>, object, Given]>([
    ['keys by address', { jwksUri: 'https://a/keys' }, { jwksUri: 'https://a/keys' }, {}],
    ['keys in place', { jwks: '{"keys":[{"kty":"RSA"}]}' }, { jwks: '{"keys":[{"kty":"RSA"}]}' }, {}],
    ['FG-39: Authorization beside other locations', { fromHeaders: [{ name: 'x-jwt' }], fromParams: ['t'], fromCookies: ['c'] },
      { fromHeaders: [AUTHORIZATION, { name: 'x-jwt' }], fromParams: ['t'], fromCookies: ['c'] }, {}],
    ['other locations only', { fromCookies: ['c'], dropAuthorizationHeader: true }, { fromCookies: ['c'] }, {}],
    ['FG-38: the token for the workload', { forwardOriginalToken: true, outputPayloadToHeader: 'x-p', outputClaimToHeaders: [{ claim: 'sub', header: 'x-user' }] },
      { forwardOriginalToken: true, outputPayloadToHeader: 'x-p', outputClaimToHeaders: [{ claim: 'sub', header: 'x-user' }] }, {}],
    ['a scope claim of its own, split at blanks', { scopeClaim: 'scp' }, { spaceDelimitedClaims: ['scp'] }, { rules: [{ scopes: ['read'] }] }],
    ['no splitting where no scope is asked for', { scopeClaim: 'scp' }, {}, {}],
    ['no splitting of what Istio splits anyway', { scopeClaim: 'permission' }, {}, { rules: [{ scopes: ['read'] }] }],
  ])('verifies by %s', (_, props, rule, given) => {
    expect(jwtRule(props, given)).toEqual({ issuer: ISSUER, audiences: ['api'], ...rule });
  });

  const rulesOf = (given: Given, which: 'policy' | 'guard' = 'policy') => (jwt(given).specs[which] as AuthorizationPolicySpec).rules;
  const TO_ALL = [{ operation: { ports: ['8080'] } }];
  const other = JwtIssuer.of({ issuer: 'https://other.example/', audiences: ['api'] });
  const machine = JwtIssuer.of({ issuer: 'https://machine.example', audiences: ['api'], tokensWithoutSubject: true, scopeClaim: 'scp' });
  test.each<[string, Given, object[]]>([
    ['FG-29: an issuer that ends in a slash, by two', { issuers: [other] }, [{ from: [{ source: { requestPrincipals: ['https://other.example//*'] } }], to: TO_ALL }]],
    ['FG-30: subjects by claim, since they may hold slashes', { rules: [{ conditions: [Condition.textClaim(['sub'], 'repo:a/b')] }] },
      [{ from: FROM_ISSUER, to: TO_ALL, when: [{ key: 'request.auth.claims[sub]', values: ['repo:a/b'] }] }]],
    ['FG-32: tokens without subject, by their issuer', { issuers: [machine], rules: [{ scopes: ['read'] }] },
      [{ to: TO_ALL, when: [{ key: 'request.auth.claims[iss]', values: ['https://machine.example'] }, { key: 'request.auth.claims[scp]', values: ['read'] }] }]],
    ['several issuers at once', { issuers: [issuer(), other] },
      [{ from: [{ source: { requestPrincipals: [`${ISSUER}/*`, 'https://other.example//*'] } }], to: TO_ALL }]],
    ['issuers with rules of their own', { issuers: [issuer(), other], rules: [{ issuers: ['https://other.example/'], operations: [Operation.get('/a')] }] },
      [{ from: [{ source: { requestPrincipals: ['https://other.example//*'] } }], to: [{ operation: { methods: ['GET'], paths: ['/a'], ports: ['8080'] } }] }]],
    ['issuers with and without subject in rules of their own', { issuers: [issuer(), machine] },
      [{ from: FROM_ISSUER, to: TO_ALL }, { to: TO_ALL, when: [{ key: 'request.auth.claims[iss]', values: ['https://machine.example'] }] }]],
    ['callers that must pass the token on', { rules: [{ callers: [WEB] }] },
      [{ from: [{ source: { requestPrincipals: [`${ISSUER}/*`], principals: ['prod.td/ns/shop/sa/web'] } }], to: TO_ALL }]],
    ['FG-37: a preflight, by origin', { preflight: { origins: ['https://a.example'], callers: [] } }, [
      { from: FROM_ISSUER, to: TO_ALL },
      {
        to: [{ operation: { methods: ['OPTIONS'], ports: ['8080'] } }],
        when: [{ key: 'request.headers[origin]', values: ['https://a.example'] }, { key: 'request.headers[access-control-request-method]', values: ['*'] }],
      },
    ]],
  ])('allows %s', (_, given, rules) => {
    expect(rulesOf(given)).toEqual(rules);
  });

  const TOKENLESS = { notRequestPrincipals: [`${ISSUER}/*`] };
  const ONLY_API = { target: workload([http(8080)]), namespace: namespace('shop', { metrics: { readers: [PROMETHEUS], ports: [8080], path: '/metrics' } }) };
  test.each<[string, Given, object[]]>([
    ['everything', {}, [{ from: [{ source: TOKENLESS }], to: TO_ALL }]],
    ['FG-32: what lacks the claim iss of an issuer whose tokens may lack a subject, and what lacks an identity of the others', { issuers: [issuer(), machine] },
      [{ from: [{ source: TOKENLESS }], to: TO_ALL, when: [{ key: 'request.auth.claims[iss]', notValues: ['https://machine.example'] }] }]],
    ['FG-32: what lacks the claim iss, where all tokens may lack a subject', { issuers: [machine] },
      [{ to: TO_ALL, when: [{ key: 'request.auth.claims[iss]', notValues: ['https://machine.example'] }] }]],
    ['everyone but exempt callers', { exemptCallers: [WEB] },
      [{ from: [{ source: { ...TOKENLESS, notPrincipals: ['prod.td/ns/shop/sa/web'] } }], to: TO_ALL }]],
    ['no metrics port beside the API', { target: workload([http(8080), http(9090)]), namespace: namespace('shop', { metrics: { readers: [PROMETHEUS], ports: [9090], path: '/m' } }) },
      [{ from: [{ source: TOKENLESS }], to: TO_ALL }]],
    ['none of several metrics ports beside the API', { target: workload([http(8080), http(9090), http(9187)]), namespace: namespace('shop', { metrics: { readers: [PROMETHEUS], ports: [9090, 9187], path: '/m' } }) },
      [{ from: [{ source: TOKENLESS }], to: TO_ALL }]],
    ['readers of metrics on several ports of the API but for their path', { target: workload([http(8080), http(9090)]), ports: [8080, 9090], namespace: namespace('shop', { metrics: { readers: [PROMETHEUS], ports: [8080, 9090, 9187], path: '/m' } }) }, [
      { from: [{ source: { ...TOKENLESS, notPrincipals: ['prod.td/ns/monitoring/sa/prometheus'] } }], to: [{ operation: { ports: ['8080', '9090'] } }] },
      {
        from: [{ source: { ...TOKENLESS, principals: ['prod.td/ns/monitoring/sa/prometheus'] } }],
        to: [{ operation: { notMethods: ['GET'], ports: ['8080', '9090'] } }, { operation: { notPaths: ['/m'], ports: ['8080', '9090'] } }],
      },
    ]],
    ['readers of metrics on the port of the API but for their path', ONLY_API, [
      { from: [{ source: { ...TOKENLESS, notPrincipals: ['prod.td/ns/monitoring/sa/prometheus'] } }], to: TO_ALL },
      {
        from: [{ source: { ...TOKENLESS, principals: ['prod.td/ns/monitoring/sa/prometheus'] } }],
        to: [{ operation: { notMethods: ['GET'], ports: ['8080'] } }, { operation: { notPaths: ['/metrics'], ports: ['8080'] } }],
      },
    ]],
    ['all but the metrics, where anyone may read them', { ...ONLY_API, namespace: namespace('shop', { metrics: { readers: [{ kind: 'anyone' }], ports: [8080], path: '/metrics' } }) },
      [{ from: [{ source: TOKENLESS }], to: [{ operation: { notMethods: ['GET'], ports: ['8080'] } }, { operation: { notPaths: ['/metrics'], ports: ['8080'] } }] }]],
    ['what is public on another port only', { target: workload([http(8080), http(8081)]), publicOperations: [Operation.anyHttp({ ports: [8081] })] },
      [{ from: [{ source: TOKENLESS }], to: [{ operation: { notPorts: ['8081'], ports: ['8080', '8081'] } }] }]],
    ['what only looks like a preflight', { preflight: { origins: ['https://a.example'], callers: [] } }, [
      { from: [{ source: TOKENLESS }], to: [{ operation: { notMethods: ['OPTIONS'], ports: ['8080'] } }] },
      { from: [{ source: TOKENLESS }], to: TO_ALL, when: [{ key: 'request.headers[origin]', notValues: ['https://a.example'] }] },
      { from: [{ source: TOKENLESS }], to: TO_ALL, when: [{ key: 'request.headers[access-control-request-method]', notValues: ['*'] }] },
    ]],
    ['preflights of all but those who pass them on', { preflight: { origins: ['https://a.example'], callers: [WEB] } }, [
      { from: [{ source: TOKENLESS }], to: [{ operation: { notMethods: ['OPTIONS'], ports: ['8080'] } }] },
      { from: [{ source: TOKENLESS }], to: TO_ALL, when: [{ key: 'request.headers[origin]', notValues: ['https://a.example'] }] },
      { from: [{ source: TOKENLESS }], to: TO_ALL, when: [{ key: 'request.headers[access-control-request-method]', notValues: ['*'] }] },
      { from: [{ source: TOKENLESS }], to: TO_ALL, when: [{ key: 'source.principal', notValues: ['prod.td/ns/shop/sa/web'] }] },
    ]],
  ])('guards %s', (_, given, rules) => {
    expect(rulesOf(given, 'guard')).toEqual(rules);
  });

  const waypointNeeded = "tokens can be enforced only by a waypoint, but namespace 'shop' has no waypoint; "
    + "declare one on its ZeroTrustNamespace: new ZeroTrustNamespace(…, { name: 'shop', waypoint: Waypoint.create() })";
  const waypointTarget = workload([http(8080)], [service('api', { 80: 8080 })]);
  test.each<[string, Given, string[]]>([
    ['ambient without a waypoint', { namespace: AMBIENT }, [waypointNeeded]],
    ['FG-49: a TCP port', { ports: [9000] }, ["port 9000 of 'shop/api' is declared TCP (Service 'api' port 'tcp'), where a proxy drops rules on HTTP fields whole; "
      + 'state connections by Operation.tcp(9000), or declare the port HTTP']],
    ['a port that is sniffed', { target: workload([undeclared(8080)]) }, ["port 8080 of 'shop/api' declares no protocol, as no Service of this app in namespace 'shop' has it, so proxies guess it on each connection, "
      + "and drop rules on HTTP fields where they guess TCP; give it one there, and name the Service port 'http', or give it appProtocol: http (or grpc, http2), "
      + 'or where something else makes the Service: Workload.of(…, { ports: [{ number: 8080, protocol: PortProtocol.HTTP }] })']],
    ['an operation on a port that is not guarded', { target: workload([http(8080), http(8081)]), ports: [8080], rules: [{ operations: [Operation.anyHttp({ ports: [8081] })] }] },
      ["an operation is offered on port 8081 of 'shop/api', where this API asks for no token; add 8081 to 'ports'"]],
    ['public operations that leave nothing to guard, port by port',
      { target: workload([http(8080), http(8081)]), publicOperations: [Operation.anyHttp({ ports: [8080] }), Operation.anyHttp({ ports: [8081] })] },
      ['publicOperations must leave something that needs a token, got every request on every port of the API; name what is public']],
    ['a public operation that leaves nothing to guard', { publicOperations: [Operation.get('/a'), Operation.anyHttp()] },
      ['publicOperations must leave something that needs a token, got every request on every port of the API; name what is public']],
    ['public operations that differ in too many ways',
      { publicOperations: MANY_METHODS.map((method, i) => Operation.http({ methods: [method], paths: [`/${i}`], hosts: [`h${i}.example`] })) },
      ['publicOperations must differ in fewer ways, got so many that closing the rest would take more than 64 rules; use the same methods, hosts and ports for more of them']],
    ['a scope claim that Istio 1.27 does not split', { mesh: { ...MESH, istioVersion: '1.27' }, issuers: [issuer({ scopeClaim: 'scp' })], rules: [{ scopes: ['read'] }] },
      ["scopeClaim 'scp' of issuer 'https://auth.example.com' needs Istio 1.28 (spaceDelimitedClaims), the mesh has 1.27; "
      + 'state a list claim by Condition.claim, or raise istioVersion of the ZeroTrustMesh']],
    ['addresses at a waypoint', { namespace: WAYPOINT, target: waypointTarget, rules: [{ conditions: [Condition.sourceIp('10.0.0.1')] }] },
      ['Condition.sourceIp never matches at a waypoint, which sees an internal address; name the callers by identity instead']],
    ['a selector in the root namespace', { target: workload([http(8080)], [], { namespace: 'istio-system', path: 'kiali/kiali' }), namespace: namespace('istio-system') },
      ["'kiali/kiali' is in the root namespace 'istio-system', where a policy selects the pods of every namespace by their labels; move it to a namespace of its own"]],
  ])('refuses %s', (_, given, problems) => {
    expect([...new Set(jwt(given).problems)]).toEqual(problems);
  });
});

const METHODS = ['GET', 'POST', 'OPTIONS'];
const PATHS = ['/', '/a', '/a/b', '/metrics', '/x.html'];
const HOSTS = ['a.example', 'b.a.example:8080', 'c.test'];
const ORIGIN = 'https://a.example';
const HEADERS: Record<string, string>[] = [{}, { origin: ORIGIN }, { 'origin': 'https://evil', 'access-control-request-method': 'PUT' }, { 'origin': ORIGIN, 'access-control-request-method': 'PUT' }];
const PEERS = [undefined, 'prod.td/ns/shop/sa/web', 'prod.td/ns/monitoring/sa/prometheus', 'prod.td/ns/dev/sa/evil'];

const requests: Request[] = METHODS.flatMap(method => PATHS.flatMap(path => HOSTS.flatMap(host => HEADERS.flatMap(headers => PEERS.map(principal =>
  ({ method, path, host, headers, principal, port: '8080' }))))));

const apis = record({
  open: array(record({
    methods: subarray(METHODS, { minLength: 1 }),
    paths: subarray(['/', '/a', '/a/*', '*.html', '/{*}', '/a/{**}'], { minLength: 1 }),
    hosts: subarray(['a.example', '*.test'], { maxLength: 1 }),
  }), { maxLength: 3 }),
  exempt: boolean(),
  preflight: boolean(),
  metrics: option(boolean()),
  withoutSubject: boolean(),
});

interface GeneratedApi {
  readonly open: readonly { readonly methods: string[]; readonly paths: string[]; readonly hosts: string[] }[];
  readonly exempt: boolean;
  readonly preflight: boolean;
  /** Whether anyone may read them; null where there are none. */
  readonly metrics: boolean | null;
}

/** What the intent promises, in the words of its documentation. */
function isPublic(request: Request, api: GeneratedApi): boolean {
  const { method, path, host, headers, principal } = request;
  const anyPort = (patterns: string[]) => patterns.flatMap(p => p.startsWith('*') ? [p] : [p, `${p}:*`]);
  return api.open.some(({ hosts, ...box }) => matches({ rules: [{ to: [{ operation: { ...box, hosts: anyPort(hosts) } }] }] }, request))
    || (api.exempt && principal === 'prod.td/ns/shop/sa/web')
    || (api.preflight && method === 'OPTIONS' && headers.origin === ORIGIN && 'access-control-request-method' in headers)
    || (api.metrics !== null && method === 'GET' && path === '/metrics' && host !== '' && (api.metrics || principal === 'prod.td/ns/monitoring/sa/prometheus'));
}

test('the guard refuses a request without a token exactly when it is not public, and no request with one', () => {
  expectLaw(property(apis, api => {
    const { specs, problems } = jwt({
      target: workload([http(8080), tcp(9000)]),
      issuers: [issuer({ tokensWithoutSubject: api.withoutSubject })],
      publicOperations: api.open.map(({ hosts, ...box }) => Operation.http({ ...box, ...(hosts.length === 0 ? {} : { hosts }) })),
      exemptCallers: api.exempt ? [WEB] : [],
      ...(api.preflight ? { preflight: { origins: [ORIGIN], callers: [] } } : {}),
      ...(api.metrics === null ? {} : { namespace: namespace('shop', { metrics: { readers: [api.metrics ? { kind: 'anyone' } : PROMETHEUS], ports: [8080], path: '/metrics' } }) }),
    });
    const guard = specs.guard as AuthorizationPolicySpec;
    if (problems.length > 0 || touchesConnection(guard, '9000')) { throw new Error(`problems: ${problems.join()}, or the TCP port is hit`); }
    for (const request of requests) {
      if (matches(guard, request) === isPublic(request, api)) { throw new Error(`${JSON.stringify(request)}: guard and intent differ`); }
      if (matches(guard, { ...request, token: { iss: ISSUER, ...(api.withoutSubject ? {} : { sub: 'me' }) } })) { throw new Error('a token is refused'); }
      if (matches(guard, { ...request, port: '9000' })) { throw new Error('another port is hit'); }
    }
  }), 100);
});
