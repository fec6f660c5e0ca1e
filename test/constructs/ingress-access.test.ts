import { ApiObject, App, Chart, JsonPatch } from 'cdk8s';
import {
  Condition, DataPlane, Decision, IngressAccess, IngressAccessProps, IngressClients, IngressGateway, IngressGatewayProps, IngressServer, JwtIssuer, JwtProtectedApi, Operation, PolicySet, PublicGateway,
  Transport, Waypoint, Workload, ZeroTrustMesh, ZeroTrustMeshProps, ZeroTrustNamespace,
} from 'cdk8s-zero-trust';
import { testApp } from '../support/app';
import { chartOf, manifests, problemsOf, rawDeployment, rawService } from '../support/shop';

const ISSUER = JwtIssuer.of({ issuer: 'https://i.example', audiences: ['shop'] });
const TLS = IngressServer.tls({ hosts: ['shop.example.com'], credentialName: 'shop-cert' });
const ANYONE = IngressClients.anyone({ reason: 'public' });
const PORTS = [{ name: 'http', port: 80, targetPort: 8080 }, { name: 'https', port: 443, targetPort: 8443 }];

type Kind = 'classic' | 'Gateway API';

interface Setting { readonly ambient?: boolean; readonly gateway?: Partial<IngressGatewayProps>; readonly mesh?: Partial<ZeroTrustMeshProps>; readonly service?: object }

interface Shop { readonly app: App; readonly shop: Chart; readonly edge: Chart; readonly api: ApiObject; readonly pods?: ApiObject; readonly gateway: IngressGateway }

/** A shop behind a gateway, in a mesh that denies by default. */
function shopBehind(kind: Kind, { ambient = false, gateway = {}, mesh = {}, service = {} }: Setting = {}): Shop {
  const app = testApp();
  new ZeroTrustMesh(chartOf(app, 'mesh'), 'mesh', { defaultDeny: true, istioVersion: '1.29', ...mesh });
  const edge = chartOf(app, 'edge');
  const pods = kind === 'classic' ? rawDeployment(edge, 'ingress', { annotations: { 'inject.istio.io/templates': 'gateway' }, container: { name: 'istio-proxy', ports: [] } }) : undefined;
  if (pods) { rawService(edge, 'ingress', { ports: PORTS, ...service }); }
  new ZeroTrustNamespace(edge, 'baseline');
  const shop = chartOf(app, 'shop');
  new ZeroTrustNamespace(shop, 'baseline', ambient ? { dataPlane: DataPlane.AMBIENT, waypoint: Waypoint.create() } : {});
  const api = rawDeployment(shop, 'api');
  rawService(shop, 'api');
  const made = new IngressGateway(edge, 'public', { servers: [TLS], ...pods ? { workload: Workload.of(pods) } : {}, metadata: { name: 'public' }, ...gateway });
  return { app, shop, edge, api, pods, gateway: made };
}

function access({ shop, api, gateway }: Shop, props: Partial<IngressAccessProps> = {}, id = 'in'): IngressAccess {
  return new IngressAccess(shop, id, { gateway, hosts: ['shop.example.com'], clients: ANYONE, to: Workload.of(api), operations: [Operation.get('/api/*')], ...props });
}

/** Another workload. */
function web({ shop }: Shop): Workload {
  const made = rawDeployment(shop, 'web');
  rawService(shop, 'web');
  return Workload.of(made);
}

/** A route of others, for a path that no access names. */
function leadElse({ shop }: Shop, spec: object): void {
  const rules = [{ matches: [{ path: { type: 'PathPrefix', value: '/else' } }], backendRefs: [{ name: 'api', port: 80 }] }];
  new ApiObject(shop, 'theirs', { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata: { name: 'theirs' }, ...{ spec: { ...spec, rules } } });
}

interface Asked { readonly host?: string; readonly path?: string; readonly method?: string; readonly port?: number; readonly ip?: string; readonly forwarded?: string; readonly claims?: Record<string, unknown>; readonly principal?: string; readonly plain?: boolean }

/** What becomes of a request at the gateway: whether it passes, and its status. */
function answer(app: App, kind: Kind, { host = 'shop.example.com', path = '/api/x', method = 'GET', port = kind === 'classic' ? 8443 : 443, ip = '203.0.113.7', forwarded, claims, principal, plain = false }: Asked): string {
  const transport = plain ? Transport.PLAINTEXT : principal === undefined ? Transport.ONE_WAY_TLS : Transport.MUTUAL_TLS;
  const { decision, httpStatus } = PolicySet.fromApp(app).isAuthorized({
    destination: { namespace: 'edge', gateway: kind === 'classic' ? 'ingress' : 'public', port },
    source: { transport, ip, ...plain ? {} : { sni: host }, ...principal === undefined ? {} : { principal } },
    http: { method, path, authority: host, headers: forwarded === undefined ? {} : { 'x-forwarded-for': [forwarded] } },
    tokens: claims ? [{ claims: { iss: 'https://i.example', aud: ['shop'], sub: 'u', ...claims } }] : [],
  });
  return `${decision} ${httpStatus ?? ''}`.trim();
}

const OK = `${Decision.ALLOW} 200`;
const NO = `${Decision.DENY} 403`;

const KINDS: [Kind][] = [['classic'], ['Gateway API']];

const IN_TD = 'cluster.local/ns/edge/sa';

function specOf(app: App, kind: string, name: string): unknown {
  return manifests(app).find(one => one.kind === kind && one.metadata.name === name)?.spec;
}

