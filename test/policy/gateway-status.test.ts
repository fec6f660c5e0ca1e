import { AuthorizerProtocol, PolicySet } from 'cdk8s-zero-trust';
import { answerOf, Asked, gateway, HTTP, ingress, kubernetes, tls, virtualService } from './gateway-support';
import { authorization, verdict } from './support';
import { Transport } from '../../src/policy/request/request';

const over = (http: object[], meta = {}) => [gateway([HTTP]), virtualService({ http }, meta)];
const matching = (match: object) => over([{ match: [match], route: [] }]);
const edge = { namespace: 'edge' };

describe('13.5 a VirtualService takes', () => {
  test.each<[string, object, Asked, number]>([
    ['an exact path', { uri: { exact: '/a' } }, { path: '/a?x=1' }, 200],
    ['no other path', { uri: { exact: '/a' } }, { path: '/a/b' }, 404],
    ['a prefix, within a segment, too', { uri: { prefix: '/a' } }, { path: '/ab' }, 200],
    ['an expression for all of the path', { uri: { regex: '/a|/a/[0-9]+' } }, { path: '/a/12' }, 200],
    ['no path of which it fits a part', { uri: { regex: '/a' } }, { path: '/a/12' }, 404],
    ['any case where it is told so', { uri: { prefix: '/A' }, ignoreUriCase: true }, { path: '/ab' }, 200],
    ['a method', { method: { exact: 'POST' } }, { method: 'POST' }, 200],
    ['no other method', { method: { exact: 'POST' } }, {}, 404],
    ['an authority', { authority: { prefix: 'a.' } }, {}, 200],
    ['no other authority', { authority: { exact: 'b.com' } }, {}, 404],
    ['the scheme of its port', { scheme: { exact: 'http' } }, {}, 200],
    ['no other scheme', { scheme: { exact: 'https' } }, {}, 404],
    ['a header', { headers: { 'X-A': { exact: 'b' } } }, { headers: { 'x-a': ['b'] } }, 200],
    ['its lines as one', { headers: { 'x-a': { exact: 'b,c' } } }, { headers: { 'x-a': ['b', 'c'] } }, 200],
    ['no header that is missing', { headers: { 'x-a': { regex: '.*' } } }, {}, 404],
    ['any value of a header', { headers: { 'x-a': {} } }, { headers: { 'x-a': [''] } }, 200],
    ['any value, said by a star', { headers: { 'x-a': { regex: '*' } } }, { headers: { 'x-a': ['b'] } }, 200],
    ['all that it asks for', { method: { exact: 'GET' }, headers: { 'x-a': { exact: 'b' } } }, {}, 404],
    ['a request without a header', { withoutHeaders: { 'x-a': { exact: 'b' } } }, {}, 200],
    ['none with it', { withoutHeaders: { 'x-a': { exact: 'b' } } }, { headers: { 'x-a': ['b'] } }, 404],
    ['none without, where it must be none', { withoutHeaders: { 'x-a': {} } }, { headers: { 'x-a': ['b'] } }, 404],
    ['an empty header as none', { withoutHeaders: { 'x-a': { exact: '' } } }, {}, 404],
    ['a parameter of the query', { queryParams: { v: { exact: '1' } } }, { path: '/?w=2&v=1#v=3' }, 200],
    ['no other value of it', { queryParams: { v: { exact: '1' } } }, { path: '/?v=2&v=1' }, 404],
    ['none in the path', { queryParams: { v: { exact: '1' } } }, { path: '/v=1' }, 404],
    ['its port', { port: 80 }, {}, 200],
    ['no other port', { port: 443 }, {}, 404],
    ['its gateway', { gateways: ['gw'] }, {}, 200],
    ['its gateway, beside it', { gateways: ['./gw'] }, {}, 200],
    ['its gateway, as a host', { gateways: ['gw.edge.svc.cluster.local'] }, {}, 200],
    ['its gateway, with its namespace behind', { gateways: ['gw.edge'] }, {}, 200],
    ['no gateway of another namespace', { gateways: ['gw.other'] }, {}, 404],
    ['not the mesh', { gateways: ['mesh'] }, {}, 404],
    ['pods of its labels', { sourceLabels: { istio: 'ingress' } }, {}, 200],
    ['no other pods', { sourceLabels: { istio: 'egress' } }, {}, 404],
    ['its namespace', { sourceNamespace: 'edge' }, {}, 200],
    ['no other namespace', { sourceNamespace: 'shop' }, {}, 404],
  ])('%s', (_, match, asked, status) => {
    expect(answerOf(matching(match), asked)).toBe(`ALLOW ${status}`);
  });

  test.each<[string, object[], Asked, string]>([
    ['the first that fits', over([{ match: [{ uri: { prefix: '/a' } }], redirect: { uri: '/b' } }, { route: [] }]), { path: '/a' }, 'ALLOW 301'],
    ['the next, where it does not', over([{ match: [{ uri: { prefix: '/a' } }], redirect: { uri: '/b' } }, { route: [] }]), {}, 'ALLOW 200'],
    ['a redirect with its code', over([{ redirect: { uri: '/b', redirectCode: 308 } }]), {}, 'ALLOW 308'],
    ['an answer of its own', over([{ directResponse: { status: 503 } }]), {}, 'ALLOW 503'],
    ['one that asks for claims, perhaps', matching({ headers: { '@request.auth.claims.x': { exact: 'a' } } }), {}, 'ALLOW'],
    ['one of several matches', over([{ match: [{ uri: { exact: '/b' } }, { uri: { exact: '/a' } }], route: [] }]), { path: '/a' }, 'ALLOW 200'],
    ['another that takes all only after those that do not', [
      gateway([HTTP]), virtualService({ http: [{ route: [] }] }, { creationTimestamp: '2020-01-01T00:00:00Z' }),
      virtualService({ http: [{ match: [{ uri: { prefix: '/a' } }], redirect: {} }] }, { name: 'b', creationTimestamp: '2024-01-01T00:00:00Z' }),
    ], { path: '/a' }, 'ALLOW 301'],
    ['nothing for a host that another is more precise about', [
      gateway([HTTP]), virtualService({ http: [{ route: [] }] }), virtualService({ hosts: ['a.com'], http: [{ match: [{ uri: { prefix: '/a' } }], route: [] }] }, { name: 'b' }),
    ], { path: '/b' }, 'ALLOW 404'],
  ])('%s', (_, manifests, asked, expected) => {
    expect(answerOf(manifests, asked)).toBe(expected);
  });

  test.each<[string, object, object, object, string]>([
    ['from its own namespace', HTTP, {}, {}, 'ALLOW 200'],
    ['not from another than its host is for', { ...HTTP, hosts: ['prod/*'] }, {}, { namespace: 'dev' }, 'ALLOW 404'],
    ['from the one that its host is for', { ...HTTP, hosts: ['prod/*'] }, {}, { namespace: 'prod' }, 'ALLOW 200'],
    ['from the namespace of the Gateway, for ./', { ...HTTP, hosts: ['./*'] }, {}, {}, 'ALLOW 200'],
    ['not from another one, for ./', { ...HTTP, hosts: ['./*'] }, {}, { namespace: 'dev' }, 'ALLOW 404'],
    ['from any, for */', { ...HTTP, hosts: ['*/*'] }, {}, { namespace: 'dev' }, 'ALLOW 200'],
    ['exported to the gateway', HTTP, { exportTo: ['edge'] }, { namespace: 'dev' }, 'ALLOW 200'],
    ['not exported to it', HTTP, { exportTo: ['.'] }, { namespace: 'dev' }, 'ALLOW 404'],
    ['exported to its own namespace', HTTP, { exportTo: ['.'] }, {}, 'ALLOW 200'],
  ])('routes %s', (_, server, spec, meta, expected) => {
    expect(answerOf([gateway([server]), virtualService({ http: [{ route: [] }], ...spec }, meta)])).toBe(expected);
  });

  test('routes by default what the settings export', () => {
    const from = (namespace: string) => [gateway([HTTP]), virtualService({ http: [{ route: [] }] }, { namespace })];
    const settings = { outbound: { virtualServiceExportTo: ['.'] } };

    expect(['edge', 'dev'].map(namespace => answerOf(from(namespace), {}, settings))).toEqual(['ALLOW 200', 'ALLOW 404']);
  });

  test.each<[string, object, object, Asked, string]>([
    ['what it leaves to another', {}, {}, { path: '/a/b' }, 'ALLOW 200'],
    ['nothing that only the other takes', {}, {}, { path: '/b' }, 'ALLOW 404'],
    ['nothing that the other does not', {}, {}, { path: '/a/c' }, 'ALLOW 404'],
    ['nothing by one that has hosts', { hosts: ['x.com'] }, {}, { path: '/a/b' }, 'ALLOW 404'],
    ['nothing by one that is not there', {}, { namespace: 'shop' }, { path: '/a/b' }, 'ALLOW 404'],
    ['nothing by one that is not exported', { exportTo: ['.'] }, {}, { path: '/a/b' }, 'ALLOW 404'],
  ])('%s', (_, spec, other, asked, expected) => {
    const root = over([{ match: [{ uri: { prefix: '/a' } }], delegate: { name: 'inner', namespace: 'apps', ...other } }]);
    const inner = virtualService({ hosts: [], gateways: [], http: [{ match: [{ uri: { exact: '/a/b' } }, { uri: { exact: '/b' } }], route: [] }], ...spec }, { name: 'inner', namespace: 'apps' });

    expect(answerOf([...root, inner], asked)).toBe(expected);
  });
});

