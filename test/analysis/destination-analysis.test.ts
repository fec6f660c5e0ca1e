import { AMBIENT, CLOSED, deployment, from, policy, shop } from './support';
import { AccessMap, PathNormalization, PolicyComparison, PolicySet } from '../../src';
import { DestinationAnalysis } from '../../src/analysis/destination-analysis';

const api = (...rules: object[]) => [...CLOSED, policy('api', { rules })];
const rowsInto = (policies: PolicySet, workload = 'shop/api') => AccessMap.of(policies).into(workload).filter(({ destination }) => !destination.includes('any other port'));
const told = (policies: PolicySet, workload?: string) => rowsInto(policies, workload).map(row => row.toString());

describe('the address that a client is forwarded by', () => {
  const remote = { from: [{ source: { remoteIpBlocks: ['203.0.113.0/24'] } }] };
  const gateway = [
    deployment('ingress'),
    { apiVersion: 'networking.istio.io/v1', kind: 'Gateway', metadata: { name: 'public', namespace: 'shop' }, spec: { selector: { app: 'ingress' }, servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['*'] }] } },
  ];

  test.each<[number, string, string[] | undefined]>([
    [0, 'address', undefined],
    [1, 'client address', ['203.0.113.0']],
    [2, 'client address', ['203.0.113.0,192.0.2.1']],
    [3, 'client address', ['203.0.113.0,192.0.2.1,192.0.2.1']],
  ])('is at a gateway what the first of %i trusted proxies saw', (trustedProxies, part, forwarded) => {
    const [row, ...others] = rowsInto(shop([...CLOSED, policy('ingress', { rules: [remote] }), ...gateway], { settings: { trustedProxies } }), 'shop/ingress');

    expect([row.toString(), others]).toEqual([`gateway shop/ingress:80 from plaintext: ${part} 203.0.113.0/24`, []]);
    expect(row.example.http?.headers?.['x-forwarded-for']).toEqual(forwarded);
  });

  test('is at a sidecar the last one, whatever proxies gateways trust', () => {
    expect(rowsInto(shop(api(remote), { settings: { trustedProxies: 2 } })).map(row => [row.requests, row.example.http?.headers])).toEqual([
      ['bytes that are not HTTP, address 203.0.113.0/24', undefined],
      ['HTTP, client address 203.0.113.0/24', { 'x-forwarded-for': ['203.0.113.0'] }],
    ]);
  });
});

describe('a request is shown', () => {
  const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'];

  test.each(METHODS.map((method, index) => [method, METHODS.slice(0, index)]))('by %s where it can be by none of %j', (method, notMethods) => {
    const [{ example }] = rowsInto(shop(api(from(['web'], { methods: ['*'], ...notMethods.length > 0 ? { notMethods } : {} }))));

    expect(example.http?.method ?? 'GET').toBe(method);
  });
});

describe('a request is shown by a text in the words of the rule', () => {
  const shownBy = (operation: object, when?: object[]) => rowsInto(shop(api(from(['web'], operation, when))))[0].example.http!;

  test.each([
    ['/api/*', '/api/x'], ['/api/{*}/items', '/api/x/items'], ['/api/{**}', '/api/x'], ['*/items', '/items'], ['*.html', '/x.html'], ['*', '/'], ['/api', '/api'],
  ])('a path %s', (path, expected) => {
    expect(shownBy({ paths: [path], methods: ['GET'] }).path).toBe(expected);
  });

  test('a method that only HTTP/2 has', () => {
    expect(shownBy({ methods: ['FOO'] })).toStrictEqual({ method: 'FOO', version: '2' });
  });

  test.each<[string, object]>([
    ['role', { role: ['admin'] }], ['realm][roles', { realm: { roles: ['admin'] } }], ['a][b][c', { a: { b: { c: ['admin'] } } }],
  ])('a claim [%s] where tokens have it', (claim, claims) => {
    const tokens = { apiVersion: 'security.istio.io/v1', kind: 'RequestAuthentication', metadata: { name: 'tokens', namespace: 'shop' }, spec: { jwtRules: [{ issuer: 'https://a', jwks: '{"keys":[]}' }] } };
    const [{ example }] = rowsInto(shop([...api({ when: [{ key: `request.auth.claims[${claim}]`, values: ['admin'] }] }), tokens]));

    expect(example.tokens).toEqual([{ claims: { iss: 'https://a', sub: 'x', ...claims } }]);
  });

  test('nothing of what does not matter', () => {
    expect([shownBy({ methods: ['GET'] }), shownBy({ paths: ['/a'] }), shownBy({ hosts: ['a'] })].map(http => Object.keys(http))).toEqual([['method'], ['path'], ['authority']]);
  });

  test('a path that no rule names', () => {
    expect(shownBy({ paths: ['*'], notPaths: ['/api/*'] }).path).toBe('/');
    expect(shownBy({ notPaths: ['/', '/a'] }).path).toBe('/x');
  });

  test.each([['a', 'a'], ['a*', 'ax'], ['*a', 'xa'], ['*', 'x']])('a header %s', (value, expected) => {
    expect(shownBy({ methods: ['GET'] }, [{ key: 'request.headers[y]', values: [value] }]).headers).toEqual({ y: [expected] });
  });

  test.each([['API.example', 'api.example'], ['*.example', 'x.example'], ['other.*', 'other.x']])('a host %s, as clients write it', (host, expected) => {
    expect(shownBy({ hosts: [host] }).authority).toBe(expected);
  });

  test('a host that no rule names', () => {
    expect(shownBy({ notHosts: ['api.example'] }).authority).toBe('api.shop.svc.cluster.local');
  });
});

