import { PolicySet, Transport } from 'cdk8s-zero-trust';
import { answerOf, askGateway, gateway, HTTP, ingress, istio, tls, virtualService } from './gateway-support';
import { authorization, service, verdict, WEB } from './support';

const oneWay = (sni: string) => ({ port: 8443, source: { transport: Transport.ONE_WAY_TLS, sni }, authority: sni });
const mutual = (sni: string) => ({ port: 8443, source: { principal: WEB, sni }, authority: sni });
const old = { creationTimestamp: '2020-01-01T00:00:00Z' };
const young = { creationTimestamp: '2024-01-01T00:00:00Z' };
const tcp = { port: { number: 80, name: 'tcp', protocol: 'TCP' }, hosts: ['*'] };
const routes = virtualService({ gateways: ['edge/gw', 'alpha/gw', 'zeta/gw'], http: [{ route: [] }], tcp: [{ route: [] }] });

describe('servers that share a port', () => {
  test.each<[string, object[], string]>([
    ['two that end TLS for one host: the older', [gateway([tls('MUTUAL', ['a.com'])], { namespace: 'zeta', ...old }), gateway([tls('SIMPLE', ['a.com'])], { namespace: 'alpha', ...young })], 'DENY TRANSPORT'],
    ['the same, written the other way round', [gateway([tls('SIMPLE', ['a.com'])], { namespace: 'alpha', ...young }), gateway([tls('MUTUAL', ['a.com'])], { namespace: 'zeta', ...old })], 'DENY TRANSPORT'],
    ['the same by other ages', [gateway([tls('MUTUAL', ['a.com'])], { namespace: 'zeta', ...young }), gateway([tls('SIMPLE', ['a.com'])], { namespace: 'alpha', ...old })], 'ALLOW 200'],
    ['the same of unknown ages', [gateway([tls('MUTUAL', ['a.com'])], { namespace: 'zeta' }), gateway([tls('SIMPLE', ['a.com'])], { namespace: 'alpha' })], 'UNDECIDED TRANSPORT'],
    ['unknown ages that make no difference', [gateway([tls('SIMPLE', ['b.com'])], { namespace: 'zeta' }), gateway([tls('SIMPLE', ['a.com'])], { namespace: 'alpha' })], 'ALLOW 200'],
    ['one that is as old as possible, beside one of unknown age', [gateway([tls('MUTUAL', ['a.com'])], { namespace: 'zeta', ...old }), gateway([tls('SIMPLE', ['a.com'])], { namespace: 'alpha' })], 'UNDECIDED TRANSPORT'],
    ['a younger one shares one of two hosts: dropped whole', [gateway([tls('SIMPLE', ['b.com'])], { namespace: 'zeta', ...old }), gateway([tls('SIMPLE', ['a.com', 'b.com'])], { namespace: 'alpha', ...young })], 'DENY TRANSPORT'],
    ['the same host for another namespace is another', [gateway([tls('MUTUAL', ['x/a.com'])], { namespace: 'zeta', ...old }), gateway([tls('SIMPLE', ['a.com'])], { namespace: 'alpha', ...young })], 'DENY TRANSPORT'],
  ])('13.2 %s', (_, gateways, expected) => {
    expect(answerOf([...gateways, routes], oneWay('a.com'))).toBe(expected);
  });

  test.each<[string, object[], object, string]>([
    ['plain HTTP first: TLS is dropped', [{ ...HTTP, port: { ...HTTP.port, number: 443 } }, tls('SIMPLE', ['a.com'])], oneWay('a.com'), 'DENY TRANSPORT'],
    ['plain HTTP first: and itself is there', [{ ...HTTP, port: { ...HTTP.port, number: 443 } }, tls('SIMPLE', ['a.com'])], { port: 8443 }, 'ALLOW 200'],
    ['TLS first: plain HTTP stands beside it', [tls('SIMPLE', ['a.com']), { ...HTTP, port: { ...HTTP.port, number: 443 } }], { port: 8443 }, 'ALLOW 200'],
    ['TLS first: and itself is there', [tls('SIMPLE', ['a.com']), { ...HTTP, port: { ...HTTP.port, number: 443 } }], oneWay('a.com'), 'ALLOW 200'],
    ['TLS of another name gets to the plain one', [tls('SIMPLE', ['a.com']), { ...HTTP, port: { ...HTTP.port, number: 443 } }], oneWay('b.com'), 'DENY TRANSPORT'],
    ['HTTP first: TCP is dropped', [HTTP, tcp], {}, 'ALLOW 200'],
    ['TCP first: HTTP is dropped', [tcp, HTTP], {}, 'ALLOW'],
    ['HTTP and GRPC share one', [{ ...HTTP, hosts: ['b.com'] }, { ...HTTP, port: { number: 80, name: 'grpc', protocol: 'GRPC' } }], {}, 'ALLOW 200'],
    ['two HTTPS servers of one Gateway whose ports have one name', [tls('SIMPLE', ['b.com'], 'HTTPS', 'https'), tls('SIMPLE', ['a.com'], 'HTTPS', 'https')], oneWay('a.com'), 'DENY TRANSPORT'],
  ])('13.2 %s', (_, servers, asked, expected) => {
    expect(answerOf([gateway(servers), routes], asked)).toBe(expected);
  });

  test('13.1 the first Service that has the port maps it, and none that forbids it', () => {
    const other = (labels: object) => ({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'aaa', namespace: 'edge', labels }, spec: { selector: { istio: 'ingress' }, ports: [{ port: 80, targetPort: 9090 }] } });
    const answers = (labels: object) => [8080, 9090].map(port => answerOf([other(labels), gateway([HTTP]), routes], { port }));

    expect(answers({})).toEqual(['DENY TRANSPORT', 'ALLOW 200']);
    expect(answers({ 'experimental.istio.io/disable-gateway-port-translation': 'true' })).toEqual(['ALLOW 200', 'DENY TRANSPORT']);
  });

  test('13.1 Gateways of other namespaces count, unless istiod keeps them to their own', () => {
    const manifests = [gateway([HTTP], { namespace: 'zeta' }), routes];
    const scoped = { istiodEnvironment: { PILOT_SCOPE_GATEWAY_TO_NAMESPACE: 'true' } };

    expect([answerOf(manifests), answerOf(manifests, {}, scoped)]).toEqual(['ALLOW 200', 'DENY TRANSPORT']);
  });
});