describe('13.5 a server that sends clients on to HTTPS', () => {
  const redirecting = { ...HTTP, tls: { httpsRedirect: true } };
  const plain = [gateway([redirecting]), virtualService({ http: [{ route: [] }] })];

  test.each<[string, object[], Asked, object, string]>([
    ['answers 301', plain, {}, {}, 'ALLOW 301'],
    ['answers 301 without any route', [gateway([redirecting])], {}, {}, 'ALLOW 301'],
    ['does not for another host', [gateway([{ ...redirecting, hosts: ['b.com'] }])], {}, {}, 'ALLOW 404'],
    ['does not believe a client that says it came by HTTPS', plain, { headers: { 'x-forwarded-proto': ['https'] } }, {}, 'ALLOW 301'],
    ['believes a trusted proxy', plain, { headers: { 'x-forwarded-proto': ['https'] } }, { trustedProxies: 1 }, 'ALLOW 200'],
    ['does not where the client came by TLS', [gateway([{ ...tls('SIMPLE', ['*']), tls: { mode: 'SIMPLE', httpsRedirect: true } }]), virtualService({ http: [{ route: [] }] })], { port: 8443, source: { transport: Transport.ONE_WAY_TLS, sni: 'a.com' } }, {}, 'ALLOW 200'],
    ['lets policies refuse first', [...plain, authorization({ action: 'DENY', rules: [{}] }, edge)], {}, {}, 'DENY DENY 403'],
  ])('%s', (_, manifests, asked, settings, expected) => {
    expect(answerOf(manifests, asked, settings)).toBe(expected);
  });
});

