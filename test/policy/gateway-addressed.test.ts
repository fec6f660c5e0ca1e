import { PolicySet, ProxyKind, RequestDestination } from 'cdk8s-zero-trust';
import { askGateway, gateway, HTTP, ingress, kubernetes, virtualService } from './gateway-support';
import { authorization, namespace, peerAuthentication, verdict, WEB } from './support';

const DENY = authorization({ action: 'DENY', rules: [{}] }, { namespace: 'edge' });
const STRICT = peerAuthentication({ mtls: { mode: 'STRICT' } }, { namespace: 'edge' });
const ROUTES = virtualService({ http: [{ route: [] }] });

function ask(manifests: object[], destination: Partial<RequestDestination>, source = {}): string {
  return verdict(PolicySet.fromManifests(manifests).isAuthorized({ destination: { namespace: 'edge', port: 80, ...destination }, source, http: { authority: 'a.com' } }));
}

describe('pods of a classic gateway', () => {
  const world = [...ingress(), gateway([HTTP]), ROUTES, STRICT];
  const places: [string, Partial<RequestDestination>][] = [
    ['as a gateway', { gateway: 'ingress', port: 8080 }], ['by their Service', { service: 'front' }], ['as pods', { workload: 'ingress', port: 8080 }],
    ['by Service and pods', { service: 'front', workload: 'ingress' }],
  ];

  test.each(places)('13.1 are a gateway, addressed %s: PeerAuthentication does not count', (_, destination) => {
    expect(ask(world, destination)).toBe('ALLOW 200');
    expect(ask([...world, DENY], destination)).toBe('DENY DENY 403');
  });

  test.each<[string, object, string]>([
    ['that say no to a sidecar', { labels: { 'sidecar.istio.io/inject': 'false' } }, 'ALLOW 200'],
    ['that are given the template for gateways', { labels: { 'sidecar.istio.io/inject': 'true' }, annotations: { 'inject.istio.io/templates': 'gateway' } }, 'ALLOW 200'],
    ['that are given a sidecar', { labels: { 'sidecar.istio.io/inject': 'true' } }, 'DENY TRANSPORT'],
  ])('13.1 may be pods %s', (_, meta, expected) => {
    expect(ask([...ingress(meta), gateway([HTTP]), ROUTES, STRICT], { service: 'front' })).toBe(expected);
  });

  test('13.1 may be in a namespace that the manifests do not have, or that is given sidecars', () => {
    const pods = ingress().slice(1);
    const among = (labels: Record<string, string>) => ask([...pods, namespace('edge', labels), gateway([HTTP]), ROUTES, STRICT], { service: 'front' });

    expect(ask([...pods, gateway([HTTP]), ROUTES, STRICT], { service: 'front' })).toBe('ALLOW 200');
    expect([among({ 'istio-injection': 'enabled' }), among({})]).toEqual(['DENY TRANSPORT', 'ALLOW 200']);
  });

  test.each<[string, string[], number, string]>([
    ['what the gateway listens on is its own', ['istio-proxy', 'app'], 8080, 'DENY DENY 403'],
    ['nothing else is there where it runs alone', ['istio-proxy'], 9000, 'DENY TRANSPORT'],
    ['another port is that of what runs beside it, which no policy protects', ['istio-proxy', 'app'], 9000, 'ALLOW'],
  ])('13.1 may have other containers: %s', (_, containers, port, expected) => {
    const pods = { labels: { 'istio': 'ingress', 'sidecar.istio.io/inject': 'true' }, annotations: { 'inject.istio.io/templates': 'gateway' } };
    const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'edge', namespace: 'edge' }, spec: { template: { metadata: pods, spec: { containers: containers.map(name => ({ name })) } } } };

    expect(ask([namespace('edge'), deployment, gateway([{ ...HTTP, port: { number: 8080, name: 'http', protocol: 'HTTP' } }]), ROUTES, DENY], { workload: 'edge', port })).toBe(expected);
    expect(ask([namespace('edge'), deployment, ROUTES], { workload: 'edge', port, proxy: ProxyKind.GATEWAY })).toBe('DENY TRANSPORT');
  });

  test('13.1 says where that is assumed', () => {
    const { notes } = PolicySet.fromManifests(world).isAuthorized({ destination: { namespace: 'edge', service: 'front', port: 80 }, http: {} });

    expect(notes).toEqual(["'edge/ingress' is taken for a gateway, as Gateway edge/gw selects its pods"]);
  });

  test('13.1 are none where no Gateway selects them, or one selects everything', () => {
    expect(ask([...ingress(), ROUTES, DENY], { service: 'front' })).toBe('ALLOW');
    expect(ask([...ingress(), { ...gateway([HTTP]), spec: { servers: [HTTP] } }, ROUTES, DENY], { service: 'front' })).toBe('ALLOW');
  });

  test('13.1 have no identity to a sidecar that sends plaintext to them', () => {
    const client = [namespace('shop', { 'istio-injection': 'enabled' }), { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'shop' }, spec: { serviceAccountName: 'web' } }];
    const only = authorization({ rules: [{ from: [{ source: { principals: [WEB] } }] }] }, { namespace: 'edge' });

    expect(ask([...world, ...client, only], { service: 'front' }, { workload: 'shop/web' })).toBe('DENY ALLOW 403');
  });
});

