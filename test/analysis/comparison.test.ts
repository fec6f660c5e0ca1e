import { CLOSED, deployment, from, policy, shop } from './support';
import { AccessMap, AuthorizerProtocol, Permissiveness, PolicyComparison, PolicySet } from '../../src';
import { answersOf } from '../../src/analysis/answers';

const GET_API = from(['web'], { methods: ['GET'], paths: ['/api/*'] });
const api = (...rules: object[]) => [...CLOSED, policy('api', { rules })];
const tokens = (...issuers: object[]) => ({ apiVersion: 'security.istio.io/v1', kind: 'RequestAuthentication', metadata: { name: 'tokens', namespace: 'shop' }, spec: { selector: { matchLabels: { app: 'api' } }, jwtRules: issuers } });
const issuer = (name: string, more: object = {}) => ({ issuer: `https://${name}`, jwks: '{"keys":[]}', ...more });

/** Allows CORS preflights of pages of some origins. */
const preflight = (...origins: string[]) => ({ to: [{ operation: { methods: ['OPTIONS'] } }], when: [{ key: 'request.headers[origin]', values: origins }, { key: 'request.headers[access-control-request-method]', values: ['*'] }] });
const bearers = { from: [{ source: { requestPrincipals: ['https://a/*'] } }] };
const admin = (...roles: string[]) => from(['web'], undefined, [{ key: 'request.auth.claims[role]', values: roles }]);
const near = (...ipBlocks: string[]) => ({ from: [{ source: { principals: ['cluster.local/ns/shop/sa/web'], ipBlocks } }] });
const header = (...values: string[]) => from(['web'], undefined, [{ key: 'request.headers[x]', values }]);
const denied = (...rules: object[]) => policy('api', { action: 'DENY', rules }, 'deny');
/** Paths that end so, of those below `/a/`. */
const belowA = (operation: object) => ({ to: [{ operation }], when: [{ key: 'request.headers[:path]', values: ['/a/*'] }] });
const closedToS = denied({ from: [{ source: { namespaces: ['*s'] } }], to: [{ operation: { paths: ['/x'] } }] });

/** What is told of port 8080 of `api`, which the cases are about. */
function told(before: object[], after: object[], settings = {}): string[] {
  const comparison = PolicyComparison.of(shop(before, { settings }), shop(after, { settings }));
  expect(comparison.undecided).toEqual([]);
  return comparison.changes.filter(({ destination }) => destination === 'shop/api:8080').map(change => change.toString().replace(' shop/api:8080', ''));
}

