import { admitSpec, refusing, said } from './admitted';

const refuse = (spec: unknown, metadata?: object): string[] => refusing('VirtualService', spec, metadata);
const to = (host: string, more: object = {}): object => ({ destination: { host }, ...more });
const served = (more: object): object => ({ hosts: ['web'], http: [{ route: [to('web')] }], ...more });
const sni = (match: object, more: object = {}): object => ({ hosts: ['*.example.com'], tls: [{ match: [{ sniHosts: ['a.example.com'], ...match }], route: [to('web')] }], ...more });
const tcp = (match: object): object => ({ hosts: ['web'], tcp: [{ match: [match], route: [to('web')] }] });
const weights = (...values: number[]): object => ({ hosts: ['web'], http: [{ route: values.map(weight => to('web', { weight })) }] });

describe('VirtualService', () => {
  test.each([
    ['a route of everything', served({})],
    ['a short name, a wildcard and an address', served({ hosts: ['web', '*.example.com', '192.0.2.1', '::1', '*-a.b'] })],
    ['every host, for a gateway', served({ hosts: ['*'], gateways: ['foo/gw'] })],
    ['the mesh, and what stands behind it', served({ gateways: ['mesh', 'not/a/gateway'] })],
    ['one that others delegate to', served({ hosts: [] })],
    ['names that istiod makes', sni({ sniHosts: ['outbound_.80_._.a.b'] }, { hosts: ['outbound_.80_._.a.b'], gateways: ['gw'] })],
    ['names that istiod makes, without gateways', sni({ sniHosts: ['outbound_.80_._.a.b'] }, { hosts: ['*.b'] })],
    ['a host with subset and port', { hosts: ['web'], http: [{ route: [{ destination: { host: 'web', subset: 'v1', port: { number: 80 } } }] }] }],
    ['weights', weights(80, 20, 0)],
    ['TLS', sni({ port: 443, destinationSubnets: ['10.0.0.0/8'], sourceLabels: { app: 'a' }, gateways: ['mesh'], sourceNamespace: 'a' })],
    ['TCP', tcp({ port: 5432, destinationSubnets: ['::1'], sourceSubnet: '10.0.0.0/8' })],
    ['namespaces', served({ exportTo: ['.', 'bar'] })],
  ])('admits %s', (_, spec) => {
    expect(said('VirtualService', spec)).toEqual([]);
  });

  test.each([
    ['no routes', { hosts: ['web'] }, ['webhook spec: must have http, tcp or tls, got none; add a route']],
    ['a host that is none', served({ hosts: ['a_b', 'a.*', '1.2'] }), [
      "webhook spec.hosts[0]: must be a DNS name of letters, digits and inner '-', got 'a_b' with 'a_b' in it; '*' may only begin the first label",
      "webhook spec.hosts[1]: must be a DNS name of letters, digits and inner '-', got 'a.*' with '*' in it; '*' may only begin the first label",
      "webhook spec.hosts[2]: must not end in a number, got '1.2'; name a host, as addresses do not stand here",
    ]],
    ['every host, for the mesh', served({ hosts: ['*'] }), ["webhook spec.hosts[0]: must not be '*' for the mesh, got it; name hosts, or gateways without mesh"]],
    ['hosts that overlap', served({ hosts: ['a.example.com', '*.example.com'] }), [
      "webhook spec.hosts[1]: must not overlap with those before it, got '*.example.com' behind 'a.example.com'; keep one of them",
    ]],
    ['a gateway that is none', served({ gateways: ['foo/', '/gw', 'a.b/gw'] }), [
      "webhook spec.gateways[0]: must be NAME, or NAMESPACE/NAME, of a Gateway, got 'foo/'; correct it",
      "webhook spec.gateways[1]: must be NAME, or NAMESPACE/NAME, of a Gateway, got '/gw'; correct it",
      "webhook spec.gateways[2]: must be NAME, or NAMESPACE/NAME, of a Gateway, got 'a.b/gw'; correct it",
    ]],
    ['gateways of one that others delegate to', served({ hosts: [], gateways: ['gw'] }), [
      'webhook spec.gateways: must be left out where there are no hosts, as others delegate to this; name hosts, or drop it',
    ]],
    ['every host as a destination', { hosts: ['web'], http: [{ route: [to('*')] }] }, [
      "webhook spec.http[0].route[0].destination.host: must name a host, got '*'; correct it",
    ]],
    ['weights of nothing', weights(0, 0), [
      'webhook spec.http[0].route: must have weights that come to more than 0, got 0; give each destination its weight',
    ]],
    ['a name for TLS that is none of the hosts', sni({ sniHosts: ['a.example.net'] }), [
      "webhook spec.tls[0].match[0].sniHosts[0]: must be one of the hosts, or be covered by one, got 'a.example.net'; add it to hosts",
    ]],
    ['claims, in the mesh', served({ http: [{ match: [{ headers: { '@request.auth.claims.sub': { exact: 'a' } } }], route: [to('web')] }] }), [
      "webhook spec.http[0].match[0].headers['@request.auth.claims.sub']: must stand in routes of gateways only, got '@request.auth.claims.sub' for 'mesh'; name gateways without mesh",
    ]],
  ])('refuses %s', (_, spec, lines) => {
    expect(said('VirtualService', spec)).toEqual(lines);
  });

  test.each([
    ['hosts in another form', served({ hosts: 'web' }), ['schema', 'webhook']],
    ['no name of a host', served({ hosts: [''] }), ['webhook']],
    ['every host for a gateway and the mesh', served({ hosts: ['*'], gateways: ['gw', 'mesh'] }), ['webhook']],
    ['a name that istiod makes, without TLS', served({ hosts: ['outbound_.80_._.a.b'], gateways: ['gw'] }), ['webhook']],
    ['half a name that istiod makes', sni({ sniHosts: ['outbound_.80_.a'] }, { hosts: ['*'], gateways: ['gw'] }), ['webhook']],
    ['a name that istiod makes, in the mesh', sni({ sniHosts: ['outbound_.80_._.a.b'] }, { hosts: ['*.b'], gateways: ['mesh'] }), ['webhook']],
    ['a name that istiod makes, without a port', sni({ sniHosts: ['outbound_._._.a.b'] }, { hosts: ['*'], gateways: ['gw'] }), ['webhook']],
    ['a name that istiod makes, without a host', sni({ sniHosts: ['outbound_.80_._.'] }, { hosts: ['*'], gateways: ['gw'] }), ['webhook']],
    ['a route to nowhere', { hosts: ['web'], http: [{ route: [{}] }] }, ['schema', 'webhook']],
    ['a route to no host', { hosts: ['web'], http: [{ route: [{ destination: {} }] }] }, ['schema', 'webhook']],
    ['an empty port of a destination', { hosts: ['web'], tcp: [{ route: [{ destination: { host: 'web', port: {} } }] }] }, ['webhook']],
    ['a subset with a dot', { hosts: ['web'], tcp: [{ route: [{ destination: { host: 'web', subset: 'v1.0' } }] }] }, ['webhook']],
    ['a subset of 64 letters', { hosts: ['web'], tcp: [{ route: [{ destination: { host: 'web', subset: 'x'.repeat(64) } }] }] }, ['webhook']],
    ['a negative weight', weights(-1, 2), ['webhook']],
    ['a weight of more than 32 bits', weights(2 ** 31), ['schema', 'webhook']],
    ['weights that come to 0 in 32 bits', weights(2 ** 31 - 1, 2 ** 31 - 1, 2), ['webhook']],
    ['TLS without match', { hosts: ['web'], tls: [{ route: [to('web')] }] }, ['schema', 'webhook']],
    ['TLS without names', sni({ sniHosts: [] }), ['webhook']],
    ['TLS without route', { hosts: ['web'], tls: [{ match: [{ sniHosts: ['web'] }] }] }, ['webhook']],
    ['a subnet that is none', tcp({ destinationSubnets: ['10.0.0.0/33'] }), ['webhook']],
    ['port 65536', tcp({ port: 65536 }), ['webhook']],
    ['a label that no pod can have', tcp({ sourceLabels: { 'a b': '' } }), ['webhook']],
    ['a label value that no pod can have', tcp({ sourceLabels: { a: '*' } }), ['webhook']],
    ['nobody', served({ exportTo: ['~'] }), ['webhook']],
    ['everybody and a namespace', served({ exportTo: ['*', 'bar'] }), ['webhook']],
    ['its own namespace twice', served({ exportTo: ['foo', '.'] }), ['webhook']],
    ['a misspelled field', served({ gateway: ['gw'] }), ['unknown-field']],
  ])('refuses %s in the right layers', (_, spec, layers) => {
    expect(refuse(spec)).toEqual(layers);
  });

  test.each([
    ['an old form of a gateway', served({ gateways: ['gw.foo.svc.cluster.local'] }), ['spec.gateways[0]']],
    ['an old form in a match of TLS', sni({ gateways: ['gw.foo'] }), ['spec.tls[0].match[0].gateways[0]']],
    ['an old form in a match of TCP: no', tcp({ gateways: ['gw.foo'] }), []],
    ['an address as a name', sni({ sniHosts: ['192.0.2.1'] }), ['spec.tls[0].match[0].sniHosts[0]']],
  ])('warns of %s', (_, spec, fields) => {
    expect(admitSpec('VirtualService', spec).warnings.map(({ field }) => field)).toEqual(fields);
    expect(refuse(spec)).toEqual([]);
  });

  test('has destinations that are not looked at, if istiod made it', () => {
    const spec = { hosts: ['web'], gateways: ['foo/a.b'], http: [{ route: [to('*')] }], tcp: [{ route: [to('*')] }] };

    expect(refuse(spec)).toEqual(['webhook']);
    expect(refuse(spec, { annotations: { 'internal.istio.io/route-semantics': 'gateway' } })).toEqual([]);
  });
});