describe('8.4 an authorizer', () => {
  const custom = authorization({ action: 'CUSTOM', provider: { name: 'opa' }, rules: [{}] }, edge);
  const settings = { authorizerProviders: [{ name: 'opa', protocol: AuthorizerProtocol.GRPC }] };

  test.each<[string, object[], string]>([
    ['is asked about a request with a route', matching({ uri: { prefix: '/' } }), 'CONDITIONAL CUSTOM'],
    ['is asked about one that is answered 301', over([{ redirect: {} }]), 'CONDITIONAL CUSTOM'],
    ['is not asked about one without', matching({ uri: { exact: '/a' } }), 'ALLOW 404'],
    ['may be asked about one that may have none', matching({ headers: { '@request.auth.claims.x': { exact: 'a' } } }), 'CONDITIONAL CUSTOM'],
  ])('%s', (_, manifests, expected) => {
    expect(answerOf([...manifests, custom], {}, settings)).toBe(expected);
  });

  test.each([['with a route', { uri: { prefix: '/' } }], ['that may have none', { headers: { '@request.auth.claims.x': { exact: 'a' } } }]])('that is not known refuses a request %s', (_, match) => {
    expect(answerOf([...matching(match), custom], {}, { authorizerProviders: [] })).toBe('DENY CUSTOM 403');
  });

  test.each<[string, Record<string, string[]>, object | undefined, string]>([
    ['undecided if it refuses', {}, { allows: false }, 'UNDECIDED CUSTOM'],
    ['let through if it agrees', {}, { allows: true, headers: {} }, 'ALLOW'],
    ['undecided if it sets what a policy refuses', {}, { allows: true, headers: { 'x-a': ['1'] } }, 'UNDECIDED DENY'],
    ['let through if it sets something else', {}, { allows: true, headers: { 'x-b': ['1'] } }, 'ALLOW'],
    ['refused if it is sent with what a policy refuses', { 'x-a': ['1'] }, { allows: true, headers: { 'x-b': ['1'] } }, 'DENY DENY 403'],
    ['undecided if it takes away what a policy refuses', { 'x-a': ['1'] }, { allows: true, headers: { 'x-a': [] } }, 'UNDECIDED DENY'],
    ['undecided if it may set what a policy refuses', {}, { allows: true }, 'UNDECIDED DENY'],
    ['left to it if it is not known what it says', {}, undefined, 'CONDITIONAL CUSTOM'],
  ])('is asked about a request that may have no route, which is %s', (_, headers, answer, expected) => {
    const rules = ['request.headers[x-a]', 'request.auth.claims[a]'].map(key => ({ to: [{ operation: { ports: ['8080'] } }], when: [{ key, values: ['*'] }] }));
    const refused = authorization({ action: 'DENY', rules }, { name: 'header', ...edge });
    const policies = PolicySet.fromManifests([...ingress(), ...matching({ headers: { '@request.auth.claims.x': { exact: 'a' } } }), custom, refused], settings);

    expect(verdict(policies.isAuthorized({
      destination: { namespace: 'edge', gateway: 'ingress', port: 8080 }, http: { authority: 'a.com', headers }, authorizerAnswers: answer && [{ provider: 'opa', allows: true, ...answer }],
    }))).toBe(expected);
  });

  test.each([
    [undefined, '/one', 'DENY CUSTOM 403'], ['true', '/one', 'CONDITIONAL CUSTOM'], ['true', '/two', 'CONDITIONAL CUSTOM'], ['true', '/three', 'ALLOW 200'],
  ])('8.2 beside another, with the switch for several %s, asked for %s', (value, path, expected) => {
    const two = ['one', 'two'].map(name => authorization({ action: 'CUSTOM', provider: { name }, rules: [{ to: [{ operation: { paths: [`/${name}`] } }] }] }, { name, ...edge }));
    const providers = ['one', 'two'].map(name => ({ name, protocol: AuthorizerProtocol.HTTP }));
    const istiodEnvironment = value === undefined ? undefined : { PILOT_ENABLE_MULTIPLE_CUSTOM_AUTHZ_PROVIDERS: value };

    expect(answerOf([...matching({ uri: { prefix: '/' } }), ...two], { path }, { authorizerProviders: providers, istiodEnvironment })).toBe(expected);
  });
});

