import { ClassicEgressGateway, EgressGatewayIntent, EgressIntent, EgressWaypoint, HostThrough } from '../../src/intent/egress-intent';
import { EgressPort } from '../../src/intent/egress-port';
import { DataPlane } from '../../src/intent/mesh';
import { renderEgress } from '../../src/render/egress';
import { renderEgressGateway } from '../../src/render/egress-gateway';
import { MESH, service, workload } from '../support/facts';

const HOST = 'a.example';
const OUT: EgressWaypoint = { path: 'egress/out', namespace: 'egress', name: 'out' };
const PODS = workload([], [service('gate', { 15443: 8443, 15444: 8444 }, { namespace: 'egress' })], { path: 'egress/gate', namespace: 'egress', selectorLabels: { app: 'gate' }, serviceAccount: 'gate' });
const GATE: ClassicEgressGateway = { ...OUT, pods: PODS, httpPort: 15443, tlsPort: 15444 };
const AMBIENT = [{ name: 'shop', dataPlane: DataPlane.AMBIENT }];
const SIDECARS = [{ name: 'shop', dataPlane: DataPlane.SIDECAR }];
const PLAIN = EgressPort.plaintext(8080, { reason: 'r' });

function atWaypoint(ports: readonly EgressPort[], more: Partial<EgressIntent> = {}): EgressIntent {
  return {
    kind: 'egress',
    mesh: MESH,
    host: HOST,
    ports: ports.map(({ _data }) => _data),
    addresses: [],
    callers: [{ kind: 'serviceAccount', namespace: 'shop', name: 'web' }],
    clients: AMBIENT,
    gateway: OUT,
    entry: 'pay',
    ...more,
  };
}

function throughGate(ports: readonly EgressPort[], more: Partial<EgressIntent> = {}): EgressIntent { return atWaypoint(ports, { clients: SIDECARS, gateway: GATE, entry: undefined, ...more }); }

function gateway(more: Partial<EgressGatewayIntent> = {}): EgressGatewayIntent { return { kind: 'egress-gateway', mesh: MESH, gateway: OUT, hosts: [], ...more }; }

const through = (host: string, ...ports: EgressPort[]): HostThrough => ({ host, ports: ports.map(({ _data }) => _data), clients: ['shop'] });

describe('A waypoint for what is outside', () => {
  test('admits nothing but what policies of hosts let in, whatever is reached through it', () => {
    const rendered = renderEgressGateway(gateway());

    expect(rendered).toEqual({
      specs: {
        policy: { targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'out' }] },
        gateway: { gatewayClassName: 'istio-waypoint', listeners: [{ name: 'mesh', port: 15008, protocol: 'HBONE' }] },
      },
      problems: [],
    });
    expect(renderEgressGateway(gateway({ hosts: [through(HOST, EgressPort.tls())] }))).toEqual(rendered);
  });

  test.each<[string, EgressPort, object]>([
    ['the host of requests, where it sees HTTP', EgressPort.startsTls(), { hosts: [HOST, `${HOST}:*`], ports: ['80'] }],
    ['the same of HTTP without TLS', PLAIN, { hosts: [HOST, `${HOST}:*`], ports: ['8080'] }],
    ['the port, of TLS that callers start', EgressPort.tls(), { ports: ['443'] }],
    ['the port, of other connections', EgressPort.tcp(5432), { ports: ['5432'] }],
  ])('lets callers in by %s', (_, port, operation) => {
    const { specs, problems } = renderEgress(atWaypoint([port]));

    expect(problems).toEqual([]);
    expect(specs.policy).toEqual({
      targetRefs: [{ group: 'networking.istio.io', kind: 'ServiceEntry', name: 'pay' }],
      rules: [{ from: [{ source: { principals: ['prod.td/ns/shop/sa/web'] } }], to: [{ operation }] }],
    });
    expect(specs.route).toBeUndefined();
  });

  test('lets callers in by a rule for each port, and by every name of the trust domain', () => {
    const { specs } = renderEgress(atWaypoint([EgressPort.tls(), EgressPort.tls(8443)], { mesh: { ...MESH, trustDomainAliases: ['old.td'] }, callers: [{ kind: 'namespace', namespace: 'shop' }] }));

    const from = [{ source: { principals: ['prod.td/ns/shop/sa/*', 'old.td/ns/shop/sa/*'] } }];
    expect((specs.policy as { readonly rules: unknown }).rules).toEqual([{ from, to: [{ operation: { ports: ['443'] } }] }, { from, to: [{ operation: { ports: ['8443'] } }] }]);
  });

  test.each<[string, Partial<EgressIntent>, RegExp]>([
    ['callers with sidecars, which go past it', { clients: [...AMBIENT, { name: 'pay', dataPlane: DataPlane.SIDECAR }] }, /^callers must be in ambient, got those of 'pay', /],
    ['a host without addresses before Istio gives it some', { mesh: { ...MESH, istioVersion: '1.24' } }, /^addresses must be given, .* before 1\.25 .*the mesh has 1\.24/],
    ['the same where nobody says which Istio it is', { mesh: { ...MESH, istioVersion: undefined } }, /^addresses must be given, /],
  ])('is for no %s', (_, more, message) => {
    expect(renderEgress(atWaypoint([EgressPort.tls()], more)).problems).toEqual([expect.stringMatching(message)]);
  });

  test.each<[string, Partial<EgressIntent>]>([
    ['from 1.25', { mesh: { ...MESH, istioVersion: '1.25' } }],
    ['by addresses in any version', { mesh: { ...MESH, istioVersion: '1.24' }, addresses: ['240.240.0.1'] }],
  ])('knows hosts %s', (_, more) => {
    expect(renderEgress(atWaypoint([EgressPort.tls()], more)).problems).toEqual([]);
  });
});

