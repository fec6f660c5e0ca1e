import { PolicySet, ProxyKind } from 'cdk8s-zero-trust';
import { AMBIENT, API, Call, call, mesh, rule, SIDECARS, STRICT, tls } from './sending';
import { authorization, namespace, pod, service, verdict } from './support';

const ADMIN = 'admin.shop.svc.cluster.local';

interface Meta {
  readonly name?: string;
  readonly namespace?: string;
  readonly creationTimestamp?: string;
}

function virtualService(spec: object, meta: Meta = {}): object {
  return { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { name: 'route', namespace: 'client', ...meta }, spec: { hosts: [API], ...spec } };
}

function httpRoute(rules: object[], meta: Meta = {}): object {
  const parentRefs = [{ group: '', kind: 'Service', name: 'api', namespace: 'shop' }];
  return { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata: { name: 'route', namespace: 'shop', ...meta }, spec: { parentRefs, rules } };
}

function gatewayApiRoute(kind: string, rules: object[], spec: object = {}, meta: Meta = {}): object {
  return { ...httpRoute(rules, meta), kind, spec: { parentRefs: [{ group: '', kind: 'Service', name: 'api', namespace: 'shop' }], rules, ...spec } };
}

const to = (host: string, more: object = {}, weight?: number) => ({ destination: { host, ...more }, weight });
const http = (...rules: object[]) => ({ http: rules });
const ADMIN_SERVICE = [service('admin', [{ name: 'http', port: 80, targetPort: 8080 }]), pod('admin')];
/** A request is let through at `admin` only, or only by a path, or by a header. */
const AT_ADMIN = authorization({ selector: { matchLabels: { app: 'api' } }, action: 'DENY', rules: [{}] }, { name: 'not-at-api' });
const operation = (fields: object) => authorization({ rules: [{ to: [{ operation: fields }] }] });
const header = (name: string, value: string) => authorization({ rules: [{ when: [{ key: `request.headers[${name}]`, values: [value] }] }] });
const NO_HEADER = authorization({ action: 'DENY', rules: [{ when: [{ key: 'request.headers[x-old]', values: ['*'] }] }] });

const ask = (objects: object[], given?: Call) => call(mesh([...ADMIN_SERVICE, ...objects]), given);

