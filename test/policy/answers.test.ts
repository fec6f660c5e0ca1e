import { AuthorizerProtocol, PolicySet, ProxyKind, Transport } from 'cdk8s-zero-trust';
import { ambient, ask, authorization, namespace, peerAuthentication, pod, request, requestAuthentication, service, sidecars, verdict, WEB } from './support';

const names = (policies: { name: string; rule?: number }[]) => policies.map(({ name, rule }) => `${name} ${rule}`);

describe('determining policies', () => {
  test('9.3 come in the order of their ids', () => {
    const rules = Array.from({ length: 11 }, () => ({}));
    const response = sidecars([authorization({ rules }, { name: 'z' }), authorization({ rules: [{}] }, { name: 'a' })]).isAuthorized(request());

    expect(names(response.determiningPolicies)).toEqual(['a 0', 'z 0', 'z 10', 'z 1', 'z 2', 'z 3', 'z 4', 'z 5', 'z 6', 'z 7', 'z 8', 'z 9']);
  });

  test('14.1 are those that may match, where it is not known', () => {
    const rules = [{ from: [{ source: { ipBlocks: ['10.0.0.0/8'] } }] }, { from: [{ source: { principals: ['x'] } }] }];
    const response = sidecars([authorization({ action: 'DENY', rules })]).isAuthorized(request({ source: { principal: WEB } }));

    expect([verdict(response), names(response.determiningPolicies)]).toEqual(['UNDECIDED DENY', ['policy 0']]);
  });

  test('8.2 are those of every authorizer, once', () => {
    const custom = (name: string) => authorization({ action: 'CUSTOM', provider: { name }, rules: [{}] }, { name });
    const response = sidecars([custom('b'), custom('a')]).isAuthorized(request());

    expect([verdict(response), names(response.determiningPolicies)]).toEqual(['DENY CUSTOM 403', ['a 0', 'b 0']]);
    expect(response.explain()).toContain('CUSTOM    refused, as the workload has several authorizers: a, b');
  });
});

describe('what is not known', () => {
  test('14.1 is named, and nothing else', () => {
    const rules = [{ from: [{ source: { principals: [WEB], ipBlocks: ['10.0.0.0/8'] } }], to: [{ operation: { ports: ['8080'] } }] }];

    expect(sidecars([authorization({ action: 'DENY', rules })]).isAuthorized(request({ source: { principal: WEB } })).explain())
      .toContain('not known, for want of shop/policy rule 0 from[0].source.ipBlocks\n');
  });
});

describe('authorizers', () => {
  const settings = { authorizerProviders: [{ name: 'opa', protocol: AuthorizerProtocol.GRPC }] };
  const custom = (rule: object) => authorization({ action: 'CUSTOM', provider: { name: 'opa' }, rules: [rule] });

  test('8.5 are named where they must be asked', () => {
    expect(sidecars([custom({})], settings).isAuthorized(request()).authorizers).toEqual(['opa']);
    expect(sidecars([custom({ to: [{ operation: { ports: ['1'] } }] })], settings).isAuthorized(request()).authorizers).toEqual([]);
  });
});

describe('explanations', () => {
  const outcome = (policies: object[], call: Parameters<typeof request>[0]) => sidecars(policies).isAuthorized(request(call)).explain();

  test('say that no proxy is on the way', () => {
    const response = PolicySet.fromManifests([namespace('shop'), pod('api')]).isAuthorized(request());

    expect(response.explain().split('\n')[0]).toBe('ALLOW: no proxy enforces policy on the way');
    expect(outcome([], {}).split('\n')[0]).toBe('ALLOW');
  });

  test('say what is wrong with a request', () => {
    expect(outcome([], { tcp: true })).toContain('PROTOCOL  the port speaks HTTP, and the client does not');
    expect(outcome([], { http: { method: 'FOO', path: '/' } })).toMatch(/PROTOCOL {2}(?!the request is well-formed)/);
  });

  test('list what is dropped and what is widened', () => {
    const text = outcome([
      authorization({ rules: [{ to: [{ operation: { methods: ['GET'] } }] }] }, { name: 'get' }),
      authorization({ action: 'DENY', rules: [{ to: [{ operation: { methods: ['PUT'], ports: ['1'] } }] }] }, { name: 'put' }),
    ], { port: 9000, tcp: true });

    expect(text).toContain('\n   dropped: ALLOW shop/get rule 0: to[0].operation.methods needs HTTP');
    expect(text).toContain('\n   widened: DENY shop/put rule 0: to[0].operation.methods needs HTTP');
  });
});