describe('an analysis', () => {
  test('tells nothing apart by rules that can never match', () => {
    const policies = shop(api(from(['web'], { methods: ['GET'] }), { when: [{ key: 'request.headers[x]', values: ['a'] }, { key: 'destination.port', values: ['9000'] }] }));
    const { axes } = new DestinationAnalysis([policies], { namespace: 'shop', workload: 'api', port: 8080 });

    expect(axes.map(({ axis }) => axis)).toEqual(['method']);
  });

  test('tells preflights apart by the tokens of one state', () => {
    const when = [{ key: 'request.headers[origin]', values: ['https://shop'] }, { key: 'request.headers[access-control-request-method]', values: ['*'] }];
    const tokens = { apiVersion: 'security.istio.io/v1', kind: 'RequestAuthentication', metadata: { name: 'tokens', namespace: 'shop' }, spec: { jwtRules: [{ issuer: 'https://a', jwks: '{"keys":[]}' }] } };

    expect(told(shop([...api({ from: [{ source: { requestPrincipals: ['*'] } }] }, { to: [{ operation: { methods: ['OPTIONS'] } }], when }), tokens]))).toEqual([
      'OPTIONS, header access-control-request-method *, header origin https://shop',
      ...['any but OPTIONS, claim [sub] *', 'claim [sub] *, header access-control-request-method none', 'claim [sub] *, header origin none'].map(what => `HTTP with a token of https://a, ${what}`),
    ].map(what => `shop/api:8080 from anyone with an identity: ${what}`));
  });

  test('tells an empty header from none where a rule asks for it, and no token', () => {
    const when = [{ key: 'request.headers[origin]', values: ['', 'x'] }, { key: 'request.headers[access-control-request-method]', values: ['*'] }];

    expect(told(shop(api({ when })))).toEqual(['shop/api:8080 from anyone with an identity: header access-control-request-method *, header origin , x']);
  });

  test('tells of the path that is left of slashes only, where slashes are merged', () => {
    const [row, ...others] = rowsInto(shop(api({ to: [{ operation: { paths: ['//'] } }] }), { settings: { pathNormalization: PathNormalization.MERGE_SLASHES } }));

    expect([row.toString(), row.example.http?.path, others]).toEqual(['shop/api:8080 from anyone with an identity: //', '//', []]);
  });

  test('tells who has no identity from who has where both are refused from most addresses', () => {
    const ambient = shop(api({ from: [{ source: { ipBlocks: ['192.0.2.0/24'] } }] }), { labels: AMBIENT });

    expect(told(ambient)).toEqual(['shop/api:8080 from anyone with an identity: address 192.0.2.0/24']);
  });

  test('tells of bytes that are not HTTP where one of two states takes them', () => {
    const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'api', namespace: 'shop' }, spec: { selector: { app: 'api' }, ports: [{ name: 'http', port: 8080 }] } };

    expect(PolicyComparison.of(shop([...api({}), service]), shop(api({}))).toString()).toBe('MORE_PERMISSIVE\nGRANTED shop/api:8080 to anyone with an identity: bytes that are not HTTP');
  });
});
