import { admitSpec, jwt, policy, refusing } from './admitted';

/** Where the recorded truth, or the code that made it, differs from istio-semantics.md §4. */
describe('istio-semantics.md is corrected', () => {
  test.each(['https://h:0/k', 'https://h:99999/k', 'https:///k', 'https:h/k'])('§4.5: %s is a jwksUri (findings 17)', jwksUri => {
    expect(refusing('RequestAuthentication', jwt({ jwksUri }))).toEqual([]);
  });

  test.each([
    ['targetRef + targetRefs', { targetRef: { kind: 'Service', name: 'a' }, targetRefs: [] }],
    ['selector + targetRefs', { selector: { matchLabels: { a: 'b' } }, targetRefs: [] }],
    ['serviceAccounts + principals', policy.source({ serviceAccounts: ['a'], principals: [] })],
  ])('§4.1: an empty list is present to CEL only: %s (findings 18)', (_, spec) => {
    expect(refusing('AuthorizationPolicy', spec)).toEqual(['schema']);
  });

  test('§4.4: a source of empty lists is empty, an empty list of sources is none (findings 18)', () => {
    expect(refusing('AuthorizationPolicy', policy.source({ principals: [] }))).toEqual(['webhook']);
    expect(refusing('AuthorizationPolicy', { rules: [{ from: [] }] })).toEqual([]);
  });

  test.each([
    ['port 080', policy.operation({ ports: ['080'] })],
    ['an address with a zone', policy.source({ ipBlocks: ['fe80::1%eth0'] })],
    ['a service account with a blank', policy.source({ serviceAccounts: ['foo web'] })],
    ['a trust domain with a blank', policy.source({ trustDomains: ['td 1'] })],
    ['a slash in source.trustDomain', policy.when('source.trustDomain', 'a/b')],
    ['brackets in brackets', policy.when('request.auth.claims[a]b]', 'x')],
    ['a literal after {**}', policy.operation({ paths: ['/a/{**}/b'] })],
  ])('§4.4: %s is admitted (findings 19)', (_, spec) => {
    expect(refusing('AuthorizationPolicy', spec)).toEqual([]);
  });

  test('§4.4: a nil rule cannot be: null in a list is an empty rule to the webhook', () => {
    expect(refusing('AuthorizationPolicy', { rules: [null] })).toEqual(['schema']);
  });

  test('§4.4: null for a field is absent to the webhook', () => {
    expect(refusing('AuthorizationPolicy', { action: 'DENY', rules: null })).toEqual(['schema', 'webhook']);
    expect(refusing('AuthorizationPolicy', { selector: null, rules: [{}] })).toEqual(['schema']);
  });

  test.each([
    ['080', ['webhook']], ['+80', ['webhook']], [' 80', ['schema']], ['"80"', ['schema']],
  ])('§4.6: the layers read port key %j differently', (key, layers) => {
    expect(refusing('PeerAuthentication', { selector: { matchLabels: { a: 'b' } }, portLevelMtls: { [key]: {} } })).toEqual(layers);
  });

  test('§4.1: the length of a service account is characters to the schema, bytes to the webhook', () => {
    expect(refusing('AuthorizationPolicy', policy.source({ serviceAccounts: ['é'.repeat(161)] }))).toEqual(['webhook']);
  });

  test('§4: the webhook reads names in snake_case, the schema does not know them', () => {
    expect(refusing('AuthorizationPolicy', policy.source({ ip_blocks: ['x'] }))).toEqual(['unknown-field', 'webhook']);
    expect(refusing('RequestAuthentication', { jwtRules: [{ jwks_uri: 'https://a/k' }] })).toEqual([]);
  });

  test('§4.5: text after the key set, and members of any kind, are not looked at', () => {
    expect(refusing('RequestAuthentication', jwt({ jwks: '{"keys":[{"kty":"oct","k":"AA","x":{"y":[1]}}],"z":1} garbage' }))).toEqual([]);
  });

  test('§3.1: the newest API has jwtRules[].presence, which istiod does not read yet', () => {
    expect(refusing('RequestAuthentication', jwt({ presence: 'REQUIRED' }))).toEqual([]);
    expect(refusing('RequestAuthentication', jwt({ presence: 'MAYBE' }))).toEqual(['schema', 'webhook']);
  });

  test('§4.3: no warning is given where the webhook refuses', () => {
    expect(admitSpec('AuthorizationPolicy', { selector: {}, action: 'DENY' }).warnings).toEqual([]);
  });
});