describe('a comparison tells', () => {
  test.each<[string, object[], object[], string[]]>([
    ['nothing of the same', api(GET_API), api(GET_API), []],
    ['nothing of rules that are split', api(from(['web'], { methods: ['GET', 'POST'] })), api(from(['web'], { methods: ['GET'] }), from(['web'], { methods: ['POST'] })), []],
    ['nothing of a path that another holds', api(GET_API), api(from(['web'], { methods: ['GET'], paths: ['/api/*', '/api/orders'] })), []],
    ['nothing of a rule that can never match', api(GET_API), api(GET_API, from(['web'], { methods: ['GET'], paths: ['/api/*'], notPaths: ['*'] })), []],
    ['nothing of a policy that is renamed', [...CLOSED, policy('api', { rules: [GET_API] })], [...CLOSED, policy('api', { rules: [GET_API] }, 'other')], []],
    ['a method more', api(GET_API), api(from(['web'], { methods: ['GET', 'POST'], paths: ['/api/*'] })), ['GRANTED to shop/web: POST /api/*']],
    ['a wider path', api(GET_API), api(from(['web'], { methods: ['GET'], paths: ['*'] })), ['GRANTED to shop/web: GET any but /api/*']],
    ['a caller more', api(GET_API), api(from(['web', 'db'], { methods: ['GET'], paths: ['/api/*'] })), ['GRANTED to shop/db: GET /api/*']],
    ['callers who may do one thing alike, and another not', api(), api(from(['web', 'db'], { methods: ['GET'], paths: ['/a'] }), from(['web'], { methods: ['POST'], paths: ['/b'] })),
      ['GRANTED to shop/web: POST /b', 'GRANTED to shop/db, shop/web: GET /a']],
    ['what a caller may do beside what all may', api(), api(from(['web']), { to: [{ operation: { paths: ['/healthz'] } }] }), ['GRANTED to shop/web', 'GRANTED to any other identity: /healthz']],
    ['rules as they are written, where each has something of its own', api(), api(from(['web'], { methods: ['GET'], paths: ['/a'] }), from(['web'], { methods: ['GET', 'POST'], paths: ['/b'] })),
      ['GRANTED to shop/web: GET /a', 'GRANTED to shop/web: GET, POST /b']],
    ['HTTP, where it is not for bytes', api(), api(from(['web'], { methods: ['*'] })), ['GRANTED to shop/web: HTTP']],
    ['a network for HTTP only', api(), api({ from: [{ source: { principals: ['cluster.local/ns/shop/sa/web'], ipBlocks: ['10.0.0.0/8'] } }], to: [{ operation: { methods: ['*'] } }] }), ['GRANTED to shop/web: HTTP, address 10.0.0.0/8']],
    ['whoever shows an identity', api(), api({ from: [{ source: { principals: ['*'] } }] }), ['GRANTED to anyone with an identity']],
    ['a namespace with accounts, and others that it may have', api(), api({ from: [{ source: { namespaces: ['shop'] } }] }), ['GRANTED to any other of namespaces shop, shop/api, shop/db, shop/web']],
    ['a namespace without one of its accounts', api(GET_API), api(GET_API, { from: [{ source: { namespaces: ['ops'], notPrincipals: ['cluster.local/ns/ops/sa/x'] } }] }), ['GRANTED to namespaces ops but not ops/x']],
    ['a rule that has lost its callers', api(GET_API), api({ to: [{ operation: { methods: ['GET'], paths: ['/api/*'] } }] }), ['GRANTED to any other identity: GET /api/*']],
    ['a namespace by pattern', api(GET_API), api(GET_API, { from: [{ source: { namespaces: ['ops*'] } }] }), ['GRANTED to namespaces ops*']],
    ['a path taken out of a prefix', api(GET_API), api(from(['web'], { methods: ['GET'], paths: ['/api/*'], notPaths: ['/api/admin'] })), ['REVOKED to shop/web: GET /api/admin']],
    ['a DENY', api(GET_API), [...api(GET_API), policy('api', { action: 'DENY', rules: [{ to: [{ operation: { paths: ['*/admin'] } }] }] }, 'deny')], ['REVOKED to shop/web: GET */admin and /api/*']],
    ['a header that is asked for no longer', api(from(['web'], { methods: ['GET'] }, [{ key: 'request.headers[x-tenant]', values: ['a', 'b'] }])), api(from(['web'], { methods: ['GET'] })), ['GRANTED to shop/web: GET, header x-tenant any but a, b']],
    ['the host, by whatever name a rule has for it', api(from(['web'])), api(from(['web'], undefined, [{ key: 'request.headers[Host]', values: ['a.example'] }])), ['REVOKED to shop/web: bytes that are not HTTP', 'REVOKED to shop/web: host any but a.example']],
    ['a network', api(from(['web'])), api({ from: [{ source: { principals: ['cluster.local/ns/shop/sa/web'], ipBlocks: ['10.0.0.0/8'] } }] }), ['REVOKED to shop/web: address any but 10.0.0.0/8']],
    ['all addresses, where a network and all of IPv6 were', api(near('10.0.0.0/8', '::/0')), api(from(['web'])), ['GRANTED to shop/web: address any but 10.0.0.0/8, ::/0']],
    ['IPv6, where all other addresses were', api(near('0.0.0.0/0')), api(from(['web'])), ['GRANTED to shop/web: address any but 0.0.0.0/0']],
    ['one half of a network', api(near('10.0.0.0/8')), [...api(near('10.0.0.0/8')), denied({ from: [{ source: { ipBlocks: ['10.0.0.0/9'], notIpBlocks: ['10.128.0.0/9'] } }] })],
      ['REVOKED to shop/web: address 10.0.0.0/9']],
    ['no policy any longer', api(GET_API), CLOSED, ['GRANTED to shop/web: bytes that are not HTTP', 'GRANTED to shop/web: any but /api/*', 'GRANTED to shop/web: any but GET', 'GRANTED to any other identity']],
    ['one issuer more', [...api(from(['web'])), tokens(issuer('a'))], [...api(from(['web'])), tokens(issuer('a'), issuer('b'))], ['GRANTED to shop/web: HTTP with a token of https://b']],
    ['an issuer of a rule that names none', [...api({ from: [{ source: { requestPrincipals: ['https://a/*'] } }] }), tokens({ jwks: '{"keys":[]}' })],
      [...api({ from: [{ source: { requestPrincipals: ['https://a/*', 'https://b/x'] } }] }, { when: [{ key: 'request.auth.claims[iss]', values: ['*.c'] }] }), tokens({ jwks: '{"keys":[]}' })],
      ['GRANTED to anyone with an identity: HTTP with a token of x.c', 'GRANTED to anyone with an identity: HTTP with a token of https://b, claim [sub] *, x']],
    ['preflights of one origin more', [...api(bearers, preflight('https://shop')), tokens(issuer('a'))], [...api(bearers, preflight('https://shop', 'https://blog')), tokens(issuer('a'))],
      ['GRANTED to anyone with an identity: OPTIONS, header access-control-request-method *, header origin https://blog but not https://shop']],
    ['tokens, but of preflights, of which they are not asked for', [...api(bearers, preflight('https://shop')), tokens(issuer('a'))], [...api(preflight('https://shop')), tokens(issuer('a'))],
      ['any but OPTIONS', 'header access-control-request-method none', 'header origin none'].map(what => `REVOKED to anyone with an identity: HTTP with a token of https://a, ${what}, claim [sub] *`)],
    ['a claim', [...api(admin('admin')), tokens(issuer('a'))], [...api(admin('admin', 'editor')), tokens(issuer('a'))],
      ['GRANTED to shop/web: HTTP with a token of https://a, claim [role] editor but not admin']],
    ['a claim with spaces, and one of other letters', [...api(admin('admin')), tokens(issuer('a'))], [...api(admin('admin', 'site admin', 'Zoë')), tokens(issuer('a'))],
      ['GRANTED to shop/web: HTTP with a token of https://a, claim [role] admin, site admin, Zoë but not admin']],
    ['an identity that is no service account', api(GET_API), api(GET_API, { from: [{ source: { principals: ['cluster.local/spire/old', 'cluster.local/ns/ops/*'] } }] }),
      ['GRANTED to principals cluster.local/ns/ops/*, spiffe://cluster.local/spire/old']],
    ['a claim of several values, one of which is denied', [...api(admin('admin')), tokens(issuer('a'))],
      [...api(admin('admin')), policy('api', { action: 'DENY', rules: [{ when: [{ key: 'request.auth.claims[role]', values: ['banned'] }] }] }, 'deny'), tokens(issuer('a'))],
      ['REVOKED to shop/web: HTTP with a token of https://a, claim [role] admin and banned']],
    ['a header of several values, one of which is denied', api(from(['web'], undefined, [{ key: 'request.headers[x]', values: ['a'] }])),
      [...api(from(['web'], undefined, [{ key: 'request.headers[x]', values: ['a'] }])), policy('api', { action: 'DENY', rules: [{ when: [{ key: 'request.headers[x]', values: ['b'] }] }] }, 'deny')],
      ['REVOKED to shop/web: header x a and b']],
    ['another place of a token', [...api({ from: [{ source: { requestPrincipals: ['*'] } }] }), tokens(issuer('a', { fromHeaders: [{ name: 'x-a' }] }))],
      [...api({ from: [{ source: { requestPrincipals: ['*'] } }] }), tokens(issuer('a', { fromHeaders: [{ name: 'x-a' }, { name: 'x-b' }] }))],
      ['GRANTED to anyone with an identity: HTTP with a token of https://a in x-b, claim [sub] *']],
    ['a subject of one of two issuers', [tokens(issuer('a'), issuer('b'))], [...api({ from: [{ source: { requestPrincipals: ['https://a/*', 'https://b/ann'] } }] }), tokens(issuer('a'), issuer('b'))],
      ['REVOKED to anyone with an identity: with no token, or not HTTP', 'REVOKED to anyone with an identity: HTTP with a token of https://a, claim [sub] none',
        'REVOKED to anyone with an identity: HTTP with a token of https://b, claim [sub] any but ann']],
    ['a place of a token that is a query', [...api({ from: [{ source: { requestPrincipals: ['*'] } }] }), tokens(issuer('a', { fromHeaders: [{ name: 'x-a' }] }))],
      [...api({ from: [{ source: { requestPrincipals: ['*'] } }] }), tokens(issuer('a', { fromHeaders: [{ name: 'x-a' }], fromParams: ['q'] }))],
      ['GRANTED to anyone with an identity: HTTP with a token of https://a in query q, claim [sub] *']],
    ['an issuer that a rule names from all others, where another takes any', [...api(), tokens({ jwks: '{"keys":[]}' }, issuer('b'))], [...api(admin('admin')), tokens({ jwks: '{"keys":[]}' }, issuer('b'))],
      ['GRANTED to shop/web: HTTP with a token of https://b or a token of another issuer or a token of no issuer, claim [role] admin']],
    ['nothing of texts that a claim which is a number cannot be', [...api(), tokens(issuer('a'))],
      [...api(from(['web']), ...['exp', 'nbf', 'iat'].map(key => from(['db'], undefined, [{ key: `request.auth.claims[${key}]`, values: ['5'] }]))), tokens(issuer('a'))],
      ['GRANTED to shop/web: with no token or a token of https://a, or not HTTP']],
    ['a claim that tokens must have, and who has none', [...api(), tokens(issuer('a'))],
      [...api(from(['web'])), tokens(issuer('a')), denied({ from: [{ source: { requestPrincipals: ['*'] } }], when: [{ key: 'request.auth.claims[role]', notValues: ['admin'] }] })],
      ['HTTP with no token', 'HTTP with a token of https://a, claim [sub] none', 'HTTP with a token of https://a, claim [role] admin'].map(what => `GRANTED to shop/web: ${what}`)],
    ['preflights where no rule asks for a method', [...api(), tokens(issuer('a'))], [...api(bearers, { ...from(['web'], { paths: ['/p'] }), when: preflight('https://shop').when }), tokens(issuer('a'))],
      ['HTTP with no token or a token of https://a, /p, header access-control-request-method *, header origin https://shop', 'OPTIONS /p, header access-control-request-method *, header origin https://shop'].map(what => `GRANTED to shop/web: ${what}`)
        .concat(['any but OPTIONS, claim [sub] *', 'claim [sub] *, header access-control-request-method none', 'claim [sub] *, header origin none']
          .map(what => `GRANTED to anyone with an identity: HTTP with a token of https://a, ${what}`))],
    ['a method that begins and ends as two rules ask', api(from(['web'], { methods: ['MK*'] })), [...api(from(['web'], { methods: ['MK*'] })), denied({ to: [{ operation: { methods: ['*COL'] } }] })], ['REVOKED to shop/web: *COL and MK*']],
    ['nothing of a header that begins with a space, which is trimmed', api(header('a')), api(header('a', ' a')), []],
    ['a header with spaces within', api(header('a')), api(header('a', 'b  c')), ['GRANTED to shop/web: header x b  c but not a']],
    ['what goes on otherwise than two that are named', api(from(['web'], { paths: ['/a', '/ax*'] })), api(from(['web'], { paths: ['/a', '/ax*', '/a*'] })), ['GRANTED to shop/web: /a* but not /a, /ax*']],
    ['paths of which two fields ask, but for some', api(), api(belowA({ paths: ['*/b'], notPaths: ['/a/x/*'] })), ['GRANTED to anyone with an identity: such as /a/b']],
    ['paths but for those of which two fields ask', api(), [...api(from(['web'])), denied(belowA({ paths: ['*/b'] }))], ['GRANTED to shop/web: any but */b, /a/*, such as /b, such as /a/x']],
    ['callers of whom two fields ask, and some of them apart', [...api(), closedToS], [...api({ from: [{ source: { namespaces: ['o*'], principals: ['*/sa/web'] } }] }), closedToS],
      ['GRANTED to namespaces o* and principals */sa/web but not namespaces *s', 'GRANTED to namespaces o* and principals */sa/web: any but /x']],
    ['callers in the order of their names', api(), api(from(['api', 'db'], { methods: ['GET'] }), from(['api', 'web'])), ['GRANTED to shop/api, shop/web', 'GRANTED to shop/db: GET']],
    ['an audience', [...api(from(['web'])), tokens(issuer('a', { audiences: ['x'] }))], [...api(from(['web'])), tokens(issuer('a', { audiences: ['x', 'y'] }))], ['GRANTED to shop/web: HTTP with a token of https://a, claim [aud] y but not x']],
  ])('%s', (_, before, after, expected) => {
    expect(told(before, after)).toEqual(expected);
  });

  test('that an authorizer is asked, and another one', () => {
    const settings = { authorizerProviders: ['opa', 'other'].map(name => ({ name, protocol: AuthorizerProtocol.GRPC })) };
    const asking = (name: string) => [...api(GET_API), policy('api', { action: 'CUSTOM', provider: { name }, rules: [{}] }, 'ask')];

    expect(told(api(GET_API), asking('opa'), settings)).toEqual(['REVOKED to shop/web: GET /api/*']);
    expect(told(asking('opa'), asking('other'), settings)).toEqual(['UNCERTAIN to shop/web: GET /api/*']);
  });

  test('of what an authorizer is asked', () => {
    const settings = { authorizerProviders: [{ name: 'opa', protocol: AuthorizerProtocol.GRPC }] };
    const asking = policy('api', { action: 'CUSTOM', provider: { name: 'opa' }, rules: [{ to: [{ operation: { paths: ['/admin/*'] } }] }] }, 'ask');

    expect(told(api(from(['web'])), [...api(from(['web'])), asking], settings)).toEqual(['REVOKED to shop/web: bytes that are not HTTP', 'REVOKED to shop/web: /admin/*']);
  });

  test('a claim that an authorizer might set, as most do not', () => {
    const settings = { authorizerProviders: ['opa', 'other'].map(name => ({ name, protocol: AuthorizerProtocol.GRPC })) };
    const behind = (provider: string, ...roles: string[]) => [...api(admin(...roles)), tokens(issuer('a')), policy('api', { action: 'CUSTOM', provider: { name: provider }, rules: [{}] }, 'ask')];
    const editors = 'to shop/web: HTTP with a token of https://a, claim [role] editor but not admin';

    expect(told(behind('opa', 'admin'), behind('opa', 'admin', 'editor'), settings)).toEqual([`GRANTED ${editors}`]);
    expect(told(behind('opa', 'admin', 'editor'), behind('opa', 'admin'), settings)).toEqual([`REVOKED ${editors}`]);
    expect(told(behind('opa', 'admin'), behind('other', 'admin', 'editor'), settings)).toEqual(['UNCERTAIN to shop/web: HTTP']);
  });

  test('paths apart, of which each rule asks for an issuer that an authorizer might have changed', () => {
    const settings = { authorizerProviders: [{ name: 'opa', protocol: AuthorizerProtocol.GRPC }] };
    const iss = (values: object) => [{ key: 'request.auth.claims[iss]', ...values }];
    const notAnn = { when: [{ key: 'request.auth.claims[sub]', notValues: ['ann'] }] };
    const asking = policy('api', { action: 'CUSTOM', provider: { name: 'opa' } }, 'ask');
    const lines = told(
      [...api({ to: [{ operation: { paths: ['/a'] } }] }, notAnn), tokens({ jwks: '{"keys":[]}' })],
      [...api({ to: [{ operation: { paths: ['/a'] } }], when: iss({ notValues: ['https://a'] }) }, { when: iss({ values: ['https://b*'] }) }), asking],
      settings,
    );

    expect(lines.filter(line => line.startsWith('GRANTED'))).toEqual(['GRANTED to anyone with an identity: HTTP with a token that is no good, /a']);
    expect(lines.filter(line => line.includes('with no token'))).toEqual(['REVOKED to anyone with an identity: HTTP with no token, any but /a']);
  });

  test('a change of transport', () => {
    const open = policy('api', { rules: [{}] });
    const comparison = PolicyComparison.of(shop([open]), shop([open], { mode: 'PERMISSIVE' }));

    expect(comparison.granted.map(change => change.toString())).toContain('GRANTED shop/api:8080 to plaintext');
    expect(comparison.permissiveness).toBe(Permissiveness.MORE_PERMISSIVE);
  });

  test('a workload that is new, with all that may reach it, and one that is gone', () => {
    const [before, after] = [[], [deployment('cache'), policy('cache', { rules: [from(['api'])] })]].map(more => shop([...CLOSED, policy('api', {}), ...more]));

    expect(PolicyComparison.of(before, after).toString()).toBe('MORE_PERMISSIVE\nGRANTED shop/cache:8080, any other port to shop/api');
    expect(PolicyComparison.of(after, before).permissiveness).toBe(Permissiveness.LESS_PERMISSIVE);
  });
});