describe('IngressAccess', () => {
  test.each(KINDS)('through a %s gateway lets in what is stated, and nothing else', kind => {
    const shop = shopBehind(kind);
    access(shop);

    expect(problemsOf(shop.app)).toEqual([]);
    const asked: [Asked, string][] = [
      [{}, OK], [{ host: 'SHOP.example.com' }, OK], [{ path: '/other' }, NO], [{ path: '/api' }, NO], [{ path: '/api/../other' }, NO], [{ method: 'POST' }, NO], [{ host: 'other.example.com' }, 'DENY'],
      [{ port: 8080 }, 'DENY'], [{ plain: true }, 'DENY'],
    ];
    expect(asked.map(([request]) => answer(shop.app, kind, request))).toEqual(asked.map(([, expected]) => expected));
  });

  test('renders a policy at the gateway, the route for the same hosts and paths, and an access for the gateway alone', () => {
    const shop = shopBehind('classic');
    access(shop, { metadata: { name: 'in' } });

    expect(specOf(shop.app, 'AuthorizationPolicy', 'in')).toEqual({
      selector: { matchLabels: { app: 'ingress' } },
      rules: [{ to: [{ operation: { hosts: ['shop.example.com', 'shop.example.com:*'], methods: ['GET'], paths: ['/api/*'], ports: ['8443'] } }] }],
    });
    expect(specOf(shop.app, 'VirtualService', 'in-route')).toEqual({
      hosts: ['shop.example.com'],
      gateways: ['edge/public'],
      http: [{ match: [{ uri: { prefix: '/api/' } }], route: [{ destination: { host: 'api.shop.svc.cluster.local', port: { number: 80 } } }] }],
    });
    expect(specOf(shop.app, 'AuthorizationPolicy', 'in-workload')).toEqual({
      selector: { matchLabels: { app: 'api' } },
      rules: [{ from: [{ source: { principals: [`${IN_TD}/ingress`] } }], to: [{ operation: { methods: ['GET'], paths: ['/api/*'], ports: ['8080'] } }] }],
    });
    expect(manifests(shop.app).find(({ metadata }) => metadata.name === 'in')!.metadata.annotations!['cdk8s-zero-trust/reason']).toBe('public');
  });

  test('through a gateway of the Gateway API renders an HTTPRoute for the listeners of its hosts, and names the account of its pods', () => {
    const shop = shopBehind('Gateway API');
    access(shop, { operations: [Operation.get('/api/*', '/status'), Operation.post('/*')], metadata: { name: 'in' } });

    expect(problemsOf(shop.app)).toEqual([]);
    expect(specOf(shop.app, 'HTTPRoute', 'in-route')).toMatchObject({
      parentRefs: [{ name: 'public', namespace: 'edge', sectionName: 'https-443.shop.example.com' }],
      hostnames: ['shop.example.com'],
      rules: [{ matches: [{ path: { type: 'PathPrefix', value: '/api' } }, { path: { type: 'Exact', value: '/status' } }, { path: { type: 'PathPrefix', value: '/' } }], backendRefs: [{ name: 'api', port: 80 }] }],
    });
    expect(specOf(shop.app, 'AuthorizationPolicy', 'in-workload')).toMatchObject({ rules: [{ from: [{ source: { principals: [`${IN_TD}/public-istio`] } }] }] });
  });

  test.each(KINDS)('a %s gateway leads to a waypoint in ambient, and its account is let in there', kind => {
    const shop = shopBehind(kind, { ambient: true });
    access(shop, { metadata: { name: 'in' } });

    expect(problemsOf(shop.app)).toEqual([]);
    expect(specOf(shop.app, 'AuthorizationPolicy', 'in-workload')).toMatchObject({ targetRefs: [{ kind: 'Service', name: 'api' }], rules: [{ to: [{ operation: { ports: ['80'] } }] }] });
    expect(answer(shop.app, kind, {})).toBe(OK);
  });

  test.each(KINDS)('tells plaintext clients of a %s gateway to come by HTTPS under a default deny, and those of other hosts nothing', kind => {
    const shop = shopBehind(kind, { gateway: { httpsRedirect: true } });
    access(shop);
    // routes in the namespace of the gateway could be taken for those of its plaintext listeners
    new ZeroTrustNamespace(chartOf(shop.app, 'other'), 'baseline');

    expect(problemsOf(shop.app)).toEqual([]);
    const plain = { plain: true, port: kind === 'classic' ? 8080 : 80 };
    expect(answer(shop.app, kind, plain)).toBe('ALLOW 301');
    expect(answer(shop.app, kind, { ...plain, path: '/secret' })).toBe('ALLOW 301');
    expect(answer(shop.app, kind, { ...plain, host: 'x.example.com' })).toBe(NO);
    expect(answer(shop.app, kind, {})).toBe(OK);
  });

  test.each(KINDS)('clients of a %s gateway in the namespace of the workload are told to come by HTTPS, too', kind => {
    const shop = shopBehind(kind, { gateway: { httpsRedirect: true } });
    const api = rawDeployment(shop.edge, 'api');
    rawService(shop.edge, 'api');
    access({ ...shop, shop: shop.edge, api });

    expect(problemsOf(shop.app)).toEqual([]);
    expect(answer(shop.app, kind, { plain: true, port: kind === 'classic' ? 8080 : 80 })).toBe('ALLOW 301');
  });

  test.each(KINDS)('asks for tokens at a %s gateway, with their claims', kind => {
    const shop = shopBehind(kind, { gateway: { issuers: [ISSUER] } });
    access(shop, { clients: IngressClients.of({ tokens: { claims: { role: ['admin'] }, scopes: ['read'] } }), metadata: { name: 'in' } });

    expect(problemsOf(shop.app)).toEqual([]);
    expect(specOf(shop.app, 'AuthorizationPolicy', 'in')).toMatchObject({
      rules: [{
        from: [{ source: { requestPrincipals: ['https://i.example/*'] } }],
        when: [{ key: 'request.auth.claims[scope]', values: ['read'] }, { key: 'request.auth.claims[role]', values: ['admin'] }],
      }],
    });
    expect(specOf(shop.app, 'RequestAuthentication', 'public-tokens')).toMatchObject({ jwtRules: [{ issuer: 'https://i.example', audiences: ['shop'] }] });
    const asked: [Asked, string][] = [
      [{ claims: { role: 'admin', scope: 'read write' } }, OK], [{ claims: { role: 'admin' } }, NO], [{ claims: { role: 'user', scope: 'read' } }, NO], [{}, NO],
      [{ claims: { role: 'admin', scope: 'read', aud: ['x'] } }, 'DENY 403'], [{ claims: { role: 'admin', scope: 'read', iss: 'https://x' } }, 'DENY 401'],
    ];
    expect(asked.map(([request]) => answer(shop.app, kind, request))).toEqual(asked.map(([, expected]) => expected));
  });

  test.each(KINDS)('goes by the address of the connection at a %s gateway without proxies in front, whatever clients write', kind => {
    const shop = shopBehind(kind, { service: { type: 'LoadBalancer', externalTrafficPolicy: 'Local' } });
    access(shop, { clients: IngressClients.of({ networks: ['203.0.113.0/24', '198.51.100.7'] }), metadata: { name: 'in' } });

    expect(problemsOf(shop.app)).toEqual([]);
    expect(specOf(shop.app, 'AuthorizationPolicy', 'in')).toMatchObject({ rules: [{ from: [{ source: { ipBlocks: ['203.0.113.0/24', '198.51.100.7'] } }] }] });
    const asked: [Asked, string][] = [[{}, OK], [{ ip: '198.51.100.7' }, OK], [{ ip: '10.0.0.1' }, NO], [{ ip: '10.0.0.1', forwarded: '203.0.113.7' }, NO]];
    expect(asked.map(([request]) => answer(shop.app, kind, request))).toEqual(asked.map(([, expected]) => expected));
  });

  test.each(KINDS)('goes by the client before the proxies in front of a %s gateway, and lets nobody past these', kind => {
    const shop = shopBehind(kind, { gateway: { numTrustedProxies: 1, proxyNetworks: ['10.9.0.0/16'] }, mesh: { numTrustedProxies: kind === 'classic' ? 1 : 0 } });
    access(shop, { clients: IngressClients.of({ networks: ['203.0.113.0/24'] }), metadata: { name: 'in' } });

    expect(problemsOf(shop.app)).toEqual([]);
    expect(specOf(shop.app, 'AuthorizationPolicy', 'in')).toMatchObject({ rules: [{ from: [{ source: { ipBlocks: ['10.9.0.0/16'], remoteIpBlocks: ['203.0.113.0/24'] } }] }] });
    const asked: [Asked, string][] = [
      [{ ip: '10.9.0.1', forwarded: '203.0.113.7' }, OK], [{ ip: '10.9.0.1', forwarded: '203.0.113.7, 6.6.6.6' }, NO], [{ ip: '6.6.6.6', forwarded: '203.0.113.7' }, NO], [{ ip: '203.0.113.7' }, NO],
    ];
    expect(asked.map(([request]) => answer(shop.app, kind, request))).toEqual(asked.map(([, expected]) => expected));
  });

  test.each(KINDS)('tells partners apart by the identities in their certificates at a %s gateway', kind => {
    const mutual = IngressServer.mutualTls({ hosts: ['shop.example.com'], credentialName: 'shop-cert' });
    const shop = shopBehind(kind, { gateway: { servers: [mutual] } });
    access(shop, { clients: IngressClients.of({ certificates: ['spiffe://partners.example/a'] }), metadata: { name: 'in' } });

    expect(problemsOf(shop.app)).toEqual([]);
    expect(specOf(shop.app, 'AuthorizationPolicy', 'in')).toMatchObject({ rules: [{ from: [{ source: { principals: ['partners.example/a'] } }] }] });
    const asked: [Asked, string][] = [[{ principal: 'partners.example/a' }, OK], [{ principal: 'partners.example/b' }, NO], [{ principal: 'x.partners.example/a' }, NO], [{}, 'DENY']];
    expect(asked.map(([request]) => answer(shop.app, kind, request))).toEqual(asked.map(([, expected]) => expected));
  });

  test('has a classic gateway compare the names in certificates, and asks that there is one', () => {
    const mutual = IngressServer.mutualTls({ hosts: ['shop.example.com'], credentialName: 'shop-cert', subjectAltNames: ['partner-a.example'] });
    const shop = shopBehind('classic', { gateway: { servers: [mutual] } });
    access(shop, { clients: IngressClients.of({ acceptedCertificate: true }), metadata: { name: 'in' } });

    expect(problemsOf(shop.app)).toEqual([]);
    expect(specOf(shop.app, 'Gateway', 'public')).toMatchObject({ servers: [{ tls: { mode: 'MUTUAL', credentialName: 'shop-cert', subjectAltNames: ['partner-a.example'] } }] });
    expect(specOf(shop.app, 'AuthorizationPolicy', 'in')).toMatchObject({ rules: [{ from: [{ source: { principals: ['*'] } }] }] });
  });

  test.each(KINDS)('leads the paths of several workloads behind one %s gateway apart', kind => {
    const shop = shopBehind(kind);
    access(shop);
    access(shop, { to: web(shop), operations: [Operation.get('/*')] }, 'all');

    expect(problemsOf(shop.app)).toEqual([]);
    expect(['/api/x', '/', '/index.html'].map(path => answer(shop.app, kind, { path }))).toEqual([OK, OK, OK]);
  });

  describe('through a gateway of the Gateway API, whose routes take /api for a path under /api', () => {
    const exact = { path: { type: 'Exact', value: '/api' } };
    const matchesOf = (app: App, name: string) => (specOf(app, 'HTTPRoute', name) as { rules: { matches: unknown[] }[] }).rules.map(({ matches }) => matches);
    const beside = (operations: Operation[], made: (shop: Shop) => void = () => undefined, more: Partial<IngressAccessProps> = {}, hosts = ['shop.example.com']) => {
      const shop = shopBehind('Gateway API', { gateway: { servers: [IngressServer.tls({ hosts: ['shop.example.com', 'web.example.com'], credentialName: 'c' })] } });
      access(shop);
      made(shop);
      access(shop, { to: web(shop), operations, hosts, metadata: { name: 'pages' }, ...more }, 'pages');
      return shop.app;
    };

    test.each<[string, Operation[], boolean]>([
      ['all else', [Operation.get('/*')], true],
      ['anything', [Operation.get('*')], true],
      ['it alone', [Operation.get('/api')], true],
      ['other paths', [Operation.get('/else/*')], false],
    ])('has a match of its own for it where another access names %s', (_, operations, isNamed) => {
      const app = beside(operations);

      expect(problemsOf(app)).toEqual([]);
      expect(matchesOf(app, 'pages-route')[0].some(one => JSON.stringify(one) === JSON.stringify(exact))).toBe(isNamed);
      expect(answer(app, 'Gateway API', { path: '/api' })).toBe(isNamed ? OK : NO);
    });

    test('has it on the port that it is named on', () => {
      const shop = shopBehind('Gateway API');
      const api = rawDeployment(shop.shop, 'two');
      rawService(shop.shop, 'two', { ports: [{ name: 'http', port: 80, targetPort: 8080 }, { name: 'http-admin', port: 81, targetPort: 8081 }] });
      const on = (port: number, path: string) => Operation.http({ methods: ['GET'], paths: [path], ports: [port] });
      access(shop, { to: Workload.of(api), operations: [on(8081, '/api/*'), on(8080, '/*')], metadata: { name: 'two' } });

      expect(matchesOf(shop.app, 'two-route')).toEqual([[{ path: { type: 'PathPrefix', value: '/api' } }], [{ path: { type: 'PathPrefix', value: '/' } }, exact]]);
    });

    test('is refused where another access has it at one of its hosts only', () => {
      const app = beside([Operation.get('/*')], shop => access(shop, { hosts: ['web.example.com'], operations: [Operation.get('/api')] }, 'base'), {}, ['shop.example.com', 'web.example.com']);

      expect(problemsOf(app)).toEqual([expect.stringContaining("hosts of 'shop/pages' must be led alike by its route, got 'web.example.com', where '/api' leads to another workload; state that host by an access of its own")]);
    });

    test('is refused where a wider host has it by other clients', () => {
      const shop = shopBehind('Gateway API', { gateway: { servers: [IngressServer.tls({ hosts: ['*.example.com'], credentialName: 'c' })] } });
      access(shop, { clients: IngressClients.of({ networks: ['203.0.113.0/24'] }) });
      access(shop, { to: web(shop), operations: [Operation.get('/api')], hosts: ['*.example.com'] }, 'pages');

      expect(problemsOf(shop.app)).toContainEqual(expect.stringContaining("'shop/pages' must not let in by '/api' of '*.example.com' whom 'shop/in' does not name, as the gateway leads '/api/*' of 'shop.example.com' to the workload of that"));
    });
  });

  test('takes its routes from their owner where it makes none', () => {
    const shop = shopBehind('classic');
    access(shop, { routes: false });
    const route = (http: object[]) => new ApiObject(shop.shop, 'theirs', { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { name: 'theirs' }, ...{ spec: { hosts: ['shop.example.com'], gateways: ['edge/public'], http } } });
    const theirs = route([{ match: [{ uri: { prefix: '/api/' } }], route: [{ destination: { host: 'api' } }] }]);

    expect(problemsOf(shop.app)).toEqual([]);
    expect(answer(shop.app, 'classic', {})).toBe(OK);

    theirs.addJsonPatch(JsonPatch.replace('/spec/http/0/match/0/uri/prefix', '/else/'));
    expect(problemsOf(shop.app)).toEqual([expect.stringMatching(/shop\/in.*GET \/api\/zero-trust-witness of shop\.example\.com on port 443 of gateway 'edge\/public' is refused, or led nowhere/)]);
  });

  test.each<[string, object, boolean]>([
    ['no gateway', {}, true],
    ['given a sidecar', { labels: { 'sidecar.istio.io/inject': 'true' } }, true],
    ['given templates of which one is that of gateways', { annotations: { 'inject.istio.io/templates': 'gateway, ours' } }, false],
    ['a proxy that is run as a router', { container: { name: 'istio-proxy', args: ['proxy', 'router'], ports: [] } }, false],
  ])('has pods that are %s: whether it is refused', (_, pods, isRefused) => {
    const shop = shopBehind('classic');
    const made = rawDeployment(shop.edge, 'plain', pods);
    rawService(shop.edge, 'plain', { ports: PORTS });
    new IngressGateway(shop.edge, 'second', { servers: [IngressServer.tls({ hosts: ['plain.example.com'], credentialName: 'c' })], workload: Workload.of(made) });

    expect(problemsOf(shop.app)).toEqual(isRefused ? [expect.stringContaining("[edge/second] workload must be a gateway, got 'edge/plain', which runs no proxy by itself or one for its own pods only; have Istio inject a gateway")] : []);
  });

  describe('runs as an account that other pods run as too', () => {
    const ALONE = (account: string, path: string) => `the service account '${account}' must be that of the gateway 'edge/public' alone, as which whoever runs as it is let in and taken for it, but '${path}' runs as it too; give it another`;

    test.each<[Kind, string]>([['classic', 'ingress'], ['Gateway API', 'public-istio']])('at a gateway that is %s', (kind, account) => {
      const shop = shopBehind(kind);
      access(shop);
      rawDeployment(shop.edge, 'tools', { spec: { serviceAccountName: account } });

      expect(problemsOf(shop.app).filter(problem => problem.includes('alone'))).toEqual([expect.stringContaining(`[edge/public] ${ALONE(account, 'edge/tools')}`)]);
    });

    test('of another Gateway, or that have but the label of theirs', () => {
      const another = shopBehind('Gateway API');
      new ApiObject(another.edge, 'other', {
        apiVersion: 'gateway.networking.k8s.io/v1',
        kind: 'Gateway',
        metadata: { name: 'other', annotations: { 'gateway.istio.io/service-account': 'public-istio' } },
        ...{ spec: { gatewayClassName: 'istio', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] } },
      });
      const labelled = shopBehind('Gateway API');
      rawDeployment(labelled.edge, 'other', { labels: { 'gateway.networking.k8s.io/gateway-name': 'public' }, spec: { serviceAccountName: 'public-istio' } });

      for (const { app } of [another, labelled]) {
        expect(problemsOf(app).filter(problem => problem.includes('alone'))).toEqual([expect.stringContaining(`[edge/public] ${ALONE('public-istio', 'edge/other')}`)]);
      }
    });

    test('for a reason that is stated', () => {
      const shop = shopBehind('classic');
      rawDeployment(shop.edge, 'tools', { spec: { serviceAccountName: 'shared' } });
      const made = rawDeployment(shop.edge, 'second', { spec: { serviceAccountName: 'shared' }, annotations: { 'inject.istio.io/templates': 'gateway' }, container: { name: 'istio-proxy', ports: [] } });
      rawService(shop.edge, 'second', { ports: PORTS });
      const workload = Workload.of(made, { allowSharedServiceAccount: { reason: 'one chart of a vendor' } });
      new IngressGateway(shop.edge, 'second-gateway', { servers: [IngressServer.tls({ hosts: ['second.example.com'], credentialName: 'c' })], workload });

      expect(problemsOf(shop.app)).toEqual([]);
    });
  });

  test.each([
    ['the identity itself', ['spiffe://p.example/a', 'spiffe://p.example/b']], ['a name of DNS that may stand beside it', ['a.example']],
  ])('takes an identity where the server accepts %s', (_, subjectAltNames) => {
    const shop = shopBehind('classic', { gateway: { servers: [IngressServer.mutualTls({ hosts: ['shop.example.com'], credentialName: 'c', subjectAltNames })] } });
    access(shop, { clients: IngressClients.of({ certificates: ['spiffe://p.example/a'] }) });

    expect(problemsOf(shop.app)).toEqual([]);
  });

  test.each([['the labels of another gateway', 'ingress', true], ['labels of their own', 'other', false]])('has pods with %s, in another namespace: whether it is refused', (_, app, isRefused) => {
    const shop = shopBehind('classic');
    access(shop);
    const other = chartOf(shop.app, 'other');
    new ZeroTrustNamespace(other, 'baseline', { publicGateways: [PublicGateway.classic({ namespace: 'other', labels: { app }, ports: [8080], reason: 'the old shop' })] });
    rawDeployment(other, 'theirs', { selector: { app }, annotations: { 'inject.istio.io/templates': 'gateway' }, container: { name: 'istio-proxy', ports: [] } });

    expect(problemsOf(shop.app).filter(problem => problem.includes('other namespaces'))).toEqual(isRefused ? [expect.stringContaining("[edge/public] the Gateway of 'edge/public' would have pods of other namespaces serve its hosts, got 'other/theirs'")] : []);
  });


  describe.each<Kind>(['classic', 'Gateway API'])('beside one by wider paths to another workload, at a gateway: %s', kind => {
    const CUSTOMERS = IngressClients.of({ tokens: { claims: { role: ['customer'] } } });
    const shopOfTwo = (isFirst: boolean) => {
      const shop = shopBehind(kind, { gateway: { issuers: [ISSUER], servers: [IngressServer.tls({ hosts: ['shop.example.com', 'web.example.com'], credentialName: 'c' })] } });
      const pages = () => access(shop, { to: web(shop), hosts: ['shop.example.com', 'web.example.com'], operations: [Operation.get('/*'), Operation.post('/cart')] }, 'pages');
      if (isFirst) { pages(); }
      access(shop, { clients: CUSTOMERS });
      if (!isFirst) { pages(); }
      return shop.app;
    };

    test.each<[string, Asked, string]>([
      ['anyone to the wider ones', { path: '/index.html' }, OK],
      ['anyone to its own only with what it asks for', { path: '/api/x' }, 'DENY 403'],
      ['whom it names', { path: '/api/x', claims: { role: 'customer' } }, OK],
      ['nobody by other tokens', { path: '/api/x', claims: { role: 'editor' } }, 'DENY 403'],
      ['anyone to the same paths of another host', { path: '/api/x', host: 'web.example.com' }, OK],
      ['anyone to what only the other names', { path: '/cart', method: 'POST' }, OK],
    ])('lets in %s', (_, asked, expected) => {
      const apps = [true, false].map(shopOfTwo);

      expect(apps.map(problemsOf)).toEqual([[], []]);
      expect(apps.map(app => answer(app, kind, asked))).toEqual([expected, expected]);
    });
  });

  test.each<[string, object | undefined]>([
    ['routes of another gateway', { parentRefs: [{ name: 'other', namespace: 'edge' }] }],
    ['routes for another host', { parentRefs: [{ name: 'public', namespace: 'edge' }], hostnames: ['else.example.com'] }],
    ['nothing but the redirect to HTTPS', undefined],
  ])('may leave its routes to another app, beside %s', (_, spec) => {
    const shop = shopBehind('Gateway API', { gateway: { httpsRedirect: true } });
    access(shop, { routes: false });
    if (spec) { leadElse(shop, spec); }

    expect(problemsOf(shop.app)).toEqual([]);
  });

  test.each([['for its host', { hostnames: ['shop.example.com'] }], ['for hosts among which it is', { hostnames: ['*.example.com'] }], ['for all hosts', {}]])('is led by routes of its gateway %s', (_, spec) => {
    const shop = shopBehind('Gateway API');
    access(shop, { routes: false });
    leadElse(shop, { parentRefs: [{ name: 'public', namespace: 'edge' }], ...spec });

    expect(problemsOf(shop.app)).toEqual([expect.stringMatching(/is refused, or led nowhere.*; have a route of the gateway lead there for that host and path, which the IngressAccess makes unless routes is false/)]);
  });

  test('takes no note of what routes by hand say of connections, which its servers of HTTP have none of', () => {
    const shop = shopBehind('classic');
    access(shop);
    const route = [{ destination: { host: 'other.ops.svc.cluster.local' } }];
    const spec = { hosts: ['shop.example.com'], gateways: ['edge/public'], tcp: [{ route }], tls: [{ match: [{ sniHosts: ['shop.example.com'] }], route }] };
    new ApiObject(shop.shop, 'by-hand', { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { name: 'by-hand' }, ...{ spec } });

    expect(problemsOf(shop.app)).toEqual([]);
  });

  test('lets the gateway pass the token on to a workload that asks for it as well', () => {
    const shop = shopBehind('classic', { gateway: { issuers: [ISSUER] } });
    new JwtProtectedApi(shop.shop, 'users', { workload: Workload.of(shop.api), issuers: [ISSUER], rules: [{ operations: [Operation.anyHttp()], anyToken: true }] });
    access(shop, { clients: IngressClients.of({ tokens: { anyToken: true } }), clientsSendToken: true });

    expect(problemsOf(shop.app)).toEqual([]);
  });

  test.each(KINDS)('goes through a %s gateway that something else makes', kind => {
    const pods = kind === 'classic' ? { workload: Workload.fromPods({ namespace: 'elsewhere', labels: { istio: 'edge' }, serviceAccount: 'edge', services: [{ name: 'edge', ports: [{ port: 443, targetPort: 8443 }] }] }) } : { metadata: { name: 'theirs', namespace: 'elsewhere' } };
    const shop = shopBehind(kind);
    const gateway = new IngressGateway(shop.shop, 'theirs', { servers: [TLS], existing: true, numTrustedProxies: 1, proxyNetworks: ['10.9.0.0/16'], metadata: { name: 'theirs' }, ...pods });
    access({ ...shop, gateway }, { clients: IngressClients.of({ networks: ['203.0.113.0/24'] }), metadata: { name: 'in' } });

    expect(problemsOf(shop.app)).toEqual([]);
    expect(manifests(shop.app).filter(({ kind: of, metadata }) => of === 'Gateway' && metadata.name === 'theirs')).toEqual([]);
    expect(manifests(shop.app).filter(({ metadata }) => metadata.namespace === 'elsewhere').map(({ kind: of, metadata }) => `${of} ${metadata.name}`)).toEqual(['AuthorizationPolicy in']);
  });
});