describe('A VirtualService for sidecars', () => {
  test.each<[what: string, spec: object, expected: string]>([
    ['sends requests elsewhere', http({ route: [to(ADMIN)] }), 'ALLOW 200'],
    ['sends them by a short name in its own namespace only', http({ route: [to('admin')] }), 'UNDECIDED'],
    ['sends those that match', http({ match: [{ uri: { prefix: '/adm' } }], route: [to(ADMIN)] }, { route: [to(API)] }), 'ALLOW 200'],
    ['leaves those that do not', http({ match: [{ uri: { exact: '/adm' } }], route: [to(ADMIN)] }, { route: [to(API)] }), 'DENY DENY 403'],
    ['leaves out those of its matches that are for others', http({ match: [{ sourceLabels: { app: 'other' } }, { uri: { prefix: '/x' } }], route: [to(API)] }, { route: [to(ADMIN)] }), 'ALLOW 200'],
    ['of gateways does not count', { gateways: ['edge'], ...http({ route: [to(ADMIN)] }) }, 'DENY DENY 403'],
    ['of the mesh and of gateways counts', { gateways: ['edge', 'mesh'], ...http({ route: [to(ADMIN)] }) }, 'ALLOW 200'],
    ['has rules for gateways, which do not count', http({ match: [{ gateways: ['edge'] }], route: [to(API)] }, { route: [to(ADMIN)] }), 'ALLOW 200'],
    ['has rules for other ports, which do not count', http({ match: [{ port: 81 }], route: [to(API)] }, { route: [to(ADMIN)] }), 'ALLOW 200'],
    ['has rules for clients by their labels', http({ match: [{ sourceLabels: { app: 'web' } }], route: [to(ADMIN)] }, { route: [to(API)] }), 'ALLOW 200'],
    ['has rules for other clients, which do not count', http({ match: [{ sourceLabels: { app: 'other' } }], route: [to(API)] }, { route: [to(ADMIN)] }), 'ALLOW 200'],
    ['has rules for clients by their namespace', http({ match: [{ sourceNamespace: 'other' }], route: [to(API)] }, { route: [to(ADMIN)] }), 'ALLOW 200'],
    ['that has no rule for the client at all does not count', http({ match: [{ sourceNamespace: 'other' }], route: [to(ADMIN)] }), 'DENY DENY 403'],
    ['goes by a regular expression', http({ match: [{ uri: { regex: '/a.*' } }], route: [to(ADMIN)] }, { route: [to(API)] }), 'ALLOW 200'],
    ['goes by all of a match', http({ match: [{ uri: { regex: '/a.*' }, method: { exact: 'PUT' } }], route: [to(API)] }, { route: [to(ADMIN)] }), 'ALLOW 200'],
    ['without a rule for the request answers 404', http({ match: [{ uri: { exact: '/other' } }], route: [to(ADMIN)] }), 'DENY TRANSPORT'],
    ['redirects', http({ redirect: { uri: '/' } }), 'DENY TRANSPORT'],
    ['answers itself', http({ directResponse: { status: 200 } }), 'DENY TRANSPORT'],
    ['is undecided where it delegates', http({ delegate: { name: 'other' } }), 'UNDECIDED'],
    ['counts where it says of both that they are not so', http({ fault: { abort: null }, rewrite: { uriRegexRewrite: null }, route: [to(ADMIN)] }), 'ALLOW 200'],
    ['is sent on by what aborts some, which decides nothing', http({ fault: { abort: { httpStatus: 500 } }, route: [to(ADMIN)] }), 'ALLOW 200'],
    ['is undecided where weights lead to different answers', http({ route: [to(ADMIN, {}, 90), to(API, {}, 10)] }), 'UNDECIDED'],
    ['leaves out what has no weight', http({ route: [to(ADMIN, {}, 100), to(API, {}, 0)] }), 'ALLOW 200'],
    ['for wildcards counts', { hosts: ['*.shop.svc.cluster.local'], ...http({ route: [to(ADMIN)] }) }, 'ALLOW 200'],
    ['for another host does not', { hosts: [ADMIN], ...http({ route: [to(ADMIN)] }) }, 'DENY DENY 403'],
    ['that is not exported to the client does not', { exportTo: ['other'], ...http({ route: [to(ADMIN)] }) }, 'DENY DENY 403'],
    ['of connections does not count for HTTP', { tcp: [{ route: [to(ADMIN)] }] }, 'DENY DENY 403'],
    ['sends nothing to a port that the host does not have', http({ route: [to(ADMIN, { port: { number: 9999 } })] }), 'DENY TRANSPORT'],
    ['nor to one of the host itself that is not there', http({ route: [to(API, { port: { number: 9999 } })] }), 'DENY TRANSPORT'],
    ['sends nothing to what is not in the manifests', http({ route: [to('other.example.com')] }), 'UNDECIDED'],
  ])('%s', (_, spec, expected) => {
    expect(verdict(ask([AT_ADMIN, virtualService(spec)], { http: { path: '/admin' } }))).toBe(expected);
  });

  test.each<[string, object, Call, string[]]>([
    ['to another host, with another path', { route: [to(ADMIN)], rewrite: { uri: '/x' } }, { http: { path: '/' } },
      [`VirtualService client/route sends it to '${ADMIN}', port 80`, "VirtualService client/route gives it path '/x'"]],
    ['with another authority', { route: [to(API)], rewrite: { authority: 'x' } }, { http: { authority: API } }, ["VirtualService client/route gives it authority 'x'"]],
    ['with other headers', { route: [to(API)], headers: { request: { remove: ['x-a'] } } }, { http: { headers: { 'X-A': ['1'] } } }, ['VirtualService client/route gives it other headers']],
    ['with another value of one', { route: [to(API)], headers: { request: { set: { 'x-a': '2' } } } }, { http: { headers: { 'x-a': ['1'] } } }, ['VirtualService client/route gives it other headers']],
    ['with a value in another', { route: [to(API)], headers: { request: { set: { 'x-b': '1' }, remove: ['x-a'] } } }, { http: { headers: { 'x-a': ['1'] } } },
      ['VirtualService client/route gives it other headers']],
    ['with the headers that it has', { route: [to(API)], headers: { request: { remove: ['x-b'] } } }, { http: { headers: { 'X-A': ['1'] } } }, []],
    ['with another path and other headers', { route: [to(API)], rewrite: { uri: '/x' }, headers: { request: { set: { 'x-a': '1' } } } }, { http: { path: '/' } },
      ["VirtualService client/route gives it path '/x', other headers"]],
    ['with all of these', { route: [to(API)], rewrite: { uri: '/x', authority: 'x' }, headers: { request: { set: { 'x-a': '1' } } } }, { http: { path: '/', authority: API } },
      ["VirtualService client/route gives it path '/x', authority 'x', other headers"]],
    ['as it is', { route: [to(API)] }, { http: { headers: { 'X-A': ['1'] } } }, []],
  ])('is told where it sends requests %s', (_, route, asked, notes) => {
    expect(ask([virtualService(http(route))], asked).notes).toEqual(notes);
  });

  test.each<[string, ports: number[], expected: string]>([
    ['the only one that is there', [8000], `VirtualService client/route sends it to '${ADMIN}', port 8000`],
    ['the one that is called of several', [8000, 80], `VirtualService client/route sends it to '${ADMIN}', port 80`],
  ])('sends it to a port that it does not name: %s', (_, ports, note) => {
    const admin = service('admin', ports.map(port => ({ name: `http-${port}`, port, targetPort: 8080 })));
    const answer = call(mesh([admin, pod('admin'), AT_ADMIN, virtualService(http({ route: [to(ADMIN)] }))]));

    expect([verdict(answer), answer.notes]).toEqual(['ALLOW 200', [note]]);
  });

  test.each<[string, object, string]>([
    ['a ServiceEntry', {}, 'ALLOW'],
    ['one that the client does not see', { exportTo: ['.'] }, 'UNDECIDED'],
  ])('sends requests and connections to %s', (_, spec, expected) => {
    const ports = [{ number: 80, name: 'http', protocol: 'HTTP', targetPort: 8080 }, { number: 9000, name: 'tcp', protocol: 'TCP' }];
    const entry = {
      apiVersion: 'networking.istio.io/v1',
      kind: 'ServiceEntry',
      metadata: { name: 'db', namespace: 'shop' },
      spec: { hosts: ['db.example.com'], location: 'MESH_INTERNAL', resolution: 'STATIC', ports, workloadSelector: { labels: { app: 'admin' } }, ...spec },
    };
    const toEntry = virtualService({ ...http({ route: [to('db.example.com')] }), tcp: [{ route: [to('db.example.com')] }] });

    expect([ask([AT_ADMIN, entry, toEntry]), ask([AT_ADMIN, entry, toEntry], { destination: { port: 9000 }, http: null })].map(({ decision }) => decision)).toEqual([expected, expected]);
  });

  test('sends it to another port of the host itself', () => {
    const ports = [80, 81].map(port => ({ name: `http-${port}`, port, targetPort: port + 8000 }));
    const notThere = authorization({ action: 'DENY', rules: [{ to: [{ operation: { ports: ['8080'] } }] }] });
    const world = [namespace('client', SIDECARS), pod('web', {}, 'client'), namespace('shop', SIDECARS), service('api', ports), pod('api'), notThere];
    const answer = call(PolicySet.fromManifests([...world, virtualService(http({ route: [to(API, { port: { number: 81 } })] }))]));

    expect([verdict(answer), answer.notes]).toEqual(['ALLOW 200', [`VirtualService client/route sends it to '${API}', port 81`]]);
  });

  test('says nothing of its only destination where answers differ by something else', () => {
    const refused = authorization({ selector: { matchLabels: { version: 'v1' } }, action: 'DENY', rules: [{}] });

    expect(ask([pod('v1', { app: 'api', version: 'v1' }), refused, virtualService(http({ route: [to(API)] }))]).reason).toBe(
      "ALLOW if it is sent on to 'shop/api' and 'client/web' sends mutual TLS, DENY if it is sent on to 'shop/v1' and 'client/web' sends mutual TLS");
  });

  test('leaves a request to one of the workloads of its host where it goes', () => {
    const refused = authorization({ selector: { matchLabels: { version: 'v1' } }, action: 'DENY', rules: [{}] });
    const policies = mesh([pod('v1', { app: 'api', version: 'v1' }), refused, virtualService(http({ route: [to(API)] }))]);

    expect([undefined, 'api', 'v1'].map(workload => call(policies, { destination: { workload } }).decision)).toEqual(['UNDECIDED', 'ALLOW', 'DENY']);
  });

  test.each<[what: string, spec: object, policy: object, expected: string]>([
    ['rewrites what it matched of the path', http({ match: [{ uri: { prefix: '/old' } }], rewrite: { uri: '/new' }, route: [to(API)] }), operation({ paths: ['/new/x'] }), 'ALLOW 200'],
    ['rewrites what the first of its matches takes', http({ match: [{ uri: { prefix: '/old' } }, { uri: { prefix: '/old/x' } }], rewrite: { uri: '/new' }, route: [to(API)] }), operation({ paths: ['/new/x'] }), 'ALLOW 200'],
    ['rewrites the start of any path where it matches none', http({ rewrite: { uri: '/new/' }, route: [to(API)] }), operation({ paths: ['/new/old/x'] }), 'ALLOW 200'],
    ['rewrites the host', http({ rewrite: { authority: 'new.example.com' }, route: [to(API)] }), operation({ hosts: ['new.example.com'] }), 'ALLOW 200'],
    ['leaves the host as the client asks for it', http({ route: [to(API)] }), operation({ hosts: ['api.shop'] }), 'ALLOW 200'],
    ['sets headers', http({ headers: { request: { set: { 'x-new': 'a' } } }, route: [to(API)] }), header('x-new', 'a'), 'ALLOW 200'],
    ['adds headers', http({ headers: { request: { add: { 'x-old': 'b' } } }, route: [to(API)] }), header('x-old', 'b'), 'ALLOW 200'],
    ['takes headers away', http({ headers: { request: { remove: ['X-Old'] } }, route: [to(API)] }), NO_HEADER, 'ALLOW 200'],
    ['keeps the others', http({ route: [to(API)] }), NO_HEADER, 'DENY DENY 403'],
    ['sets headers for one destination', http({ route: [{ ...to(API), headers: { request: { set: { 'x-new': 'a' } } } }] }), header('x-new', 'a'), 'ALLOW 200'],
    ['sets the host as a header', http({ headers: { request: { set: { Host: 'new.example.com' } } }, route: [to(API)] }), operation({ hosts: ['new.example.com'] }), 'ALLOW 200'],
    ['is undecided where it rewrites by a regular expression', http({ rewrite: { uriRegexRewrite: { match: '.', rewrite: '' } }, route: [to(API)] }), operation({ paths: ['/old/x'] }), 'UNDECIDED'],
  ])('%s', (_, spec, policy, expected) => {
    expect(verdict(ask([policy, virtualService(spec)], { http: { path: '/old/x', headers: { 'x-old': ['a'] } } }))).toBe(expected);
  });

  test.each<[string, object[], string]>([
    ['with its TLS', [rule({ host: API, subsets: [{ name: 'v1', labels: { app: 'api' }, ...tls('DISABLE') }] })], 'DENY TRANSPORT'],
    ['with that of the whole rule', [rule({ host: API, ...tls('DISABLE'), subsets: [{ name: 'v1', labels: { app: 'api' } }] })], 'DENY TRANSPORT'],
    ['of which nothing is there', [rule({ host: API, subsets: [{ name: 'v1', labels: { version: '2' } }] })], 'DENY TRANSPORT'],
    ['that no rule names', [], 'DENY TRANSPORT'],
    ['that is there', [rule({ host: API, subsets: [{ name: 'v1', labels: { app: 'api' } }] })], 'ALLOW 200'],
  ])('picks a subset %s', (_, rules, expected) => {
    expect(verdict(ask([STRICT, virtualService(http({ route: [to(API, { subset: 'v1' })] })), ...rules]))).toBe(expected);
  });

  test('picks the workloads of a subset', () => {
    const versions = ['v1', 'v2'].map(version => pod(version, { app: 'api', version }));
    const deny = authorization({ selector: { matchLabels: { version: 'v1' } }, action: 'DENY', rules: [{}] });
    const subsets = rule({ host: API, subsets: [{ name: 'two', labels: { version: 'v2' } }, { name: 'one', labels: { version: 'v1' } }] });
    const by = (subset: string) => virtualService(http({ route: [to(API, { subset })] }));

    expect(verdict(ask([...versions, deny, subsets, by('two')]))).toBe('ALLOW 200');
    expect(verdict(ask([...versions, deny, subsets, by('one')]))).toBe('DENY DENY 403');
  });

  const older = { creationTimestamp: '2024-01-01T00:00:00Z', name: 'b' };
  const younger = { creationTimestamp: '2024-02-01T00:00:00Z', name: 'a' };

  test.each<[string, other: [spec: object, meta: Meta], one: [spec: object, meta: Meta], expected: string]>([
    ['the oldest', [{}, younger], [{}, older], 'ALLOW 200'],
    ['the oldest, of whatever namespace', [{ exportTo: ['client'] }, { ...younger, namespace: 'shop' }], [{ exportTo: ['client'] }, { ...older, namespace: 'other' }], 'ALLOW 200'],
    ["the client's own that nobody else sees", [{}, older], [{ exportTo: ['.'] }, younger], 'ALLOW 200'],
    ["the client's own that its namespace is named for", [{}, older], [{ exportTo: ['other', 'client'] }, younger], 'ALLOW 200'],
    ['one for its namespace before those for all', [{}, older], [{ exportTo: ['client'] }, { ...younger, namespace: 'shop' }], 'ALLOW 200'],
    ["the client's own before one for its namespace", [{ exportTo: ['client'] }, { ...older, namespace: 'shop' }], [{ exportTo: ['.'] }, younger], 'ALLOW 200'],
    ['this also where that one is for its own namespace, too', [{ exportTo: ['.', 'client'] }, { ...older, namespace: 'shop' }], [{ exportTo: ['.'] }, younger], 'ALLOW 200'],
    ['one that is for all whatever else it lists', [{ exportTo: ['.', '*'] }, older], [{ exportTo: ['client'] }, { ...younger, namespace: 'shop' }], 'ALLOW 200'],
    ['the host itself before wildcards', [{ hosts: ['*.svc.cluster.local'] }, older], [{}, younger], 'ALLOW 200'],
    ['the host itself before wildcards of those that fewer see', [{ hosts: ['*'], exportTo: ['.'] }, older], [{}, younger], 'ALLOW 200'],
    ['the host itself in any case', [{ hosts: ['*'] }, older], [{ hosts: ['Api.shop.svc.cluster.local'] }, younger], 'ALLOW 200'],
    ['the host itself beside others', [{ hosts: ['*'] }, older], [{ hosts: ['other.example.com', API] }, younger], 'ALLOW 200'],
    ['any where they have no age', [{}, { name: 'a' }], [{}, { name: 'b' }], 'UNDECIDED DENY'],
  ])('of one host: %s counts', (_, [other, itsMeta], [one, meta], expected) => {
    const both = [virtualService({ ...other, ...http({ route: [to(API)] }) }, itsMeta), virtualService({ ...one, ...http({ route: [to(ADMIN)] }) }, meta)];

    expect(verdict(ask([AT_ADMIN, ...both]))).toBe(expected);
  });

  test('of one host: one that the settings export to nobody else counts before those for all', () => {
    const both = [virtualService({ exportTo: ['*'], ...http({ route: [to(API)] }) }, older), virtualService({ exportTo: [], ...http({ route: [to(ADMIN)] }) }, younger)];
    const by = (virtualServiceExportTo: string[]) => verdict(call(mesh([...ADMIN_SERVICE, AT_ADMIN, ...both], {}, { outbound: { virtualServiceExportTo } })));

    expect([by(['.']), by(['*'])]).toEqual(['ALLOW 200', 'DENY DENY 403']);
  });

  test.each<[string, egress: string[], spec: object, meta: Meta, expected: string]>([
    ['counts where a Sidecar lists its namespace', ['shop/*', 'client/*'], {}, {}, 'ALLOW 200'],
    ['does not where none does', ['shop/*'], {}, {}, 'DENY DENY 403'],
    ['counts where it is beside the host', ['shop/*'], {}, { namespace: 'shop' }, 'ALLOW 200'],
    ['counts where another of its hosts is listed', ['shop/*', 'client/other.example.com'], { hosts: ['other.example.com', API] }, {}, 'ALLOW 200'],
    ['counts by a wildcard that stands for a host that is listed', ['shop/*', `client/${API}`], { hosts: ['*.shop.svc.cluster.local'] }, {}, 'ALLOW 200'],
    ['does not where all of its hosts are left out', ['shop/*', 'client/*', `~client/${API}`], {}, {}, 'DENY DENY 403'],
    ['counts where one of its hosts is not left out', ['shop/*', 'client/*', '~client/other.example.com'], { hosts: ['other.example.com', API] }, {}, 'ALLOW 200'],
    ['leads to what no Sidecar lists', [`shop/${API}`, `client/${API}`], {}, {}, 'ALLOW 200'],
    ['does not lead anywhere where its namespace is not listed', [`shop/${API}`], {}, {}, 'DENY DENY 403'],
    ['counts by the short name of its own namespace', ['shop/*'], { hosts: ['api'] }, { namespace: 'shop' }, 'ALLOW 200'],
  ])('%s', (_, hosts, spec, meta, expected) => {
    const sidecar = { apiVersion: 'networking.istio.io/v1', kind: 'Sidecar', metadata: { name: 'default', namespace: 'client' }, spec: { egress: [{ hosts }] } };

    expect(verdict(ask([AT_ADMIN, sidecar, virtualService({ ...spec, ...http({ route: [to(ADMIN)] }) }, meta)]))).toBe(expected);
  });

  test.each<[string, egress: object[], port: number, expected: string]>([
    ['known', [{ hosts: ['./*', `shop/${API}`] }], 80, 'ALLOW 200'],
    ['known at any of its ports', [{ hosts: ['./*', `shop/${API}`] }], 81, 'ALLOW 200'],
    ['known by the listener of its port', [{ port: { number: 80 }, hosts: ['./*', `shop/${API}`] }], 80, 'ALLOW 200'],
    ['not known at another port than that of the listener', [{ port: { number: 80 }, hosts: ['./*', `shop/${API}`] }], 81, 'DENY TRANSPORT'],
    ['not known where the namespace of the route is not listed', [{ hosts: [`shop/${API}`] }], 80, 'DENY DENY 403'],
  ])('leads to a host that its Sidecar does not list, and where the rest is blocked that is %s', (_, egress, port, expected) => {
    const sidecar = { apiVersion: 'networking.istio.io/v1', kind: 'Sidecar', metadata: { name: 'default', namespace: 'client' }, spec: { egress, outboundTrafficPolicy: {} } };
    const admin = [service('admin', [80, 81].map(number => ({ name: `http-${number}`, port: number, targetPort: 8080 }))), pod('admin')];

    expect(verdict(call(mesh([...admin, AT_ADMIN, sidecar, virtualService(http({ route: [to(ADMIN, { port: { number: port } })] }))])))).toBe(expected);
  });

  test.each<[string, spec: object, asked: Call, reason: string]>([
    ['requests by chance', http({ route: [to(ADMIN, { subset: 'v1' }, 90), to(API, {}, 10)] }), {},
      `ALLOW if VirtualService client/route sends it to '${ADMIN}' (subset 'v1') and 'client/web' sends mutual TLS, DENY if VirtualService client/route sends it to '${API}' and 'client/web' sends mutual TLS`],
    ['requests by chance, also to what is not there', http({ route: [to('other.example.com', {}, 90), to(ADMIN, { port: { number: 81 } }, 10)] }), {},
      `UNDECIDED if VirtualService client/route sends it to 'other.example.com', DENY if VirtualService client/route sends it to '${ADMIN}'`],
    ['requests that it redirects', http({ redirect: {} }), {}, 'nothing arrives: VirtualService client/route redirects it'],
    ['requests that it answers', http({ directResponse: {} }), {}, 'nothing arrives: VirtualService client/route answers it'],
    ['requests of rules without destination', http({ route: [] }), {}, 'nothing arrives: VirtualService client/route sends it nowhere'],
    ['requests that no rule is for', http({ match: [{ uri: { exact: '/x' } }] }), {}, "nothing arrives: no rule of VirtualService client/route is for the request, so the client's proxy answers 404"],
    ['connections by chance', { tcp: [{ route: [to(ADMIN, {}, 90), to(API, {}, 10)] }] }, { destination: { port: 9000 }, http: null },
      `ALLOW if VirtualService client/route sends it to '${ADMIN}' and 'client/web' sends mutual TLS, DENY if VirtualService client/route sends it to '${API}' and 'client/web' sends mutual TLS`],
    ['connections by address', { tcp: [{ match: [{ destinationSubnets: ['10.0.0.0/8'] }], route: [to(ADMIN)] }] }, { destination: { port: 9000 }, http: null },
      "ALLOW if its address or server name is one that VirtualService client/route names and 'client/web' sends mutual TLS, DENY if its address or server name is none that VirtualService client/route names and 'client/web' sends mutual TLS"],
  ])('says where it sends %s', (_, spec, asked, reason) => {
    const both = [service('admin', [{ name: 'http', port: 80, targetPort: 8080 }, { name: 'tcp-raw', port: 9000 }]), pod('admin')];
    const subset = rule({ host: ADMIN, subsets: [{ name: 'v1', labels: { app: 'admin' } }] });

    expect(call(mesh([...both, subset, AT_ADMIN, virtualService(spec)]), asked).reason).toBe(reason);
  });

  const OUTSIDE = 'api.pay.example';
  const sniHosts = (...hosts: string[]) => [{ match: [{ port: 443, sniHosts: hosts }], route: [to(ADMIN, { port: { number: 9000 } })] }];

  test.each<[what: string, hosts: readonly string[], names: readonly string[], protocol: string, expected: string]>([
    ['one that it names', [OUTSIDE], [OUTSIDE], 'TLS', 'ALLOW'],
    ['one that it names by a wildcard, in other letters', [OUTSIDE], ['*.PAY.example'], 'HTTPS', 'ALLOW'],
    ['several, all of which it names', [OUTSIDE, 'b.pay.example'], [OUTSIDE, 'b.pay.example'], 'TLS', 'ALLOW'],
    ['another than those that it names', [OUTSIDE], ['b.pay.example'], 'TLS', 'UNDECIDED'],
    ['several, some of which it names', [OUTSIDE, 'b.pay.example'], [OUTSIDE], 'TLS', 'UNDECIDED'],
    ['any below a wildcard', ['*.pay.example'], [OUTSIDE], 'TLS', 'UNDECIDED'],
    ['none, as it is no TLS', [OUTSIDE], [OUTSIDE], 'TCP', 'UNDECIDED'],
  ])('sends TLS to a host outside by its server name: %s', (_, hosts, names, protocol, expected) => {
    const spec = { hosts, location: 'MESH_EXTERNAL', resolution: 'DNS', addresses: ['240.0.0.1'], ports: [{ number: 443, name: 'tls', protocol }] };
    const entry = { apiVersion: 'networking.istio.io/v1', kind: 'ServiceEntry', metadata: { name: 'pay', namespace: 'client' }, spec };
    const admin = [service('admin', [{ name: 'tcp-raw', port: 9000 }]), pod('admin')];
    const asked = { destination: { namespace: 'client', service: undefined, serviceEntry: 'pay', port: 443 }, http: null };

    expect(verdict(call(mesh([...admin, AT_ADMIN, entry, virtualService({ hosts, tls: sniHosts(...names) })]), asked))).toBe(expected);
  });

  test('sends connections elsewhere', () => {
    const tcp = service('admin', [{ name: 'tcp-raw', port: 9000 }]);
    const bytes = { destination: { port: 9000 }, http: null };
    const world = (spec: object) => mesh([tcp, pod('admin'), AT_ADMIN, virtualService(spec)]);

    expect(verdict(call(world({ tcp: [{ match: [{ port: 9000 }], route: [to(ADMIN)] }] }), bytes))).toBe('ALLOW');
    expect(verdict(call(world({ tcp: [{ match: [{ port: 9001 }], route: [to(ADMIN)] }] }), bytes))).toBe('DENY DENY');
    expect(verdict(call(world({ tcp: [{ match: [{ destinationSubnets: ['10.0.0.0/8'] }], route: [to(ADMIN)] }] }), bytes))).toBe('UNDECIDED');
    expect(verdict(call(world({ tls: [{ match: [{ port: 9000, sniHosts: [ADMIN] }], route: [to(ADMIN)] }] }), bytes))).toBe('UNDECIDED');
    expect(verdict(call(world({ tcp: [{ route: [] }] }), bytes))).toBe('DENY TRANSPORT');
    expect(verdict(call(world({ tcp: [{ match: [{ destinationSubnets: ['10.0.0.0/8'] }, { port: 9000 }], route: [to(ADMIN)] }] }), bytes))).toBe('ALLOW');
    expect(verdict(call(world({ tcp: [{ match: [{ destinationSubnets: ['10.0.0.0/8'] }, { port: 9001 }], route: [to(ADMIN)] }] }), bytes))).toBe('UNDECIDED');
    for (const match of [{ sourceLabels: { app: 'other' } }, { sourceNamespace: 'other' }, { gateways: ['edge'] }]) {
      expect(verdict(call(world({ tcp: [{ match: [match], route: [to(ADMIN)] }] }), bytes))).toBe('DENY DENY');
    }
    expect(verdict(call(world({ tcp: [{ route: [to(ADMIN)] }] }), { destination: { port: 9000 } }))).toBe('ALLOW');
    expect(verdict(call(world(http({ route: [to(ADMIN)] })), bytes))).toBe('DENY DENY');
  });

  test('does not count for what a request says of itself, nor for clients without a sidecar', () => {
    const objects = [...ADMIN_SERVICE, AT_ADMIN, virtualService(http({ route: [to(ADMIN)] }))];

    expect(verdict(call(mesh(objects, { client: AMBIENT })))).toBe('DENY DENY 403');
    expect(verdict(call(mesh(objects, { client: {} })))).toBe('DENY DENY 403');
    expect(verdict(mesh(objects).isAuthorized({ source: { serviceAccount: 'client/web' }, destination: { namespace: 'shop', service: 'api', port: 80 }, http: {} }))).toBe('DENY DENY 403');
  });

  test('takes tokens away with their header', () => {
    const token = { apiVersion: 'security.istio.io/v1', kind: 'RequestAuthentication', metadata: { name: 'jwt', namespace: 'shop' }, spec: { jwtRules: [{ issuer: 'me' }] } };
    const needed = authorization({ rules: [{ from: [{ source: { requestPrincipals: ['*'] } }] }] });
    const asked = (remove: string[]) => mesh([token, needed, virtualService(http({ headers: { request: { remove } }, route: [to(API)] }))])
      .isAuthorized({ source: { workload: 'client/web' }, destination: { namespace: 'shop', service: 'api', port: 80 }, http: {}, tokens: [{ claims: { iss: 'me', sub: 'x' } }] });

    expect([verdict(asked(['x-other'])), verdict(asked(['authorization']))]).toEqual(['ALLOW 200', 'DENY ALLOW 403']);
  });
});

