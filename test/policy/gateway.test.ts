import { AuthorizerProtocol, PolicySet, RequestSource, Transport } from 'cdk8s-zero-trust';
import { authorization, verdict, WEB } from './support';

const POD = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'ingress', namespace: 'istio-system', labels: { istio: 'ingressgateway' } }, spec: {} };
const SERVICE = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'ingress', namespace: 'istio-system' },
  spec: { selector: { istio: 'ingressgateway' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }, { name: 'https', port: 443, targetPort: 8443 }] },
};
const ROUTES = {
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { name: 'routes', namespace: 'shop' },
  spec: { hosts: ['api.example.com'], gateways: ['istio-system/gw'], http: [{ route: [] }] },
};
const TLS = { source: { transport: Transport.ONE_WAY_TLS, sni: 'API.example.com' } };

function gateway(servers: object[], policies: object[] = [], settings = {}): PolicySet {
  const gw = { apiVersion: 'networking.istio.io/v1', kind: 'Gateway', metadata: { name: 'gw', namespace: 'istio-system' }, spec: { selector: { istio: 'ingressgateway' }, servers } };
  return PolicySet.fromManifests([POD, SERVICE, ROUTES, gw, ...policies], settings);
}

function ask(policies: PolicySet, port: number, source: RequestSource = {}, authority = 'api.example.com', headers = {}): string {
  return verdict(policies.isAuthorized({ destination: { namespace: 'istio-system', gateway: 'ingress', port }, source, http: { authority, headers } }));
}

const http = { port: { number: 80, protocol: 'HTTP' }, hosts: ['*.example.com'] };
const https = (mode: string) => ({ port: { number: 443, protocol: 'HTTPS' }, hosts: ['*.example.com'], tls: { mode } });

