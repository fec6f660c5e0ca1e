import { IngressAccessIntent, IngressClientsData, IngressGatewayData, IngressGatewayIntent, IngressServerData } from '../../src/intent/ingress-intent';
import { JwtIssuer } from '../../src/intent/jwt-issuer';
import { AuthorizationPolicySpec } from '../../src/istio/authorization-policy';
import { renderIngressAccess } from '../../src/render/ingress-access';
import { renderIngressGateway } from '../../src/render/ingress-gateway';
import { Rendering } from '../../src/render/rendering';
import { MESH, namespace, service, workload } from '../support/facts';

const PODS = workload([], [service('edge', { 80: 8080, 443: 8443 })], { path: 'edge/pods', name: 'pods', namespace: 'edge', selectorLabels: { istio: 'edge' }, podLabels: { istio: 'edge' } });
const TLS: IngressServerData = { hosts: ['a.example'], port: 443, tls: { credentialName: 'c', asksCertificate: false, subjectAltNames: [] } };
const MUTUAL: IngressServerData = { hosts: ['p.example'], port: 443, tls: { credentialName: 'd', asksCertificate: true, subjectAltNames: ['x.example'] } };
const PLAIN: IngressServerData = { hosts: ['b.example'], port: 80, reason: 'r' };
const ISSUERS = [JwtIssuer.of({ issuer: 'https://i', audiences: ['a'] }), JwtIssuer.of({ issuer: 'https://j', audiences: ['a'], tokensWithoutSubject: true })].map(({ _data }) => _data);

function gateway(more: Partial<IngressGatewayData> = {}): IngressGatewayData {
  return {
    path: 'edge/gw', namespace: 'edge', name: 'gw', pods: PODS, serviceAccount: 'edge', servers: [TLS], redirects: false, issuers: [], numTrustedProxies: 0, proxyNetworks: [], isExisting: false, ...more,
  };
}

const EDGE = namespace('edge');

const many = (count: number): string[] => Array.from({ length: count }, (_, i) => `h${i}.example`);

function rendered(more: Partial<IngressGatewayData>, routeNamespaces: string[] = ['shop']): Rendering {
  const intent: IngressGatewayIntent = { kind: 'ingress-gateway', mesh: MESH, namespace: EDGE, gateway: gateway(more), routeNamespaces };
  return renderIngressGateway(intent);
}

function access(more: Partial<Omit<IngressAccessIntent, 'clients'>> & { readonly clients?: Partial<IngressClientsData> } = {}): IngressAccessIntent {
  const { clients, ...rest } = more;
  return {
    kind: 'ingress',
    mesh: MESH,
    namespace: EDGE,
    gateway: gateway(),
    hosts: ['a.example'],
    operations: [{ kind: 'http', methods: ['GET'], paths: ['/x'], hosts: [], ports: [8080] }],
    routes: [{ paths: ['/x'], service: service('api', { 80: 8080 }), port: 80 }],
    ledElsewhere: [],
    isRouted: true,
    ...rest,
    clients: { networks: [], certificates: [], ...clients },
  };
}

function fromOf(more: Parameters<typeof access>[0]): unknown {
  const { specs, problems } = renderIngressAccess(access(more));
  expect(problems).toEqual([]);
  return (specs.policy as { rules: { from?: unknown; when?: unknown }[] }).rules.map(({ from, when }) => ({ from, when }));
}

function routeOf<T>(more: Parameters<typeof access>[0]): T {
  const { specs }: Rendering = renderIngressAccess(access(more));
  return specs.route as T;
}