describe('IngressAccess refuses', () => {
  const here = () => shopBehind('classic');

  test.each<[string, () => unknown, string]>([
    ['nobody', () => access(here(), { clients: undefined }), "clients' must have a value, got 'undefined'"],
    ['clients of whom nothing is said', () => IngressClients.of({}), "IngressClients.of must name networks, certificates or tokens, got none; ask for anyone by name: IngressClients.anyone({ reason: '…' })"],
    ['anyone without a reason', () => IngressClients.anyone({ reason: '' }), 'IngressClients.anyone is wider than least privilege and must have a reason'],
    ['all addresses', () => IngressClients.of({ networks: ['0.0.0.0/0'] }), 'networks[0] must not be all addresses'],
    ['no network', () => IngressClients.of({ networks: [] }), 'networks must'],
    ['a part of an identity', () => IngressClients.of({ certificates: ['*/a'] }), "certificates[0] must be a whole identity such as 'spiffe://partners.example/a', got '*/a'"],
    ['a DNS name as an identity', () => IngressClients.of({ certificates: ['partner-a.example'] }), 'IngressServer.mutualTls({ subjectAltNames: […] }) and acceptedCertificate: true'],
    ['some certificates beside any', () => IngressClients.of({ certificates: ['spiffe://a.example/b'], acceptedCertificate: true }), 'certificates must be left out beside acceptedCertificate'],
    ['tokens of which nothing is said', () => IngressClients.of({ tokens: {} }), 'tokens must say which, got nothing that does'],
    ['any token beside some', () => IngressClients.of({ tokens: { anyToken: true, claims: { a: ['b'] } } }), 'tokens must not have anyToken: true beside'],
    ['conditions on other things than tokens', () => IngressClients.of({ tokens: { conditions: [Condition.header('x-a', 'b')] } }), "tokens.conditions must be on the token, got 'header x-a is b'"],
    ['a misspelt member', () => IngressClients.of({ network: ['10.0.0.1'] } as never), "'network' must be a member of IngressClientOptions; did you mean 'networks'?"],
    ['tokens that the gateway does not verify', () => access(here(), { clients: IngressClients.of({ tokens: { anyToken: true } }) }), "tokens must be verified by the gateway 'edge/public', got none of its issuers"],
    ['an issuer of somebody else', () => access(shopBehind('classic', { gateway: { issuers: [ISSUER] } }), { clients: IngressClients.of({ tokens: { anyToken: true, issuers: [JwtIssuer.of({ issuer: 'https://x.example', audiences: ['a'] })] } }) }),
      "tokens.issuers[0] must be an issuer of the gateway, got 'https://x.example'"],
    ['no hosts', () => access(here(), { hosts: [] }), 'hosts must'],
    ['a host with a port', () => access(here(), { hosts: ['shop.example.com:443'] }), "or '*.' and one, got 'shop.example.com:443'; did you mean 'shop.example.com'?"],
    ['hosts of operations', () => access(here(), { operations: [Operation.http({ methods: ['GET'], paths: ['/'], hosts: ['a.example'] })] }), 'operations[0] must leave hosts to the access'],
    ['connections', () => access(here(), { operations: [Operation.tcp(8080)] }), 'operations[0] must be an HTTP operation, got Operation.tcp(8080)'],
    ['a namespace of its own', () => access(here(), { metadata: { namespace: 'x' } }), "metadata.namespace must be left out, got 'x'"],
  ])('%s', (_, make, message) => {
    expect(make).toThrow(message);
  });

  /** What is wrong with an app in which something is stated of the shop. */
  function problems(kind: Kind, setting: Setting, state: (shop: Shop) => unknown): string[] {
    const shop = shopBehind(kind, setting);
    state(shop);
    return problemsOf(shop.app);
  }

  const OFFICE = IngressClients.of({ networks: ['203.0.113.0/24'] });

  const partners = (host: string, subjectAltName: string) => IngressServer.mutualTls({ hosts: [host], credentialName: 'partners', subjectAltNames: [subjectAltName] });

  test.each<[string, IngressServer[]]>([
    ['accept the same', [partners('shop.example.com', 'spiffe://p.example/a'), partners('*.example.com', 'spiffe://p.example/a')]],
    ['are for other hosts', [partners('shop.example.com', 'spiffe://p.example/a'), partners('*.other.example', 'spiffe://q.example/b')]],
  ])('takes any certificate that a server accepts beside others that %s', (_, servers) => {
    expect(problems('classic', { gateway: { servers } }, shop => access(shop, { clients: IngressClients.of({ acceptedCertificate: true }) }))).toEqual([]);
  });

  test.each<[string, Kind, Setting, (shop: Shop) => unknown, string]>([
    ['a host that the gateway does not serve', 'classic', {}, shop => access(shop, { hosts: ['x.example.com'] }), "hosts must be of the gateway 'edge/public', got 'x.example.com'; it has 'shop.example.com'"],
    ['certificates where none is asked for', 'Gateway API', {}, shop => access(shop, { clients: IngressClients.of({ certificates: ['spiffe://p.example/a'] }) }), 'certificates can be asked for only where the server asks for them, got port 443'],
    ['any certificate of an authority', 'classic', { gateway: { servers: [IngressServer.mutualTls({ hosts: ['shop.example.com'], credentialName: 'c' })] } }, shop => access(shop, { clients: IngressClients.of({ acceptedCertificate: true }) }),
      'acceptedCertificate must come with subjectAltNames of the server'],
    ['any certificate that a server accepts, where a wider one accepts others', 'classic', { gateway: { servers: [partners('shop.example.com', 'spiffe://p.example/a'), partners('*.example.com', 'spiffe://q.example/b')] } },
      shop => access(shop, { clients: IngressClients.of({ acceptedCertificate: true }) }),
      "acceptedCertificate must be that of one server, got port 443 for 'shop.example.com' and port 443 for '*.example.com': who connects by a name of the wider one may ask for a host of the other"],
    ['identities of the mesh as those of partners', 'classic', { gateway: { servers: [IngressServer.mutualTls({ hosts: ['shop.example.com'], credentialName: 'c' })] } },
      shop => access(shop, { clients: IngressClients.of({ certificates: ['spiffe://cluster.local/ns/shop/sa/web'] }) }), "certificates must be of clients outside of the mesh, got 'spiffe://cluster.local/ns/shop/sa/web'"],
    ['a certificate that the server refuses', 'classic', { gateway: { servers: [IngressServer.mutualTls({ hosts: ['shop.example.com'], credentialName: 'c', subjectAltNames: ['spiffe://p.example/a'] })] } },
      shop => access(shop, { clients: IngressClients.of({ certificates: ['spiffe://p.example/a', 'spiffe://p.example/b'] }) }),
      "certificates must be accepted by the server, got 'spiffe://p.example/b', while subjectAltNames of port 443 for 'shop.example.com' accept 'spiffe://p.example/a' only; name it there at IngressServer.mutualTls, or leave it out here"],
    ['names in certificates at a gateway that compares none', 'Gateway API', { gateway: { servers: [IngressServer.mutualTls({ hosts: ['shop.example.com'], credentialName: 'c', subjectAltNames: ['a.example'] })] } }, access,
      "subjectAltNames must be left out for a gateway of the Gateway API, which compares none, got 'a.example'"],
    ['networks behind proxies of which nobody knows where they are', 'Gateway API', { gateway: { numTrustedProxies: 1 } }, shop => access(shop, { clients: IngressClients.of({ networks: ['203.0.113.0/24'] }) }),
      "networks need proxyNetworks of the gateway 'edge/public'"],
    ['a number of proxies that the pods do not go by', 'classic', { gateway: { numTrustedProxies: 1, proxyNetworks: ['10.9.0.0/16'] } }, access, "numTrustedProxies of 'edge/public' must be what its pods go by, got 1, and the ZeroTrustMesh says 0"],
    ['addresses that nodes replace', 'classic', { service: { type: 'LoadBalancer' } }, shop => access(shop, { clients: IngressClients.of({ networks: ['203.0.113.0/24'] }) }),
      "networks need the addresses of clients, and Service 'edge/ingress-service' has nodes put their own in place of them; set its externalTrafficPolicy: Local"],
    ['a port that the gateway has not', 'classic', { service: { ports: [PORTS[0]] } }, access, "port 443 must be one of a Service of the gateway 'edge/ingress', by which it is known on which port of its pods policies hold; there are 80 of 'ingress'"],
    ['paths that routes do not compare', 'classic', {}, shop => access(shop, { operations: [Operation.get('/a/{*}/b')] }), "paths must be whole or end in '/*', as routes of a gateway compare them, got '/a/{*}/b'"],
    ['paths that a route of the Gateway API cannot have', 'Gateway API', {}, shop => access(shop, { operations: [Operation.get('/a[b]')] }),
      "paths must be ones that an HTTPRoute takes, got '/a[b]', which must have a path of unreserved characters"],
    ['paths that are led to two workloads in no certain order', 'classic', {}, shop => { access(shop); access(shop, { to: web(shop), operations: [Operation.get('/api/v2/*')] }, 'all'); },
      "paths must lead to one workload, got '/api/v2/*', while 'shop/in' leads '/api/*' elsewhere"],
    ['the same path of two workloads', 'Gateway API', {}, shop => { access(shop); access(shop, { to: web(shop) }, 'all'); }, "paths must lead to one workload, got '/api/*', while 'shop/in' leads '/api/*' elsewhere, of which Istio takes the older"],
    ['clients of whom another says nothing, by a wider host', 'Gateway API', { gateway: { servers: [IngressServer.tls({ hosts: ['*.example.com'], credentialName: 'c' })] } },
      shop => { access(shop, { clients: OFFICE, operations: [Operation.get('/*')] }); access(shop, { hosts: ['*.example.com'], to: web(shop) }, 'all'); }, "'shop/all' must not let in by '/api/*' of '*.example.com'"],
    ['the same, where others lead', 'Gateway API', {}, shop => { access(shop, { clients: OFFICE, operations: [Operation.get('/*')] }); access(shop, { to: web(shop), routes: false }, 'all'); }, "'shop/all' must not let in by '/api/*'"],
    ['a workload without a Service', 'classic', {}, shop => access(shop, { to: Workload.of(rawDeployment(shop.shop, 'lone'), { ports: [{ number: 8080, protocol: 'http' as never }] }) }), "port 8080 of 'shop/lone' must be led to by one Service with an address, got none"],
    ['a gateway in the root namespace', 'classic', {}, shop => {
      const root = chartOf(shop.app, 'istio-system');
      const pods = rawDeployment(root, 'gw', { annotations: { 'inject.istio.io/templates': 'gateway' } });
      rawService(root, 'gw', { ports: PORTS });
      access({ ...shop, gateway: new IngressGateway(root, 'gateway', { workload: Workload.of(pods), servers: [TLS] }) });
    }, "'istio-system/gw' is in the root namespace 'istio-system', where a policy selects the pods of every namespace by their labels; move the gateway to a namespace of its own"],
    ['another account of a Gateway that is there', 'Gateway API', {}, shop => {
      new ApiObject(shop.edge, 'theirs', { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { name: 'theirs', annotations: { 'gateway.istio.io/service-account': 'other' } }, ...{ spec: { gatewayClassName: 'istio', listeners: [] } } });
      new IngressGateway(shop.edge, 'existing', { servers: [TLS], existing: true, metadata: { name: 'theirs' } });
    }, "serviceAccount of 'edge/existing' must be that of the Gateway, got 'theirs-istio', while 'edge/theirs' says 'other'; state the same"],
    ['two words for one gateway', 'Gateway API', {}, shop => { access(shop); new IngressGateway(shop.edge, 'twin', { servers: [TLS], metadata: { name: 'public' } }); }, 'a gateway must be stated by one IngressGateway'],
  ])('%s', (_, kind, setting, state, message) => {
    const found = problems(kind, setting, state);

    expect(found).toContainEqual(expect.stringContaining(message));
  });

  test.each<[string, Partial<IngressAccessProps>, Partial<IngressAccessProps>]>([
    ['clients that are among those of the other', { clients: OFFICE, operations: [Operation.get('/*')] }, { operations: [Operation.get('/public/*')] }],
    ['one of its addresses', { clients: IngressClients.of({ networks: ['203.0.113.7'] }), operations: [Operation.get('/*')] }, { clients: OFFICE }],
    ['other methods', { clients: OFFICE }, { operations: [Operation.post('/*')] }],
    ['the narrower path', { clients: OFFICE, operations: [Operation.get('/*')] }, { operations: [Operation.get('/public/*')] }],
    ['other paths', { clients: OFFICE }, { operations: [Operation.get('/public/*')] }],
  ])('not %s for paths of two workloads', (_, one, other) => {
    expect(problems('Gateway API', {}, shop => { access(shop, one); access(shop, { to: web(shop), ...other }, 'all'); })).toEqual([]);
  });

  test('a workload without a port of HTTP once, and not at the other accesses of the gateway', () => {
    const made = shopBehind('Gateway API');
    const db = rawDeployment(made.shop, 'db');
    rawService(made.shop, 'db', { ports: [{ name: 'tcp', port: 80, targetPort: 8080 }] });
    access(made, { operations: [Operation.get('/a')] }, 'before');
    access(made, { to: Workload.of(db), operations: [Operation.get('/db')] }, 'db-access');
    access(made, { operations: [Operation.get('/b')] }, 'after');

    expect(problemsOf(made.app)).toEqual([expect.stringMatching(/^\[shop\/db-access\] no port of 'shop\/db' is declared HTTP; .* \(also at 1 more: 'shop\/db-access\/workload'\)$/)]);
  });

  test('the workload no longer letting the gateway in', () => {
    const shop = here();
    access(shop).node.tryRemoveChild('workload');

    expect(problemsOf(shop.app)).toContainEqual(expect.stringContaining("'shop/in/workload' must stay as it was made, got taken out"));
  });

  test('what a PublicGateway lets everyone reach', () => {
    const shop = shopBehind('Gateway API', { mesh: { publicGateways: [PublicGateway.gatewayApi({ namespace: 'edge', name: 'public', ports: [443], reason: 'r' })] } });
    access(shop);

    expect(problemsOf(shop.app)).toContainEqual(expect.stringContaining("publicGateways of 'mesh/mesh' admits everyone to what accesses through 'edge/public' name clients for; take it out there"));
  });

  test.each<[string, string, JsonPatch]>([
    ['edge/public/Resource', 'spec', JsonPatch.replace('/spec/servers/0/tls/mode', 'OPTIONAL_MUTUAL')],
    ['edge/public/default-deny', 'spec', JsonPatch.add('/spec/rules', [{}])],
    ['shop/in/Resource', 'spec', JsonPatch.remove('/spec/rules/0/to/0/operation/paths')],
    ['shop/in/route', 'spec', JsonPatch.replace('/spec/http/0/route/0/destination/host', 'other')],
  ])('%s that was changed after it was made', (path, part, patch) => {
    const shop = here();
    access(shop);
    (shop.app.node.findAll().find(({ node }) => node.path === path) as ApiObject).addJsonPatch(patch);

    expect(problemsOf(shop.app)).toContainEqual(expect.stringContaining(`'${path}' must stay as it was made, got another ${part}`));
  });

  test.each<[string, object]>([
    ['a hand-written ALLOW at the gateway', { kind: 'AuthorizationPolicy', apiVersion: 'security.istio.io/v1', spec: { selector: { matchLabels: { app: 'ingress' } }, rules: [{}] } }],
    ['a Gateway that has the host already', { kind: 'Gateway', apiVersion: 'networking.istio.io/v1', spec: { selector: { app: 'ingress' }, servers: [{ port: { number: 443, name: 'x', protocol: 'HTTPS' }, hosts: ['shop/shop.example.com'], tls: { mode: 'PASSTHROUGH' } }] } }],
  ])('%s', (_, { kind, apiVersion, ...spec }: any) => {
    const shop = here();
    access(shop);
    new ApiObject(shop.edge, 'more', { apiVersion, kind, metadata: { name: 'more' }, ...spec });

    expect(problemsOf(shop.app)).not.toEqual([]);
    expect(problemsOf(shop.app).join()).toContain('edge/more');
  });
});

