import { PolicySet, Transport } from 'cdk8s-zero-trust';
import { Asked, askGateway, kubernetes } from './gateway-support';
import { authorization, namespace, service, verdict, WEB } from './support';

const to = { backendRefs: [{ name: 'api', port: 80 }] };
const HTTP = { name: 'http', port: 80, protocol: 'HTTP' };
const certificate = { certificateRefs: [{ name: 'cert' }] };
const https = (name: string, hostname?: string, of: object = {}) => ({ name, port: 443, protocol: 'HTTPS', hostname, tls: { mode: 'Terminate', ...certificate }, ...of });
const passing = (name: string, hostname?: string, of: object = {}) => ({ name, port: 443, protocol: 'TLS', hostname, tls: { mode: 'Passthrough' }, ...of });
const gateway = (listeners: object[], spec = {}, meta = {}) => kubernetes('Gateway', { gatewayClassName: 'istio', listeners, ...spec }, meta);
const route = (spec: object = {}, of = 'edge', kind = 'HTTPRoute', name = 'r') =>
  kubernetes(kind, { parentRefs: [{ name: 'gw', namespace: 'edge' }], rules: [to], ...spec }, { name, namespace: of });
const oneWay = (sni: string, authority = sni) => ({ port: 443, source: { transport: Transport.ONE_WAY_TLS, sni }, authority });

const answerOf = (manifests: object[], asked: Asked = {}) => verdict(askGateway(PolicySet.fromManifests(manifests), { port: 80, ...asked }, 'gw'));

describe('13.5 a listener takes routes', () => {
  const selector = (team: string) => ({ from: 'Selector', selector: { matchLabels: { team } } });
  const byName = { from: 'Selector', selector: { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: ['shop'] }] } };
  const taking = (namespaces: object | undefined, more: object = {}) => gateway([{ ...HTTP, allowedRoutes: { namespaces, ...more } }]);
  const shop = namespace('shop', { team: 'a' });

  test.each<[string, object[], string]>([
    ['of its own namespace', [taking(undefined), route()], 'ALLOW 200'],
    ['of no other one', [taking(undefined), route({}, 'shop')], 'ALLOW 404'],
    ['of all, if it says so', [taking({ from: 'All' }), route({}, 'shop')], 'ALLOW 200'],
    ['of its own, if it says so', [taking({ from: 'Same' }), route({}, 'shop')], 'ALLOW 404'],
    ['of none, if it says so', [taking({ from: 'None' }), route()], 'ALLOW 404'],
    ['of namespaces by their labels', [taking(selector('a')), route({}, 'shop'), shop], 'ALLOW 200'],
    ['of no namespace with other labels', [taking(selector('b')), route({}, 'shop'), shop], 'ALLOW 404'],
    ['of a namespace by its name', [taking(byName), route({}, 'shop')], 'ALLOW 200'],
    ['of a namespace of unknown labels, perhaps', [taking(selector('a')), route({}, 'shop')], 'ALLOW'],
    ['of kinds that it names', [taking(undefined, { kinds: [{ kind: 'HTTPRoute' }] }), route()], 'ALLOW 200'],
    ['of no other kind', [taking(undefined, { kinds: [{ kind: 'GRPCRoute' }] }), route()], 'ALLOW 404'],
    ['of its section', [taking(undefined), route({ parentRefs: [{ name: 'gw', sectionName: 'http' }] })], 'ALLOW 200'],
    ['of no other section', [taking(undefined), route({ parentRefs: [{ name: 'gw', sectionName: 'https' }] })], 'ALLOW 404'],
    ['of its port', [taking(undefined), route({ parentRefs: [{ name: 'gw', port: 80 }] })], 'ALLOW 200'],
    ['of no other port', [taking(undefined), route({ parentRefs: [{ name: 'gw', port: 81 }] })], 'ALLOW 404'],
    ['for Gateways only', [taking(undefined), route({ parentRefs: [{ name: 'gw', kind: 'Service', group: '' }] })], 'ALLOW 404'],
    ['for its hosts', [gateway([{ ...HTTP, hostname: 'a.com' }]), route({ hostnames: ['*.com'] })], 'ALLOW 200'],
    ['for no other hosts', [gateway([{ ...HTTP, hostname: 'b.com' }]), route({ hostnames: ['*.com'] })], 'ALLOW 404'],
  ])('%s', (_, manifests, expected) => {
    expect(answerOf(manifests)).toBe(expected);
  });

  test('for a host that no other listener of the port is more precise about', () => {
    const listeners = [{ ...HTTP, name: 'any' }, { ...HTTP, name: 'a', hostname: 'a.com', allowedRoutes: { namespaces: { from: 'None' } } }];

    expect(['a.com', 'b.com'].map(authority => answerOf([gateway(listeners), route({ hostnames: ['a.com', 'b.com'] })], { authority }))).toEqual(['ALLOW 404', 'ALLOW 200']);
  });
});

