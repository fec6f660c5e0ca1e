import { jwt, policy } from './admitted';
import { AuthorizationPolicyManifest, RequestAuthenticationManifest } from '../../src/istio/manifest';
import { unknownTo } from '../../src/istio/versions';

const resource = (kind: string, spec: object): AuthorizationPolicyManifest & RequestAuthenticationManifest =>
  ({ apiVersion: 'security.istio.io/v1', kind, metadata: { name: 'a' }, spec });

const unknown = (version: string, kind: string, spec: object): string[] => unknownTo(version, resource(kind, spec)).map(({ field }) => field);

describe('unknownTo', () => {
  test.each([
    ['serviceAccounts', policy.source({ serviceAccounts: ['a'] }), '1.24', '1.25'],
    ['source.serviceAccount', policy.when('source.serviceAccount', 'a'), '1.24.6', '1.25.0'],
    ['trustDomains', policy.source({ notTrustDomains: ['a'] }), '1.30.1', '1.30.2'],
    ['source.trustDomain', policy.when('source.trustDomain', 'a'), '1.30', '1.31'],
    ['GatewayClass', { targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'GatewayClass', name: 'istio-waypoint' }] }, '1.24', '1.25'],
    ['a target of another group', { targetRefs: [{ group: 'apps', kind: 'Deployment', name: 'api' }] }, '1.24', '1.25'],
    ['a target without group', { targetRefs: [{ kind: 'Service', name: 'a' }] }, '1.24.6', '1.25'],
    ['connection.sni at a waypoint', { targetRefs: [{ group: '', kind: 'Service', name: 'a' }], ...policy.when('connection.sni', 'a') }, '1.24', '1.25'],
    ['spaceDelimitedClaims', jwt({ spaceDelimitedClaims: ['a'] }), '1.27', '1.28'],
    ['a rule without issuer', { jwtRules: [{ jwksUri: 'https://a/k' }] }, '1.26', '1.27'],
    ['presence', jwt({ presence: 'REQUIRED' }), '1.31.9', '1.32'],
  ])('finds %s before its version', (_, spec, before, since) => {
    expect(unknown(before, 'AuthorizationPolicy', spec)).toHaveLength(1);
    expect(unknown(since, 'AuthorizationPolicy', spec)).toEqual([]);
  });

  test('knows connection.sni at sidecars from the start', () => {
    expect(unknown('1.24', 'AuthorizationPolicy', policy.when('connection.sni', 'a'))).toEqual([]);
  });

  test('says which field, which version and since when', () => {
    expect(unknownTo('1.29', resource('AuthorizationPolicy', policy.source({ trustDomains: ['a'] })))).toEqual([{
      layer: 'unknown-field',
      field: 'spec.rules[0].from[0].source.trustDomains',
      message: 'must be left out, as Istio 1.29 does not know trustDomains; it came with 1.30.2',
    }]);
  });

  test('says what must be given, where older versions cannot do without', () => {
    const messages = [
      ...unknownTo('1.24', resource('AuthorizationPolicy', { targetRef: { kind: 'Service', name: 'a' } })),
      ...unknownTo('1.26.8', resource('RequestAuthentication', { jwtRules: [{ jwksUri: 'https://a/k' }] })),
    ].map(({ field, message }) => `${field} ${message}`);

    expect(messages).toEqual([
      'spec.targetRef.group must be given, as Istio 1.24 does not know targets without group; it came with 1.25',
      'spec.jwtRules[0].issuer must be given, as Istio 1.26.8 does not know rules without issuer; it came with 1.27',
    ]);
  });

  test.each(['1.23', '1.33', '1.29.', '1.29.x', '1.29.01', 'v1.29', '1', '', 'latest', '1.30-rc.0'])('refuses version %j', version => {
    expect(() => unknownTo(version, resource('AuthorizationPolicy', {}))).toThrow("istioVersion must be from 1.24 to 1.32, such as '1.29' or '1.29.3'");
  });
});