test('each destination of a comparison is compared by itself', () => {
  const comparison = PolicyComparison.of(shop([...api(GET_API), policy('db', { rules: [from(['api'])] }, 'open')]), shop([...api(GET_API, from(['db'])), CLOSED[1]]));

  expect(comparison.permissiveness).toBe(Permissiveness.INCOMPARABLE);
  expect(['shop/api:8080', 'shop/db:8080', 'shop/web:8080'].map(name => comparison.permissivenessOf(name))).toEqual(['MORE_PERMISSIVE', 'LESS_PERMISSIVE', 'EQUIVALENT']);
  // what is not decided elsewhere is nothing to it
  const strange = policy('nobody', {});
  expect(PolicyComparison.of(shop(api(GET_API)), shop([...api(GET_API), strange])).permissivenessOf('shop/api:8080')).toBe('EQUIVALENT');
  expect(() => comparison.permissivenessOf('shop/apo:8080')).toThrow("destination must be one that is compared, got 'shop/apo:8080'; did you mean 'shop/api:8080'?");
});

describe('ports', () => {
  const deny9000 = policy('api', { action: 'DENY', rules: [{ to: [{ operation: { ports: ['9000'] } }] }] }, 'deny');
  const open = [...CLOSED, policy('api', { rules: [from(['web'])] })];

  test('that one side names are any other port of the other', () => {
    expect(PolicyComparison.of(shop([...open, deny9000]), shop(open)).toString()).toBe('MORE_PERMISSIVE\nGRANTED shop/api:9000 to shop/web');
    expect(PolicyComparison.of(shop(open), shop([...open, deny9000])).toString()).toBe('LESS_PERMISSIVE\nREVOKED shop/api:9000 to shop/web');
  });

  test('that a policy without selector names, here or in the root namespace', () => {
    const everywhere = (namespace: string) => ({ apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata: { name: 'deny', namespace }, spec: { action: 'DENY', rules: [{ to: [{ operation: { ports: ['9000', '0'] } }] }] } });

    for (const namespace of ['shop', 'istio-system']) {
      expect(PolicyComparison.of(shop(open), shop([...open, everywhere(namespace)])).toString()).toBe('LESS_PERMISSIVE\nREVOKED shop/api:9000 to shop/web');
    }
  });

  test('that policies name are none that stand for any other', () => {
    const [row, ...others] = AccessMap.of(shop([...CLOSED, policy('api', { rules: [from(['web'], { ports: ['49152'] })] })])).into('shop/api');

    expect([row.toString(), others]).toEqual(['shop/api:49152 from shop/web', []]);
  });

  test('that stand for any other are the same on both sides', () => {
    const named = policy('db', { action: 'DENY', rules: [{ to: [{ operation: { ports: ['49152'] } }] }] }, 'deny-db');

    expect(PolicyComparison.of(shop([...open, named]), shop([...open, named, deny9000])).changes.map(({ destination }) => destination)).toEqual(['shop/api:9000']);
  });
});

