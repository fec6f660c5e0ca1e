import { admitSpec, refusing, said } from './admitted';

const refuse = (spec: unknown, metadata?: object): string[] => refusing('ServiceEntry', spec, metadata);
const entry = (more: object): object => ({ hosts: ['api.example.com'], ports: [{ number: 443, name: 'https', protocol: 'HTTPS' }], resolution: 'DNS', ...more });
const port = (more: object): object => entry({ ports: [{ number: 443, name: 'https', protocol: 'HTTPS', ...more }] });
const served = (endpoint: object): object => entry({ resolution: 'STATIC', endpoints: [endpoint] });
const dynamic = (more: object): object => ({
  hosts: ['*.example.com'], resolution: 'DYNAMIC_DNS', ports: [{ number: 443, name: 'tls', protocol: 'TLS' }], ...more,
});

describe('ServiceEntry', () => {
  test.each([
    ['a host alone', { hosts: ['api.example.com'] }],
    ['every field', entry({
      addresses: ['240.0.0.1'],
      location: 'MESH_EXTERNAL',
      endpoints: [{ address: 'a.example.net', ports: { https: 8443 }, labels: { app: 'a' }, network: 'n', locality: 'r/z', weight: 0, serviceAccount: 'a' }],
      exportTo: ['.'],
      subjectAltNames: ['spiffe://td/ns/a/sa/b'],
    })],
    ['workloads of the namespace', { hosts: ['a.b'], workloadSelector: { labels: { app: 'a' } }, resolution: 'STATIC', ports: [{ number: 80, name: 'http', protocol: 'http' }] }],
    ['a socket', served({ address: 'unix:///run/api' })],
    ['an abstract socket', served({ address: 'unix://@api' })],
    ['blocks of addresses', entry({ resolution: 'NONE', hosts: ['*.example.com'], addresses: ['10.0.0.0/8', '::1/128'] })],
    ['several hosts of HTTP', entry({ hosts: ['a.b', 'c.d'], ports: [{ number: 80, name: 'http', protocol: 'GRPC-Web' }] })],
    ['names for nobody', entry({ exportTo: ['~'] })],
    ['names looked up on demand', dynamic({})],
  ])('admits %s', (_, spec) => {
    expect(said('ServiceEntry', spec)).toEqual([]);
  });

  test.each([
    ['no spec', undefined, [
      'schema spec: must be given, got nothing; add spec',
      'webhook spec.hosts: must not be empty, got none; name a host',
    ]],
    ['every host there is', { hosts: ['*'] }, [
      "schema spec.hosts[0]: must not be every host there is, got '*'; name a domain, as in '*.example.com'",
      "webhook spec.hosts[0]: must not be every host there is, got '*'; name a domain, as in '*.example.com'",
    ]],
    ['a wildcard that nothing looks up', entry({ hosts: ['*.example.com'] }), [
      "webhook spec.hosts[0]: must be a DNS name without '*' where resolution DNS has no endpoints, got '*.example.com'; add endpoints, or use resolution NONE",
    ]],
    ['several hosts of TCP', entry({ hosts: ['a.b', 'c.d'], ports: [{ number: 5432, name: 'db', protocol: 'TCP' }] }), [
      "webhook spec.ports[0]: must be HTTP or TLS where there are several hosts, which nothing else tells apart, got protocol 'TCP'; split the entry",
    ]],
    ['a number in quotes', port({ number: '443' }), [
      "schema spec.ports[0].number: must be a whole number, got '443'; write it without quotes",
    ]],
    ['a port twice', entry({ ports: [{ number: 80, name: 'a' }, { number: 80, name: 'a' }] }), [
      "schema spec.ports[1]: must have another name than those before it, got 'a' again; rename it",
      "webhook spec.ports[1].name: must not be that of another port, got 'a' again; correct it",
      "webhook spec.ports[1].number: must not be that of another port, got '80' again; correct it",
    ]],
    ['a name for a static endpoint', served({ address: 'a.b' }), [
      "webhook spec.endpoints[0].address: must be an IP address with resolution STATIC, got 'a.b'; use resolution DNS for names",
    ]],
    ['a port that the entry has not', served({ address: '192.0.2.1', ports: { http: 80 } }), [
      "webhook spec.endpoints[0].ports.http: must be the name of a port of the entry, got 'http'; known are 'https'",
    ]],
    ['a list of nobody beside selected workloads', entry({ workloadSelector: { labels: { app: 'a' } }, endpoints: [] }), [
      'schema spec: must have at most one of workloadSelector and endpoints, got both, where empty counts; keep one',
    ]],
    ['what it cannot look up on demand', dynamic({ hosts: ['a.b'], addresses: ['192.0.2.1'], ports: [{ number: 22, name: 'ssh', protocol: 'TCP' }] }), [
      "webhook spec.hosts[0]: must begin with '*' with resolution DYNAMIC_DNS, got 'a.b'; use resolution DNS",
      'webhook spec.addresses: must be left out with resolution DYNAMIC_DNS, got 1; drop it, as requests say where they go',
      "webhook spec.ports[0].protocol: must be one of HTTP, HTTP2, GRPC, TLS with resolution DYNAMIC_DNS, got 'TCP'; correct it",
    ]],
    ['its namespace twice', entry({ exportTo: ['.', 'foo'] }), [
      "webhook spec.exportTo[1]: must not name a namespace twice, got 'foo' again; keep one of them",
    ]],
    ['a misspelled field', entry({ host: 'a.b' }), [
      "unknown-field spec.host: must be a field of the API, got 'host'; did you mean 'hosts'?",
    ]],
  ])('refuses %s', (_, spec, lines) => {
    expect(said('ServiceEntry', spec)).toEqual(lines);
  });

  test.each([
    ['a host that is no name', entry({ hosts: ['api_example.com'] }), ['webhook']],
    ['257 hosts', entry({ hosts: Array.from({ length: 257 }, (_, index) => `h${index}.example.com`) }), ['schema']],
    ['a block with DNS', entry({ addresses: ['10.0.0.0/8'] }), ['schema', 'webhook']],
    ['an address that is none', entry({ addresses: ['10.0.0'] }), ['webhook']],
    ['port 0', port({ number: 0 }), ['schema', 'webhook']],
    ['a number twice', entry({ ports: [{ number: 80, name: 'a' }, { number: 80, name: 'b' }] }), ['schema', 'webhook']],
    ['a target port of 65536', port({ targetPort: 65536 }), ['schema', 'webhook']],
    ['a target port of 0', port({ targetPort: 0 }), ['schema']],
    ['an unknown protocol', port({ protocol: 'AMQP' }), ['webhook']],
    ['an underscore in the name of a port', port({ name: 'a_b' }), ['webhook']],
    ['null for the location', entry({ location: null }), ['schema']],
    ['a resolution by number', entry({ resolution: 2 }), ['schema']],
    ['a resolution by a number that is none', entry({ resolution: 9 }), ['schema', 'webhook']],
    ['endpoints without a resolution', { hosts: ['a.b'], endpoints: [{ address: '192.0.2.1' }] }, ['schema', 'webhook']],
    ['an empty list of endpoints without a resolution', { hosts: ['a.b'], endpoints: [] }, ['schema']],
    ['two endpoints in turns', entry({ resolution: 'DNS_ROUND_ROBIN', endpoints: [{ address: 'a.b' }, { address: 'c.d' }] }), ['schema', 'webhook']],
    ['an endpoint without an address', served({}), ['schema', 'webhook']],
    ['a relative socket', served({ address: 'unix://run/api' }), ['schema', 'webhook']],
    ['a socket that is a folder', served({ address: 'unix:///run/' }), ['schema', 'webhook']],
    ['a socket with ports', served({ address: 'unix:///run/api', ports: { https: 1 } }), ['schema', 'webhook']],
    ['a socket for two ports', entry({
      resolution: 'STATIC', endpoints: [{ address: 'unix:///a' }], ports: [{ number: 80, name: 'a', protocol: 'HTTP' }, { number: 81, name: 'b', protocol: 'HTTP' }],
    }), ['webhook']],
    ['a label that no pod can have', served({ address: '192.0.2.1', labels: { app: '-' } }), ['webhook']],
    ['everybody and nobody', entry({ exportTo: ['*', '~'] }), ['webhook']],
    ['a star in a selected label', { hosts: ['a.b'], resolution: 'STATIC', workloadSelector: { labels: { 'a*': '' } } }, ['webhook']],
    ['a label without a name', { hosts: ['a.b'], resolution: 'STATIC', workloadSelector: { labels: { '': 'a' } } }, ['webhook']],
  ])('refuses %s in the right layers', (_, spec, layers) => {
    expect(refuse(spec)).toEqual(layers);
  });

  test.each([
    ['less than a first label', { hosts: ['*example.com'] }, ['spec.hosts[0]']],
    ['an endpoint of a network', served({ network: 'n' }), ['spec.endpoints[0].address']],
    ['TCP on every address', { hosts: ['a.b'], ports: [{ number: 1, name: 'a', protocol: 'TCP' }] }, ['spec.ports[0]']],
    ['TLS for several hosts of an address', entry({ hosts: ['a.b', 'c.d'], addresses: ['192.0.2.1'] }), ['spec.ports[0]']],
    ['an empty selector', { hosts: ['a.b'], resolution: 'STATIC', workloadSelector: {} }, ['spec.workloadSelector']],
    ['a selector without a resolution', { hosts: ['a.b'], workloadSelector: { labels: { a: 'b' } } }, ['spec.workloadSelector']],
  ])('warns of %s', (_, spec, fields) => {
    expect(admitSpec('ServiceEntry', spec).warnings.map(({ field }) => field)).toEqual(fields);
    expect(refuse(spec)).toEqual([]);
  });

  test('depends on labels of the object', () => {
    const tcp = entry({ ports: [{ number: 1, name: 'a', protocol: 'TCP' }] });
    const labels = { 'networking.istio.io/enable-autoallocate-ip': 'False' };

    expect(said('ServiceEntry', tcp)).toEqual([]);
    expect(admitSpec('ServiceEntry', tcp, { labels }).warnings).toHaveLength(1);
    expect(refuse(dynamic({ location: 'MESH_INTERNAL' }), { labels: { 'istio.io/use-waypoint': 'None' } })).toEqual([]);
    expect(refuse(dynamic({ location: 'MESH_INTERNAL' }), { labels: { 'istio.io/use-waypoint': 'wp' } })).toEqual(['webhook']);
  });
});
