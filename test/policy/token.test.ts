import { PathNormalization, RequestToken, TokenState } from 'cdk8s-zero-trust';
import { ask, authorization, Call, request, requestAuthentication, sidecars } from './support';

const A = { issuer: 'https://a', jwks: '{}' };
const B = { issuer: 'https://b', jwks: '{}' };
const tokenA: RequestToken = { claims: { iss: 'https://a', sub: 'alice' } };
const tokenB: RequestToken = { claims: { iss: 'https://b', sub: 'bob' } };
const inQuery = (token: RequestToken): RequestToken => ({ ...token, query: 'access_token' });
const forged = (token: RequestToken): RequestToken => ({ ...token, state: TokenState.BAD_SIGNATURE });

/** What becomes of tokens under rules, and whose identity they give: paths `/alice` and `/bob` are for them only. */
function answer(jwtRules: object[], tokens: RequestToken[], call: Call = {}): string {
  const policies = sidecars([requestAuthentication({ jwtRules })]);
  return ask(policies, { tokens, ...call });
}

function identityOf(jwtRules: object[], tokens: RequestToken[]): string[] {
  const values = { alice: 'https://a/alice', bob: 'https://b/bob' };
  return Object.entries(values).filter(([, requestPrincipal]) => {
    const policy = authorization({ rules: [{ from: [{ source: { requestPrincipals: [requestPrincipal] } }] }] });
    return ask(sidecars([requestAuthentication({ jwtRules }), policy]), { tokens }) === 'ALLOW 200';
  }).map(([name]) => name);
}

