import { said } from './admitted';

const refuse = (spec: unknown): string[] => said('KubernetesGateway', spec);
const listener = (more: object): object => ({ name: 'a', port: 80, protocol: 'HTTP', ...more });
const gateway = (...listeners: object[]): object => ({ gatewayClassName: 'istio', listeners });
const tls = (settings: object, protocol = 'HTTPS'): object => gateway(listener({ protocol, tls: settings }));
const with1 = (more: object): object => ({ ...gateway(listener({})), ...more });
const cert = { certificateRefs: [{ name: 'cert' }] };

describe('a Gateway of the Gateway API', () => {
  test.each([
    ['a plaintext listener', gateway(listener({}))],
    ['a waypoint', { gatewayClassName: 'istio-waypoint', listeners: [{ name: 'mesh', port: 15008, protocol: 'HBONE' }] }],
    ['hosts of one port', gateway(listener({ hostname: 'a.example' }), listener({ name: 'b', hostname: '*.example' }))],
    ['every field of a listener', gateway(listener({
      protocol: 'HTTPS',
      hostname: 'a.example',
      tls: { mode: 'Terminate', certificateRefs: [{ group: '', kind: 'Secret', name: 'cert', namespace: 'certs' }], options: { 'gateway.istio.io/tls-terminate-mode': 'MUTUAL' } },
      allowedRoutes: { namespaces: { from: 'Selector', selector: { matchLabels: { a: 'b' }, matchExpressions: [{ key: 'c', operator: 'In', values: ['d'] }] } }, kinds: [{ group: 'a.example', kind: 'A' }] },
    }))],
    ['a certificate by options', tls({ options: { a: 'b' } })],
    ['TLS that goes on as it is', tls({ mode: 'Passthrough' }, 'TLS')],
    ['addresses', with1({ addresses: [{ value: '192.0.2.1' }, { value: '::1' }, { type: 'Hostname', value: '*.a.example' }, { type: 'a.example/b', value: '?' }] })],
    ['what pods get', with1({ infrastructure: { labels: { 'a.example/b': '' }, annotations: { a: ' ' }, parametersRef: { group: '', kind: 'ConfigMap', name: 'a' } } })],
    ['certificates of clients', with1({
      tls: {
        frontend: { default: {}, perPort: [{ port: 443, tls: { validation: { caCertificateRefs: [{ group: '', kind: 'ConfigMap', name: 'ca', namespace: 'certs' }], mode: 'AllowValidOnly' } } }] },
        backend: { clientCertificateRef: { name: 'client' } },
      },
    })],
    ['listeners of others', with1({ allowedListeners: { namespaces: { from: 'None' } } })],
  ])('admits %s', (_, spec) => {
    expect(refuse(spec)).toEqual([]);
  });

  test.each([
    ['no spec', undefined, ['schema spec: must be given, got nothing; add spec']],
    ['no class', { listeners: [listener({})] }, ['schema spec.gatewayClassName: must be given, got nothing; add gatewayClassName']],
    ['no listeners', gateway(), ['schema spec.listeners: must not be empty, got nothing in it; fill it, or leave it out']],
    ['a name twice', gateway(listener({}), listener({ port: 81 })), ["schema spec.listeners[1]: must have another name than those before it, got 'a' again; rename it"]],
    ['a listener twice', gateway(listener({}), listener({ name: 'b' })),
      ["schema spec.listeners: must differ in port, protocol or hostname, got '80 HTTP' again; drop one, or give it another host"]],
    ['a host twice', gateway(listener({ hostname: 'a.example' }), listener({ name: 'b', hostname: 'a.example' })),
      ["schema spec.listeners: must differ in port, protocol or hostname, got '80 HTTP a.example' again; drop one, or give it another host"]],
    ['TLS of HTTP', tls(cert, 'HTTP'), ['schema spec.listeners[0]: must have no tls with protocol HTTP, got mode Terminate; use HTTPS or TLS, or drop tls']],
    ['HTTPS that is passed on', tls({ mode: 'Passthrough' }), ['schema spec.listeners[0]: must end TLS with protocol HTTPS, got mode Passthrough; use protocol TLS, or mode Terminate']],
    ['TLS without settings', gateway(listener({ protocol: 'TLS' })), ['schema spec.listeners[0]: must have tls with protocol TLS, got none; say how TLS is spoken']],
    ['a host of TCP', gateway(listener({ protocol: 'TCP', hostname: 'a.example' })), ["schema spec.listeners[0]: must have no hostname with protocol TCP, got 'a.example'; drop it"]],
    ['no certificate', tls({}), ['schema spec.listeners[0].tls: must have certificateRefs or options where TLS ends here, got none; name the Secret with the certificate']],
    ['an address that is none', with1({ addresses: [{ value: 'a.example' }] }),
      ["schema spec.addresses[0]: must have an IP address for value with type IPAddress, got 'a.example'; correct it, or use type Hostname"]],
    ['a host name that is none', with1({ addresses: [{ type: 'Hostname', value: 'a_b' }] }),
      ["schema spec.addresses[0]: must have a host name for value with type Hostname, got 'a_b'; correct it"]],
    ['an address twice', with1({ addresses: [{ value: '192.0.2.1' }, { type: 'IPAddress', value: '192.0.2.1' }] }),
      ["schema spec.addresses: must have each address once, got 'IPAddress 192.0.2.1' again; drop it"]],
    ['a label that is none', with1({ infrastructure: { labels: { 'a b': 'c' } } }),
      ["schema spec.infrastructure.labels: must have keys such as 'app' or 'example.com/app', got 'a b'; rename it"]],
    ['authorities of none', with1({ tls: { frontend: { default: { validation: { caCertificateRefs: [] } } } } }),
      ['schema spec.tls.frontend.default.validation.caCertificateRefs: must not be empty, got nothing in it; fill it, or leave it out']],
    ['certificates of clients without default', with1({ tls: { frontend: { perPort: [] } } }), ['schema spec.tls.frontend.default: must be given, got nothing; add default']],
    ['a port twice', with1({ tls: { frontend: { default: {}, perPort: [{ port: 443, tls: {} }, { port: 443, tls: {} }] } } }),
      ["schema spec.tls.frontend.perPort[1]: must have another port than those before it, got '443' again; rename it"]],
    ['a field of another API', gateway(listener({ hosts: ['*'] })),
      ["unknown-field spec.listeners[0].hosts: must be a field of the API, got 'hosts'; known here: name, port, protocol, hostname, tls, allowedRoutes"]],
  ])('refuses %s', (_, spec, problems) => {
    expect(refuse(spec)).toEqual(problems);
  });
});
