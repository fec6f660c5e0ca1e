import { TokenState } from 'cdk8s-zero-trust';
import { ask, authorization, request, requestAuthentication, sidecars, verdict, WEB } from './support';

describe('identities', () => {
  const asks = (principals: string[], principal: string) => ask(sidecars([authorization({ rules: [{ from: [{ source: { principals } }] }] })]), { source: { principal } });

  test('11.1 of a trust domain with a star are of every name of the mesh', () => {
    const policies = sidecars([authorization({ rules: [{ from: [{ source: { principals: ['td*/ns/shop/sa/web'] } }] }] })], { trustDomain: 'td1', trustDomainAliases: ['old'] });

    expect(ask(policies, { source: { principal: 'old/ns/shop/sa/web' } })).toBe('ALLOW 200');
  });

  test('10.1 end as a suffix says', () => {
    expect(asks(['*x'], WEB)).toBe('DENY ALLOW 403');
    expect(asks(['*b'], WEB)).toBe('ALLOW 200');
    expect(asks(['*/sa/web'], 'cluster.local/ns/shop/zsa/web')).toBe('DENY ALLOW 403');
  });
});

describe('tokens', () => {
  const rule = { issuer: 'https://a', jwks: '{}' };
  const allowed = (jwtRule: object, tokens: object[], spec: object) => ask(sidecars([
    requestAuthentication({ jwtRules: [{ ...rule, ...jwtRule }] }), authorization({ rules: [spec] }),
  ]), { tokens });
  const by = (principal: string) => ({ from: [{ source: { requestPrincipals: [principal] } }] });
  const alice = { claims: { iss: 'https://a', sub: 'alice' } };

  test('7.5 are found in headers of any case', () => {
    expect(allowed({ fromHeaders: [{ name: 'X-JWT' }] }, [{ ...alice, header: 'x-Jwt' }], by('https://a/alice'))).toBe('ALLOW 200');
  });

  test.each([['query', 'fromParams'], ['cookie', 'fromCookies']])('7.3 are taken in the order of the names in a %s', (place, field) => {
    const tokens = [{ ...alice, [place]: 'a' }, { claims: { iss: 'https://a', sub: 'carol' }, [place]: 'b' }];

    expect(allowed({ [field]: ['b', 'a'] }, tokens, by('https://a/alice'))).toBe('ALLOW 200');
    expect(allowed({ [field]: ['a', 'b'] }, tokens, by('https://a/alice'))).toBe('ALLOW 200');
  });

  test.each([['cookie', { fromCookies: ['c'] }], ['query', { fromParams: ['c'] }]])('7.5 are the first of a name in a %s', (place, from) => {
    const tokens = [{ ...alice, [place]: 'c' }, { claims: { iss: 'https://a', sub: 'carol' }, [place]: 'c' }];

    expect(allowed(from, tokens, by('https://a/alice'))).toBe('ALLOW 200');
  });

  test('are in a Cookie header only if they are cookies', () => {
    const policies = sidecars([authorization({ action: 'DENY', rules: [{ when: [{ key: 'request.headers[cookie]', values: ['*'] }] }] })]);

    expect([ask(policies, { tokens: [alice] }), ask(policies, { tokens: [{ ...alice, cookie: 'c' }] })]).toEqual(['ALLOW 200', 'DENY DENY 403']);
  });

  test('7.6 that are not good are refused, whatever other rules find', () => {
    const other = { issuer: 'https://b', jwks: '{}', fromHeaders: [{ name: 'x-b' }] };

    for (const jwtRules of [[rule, other], [other, rule]]) {
      expect(ask(sidecars([requestAuthentication({ jwtRules })]), { tokens: [{ ...alice, state: TokenState.BAD_SIGNATURE }] })).toBe('DENY TOKEN 401');
    }
  });

  test('7.8 give a header the values of several claims', () => {
    const outputClaimToHeaders = [{ header: 'x-c', claim: 'sub' }, { header: 'X-C', claim: 'iss' }];

    for (const value of ['alice', 'https://a']) {
      expect(allowed({ outputClaimToHeaders }, [alice], { when: [{ key: 'request.headers[x-c]', values: [value] }] })).toBe('ALLOW 200');
    }
  });

  test.each<[unknown, string]>([
    ['x', 'x'], [7, '7'], [true, 'true'], [['x', 1], Buffer.from('["x",1]').toString('base64url')], [{ c: '?>' }, Buffer.from('{"c":"?>"}').toString('base64url')],
  ])('7.8 give a header what stands deep in them: %j', (value, written) => {
    const spec = { when: [{ key: 'request.headers[x-c]', values: [written] }] };

    expect(allowed({ outputClaimToHeaders: [{ header: 'x-c', claim: 'a.b' }] }, [{ claims: { iss: 'https://a', a: { b: value } } }], spec)).toBe('ALLOW 200');
  });

  test.each([[{}], [{ a: 'x' }], [{ a: { b: null } }], [{ a: { b: '' } }]])('7.8 give no header what is not in them: %j', claims => {
    const spec = { when: [{ key: 'request.headers[x-c]', notValues: ['*'] }] };

    expect(allowed({ outputClaimToHeaders: [{ header: 'x-c', claim: 'a.b' }] }, [{ claims: { iss: 'https://a', ...claims } }], spec)).toBe('ALLOW 200');
  });

  test('7.8 give a header all of them', () => {
    const written = Buffer.from(JSON.stringify(alice.claims)).toString('base64url');

    expect(allowed({ outputPayloadToHeader: 'X-All' }, [alice], { when: [{ key: 'request.headers[x-all]', values: [written] }] })).toBe('ALLOW 200');
  });

  test('are headers, too', () => {
    const policy = authorization({ rules: [{ when: [{ key: 'request.headers[authorization]', values: ['Bearer xyz'] }] }] });

    expect(ask(sidecars([policy]), { tokens: [{ text: 'xyz' }] })).toBe('ALLOW 200');
  });

  test('10.5 are split at the last slash, also where it is the first', () => {
    expect(allowed({ issuer: '/a' }, [{ claims: { iss: '/a', sub: '' } }], by('/a'))).toBe('DENY ALLOW 403');
  });
});

describe('targets of HTTP/1', () => {
  const to = (http: object) => sidecars([]).isAuthorized(request({ http: { version: '1.1', method: 'GET', ...http } }));

  test('6.2 may name a user, and do not stand for a missing Host', () => {
    expect(verdict(to({ path: 'http://user:secret@a.com/x', authority: 'b.com' }))).toBe('ALLOW 200');
    expect(to({ path: 'http://a.com/x', authority: '' }).explain()).toContain('PROTOCOL  the host is missing');
  });
});