describe('TLS that is passed on', () => {
  const passing = (match: object[], hosts = ['*.com']) => [gateway([tls('PASSTHROUGH', hosts, 'TLS')]), virtualService({ tls: [{ match, route: [] }] })];

  test.each<[string, object[], object, string]>([
    ['a name of a route', passing([{ sniHosts: ['a.com'] }]), oneWay('a.com'), 'ALLOW'],
    ['a name of none', passing([{ sniHosts: ['a.com'] }]), oneWay('b.com'), 'DENY TRANSPORT'],
    ['a name behind a star', passing([{ sniHosts: ['*.com'] }]), oneWay('b.com'), 'ALLOW'],
    ['a route for another port', passing([{ port: 444, sniHosts: ['a.com'] }]), oneWay('a.com'), 'DENY TRANSPORT'],
    ['a route for another gateway', passing([{ gateways: ['mesh'], sniHosts: ['a.com'] }]), oneWay('a.com'), 'DENY TRANSPORT'],
    ['a route for this one', passing([{ gateways: ['gw'], sniHosts: ['a.com'] }]), oneWay('a.com'), 'ALLOW'],
    ['no route for the host', [...passing([], ['x.org']), virtualService({ hosts: ['a.com'], tls: [{ match: [{ sniHosts: ['a.com'] }] }] }, { name: 'b' })], oneWay('a.com'), 'DENY TRANSPORT'],
    ['HTTPS that is passed on', [gateway([tls('PASSTHROUGH', ['*'])]), virtualService({ tls: [{ match: [{ sniHosts: ['a.com'] }] }] })], oneWay('a.com'), 'ALLOW'],
    ['a client without TLS', passing([{ sniHosts: ['a.com'] }]), { port: 8443 }, 'DENY TRANSPORT'],
    ['a client without TLS, where any name will do', passing([{ sniHosts: ['*'] }]), { port: 8443 }, 'ALLOW'],
    ['TLS that ends, without a route for TCP', [gateway([tls('SIMPLE', ['*'], 'TLS')]), virtualService({ tls: [{ match: [{ sniHosts: ['a.com'] }] }] })], oneWay('a.com'), 'DENY TRANSPORT'],
    ['TLS that ends, with one', [gateway([tls('SIMPLE', ['*'], 'TLS')]), virtualService({ tcp: [{}] })], oneWay('a.com'), 'ALLOW'],
  ])('13.4 %s', (_, manifests, asked, expected) => {
    expect(answerOf(manifests, asked)).toBe(expected);
  });

  test('policies hold for it', () => {
    const deny = authorization({ action: 'DENY', rules: [{}] }, { namespace: 'edge' });

    expect(answerOf([...passing([{ sniHosts: ['a.com'] }]), deny], oneWay('a.com'))).toBe('DENY DENY');
  });

  test('of two routes with one name the older counts, whose other names are there', () => {
    const [server] = passing([]);
    const two = [virtualService({ tls: [{ match: [{ sniHosts: ['a.com'] }] }] }, old), virtualService({ tls: [{ match: [{ sniHosts: ['a.com', 'b.com'] }] }] }, { name: 'b', ...young })];

    expect(['a.com', 'b.com'].map(name => answerOf([server, ...two], oneWay(name)))).toEqual(['ALLOW', 'DENY TRANSPORT']);
  });
});