describe('ztunnel of any version', () => {
  test('15.2 takes texts as they are', () => {
    const source = (principals: string[]) => ambient([authorization({ rules: [{ from: [{ source: { principals } }] }] })], { istioVersion: '1.29' });

    expect(ask(source(['*/sa/w.b']))).toBe('DENY ALLOW');
    expect(ask(source(['*/sa/web']))).toBe('ALLOW');
  });
});

describe('waypoints', () => {
  const waypoint = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { name: 'waypoint', namespace: 'shop' }, spec: { gatewayClassName: 'istio-waypoint' } };
  const targetRefs = [{ group: '', kind: 'Service', name: 'api' }];
  const world = (policies: object[], istioVersion = '1.32') => PolicySet.fromManifests([
    namespace('shop', { 'istio.io/dataplane-mode': 'ambient' }), service('api', [{ name: 'http', port: 80 }], { 'istio.io/use-waypoint': 'waypoint' }), pod('api'), waypoint, ...policies,
  ], { istioVersion });

  test('enforce for each Service what is meant for it', () => {
    const policies = world([
      service('db', [{ name: 'http', port: 80 }], { 'istio.io/use-waypoint': 'waypoint' }), pod('db'), authorization({ targetRefs: [{ ...targetRefs[0], name: 'db' }] }),
    ]);
    const call = (name: string) => policies.isAuthorized({ destination: { namespace: 'shop', service: name, port: 80 }, source: { principal: WEB }, http: {} });

    expect([verdict(call('api')), verdict(call('db')), verdict(call('api'))]).toEqual(['ALLOW 200', 'DENY ALLOW 403', 'ALLOW 200']);
  });

  test('are not named where ztunnel refuses', () => {
    const policies = world([authorization({ targetRefs, rules: [{}] }, { name: 'at-waypoint' }), authorization({ action: 'DENY', rules: [{}] }, { name: 'at-ztunnel' })]);
    const response = policies.isAuthorized({ destination: { namespace: 'shop', service: 'api', port: 80 }, source: { principal: WEB }, http: {} });

    expect([verdict(response), names(response.determiningPolicies)]).toEqual(['DENY DENY', ['at-ztunnel 0']]);
  });

  test('refuse a port that the Service does not have', () => {
    const response = world([]).isAuthorized({ destination: { namespace: 'shop', service: 'api', port: 81 }, source: { principal: WEB }, http: {} });

    expect(verdict(response)).toBe('DENY TRANSPORT');
    expect(response.explain()).toContain('TRANSPORT the addressed object has no such port');
  });

  test.each([['1.24', false], ['1.25', true]])('15.1 of %s see the server name: %s', (version, sees) => {
    const policy = authorization({ targetRefs, action: 'DENY', rules: [{ when: [{ key: 'connection.sni', values: ['api.example.com'] }] }] });
    const source = { principal: WEB, sni: 'api.example.com' };
    const response = world([policy], version).isAuthorized({ destination: { namespace: 'shop', service: 'api', port: 80, proxy: ProxyKind.WAYPOINT }, source, http: {} });

    expect(response.isAllowed).toBe(!sees);
  });
});

describe('workloads', () => {
  const template = { metadata: { labels: { 'app': 'api', 'sidecar.istio.io/inject': 'true' } }, spec: { containers: [{ ports: [{ name: 'web', containerPort: 8080 }] }] } };
  const apps = (kind: string) => ({ apiVersion: 'apps/v1', kind, metadata: { name: 'api', namespace: 'shop' }, spec: { template } });
  const batch = (kind: string, spec: object) => ({ apiVersion: 'batch/v1', kind, metadata: { name: 'api', namespace: 'shop' }, spec });

  test.each([
    apps('Deployment'), apps('StatefulSet'), apps('DaemonSet'), apps('ReplicaSet'), batch('Job', { template }), batch('CronJob', { jobTemplate: { spec: { template } } }),
    { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'api', namespace: 'shop', ...template.metadata }, spec: template.spec },
  ])('are found behind a Service, with the port that it names: $kind', workload => {
    const toPort = service('api', [{ name: 'http', port: 80, targetPort: 'web' }]);
    const { hops } = PolicySet.fromManifests([toPort, workload]).isAuthorized({ destination: { namespace: 'shop', service: 'api', port: 80 }, http: {} });

    expect(hops.map(({ proxy, port }) => [proxy, port])).toEqual([['sidecar of shop/api', 8080]]);
  });
});

