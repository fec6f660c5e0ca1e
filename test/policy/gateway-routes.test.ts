import { AuthorizerProtocol, PolicySet, Transport } from 'cdk8s-zero-trust';
import { authorization, pod, verdict, WEB } from './support';

describe('gateways', () => {
  const gatewayApi = (kind: string, metadata: object, spec: object) => ({ apiVersion: 'gateway.networking.k8s.io/v1', kind, metadata: { namespace: 'edge', ...metadata }, spec });
  const kubernetesGateway = (listener: object, labels = {}) => gatewayApi('Gateway', { name: 'gw', labels }, { gatewayClassName: 'istio', listeners: [{ port: 80, ...listener }] });
  const httpRoute = (spec: object) => gatewayApi('HTTPRoute', { name: 'r' }, { parentRefs: [{ name: 'gw' }], rules: [{ backendRefs: [{ name: 'api', port: 80 }] }], ...spec });
  const to = (gateway: string, port: number) => ({ namespace: 'edge', gateway, port });
  const classic = (servers: object[], routes: object[], settings = {}) => PolicySet.fromManifests([
    pod('ingress', {}, 'edge'), { apiVersion: 'networking.istio.io/v1', kind: 'Gateway', metadata: { name: 'gw', namespace: 'edge' }, spec: { selector: { app: 'ingress' }, servers } }, ...routes,
  ], settings);
  const virtualService = (spec: object, of = 'edge') => ({ apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { name: 'routes', namespace: of }, spec });
  const server = { port: { number: 80, protocol: 'HTTP' }, hosts: ['*'] };
  const call = { source: { ip: '10.1.1.1' }, http: { authority: 'a.com' } };

  test('13.5 a VirtualService may name a gateway of its own namespace without it', () => {
    const spec = { hosts: ['a.com'], gateways: ['gw'], http: [{}] };

    expect(verdict(classic([server], [virtualService(spec)]).isAuthorized({ destination: to('ingress', 80), ...call }))).toBe('ALLOW 200');
    expect(verdict(classic([server], [virtualService(spec, 'shop')]).isAuthorized({ destination: to('ingress', 80), ...call }))).toBe('ALLOW 404');
    expect(verdict(classic([server], [virtualService({ ...spec, gateways: ['gv', 'gw'] })]).isAuthorized({ destination: to('ingress', 80), ...call }))).toBe('ALLOW 200');
    expect(verdict(classic([server], [virtualService({ ...spec, gateways: ['gv'] })]).isAuthorized({ destination: to('ingress', 80), ...call }))).toBe('ALLOW 404');
  });

  test('13.5 a VirtualService may be for several hosts', () => {
    const policies = classic([server], [virtualService({ hosts: ['b.com', 'a.com'], gateways: ['gw'], http: [{}] })]);

    expect(verdict(policies.isAuthorized({ destination: to('ingress', 80), ...call }))).toBe('ALLOW 200');
  });

  test('13.5 one of several servers of a port is enough', () => {
    const policies = classic([{ ...server, hosts: ['b.com'] }, { ...server, hosts: ['edge/A.com'] }], [virtualService({ hosts: ['*'], gateways: ['gw'], http: [{}] })]);
    const answer = (authority: string) => verdict(policies.isAuthorized({ destination: to('ingress', 80), http: { authority } }));

    expect(['a.com', 'A.COM:80', 'b.com', 'c.com'].map(answer)).toEqual(['ALLOW 200', 'ALLOW 200', 'ALLOW 200', 'ALLOW 404']);
  });

  test('13.5 a VirtualService that routes connections only does not route requests', () => {
    expect(verdict(classic([server], [virtualService({ hosts: ['a.com'], gateways: ['gw'], tcp: [{}] })]).isAuthorized({ destination: to('ingress', 80), ...call }))).toBe('ALLOW 404');
  });

  test.each([[80, 'ALLOW'], [81, 'DENY TRANSPORT']])('13.4 a TCP server listens for a route of port %d: %s', (port, expected) => {
    const tcp = { port: { number: 80, protocol: 'TCP' }, hosts: ['*'] };
    const policies = classic([tcp], [virtualService({ hosts: ['*'], gateways: ['gw'], tcp: [{ match: [{ port }] }] })]);

    expect(verdict(policies.isAuthorized({ destination: to('ingress', 80), source: {} }))).toBe(expected);
  });

  test('13.4 a TCP server listens for a route of any port', () => {
    const tcp = { port: { number: 80, protocol: 'TCP' }, hosts: ['*'] };

    expect(verdict(classic([tcp], [virtualService({ hosts: ['*'], gateways: ['gw'], tcp: [{}] })]).isAuthorized({ destination: to('ingress', 80), source: {} }))).toBe('ALLOW');
  });

  const NARROWED = { destinationSubnets: ['10.0.0.0/8'], sourceSubnet: '10.0.0.0/8', sourceLabels: { app: 'x' }, sourceNamespace: 'x' };
  test.each<[string, object, string]>([
    ['says of clients and addresses', NARROWED, 'ALLOW'],
    ['names its Gateway', { gateways: ['gw'] }, 'ALLOW'],
    ['names another one', { gateways: ['other'] }, 'DENY TRANSPORT'],
    ['names sidecars alone', { gateways: ['mesh'] }, 'DENY TRANSPORT'],
    ['is of another port', { port: 81 }, 'DENY TRANSPORT'],
  ])('13.4 a route for connections counts by its port and Gateway, whatever else it says: one that %s', (_, match, expected) => {
    const servers = [{ port: { number: 80, protocol: 'TCP' }, hosts: ['*'] }, { port: { number: 443, protocol: 'TLS' }, hosts: ['*'], tls: { mode: 'PASSTHROUGH' } }];
    const ofNames = { ...match, ...'port' in match ? { port: 444 } : {}, sniHosts: ['a.com'] };
    const policies = classic(servers, [virtualService({ hosts: ['a.com'], gateways: ['gw'], tcp: [{ match: [match] }], tls: [{ match: [ofNames] }] })]);
    const asked = [policies.isAuthorized({ destination: to('ingress', 80), source: {} }), policies.isAuthorized({ destination: to('ingress', 443), source: { transport: Transport.ONE_WAY_TLS, sni: 'a.com' } })];

    expect(asked.map(verdict)).toEqual([expected, expected]);
  });

  test('13.4 TLS that is passed on is let in by its server name, and by nothing that is inside', () => {
    const passing = { port: { number: 443, protocol: 'TLS' }, hosts: ['*'], tls: { mode: 'PASSTHROUGH' } };
    const allow = authorization({ rules: [{ to: [{ operation: { ports: ['443'] } }], when: [{ key: 'connection.sni', values: ['a.com'] }] }, { to: [{ operation: { hosts: ['b.com'] } }] }] }, { namespace: 'edge' });
    const policies = classic([passing], [virtualService({ hosts: ['*'], gateways: ['gw'], tls: [{ match: [{ sniHosts: ['a.com', 'b.com'] }] }] }), allow]);
    const answer = (sni: string) => verdict(policies.isAuthorized({ destination: to('ingress', 443), source: { transport: Transport.ONE_WAY_TLS, sni } }));

    expect([answer('a.com'), answer('b.com'), answer('c.com')]).toEqual(['ALLOW', 'DENY ALLOW', 'DENY TRANSPORT']);
  });

  const anyRoute = { hosts: ['*'], gateways: ['gw'], http: [{}], tcp: [{}], tls: [{ match: [{ sniHosts: ['*'] }] }] };

  test.each(['PASSTHROUGH', 'SIMPLE'])('5.4 a TLS server in mode %s sees nothing of HTTP', mode => {
    const policies = (protocol: string) => classic([{ port: { number: 443, protocol }, hosts: ['*'], tls: { mode } }], [virtualService(anyRoute)]);
    const answer = (protocol: string) => verdict(policies(protocol).isAuthorized({ destination: to('ingress', 443), source: { transport: Transport.ONE_WAY_TLS, sni: 'a.com' } }));

    expect([answer('TLS'), answer('HTTPS')]).toEqual(['ALLOW', mode === 'SIMPLE' ? 'DENY PROTOCOL 400' : 'ALLOW']);
  });

  test.each(['PASSTHROUGH', 'SIMPLE', 'MUTUAL', 'ISTIO_MUTUAL', 'OPTIONAL_MUTUAL'])('13.2 the server name is seen in mode %s, on any filter chain', mode => {
    const deny = authorization({ action: 'DENY', rules: [{ when: [{ key: 'connection.sni', values: ['b.com'] }] }] }, { namespace: 'edge' });
    const routes = [virtualService(anyRoute), deny];
    const answer = (protocol: string, sni: string) => verdict(classic([{ port: { number: 443, protocol }, hosts: ['*'], tls: { mode } }], routes)
      .isAuthorized({ destination: to('ingress', 443), source: { principal: WEB, sni }, http: { authority: 'a.com' } }));
    const status = mode.endsWith('PASSTHROUGH') ? '' : ' 200';

    expect([answer('TLS', 'a.com'), answer('TLS', 'b.com')]).toEqual(['ALLOW', 'DENY DENY']);
    expect([answer('HTTPS', 'a.com'), answer('HTTPS', 'b.com')]).toEqual([`ALLOW${status}`, `DENY DENY${status.replace('200', '403')}`]);
  });

  test('13.4 a server without a route does not keep another from listening', () => {
    const tcp = { port: { number: 80, protocol: 'TCP' }, hosts: ['*'] };

    expect(verdict(classic([server, tcp], []).isAuthorized({ destination: to('ingress', 80), ...call }))).toBe('ALLOW 404');
  });

  test('13.2 a TLS server without mode passes TLS on', () => {
    const tls = { port: { number: 443, protocol: 'TLS' }, hosts: ['*'], tls: {} };
    const policies = classic([tls], [virtualService({ hosts: ['*'], gateways: ['gw'], tls: [{ match: [{ port: 443, sniHosts: ['a.com'] }] }] })]);

    expect(verdict(policies.isAuthorized({ destination: to('ingress', 443), source: { transport: Transport.ONE_WAY_TLS, sni: 'a.com' } }))).toBe('ALLOW');
    expect(verdict(policies.isAuthorized({ destination: to('ingress', 443), source: {} }))).toBe('DENY TRANSPORT');
  });

  test.each([
    ['team', 'x', 'DENY ALLOW 403'], ['team', 'y', 'ALLOW 404'], ['gateway.networking.k8s.io/gateway-name', 'gw', 'DENY ALLOW 403'],
    ['gateway.istio.io/managed', 'istio.io-gateway-controller', 'DENY ALLOW 403'], ['istio.io/gateway-name', 'gw', 'ALLOW 404'],
  ])('2.3 a selector may name the labels of a Gateway of the Gateway API, and those that Istio adds: %s %s', (label, value, expected) => {
    const gateway = kubernetesGateway({ protocol: 'HTTP' }, { team: 'x' });
    const selecting = authorization({ selector: { matchLabels: { [label]: value } } }, { namespace: 'edge' });

    expect(verdict(PolicySet.fromManifests([gateway, selecting]).isAuthorized({ destination: to('gw', 80), ...call }))).toBe(expected);
  });

  test('13.4 a TCP listener without a route does not listen', () => {
    expect(verdict(PolicySet.fromManifests([kubernetesGateway({ protocol: 'TCP' }), httpRoute({})]).isAuthorized({ destination: to('gw', 80), ...call }))).toBe('DENY TRANSPORT');
  });

  test.each([
    ['without rules', { rules: [] }, 'ALLOW 404'],
    ['for some paths', { rules: [{ matches: [{ path: { value: '/a' } }], backendRefs: [{ name: 'api' }] }] }, 'ALLOW 404'],
    ['for hosts with a star', { hostnames: ['*.org', '*.COM'] }, 'ALLOW 200'],
    ['for hosts with another end', { hostnames: ['*xom'] }, 'ALLOW 404'],
    ['for the host after a star', { hostnames: ['*a.com'] }, 'ALLOW 404'],
    ['from another namespace', { parentRefs: [{ name: 'gw', namespace: 'shop' }] }, 'ALLOW 404'],
    ['for several Gateways', { parentRefs: [{ name: 'gv' }, { name: 'gw' }] }, 'ALLOW 200'],
    ['for another Gateway', { parentRefs: [{ name: 'gv' }] }, 'ALLOW 404'],
  ])('13.5 an HTTPRoute %s', (_, spec, expected) => {
    expect(verdict(PolicySet.fromManifests([kubernetesGateway({ protocol: 'HTTP' }), httpRoute(spec)]).isAuthorized({ destination: to('gw', 80), ...call }))).toBe(expected);
  });

  test('13.5 routes of one API are none of the other', () => {
    const httpRouteOfClassic = classic([server], [httpRoute({})]);
    const serviceOfListener = PolicySet.fromManifests([kubernetesGateway({ protocol: 'HTTP' }), virtualService({ hosts: ['*'], gateways: ['gw'], http: [{}] })]);

    expect(verdict(httpRouteOfClassic.isAuthorized({ destination: to('ingress', 80), ...call }))).toBe('ALLOW 404');
    expect(verdict(serviceOfListener.isAuthorized({ destination: to('gw', 80), ...call }))).toBe('ALLOW 404');
  });

  test('13.2 a listener that passes TLS on is not plaintext beside one that ends it', () => {
    const listeners = [{ port: 443, protocol: 'TLS', hostname: 'b.com', tls: { mode: 'Passthrough' } }, { port: 443, protocol: 'HTTPS', hostname: 'a.com', tls: {} }];
    const of = (spec: object) => PolicySet.fromManifests([{ ...kubernetesGateway({}), spec: { gatewayClassName: 'istio', ...spec } }, httpRoute({})]);
    const answer = (spec: object) => verdict(of(spec).isAuthorized({ destination: to('gw', 443), source: { transport: Transport.ONE_WAY_TLS, sni: 'a.com' }, http: { authority: 'a.com' } }));

    expect([answer({ listeners }), answer({})]).toEqual(['ALLOW 200', 'DENY TRANSPORT']);
  });

  test('13.5 a GRPCRoute is a route, too', () => {
    const [gateway, route] = [kubernetesGateway({ protocol: 'HTTP' }), { ...httpRoute({ hostnames: ['a.com'] }), kind: 'GRPCRoute' }];
    const custom = authorization({ action: 'CUSTOM', provider: { name: 'opa' }, rules: [{}] }, { namespace: 'edge' });
    const policies = PolicySet.fromManifests([gateway, route, custom], { authorizerProviders: [{ name: 'opa', protocol: AuthorizerProtocol.GRPC }] });
    const answer = (authority: string) => verdict(policies.isAuthorized({ destination: to('gw', 80), http: { authority }, authorizerAnswers: [{ provider: 'opa', allows: false }] }));

    expect([answer('a.com'), answer('b.com')]).toEqual(['DENY CUSTOM 403', 'ALLOW 404']);
  });

  test('13.5 a request for another host than an HTTPRoute is for has no route', () => {
    const [gateway, route] = [kubernetesGateway({ protocol: 'HTTP' }), httpRoute({ hostnames: ['b.com'] })];

    expect(verdict(PolicySet.fromManifests([gateway, route]).isAuthorized({ destination: to('gw', 80), ...call }))).toBe('ALLOW 404');
  });

  test.each<[string, object, object, string]>([
    ['HTTP', { protocol: 'HTTP' }, {}, 'ALLOW 200'],
    ['HTTP, to a client with TLS', { protocol: 'HTTP' }, { transport: Transport.ONE_WAY_TLS }, 'DENY TRANSPORT'],
    ['HTTPS', { protocol: 'HTTPS', tls: {} }, { transport: Transport.ONE_WAY_TLS }, 'ALLOW 200'],
    ['HTTPS, to a client without', { protocol: 'HTTPS', tls: {} }, {}, 'DENY TRANSPORT'],
    ['HTTPS that asks for a certificate', { protocol: 'HTTPS', tls: { options: { 'gateway.istio.io/tls-terminate-mode': 'MUTUAL' } } }, { transport: Transport.ONE_WAY_TLS }, 'DENY TRANSPORT'],
    ['HTTPS that is passed on, without a route', { protocol: 'HTTPS', tls: { mode: 'Passthrough' } }, { transport: Transport.ONE_WAY_TLS }, 'DENY TRANSPORT'],
    ['HTTPS for the host in other case', { protocol: 'HTTPS', tls: {}, hostname: 'A.com' }, { transport: Transport.ONE_WAY_TLS, sni: 'a.com' }, 'ALLOW 200'],
    ['HTTPS for another host', { protocol: 'HTTPS', tls: {}, hostname: 'b.com' }, { transport: Transport.ONE_WAY_TLS, sni: 'a.com' }, 'DENY TRANSPORT'],
  ])('13.2 a listener of the Gateway API: %s', (_, listener, source, expected) => {
    const [gateway, route] = [kubernetesGateway(listener), httpRoute({})];

    expect(verdict(PolicySet.fromManifests([gateway, route]).isAuthorized({ destination: to('gw', 80), source, http: { authority: 'a.com' } }))).toBe(expected);
  });
});