describe('routes that are never reached', () => {
  const warned = (...http: object[]): string[] =>
    admitSpec('VirtualService', { hosts: ['web'], http: http.map(route => ({ route: [to('web')], ...route })) }).warnings.map(({ field }) => field);
  const uri = (prefix: string, more: object = {}): object => ({ match: [{ uri: { prefix }, ...more }] });

  test.each<[string, object[], string[]]>([
    ['one behind all', [{}, uri('/a')], ['spec.http[1]']],
    ['all behind all', [{}, {}], ['spec.http[1]']],
    ['all behind one', [uri('/a'), {}], []],
    ['the same again', [uri('/a'), uri('/a')], ['spec.http[1].match[0]']],
    ['the same by another name', [uri('/a', { name: 'one' }), uri('/a', { name: 'two', headers: {}, port: 0 })], ['spec.http[1].match[0]']],
    ['the same headers in another order', [
      { match: [{ headers: { a: { exact: '1' }, b: { exact: '2' } } }] }, { match: [{ headers: { b: { exact: '2' }, a: { exact: '1' } } }] },
    ], ['spec.http[1].match[0]']],
    ['an empty text, which is not none', [{ match: [{ headers: { a: {} } }] }, { match: [{ headers: { a: { exact: '' } } }] }], []],
    ['the same twice in one route', [{ match: [{ port: 80 }, { port: 80 }] }], ['spec.http[0].match[1]']],
    ['a longer prefix', [uri('/a'), uri('/ab')], ['spec.http[1].match[0]']],
    ['a shorter prefix', [uri('/ab'), uri('/a')], []],
    ['a longer prefix of another port', [uri('/a', { port: 80 }), uri('/ab', { port: 81 })], []],
    ['a longer prefix with a method that Istio takes for none', [uri('/a'), uri('/ab', { method: { exact: 'GET' } })], ['spec.http[1].match[0]']],
    ['a longer prefix with another method', [uri('/a'), uri('/ab', { method: { exact: 'PUT' } })], []],
    ['a longer prefix with a header', [uri('/a'), uri('/ab', { headers: { a: { exact: 'b' } } })], []],
    ['a longer prefix without the header', [uri('/a', { headers: { a: { exact: 'b' } } }), uri('/ab', { headers: { a: { exact: 'b' } } })], ['spec.http[1].match[0]']],
    ['a longer prefix with another host', [uri('/a', { authority: { exact: 'a' } }), uri('/ab', { authority: { exact: 'b' } })], []],
  ])('%s', (_, routes, fields) => {
    expect(warned(...routes)).toEqual(fields);
  });

  test('are looked for among TLS and TCP, too', () => {
    const match = [{ sniHosts: ['web'] }];
    const route = [to('web')];

    expect(admitSpec('VirtualService', { hosts: ['web'], tls: [{ match, route }, { match, route }], tcp: [{ route }, { route }] }).warnings.map(({ field }) => field))
      .toEqual(['spec.tcp[1]', 'spec.tls[1].match[0]']);
  });
});