describe('in ambient', () => {
  const labels = { 'istio.io/dataplane-mode': 'ambient' };
  const modes = (name: string, namespace: string, spec: object) => ({ apiVersion: 'security.istio.io/v1', kind: 'PeerAuthentication', metadata: { name, namespace }, spec });

  test('modes of ports count', () => {
    const own = modes('api', 'shop', { selector: { matchLabels: { app: 'api' } }, mtls: { mode: 'DISABLE' }, portLevelMtls: { 8080: { mode: 'STRICT' } } });
    const [before, after] = [{ mtls: { mode: 'STRICT' } }, {}].map(spec => shop([own, modes('default', 'istio-system', spec)], { labels, mode: 'UNSET' }));

    expect(PolicyComparison.of(before, after).permissiveness).not.toBe(Permissiveness.EQUIVALENT);
  });

  test('identities of other trust domains are told', () => {
    const foreign = { from: [{ source: { principals: ['*/ns/x/sa/y'], notPrincipals: ['cluster.local/*'] } }] };

    expect(PolicyComparison.of(shop(api(), { labels }), shop(api(foreign), { labels })).granted.map(change => change.toString()))
      .toContain('GRANTED shop/api:8080 to principals */ns/x/sa/y of another trust domain');
    const own = { from: [{ source: { principals: ['cluster.local/*'] } }] };
    expect(PolicyComparison.of(shop(api(), { labels }), shop(api(own), { labels })).granted.map(change => change.toString()))
      .toContain('GRANTED shop/api:8080 to any identity of the mesh');
  });
});