describe('IngressGateway', () => {
  test('refuses a RequestAuthentication at its pods by which tokens of its issuers are good by other keys', () => {
    const { app, edge } = shopBehind('classic', { gateway: { issuers: [ISSUER] } });
    const jwtRules = [{ issuer: 'https://i.example', audiences: ['shop'], jwksUri: 'https://evil.example/jwks' }];
    new ApiObject(edge, 'more', {
      apiVersion: 'security.istio.io/v1', kind: 'RequestAuthentication', metadata: { name: 'more' }, ...{ spec: { selector: { matchLabels: { app: 'ingress' } }, jwtRules } },
    });

    expect(problemsOf(app)).toContainEqual(expect.stringContaining("RequestAuthentication 'edge/more' at 'edge/more' accepts tokens of 'https://i.example' by other keys than this"));
  });

  test('says what it serves', () => {
    const { gateway } = shopBehind('Gateway API');

    expect(gateway.describeIngressGateway()).toBe('Gateway edge/public: shop.example.com by TLS on port 443');
  });

  test('without an access admits nothing, and takes routes of its own namespace only', () => {
    const { app } = shopBehind('classic');

    expect(problemsOf(app)).toEqual([]);
    expect(specOf(app, 'Gateway', 'public')).toMatchObject({ servers: [{ hosts: ['./shop.example.com'] }] });
    expect(answer(app, 'classic', {})).toBe(NO);
  });

  test.each<[string, Partial<IngressGatewayProps>, string]>([
    ['nothing to serve', { servers: [] }, 'servers must'],
    ['a host twice on one port', { servers: [TLS, IngressServer.mutualTls({ hosts: ['shop.example.com'], credentialName: 'c' })] }, 'servers must differ by host or port, got shop.example.com on port 443 twice'],
    ['a redirect to where nothing is', { servers: [IngressServer.plaintext({ hosts: ['a.example'], reason: 'r' })], httpsRedirect: true }, 'httpsRedirect must come with a server that has TLS, got none'],
    ['networks of no proxies', { proxyNetworks: ['10.0.0.0/8'] }, 'proxyNetworks must come with numTrustedProxies, got none'],
    ['an uneven number of proxies', { numTrustedProxies: 0.5 }, 'numTrustedProxies must be a whole number from 0 to 100'],
    ['one that is there without its name', { existing: true, metadata: {} }, 'metadata.name must be given with existing: true'],
    ['another account in its annotations', { metadata: { annotations: { 'gateway.istio.io/service-account': 'other' } } }, "metadata.annotations must not have 'gateway.istio.io/service-account'"],
    ['an issuer twice', { issuers: [ISSUER, ISSUER] }, "issuers must differ, got 'https://i.example' twice"],
    ['an account beside pods', { workload: Workload.fromPods({ namespace: 'a', labels: { a: 'b' }, serviceAccount: 'c' }), serviceAccount: 'd' }, "serviceAccount must be left out beside 'workload'"],
  ])('refuses %s', (_, props, message) => {
    expect(() => new IngressGateway(chartOf(testApp(), 'edge'), 'edge', { servers: [TLS], ...props })).toThrow(message);
  });

  test.each<[string, () => unknown, string]>([
    ['plaintext without a reason', () => IngressServer.plaintext({ hosts: ['a.example'], reason: '' }), 'IngressServer.plaintext is wider than least privilege and must have a reason'],
    ['a name with a star in certificates', () => IngressServer.mutualTls({ hosts: ['a.example'], credentialName: 'c', subjectAltNames: ['*.example'] }), "subjectAltNames[0] must be a whole name, got '*.example'"],
    ['any host', () => IngressServer.tls({ hosts: ['*'], credentialName: 'c' }), "hosts[0] must name a host, got '*'"],
    ['an address', () => IngressServer.tls({ hosts: ['10.0.0.1'], credentialName: 'c' }), "'10.0.0.1'; name no address: clients ask for a name"],
    ['an address of IPv6', () => IngressServer.tls({ hosts: ['::1'], credentialName: 'c' }), "'::1'; name no address: clients ask for a name"],
    ['a host in upper case', () => IngressServer.tls({ hosts: ['*.Shop.example.com'], credentialName: 'c' }), "hosts[0] must be a host name of lower-case letters, digits, '-' and '.', or '*.' and one, got '*.Shop.example.com'; did you mean '*.shop.example.com'?"],
    ['a host with the dot of DNS', () => IngressServer.mutualTls({ hosts: ['shop.example.com.'], credentialName: 'c' }), "got 'shop.example.com.'; did you mean 'shop.example.com'?"],
    ['a host with its port', () => IngressServer.plaintext({ hosts: ['shop.example.com:80'], reason: 'r' }), "got 'shop.example.com:80'; did you mean 'shop.example.com'?"],
    ['a host that no DNS has', () => IngressServer.tls({ hosts: ['shop_x.example.com'], credentialName: 'c' }), "got 'shop_x.example.com'; name what DNS has for it"],
  ])('refuses %s of a server', (_, make, message) => {
    expect(make).toThrow(message);
  });
});