describe('13.2 a listener that ends TLS', () => {
  test.each<[string, object[], Asked, string]>([
    ['takes its host', [gateway([https('a', 'a.com')]), route()], oneWay('a.com'), 'ALLOW 200'],
    ['takes no other', [gateway([https('a', 'a.com')]), route()], oneWay('b.com'), 'DENY TRANSPORT'],
    ['listens without a route', [gateway([https('a', 'a.com')])], oneWay('a.com'), 'ALLOW 404'],
    ['is dropped where an earlier one has its host', [gateway([passing('a', 'a.com'), https('b', 'a.com')]), route()], oneWay('a.com'), 'DENY TRANSPORT'],
    ['is none without TLS', [gateway([{ ...https('a'), tls: undefined }]), route()], oneWay('a.com'), 'DENY TRANSPORT'],
    ['is none with three certificates', [gateway([https('a', 'a.com', { tls: { certificateRefs: [{ name: 'a' }, { name: 'b' }, { name: 'c' }] } })])], oneWay('a.com'), 'DENY TRANSPORT'],
    ['asks for a certificate of the mesh', [gateway([https('a', 'a.com', { tls: { options: { 'gateway.istio.io/tls-terminate-mode': 'ISTIO_MUTUAL' } } })])], oneWay('a.com'), 'DENY TRANSPORT'],
    ['asks for none of the mesh', [gateway([https('a', 'a.com', { tls: { options: { 'gateway.istio.io/tls-terminate-mode': 'ISTIO_SIMPLE' } } })])], oneWay('a.com'), 'ALLOW 404'],
    ['speaks HTTP on a port of its own protocol only', [gateway([{ ...https('a'), protocol: 'https' }])], oneWay('a.com'), 'DENY TRANSPORT'],
  ])('%s', (_, manifests, asked, expected) => {
    expect(answerOf(manifests, asked)).toBe(expected);
  });

  const validation = { caCertificateRefs: [{ name: 'ca', kind: 'ConfigMap', group: '' }] };

  test.each<[string, object, string]>([
    ['where the Gateway checks those of clients', { default: { validation } }, 'DENY TRANSPORT'],
    ['but none where it lets those without pass', { default: { validation: { ...validation, mode: 'AllowInsecureFallback' } } }, 'ALLOW 404'],
    ['on the port for which it says so', { default: {}, perPort: [{ port: 443, tls: { validation } }] }, 'DENY TRANSPORT'],
    ['and none on a port for which it says otherwise', { default: { validation }, perPort: [{ port: 443, tls: {} }] }, 'ALLOW 404'],
    ['and none where it names no authority', { default: { validation: {} } }, 'ALLOW 404'],
  ])('13.3 asks for a certificate %s', (_, frontend, expected) => {
    expect(answerOf([gateway([https('a', 'a.com')], { tls: { frontend } })], oneWay('a.com'))).toBe(expected);
  });
});