describe('what is not looked into', () => {
  const open = [...CLOSED, policy('api', { rules: [{ from: [{ source: { serviceAccounts: ['web'] } }] }] })];

  test('is nothing that a setting of the mesh changes', () => {
    const [before, after] = ['1.24', '1.32'].map(istioVersion => shop(open, { settings: { istioVersion } }));

    // the field came later: before, it is not there, and the rule is for anyone
    expect(PolicyComparison.of(before, after).permissiveness).toBe(Permissiveness.LESS_PERMISSIVE);
  });

  test('is nothing that a policy changes which is for a waypoint elsewhere, beside others', () => {
    const waypoint = (name: string, namespace: string) => ({
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'Gateway',
      metadata: { name, namespace },
      spec: { gatewayClassName: 'istio-waypoint', listeners: [{ name: 'mesh', port: 15008, protocol: 'HBONE', allowedRoutes: { namespaces: { from: 'All' } } }] },
      status: { addresses: [{ type: 'Hostname', value: `${name}.${namespace}.svc.cluster.local` }] },
    });
    const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'orders', namespace: 'shop' }, spec: { selector: { app: 'api' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] } };
    const atWaypoint = (rules: object[]) => ({
      apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata: { name: 'shared', namespace: 'gates' }, spec: { targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'wp' }], rules },
    });
    const labels = { 'istio.io/dataplane-mode': 'ambient', 'istio.io/use-waypoint': 'wp', 'istio.io/use-waypoint-namespace': 'gates' };
    const behind = policy('api', { rules: [{ from: [{ source: { principals: ['cluster.local/ns/gates/sa/wp'] } }] }] });
    const [before, after] = [['db'], ['db', 'web']].map(accounts => shop([...CLOSED, behind, service, waypoint('wp', 'gates'), waypoint('other', 'edge'), atWaypoint([from(accounts)])], { labels }));

    expect(PolicyComparison.of(before, after).granted.map(change => change.toString())).toContain('GRANTED Service shop/orders:80 to shop/web: HTTP');

    const moved = { ...service, spec: { ...service.spec, ports: [{ name: 'http', port: 81, targetPort: 8080 }] } };
    const without = shop([...CLOSED, behind, moved, waypoint('wp', 'gates'), waypoint('other', 'edge'), atWaypoint([from(['db', 'web'])])], { labels });
    expect(PolicyComparison.of(without, after).granted.map(change => change.toString())).toContain('GRANTED Service shop/orders:80 to shop/db, shop/web: HTTP');
  });

  test('is nothing that a label of a namespace changes', () => {
    expect(PolicyComparison.of(shop(open), shop(open, { labels: {} })).permissiveness).toBe(Permissiveness.MORE_PERMISSIVE);
  });
});

