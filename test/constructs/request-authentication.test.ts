import { RequestAuthentication, RequestAuthenticationProps, ZeroTrustMesh } from 'cdk8s-zero-trust';
import { rendered, shop } from './security-resources';

describe('RequestAuthentication construct', () => {
  test('renders what it is given', () => {
    const chart = shop();
    new ZeroTrustMesh(chart, 'mesh', { exists: true, istioVersion: '1.28' });
    const jwtRules = [{
      issuer: 'https://auth.example.com',
      jwksUri: 'https://auth.example.com/keys',
      audiences: ['api.example.com'],
      fromHeaders: [{ name: 'x-jwt', prefix: 'Bearer ' }],
      fromCookies: ['token'],
      outputClaimToHeaders: [{ header: 'x-user', claim: 'sub' }],
      forwardOriginalToken: false,
      timeout: '5s',
      spaceDelimitedClaims: ['roles'],
    }];

    new RequestAuthentication(chart, 'users', { metadata: { name: 'users' }, targetRefs: [{ kind: 'Service', name: 'api', group: '' }], jwtRules });

    expect(rendered(chart)).toEqual({
      apiVersion: 'security.istio.io/v1',
      kind: 'RequestAuthentication',
      metadata: { name: 'users', namespace: 'shop' },
      spec: { targetRefs: [{ kind: 'Service', name: 'api', group: '' }], jwtRules },
    });
  });

  test.each<[string, RequestAuthenticationProps, string]>([
    ['a rule without issuer', { jwtRules: [{}] }, 'jwtRules[0] must have an issuer or a jwksUri, got neither'],
    ['a jwksUri without scheme', { jwtRules: [{ issuer: 'a', jwksUri: 'auth/keys' }] }, "jwtRules[0].jwksUri must be a URL, got 'auth/keys': it has no scheme"],
    ['an empty key set, which Envoy refuses', { jwtRules: [{ issuer: 'a', jwks: '{"keys":[]}' }] }, 'jwtRules[0].jwks must hold a key that Envoy can use'],
  ])('refuses %s', (_, props, message) => {
    expect(() => new RequestAuthentication(shop(), 'users', props)).toThrow(message);
  });
});
