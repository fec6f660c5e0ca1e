import { admitSpec, refusing, said } from './admitted';

const refuse = (spec: unknown, metadata?: object): string[] => refusing('Gateway', spec, metadata);
const server = (more: object): object => ({ servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['*'], ...more }] });
const port = (more: object): object => server({ port: { number: 80, name: 'http', protocol: 'HTTP', ...more } });
const tls = (settings: object, protocol = 'HTTPS'): object => server({ port: { number: 443, name: 'https', protocol }, tls: settings });
const files = { serverCertificate: '/cert.pem', privateKey: '/key.pem' };

describe('Gateway', () => {
  test.each([
    ['a server of everything', server({})],
    ['every field of a server', server({ name: 'a', bind: '0.0.0.0', defaultEndpoint: '127.0.0.1:80' })],
    ['hosts of namespaces', server({ hosts: ['foo/a.example.com', './*.example.com', '*/*', '192.0.2.1', 'a.b.'] })],
    ['a protocol in lower case', port({ protocol: 'grpc-web' })],
    ['a socket', server({ bind: 'unix:///run/gateway', port: { number: 0, name: 'http', protocol: 'HTTP' } })],
    ['an abstract socket', server({ bind: 'unix://@gateway', port: { number: 0, name: 'http', protocol: 'HTTP' } })],
    ['a redirect', server({ tls: { httpsRedirect: true } })],
    ['TLS that goes on as it is', tls({ mode: 'PASSTHROUGH' }, 'TLS')],
    ['TLS without a mode, which goes on as it is', tls({})],
    ['a certificate in files', tls({ mode: 'SIMPLE', ...files })],
    ['a certificate in a secret', tls({ mode: 'MUTUAL', credentialName: 'cert' })],
    ['a list of revoked certificates beside a secret', tls({ mode: 'SIMPLE', credentialName: 'cert', caCrl: '/crl.pem' })],
    ['two certificates', tls({ mode: 'SIMPLE', tlsCertificates: [files, files] })],
    ['certificates of the mesh', tls({ mode: 'ISTIO_MUTUAL', subjectAltNames: ['a'], caCrl: '/crl.pem', insecureSkipVerify: null })],
    ['ciphers by name and by operator', tls({ minProtocolVersion: 'TLSV1_0', cipherSuites: ['AES128-SHA', 'ALL', '-AES256-SHA', ''] })],
  ])('admits %s', (_, spec) => {
    expect(said('Gateway', spec)).toEqual([]);
  });

  test.each([
    ['no spec', undefined, ["webhook spec.servers: must not be empty, got '[]'; say what the gateway listens to"]],
    ['a short name', server({ hosts: ['web'] }), ["webhook spec.servers[0].hosts[0]: must be '*' or a full DNS name, got 'web'; short names are for routes"]],
    ['a star for part of a label', server({ hosts: ['*web.example.com'] }), [
      "webhook spec.servers[0].hosts[0]: must have '*' for a whole first label only, got '*web.example.com'; write '*.example.com'",
    ]],
    ['a namespace that is none', server({ hosts: ['~/a.b'] }), [
      "webhook spec.servers[0].hosts[0]: must have '*', '.' or a namespace before the slash, got '~/a.b'; correct it",
    ]],
    ['HTTPS without TLS settings', port({ protocol: 'HTTPS' }), [
      'webhook spec.servers[0].tls: must be given for protocol HTTPS, got nothing; say how TLS is spoken',
    ]],
    ['TLS settings of HTTP', server({ tls: { mode: 'SIMPLE', ...files } }), [
      'webhook spec.servers[0].tls: must have nothing but httpsRedirect for protocol HTTP, got mode SIMPLE; use HTTPS',
    ]],
    ['TLS settings of TCP', tls({ mode: 'PASSTHROUGH' }, 'TCP'), [
      'webhook spec.servers[0].tls: must be left out for protocol TCP, got mode PASSTHROUGH; use TLS',
    ]],
    ['no certificate', tls({ mode: 'OPTIONAL_MUTUAL' }), [
      "webhook spec.servers[0].tls.caCertificates: must be given with mode OPTIONAL_MUTUAL, got ''; name the CA of the clients, or a credentialName",
      "webhook spec.servers[0].tls.serverCertificate: must be given with mode OPTIONAL_MUTUAL, got ''; name the file, or a credentialName",
      "webhook spec.servers[0].tls.privateKey: must be given with mode OPTIONAL_MUTUAL, got ''; name the file, or a credentialName",
    ]],
    ['half a certificate of two', tls({ mode: 'SIMPLE', tlsCertificates: [files, { serverCertificate: '/cert.pem' }] }), [
      "webhook spec.servers[0].tls.tlsCertificates[1].privateKey: must be given with mode SIMPLE, got ''; name the file, or a credentialName",
    ]],
    ['certificates from two places', tls({ mode: 'SIMPLE', ...files, credentialName: 'cert' }), [
      'webhook spec.servers[0].tls: must have its certificate from one place, got serverCertificate and privateKey and credentialName; keep one of files, credentialName, credentialNames and tlsCertificates',
    ]],
    ['a certificate beside that of the mesh', tls({ mode: 'ISTIO_MUTUAL', credentialName: 'cert' }), [
      'webhook spec.servers[0].tls.credentialName: must be left out with mode ISTIO_MUTUAL, which has certificates of the mesh; drop it, or use MUTUAL',
    ]],
    ['an empty list of secrets beside one', tls({ mode: 'SIMPLE', credentialName: 'a', credentialNames: [] }), [
      'schema spec.servers[0].tls.credentialNames: must not be empty, got nothing in it; fill it, or leave it out',
    ]],
    ['the same name of ports', { servers: ['a.b', 'c.d'].map(host => ({ port: { number: 80, name: 'a', protocol: 'HTTP' }, hosts: [host] })) }, [
      "webhook spec.servers[1].port.name: must be another one than those before it, got 'a' again; rename it",
    ]],
  ])('refuses %s', (_, spec, lines) => {
    expect(said('Gateway', spec)).toEqual(lines);
  });

  test.each([
    ['an address of IPv6, which has no dot', server({ hosts: ['::1'] }), ['webhook']],
    ['no hosts', server({ hosts: [] }), ['webhook']],
    ['no port', { servers: [{ hosts: ['*'] }] }, ['schema', 'webhook']],
    ['null for a server', { servers: [null] }, ['schema', 'webhook']],
    ['a port without a name', { servers: [{ port: { number: 80, protocol: 'HTTP' }, hosts: ['*'] }] }, ['schema', 'webhook']],
    ['an empty name of a port', port({ name: '' }), ['webhook']],
    ['port 0', port({ number: 0 }), ['webhook']],
    ['port 65536', port({ number: 65536 }), ['webhook']],
    ['a negative port', port({ number: -1 }), ['schema', 'webhook']],
    ['a port in quotes', port({ number: '80' }), ['schema']],
    ['half a port', port({ number: 80.5 }), ['schema', 'webhook']],
    ['a target port', port({ targetPort: 8080 }), ['webhook']],
    ['a protocol that is none', port({ protocol: 'HTTP3' }), ['webhook']],
    ['a name to bind to', server({ bind: 'localhost' }), ['webhook']],
    ['a socket with a port', server({ bind: 'unix:///run/gateway' }), ['webhook']],
    ['a socket that is a folder', server({ bind: 'unix:///run/', port: { number: 0, name: 'a', protocol: 'HTTP' } }), ['webhook']],
    ['a CA of clients of HTTP', server({ tls: { caCertificates: '/ca.pem' } }), ['webhook']],
    ['a mode by number', tls({ mode: 0 }), ['schema']],
    ['a mode in lower case', tls({ mode: 'passthrough' }), ['schema', 'webhook']],
    ['three secrets', tls({ mode: 'SIMPLE', credentialNames: ['a', 'b', 'c'] }), ['schema']],
    ['secrets in two ways', tls({ credentialName: 'a', credentialNames: ['b'] }), ['schema', 'webhook']],
    ['revoked certificates with SIMPLE', tls({ mode: 'SIMPLE', ...files, caCrl: '/crl.pem' }), ['webhook']],
    ['a misspelled field', server({ host: ['*'] }), ['unknown-field']],
  ])('refuses %s in the right layers', (_, spec, layers) => {
    expect(refuse(spec)).toEqual(layers);
  });

  test.each([
    ['certificates that are ignored', tls({ mode: 'PASSTHROUGH', credentialName: 'cert' }), ['spec.servers[0].tls']],
    ['a redirect of HTTPS', tls({ httpsRedirect: true }), ['spec.servers[0].tls.httpsRedirect']],
    ['an old version with ciphers of new ones', tls({ minProtocolVersion: 'TLSV1_1' }), ['spec.servers[0].tls.cipherSuites']],
    ['unknown and repeated ciphers', tls({ cipherSuites: ['AES128-SHA', 'RC4', 'AES128-SHA'] }), ['spec.servers[0].tls.cipherSuites[1]', 'spec.servers[0].tls.cipherSuites[2]']],
  ])('warns of %s', (_, spec, fields) => {
    expect(admitSpec('Gateway', spec).warnings.map(({ field }) => field)).toEqual(fields);
    expect(refuse(spec)).toEqual([]);
  });

  test('has a name without dots, unless istiod made it', () => {
    const annotations = { 'internal.istio.io/gateway-semantics': 'gateway' };

    expect(refuse(server({ hosts: ['~/a.b'] }), { name: 'a.b' })).toEqual(['webhook']);
    expect(refuse(server({ hosts: ['~/a.b'] }), { name: 'a.b', annotations })).toEqual([]);
  });
});
