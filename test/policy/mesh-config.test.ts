import { AuthorizerProtocol, PathNormalization } from 'cdk8s-zero-trust';
import { ask, authorization, sidecars } from './support';
import { meshSettingsOf } from '../../src/policy/mesh-config';

const configMap = (mesh: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'istio', namespace: 'istio-system' }, data: { mesh } });
const TD1 = { source: { principal: 'td1/ns/shop/sa/web' } };

describe('mesh settings', () => {
  test('are read from a MeshConfig', () => {
    expect(meshSettingsOf({
      trustDomain: 'td1',
      caCertificates: [{ pem: 'x', trustDomains: ['other'] }],
      pathNormalization: { normalization: 'MERGE_SLASHES' },
      defaultConfig: { gatewayTopology: { numTrustedProxies: 1 } },
      extensionProviders: [{ name: 'opa', envoyExtAuthzGrpc: { service: 'opa' } }, { name: 'zipkin', zipkin: {} }],
    })).toEqual({
      trustDomain: 'td1',
      foreignTrustDomains: ['other'],
      pathNormalization: PathNormalization.MERGE_SLASHES,
      trustedProxies: 1,
      authorizerProviders: [{ name: 'opa', protocol: AuthorizerProtocol.GRPC }],
    });
  });

  test('are found in the ConfigMap of the manifests', () => {
    const policies = [authorization({ rules: [{ from: [{ source: { principals: ['cluster.local/ns/shop/sa/web'] } }] }] })];

    expect(ask(sidecars([...policies, configMap('trustDomain: td1')]), TD1)).toBe('ALLOW 200');
    expect(ask(sidecars(policies), TD1)).toBe('DENY TRANSPORT');
  });

  test('that are given win over the ConfigMap', () => {
    expect(ask(sidecars([configMap('trustDomain: other')], { trustDomain: 'td1' }), TD1)).toBe('ALLOW 200');
  });
});
