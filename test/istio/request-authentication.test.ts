import { admitSpec, jwt, refusing } from './admitted';

const refuse = (spec: unknown): string[] => refusing('RequestAuthentication', spec);
const rsa = { kty: 'RSA', e: 'AQAB', n: Buffer.alloc(256, 0xab).toString('base64url') };
const keys = (...list: unknown[]): object => jwt({ jwks: JSON.stringify({ keys: list }) });

describe('RequestAuthentication', () => {
  test.each([
    ['no rules', {}],
    ['every field', jwt({
      audiences: ['a'],
      jwksUri: 'https://issuer.example.com/keys',
      fromHeaders: [{ name: 'x-jwt', prefix: 'Bearer ' }],
      fromParams: ['t'],
      fromCookies: ['c'],
      outputPayloadToHeader: 'x-payload',
      outputClaimToHeaders: [{ header: 'x-sub', claim: 'sub' }],
      forwardOriginalToken: true,
      timeout: '5s',
      spaceDelimitedClaims: ['roles'],
    })],
    ['jwksUri without issuer', { jwtRules: [{ jwksUri: 'https://a/k' }] }],
  ])('admits %s', (_, spec) => {
    expect(refuse(spec)).toEqual([]);
  });

  test.each([
    ['a rule without issuer and jwksUri', { jwtRules: [{}] }, ['webhook']],
    ['an empty issuer', { jwtRules: [{ issuer: '', jwksUri: 'https://a/k' }] }, ['schema']],
    ['jwks beside jwksUri', jwt({ jwks: '{"keys":[]}', jwksUri: 'https://a/k' }), ['schema']],
    ['an empty audience', jwt({ audiences: [''] }), ['schema', 'webhook']],
    ['a header without a name', jwt({ fromHeaders: [{ prefix: 'x' }] }), ['schema', 'webhook']],
    ['an output header with a blank', jwt({ outputClaimToHeaders: [{ header: 'x a', claim: 'b' }] }), ['schema', 'webhook']],
    ['text for true', jwt({ forwardOriginalToken: 'true' }), ['schema', 'webhook']],
    ['65 space-delimited claims', jwt({ spaceDelimitedClaims: Array(65).fill('a') }), ['schema']],
  ])('refuses %s', (_, spec, layers) => {
    expect(refuse(spec)).toEqual(layers);
  });

  test.each([
    ['https://h/k', []], ['HTTPS://h', []], ['https://[::1]:80/', []], ['https://h:/', []], ['https:opaque', []], ['https://é/', []],
    ['h/k', ['schema', 'webhook']], ['ftp://h', ['schema', 'webhook']], ['https://h:abc/', ['schema', 'webhook']], ['https://h/%zz', ['schema', 'webhook']],
    ['https://[1.2.3.4]/', ['schema', 'webhook']], ['https://h h/', ['schema', 'webhook']], ['https://h/#%zz', ['schema', 'webhook']],
    ['https://h:1:2/', ['schema', 'webhook']], ['https://h:99999999999999999999/', ['webhook']],
  ])('takes %s as jwksUri: refused by %j', (jwksUri, layers) => {
    expect(refuse(jwt({ jwksUri }))).toEqual(layers);
  });

  test.each([
    ['1ms', []], ['1.5s', []], ['1h1m', []], ['1500us', ['webhook']], ['500us', ['schema', 'webhook']], ['5', ['schema', 'webhook']],
    ['1 s', ['schema', 'webhook']], ['-1s', ['schema', 'webhook']], ['0', ['schema', 'webhook']], ['2562048h', ['schema', 'webhook']],
  ])('takes %s as timeout: refused by %j', (timeout, layers) => {
    expect(refuse(jwt({ timeout }))).toEqual(layers);
  });

  test.each([
    ['an RSA key', keys(rsa), []],
    ['a sole key', jwt({ jwks: JSON.stringify(rsa) }), []],
    ['an EC key', keys({ kty: 'EC', crv: 'P-256', x: 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4', y: '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM' }), []],
    ['no JSON', jwt({ jwks: 'x' }), ['webhook']],
    ['a list', jwt({ jwks: '[]' }), ['webhook']],
    ['a key without modulus', keys({ kty: 'RSA', e: 'AQAB' }), ['webhook']],
    ['a key of no type', keys({ n: 'AQAB' }), ['webhook']],
    ['a key of type constructor', keys({ kty: 'constructor' }), ['webhook']],
    ['a modulus that is no base64', keys({ ...rsa, n: 'a b' }), ['webhook']],
    ['a certificate chain that is none', keys({ ...rsa, x5c: ['AAAA'] }), ['webhook']],
  ])('takes %s as jwks: refused', (_, spec, layers) => {
    expect(refuse(spec)).toEqual(layers);
  });

  test('warns of private and symmetric keys', () => {
    const { warnings } = admitSpec('RequestAuthentication', keys(rsa, { ...rsa, d: 'AQAB' }, { kty: 'oct', k: 'AQAB' }));

    expect(warnings.map(({ message }) => message)).toEqual([expect.stringContaining('key 1'), expect.stringContaining('key 2')]);
  });
});