describe('each change', () => {
  const [change] = PolicyComparison.of(shop(api(GET_API)), shop(api(from(['web'], { methods: ['GET', 'POST'], paths: ['/api/*'] })))).changes;

  test('is shown by a request as clients send it', () => {
    expect(change.witness).toEqual({
      destination: { namespace: 'shop', workload: 'api', port: 8080 },
      source: { ip: '10.1.2.3', principal: 'spiffe://cluster.local/ns/shop/sa/web' },
      http: { method: 'POST', path: '/api/x' },
    });
  });

  test('is shown by what comes first of all that is alike, and without a token where none is asked for', () => {
    const witnessOf = (before: object, after: object, more: object[] = []) => PolicyComparison.of(shop([...api(before), ...more]), shop([...api(before, after), ...more])).changes[0].witness;
    const put = from(['web'], { methods: ['PUT'], paths: ['/a', '/ax*'] });

    expect(witnessOf(put, from(['web'], { paths: ['/b'] }), [tokens(issuer('a'))])).toEqual({ ...change.witness, http: { method: 'GET', path: '/b' } });
    expect(witnessOf(put, from(['web'], { methods: ['PUT'], paths: ['/a*'] })).http).toEqual({ method: 'PUT', path: '/aa' });
  });

  test('has both answers, with what decided', () => {
    expect([change.before?.isAllowed, change.after?.isAllowed]).toEqual([false, true]);
    expect(change.after?.determiningPolicies.map(({ name }) => name)).toEqual(['to-api']);
    expect(change.explain()).toContain('nearest   ALLOW shop/to-api rule 0, but for to[0].operation.methods [GET]');
  });
});

