import { jwt, policy, refusing } from './admitted';

const usable = '{"keys":[{"kty":"oct","k":"AQAB"}]}';

describe('Envoy refuses what all others admit', () => {
  test.each(['{*}', '{**}', 'a/{*}', 'a/{**}', '//{*}', '//{**}', '/a/{*}//'])('path template %s', path => {
    expect(refusing('AuthorizationPolicy', policy.operation({ paths: [path] }))).toEqual(['proxy']);
  });

  test.each(['/{*}', '/{**}', '/a/{*}/', '/a/{**}/b', 'a', '//a', '*'])('but not path %s', path => {
    expect(refusing('AuthorizationPolicy', policy.operation({ paths: [path] }))).toEqual([]);
  });

  test.each(['request.auth.claims[a][]', 'request.auth.claims[][a]', 'request.headers[x\ny]'])('attribute %j', key => {
    expect(refusing('AuthorizationPolicy', policy.when(key, 'v'))).toEqual(['proxy']);
  });

  test.each(['request.auth.claims[a]b]', 'request.headers[a][b]', 'request.auth.claims[a][b]'])('but not attribute %j', key => {
    expect(refusing('AuthorizationPolicy', policy.when(key, 'v'))).toEqual([]);
  });

  test.each([
    ['a line end in a prefix', { fromHeaders: [{ name: 'x', prefix: 'Bearer\n' }] }],
    ['a line end in the payload header', { outputPayloadToHeader: 'x\n' }],
    ['an empty key set', { jwks: '{"keys":[]}' }],
    ['a key set whose only key is far too small', { jwks: '{"keys":[{"kty":"RSA","n":"sXch","e":"AQAB"}]}' }],
  ])('%s', (_, rule) => {
    expect(refusing('RequestAuthentication', jwt(rule))).toEqual(['proxy']);
  });

  test('but not a key set with a key that it can use', () => {
    expect(refusing('RequestAuthentication', jwt({ jwks: usable }))).toEqual([]);
  });
});