describe('An ingress gateway', () => {
  test.each<[string, Partial<IngressGatewayData>, object[]]>([
    ['by TLS', {}, [{ port: { number: 443, name: 'https-0', protocol: 'HTTPS' }, hosts: ['shop/a.example'], tls: { mode: 'SIMPLE', credentialName: 'c' } }]],
    ['by mutual TLS', { servers: [MUTUAL] }, [{ port: { number: 443, name: 'https-0', protocol: 'HTTPS' }, hosts: ['shop/p.example'], tls: { mode: 'MUTUAL', credentialName: 'd', subjectAltNames: ['x.example'] } }]],
    ['in the clear', { servers: [PLAIN] }, [{ port: { number: 80, name: 'http-0', protocol: 'HTTP' }, hosts: ['shop/b.example'] }]],
    ['with a redirect', { redirects: true }, [expect.anything(), { port: { number: 80, name: 'http-redirect', protocol: 'HTTP' }, hosts: ['shop/a.example'], tls: { httpsRedirect: true } }] as object[]],
  ])('serves %s', (_, more, servers) => {
    expect(rendered(more).specs.gateway).toEqual({ selector: { istio: 'edge' }, servers });
  });

  test('takes routes of its own namespace where nobody has any', () => {
    expect([rendered({}, []), rendered({ pods: undefined }, [])].map(({ specs }) => specs.gateway)).toMatchObject([
      { servers: [{ hosts: ['./a.example'] }] }, { listeners: [{ allowedRoutes: { namespaces: { from: 'Same' } } }] },
    ]);
  });

  test('of the Gateway API has a listener for each host', () => {
    const wide = { ...MUTUAL, hosts: ['*.p.example'], tls: { ...MUTUAL.tls!, subjectAltNames: [] } };
    const namespaces = { from: 'Selector', selector: { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: ['shop'] }] } };

    expect(rendered({ pods: undefined, servers: [TLS, wide], redirects: true }).specs).toMatchObject({
      gateway: {
        gatewayClassName: 'istio',
        listeners: [
          { name: 'https-443.a.example', hostname: 'a.example', port: 443, protocol: 'HTTPS', tls: { mode: 'Terminate', certificateRefs: [{ name: 'c' }] }, allowedRoutes: { namespaces } },
          { name: 'https-443.any.p.example', hostname: '*.p.example', port: 443, protocol: 'HTTPS', tls: { mode: 'Terminate', options: { 'gateway.istio.io/tls-terminate-mode': 'MUTUAL' } } },
          { name: 'http-80.a.example', hostname: 'a.example', port: 80, protocol: 'HTTP', allowedRoutes: { namespaces: { from: 'Same' } } },
          { name: 'http-80.any.p.example', hostname: '*.p.example', port: 80, protocol: 'HTTP' },
        ],
      },
      redirect: { parentRefs: [{ sectionName: 'http-80.a.example' }, { sectionName: 'http-80.any.p.example' }], rules: [{ filters: [{ requestRedirect: { scheme: 'https', statusCode: 301 } }] }] },
      policy: { targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'gw' }], rules: [{ to: [{ operation: { ports: ['80'] } }] }] },
    });
  });

  test.each<[string, Partial<IngressGatewayData>, object]>([
    ['nothing', {}, { selector: { matchLabels: { istio: 'edge' } } }],
    ['who is told to come by HTTPS, by the port of the pods', { redirects: true }, { selector: { matchLabels: { istio: 'edge' } }, rules: [{ to: [{ operation: { hosts: ['a.example', 'a.example:*'], ports: ['8080'] } }] }] }],
  ])('admits %s', (_, more, policy) => {
    expect(rendered(more).specs.policy).toEqual(policy);
  });

  test('that something else makes renders nothing', () => {
    expect(rendered({ isExisting: true, issuers: ISSUERS }).specs).toEqual({});
  });

  test.each<[string, Partial<IngressGatewayData>, string]>([
    ['a port of no Service', { servers: [{ ...TLS, port: 444 }] }, "port 444 must be one of a Service of the gateway 'edge/pods', by which it is known on which port of its pods policies hold; there are 80 of 'edge', 443 of 'edge'"],
    ['a plaintext server that it would tell to come by HTTPS', { servers: [{ ...TLS, hosts: ['b.example'] }, PLAIN], redirects: true }, "httpsRedirect must be left out, or the plaintext server on port 80 for 'b.example'"],
    ['more hosts than a Gateway of the Gateway API takes', { pods: undefined, servers: [{ ...TLS, hosts: many(65) }] },
      'servers must have at most 64 hosts together, those to be redirected once more, which is what a Gateway takes, got 65; spread them over several gateways'],
    ['more hosts than a route redirects', { pods: undefined, servers: [{ ...TLS, hosts: many(17) }], redirects: true }, 'httpsRedirect must be for at most 16 hosts, which is what a route takes, got 17'],
  ])('refuses %s', (_, more, problem) => {
    expect(rendered(more).problems).toEqual([expect.stringContaining(problem)]);
  });
});

