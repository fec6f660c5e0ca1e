import { Transport } from 'cdk8s-zero-trust';
import { aged, AMBIENT, API, call, DISABLE, FROM_WEB, mesh, PERMISSIVE, rule, selecting, STRICT, tls } from './sending';
import { authorization, verdict } from './support';

describe('DestinationRules', () => {
  test.each<[what: string, rules: object[], expected: string]>([
    ['without TLS leave it to Istio', [rule({ host: API, trafficPolicy: {} })], 'ALLOW 200'],
    ['can turn TLS off', [rule({ host: API, ...tls('DISABLE') })], 'DENY TRANSPORT'],
    ['turn it off by a block without mode', [rule({ host: API, ...tls(undefined, { sni: 'x' }) })], 'DENY TRANSPORT'],
    ['can ask for mutual TLS', [rule({ host: API, ...tls('ISTIO_MUTUAL') })], 'ALLOW 200'],
    ['can ask for TLS without identity', [rule({ host: API, ...tls('SIMPLE') })], 'DENY TRANSPORT'],
    ['can ask for another certificate', [rule({ host: API, ...tls('MUTUAL') })], 'DENY TRANSPORT'],
    ['hold for a short name in their own namespace', [rule({ host: 'api', ...tls('DISABLE') }, { namespace: 'shop' })], 'DENY TRANSPORT'],
    ['do not hold for a short name in another', [rule({ host: 'api', ...tls('DISABLE') })], 'ALLOW 200'],
    ['take a name with dots as it is', [rule({ host: 'api.shop', ...tls('DISABLE') })], 'ALLOW 200'],
    ['hold for wildcards', [rule({ host: '*.shop.svc.cluster.local', ...tls('DISABLE') })], 'DENY TRANSPORT'],
    ['do not hold for another end', [rule({ host: '*xpi.shop.svc.cluster.local', ...tls('DISABLE') })], 'ALLOW 200'],
    ['hold for everything', [rule({ host: '*', ...tls('DISABLE') })], 'DENY TRANSPORT'],
    ['count by the longest host', [rule({ host: '*.local', ...tls('DISABLE') }, { name: 'a' }), rule({ host: '*.shop.svc.cluster.local', ...tls('ISTIO_MUTUAL') }, { name: 'b' })], 'ALLOW 200'],
    ['of the exact host win', [rule({ host: '*', ...tls('DISABLE') }, { name: 'a' }), rule({ host: API }, { name: 'b' })], 'ALLOW 200'],
    ['for other clients than these hide those of other namespaces', [rule({ host: API, workloadSelector: { matchLabels: { app: 'other' } } }), rule({ host: API, ...tls('DISABLE') }, { namespace: 'shop' })], 'ALLOW 200'],
    ['that are exported elsewhere do not hide them', [rule({ host: API, exportTo: ['other'] }), rule({ host: API, ...tls('DISABLE') }, { namespace: 'shop' })], 'DENY TRANSPORT'],
    ["of the client's namespace win", [rule({ host: API, ...tls('DISABLE') }, { namespace: 'shop' }), rule({ host: '*' })], 'ALLOW 200'],
    ["of the Service's namespace come next", [rule({ host: API }, { namespace: 'shop' }), rule({ host: API, ...tls('DISABLE') }, { namespace: 'istio-system' })], 'ALLOW 200'],
    ['of the root namespace come last', [rule({ host: '*.local', ...tls('DISABLE') }, { namespace: 'istio-system' })], 'DENY TRANSPORT'],
    ['of other namespaces do not count', [rule({ host: API, ...tls('DISABLE') }, { namespace: 'other' })], 'ALLOW 200'],
    ['that are not exported to the client do not count', [rule({ host: API, exportTo: ['.', 'other'], ...tls('DISABLE') }, { namespace: 'shop' })], 'ALLOW 200'],
    ['that are exported to it do', [rule({ host: API, exportTo: ['client'], ...tls('DISABLE') }, { namespace: 'shop' })], 'DENY TRANSPORT'],
    ['that are exported to all do', [rule({ host: API, exportTo: ['*'], ...tls('DISABLE') }, { namespace: 'shop' })], 'DENY TRANSPORT'],
    ['that are exported to their own namespace count there', [rule({ host: API, exportTo: ['.'], ...tls('DISABLE') })], 'DENY TRANSPORT'],
    ['for a port count there', [rule({ host: API, trafficPolicy: { tls: { mode: 'ISTIO_MUTUAL' }, portLevelSettings: [{ port: { number: 80 }, tls: { mode: 'DISABLE' } }] } })], 'DENY TRANSPORT'],
    ['for a port leave it to Istio, but not whom it takes for a server of mutual TLS', [rule({ host: API, trafficPolicy: { tls: { mode: 'DISABLE' }, portLevelSettings: [{ port: { number: 80 }, loadBalancer: {} }] } })], 'DENY TRANSPORT'],
    ['for a port replace mutual TLS by mutual TLS where they say nothing', [rule({ host: API, trafficPolicy: { tls: { mode: 'ISTIO_MUTUAL' }, portLevelSettings: [{ port: { number: 80 }, loadBalancer: {} }] } })], 'ALLOW 200'],
    ['for a port count by the first', [rule({ host: API, trafficPolicy: { portLevelSettings: ['ISTIO_MUTUAL', 'DISABLE'].map(mode => ({ port: { number: 80 }, tls: { mode } })) } })], 'ALLOW 200'],
    ['for another port do not', [rule({ host: API, trafficPolicy: { portLevelSettings: [{ port: { number: 9000 }, tls: { mode: 'DISABLE' } }] } })], 'ALLOW 200'],
    ['for selected clients count for these', [rule({ host: API }, { name: 'a' }), rule({ host: API, workloadSelector: { matchLabels: { app: 'web' } }, ...tls('DISABLE') }, { name: 'b' })], 'DENY TRANSPORT'],
    ['for other clients do not', [rule({ host: API, workloadSelector: { matchLabels: { app: 'other' } }, ...tls('DISABLE') })], 'ALLOW 200'],
    ['for selected clients of another namespace do not', [rule({ host: API, workloadSelector: { matchLabels: { app: 'web' } }, ...tls('DISABLE') }, { namespace: 'shop' })], 'ALLOW 200'],
    ['with a secret for no workload in particular send plaintext', [rule({ host: API, ...tls('SIMPLE', { credentialName: 'ca' }) })], 'DENY TRANSPORT'],
    ['for one host: the oldest counts', [aged('a', 2, tls('DISABLE')), aged('b', 1, { trafficPolicy: {} })], 'ALLOW 200'],
    ['for one host: the oldest with a traffic policy counts', [aged('a', 2, tls('DISABLE')), aged('b', 1, {})], 'DENY TRANSPORT'],
    ['that select the client: the oldest counts', [aged('a', 2, { ...tls('DISABLE'), ...selecting('app', 'web') }), aged('b', 1, { ...tls('ISTIO_MUTUAL'), ...selecting('version', '1') })], 'ALLOW 200'],
    ['that select the client by the same labels are merged', [aged('a', 2, { ...tls('DISABLE'), ...selecting('app', 'web') }), aged('b', 1, selecting('app', 'web'))], 'DENY TRANSPORT'],
    ['that select the client by other labels are not', [aged('a', 2, { ...tls('DISABLE'), ...selecting('app', 'web') }), aged('b', 1, selecting('version', '1'))], 'ALLOW 200'],
    ['for one host of unknown ages leave it undecided', [rule({ host: API, ...tls('DISABLE') }, { name: 'a' }), rule({ host: API, trafficPolicy: {} }, { name: 'b' })], 'UNDECIDED'],
    ['with subsets of no TLS of their own count', [rule({ host: API, ...tls('DISABLE'), subsets: [{ name: 'v1' }, { name: 'v2', trafficPolicy: {} }] })], 'DENY TRANSPORT'],
    ['for one host of which one has no age leave it undecided', [aged('a', 2, tls('DISABLE')), rule({ host: API, trafficPolicy: {} }, { name: 'b' })], 'UNDECIDED'],
    ['for one host that say the same do not', [rule({ host: API, ...tls('DISABLE') }, { name: 'a' }), rule({ host: API, ...tls('DISABLE') }, { name: 'b' })], 'DENY TRANSPORT'],
    ['with subsets of other TLS do not count where no route picks one', [rule({ host: API, subsets: [{ name: 'v1', ...tls('DISABLE') }] })], 'ALLOW 200'],
    ['with certificate files are taken to show the own identity', [rule({ host: API, ...tls('MUTUAL', { clientCertificate: '/etc/certs/cert.pem', privateKey: '/etc/certs/key.pem' }) })], 'ALLOW 200'],
    ['with a certificate but no key send plaintext', [rule({ host: API, ...tls('MUTUAL', { clientCertificate: '/etc/certs/cert.pem' }) })], 'DENY TRANSPORT'],
    ['with names that the server has reach it', [rule({ host: API, ...tls('ISTIO_MUTUAL', { subjectAltNames: ['spiffe://cluster.local/ns/shop/sa/api'] }) })], 'ALLOW 200'],
    ['with names that the server does not have reach nothing', [rule({ host: API, ...tls('ISTIO_MUTUAL', { subjectAltNames: ['spiffe://cluster.local/ns/shop/sa/other'] }) })], 'DENY TRANSPORT'],
    ['by which clients ask for a tunnel leave it undecided', [rule({ host: API, trafficPolicy: { tunnel: { targetHost: 'proxy.example', targetPort: 3128 } } })], 'UNDECIDED'],
    ['by which clients send a PROXY header leave it undecided', [rule({ host: API, trafficPolicy: { proxyProtocol: {} } })], 'UNDECIDED'],
    ['by which clients of a subset send one do not where no route picks it', [rule({ host: API, subsets: [{ name: 'v1', trafficPolicy: { proxyProtocol: {} } }] })], 'ALLOW 200'],
    ['by which clients call what they were given need every server in the mesh', [rule({ host: API, trafficPolicy: { loadBalancer: { simple: 'PASSTHROUGH' } } })], 'ALLOW 200'],
  ])('%s', (_, rules, expected) => {
    expect(verdict(call(mesh([STRICT, FROM_WEB, ...rules])))).toBe(expected);
  });

  test('for another name of a host say nothing of how clients connect', () => {
    const alias = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'ext', namespace: 'shop' }, spec: { type: 'ExternalName', externalName: 'db.example', ports: [{ name: 'http', port: 80 }] } };
    const notes = (destination: object) => mesh([alias, rule({ host: '*.shop.svc.cluster.local', ...tls('SIMPLE') })])
      .isAuthorized({ source: { workload: 'client/web' }, destination: { namespace: 'shop', port: 80, ...destination }, http: {} }).notes.filter(note => note.includes('sets TLS'));

    expect([notes({ service: 'api' }), notes({ service: 'ext' })]).toEqual([['DestinationRule client/rule sets TLS to SIMPLE'], []]);
  });

  test('by which clients of a host outside call what they were given say so, of a subset, too', () => {
    const PASSTHROUGH = { trafficPolicy: { loadBalancer: { simple: 'PASSTHROUGH' } } };
    const route = { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { name: 'pay', namespace: 'client' }, spec: { hosts: ['pay.example'], http: [{ route: [{ destination: { host: 'pay.example', subset: 'v1' } }] }] } };
    const entry = { apiVersion: 'networking.istio.io/v1', kind: 'ServiceEntry', metadata: { name: 'pay', namespace: 'client' }, spec: { hosts: ['pay.example'], location: 'MESH_EXTERNAL', resolution: 'DNS', ports: [{ number: 80, name: 'http', protocol: 'HTTP' }] } };
    const notes = (spec: object, ...more: object[]) => call(mesh([entry, rule({ host: 'pay.example', ...spec }), ...more]), { destination: { namespace: 'client', service: undefined, serviceEntry: 'pay', port: 80 } })
      .notes.filter(note => note.includes('whatever address'));
    const said = ["DestinationRule client/rule has clients connect to whatever address they ask for, which need not be that of 'pay.example'"];
    const subset = (more: object) => ({ subsets: [{ name: 'v1', ...more }] });

    expect([notes(PASSTHROUGH), notes({}), notes(subset(PASSTHROUGH)), notes(subset(PASSTHROUGH), route)]).toEqual([said, [], [], said]);
    expect(notes({ ...PASSTHROUGH, ...subset({ trafficPolicy: { portLevelSettings: [{ port: { number: 80 } }] } }) }, route)).toEqual([]);
  });

  test('with a mode that is none leave it undecided', () => {
    const policies = mesh([rule({ host: API, ...tls('istio_mutual') }, { namespace: 'shop' })]);

    expect(verdict(call(policies))).toBe('UNDECIDED');
    expect(policies.problems.map(({ field, message }) => `${field} ${message}`)).toEqual([
      "spec.trafficPolicy.tls.mode must be one of DISABLE, SIMPLE, MUTUAL, ISTIO_MUTUAL, got 'istio_mutual'; correct it",
    ]);
  });

  test('do not count for clients in ambient', () => {
    expect(verdict(call(mesh([STRICT, FROM_WEB, rule({ host: API, ...tls('DISABLE') })], { client: AMBIENT })))).toBe('ALLOW 200');
  });

  test('with other TLS get through a PERMISSIVE port of bytes, unseen', () => {
    const simple = rule({ host: API, ...tls('SIMPLE') });

    expect(verdict(call(mesh([PERMISSIVE, simple]), { destination: { port: 9000 }, http: null }))).toBe('ALLOW');
    expect(verdict(call(mesh([PERMISSIVE, FROM_WEB, simple]), { destination: { port: 9000 }, http: null }))).toBe('DENY ALLOW');
    expect(verdict(call(mesh([PERMISSIVE, simple])))).toBe('DENY TRANSPORT');
  });

  test.each<[string, object, string, string]>([
    ['ISTIO_MUTUAL', {}, `outbound_.9000_._.${API}`, 'DENY DENY'],
    ['ISTIO_MUTUAL', { sni: 'x' }, 'x', 'DENY DENY'],
    ['SIMPLE', { sni: 'x' }, 'x', 'DENY DENY'],
    ['SIMPLE', {}, 'x', 'ALLOW'],
  ])('can name the server, in mode %s %j: %s', (mode, more, sni, expected) => {
    const deny = authorization({ action: 'DENY', rules: [{ when: [{ key: 'connection.sni', values: [sni] }] }] });

    expect(verdict(call(mesh([deny, rule({ host: API, ...tls(mode, more) })]), { destination: { port: 9000 }, http: null }))).toBe(expected);
  });

  test.each([[undefined, 'ALLOW 200'], [{ matchLabels: { app: 'web' } }, 'DENY TRANSPORT']])('with a secret send TLS only from the workloads that they select: %j', (workloadSelector, expected) => {
    expect(verdict(call(mesh([rule({ host: API, workloadSelector, ...tls('SIMPLE', { credentialName: 'ca' }) })])))).toBe(expected);
  });

  test('that cannot be read leave undecided what their clients are answered', () => {
    expect(verdict(call(mesh([STRICT, rule({ host: {} })])))).toBe('UNDECIDED');
    expect(verdict(call(mesh([STRICT, rule({ host: {} }, { namespace: 'other' })])))).toBe('ALLOW 200');
  });

  test('are not asked where the request says how its sender connects', () => {
    expect(call(mesh([rule({ host: API, ...tls('DISABLE') })]), { source: { transport: Transport.PLAINTEXT } }).notes).toEqual([]);
  });

  test('are told', () => {
    for (const mode of ['ISTIO_MUTUAL', 'SIMPLE', 'DISABLE']) expect(call(mesh([rule({ host: API, ...tls(mode) })])).notes).toEqual([`DestinationRule client/rule sets TLS to ${mode}`]);
    expect(call(mesh([STRICT, rule({ host: API, ...tls(undefined) })])).explain()).toContain('note: DestinationRule client/rule sets TLS to no mode, which is DISABLE');
    expect(call(mesh([STRICT, rule({ host: API, ...tls('DISABLE') }, { name: 'a' }), rule({ host: API, trafficPolicy: {} }, { name: 'b' })])).notes.slice(-1)).toEqual([
      "DENY if 'client/web' sends plaintext, without identity, ALLOW if 'client/web' sends mutual TLS",
    ]);
    expect(call(mesh([STRICT, rule({ host: API, ...tls('SIMPLE') }, { name: 'a' }), rule({ host: API, trafficPolicy: {} }, { name: 'b' })])).notes.slice(-1)[0])
      .toMatch(/^DENY if 'client\/web' sends TLS without a certificate of the mesh, ALLOW if/);
  });

  test('with certificate files offer no protocol of the mesh, so that a PERMISSIVE port does not take them', () => {
    const files = rule({ host: API, ...tls('MUTUAL', { clientCertificate: '/etc/certs/cert.pem', privateKey: '/etc/certs/key.pem' }) });

    expect(verdict(call(mesh([PERMISSIVE, files])))).toBe('DENY TRANSPORT');
    expect(call(mesh([STRICT, files])).notes).toContain("the certificate in /etc/certs/cert.pem is not in the manifests; it is taken to be the client's own, of the mesh");
  });

  test.each([
    ['no proxy', {}, "nothing arrives: mutual TLS is sent to 'shop/api', where no proxy ends it"],
    ['a proxy that takes plaintext only', { 'istio-injection': 'enabled' }, "nothing arrives: mutual TLS is sent to 'shop/api', whose mode is DISABLE"],
  ])('that ask for mutual TLS reach nothing where the server has %s', (_, server: Record<string, string>, note) => {
    const answer = call(mesh([DISABLE, rule({ host: API, ...tls('ISTIO_MUTUAL') })], { server }));

    expect(verdict(answer)).toBe('DENY TRANSPORT');
    expect(answer.notes).toContain(note);
  });

  test('that ask for mutual TLS are served by a tunnel in ambient', () => {
    expect(verdict(call(mesh([STRICT, FROM_WEB, rule({ host: API, ...tls('ISTIO_MUTUAL') })], { server: AMBIENT })))).toBe('ALLOW');
    expect(verdict(call(mesh([STRICT, FROM_WEB, rule({ host: API, ...tls('DISABLE') })], { server: AMBIENT })))).toBe('ALLOW');
    expect(verdict(call(mesh([STRICT, FROM_WEB, rule({ host: API, ...tls('SIMPLE') })], { server: AMBIENT })))).toBe('ALLOW');
  });
});