describe('13.4 a listener for connections', () => {
  const tcp = { name: 'tcp', port: 80, protocol: 'TCP' };
  const plain = { source: {} };
  const tlsRoute = (hostnames?: string[], of = 'edge', name = 'r') => route({ hostnames }, of, 'TLSRoute', name);

  test.each<[string, object[], Asked, string]>([
    ['for TCP listens for a TCPRoute', [gateway([tcp]), route({}, 'edge', 'TCPRoute')], plain, 'ALLOW'],
    ['for TCP does not listen for one of another namespace', [gateway([tcp]), route({}, 'shop', 'TCPRoute')], plain, 'DENY TRANSPORT'],
    ['for TCP does not listen for another route', [gateway([tcp]), route()], plain, 'DENY TRANSPORT'],
    ['that passes TLS on takes names of a TLSRoute', [gateway([passing('a')]), tlsRoute(['a.com'])], oneWay('a.com'), 'ALLOW'],
    ['that passes TLS on takes no others', [gateway([passing('a')]), tlsRoute(['a.com'])], oneWay('b.com'), 'DENY TRANSPORT'],
    ['takes what it shares with the route: the route is wider', [gateway([passing('a', '*.a.com')]), tlsRoute(['*.com'])], oneWay('b.com'), 'DENY TRANSPORT'],
    ['takes what it shares with the route: and that', [gateway([passing('a', '*.a.com')]), tlsRoute(['*.com'])], oneWay('x.a.com'), 'ALLOW'],
    ['takes its own name for a route without', [gateway([passing('a', 'a.com')]), tlsRoute()], oneWay('a.com'), 'ALLOW'],
    ['that ends TLS listens for a TLSRoute', [gateway([{ ...passing('a', 'a.com'), tls: { mode: 'Terminate', ...certificate } }]), tlsRoute()], oneWay('a.com'), 'ALLOW'],
    ['that ends TLS listens for a TCPRoute', [gateway([{ ...passing('a', 'a.com'), tls: { mode: 'Terminate', ...certificate } }]), route({}, 'edge', 'TCPRoute')], oneWay('a.com'), 'ALLOW'],
    ['that ends TLS does not listen without', [gateway([{ ...passing('a', 'a.com'), tls: { mode: 'Terminate', ...certificate } }])], oneWay('a.com'), 'DENY TRANSPORT'],
    ['that passes TLS on does not listen for a TCPRoute', [gateway([passing('a', 'a.com')]), route({}, 'edge', 'TCPRoute')], oneWay('a.com'), 'DENY TRANSPORT'],
  ])('%s', (_, manifests, asked, expected) => {
    expect(answerOf(manifests, asked)).toBe(expected);
  });

  test.each<[string, object, object, string]>([
    ['by its option', passing('a', undefined, { tls: { mode: 'Passthrough', options: { 'gateway.istio.io/listener-protocol': 'auto-passthrough' } } }), {}, 'ALLOW'],
    ['by the network of its Gateway and its port', passing('a', undefined, { port: 15443 }), { labels: { 'topology.istio.io/network': 'n' } }, 'ALLOW'],
    ['not by its port alone', passing('a', undefined, { port: 15443 }), {}, 'DENY TRANSPORT'],
    ['by the port that its Gateway names', passing('a'), { labels: { 'topology.istio.io/network': 'n', 'networking.istio.io/gatewayPort': '443' } }, 'ALLOW'],
  ])('13.6 is between networks %s', (_, listener, meta, expected) => {
    const deny = authorization({ action: 'DENY', rules: [{}] }, { namespace: 'edge' });
    const asked = { port: (listener as { port: number }).port, source: { principal: WEB, sni: 'outbound_.80_._.api.shop.svc.cluster.local' } };

    expect(answerOf([gateway([listener], {}, meta), service('api', [{ name: 'http', port: 80 }]), deny], asked)).toBe(expected);
  });
});

describe('13.1 a ListenerSet', () => {
  const set = (spec: object = {}, of = 'edge') => kubernetes('ListenerSet', { parentRef: { name: 'gw', namespace: 'edge' }, listeners: [{ ...HTTP, port: 8000 }], ...spec }, { name: 'set', namespace: of });
  const taking = (from?: string) => gateway([HTTP], from === undefined ? {} : { allowedListeners: { namespaces: { from } } });
  const ofSet = route({ parentRefs: [{ kind: 'ListenerSet', name: 'set' }] });

  test.each<[string, object[], number, string]>([
    ['adds listeners to a Gateway that takes it', [taking('Same'), set(), ofSet], 8000, 'ALLOW 200'],
    ['adds none to one that says nothing', [taking(), set(), ofSet], 8000, 'DENY TRANSPORT'],
    ['adds none to one that takes none', [taking('None'), set(), ofSet], 8000, 'DENY TRANSPORT'],
    ['adds none from elsewhere', [taking('Same'), set({}, 'shop')], 8000, 'DENY TRANSPORT'],
    ['adds some from elsewhere where all are taken', [taking('All'), set({}, 'shop')], 8000, 'ALLOW 404'],
    ['adds none to another Gateway', [taking('Same'), set({ parentRef: { name: 'gv' } })], 8000, 'DENY TRANSPORT'],
    ['has the usual port where it names none', [gateway([https('a', 'a.com')], { allowedListeners: { namespaces: { from: 'Same' } } }), set({ listeners: [{ name: 'h', protocol: 'HTTP' }] })], 80, 'ALLOW 404'],
    ['loses to the Gateway', [taking('Same'), set({ listeners: [{ ...HTTP, name: 'x', protocol: 'TCP' }] }), route({ parentRefs: [{ kind: 'ListenerSet', name: 'set' }] }, 'edge', 'TCPRoute')], 80, 'ALLOW 404'],
    ['is not meant by a route to the Gateway', [taking('Same'), set(), route()], 8000, 'ALLOW 404'],
  ])('%s', (_, manifests, port, expected) => {
    expect(answerOf(manifests, { port })).toBe(expected);
  });
});
