import { EgressBoundaryIntent, EgressIntent } from '../../src/intent/egress-intent';
import { EgressPort } from '../../src/intent/egress-port';
import { LegacyTls } from '../../src/intent/legacy-tls';
import { DataPlane } from '../../src/intent/mesh';
import { renderEgress } from '../../src/render/egress';
import { renderEgressBoundary } from '../../src/render/egress-boundary';
import { MESH } from '../support/facts';

const HOST = 'a.example';
const VERIFIED = { mode: 'SIMPLE', sni: HOST, subjectAltNames: [HOST] };

function egress(ports: readonly EgressPort[], more: Partial<EgressIntent> = {}): EgressIntent {
  const clients = [{ name: 'shop', dataPlane: DataPlane.SIDECAR }];
  return { kind: 'egress', mesh: MESH, host: HOST, ports: ports.map(({ _data }) => _data), addresses: [], callers: [{ kind: 'namespace', namespace: 'shop' }], clients, ...more };
}

function boundary(more: Partial<EgressBoundaryIntent> = {}): EgressBoundaryIntent {
  return { kind: 'egress-boundary', mesh: MESH, within: 'shop', dataPlane: DataPlane.SIDECAR, hosts: [], ...more };
}

describe('A host outside', () => {
  test.each<[string, EgressPort, object, object]>([
    ['TLS that workloads start', EgressPort.tls(), { number: 443, name: 'tls-443', protocol: 'TLS' }, {}],
    ['TLS that the proxy starts', EgressPort.startsTls(), { number: 80, name: 'http-80', protocol: 'HTTP', targetPort: 443 }, VERIFIED],
    ['the same by other names and ports', EgressPort.startsTls({ number: 8080, targetPort: 8443, tls: LegacyTls.simple({ subjectAltNames: ['b'], sni: 'c' }) }),
      { number: 8080, name: 'http-8080', protocol: 'HTTP', targetPort: 8443 }, { mode: 'SIMPLE', sni: 'c', subjectAltNames: ['b'] }],
    ['HTTP without TLS', EgressPort.plaintext(8080, { reason: 'r' }), { number: 8080, name: 'http-8080', protocol: 'HTTP' }, {}],
    ['other connections', EgressPort.tcp(5432), { number: 5432, name: 'tcp-5432', protocol: 'TCP' }, {}],
  ])('is known by a port of %s, and asked of DNS', (_, port, written, tls) => {
    const { specs, problems } = renderEgress(egress([port]));

    expect(problems).toEqual([]);
    expect(specs).toEqual({
      'service-entry': { hosts: [HOST], ports: [written], location: 'MESH_EXTERNAL', resolution: 'DNS', exportTo: ['.'] },
      'destination-rule': Object.keys(tls).length === 0 ? {} : { host: HOST, exportTo: ['.'], trafficPolicy: { portLevelSettings: [{ port: { number: (written as { number: number }).number }, tls }] } },
    });
  });

  test('is known by the addresses that are called', () => {
    expect(renderEgress(egress([EgressPort.tcp(5432)], { addresses: ['10.0.0.1'] })).specs['service-entry']).toMatchObject({ addresses: ['10.0.0.1'], resolution: 'DNS' });
  });

  test('is for sidecars, and for no namespace in ambient', () => {
    const clients = [{ name: 'shop', dataPlane: DataPlane.SIDECAR }, { name: 'pay', dataPlane: DataPlane.AMBIENT }];

    expect(renderEgress(egress([EgressPort.tls()], { clients })).problems).toEqual([expect.stringMatching(/^namespace 'pay' must have sidecars, by which hosts outside are known, and is in ambient, /)]);
  });
});

describe('A boundary', () => {
  const API = { namespace: 'shop', host: 'api.shop.svc.cluster.local' };
  const PAY = { namespace: 'egress', host: 'api.pay.example' };

  test.each<[string, Partial<EgressBoundaryIntent>, readonly string[]]>([
    ['nothing but the control plane', {}, ['istio-system/*']],
    ['each host once, in order, by its namespace', { hosts: [PAY, API, API] }, ['./api.shop.svc.cluster.local', 'egress/api.pay.example', 'istio-system/*']],
    ['nothing twice of the root namespace', { hosts: [{ namespace: 'istio-system', host: 'x.istio-system.svc.cluster.local' }] }, ['istio-system/*']],
    ['the root namespace by its name', { mesh: { ...MESH, rootNamespace: 'mesh-root' } }, ['mesh-root/*']],
  ])('knows %s, and blocks all else', (_, more, hosts) => {
    expect(renderEgressBoundary(boundary(more))).toEqual({ specs: { sidecar: { outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' }, egress: [{ hosts }] } }, problems: [] });
  });

  test.each<[string, Partial<EgressBoundaryIntent>, RegExp]>([
    ['all namespaces, by the root namespace', { within: 'istio-system' }, /^namespace must not be the root namespace 'istio-system', /],
    ['ambient', { dataPlane: DataPlane.AMBIENT }, /^namespace 'shop' must have sidecars, by which hosts outside are known, and is in ambient, /],
  ])('is none of %s', (_, more, message) => {
    expect(renderEgressBoundary(boundary(more)).problems).toEqual([expect.stringMatching(message)]);
  });
});