describe('13.5 a route of the Gateway API takes', () => {
  const routed = (rules: object[], kind = 'HTTPRoute') => [
    kubernetes('Gateway', { gatewayClassName: 'istio', addresses: [{ type: 'Hostname', value: 'front' }], listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] }),
    kubernetes(kind, { parentRefs: [{ name: 'gw' }], rules }, { name: 'r' }),
  ];
  const to = { backendRefs: [{ name: 'api', port: 80 }] };
  const http = (match: object) => routed([{ matches: [match], ...to }]);
  const grpc = (method?: object) => routed([{ matches: [{ method }], ...to }], 'GRPCRoute');

  test.each<[string, object[], Asked, number]>([
    ['a prefix of whole segments', http({ path: { value: '/a' } }), { path: '/a/b' }, 200],
    ['no prefix within a segment', http({ path: { value: '/a' } }), { path: '/ab' }, 404],
    ['a prefix whatever its last slash', http({ path: { value: '/a/' } }), { path: '/a' }, 200],
    ['an exact path', http({ path: { type: 'Exact', value: '/a' } }), { path: '/a/b' }, 404],
    ['an expression', http({ path: { type: 'RegularExpression', value: '/a.*' } }), { path: '/ab' }, 200],
    ['a method', http({ method: 'POST' }), {}, 404],
    ['a header', http({ headers: [{ name: 'X-A', value: 'b' }] }), { headers: { 'x-a': ['b'] } }, 200],
    ['a header by an expression', http({ headers: [{ type: 'RegularExpression', name: 'x-a', value: 'b+' }] }), { headers: { 'x-a': ['c'] } }, 404],
    ['a parameter', http({ queryParams: [{ name: 'v', value: '1' }] }), { path: '/?v=1' }, 200],
    ['everything without a match', routed([to]), { path: '/x' }, 200],
    ['nothing without a rule', routed([]), {}, 404],
    ['what leads nowhere, and answers 500', routed([{}]), {}, 500],
    ['the same, by weights', routed([{ backendRefs: [{ name: 'api', weight: 0 }] }]), {}, 500],
    ['a redirect, 302 where nothing is said', routed([{ filters: [{ type: 'RequestRedirect', requestRedirect: { scheme: 'https' } }] }]), {}, 302],
    ['a redirect with its code', routed([{ filters: [{ type: 'RequestRedirect', requestRedirect: { statusCode: 301 } }] }]), {}, 301],
    ['the longer path first', routed([{ matches: [{ path: { value: '/' } }], ...to }, { matches: [{ path: { value: '/a' } }] }]), { path: '/a' }, 500],
    ['the exact path before a longer prefix', routed([{ matches: [{ path: { value: '/abc' } }] }, { matches: [{ path: { type: 'Exact', value: '/abc' } }], ...to }]), { path: '/abc' }, 200],
    ['more headers first', routed([{ matches: [{ headers: [{ name: 'a', value: '1' }] }] }, { matches: [{ headers: [{ name: 'a', value: '1' }, { name: 'b', value: '1' }] }], ...to }]), { headers: { a: ['1'], b: ['1'] } }, 200],
    ['a method before a header', routed([{ matches: [{ headers: [{ name: 'a', value: '1' }] }] }, { matches: [{ method: 'GET' }], ...to }]), { headers: { a: ['1'] } }, 200],
    ['a gRPC method', grpc({ service: 's', method: 'm' }), { path: '/s/m' }, 200],
    ['no other gRPC method', grpc({ service: 's', method: 'm' }), { path: '/s/n' }, 404],
    ['all methods of a service', grpc({ service: 's' }), { path: '/s/n' }, 200],
    ['a method of any service', grpc({ method: 'm' }), { path: '/t/m' }, 200],
    ['a service by an expression', grpc({ type: 'RegularExpression', service: 's.*' }), { path: '/st/m' }, 200],
    ['any gRPC method', grpc(), { path: '/t/m' }, 200],
  ])('%s', (_, manifests, asked, status) => {
    expect(answerOf(manifests, asked)).toBe(`ALLOW ${status}`);
  });
});