/** A route of others, of the kind of the gateway. */
function byHand({ shop }: Shop, kind: Kind, rule: object, more: object = {}): void {
  const [apiVersion, name, spec] = kind === 'classic'
    ? ['networking.istio.io/v1', 'VirtualService', { hosts: ['shop.example.com'], gateways: ['edge/public'], http: [rule] }]
    : ['gateway.networking.k8s.io/v1', 'HTTPRoute', { hostnames: ['shop.example.com'], parentRefs: [{ name: 'public', namespace: 'edge' }], rules: [rule] }];
  new ApiObject(shop, 'by-hand', { apiVersion, kind: name, metadata: { name: 'by-hand' }, ...{ spec: { ...spec, ...more } } });
}

const toHost = (host: string, more: object = {}) => ({ route: [{ destination: { host } }], ...more });
const toService = (name: string, more: object = {}) => ({ backendRefs: [{ name, port: 80 }], ...more });
const matching = (type: string, value: string) => ({ matches: [{ path: { type, value } }] });
const uri = (match: object) => ({ match: [{ uri: match }] });
const COPIED = [{ type: 'RequestMirror', requestMirror: { backendRef: { name: 'other', port: 80 } } }];
const REWRITTEN = [{ type: 'URLRewrite', urlRewrite: { path: { type: 'ReplaceFullPath', replaceFullPath: '/admin' } } }];