describe('gateways', () => {
  test.each<[string, object, number, RequestSource, string]>([
    ['13.1 the container port', http, 8080, {}, 'ALLOW 200'],
    ["13.1 not the Service's", http, 80, {}, 'DENY TRANSPORT'],
    ['13.2 TLS to a plaintext server', http, 8080, TLS.source, 'DENY TRANSPORT'],
    ['13.2 plaintext to a TLS server', https('SIMPLE'), 8443, {}, 'DENY TRANSPORT'],
    ['13.2 a server name without case', https('SIMPLE'), 8443, TLS.source, 'ALLOW 200'],
    ['13.2 a host in other case', { ...https('SIMPLE'), hosts: ['*.EXAMPLE.com'] }, 8443, TLS.source, 'ALLOW 200'],
    ['13.2 another server name', https('SIMPLE'), 8443, { ...TLS.source, sni: 'x.org' }, 'DENY TRANSPORT'],
    ['13.3 MUTUAL without certificate', https('MUTUAL'), 8443, TLS.source, 'DENY TRANSPORT'],
    ['13.3 OPTIONAL_MUTUAL without certificate', https('OPTIONAL_MUTUAL'), 8443, TLS.source, 'ALLOW 200'],
    ['13.3 ISTIO_MUTUAL with a foreign one', https('ISTIO_MUTUAL'), 8443, { principal: 'other/ns/a/sa/b', sni: 'api.example.com' }, 'ALLOW 200'],
    ['13.4 no protocol, without a route', { port: { number: 80 }, hosts: ['*'] }, 8080, {}, 'DENY TRANSPORT'],
    ['13.4 TCP without a route', { port: { number: 80, protocol: 'TCP' }, hosts: ['*'] }, 8080, {}, 'DENY TRANSPORT'],
  ])('%s', (_, server, port, source, expected) => {
    expect(ask(gateway([server]), port, source)).toBe(expected);
  });

  test.each(['HTTP', 'HTTP2', 'GRPC', 'grpc'])('13.2 a server of %s is plaintext, whatever it says of TLS', protocol => {
    expect(ask(gateway([{ ...http, port: { number: 80, protocol }, tls: { mode: 'SIMPLE' } }]), 8080)).toBe('ALLOW 200');
  });

  test.each(['GRPC-WEB', 'HTTP_PROXY'])('5.1 a server of %s speaks HTTP', protocol => {
    expect(ask(gateway([{ ...http, port: { number: 80, protocol } }]), 8080)).toBe('ALLOW 200');
  });

  test('13.2 the most specific server name counts', () => {
    const wide = https('MUTUAL');
    const exact = { ...https('SIMPLE'), hosts: ['api.example.com'] };

    expect(ask(gateway([wide, exact]), 8443, TLS.source)).toBe('ALLOW 200');
    expect(ask(gateway([wide, exact]), 8443, { ...TLS.source, sni: 'www.example.com' })).toBe('DENY TRANSPORT');
  });

  test.each([['web', 8080, 'ALLOW 200'], ['web', 80, 'DENY TRANSPORT'], ['none', 80, 'ALLOW 200']])('13.1 a container port of the name %s, asked at %d', (targetPort, port, expected) => {
    const gw = { apiVersion: 'networking.istio.io/v1', kind: 'Gateway', metadata: { name: 'gw', namespace: 'istio-system' }, spec: { selector: POD.metadata.labels, servers: [http] } };
    const pods = { ...POD, spec: { containers: [{ ports: [{ name: 'web', containerPort: 8080 }] }] } };
    const policies = PolicySet.fromManifests([pods, { ...SERVICE, spec: { ...SERVICE.spec, ports: [{ name: 'http', port: 80, targetPort }] } }, ROUTES, gw]);

    expect(ask(policies, port)).toBe(expected);
  });

  test('13.1 a Gateway without servers does not listen, a server without hosts serves none', () => {
    const gw = (servers?: object[]) => ({ apiVersion: 'networking.istio.io/v1', kind: 'Gateway', metadata: { name: 'gw', namespace: 'istio-system' }, spec: { selector: POD.metadata.labels, servers } });
    const answers = [undefined, [{ port: http.port }]].map(servers => ask(PolicySet.fromManifests([POD, SERVICE, ROUTES, gw(servers)]), 8080));

    expect(answers).toEqual(['DENY TRANSPORT', 'ALLOW 404']);
  });

  test('13.1 a Gateway for other pods does not count', () => {
    const other = { apiVersion: 'networking.istio.io/v1', kind: 'Gateway', metadata: { name: 'other', namespace: 'istio-system' }, spec: { selector: { istio: 'egressgateway' }, servers: [http] } };

    expect(ask(gateway([], [other]), 8080)).toBe('DENY TRANSPORT');
  });

  test.each([['10.9.9.9', '10.9.9.9'], [undefined, '10.2.2.2']])('14.1 the address of a gateway is the one stated, %s, or else that of its pods', (ip, seen) => {
    const policy = authorization({ action: 'DENY', rules: [{ when: [{ key: 'destination.ip', values: [seen] }] }] }, { namespace: 'istio-system' });
    const gw = { apiVersion: 'networking.istio.io/v1', kind: 'Gateway', metadata: { name: 'gw', namespace: 'istio-system' }, spec: { selector: POD.metadata.labels, servers: [{ ...http, port: { number: 8080, protocol: 'HTTP' } }] } };
    const policies = PolicySet.fromManifests([{ ...POD, status: { podIP: '10.2.2.2' } }, gw, policy]);
    const response = policies.isAuthorized({ destination: { namespace: 'istio-system', gateway: 'ingress', port: 8080, ip }, http: {} });

    expect([verdict(response), response.hops[0].proxy]).toEqual(['DENY DENY 403', 'gateway istio-system/ingress']);
  });

  test('13.1 says where a gateway does not listen', () => {
    const response = gateway([http]).isAuthorized({ destination: { namespace: 'istio-system', gateway: 'ingress', port: 81 }, http: {} });

    expect(response.explain()).toContain('TRANSPORT the gateway does not listen on this port');
  });

  test('13.5 a request without a route passes policies and gets 404', () => {
    expect(ask(gateway([http]), 8080, {}, 'x.example.com')).toBe('ALLOW 404');
  });

  test('8.4 a gateway does not ask an authorizer about a request without a route', () => {
    const policy = authorization({ action: 'CUSTOM', provider: { name: 'opa' }, rules: [{}] }, { namespace: 'istio-system' });
    const settings = { authorizerProviders: [{ name: 'opa', protocol: AuthorizerProtocol.GRPC }] };

    expect(ask(gateway([http], [policy], settings), 8080)).toBe('CONDITIONAL CUSTOM');
    expect(ask(gateway([http], [policy], settings), 8080, {}, 'x.example.com')).toBe('ALLOW 404');
  });

  test('13.3 the identity is that of the certificate', () => {
    const policies = gateway([https('OPTIONAL_MUTUAL')], [authorization({ rules: [{ from: [{ source: { principals: [WEB] } }] }] }, { namespace: 'istio-system' })]);

    expect(ask(policies, 8443, { principal: WEB, sni: 'api.example.com' })).toBe('ALLOW 200');
    expect(ask(policies, 8443, TLS.source)).toBe('DENY ALLOW 403');
  });

  test('13.2 names of servers are compared in lower case, whatever the client sends', () => {
    const named = (value: string) => gateway([https('SIMPLE')], [authorization({ rules: [{ when: [{ key: 'connection.sni', values: [value] }] }] }, { namespace: 'istio-system' })]);

    expect(ask(named('api.example.com'), 8443, TLS.source)).toBe('ALLOW 200');
    expect(ask(named('API.example.com'), 8443, TLS.source)).toBe('DENY ALLOW 403');
  });

  test.each([
    [0, 'DENY ALLOW 403'],
    [1, 'DENY ALLOW 403'],
    [2, 'ALLOW 200'],
  ])('6.4 the client behind %d trusted proxies', (trustedProxies, expected) => {
    const policy = authorization({ rules: [{ from: [{ source: { remoteIpBlocks: ['203.0.113.7'] } }] }] }, { namespace: 'istio-system' });

    expect(ask(gateway([http], [policy], { trustedProxies }), 8080, { ip: '10.0.0.1' }, 'api.example.com', { 'x-forwarded-for': ['203.0.113.7, 10.9.9.9'] })).toBe(expected);
  });

  test.each([[[]], [['203.0.113.7']]])('6.4 a gateway does not add an address that is not known to %j', forwarded => {
    const values = forwarded.length === 0 ? { notValues: ['*'] } : { values: forwarded };
    const policy = authorization({ rules: [{ when: [{ key: 'request.headers[x-forwarded-for]', ...values }] }] }, { namespace: 'istio-system' });

    expect(ask(gateway([http], [policy]), 8080, {}, 'api.example.com', { 'x-forwarded-for': forwarded })).toBe('ALLOW 200');
  });

  test.each([[[], '10.0.0.1'], [['203.0.113.7', '10.9.9.9'], '203.0.113.7,10.9.9.9,10.0.0.1']])('6.4 a gateway adds the address it sees to %j', (forwarded, seen) => {
    const policy = authorization({ rules: [{ when: [{ key: 'request.headers[x-forwarded-for]', values: [seen] }] }] }, { namespace: 'istio-system' });

    expect(ask(gateway([http], [policy]), 8080, { ip: '10.0.0.1' }, 'api.example.com', { 'x-forwarded-for': forwarded })).toBe('ALLOW 200');
  });

  test.each<[string, object, boolean]>([
    ['2.2 a targetRef is not for classic gateways', { targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'gw' }] }, false],
    ['2.2 a selector', { selector: { matchLabels: { istio: 'ingressgateway' } } }, true],
  ])('%s', (_, spec, attached) => {
    const policies = gateway([http], [authorization(spec as Record<string, unknown>, { namespace: 'istio-system' })]);

    expect(ask(policies, 8080)).toBe(attached ? 'DENY ALLOW 403' : 'ALLOW 200');
  });

  test('2.3 a Gateway API gateway takes targetRefs from its own namespace', () => {
    const gw = {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'Gateway',
      metadata: { name: 'gw', namespace: 'shop' },
      spec: { gatewayClassName: 'istio', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] },
    };
    const targetRefs = [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'gw' }];
    const answer = (namespace: string) => verdict(PolicySet.fromManifests([gw, authorization({ targetRefs }, { namespace })])
      .isAuthorized({ destination: { namespace: 'shop', gateway: 'gw', port: 80 }, http: {} }));

    expect(PolicySet.fromManifests([gw]).isAuthorized({ destination: { namespace: 'shop', gateway: 'gw', port: 80 } }).hops[0].proxy).toBe('gateway shop/gw');
    const toClass = authorization({ targetRefs: [{ ...targetRefs[0], kind: 'GatewayClass', name: 'istio-waypoint' }] }, { namespace: 'istio-system' });
    expect(verdict(PolicySet.fromManifests([gw, toClass]).isAuthorized({ destination: { namespace: 'shop', gateway: 'gw', port: 80 }, http: {} }))).toBe('ALLOW 404');
    expect(answer('shop')).toBe('DENY ALLOW 403');
    expect(answer('istio-system')).toBe('ALLOW 404');
  });
});