describe('what cannot be told', () => {
  test('is said, and is INCOMPARABLE', () => {
    const doubtful = policy('api', { rules: [{ form: [] }] });
    const comparison = PolicyComparison.of(shop([doubtful]), shop([policy('api', {})]));

    expect(comparison.permissiveness).toBe(Permissiveness.INCOMPARABLE);
    expect(comparison.undecided[0].destination).toBe('shop/api:8080');
    expect(comparison.undecided[0].reason).toContain('a manifest is in doubt');
  });

  test('is told apart by the reason', () => {
    const modes = ['STRICT', 'PERMISSIVE'].map(mode => ({ apiVersion: 'security.istio.io/v1', kind: 'PeerAuthentication', metadata: { name: mode.toLowerCase(), namespace: 'shop' }, spec: { selector: { matchLabels: { app: 'api' } }, mtls: { mode } } }));
    const open = [...CLOSED, policy('api', { rules: [{}] })];

    expect(answersOf([shop([...open, ...modes]), shop(open), undefined], { destination: { namespace: 'shop', workload: 'api', port: 8080 }, http: {} })).toBe('UNDECIDED UNKNOWN_AGE|DENY|-');
    expect(told([...open, ...modes], open)).toEqual(['UNCERTAIN to plaintext']);
  });

  test('what a policy is for that is for nothing in the manifests', () => {
    const [closed, open] = [{}, { rules: [{}] }].map(spec => PolicySet.fromManifests([policy('api', spec)]));
    const comparison = PolicyComparison.of(closed, open);

    expect(comparison.permissiveness).toBe(Permissiveness.INCOMPARABLE);
    expect(comparison.undecided).toEqual([{ destination: 'AuthorizationPolicy shop/to-api', reason: 'it differs, and is for nothing in the manifests; add the workloads that it is for' }]);
    expect(PolicyComparison.of(closed, closed).permissiveness).toBe(Permissiveness.EQUIVALENT);
  });

  test('preflights where an authorizer may make them, or what they are without where tokens stand', () => {
    const asked = (...more: object[]) => shop([...api(preflight('https://shop')), tokens(issuer('a')), ...more], { settings: { authorizerProviders: [{ name: 'opa', protocol: AuthorizerProtocol.GRPC }] } });
    const reasons = (...more: object[]) => PolicyComparison.of(asked(), asked(...more)).undecided.map(({ destination, reason }) => `${destination} ${reason}`);

    expect(reasons(policy('api', { action: 'CUSTOM', provider: { name: 'opa' }, rules: [{}] }, 'custom'))).toContain(
      'shop/api:8080 rules ask for what makes a CORS preflight, which is not asked for tokens, and which an authorizer may change');
    expect(reasons(policy('api', { rules: [from(['web'], undefined, [{ key: 'request.headers[authorization]', values: ['x*'] }])] }, 'more'))).toContain(
      'shop/api:8080 rules ask for what makes a CORS preflight, which is not asked for tokens, and for header authorization, where tokens stand');
  });
});