describe('A route that others write, at the gateway of an IngressAccess', () => {
  test.each<[string, Kind, boolean, object, object, string]>([
    ['leads it to another workload', 'classic', false, toHost('other', uri({ prefix: '/api/' })), {}, "leads some to 'shop/other'"],
    ['leads some of it to another workload', 'classic', false, toHost('other.pay.svc.cluster.local', uri({ exact: '/api/admin' })), {}, "leads some to 'pay/other'"],
    ['leads it to a host outside', 'classic', false, toHost('evil.example', uri({ prefix: '/api/' })), {}, "leads some to 'evil.example'"],
    ['rewrites it', 'classic', false, toHost('api', { ...uri({ prefix: '/api/' }), rewrite: { uri: '/admin' } }), {}, 'rewrites them, after its policies were asked'],
    ['rewrites its host by a header', 'classic', false, toHost('api', { headers: { request: { set: { ':authority': 'other' } } } }), {}, 'rewrites them, after its policies were asked'],
    ['copies it', 'classic', false, toHost('api', { mirrors: [{ destination: { host: 'other' } }] }), {}, 'sends copies of them elsewhere, after its policies were asked'],
    ['leaves it to another', 'classic', false, { delegate: { name: 'theirs', namespace: 'pay' } }, {}, 'leaves them to another VirtualService, after its policies were asked'],
    ['is one of two for the host', 'classic', true, toHost('other', uri({ prefix: '/api/v2/' })), {}, "leads some to 'shop/other'"],
    ['is for hosts among which it is', 'classic', true, toHost('other', uri({ regex: '/api/.*' })), { hosts: ['*.example.com'] }, "leads some to 'shop/other'"],
    ...['public.edge', 'public.edge.svc.cluster.local'].map((gateway): [string, Kind, boolean, object, object, string] =>
      [`is of the gateway as ${gateway}`, 'classic', true, toHost('other', uri({ prefix: '/api/v2/' })), { gateways: [gateway] }, "leads some to 'shop/other'"]),
    ['is for paths in any case', 'classic', true, toHost('other', { match: [{ uri: { prefix: '/API/Admin' }, ignoreUriCase: true }] }), {}, "leads some to 'shop/other'"],
    ['leads it to another workload', 'Gateway API', false, toService('other', matching('PathPrefix', '/api')), {}, "leads some to 'shop/other'"],
    ['leads some of it to another workload', 'Gateway API', true, toService('other', matching('Exact', '/api/admin')), {}, "leads some to 'shop/other'"],
    ['leads it to another namespace', 'Gateway API', true, { backendRefs: [{ name: 'api', namespace: 'pay', port: 80 }], ...matching('PathPrefix', '/api/v2') }, {}, "leads some to 'pay/api'"],
    ['rewrites it', 'Gateway API', false, toService('api', { filters: REWRITTEN }), {}, 'rewrites them, after its policies were asked'],
    ['copies it', 'Gateway API', false, toService('api', { filters: COPIED }), {}, 'sends copies of them elsewhere, after its policies were asked'],
    ['copies it on its way to a backend', 'Gateway API', false, { backendRefs: [{ name: 'api', port: 80, filters: COPIED }] }, {}, 'sends copies of them elsewhere, after its policies were asked'],
    ['has an extension deal with it', 'Gateway API', false, toService('api', { filters: [{ type: 'ExtensionRef', extensionRef: { group: 'a', kind: 'A', name: 'a' } }] }), {}, 'does with them what nobody here knows'],
    ['is for all hosts', 'Gateway API', true, toService('other', matching('Exact', '/api/admin')), { hostnames: undefined }, "leads some to 'shop/other'"],
  ])('is refused where it %s (%s, beside routes of the access: %s)', (_, kind, routes, rule, more, message) => {
    const shop = shopBehind(kind);
    access(shop, { routes });
    byHand(shop, kind, rule, more);

    expect(problemsOf(shop.app).join()).toContain(`operations must be led to 'shop/api' and to nobody else, got ${kind === 'classic' ? 'VirtualService' : 'HTTPRoute'} 'shop/by-hand' at 'shop/by-hand'`);
    expect(problemsOf(shop.app).join()).toContain(message);
  });

  test.each<[string, Kind, boolean, object, object]>([
    ['leads there', 'classic', false, toHost('api.shop.svc.cluster.local', uri({ prefix: '/api/' })), {}],
    ['is for other paths in any case', 'classic', true, toHost('other', { match: [{ uri: { prefix: '/STATIC' }, ignoreUriCase: true }] }), {}],
    ['is of another gateway of the name', 'classic', true, toHost('other', uri({ prefix: '/api/' })), { gateways: ['public.other', 'public'] }],
    ['leads there by a short name', 'classic', false, toHost('api'), {}],
    ['leads other paths elsewhere', 'classic', true, toHost('other', uri({ prefix: '/static/' })), {}],
    ['leads what is left elsewhere', 'classic', true, toHost('other'), {}],
    ['is for another host', 'classic', true, toHost('other'), { hosts: ['other.example.com'] }],
    ['is for another gateway', 'classic', true, toHost('other'), { gateways: ['edge/other'] }],
    ['leads there', 'Gateway API', false, toService('api', matching('PathPrefix', '/api')), {}],
    ['leads other paths elsewhere', 'Gateway API', true, toService('other', matching('PathPrefix', '/static')), {}],
    ['leads what is left elsewhere', 'Gateway API', true, toService('other', matching('PathPrefix', '/')), {}],
    ['is for another host', 'Gateway API', true, toService('other'), { hostnames: ['other.example.com'] }],
  ])('is accepted where it %s (%s, beside routes of the access: %s)', (_, kind, routes, rule, more) => {
    const shop = shopBehind(kind);
    access(shop, { routes });
    byHand(shop, kind, rule, more);

    expect(problemsOf(shop.app)).toEqual([]);
  });

  test.each(KINDS)('may lead to the workload of another access of its clients (%s)', kind => {
    const shop = shopBehind(kind);
    const other = web(shop);
    access(shop, { routes: false });
    access(shop, { routes: false, to: other, operations: [Operation.get('/web/*')] }, 'to-web');
    const rules = kind === 'classic' ? { http: [toHost('web', uri({ prefix: '/web/' })), toHost('api')] }
      : { rules: [toService('api'), toService('web', matching('PathPrefix', '/web'))] };
    byHand(shop, kind, {}, rules);

    expect(problemsOf(shop.app)).toEqual([]);
  });

  test.each(KINDS)('must not lead the paths of one access to the workload of another (%s)', kind => {
    const shop = shopBehind(kind);
    const other = web(shop);
    access(shop, { routes: false });
    access(shop, { routes: false, to: other, operations: [Operation.get('/web/*')] }, 'to-web');
    const rules = kind === 'classic' ? { http: [toHost('api', uri({ prefix: '/web/' })), toHost('web', uri({ prefix: '/api/' }))] }
      : { rules: [toService('api', matching('PathPrefix', '/web')), toService('web', matching('PathPrefix', '/api'))] };
    byHand(shop, kind, {}, rules);

    expect(problemsOf(shop.app).map(problem => /\[(.*?)\].*leads some to ('.*?')/.exec(problem)?.slice(1).join(' '))).toEqual(["shop/in 'shop/web'", "shop/to-web 'shop/api'"]);
  });
});