describe('between networks', () => {
  const between = (hosts = ['*.local']) => [gateway([tls('AUTO_PASSTHROUGH', hosts, 'TLS')]), service('api', [{ name: 'http', port: 80 }, { name: 'dns', port: 53, protocol: 'UDP' }])];
  const deny = authorization({ action: 'DENY', rules: [{}] }, { namespace: 'edge' });
  const external = (location: string) => istio('ServiceEntry', { hosts: ['x.local'], ports: [{ number: 443, name: 'tls', protocol: 'TLS' }], location });
  const subset = istio('DestinationRule', { host: 'api.shop.svc.cluster.local', subsets: [{ name: 'v1' }] });
  const api = 'api.shop.svc.cluster.local';

  test.each<[string, object[], string, string]>([
    ['a Service that the hosts cover', between(), `outbound_.80_._.${api}`, 'ALLOW'],
    ['one that they do not', between(['*.other.local']), `outbound_.80_._.${api}`, 'DENY TRANSPORT'],
    ['a port that it does not have', between(), `outbound_.81_._.${api}`, 'DENY TRANSPORT'],
    ['a port for UDP', between(), `outbound_.53_._.${api}`, 'DENY TRANSPORT'],
    ['the name of the host itself', between(), api, 'DENY TRANSPORT'],
    ['a subset', [...between(), subset], `outbound_.80_.v1_.${api}`, 'ALLOW'],
    ['a subset that is none', [...between(), subset], `outbound_.80_.v2_.${api}`, 'DENY TRANSPORT'],
    ['what is outside the mesh', [...between(), external('MESH_EXTERNAL')], 'outbound_.443_._.x.local', 'DENY TRANSPORT'],
    ['a ServiceEntry of the mesh', [...between(), external('MESH_INTERNAL')], 'outbound_.443_._.x.local', 'ALLOW'],
    ['whatever policies say', [...between(), deny], `outbound_.80_._.${api}`, 'ALLOW'],
  ])('13.6 %s', (_, manifests, sni, expected) => {
    expect(answerOf(manifests, mutual(sni))).toBe(expected);
  });

  test('13.6 not what the settings export to its own namespace only', () => {
    expect(answerOf(between(), mutual(`outbound_.80_._.${api}`), { outbound: { serviceExportTo: ['.'] } })).toBe('DENY TRANSPORT');
  });

  test('13.6 only what is offered as mutual TLS of Istio passes', () => {
    const asked = { port: 8443, source: { transport: Transport.ONE_WAY_TLS, sni: `outbound_.80_._.${api}` } };

    expect(answerOf(between(), asked)).toBe('DENY TRANSPORT');
  });

  test('13.6 says that no policy is asked', () => {
    const response = askGateway(PolicySet.fromManifests([...ingress(), ...between(), deny]), mutual(`outbound_.80_._.${api}`));

    expect([verdict(response), response.determiningPolicies]).toEqual(['ALLOW', []]);
    expect(response.hops[0].detached).toEqual(['edge/policy: no policy holds for what a gateway passes on between networks']);
  });
});