describe('gateways of the Gateway API', () => {
  const listeners = [{ name: 'http', port: 80, protocol: 'HTTP' }];
  const route = kubernetes('HTTPRoute', { parentRefs: [{ name: 'gw' }], rules: [{ backendRefs: [{ name: 'api', port: 80 }] }] }, { name: 'r' });
  const automatic = (spec = {}, meta = {}) => [kubernetes('Gateway', { gatewayClassName: 'istio', listeners, ...spec }, meta), route];
  const targeting = authorization({ action: 'DENY', rules: [{}], targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'gw' }] }, { namespace: 'edge' });

  test.each<[string, object[], Partial<RequestDestination>]>([
    ['by its name', automatic(), { gateway: 'gw' }],
    ['by the Service that Istio makes', automatic(), { service: 'gw-istio' }],
    ['by the Deployment that Istio makes', automatic(), { workload: 'gw-istio' }],
    ['by that Deployment as a gateway', automatic(), { gateway: 'gw-istio' }],
    ['by a Service of another name', automatic({}, { annotations: { 'gateway.istio.io/name-override': 'front' } }), { service: 'front' }],
    ['with an address of its own', automatic({ addresses: [{ value: '10.0.0.1' }] }), { service: 'gw-istio' }],
  ])('13.1 are addressed %s', (_, manifests, destination) => {
    expect([ask(manifests, destination), ask([...manifests, targeting], destination)]).toEqual(['ALLOW 200', 'DENY DENY 403']);
  });

  test('13.1 are not addressed by labels of a workload, nor by the name of the Gateway as one', () => {
    expect(ask([...automatic(), targeting], { workload: 'gw-istio', labels: {} })).toBe('ALLOW 200');
    expect(() => ask(automatic(), { workload: 'gw' })).toThrow(/^destination.workload must be /);
    expect(() => ask(automatic(), { service: 'gw' })).toThrow(/^destination.service must be /);
  });

  test('13.1 are those that run, where they do', () => {
    const running = ingress({ labels: { 'gateway.networking.k8s.io/gateway-name': 'gw', 'gateway.istio.io/managed': 'istio.io-gateway-controller', 'team': 'x' } });
    const selecting = authorization({ action: 'DENY', rules: [{}], selector: { matchLabels: { team: 'x' } } }, { namespace: 'edge' });

    expect(ask([...running, ...automatic(), selecting], { gateway: 'gw' })).toBe('DENY DENY 403');
  });

  const manual = (pods: object, type?: string, value = 'front') => [...ingress(pods), kubernetes('Gateway', { gatewayClassName: 'istio', listeners, addresses: [{ type, value }] }), route];
  const labelled = { labels: { 'gateway.networking.k8s.io/gateway-name': 'gw' } };

  test.each<[string, object[], Partial<RequestDestination>, string]>([
    ['by name', manual({}, 'Hostname'), { gateway: 'gw', port: 8080 }, 'ALLOW 200'],
    ["on the listener's port", manual({}, 'Hostname'), { gateway: 'gw' }, 'DENY TRANSPORT'],
    ['by their Service', manual({}, 'Hostname'), { service: 'front' }, 'ALLOW 200'],
    ['by their Service, by its long name', manual({}, 'Hostname', 'front.edge.svc.cluster.local'), { service: 'front' }, 'ALLOW 200'],
    ['with addresses of unknown kind, which are names', [...ingress(), kubernetes('Gateway', { gatewayClassName: 'istio', listeners, addresses: [{ value: 'other' }, { value: 'front' }] }), route], { service: 'front' }, 'ALLOW 200'],
    ['with addresses that are no names', [...ingress(), kubernetes('Gateway', { gatewayClassName: 'istio', listeners, addresses: ['1', 'front'].map(value => ({ type: 'IPAddress', value })) }), route],
      { gateway: 'gw', port: 8080 }, 'UNDECIDED'],
    ['with a Service of another namespace', manual({}, 'Hostname', 'front.other.svc.cluster.local'), { gateway: 'gw', port: 8080 }, 'UNDECIDED'],
  ])('13.1 may be pods of your own, addressed %s', (_, manifests, destination, expected) => {
    expect(ask(manifests, destination)).toBe(expected);
  });

  test('2.3 a targetRef holds for pods of your own where they are labelled with the name of the Gateway', () => {
    expect([{}, labelled].map(pods => ask([...manual(pods, 'Hostname'), targeting], { gateway: 'gw', port: 8080 }))).toEqual(['ALLOW 200', 'DENY DENY 403']);
  });

  test.each<[string, object[], string]>([
    ['another class', [kubernetes('Gateway', { gatewayClassName: 'nginx', listeners }), route], "the Gateway 'gw' is of class 'nginx', whose gateways are not evaluated"],
    ['a class of another controller', [...automatic(), kubernetes('GatewayClass', { controllerName: 'example.com/gateway' }, { name: 'istio', namespace: undefined })], "the Gateway 'gw' is of class 'istio', whose gateways are not evaluated"],
  ])('13.1 of %s are not evaluated', (_, manifests, reason) => {
    const response = askGateway(PolicySet.fromManifests(manifests), { port: 80 }, 'gw');

    expect([verdict(response), response.notes]).toEqual(['UNDECIDED', [reason]]);
  });

  test('13.1 of a class of your own, with Istio\'s controller, are', () => {
    const own = kubernetes('GatewayClass', { controllerName: 'istio.io/gateway-controller' }, { name: 'own', namespace: undefined });

    expect(ask([...automatic({ gatewayClassName: 'own' }), own], { service: 'gw-own' })).toBe('ALLOW 200');
  });

  test.each<[string, object, object, string, string]>([
    ['those of the Gateway', {}, { labels: { team: 'x' } }, 'team', 'DENY DENY 403'],
    ['not those of the Gateway where infrastructure has some', { infrastructure: { labels: { other: 'y' } } }, { labels: { team: 'x' } }, 'team', 'ALLOW 200'],
    ['those of infrastructure', { infrastructure: { labels: { team: 'x' } } }, {}, 'team', 'DENY DENY 403'],
    ['those of the Gateway where infrastructure has annotations only', { infrastructure: { annotations: { a: 'b' } } }, { labels: { team: 'x' } }, 'team', 'DENY DENY 403'],
  ])('2.3 labels of the pods that Istio makes: %s', (_, spec, meta, label, expected) => {
    const selecting = authorization({ action: 'DENY', rules: [{}], selector: { matchLabels: { [label]: 'x' } } }, { namespace: 'edge' });

    expect(ask([...automatic(spec, meta), selecting], { gateway: 'gw' })).toBe(expected);
  });

  test('2.3 a selector holds unless istiod is told otherwise', () => {
    const manifests = [...automatic(), DENY];
    const answer = (settings: object) => verdict(askGateway(PolicySet.fromManifests(manifests, settings), { port: 80 }, 'gw'));

    expect([answer({}), answer({ istiodEnvironment: { ENABLE_SELECTOR_BASED_K8S_GATEWAY_POLICY: 'false' } })]).toEqual(['DENY DENY 403', 'ALLOW 200']);
  });
});