describe('An Ingress of Kubernetes beside an IngressGateway', () => {
  const CLASS = { apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata: { name: 'mesh' }, spec: { controller: 'istio.io/ingress-controller' } };

  function problemsBeside(spec: object, annotations: Record<string, string> = {}, istio = 'ingressgateway'): string[] {
    const app = testApp();
    const edge = chartOf(app, 'edge');
    const pods = rawDeployment(edge, 'ingress', { labels: { istio }, annotations: { 'inject.istio.io/templates': 'gateway' }, container: { name: 'istio-proxy', ports: [] } });
    rawService(edge, 'ingress', { ports: PORTS });
    new ZeroTrustNamespace(edge, 'baseline');
    new IngressGateway(edge, 'public', { servers: [TLS], workload: Workload.of(pods) });
    new ApiObject(edge, 'class', CLASS);
    new ApiObject(chartOf(app, 'shop'), 'theirs', { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name: 'theirs', annotations }, ...{ spec } });
    return problemsOf(app).filter(problem => problem.includes('Ingress '));
  }

  test.each<[string, object, Record<string, string>]>([
    ['of the class of Istio', { ingressClassName: 'istio' }, {}],
    ['of a class that istiod has', { ingressClassName: 'mesh' }, {}],
    ['by the older annotation', {}, { 'kubernetes.io/ingress.class': 'istio' }],
  ])('is refused %s, as the same pods serve it', (_, spec, annotations) => {
    expect(problemsBeside(spec, annotations)).toEqual([
      "[edge/public] Ingress 'shop/theirs' at 'shop/theirs' would be served by the pods of 'edge/public', in plaintext as well, and lead what these let in elsewhere; "
        + 'state its hosts by an IngressAccess, or give it another class',
    ]);
  });

  test.each<[string, object, Record<string, string>, string]>([
    ['of another class', { ingressClassName: 'nginx' }, {}, 'ingressgateway'],
    ['by an annotation for others', {}, { 'kubernetes.io/ingress.class': 'nginx' }, 'ingressgateway'],
    ['that other pods serve', { ingressClassName: 'istio' }, {}, 'public'],
  ])('is left alone %s', (_, spec, annotations, istio) => {
    expect(problemsBeside(spec, annotations, istio)).toEqual([]);
  });
});