describe('Clients at a gateway', () => {
  test.each<[string, Parameters<typeof access>[0], object[]]>([
    ['anyone', {}, [{}]],
    ['networks', { clients: { networks: ['10.0.0.0/8'] } }, [{ from: [{ source: { ipBlocks: ['10.0.0.0/8'] } }] }]],
    ['networks behind proxies', { gateway: gateway({ numTrustedProxies: 2, proxyNetworks: ['192.0.2.0/24'] }), clients: { networks: ['10.0.0.0/8'] } }, [{ from: [{ source: { ipBlocks: ['192.0.2.0/24'], remoteIpBlocks: ['10.0.0.0/8'] } }] }]],
    ['certificates', { gateway: gateway({ servers: [{ ...MUTUAL, hosts: ['a.example'] }] }), clients: { certificates: ['p.example/a'] } }, [{ from: [{ source: { principals: ['p.example/a'] } }] }]],
    ['any token, of issuers that are checked alike', { clients: { tokens: { issuers: ISSUERS, scopes: [], conditions: [] } } }, [
      { from: [{ source: { requestPrincipals: ['https://i/*'] } }] }, { when: [{ key: 'request.auth.claims[iss]', values: ['https://j'] }] },
    ]],
    ['a token with a claim, from a network', { clients: { networks: ['10.0.0.1'], tokens: { issuers: ISSUERS.slice(0, 1), scopes: ['s'], conditions: [{ kind: 'claim', path: ['role'], values: ['admin'] }] } } }, [
      { from: [{ source: { requestPrincipals: ['https://i/*'], ipBlocks: ['10.0.0.1'] } }], when: [{ key: 'request.auth.claims[scope]', values: ['s'] }, { key: 'request.auth.claims[role]', values: ['admin'] }] },
    ]],
  ])('are written: %s', (_, more, expected) => {
    expect(fromOf(more)).toEqual(expected.map(rule => ({ from: undefined, when: undefined, ...rule })));
  });

  test('are let in to each host on the ports that serve it, and on no others', () => {
    const { specs } = renderIngressAccess(access({ gateway: gateway({ servers: [TLS, PLAIN] }), hosts: ['a.example', 'b.example'] }));

    expect((specs.policy as AuthorizationPolicySpec).rules?.[0].to).toEqual([
      { operation: { methods: ['GET'], paths: ['/x'], hosts: ['a.example', 'a.example:*'], ports: ['8443'] } },
      { operation: { methods: ['GET'], paths: ['/x'], hosts: ['b.example', 'b.example:*'], ports: ['8080'] } },
    ]);
  });
});

