import { MutualTlsMode, PeerAuthentication, PeerAuthenticationProps } from 'cdk8s-zero-trust';
import { rendered, shop } from './security-resources';

describe('PeerAuthentication construct', () => {
  test('renders what it is given', () => {
    const chart = shop();

    new PeerAuthentication(chart, 'strict', {
      metadata: { name: 'strict' },
      selector: { matchLabels: { app: 'api' } },
      mtls: { mode: MutualTlsMode.STRICT },
      portLevelMtls: { 9090: { mode: MutualTlsMode.PERMISSIVE } },
    });

    expect(rendered(chart)).toEqual({
      apiVersion: 'security.istio.io/v1',
      kind: 'PeerAuthentication',
      metadata: { name: 'strict', namespace: 'shop' },
      spec: { selector: { matchLabels: { app: 'api' } }, mtls: { mode: 'STRICT' }, portLevelMtls: { 9090: { mode: 'PERMISSIVE' } } },
    });
  });

  test('renders an empty spec, and a name from its path', () => {
    const chart = shop();

    const inherit = new PeerAuthentication(chart, 'inherit');

    expect(rendered(chart)).toMatchObject({ metadata: { name: inherit.peerAuthenticationName }, spec: {} });
    expect(inherit.peerAuthenticationName).toMatch(/^shop-inherit-/);
  });

  test.each<[string, PeerAuthenticationProps, string]>([
    ['ports without a selector', { portLevelMtls: { 80: {} } }, 'props must have a selector with labels where it has portLevelMtls'],
    ['a port that is none', { selector: { matchLabels: { a: 'b' } }, portLevelMtls: { http: {} } }, "portLevelMtls must have port numbers from 1 to 65535 as keys, got 'http'"],
    ['a mode of another kind', { mtls: { mode: 'SIMPLE' as MutualTlsMode } }, "mtls.mode must be one of UNSET, DISABLE, PERMISSIVE, STRICT, got 'SIMPLE'"],
  ])('refuses %s', (_, props, message) => {
    expect(() => new PeerAuthentication(shop(), 'peer', props)).toThrow(message);
  });
});