describe('protocols', () => {
  test.each([
    [{ port: 80, name: 'http' }, 'HTTP'], [{ port: 80, name: 'grpc-web' }, 'HTTP'], [{ port: 80, name: 'HTTP2-x' }, 'HTTP'],
    [{ port: 80, name: 'redis' }, 'TCP'], [{ port: 80 }, 'TCP'],
    [{ port: 80, name: 'http', appProtocol: 'tcp' }, 'TCP'], [{ port: 80, appProtocol: 'kubernetes.io/ws' }, 'HTTP'], [{ port: 80, name: 'http', appProtocol: 'kubernetes.io/wss' }, 'TCP'],
    [{ port: 80, appProtocol: 'constructor' }, 'TCP'],
  ])('5.1 %j is %s to a client that does not speak HTTP', (port, protocol) => {
    const policies = PolicySet.fromManifests([namespace('shop', { 'istio-injection': 'enabled' }), service('api', [{ ...port, targetPort: 8080 }]), pod('api')]);

    expect(verdict(policies.isAuthorized(request({ tcp: true })))).toBe(protocol === 'HTTP' ? 'DENY PROTOCOL 400' : 'ALLOW');
  });

  test.each([[25, 'TCP'], [53, 'TCP'], [3306, 'TCP'], [27017, 'TCP'], [80, 'HTTP']])('5.1 port %d without name is %s to a client that speaks HTTP', (port, protocol) => {
    const policies = PolicySet.fromManifests([namespace('shop', { 'istio-injection': 'enabled' }), service('api', [{ port, targetPort: 8080 }]), pod('api')]);

    expect(policies.isAuthorized(request()).hops[0].steps[0].outcome).toContain(`${protocol} connection`);
  });
});

describe('ports of another protocol than TCP', () => {
  test.each(['UDP', 'SCTP'])('are none: %s', protocol => {
    const policies = PolicySet.fromManifests([service('api', [{ port: 80, protocol, targetPort: 9000 }, { port: 80, targetPort: 8080 }]), pod('api', { 'sidecar.istio.io/inject': 'true' })]);

    expect(policies.isAuthorized({ destination: { namespace: 'shop', service: 'api', port: 80 }, http: {} }).hops.map(({ port }) => port)).toEqual([8080]);
  });
});

describe('identities', () => {
  const asks = (principals: string[], principal: string) => ask(sidecars([authorization({ rules: [{ from: [{ source: { principals } }] }] })]), { source: { principal } });

  test('10.1 end as a suffix says', () => {
    expect(asks(['*x'], WEB)).toBe('DENY ALLOW 403');
    expect(asks(['*b'], WEB)).toBe('ALLOW 200');
    expect(asks(['*/sa/web'], 'cluster.local/ns/shop/zsa/web')).toBe('DENY ALLOW 403');
  });
});

describe('tokens', () => {
  const rule = { issuer: 'https://a', jwks: '{}' };
  const allowed = (jwtRule: object, tokens: object[], spec: object) => ask(sidecars([
    requestAuthentication({ jwtRules: [{ ...rule, ...jwtRule }] }), authorization({ rules: [spec] }),
  ]), { tokens });
  const by = (principal: string) => ({ from: [{ source: { requestPrincipals: [principal] } }] });
  const alice = { claims: { iss: 'https://a', sub: 'alice' } };

  test('7.5 are found in headers of any case', () => {
    expect(allowed({ fromHeaders: [{ name: 'X-JWT' }] }, [{ ...alice, header: 'x-jwt' }], by('https://a/alice'))).toBe('ALLOW 200');
  });

  test('7.3 are taken in the order of the names of query parameters', () => {
    const tokens = [{ ...alice, query: 'a' }, { claims: { iss: 'https://a', sub: 'carol' }, query: 'b' }];

    expect(allowed({ fromParams: ['b', 'a'] }, tokens, by('https://a/carol'))).toBe('ALLOW 200');
    expect(allowed({ fromParams: ['a', 'b'] }, tokens, by('https://a/carol'))).toBe('ALLOW 200');
  });

  test('are headers, too', () => {
    const policy = authorization({ rules: [{ when: [{ key: 'request.headers[authorization]', values: ['Bearer xyz'] }] }] });

    expect(ask(sidecars([policy]), { tokens: [{ text: 'xyz' }] })).toBe('ALLOW 200');
  });

  test('10.5 are split at the last slash, also where it is the first', () => {
    expect(allowed({ issuer: '/a' }, [{ claims: { iss: '/a', sub: '' } }], by('/a'))).toBe('DENY ALLOW 403');
  });
});

