import { CLOSED, deployment, from, policy, shop } from './support';
import { AccessGate, AccessMap, AuthorizerProtocol, Operation, PolicySet, Principal, ServiceAccess, Workload, ZeroTrustNamespace } from '../../src';
import { AccessRow } from '../../src/analysis/access-row';
import { includesAccount } from '../../src/analysis/callers';
import { SentExample } from '../../src/analysis/statements';
import { testApp } from '../support/app';
import { chartOf, deployment as deployed } from '../support/shop';

const lines = (rows: readonly { toString(): string }[]) => rows.map(row => row.toString());
const map = AccessMap.of(shop([
  policy('api', { rules: [from(['web'], { methods: ['GET'], paths: ['/api/*'] })] }),
  policy('db', { rules: [from(['api'], { ports: ['8080'] })] }),
  policy('web', { rules: [{ to: [{ operation: { ports: ['8080'] } }] }] }),
]));

describe('an access map', () => {
  test('has a row for all that passes', () => {
    expect(map.toString().split('\n')).toEqual([
      'shop/api:8080, any other port from shop/web: GET /api/*',
      'shop/db:8080 from shop/api',
      'shop/web:8080 from anyone with an identity',
    ]);
  });

  test('shows the same requests whatever the order of the manifests', () => {
    const manifests = [...['b', 'a', 'c'].map(name => deployment(name)), policy('api', { rules: [{ from: [{ source: { namespaces: ['shop'] } }] }] })];
    const examples = [manifests, [...manifests].reverse()].map(more => AccessMap.of(shop(more)).into('shop/api').map(({ example }) => example));

    expect(examples[0]).toEqual(examples[1]);
  });

  test.each<[string, string[], string]>([
    ['any of another trust domain', ['cluster.local/*'], 'any identity of another trust domain'],
    ['any other than an account that a rule names', ['cluster.local/*', 'west.example/ns/a/sa/a'], 'any other identity of another trust domain'],
    ['any other than those of a pattern', ['cluster.local/*', 'west.example/ns/a/*'], 'any other identity of another trust domain'],
  ])('tells of identities of another trust domain: %s', (_, notPrincipals, callers) => {
    const policies = shop([...CLOSED, policy('api', { rules: [{ from: [{ source: { notPrincipals } }] }] })], { settings: { foreignTrustDomains: ['west.example'] } });

    expect(AccessMap.of(policies).toString()).toBe(`shop/api:8080, any other port from ${callers}`);
  });

  test.each<[string, object, string]>([
    ['that must be missing', { notValues: ['*'] }, 'header x none'],
    ['that may be missing, or hold others', { notValues: ['a'] }, 'header x any but a'],
    ['that must be there', { values: ['*'] }, 'header x *'],
    ['that must be there and hold no certain one', { values: ['*'], notValues: ['a'] }, 'header x any but a, none'],
  ])('tells of a header %s', (_, asked, said) => {
    const rows = AccessMap.of(shop([...CLOSED, policy('api', { rules: [from(['web'], { methods: ['*'] }, [{ key: 'request.headers[x]', ...asked }])] })])).into('shop/api');

    expect(rows[0].requests).toBe(said);
  });

  test('has a row of its own for a port of which mutual TLS is stated', () => {
    const mtls = { apiVersion: 'security.istio.io/v1', kind: 'PeerAuthentication', metadata: { name: 'api', namespace: 'shop' }, spec: { selector: { matchLabels: { app: 'api' } }, portLevelMtls: { 9443: { mode: 'PERMISSIVE' } } } };

    expect(lines(AccessMap.of(shop([...CLOSED, mtls])).into('shop/api'))).toEqual(
      ['shop/api:8080 from anyone with an identity', 'shop/api:9443 from anyone, also in plaintext', 'shop/api:any other port from anyone with an identity']);
  });

  test('counts an account among all of the mesh, and among others only where it is not named', () => {
    expect([['any identity of the mesh'], ['any other identity'], ['shop/api']].map(callers => includesAccount(callers, 'shop/web', ['shop/web']))).toEqual([true, false, false]);
    expect(includesAccount(['any other identity'], 'shop/web', [])).toBe(true);
  });

  test('has patterns by which a rule asks for just that, where there are any', () => {
    const rows = AccessMap.of(shop([
      ...CLOSED,
      policy('api', { rules: [from(['web'], { methods: ['GET'], paths: ['/a/*'] })] }),
      policy('api', { action: 'DENY', rules: [{ to: [{ operation: { paths: ['/a/b'] } }] }] }, 'deny'),
    ])).into('shop/api');

    expect([rows[0].toString(), [...rows[0]._asks.parts]]).toEqual(['shop/api:8080 from shop/web: GET /a/* but not /a/b', [['path', undefined], ['method', ['GET']]]]);
  });

  test('tells what passes as it is once an authorizer agrees, and what it must change', () => {
    const settings = { authorizerProviders: [{ name: 'login', protocol: AuthorizerProtocol.HTTP, headersToUpstreamOnAllow: ['authorization'] }] };
    const tokens = { apiVersion: 'security.istio.io/v1', kind: 'RequestAuthentication', metadata: { name: 'tokens', namespace: 'shop' }, spec: { jwtRules: [{ issuer: 'https://a', jwks: '{"keys":[]}' }] } };
    const rows = AccessMap.of(shop([
      policy('api', { action: 'CUSTOM', provider: { name: 'login' }, rules: [{}] }, 'login'),
      policy('api', { rules: [{ ...from(['web'], { methods: ['GET'] }), when: [{ key: 'request.auth.claims[role]', values: ['admin'] }] }] }),
      tokens,
    ], { settings })).into('shop/api').filter(({ destination }) => destination === 'shop/api:8080');

    expect(rows.map(row => [row.toString(), row.needsHeaderChange])).toEqual([
      ['shop/api:8080 from shop/web: HTTP with a token of https://a, GET, claim [role] admin if login agrees', false],
      ['shop/api:8080 from shop/web: HTTP with no token or a token that is no good, GET if login agrees and changes its headers', true],
      ['shop/api:8080 from shop/web: HTTP with a token of https://a, GET, claim [role] any but admin if login agrees and changes its headers', true],
    ]);
  });

  test('shows by an account what is sent by its kind, which may go another way than others', () => {
    const sent = (path: string, names: string[]): SentExample => ({ names, request: () => ({ destination: { namespace: 'shop', workload: 'api', port: 8080 }, http: { path } }) });
    const examples = [sent('/plain', ['plaintext']), sent('/web', ['shop/web']), sent('/other', ['any other identity'])];
    const said = { answer: 'ALLOW', callers: ['anyone, also in plaintext'], requests: '', asks: { manner: '', parts: new Map() }, example: examples[0].request(), examples };
    const row = AccessRow._of('shop/api:8080', said, shop([policy('api', { rules: [{}] })], { mode: 'PERMISSIVE' }));

    expect([row, row._by('shop/web'), row._by('shop/db')].map(({ example: { source, http } }) => [source?.principal, http?.path])).toEqual(
      [[undefined, '/plain'], ['spiffe://cluster.local/ns/shop/sa/web', '/web'], ['spiffe://cluster.local/ns/shop/sa/db', '/other']]);
  });

  test('is wrong where what is sent by an account is not answered as its row says', () => {
    const request = (path: string) => ({ destination: { namespace: 'shop', workload: 'api', port: 8080 }, http: { path } });
    const examples = [{ names: ['any other identity'], request: () => request('/other') }];
    const said = { answer: 'ALLOW', callers: ['any identity of the mesh'], requests: '', asks: { manner: '', parts: new Map() }, example: request('/any'), examples };
    const row = AccessRow._of('shop/api:8080', said, shop([policy('api', { rules: [{ to: [{ operation: { paths: ['/any'] } }] }] })], { mode: 'PERMISSIVE' }));

    expect(() => row._by('shop/db')).toThrow(/^the analysis of 'shop\/api:8080' is wrong: ALLOW is not the answer to .*"\/other".*; please report it with the manifests$/);
  });

  test('says what is not decided after all rows, once for all ports', () => {
    const doubtful = AccessMap.of(shop([policy('api', { rules: [{ form: [] }] }), policy('db', { rules: [from(['web'])] }), policy('web', {})]));

    expect(doubtful.toString()).toMatch(/^shop\/db:8080, any other port from shop\/web\nshop\/api:8080, any other port UNDECIDED: a manifest is in doubt: .*$/);
  });

  test('tells who reaches a workload', () => {
    expect(lines(map.into('shop/db'))).toEqual(['shop/db:8080 from shop/api']);
  });

  test('tells what an account reaches, as itself and as anyone', () => {
    expect(lines(map.outOf('shop/api'))).toEqual(['shop/db:8080 from shop/api', 'shop/web:8080 from anyone with an identity']);
  });

  test('tells what falls with an account, step by step', () => {
    expect(map.blastRadius('shop/web').map(({ step, sender, access }) => `${step} ${sender} → ${access.destination}`)).toEqual([
      '1 shop/web → shop/api:8080', '1 shop/web → shop/api:any other port', '1 shop/web → shop/web:8080', '2 shop/api → shop/db:8080',
    ]);
  });

  test('tells nothing of what falls with accounts that are not reached', () => {
    const chain = AccessMap.of(shop([deployment('cache'), policy('api', { rules: [from(['web'])] }), policy('cache', { rules: [from(['db'])] }), ...CLOSED]));

    expect(new Set(chain.blastRadius('shop/web').map(({ access }) => access.destination))).toEqual(new Set(['shop/api:8080', 'shop/api:any other port']));
  });

  test('takes the names of constructs of an app, whatever its objects are called', () => {
    const app = testApp();
    const chart = chartOf(app, 'store');
    new ZeroTrustNamespace(chart, 'baseline');
    const [web, api] = ['web', 'api'].map(name => deployed(chart, name));
    new ServiceAccess(chart, 'web-to-api', { callers: [Principal.workload(web)], to: Workload.of(api), operations: [Operation.get('/a')] });
    const policies = PolicySet.fromApp(app);
    const known = AccessMap.of(policies);
    const [row] = known.into('store/api');

    expect(row.destination).toMatch(/^store\/store-api-[0-9a-f]+:8080$/);
    expect(known.outOf('store/web')).toEqual([row]);
    expect(known.blastRadius('store/web').map(({ access }) => access)).toEqual([row]);
    expect(AccessGate.neverGranted({ callers: ['store/web'], to: 'store/api' }).violations(policies)).toHaveLength(1);
    expect(AccessGate.onlyFrom('store/api', ['store/web']).violations(policies)).toEqual([]);
    expect(() => known.into('store/apo')).toThrow("workload must be NAMESPACE/NAME of the manifests, got 'store/apo'");
  });

  test('tells what comes from other namespaces', () => {
    const mixed = AccessMap.of(shop([...CLOSED, policy('api', { rules: [{ from: [{ source: { principals: ['cluster.local/ns/shop/sa/web', 'cluster.local/ns/ops/sa/x'] } }], to: [{ operation: { ports: ['8080'] } }] }] })]));

    expect(lines(map.acrossNamespaces())).toEqual(['shop/web:8080 from anyone with an identity']);
    expect(lines(mixed.acrossNamespaces())).toEqual(['shop/api:8080 from ops/x, shop/web']);
  });

  test('tells what needs no identity', () => {
    const open = AccessMap.of(shop([...CLOSED, policy('api', { rules: [{ to: [{ operation: { methods: ['GET'] } }] }] })], { mode: 'PERMISSIVE' }));

    expect(lines(map.anonymous())).toEqual([]);
    expect(lines(open.anonymous())).toEqual(['shop/api:8080 from anyone, also in plaintext: GET', 'shop/api:any other port from anyone, also in plaintext: GET']);
  });

  test('shows each row by a request that passes', () => {
    for (const row of map.rows) expect(row.decision).toBe('ALLOW');
    expect(map.rows[0].example.http).toEqual({ method: 'GET', path: '/api/x' });
    expect(map.rows[0].determiningPolicies.map(({ name }) => name)).toEqual(['to-api']);
    expect(map.rows[0].explain().split('\n').slice(0, 3)).toEqual([map.rows[0].toString(), `request: ${JSON.stringify(map.rows[0].example)}`, 'ALLOW']);
  });

  test.each<[string, () => unknown, string]>([
    ['into', () => map.into('shop/apo'), "workload must be NAMESPACE/NAME of the manifests, got 'shop/apo'; did you mean 'shop/api'?"],
    ['into, of one', () => AccessMap.of(PolicySet.fromManifests([deployment('api')])).into('shop/apo'), "got 'shop/apo'; did you mean 'shop/api'?"],
    ['into, of none', () => AccessMap.of(PolicySet.fromManifests([])).into('shop/api'), "got 'shop/api'; they hold none, add those that policies are for"],
    ['outOf', () => map.outOf('shop/wep'), "serviceAccount must be NAMESPACE/NAME that a workload runs as, got 'shop/wep'; did you mean 'shop/web'?"],
    ['blastRadius', () => map.blastRadius('web'), "serviceAccount must be NAMESPACE/NAME that a workload runs as, got 'web'"],
  ])('%s refuses what the manifests do not have', (_, ask, message) => {
    expect(ask).toThrow(message);
  });

  test('tells callers of a gateway by their accounts, and by which server name they come', () => {
    const server = (host: string, name: string) => ({ port: { number: 443, name, protocol: 'HTTPS' }, hosts: [host], tls: { mode: 'MUTUAL', credentialName: name } });
    const gateway = [
      deployment('ingress'),
      { apiVersion: 'networking.istio.io/v1', kind: 'Gateway', metadata: { name: 'public', namespace: 'shop' }, spec: { selector: { app: 'ingress' }, servers: [server('a.example', 'a'), server('*.b.example', 'b')] } },
      policy('ingress', { rules: [from(['web'], undefined, [{ key: 'connection.sni', values: ['a.example'] }]), from(['api'])] }),
    ];
    const served = AccessMap.of(shop([...CLOSED, policy('api', {}), ...gateway]));

    expect(lines(served.outOf('shop/web'))).toEqual(['gateway shop/ingress:443 from shop/api, shop/web: server name a.example']);
    expect(lines(served.outOf('shop/api'))).toContain('gateway shop/ingress:443 from shop/api: server name *.b.example');
    expect(lines(served.outOf('shop/db'))).toEqual([]);
  });

  test('tells workloads outside of the mesh from those within', () => {
    const outside = AccessMap.of(shop([deployment('old', 'legacy')]));

    expect(lines(outside.into('legacy/old'))).toEqual(['legacy/old:8080 from anyone, also in plaintext', 'legacy/old:any other port from anyone, also in plaintext']);
  });
});