describe('A gateway of pods for what is outside', () => {
  const tls = (sni: string) => ({ mode: 'ISTIO_MUTUAL', sni, subjectAltNames: ['spiffe://prod.td/ns/egress/sa/gate'] });

  test('has nothing but a policy that admits nobody, where nothing is reached through it', () => {
    expect(renderEgressGateway(gateway({ gateway: GATE }))).toEqual({ specs: { policy: { selector: { matchLabels: { app: 'gate' } } } }, problems: [] });
  });

  test('has a server for each host, and sidecars that verify who it is', () => {
    const { specs, problems } = renderEgressGateway(gateway({ gateway: GATE, hosts: [through(HOST, EgressPort.startsTls(), EgressPort.tls()), through('b.example', EgressPort.tcp(5432))] }));

    expect(problems).toEqual([]);
    expect(specs.gateway).toEqual({
      selector: { app: 'gate' },
      servers: [
        { port: { number: 15443, name: 'https-a-example', protocol: 'HTTPS' }, hosts: ['./a.example'], tls: { mode: 'ISTIO_MUTUAL' } },
        { port: { number: 15444, name: 'tls-a-example', protocol: 'TLS' }, hosts: ['./a.example'], tls: { mode: 'ISTIO_MUTUAL' } },
        { port: { number: 15444, name: 'tls-b-example', protocol: 'TLS' }, hosts: ['./b.example'], tls: { mode: 'ISTIO_MUTUAL' } },
      ],
    });
    expect(specs['to-gateway']).toEqual({
      host: 'gate.egress.svc.cluster.local',
      exportTo: ['.', 'shop'],
      subsets: [
        { name: 'a-example', trafficPolicy: { portLevelSettings: [15443, 15444].map(number => ({ port: { number }, tls: tls('a.example') })) } },
        { name: 'b-example', trafficPolicy: { portLevelSettings: [{ port: { number: 15444 }, tls: tls('b.example') }] } },
      ],
    });
  });

  test.each<[string, EgressPort, object]>([
    ['the host of requests, where it sees HTTP', EgressPort.startsTls(), { to: [{ operation: { hosts: [HOST, `${HOST}:*`], ports: ['8443'] } }] }],
    ['the same of HTTP without TLS', PLAIN, { to: [{ operation: { hosts: [HOST, `${HOST}:*`], ports: ['8443'] } }] }],
    ['the server name, of TLS that callers start', EgressPort.tls(), { to: [{ operation: { ports: ['8444'] } }], when: [{ key: 'connection.sni', values: [HOST] }] }],
    ['the same of other connections', EgressPort.tcp(5432), { to: [{ operation: { ports: ['8444'] } }], when: [{ key: 'connection.sni', values: [HOST] }] }],
  ])('lets callers in at the port that its pods listen on by %s', (_, port, rule) => {
    const { specs, problems } = renderEgress(throughGate([port]));

    expect(problems).toEqual([]);
    expect(specs.policy).toEqual({ selector: { matchLabels: { app: 'gate' } }, rules: [{ from: [{ source: { principals: ['prod.td/ns/shop/sa/web'] } }], ...rule }] });
  });

  const toGate = (port: number) => [{ destination: { host: 'gate.egress.svc.cluster.local', subset: 'a-example', port: { number: port } } }];
  const outside = (port: number) => [{ destination: { host: HOST, port: { number: port } } }];

  test.each<[string, EgressPort, object]>([
    ['HTTP', EgressPort.startsTls(), {
      http: [{ match: [{ gateways: ['egress/out'], port: 15443 }], route: outside(80) }, { match: [{ gateways: ['mesh'], port: 80 }], route: toGate(15443) }],
    }],
    ['TLS', EgressPort.tls(), {
      tls: [{ match: [{ gateways: ['mesh'], port: 443, sniHosts: [HOST] }], route: toGate(15444) }], tcp: [{ match: [{ gateways: ['egress/out'], port: 15444 }], route: outside(443) }],
    }],
    ['other connections', EgressPort.tcp(5432), {
      tcp: [{ match: [{ gateways: ['egress/out'], port: 15444 }], route: outside(5432) }, { match: [{ gateways: ['mesh'], port: 5432 }], route: toGate(15444) }],
    }],
  ])('is where sidecars are led with %s, and sends it on to the host', (_, port, routes) => {
    expect(renderEgress(throughGate([port])).specs.route).toEqual({ hosts: [HOST], gateways: ['mesh', 'egress/out'], exportTo: ['.', 'shop'], ...routes });
  });

  test.each<[string, Partial<EgressIntent>, RegExp]>([
    ['callers in ambient', { clients: AMBIENT }, /^callers must have sidecars, got those of 'shop', in ambient, /],
    ['two ports that it cannot tell apart', { ports: [EgressPort.tls(), EgressPort.tcp(5432)].map(({ _data }) => _data) }, /^ports of 'a\.example' must be one of HTTP and one of anything else .* got '443 \(TLS\)', '5432 \(TCP\)'/],
    ['ports that its Service has not', { gateway: { ...GATE, tlsPort: 443 } }, /^port 443 must be one of a Service of the gateway 'egress\/gate'/],
  ])('is for no %s', (_, more, message) => {
    expect(renderEgress(throughGate([EgressPort.tls()], more)).problems).toEqual([expect.stringMatching(message)]);
  });

  test.each<[string, Partial<EgressGatewayIntent>, RegExp]>([
    ['in the root namespace', { gateway: { ...GATE, pods: { ...PODS, namespace: 'istio-system' } } }, /^'egress\/gate' is in the root namespace 'istio-system'/],
    ['without a port of its Service', { gateway: { ...GATE, httpPort: 80 } }, /^port 80 must be one of a Service of the gateway/],
    ['with its ports at two Services', { gateway: { ...GATE, pods: { ...PODS, services: [service('one', { 15443: 1 }), service('two', { 15444: 2 })] } } }, /^a Service of the gateway 'egress\/gate' must have both of its ports, 15443 and 15444/],
    ['behind a headless Service', { gateway: { ...GATE, pods: { ...PODS, services: [service('gate', { 15443: 1, 15444: 2 }, { headless: true })] } } }, /must have both of its ports, .* not headless/],
  ])('is none %s', (_, more, message) => {
    expect(renderEgressGateway(gateway(more)).problems).toEqual([expect.stringMatching(message)]);
  });
});
