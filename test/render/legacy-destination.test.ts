import { LegacyDestinationIntent } from '../../src/intent/legacy-destination-intent';
import { LegacyTls } from '../../src/intent/legacy-tls';
import { DataPlane } from '../../src/intent/mesh';
import { renderLegacyDestination } from '../../src/render/legacy-destination';
import { MESH } from '../support/facts';

const HOST = 'a.example';
const VERIFIED = { mode: 'SIMPLE', sni: HOST, subjectAltNames: [HOST] };

function intent(more: Partial<LegacyDestinationIntent>, tls = LegacyTls.simple()): LegacyDestinationIntent {
  return { kind: 'legacy-destination', mesh: MESH, host: HOST, server: { kind: 'cluster' }, tls: tls._data, ports: [], clients: [{ name: 'shop', dataPlane: DataPlane.SIDECAR }], ...more };
}

function policyOf(made: LegacyDestinationIntent, role = 'destination-rule'): unknown {
  return (renderLegacyDestination(made).specs as { readonly [role: string]: { readonly trafficPolicy: unknown } })[role].trafficPolicy;
}

describe('TLS to a server that is not in the mesh', () => {
  test.each<[string, LegacyTls, object]>([
    ['none, by its mode', LegacyTls.disable({ reason: 'r' }), { mode: 'DISABLE' }],
    ['verified by its host', LegacyTls.simple(), VERIFIED],
    ['verified by other names', LegacyTls.simple({ subjectAltNames: ['b', 'c'] }), { ...VERIFIED, subjectAltNames: ['b', 'c'] }],
    ['asked for by another name', LegacyTls.simple({ subjectAltNames: ['b'], sni: 'c' }), { mode: 'SIMPLE', sni: 'c', subjectAltNames: ['b'] }],
    ['by authorities in a file', LegacyTls.simple({ caCertificates: '/ca' }), { ...VERIFIED, caCertificates: '/ca' }],
    ['not verified', LegacyTls.simple({ insecureSkipVerify: { reason: 'r' } }), { mode: 'SIMPLE', sni: HOST, insecureSkipVerify: true }],
    ['mutual by files', LegacyTls.mutual({ clientCertificate: '/c', privateKey: '/k' }), { ...VERIFIED, mode: 'MUTUAL', clientCertificate: '/c', privateKey: '/k' }],
    ['mutual by a secret', LegacyTls.mutual({ credentialName: 's' }), { ...VERIFIED, mode: 'MUTUAL', credentialName: 's' }],
    ['mutual by a secret, not verified', LegacyTls.mutual({ credentialName: 's', insecureSkipVerify: { reason: 'r' } }), { mode: 'MUTUAL', sni: HOST, insecureSkipVerify: true, credentialName: 's' }],
  ])('is written: %s', (_, tls, written) => {
    expect(policyOf(intent({}, tls))).toEqual({ tls: written });
  });

  test('is verified by name for whoever reads no secret, also where nothing is for the one that does', () => {
    const tls = LegacyTls.mutual({ credentialName: 's', insecureSkipVerify: { reason: 'r' } });

    expect(policyOf(intent({ clientLabels: { app: 'x' } }, tls), 'rule-for-others')).toEqual({ tls: VERIFIED });
  });
});

describe('What a rule and an entry are for', () => {
  test.each<[string, Partial<LegacyDestinationIntent>, object]>([
    ['all ports of a Service', {}, { tls: VERIFIED }],
    ['some ports of a Service', { ports: [80, 81] }, { portLevelSettings: [{ port: { number: 80 }, tls: VERIFIED }, { port: { number: 81 }, tls: VERIFIED }] }],
    ['the ports that clients call outside', { server: { kind: 'outside', addresses: [], ports: [{ number: 80, targetPort: 443, protocol: 'http' }] } }, { portLevelSettings: [{ port: { number: 80 }, tls: VERIFIED }] }],
  ])('is %s', (_, more, written) => {
    expect(policyOf(intent(more))).toEqual(written);
  });

  test('is the own namespace alone', () => {
    const { specs } = renderLegacyDestination(intent({ clientLabels: { app: 'x' }, server: { kind: 'outside', addresses: [], ports: [] } }, LegacyTls.mutual({ credentialName: 's' })));

    expect(Object.values(specs).map(spec => (spec as { exportTo: unknown }).exportTo)).toEqual([['.'], ['.'], ['.']]);
  });

  test('is sidecars, and no namespace in ambient', () => {
    const clients = [{ name: 'shop', dataPlane: DataPlane.SIDECAR }, { name: 'pay', dataPlane: DataPlane.AMBIENT }];

    expect(renderLegacyDestination(intent({ clients })).problems).toEqual([expect.stringMatching(/^clientNamespaces must be of sidecars, got 'pay', in ambient, .* starts no TLS; /)]);
  });
});