describe('A host that is none of the Service', () => {
  test('is taken to be sent there nevertheless, which is told', () => {
    const policies = mesh([...ADMIN_SERVICE, AT_ADMIN, virtualService(http({ route: [to(ADMIN)] }))]);
    const answer = call(policies, { http: { authority: 'shop.example.com' } });

    expect(verdict(answer)).toBe('DENY DENY 403');
    expect(answer.notes).toEqual(["the sidecar of 'client/web' sends HTTP by its host, and 'shop.example.com' is none of Service shop/api: the request is taken to go there nevertheless"]);
  });

  test.each(['api.shop', 'api.shop.svc', 'API.shop:80', API, `${API}.`, '10.96.0.1'])('is not %s', authority => {
    expect(call(mesh([]), { http: { authority } }).notes).toEqual([]);
  });

  test('is a short name in another namespace', () => {
    expect(call(mesh([]), { http: { authority: 'api' } }).notes).toHaveLength(1);
  });
});

describe('An HTTPRoute for a Service', () => {
  const backend = (name: string, more: object = {}) => ({ name, port: 80, ...more });

  test.each<[what: string, rules: object[], meta: Meta, expected: string]>([
    ['sends requests elsewhere', [{ backendRefs: [backend('admin')] }], {}, 'ALLOW 200'],
    ['sends the most specific path first', [{ backendRefs: [backend('api')] }, { matches: [{ path: { type: 'PathPrefix', value: '/admin' } }], backendRefs: [backend('admin')] }], {}, 'ALLOW 200'],
    ['takes a prefix by whole segments', [{ backendRefs: [backend('admin')] }, { matches: [{ path: { type: 'PathPrefix', value: '/adm' } }], backendRefs: [backend('api')] }], {}, 'ALLOW 200'],
    ['matches methods', [{ matches: [{ method: 'GET' }], backendRefs: [backend('admin')] }, { backendRefs: [backend('api')] }], {}, 'ALLOW 200'],
    ['matches queries', [{ matches: [{ queryParams: [{ name: 'q', value: '1' }] }], backendRefs: [backend('api')] }, { backendRefs: [backend('admin')] }], {}, 'ALLOW 200'],
    ['is undecided where it sends to something else than a Service', [{ backendRefs: [backend('admin', { kind: 'Other' })] }], {}, 'UNDECIDED'],
    ['matches headers by a regular expression', [{ matches: [{ headers: [{ type: 'RegularExpression', name: 'x-a', value: '[0-9]' }] }], backendRefs: [backend('admin')] }, { backendRefs: [backend('api')] }], {}, 'ALLOW 200'],
    ['matches no header without a value', [{ matches: [{ headers: [{ name: 'x-a' }] }], backendRefs: [backend('api')] }, { backendRefs: [backend('admin')] }], {}, 'ALLOW 200'],
    ['sends nothing to a port that is not there', [{ backendRefs: [backend('admin', { port: 9999 })] }], {}, 'DENY TRANSPORT'],
    ['matches headers and queries', [{ matches: [{ headers: [{ name: 'x-a', value: '1' }], queryParams: [{ name: 'q', value: '2' }] }], backendRefs: [backend('admin')] }, { backendRefs: [backend('api')] }], {}, 'ALLOW 200'],
    ['of another namespace is for its own clients only', [{ backendRefs: [backend('admin', { namespace: 'shop' })] }], { namespace: 'client' }, 'ALLOW 200'],
    ['of a namespace that is neither does not count', [{ backendRefs: [backend('admin', { namespace: 'shop' })] }], { namespace: 'other' }, 'DENY DENY 403'],
    ['is undecided where weights lead to different answers', [{ backendRefs: [backend('admin', { weight: 1 }), backend('api', { weight: 1 })] }], {}, 'UNDECIDED'],
    ['leaves out what has no weight', [{ backendRefs: [backend('admin'), backend('api', { weight: 0 })] }], {}, 'ALLOW 200'],
    ['sends nowhere without backends', [{ backendRefs: [] }], {}, 'DENY TRANSPORT'],
    ['redirects', [{ filters: [{ type: 'RequestRedirect', requestRedirect: {} }] }], {}, 'DENY TRANSPORT'],
    ['is undecided with other filters', [{ filters: [{ type: 'ExtensionRef' }], backendRefs: [backend('admin')] }], {}, 'UNDECIDED'],
  ])('%s', (_, rules, meta, expected) => {
    expect(verdict(ask([AT_ADMIN, httpRoute(rules, meta)], { http: { path: '/admin?q=2', headers: { 'x-a': ['1'] } } }))).toBe(expected);
  });

  test.each<[string, object[], string, string]>([
    ['replaces a prefix', [{ matches: [{ path: { type: 'PathPrefix', value: '/old' } }], filters: [{ type: 'URLRewrite', urlRewrite: { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/new' } } }], backendRefs: [backend('api')] }], '/old/x', '/new/x'],
    ['takes a prefix away', [{ matches: [{ path: { type: 'PathPrefix', value: '/old' } }], filters: [{ type: 'URLRewrite', urlRewrite: { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/' } } }], backendRefs: [backend('api')] }], '/old', '/'],
    ['replaces the whole path', [{ filters: [{ type: 'URLRewrite', urlRewrite: { path: { type: 'ReplaceFullPath', replaceFullPath: '/new' } } }], backendRefs: [backend('api')] }], '/old/x', '/new'],
  ])('%s', (_, rules, path, expected) => {
    expect(verdict(ask([operation({ paths: [expected] }), httpRoute(rules)], { http: { path } }))).toBe('ALLOW 200');
  });

  test('is told of with those that are for the same Service', () => {
    const routes = ['a', 'b'].map(name => httpRoute([{ backendRefs: [backend('admin')] }], { name }));

    expect(ask(routes).notes).toEqual([`HTTPRoute shop/a, HTTPRoute shop/b sends it to '${ADMIN}', port 80`]);
  });

  test.each<[what: string, parents: object[], expected: string]>([
    ['one of several', [{ name: 'other' }, { name: 'api' }], 'ALLOW 200'],
    ['with its namespace', [{ name: 'api', namespace: 'shop' }], 'ALLOW 200'],
    ['of another namespace', [{ name: 'api', namespace: 'other' }], 'DENY DENY 403'],
    ['on its port', [{ name: 'api', port: 80 }], 'ALLOW 200'],
    ['on another port', [{ name: 'api', port: 81 }], 'DENY DENY 403'],
    ['that is no Service', [{ name: 'api', kind: 'Gateway' }], 'DENY DENY 403'],
  ])('names its parent: %s', (_, parents, expected) => {
    const route = httpRoute([{ backendRefs: [backend('admin')] }]);
    const parentRefs = parents.map(parent => ({ group: '', kind: 'Service', ...parent }));

    expect(verdict(ask([AT_ADMIN, { ...route, spec: { ...(route as { spec: object }).spec, parentRefs } }]))).toBe(expected);
  });

  test.each<[string, change: object, policy: object]>([
    ['sets headers', { set: [{ name: 'X-New', value: 'a' }] }, header('x-new', 'a')],
    ['adds headers', { add: [{ name: 'X-New', value: 'a' }] }, header('x-new', 'a')],
    ['takes headers away', { remove: ['X-Old'] }, NO_HEADER],
  ])('%s, and does so for one backend', (_, requestHeaderModifier, policy) => {
    const filters = [{ type: 'RequestHeaderModifier', requestHeaderModifier }];
    const by = (made: object) => verdict(ask([policy, httpRoute([made])], { http: { headers: { 'x-old': ['a'] } } }));

    expect([by({ filters, backendRefs: [backend('api')] }), by({ backendRefs: [backend('api', { filters })] })]).toEqual(['ALLOW 200', 'ALLOW 200']);
  });
});

describe('A GRPCRoute for a Service', () => {
  const backendRefs = [{ name: 'admin', port: 80 }];
  const rest = { backendRefs: [{ name: 'api', port: 80 }] };
  const GRPC = { http: { path: '/shop.Orders/List', method: 'POST', headers: { 'content-type': ['application/grpc'] } } };

  test.each<[what: string, rules: object[], expected: string]>([
    ['sends all calls elsewhere', [{ backendRefs }], 'ALLOW 200'],
    ['goes by the service', [{ matches: [{ method: { service: 'shop.Orders' } }], backendRefs }, rest], 'ALLOW 200'],
    ['goes by the method', [{ matches: [{ method: { method: 'List' } }], backendRefs }, rest], 'ALLOW 200'],
    ['goes by headers', [{ matches: [{ headers: [{ name: 'content-type', value: 'application/grpc' }] }], backendRefs }, rest], 'ALLOW 200'],
    ['leaves other calls', [{ matches: [{ method: { service: 'shop.Orders', method: 'Put' } }], backendRefs }, rest], 'DENY DENY grpc 7'],
    ['has nothing for other calls', [{ matches: [{ method: { service: 'shop.Carts' } }], backendRefs }], 'DENY TRANSPORT'],
    ['is undecided where it sends to something else', [{ backendRefs: [{ kind: 'Backend', name: 'admin' }] }], 'UNDECIDED'],
  ])('%s', (_, rules, expected) => {
    expect(verdict(ask([AT_ADMIN, gatewayApiRoute('GRPCRoute', rules)], GRPC))).toBe(expected);
  });

  test('is taken together with HTTPRoutes', () => {
    const routes = [httpRoute([rest]), gatewayApiRoute('GRPCRoute', [{ matches: [{ method: { service: 'shop.Orders' } }], backendRefs }])];

    expect([{ path: '/shop.Orders/List' }, { path: '/' }].map(sent => verdict(ask([AT_ADMIN, ...routes], { http: sent })))).toEqual(['ALLOW 200', 'DENY DENY 403']);
  });
});

describe('A route of connections for a Service', () => {
  const bytes = { destination: { port: 9000 }, http: null };
  const admin = service('admin', [{ name: 'tcp-raw', port: 9000 }]);
  const asked = (route: object) => call(mesh([admin, pod('admin'), AT_ADMIN, route]), bytes);
  const backend = (more: object = {}) => ({ name: 'admin', port: 9000, ...more });

  test.each<[what: string, route: object, expected: string]>([
    ['sends them elsewhere', gatewayApiRoute('TCPRoute', [{ backendRefs: [backend()] }]), 'ALLOW'],
    ['of which the first rule counts', gatewayApiRoute('TCPRoute', [{ backendRefs: [backend()] }, { backendRefs: [{ name: 'api', port: 9000 }] }]), 'ALLOW'],
    ['is undecided where weights lead to different answers', gatewayApiRoute('TCPRoute', [{ backendRefs: [backend(), { name: 'api', port: 9000 }] }]), 'UNDECIDED'],
    ['is undecided where it sends to something else', gatewayApiRoute('TCPRoute', [{ backendRefs: [backend({ kind: 'Backend' })] }]), 'UNDECIDED'],
    ['sends nowhere without backends', gatewayApiRoute('TCPRoute', [{}]), 'DENY TRANSPORT'],
    ['of another port does not count', gatewayApiRoute('TCPRoute', [{ backendRefs: [backend()] }], { parentRefs: [{ kind: 'Service', name: 'api', port: 80 }] }), 'DENY DENY'],
    ['by server names is asked both ways', gatewayApiRoute('TLSRoute', [{ backendRefs: [backend()] }], { hostnames: ['a.example.com'] }), 'UNDECIDED'],
    ['does not count where it is for requests', httpRoute([{ backendRefs: [backend()] }]), 'DENY DENY'],
  ])('%s', (_, route, expected) => {
    expect(verdict(asked(route))).toBe(expected);
  });

  test('does not count for requests', () => {
    expect(verdict(ask([AT_ADMIN, gatewayApiRoute('TCPRoute', [{ backendRefs: [backend({ port: 80 })] }])]))).toBe('DENY DENY 403');
  });

  test('is in doubt for those that it is for', () => {
    const twice = [backend(), { name: 'api', port: 9000 }].map(one => gatewayApiRoute('TCPRoute', [{ backendRefs: [one] }]));
    const policies = mesh([admin, pod('admin'), AT_ADMIN, ...twice]);

    expect([verdict(call(policies, bytes)), verdict(call(policies))]).toEqual(['UNDECIDED', 'DENY DENY 403']);
  });
});

describe('Routes at a waypoint', () => {
  test('are not evaluated, which is told', () => {
    const waypoint = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { name: 'wp', namespace: 'shop' }, spec: { gatewayClassName: 'istio-waypoint' } };
    const labels = { ...AMBIENT, 'istio.io/use-waypoint': 'wp' };
    const policies = PolicySet.fromManifests([
      namespace('client', AMBIENT), pod('web', {}, 'client'), namespace('shop', labels), service('api', [{ name: 'http', port: 80, targetPort: 8080 }]), pod('api'), waypoint,
      ...['HTTPRoute', 'GRPCRoute', 'TCPRoute', 'TLSRoute'].map(kind => gatewayApiRoute(kind, [{ backendRefs: [{ name: 'api', port: 80 }] }])), virtualService(http({ route: [to(API)] }), { namespace: 'shop' }),
    ]);

    expect(call(policies).notes).toEqual(['VirtualService', 'HTTPRoute', 'GRPCRoute', 'TCPRoute', 'TLSRoute'].map(kind =>
      `${kind} shop/route tells the waypoint 'shop/wp' where to send requests, and may change them: that is not evaluated`));
  });
});

describe('A client that is known by its identity', () => {
  const ROUTE = virtualService(http({ route: [to(ADMIN)] }));
  const byIdentity = (route: object, destination = {}, client: Record<string, string> = SIDECARS) => mesh([...ADMIN_SERVICE, route], { client }).isAuthorized({
    source: { serviceAccount: 'client/web' }, destination: { namespace: 'shop', service: 'api', port: 80, ...destination }, http: {},
  });
  const NOTE = "VirtualService client/route tells the client's sidecar where to send what is for Service shop/api, and may change it: that is evaluated where source.workload names the client";

  test.each<[what: string, notes: string[], ReturnType<typeof byIdentity>]>([
    ['is told of routes of its sidecar', [NOTE], byIdentity(ROUTE)],
    ['is told of none that has no rule for it', [], byIdentity(virtualService({ ...http({ match: [{ sourceNamespace: 'other' }], route: [to(ADMIN)] }), tcp: [{ match: [{ port: 81 }] }] }))],
    ['is told of none for other hosts', [], byIdentity(virtualService({ hosts: [ADMIN], ...http({ route: [to(ADMIN)] }) }))],
    ['is told of none in ambient mode, where no sidecar has them', [], byIdentity(ROUTE, {}, AMBIENT)],
    ['is told of none where the request names the proxy', [], byIdentity(ROUTE, { proxy: ProxyKind.SIDECAR })],
    ['is told of none for a pod', [], byIdentity(ROUTE, { service: undefined, workload: 'api', port: 8080 })],
  ])('%s', (_, notes, answer) => {
    expect(answer.notes).toEqual(notes);
    expect(answer.decision).toBe('ALLOW');
  });
});