describe('Paths that are led elsewhere', () => {
  const OPERATIONS: IngressAccessIntent['operations'] = [['/*'], ['/y']].map(paths => ({ kind: 'http', methods: ['GET'], paths, hosts: [], ports: [] }));

  test('are taken out of what contains them, at their host alone', () => {
    const { specs } = renderIngressAccess(access({ gateway: gateway({ servers: [{ ...TLS, hosts: ['a.example', 'b.example'] }] }), hosts: ['a.example', 'b.example'], operations: OPERATIONS, ledElsewhere: [{ host: 'a.example', paths: ['/api/*'] }] }));
    const operation = (host: string, paths: string[], more: object = {}) => ({ operation: { methods: ['GET'], paths, hosts: [host, `${host}:*`], ...more, ports: ['8443'] } });

    expect((specs.policy as AuthorizationPolicySpec).rules?.[0].to).toEqual([
      operation('a.example', ['/*'], { notPaths: ['/api/*'] }), operation('b.example', ['/*']), operation('a.example', ['/y']), operation('b.example', ['/y']),
    ]);
  });
});

describe('Routes of an access', () => {
  test.each<[readonly string[], object | undefined, object[]]>([
    [['/x'], [{ uri: { exact: '/x' } }], [{ path: { type: 'Exact', value: '/x' } }]],
    [['/x/*', '/y'], [{ uri: { prefix: '/x/' } }, { uri: { exact: '/y' } }], [{ path: { type: 'PathPrefix', value: '/x' } }, { path: { type: 'Exact', value: '/y' } }]],
    [['/*'], [{ uri: { prefix: '/' } }], [{ path: { type: 'PathPrefix', value: '/' } }]],
    [['*'], undefined, [{ path: { type: 'PathPrefix', value: '/' } }]],
  ])('of paths %j', (paths, match, matches) => {
    const routes = [{ paths, service: service('api', { 80: 8080 }), port: 80 }];

    expect(routeOf<{ http: { match?: unknown }[] }>({ routes }).http.map(route => route.match)).toEqual([match]);
    expect(routeOf<{ rules: { matches: unknown }[] }>({ gateway: gateway({ pods: undefined }), routes }).rules.map(rule => rule.matches)).toEqual([matches]);
  });

  test('go to the port of a Gateway of the Gateway API that something else makes, whose listeners have names that nobody states', () => {
    const { parentRefs } = routeOf<{ parentRefs: unknown }>({ gateway: gateway({ pods: undefined, isExisting: true }) });

    expect(parentRefs).toEqual([{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'gw', namespace: 'edge', port: 443 }]);
  });

  test('go to all of such a Gateway where hosts are on several ports, as a route names a parent once by port', () => {
    const servers = [TLS, { ...PLAIN, hosts: ['a.example'] }];
    const { parentRefs } = routeOf<{ parentRefs: unknown }>({ gateway: gateway({ pods: undefined, isExisting: true, servers }) });

    expect(parentRefs).toEqual([{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'gw', namespace: 'edge' }]);
  });

  test.each<[string, Parameters<typeof access>[0], string]>([
    ['hosts', { gateway: gateway({ pods: undefined, servers: [{ ...TLS, hosts: many(17) }] }), hosts: many(17) }, 'hosts must be at most 16 at a gateway of the Gateway API, which is what a route takes, got 17'],
    ['listeners', { gateway: gateway({ pods: undefined, servers: [443, 444, 445].map(port => ({ ...TLS, port, hosts: many(11) })) }), hosts: many(11) },
      'hosts must be served by at most 32 listeners, which is what a route takes, got 33'],
    ['paths', { gateway: gateway({ pods: undefined }), routes: [{ paths: many(65).map(name => `/${name}`), service: service('api', { 80: 8080 }), port: 80 }] },
      'operations must have at most 64 paths for one port, which is what a rule of a route takes, got 65'],
  ])('are refused by a gateway of the Gateway API that have more %s than a route takes', (_, more, problem) => {
    expect(renderIngressAccess(access(more)).problems).toEqual([expect.stringContaining(problem)]);
  });

  test.each([1, 16])('take as many hosts as a route does: %i', count => {
    const hosts = many(count);

    expect(renderIngressAccess(access({ gateway: gateway({ pods: undefined, servers: [{ ...TLS, hosts }] }), hosts })).problems).toEqual([]);
  });
});
