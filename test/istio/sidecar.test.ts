import { admitSpec, refusing, said } from './admitted';

const refuse = (spec: unknown): string[] => refusing('Sidecar', spec);
const ingress = (more: object): object => ({ ingress: [{ port: { number: 8080, protocol: 'HTTP', name: 'http' }, ...more }] });
const hosts = (...names: string[]): object => ({ egress: [{ hosts: names }] });
const egress = (...listeners: object[]): object => ({ egress: listeners.map(listener => ({ hosts: ['./*'], ...listener })) });
const tls = (more: object): object =>
  ingress({ port: { number: 443, protocol: 'HTTPS' }, tls: { mode: 'SIMPLE', serverCertificate: '/c', privateKey: '/k', ...more } });
const outbound = (policy: object): object => ({ outboundTrafficPolicy: policy });
const proxy = { host: 'egress.example.com', port: { number: 443 } };

describe('Sidecar', () => {
  test.each([
    ['hosts', hosts('./*', 'istio-system/*', '*/api.example.com', '~kube-system/*')],
    ['a port for requests', ingress({ bind: '0.0.0.0', defaultEndpoint: '127.0.0.1:8081', captureMode: 'IPTABLES' })],
    ['a port without protocol', ingress({ port: { number: 1 } })],
    ['a socket of the workload', ingress({ defaultEndpoint: 'unix:///run/app' })],
    ['TLS from files', tls({})],
    ['sockets for requests to others', egress({ port: { number: 0 }, bind: 'unix:///a' }, { port: { number: 0 }, bind: 'unix:///b' })],
    ['an egress proxy', outbound({ mode: 'ALLOW_ANY', egressProxy: proxy })],
    ['a timeout that is off', { inboundConnectionPool: { tcp: { idleTimeout: '0s' } } }],
    ['no unknown hosts', outbound({})],
  ])('admits %s', (_, spec) => {
    expect(said('Sidecar', spec)).toEqual([]);
  });

  test.each([
    ['nothing to do', {}, ['webhook spec: must have ingress, egress, inboundConnectionPool or outboundTrafficPolicy, got none; say what the sidecar does']],
    ['a host without its namespace', hosts('api.example.com'), [
      "webhook spec.egress[0].hosts[0]: must be NAMESPACE/HOST, got 'api.example.com'; write './api.example.com' for the own namespace, '*/api.example.com' for all",
    ]],
    ['a short name', hosts('./api'), [
      "webhook spec.egress[0].hosts[0]: must be '*' or a full DNS name, got 'api'; short names are for routes",
    ]],
    ['a listener without port before another', egress({}, { port: { number: 80 } }), [
      'webhook spec.egress[0].port: must be given in every listener but the last one, got nothing; name it, or move the listener to the end',
    ]],
    ['a port twice', { ingress: [{ port: { number: 80 } }, { port: { number: 80 } }] }, [
      "webhook spec.ingress[1].port.number: must be another one than those before it, got '80' again; merge the listeners",
    ]],
    ['an endpoint elsewhere', ingress({ defaultEndpoint: '10.0.0.1:80' }), [
      "webhook spec.ingress[0].defaultEndpoint: must be 127.0.0.1:PORT, 0.0.0.0:PORT, [::1]:PORT, [::]:PORT or unix://PATH, got '10.0.0.1:80'; the workload itself is meant",
    ]],
    ['a certificate of a gateway', tls({ serverCertificate: '', privateKey: '', credentialName: 'cert' }), [
      'webhook spec.ingress[0].tls.credentialName: must be left out in a Sidecar, which takes certificates from files only; use serverCertificate and privateKey',
    ]],
    ['a proxy for hosts that are refused', outbound({ egressProxy: proxy }), [
      'webhook spec.outboundTrafficPolicy.egressProxy: must be left out with mode REGISTRY_ONLY, which sends nothing to unknown hosts; use ALLOW_ANY',
    ]],
    ['a mode that only the mesh has', outbound({ mode: 3 }), [
      "schema spec.outboundTrafficPolicy.mode: must be text, got '3'; put it in quotes",
      'webhook spec.outboundTrafficPolicy.mode: must be REGISTRY_ONLY or ALLOW_ANY, got ALLOW_ANY_DYNAMIC_DNS, which is for the mesh settings; correct it',
    ]],
  ])('refuses %s', (_, spec, lines) => {
    expect(said('Sidecar', spec)).toEqual(lines);
  });

  test.each([
    ['no hosts', { egress: [{}] }, ['schema', 'webhook']],
    ['an empty list of hosts', hosts(), ['webhook']],
    ['an empty namespace', hosts('/a.b'), ['webhook']],
    ['a namespace that is no name', hosts('a_b/c.d'), ['webhook']],
    ['less than a first label', hosts('./*api.example.com'), ['webhook']],
    ['a port 0 without a socket', egress({ port: { number: 0 } }), ['webhook']],
    ['a socket with capture by address', egress({ port: { number: 0 }, bind: 'unix:///a', captureMode: 'IPTABLES' }), ['webhook']],
    ['a socket twice', egress({ port: {}, bind: 'unix:///a' }, { port: {}, bind: 'unix:///a' }), ['webhook']],
    ['a listener for requests without port', { ingress: [{}] }, ['schema', 'webhook']],
    ['a port 0 for requests', ingress({ port: { number: 0 } }), ['webhook']],
    ['a name to bind to', ingress({ bind: 'localhost' }), ['webhook']],
    ['a target port', ingress({ port: { number: 80, targetPort: 8080 } }), ['webhook']],
    ['an endpoint without port', ingress({ defaultEndpoint: '127.0.0.1' }), ['webhook']],
    ['an endpoint with port 0', ingress({ defaultEndpoint: ':0' }), ['webhook']],
    ['TLS of the mesh', tls({ mode: 'ISTIO_MUTUAL', serverCertificate: '', privateKey: '' }), ['webhook']],
    ['TLS for HTTP', ingress({ tls: { mode: 'SIMPLE', serverCertificate: '/c', privateKey: '/k' } }), ['webhook']],
    ['two sources of certificates', tls({ credentialName: 'a', credentialNames: ['a'] }), ['schema', 'webhook']],
    ['an empty pool', { inboundConnectionPool: {} }, ['webhook']],
    ['a negative limit', { inboundConnectionPool: { http: { maxRetries: -1 } } }, ['webhook']],
    ['a limit beyond 32 bits', { inboundConnectionPool: { http: { maxRetries: 2 ** 31 } } }, ['schema', 'webhook']],
    ['a timeout of half a millisecond', { inboundConnectionPool: { http: { idleTimeout: '0.5ms' } } }, ['schema', 'webhook']],
    ['a timeout of one and a half', { inboundConnectionPool: { http: { idleTimeout: '1.5ms' } } }, ['webhook']],
    ['a timeout without unit', { inboundConnectionPool: { tcp: { idleTimeout: '5' } } }, ['webhook']],
    ['a keepalive without timeout', { inboundConnectionPool: { http: { http2KeepAlive: { interval: '1s' } } } }, ['webhook']],
    ['an upgrade of what the client speaks', { inboundConnectionPool: { http: { h2UpgradePolicy: 'UPGRADE', useClientProtocol: true } } }, ['webhook']],
    ['an egress proxy without port', outbound({ mode: 'ALLOW_ANY', egressProxy: { host: 'a.b' } }), ['webhook']],
    ['257 labels', { ...hosts('./*'), workloadSelector: { labels: Object.fromEntries(Array.from({ length: 257 }, (_, index) => [`l${index}`, 'a'])) } }, ['schema']],
  ])('refuses %s in the right layers', (_, spec, layers) => {
    expect(refuse(spec)).toEqual(layers);
  });

  test.each([
    ['a host twice', hosts('./a.b', 'foo/a.b'), ['spec.egress[0].hosts[1]']],
    ['a host of a namespace that is all there', hosts('./*', './a.b'), ['spec.egress[0].hosts[1]']],
    ['all hosts beside others', hosts('*/*', './a.b'), ['spec.egress[0].hosts']],
    ['limits of HTTP where there is none', ingress({ port: { number: 80, protocol: 'TCP' }, connectionPool: { http: {} } }), ['spec.ingress[0].connectionPool.http']],
    ['an empty selector', { ...hosts('./*'), workloadSelector: {} }, ['spec.workloadSelector']],
  ])('warns of %s', (_, spec, fields) => {
    expect(admitSpec('Sidecar', spec).warnings.map(({ field }) => field)).toEqual(fields);
    expect(refuse(spec)).toEqual([]);
  });
});