describe('tokens', () => {
  test.each<[string, object[], RequestToken[], string]>([
    ['7.2 no token', [A], [], 'ALLOW 200'],
    ['7.2 a good token', [A], [tokenA], 'ALLOW 200'],
    ['7.6 another issuer', [A], [tokenB], 'DENY TOKEN 401'],
    ['7.6 a forged token', [A], [forged(tokenA)], 'DENY TOKEN 401'],
    ['7.6 an expired token', [A], [{ ...tokenA, state: TokenState.EXPIRED }], 'DENY TOKEN 401'],
    ['7.6 not a token', [A], [{ text: 'xyz' }], 'DENY TOKEN 401'],
    ['7.6 not a token, whatever the issuer', [{ jwks: '{}' }], [{ text: 'xyz' }], 'DENY TOKEN 401'],
    ['7.6 a subject that is no text', [A], [{ claims: { iss: 'https://a', sub: ['alice'] } }], 'DENY TOKEN 401'],
    ['7.6 a wrong audience', [{ ...A, audiences: ['shop'] }], [{ claims: { iss: 'https://a', aud: 'x' } }], 'DENY TOKEN 403'],
    ['7.6 no audience', [{ ...A, audiences: ['undefined'] }], [tokenA], 'DENY TOKEN 403'],
    ['7.6 the audience comes before the key', [{ ...A, audiences: ['shop'] }], [forged(tokenA)], 'DENY TOKEN 403'],
    ['7.7 an audience with scheme and slash', [{ ...A, audiences: ['https://shop/'] }], [{ claims: { iss: 'https://a', aud: ['shop'] } }], 'ALLOW 200'],
    ['7.5 no prefix, no token', [A], [{ ...forged(tokenA), header: 'authorization', prefix: 'bearer ' }], 'ALLOW 200'],
    ['7.5 the prefix anywhere', [A], [{ ...forged(tokenA), header: 'authorization', prefix: 'X Bearer ' }], 'DENY TOKEN 401'],
    ['7.5 another location', [{ ...A, fromHeaders: [{ name: 'x-jwt' }] }], [forged(tokenA)], 'ALLOW 200'],
    ['7.5 a cookie', [{ ...A, fromCookies: ['session'] }], [{ ...forged(tokenA), cookie: 'session' }], 'DENY TOKEN 401'],
    ['7.3 two tokens for one rule, one of another issuer', [A], [tokenA, inQuery(tokenB)], 'DENY TOKEN 401'],
    ['7.4 two tokens for two rules', [A, B], [tokenA, inQuery(tokenB)], 'ALLOW 200'],
    ['7.3 two tokens for two rules, one forged', [A, B], [tokenA, inQuery(forged(tokenB))], 'DENY TOKEN 401'],
    ['7.2 one rule verifies at its own location', [{ ...A, fromHeaders: [{ name: 'x-a' }] }, { ...B, fromHeaders: [{ name: 'x-b' }] }],
      [{ ...tokenA, header: 'x-a' }, { ...forged(tokenB), header: 'x-b' }], 'ALLOW 200'],
  ])('%s', (_, rules, tokens, expected) => {
    expect(answer(rules, tokens)).toBe(expected);
  });

  test.each<[string, object[], string]>([
    ['a path', [{ ...A, fromParams: ['/x'] }], '/x=y'],
    ['a fragment', [A], '/#?access_token=y'],
  ])('7.5 no token is looked for in %s', (_, rules, path) => {
    expect(answer(rules, [], { http: { path } })).toBe('ALLOW 200');
    expect(answer(rules, [], { http: { path: path.replace('#', '') + '?/x=y' } })).toBe('DENY TOKEN 401');
  });

  test.each<[string, (RequestToken | undefined)[], number, string]>([
    ['none for any', [tokenB, undefined, undefined], 401, 'unknown issuer'],
    ['the last that is for a rule', [tokenB, { claims: { iss: 'https://b', aud: 'x' } }, undefined], 403, 'audience not allowed'],
    ['the last of several that are', [{ ...tokenA, state: TokenState.EXPIRED }, { claims: { iss: 'https://b', aud: 'x' } }, tokenB], 401, 'expired'],
    ['one that is for no other', [tokenB, undefined, { claims: { iss: 'https://c' }, state: TokenState.UNKNOWN_KEY }], 401, 'unknown key'],
    ['one of three that comes early', [undefined, { claims: { iss: 'https://b', aud: 1 } }, tokenA], 401, 'malformed'],
  ])('7.6 with several rules the status and the reason are those of %s', (_, tokens, httpStatus, reason) => {
    const rules = ['a', 'b', 'c'].map(name => ({ issuer: `https://${name}`, jwks: '{}', fromHeaders: [{ name: `x-${name}` }], audiences: name === 'b' ? ['shop'] : undefined }));
    const carried = tokens.flatMap((token, index) => token ? [{ ...token, header: `x-${'abc'[index]}` }] : []);
    const response = sidecars([requestAuthentication({ jwtRules: rules })]).isAuthorized(request({ tokens: carried }));

    expect(response).toMatchObject({ stage: 'TOKEN', httpStatus });
    expect(response.explain()).toContain(`TOKEN     token: ${reason}`);
  });

  test.each([['1.27', 'DENY ALLOW 403'], ['1.28', 'ALLOW 200']])('15.1 the claims that a rule lists are split in %s: %s', (istioVersion, expected) => {
    const words = (claim: string) => authorization({ rules: [{ when: [{ key: `request.auth.claims[${claim}]`, values: ['admin'] }] }] });
    const answerFor = (claim: string) => ask(sidecars([requestAuthentication({ jwtRules: [{ ...A, spaceDelimitedClaims: ['role'] }] }), words(claim)], { istioVersion }),
      { tokens: [{ claims: { ...tokenA.claims, role: 'x admin', scope: 'x admin', permission: 'admin x' } }] });

    expect(['role', 'scope', 'permission'].map(answerFor)).toEqual([expected, 'ALLOW 200', 'ALLOW 200']);
  });

  test('7.1 a CONNECT without a path is not checked', () => {
    const policies = sidecars([requestAuthentication({ jwtRules: [A] })], { pathNormalization: PathNormalization.NONE });
    const response = policies.isAuthorized(request({ http: { method: 'CONNECT', path: 'a.com:443' }, tokens: [forged(tokenA)] }));

    expect([response.decision, response.hops[0].steps[3].outcome]).toEqual(['ALLOW', 'a target without path is not checked']);
  });

  test('7.9 a CORS preflight is not checked', () => {
    const http = { method: 'OPTIONS', headers: { 'origin': ['https://x'], 'access-control-request-method': ['GET'] } };

    expect(answer([A], [forged(tokenA)], { http })).toBe('ALLOW 200');
    expect(sidecars([requestAuthentication({ jwtRules: [A] })]).isAuthorized(request({ http })).explain()).toContain('TOKEN     a CORS preflight is not checked');
    for (const name of ['origin', 'access-control-request-method']) {
      expect(answer([A], [forged(tokenA)], { http: { ...http, headers: { ...http.headers, [name]: [''] } } })).toBe('DENY TOKEN 401');
    }
    expect(answer([A], [forged(tokenA)], { http: { ...http, method: 'GET' } })).toBe('DENY TOKEN 401');
    expect(answer([A], [forged(tokenA)], { http: { method: 'OPTIONS' } })).toBe('DENY TOKEN 401');
  });

  test.each<[string, object[], RequestToken[], string[]]>([
    ['one token', [A, B], [tokenB], ['bob']],
    ['7.3 the header wins', [A, B], [tokenA, inQuery(tokenB)], ['alice']],
    ['7.3 the header wins, whichever issuer', [A, B], [tokenB, inQuery(tokenA)], ['bob']],
    ['7.3 of several headers the first by name wins', [{ ...A, fromHeaders: [{ name: 'X-B' }, { name: 'x-a' }] }],
      [{ ...tokenA, header: 'x-a' }, { claims: { iss: 'https://a', sub: 'eve' }, header: 'x-b' }], ['alice']],
    ['no token', [A], [], []],
  ])('the identity of %s', (_, rules, tokens, expected) => {
    expect(identityOf(rules, tokens)).toEqual(expected);
  });

  test.each<[string, string[], string[] | undefined, object, boolean]>([
    ['10.5 any', ['*'], undefined, { sub: 'x' }, true],
    ['10.5 any needs a subject', ['*'], undefined, {}, false],
    ['10.5 any subject', ['https://a/*'], undefined, { sub: 'x' }, true],
    ['10.5 any subject but the empty one', ['https://a/*'], undefined, { sub: '' }, false],
    ['10.5 another subject prefix', ['https://a/al*'], undefined, { sub: 'ax' }, false],
    ['10.5 a subject prefix', ['https://a/al*'], undefined, { sub: 'alice' }, true],
    ['10.5 any issuer', ['*/alice'], undefined, { sub: 'alice' }, true],
    ['10.5 two stars', ['*/*'], undefined, { sub: 'alice' }, false],
    ['10.5 an issuer without subject', ['https://a'], undefined, { sub: 'alice' }, false],
    ['10.6 text', [], ['admin'], { role: 'admin' }, true],
    ['10.6 an element', [], ['admin'], { role: ['x', 'admin'] }, true],
    ['10.6 no number', [], ['1'], { role: 1 }, false],
    ['7.10 listed words', [], ['admin'], { role: 'x admin' }, true],
    ['7.10 two spaces have no word between them', [], [''], { role: 'x  admin' }, false],
    ['10.1 a star is any text', [], ['*'], { role: 'x' }, true],
    ['10.1 a star is not the empty text', [], ['*'], { role: '' }, false],
  ])('%s', (_, requestPrincipals, values, claims, expected) => {
    const rule = values ? { when: [{ key: 'request.auth.claims[role]', values }] } : { from: [{ source: { requestPrincipals } }] };
    const policies = sidecars([requestAuthentication({ jwtRules: [{ ...A, spaceDelimitedClaims: ['role'] }] }), authorization({ rules: [rule] })]);

    expect(ask(policies, { tokens: [{ claims: { iss: 'https://a', ...claims } }] })).toBe(expected ? 'ALLOW 200' : 'DENY ALLOW 403');
  });

  test('refuses the text of a real token, which it could not verify', () => {
    const http = { headers: { authorization: ['Bearer eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJhIn0.c2ln'] } };

    expect(answer([A], [{ text: 'eyJhbGciOiJSUzI1NiJ9' }])).toBe('DENY TOKEN 401');
    expect(() => answer([{ ...A, fromCookies: ['c'] }], [], { http: { headers: { cookie: ['a=b; c="eyJhbGciOiJSUzI1NiJ9"'] } } })).toThrow('got its text in a cookie');
    expect(() => answer([A], [], { http: { path: '/?access_token=eyJhbGciOiJSUzI1NiJ9' } })).toThrow('got its text in access_token');
    const policies = sidecars([requestAuthentication({ jwtRules: [A] })]);
    for (const tokens of [undefined, [], [{ text: 'xyz', header: 'x-other' }], [tokenA]]) expect(() => ask(policies, { http, tokens })).toThrow("a token must be stated in 'tokens', by its claims and state, got its text in authorization; it cannot be verified here");
  });

  test.each<[string, RequestToken, boolean, string, string]>([
    ['the only parameter', inQuery(tokenA), false, '/a', '/a'],
    ['one parameter of several', inQuery(tokenA), false, '/a?x=1&y=2', '/a?x=1&y=2'],
    ['no other parameter', tokenA, false, '/a?x=%41', '/a?x=%41'],
    ['nothing where it is forwarded', inQuery(tokenA), true, '/a', '/a?access_token=token.number.0'],
  ])('7.4 a verified token is taken out of %s', (_, token, forwardOriginalToken, path, seen) => {
    const policies = sidecars([
      requestAuthentication({ jwtRules: [{ ...A, forwardOriginalToken }] }),
      authorization({ rules: [{ when: [{ key: 'request.headers[:path]', values: [seen] }] }] }),
    ]);

    expect(ask(policies, { tokens: [token], http: { path } })).toBe('ALLOW 200');
  });

  test('tells whether a token was there', () => {
    const outcome = (tokens: RequestToken[]) => sidecars([requestAuthentication({ jwtRules: [A] })]).isAuthorized(request({ tokens })).hops[0].steps[3];

    expect(outcome([tokenA])).toEqual({ stage: 'TOKEN', outcome: 'a token is verified' });
    expect(outcome([])).toEqual({ stage: 'TOKEN', outcome: 'no token' });
    expect(outcome([forged(tokenA)])).toEqual({ stage: 'TOKEN', outcome: 'token: bad signature' });
  });

  test.each<[object, string]>([
    [{}, 'ALLOW 200'],
    [{ iss: 'a', sub: 'b', jti: 'c', iat: 0, nbf: 1.5, exp: 2, aud: ['d'] }, 'ALLOW 200'],
    ...['iss', 'sub', 'jti'].flatMap(name => [1, true, ['a'], {}, null].map((value): [object, string] => [{ [name]: value }, 'DENY TOKEN 401'])),
    ...['iat', 'nbf', 'exp'].flatMap(name => ['1', -1, true, null].map((value): [object, string] => [{ [name]: value }, 'DENY TOKEN 401'])),
    ...[1, ['a', 1], {}, null].map((aud): [object, string] => [{ aud }, 'DENY TOKEN 401']),
  ])('7.6 registered claims have their types: %j, %s', (claims, expected) => {
    expect(answer([{ jwks: '{}' }], [{ claims: { ...claims } }])).toBe(expected);
  });

  test.each([[['a'], '', true], [['a'], 'a', false], [['a'], 'b', false], [['a*'], 'b', true], [['*a'], 'b', false], [['*a'], 'ba', true]])('10.5 without a slash %j is of the subject %j: %s', (requestPrincipals, sub, expected) => {
    const policies = sidecars([requestAuthentication({ jwtRules: [{ issuer: 'a', jwks: '{}' }] }), authorization({ rules: [{ from: [{ source: { requestPrincipals } }] }] })]);

    expect(ask(policies, { tokens: [{ claims: { iss: 'a', sub } }] })).toBe(expected ? 'ALLOW 200' : 'DENY ALLOW 403');
  });

  test.each([[0, 1], [1, 0]])('7.1 a rule without issuer comes before any other: %d, %d', (...order) => {
    const rules = [{ ...A, outputClaimToHeaders: [{ header: 'x-of-a', claim: 'sub' }] }, { jwks: '{}', outputClaimToHeaders: [{ header: 'x-of-any', claim: 'sub' }] }];
    const written = (name: string) => ask(sidecars([
      requestAuthentication({ jwtRules: order.map(index => rules[index]) }), authorization({ rules: [{ when: [{ key: `request.headers[${name}]`, values: ['alice'] }] }] }),
    ]), { tokens: [tokenA] });

    expect([written('x-of-any'), written('x-of-a')]).toEqual(['ALLOW 200', 'DENY ALLOW 403']);
  });

  test('7.6 a token without claims is one', () => {
    expect(answer([{ jwks: '{}' }], [{}])).toBe('ALLOW 200');
  });

  test('7.8 a client cannot send an output header', () => {
    const jwtRules = [{ ...A, outputClaimToHeaders: [{ header: 'X-sub', claim: 'sub' }] }];
    const rules = [{ when: [{ key: 'request.headers[x-sub]', values: ['alice'] }] }];
    const policies = sidecars([requestAuthentication({ jwtRules }), authorization({ rules })]);
    const http = { headers: { 'X-Sub': ['alice'] } };

    expect(ask(policies, { http })).toBe('DENY ALLOW 403');
    expect(ask(policies, { tokens: [tokenA] })).toBe('ALLOW 200');
  });

  describe('7.8 the client\'s own copy of an output header', () => {
    const rules = [
      { ...A, outputPayloadToHeader: 'X-Payload', outputClaimToHeaders: [{ header: 'x-role', claim: 'role' }] },
      { ...B, outputClaimToHeaders: [{ header: 'X-Tenant', claim: 'tenant' }] },
    ];
    const seen = (name: string, call: Call, istioVersion?: string) => ask(sidecars([
      requestAuthentication({ jwtRules: rules }), authorization({ action: 'DENY', rules: [{ when: [{ key: `request.headers[${name}]`, values: ['forged'] }] }] }),
    ], { istioVersion }), { ...call, http: { ...call.http, headers: { ...call.http?.headers, [name]: ['forged'] } } });
    const preflight = { method: 'OPTIONS', headers: { 'origin': ['https://x'], 'access-control-request-method': ['GET'] } };

    test.each<[string, Call]>([
      ['without a token', {}],
      ['with a token of one issuer', { tokens: [tokenA] }],
      ['with a token of the other', { tokens: [tokenB] }],
      ['with a token of each', { tokens: [tokenA, inQuery(tokenB)] }],
      ['in a preflight', { http: preflight }],
    ])('is gone, whichever rule writes it: %s', (_, call) => {
      for (const name of ['x-payload', 'x-role', 'x-tenant']) expect(seen(name, call)).toBe('ALLOW 200');
      expect(seen('x-other', call)).toBe('DENY DENY 403');
    });

    test('is gone where no path is asked for', () => {
      const policies = sidecars([
        requestAuthentication({ jwtRules: rules }), authorization({ action: 'DENY', rules: [{ when: [{ key: 'request.headers[x-role]', values: ['forged'] }] }] }),
      ], { pathNormalization: PathNormalization.NONE });

      expect(ask(policies, { http: { method: 'CONNECT', path: 'a.com:443', headers: { 'x-role': ['forged'] } } })).toBe('ALLOW 200');
    });

    test('is no token, also for a rule that would look there', () => {
      const carried = { ...tokenA, header: 'x-token', prefix: '' };
      const looking = { ...A, fromHeaders: [{ name: 'x-token' }] };

      expect(answer([looking, B], [forged(carried)])).toBe('DENY TOKEN 401');
      expect(answer([looking, { ...B, outputPayloadToHeader: 'x-token' }], [forged(carried)])).toBe('ALLOW 200');
    });

    test.each<[string, string, Call, string]>([
      ['of a rule that is not asked', 'x-tenant', { tokens: [tokenA] }, 'DENY DENY 403'],
      ['in a preflight', 'x-role', { http: preflight }, 'DENY DENY 403'],
      ['of a rule that is asked', 'x-role', { tokens: [tokenB] }, 'ALLOW 200'],
      ['of every rule, without a token', 'x-tenant', {}, 'ALLOW 200'],
    ])('15.4 stays before 1.32 unless its rule is asked: %s', (_, name, call, expected) => {
      expect(seen(name, call, '1.31')).toBe(expected);
    });
  });
});