describe('targets of HTTP/1', () => {
  const to = (http: object) => sidecars([]).isAuthorized(request({ http: { version: '1.1', method: 'GET', ...http } }));

  test('6.2 may name a user, and do not stand for a missing Host', () => {
    expect(verdict(to({ path: 'http://user:secret@a.com/x', authority: 'b.com' }))).toBe('ALLOW 200');
    expect(to({ path: 'http://a.com/x', authority: '' }).explain()).toContain('PROTOCOL  the host is missing');
  });
});

describe('gateways', () => {
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
    expect(verdict(classic([server], [virtualService({ ...spec, gateways: ['gv'] })]).isAuthorized({ destination: to('ingress', 80), ...call }))).toBe('ALLOW 404');
  });

  test('13.2 a TLS server without mode passes TLS on', () => {
    const tls = { port: { number: 443, protocol: 'TLS' }, hosts: ['*'], tls: {} };
    const policies = classic([tls], [virtualService({ hosts: ['*'], gateways: ['gw'], tls: [{ match: [{ port: 443 }] }] })]);

    expect(verdict(policies.isAuthorized({ destination: to('ingress', 443), source: { transport: Transport.ONE_WAY_TLS, sni: 'a.com' } }))).toBe('ALLOW');
    expect(verdict(policies.isAuthorized({ destination: to('ingress', 443), source: {} }))).toBe('DENY TRANSPORT');
  });

  test('13.5 a request for another host than an HTTPRoute is for has no route', () => {
    const gateway = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { name: 'gw', namespace: 'edge' }, spec: { listeners: [{ port: 80, protocol: 'HTTP' }] } };
    const route = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata: { name: 'r', namespace: 'edge' }, spec: { hostnames: ['b.com'], parentRefs: [{ name: 'gw' }], rules: [{}] } };

    expect(verdict(PolicySet.fromManifests([gateway, route]).isAuthorized({ destination: to('gw', 80), ...call }))).toBe('ALLOW 404');
  });

  test.each<[string, object, object, string]>([
    ['HTTP', { protocol: 'HTTP' }, {}, 'ALLOW 200'],
    ['HTTP, to a client with TLS', { protocol: 'HTTP' }, { transport: Transport.ONE_WAY_TLS }, 'DENY TRANSPORT'],
    ['HTTPS', { protocol: 'HTTPS', tls: {} }, { transport: Transport.ONE_WAY_TLS }, 'ALLOW 200'],
    ['HTTPS, to a client without', { protocol: 'HTTPS', tls: {} }, {}, 'DENY TRANSPORT'],
    ['HTTPS that asks for a certificate', { protocol: 'HTTPS', tls: { options: { 'gateway.istio.io/tls-terminate-mode': 'MUTUAL' } } }, { transport: Transport.ONE_WAY_TLS }, 'DENY TRANSPORT'],
    ['HTTPS for another host', { protocol: 'HTTPS', tls: {}, hostname: 'b.com' }, { transport: Transport.ONE_WAY_TLS, sni: 'a.com' }, 'DENY TRANSPORT'],
  ])('13.2 a listener of the Gateway API: %s', (_, listener, source, expected) => {
    const gateway = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { name: 'gw', namespace: 'edge' }, spec: { gatewayClassName: 'istio', listeners: [{ port: 80, ...listener }] } };
    const route = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata: { name: 'r', namespace: 'edge' }, spec: { parentRefs: [{ name: 'gw' }], rules: [{}] } };

    expect(verdict(PolicySet.fromManifests([gateway, route]).isAuthorized({ destination: to('gw', 80), source, http: { authority: 'a.com' } }))).toBe(expected);
  });
});

describe('a policy that cannot be read', () => {
  test.each(['AuthorizationPolicy', 'PeerAuthentication', 'RequestAuthentication'])('in the root namespace concerns everything: %s', kind => {
    const odd = { ...peerAuthentication({ unknown: 1, action: 'AUDIT' }, { namespace: 'istio-system' }), kind };

    expect(ask(sidecars([odd]))).toBe('UNDECIDED');
    expect(ask(sidecars([{ ...odd, metadata: { name: 'x', namespace: 'other' } }]))).toBe('ALLOW 200');
  });
});