describe('the causes of a change', () => {
  const named = (objects: readonly { kind: string; name: string }[]) => objects.map(({ kind, name }) => `${kind} ${name}`);
  const deny = (name: string, path: string) => policy('api', { action: 'DENY', rules: [{ to: [{ operation: { paths: [path] } }] }] }, name);
  const reader = policy('api', { rules: [from(['db'], { methods: ['GET'] })] }, 'reader');
  const noise = policy('web', { rules: [from(['db'])] }, 'closed-web');
  const strict = (mode: string) => ({ apiVersion: 'security.istio.io/v1', kind: 'PeerAuthentication', metadata: { name: 'api', namespace: 'shop' }, spec: { selector: { matchLabels: { app: 'api' } }, mtls: { mode } } });

  test.each<[string, object[], object[], string, string[]]>([
    ['a policy that is added, among others', api(GET_API), [...CLOSED.slice(1), noise, policy('api', { rules: [GET_API] }), reader], 'GRANTED shop/api:8080 to shop/db: GET', ['AuthorizationPolicy reader']],
    ['a policy that is changed', [...api(GET_API), reader], [...api(from(['web'], { methods: ['GET', 'PUT'], paths: ['/api/*'] })), reader], 'GRANTED shop/api:8080 to shop/web: PUT /api/*', ['AuthorizationPolicy to-api']],
    ['a policy that is gone', [...api(GET_API), deny('deny', '/api/a')], api(GET_API), 'GRANTED shop/api:8080 to shop/web: GET /api/a', ['AuthorizationPolicy deny']],
    ['two that it takes both', [...api(GET_API), deny('deny', '*')], [...api(GET_API), reader], 'GRANTED shop/api:8080 to shop/db: GET', ['AuthorizationPolicy deny', 'AuthorizationPolicy reader']],
    ['one of two that would each do', api(GET_API), [...api(GET_API), deny('d1', '/api/a'), deny('d2', '/api/*')], 'REVOKED shop/api:8080 to shop/web: GET /api/*', ['AuthorizationPolicy d2']],
    ['tokens that are accepted, where rules stay as they are', [...api(admin('admin')), tokens(issuer('a'))], [...api(admin('admin')), tokens(issuer('a'), issuer('b'))],
      'GRANTED shop/api:8080 to shop/web: HTTP with a token of https://b, claim [role] admin', ['RequestAuthentication tokens']],
    ['mutual TLS', [...CLOSED, strict('STRICT')], [...CLOSED, strict('PERMISSIVE')], 'GRANTED shop/api:8080 to plaintext', ['PeerAuthentication api']],
  ])('are %s', (_, before, after, line, expected) => {
    const change = PolicyComparison.of(shop(before), shop(after)).changes.find(one => one.toString() === line);

    expect(change && named(change.causes)).toEqual(expected);
  });

  test('are other objects, too', () => {
    const { granted } = PolicyComparison.of(shop([...api(GET_API), reader]), shop([...api(GET_API)], { labels: {} }));

    expect(new Set(granted.flatMap(({ causes }) => named(causes)))).toEqual(new Set(['Namespace shop']));
  });

  test('are told with the change, and by the construct that made them', () => {
    const made = { ...reader, metadata: { name: 'reader', namespace: 'shop', annotations: { 'cdk8s-zero-trust/construct': 'shop/reader' } } };
    const [change] = PolicyComparison.of(shop(api(GET_API)), shop([...api(GET_API), made])).granted;

    expect(change.causes).toEqual([{ kind: 'AuthorizationPolicy', namespace: 'shop', name: 'reader', construct: 'shop/reader' }]);
    expect(change.explain().split('\n')[2]).toBe('by: AuthorizationPolicy shop/reader (shop/reader)');
  });

  test('are none where the destination is new, or the settings of the mesh are', () => {
    const [added] = PolicyComparison.of(shop(CLOSED), shop([...CLOSED, deployment('added')])).granted;
    const aliases = { trustDomainAliases: ['old.td'] };
    const [renamed] = PolicyComparison.of(shop(api(GET_API)), shop(api(GET_API), { settings: aliases })).granted;

    expect([added.causes, renamed.causes]).toEqual([[], []]);
    expect(added.explain()).not.toContain('by:');
  });
});
