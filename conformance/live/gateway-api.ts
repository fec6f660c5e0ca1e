import { Fields, Parts } from './routes';

/** Specs of the Gateway API: what each kind must have, and parts that are put in, of which together every field is in one. */

const EXPRESSION = { key: 'kubernetes.io/metadata.name', operator: 'In', values: ['shop', 'pay'] };

const SELECTED = { from: 'Selector', selector: { matchLabels: { team: 'a' }, matchExpressions: [EXPRESSION, { key: 'a', operator: 'Exists' }] } };

const AUTHORITIES = { caCertificateRefs: [{ group: '', kind: 'ConfigMap', name: 'ca', namespace: 'certs' }] };

const listening = (more: Fields): Fields => ({ listeners: [{ name: 'one', port: 443, protocol: 'HTTPS', ...more }] });

const CERTIFICATE = { certificateRefs: [{ group: '', kind: 'Secret', name: 'cert', namespace: 'certs' }] };

export const KUBERNETES_GATEWAY: Parts = {
  base: { gatewayClassName: 'istio', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] },
  parts: [
    { gatewayClassName: 'istio-waypoint', listeners: [{ name: 'mesh', port: 15008, protocol: 'HBONE', allowedRoutes: { namespaces: { from: 'Same' } } }] },
    listening({ hostname: '*.a.example', tls: { mode: 'Terminate', ...CERTIFICATE, options: { 'gateway.istio.io/tls-terminate-mode': 'MUTUAL' } } }),
    listening({ tls: CERTIFICATE, allowedRoutes: { namespaces: SELECTED, kinds: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute' }, { kind: 'GRPCRoute' }] } }),
    listening({ protocol: 'TLS', tls: { mode: 'Passthrough' }, allowedRoutes: { namespaces: { from: 'All' } } }),
    { listeners: [{ name: 'a.b', port: 1, protocol: 'TCP' }, { name: 'b', port: 1, protocol: 'UDP' }, { name: 'c', port: 2, protocol: 'a.example/B' }] },
    { listeners: [{ name: 'a', port: 80, protocol: 'HTTP', hostname: 'a.example' }, { name: 'b', port: 80, protocol: 'HTTP', hostname: 'b.example' }] },
    { addresses: [{ value: '192.0.2.1' }, { type: 'IPAddress', value: '2001:db8::1' }, { type: 'Hostname', value: 'a.b.svc.cluster.local' }, { type: 'a.example/B', value: 'c' }] },
    { infrastructure: { labels: { 'a.example/b': 'c', 'd': '' }, annotations: { 'networking.istio.io/service-type': 'ClusterIP' }, parametersRef: { group: '', kind: 'ConfigMap', name: 'options' } } },
    { tls: { frontend: { default: { validation: { ...AUTHORITIES, mode: 'AllowValidOnly' } }, perPort: [{ port: 443, tls: {} }, { port: 8443, tls: { validation: { ...AUTHORITIES, mode: 'AllowInsecureFallback' } } }] } } },
    { tls: { backend: { clientCertificateRef: { group: '', kind: 'Secret', name: 'client', namespace: 'certs' } } } },
    { allowedListeners: { namespaces: { from: 'None' } } },
    { allowedListeners: { namespaces: SELECTED } },
  ],
};

const HEADER_CHANGES = { set: [{ name: 'X-A', value: 'b' }], add: [{ name: 'x-c', value: 'd: "e"' }], remove: ['x-f', 'x-g'] };

const BACKEND = { name: 'api', port: 80 };

const PREFIX = { type: 'ReplacePrefixMatch', replacePrefixMatch: '/b' };

const WHOLE = { type: 'ReplaceFullPath', replaceFullPath: '/c' };

const FILTERS: readonly Fields[] = [
  { type: 'RequestHeaderModifier', requestHeaderModifier: HEADER_CHANGES },
  { type: 'ResponseHeaderModifier', responseHeaderModifier: HEADER_CHANGES },
  { type: 'RequestMirror', requestMirror: { backendRef: { group: '', kind: 'Service', namespace: 'other', ...BACKEND } } },
  { type: 'RequestMirror', requestMirror: { backendRef: BACKEND, percent: 10 } },
  { type: 'RequestMirror', requestMirror: { backendRef: { group: 'networking.istio.io', kind: 'Hostname', name: 'a.example' }, fraction: { numerator: 1, denominator: 1000 } } },
  { type: 'URLRewrite', urlRewrite: { hostname: 'a.example', path: WHOLE } },
  { type: 'URLRewrite', urlRewrite: { path: PREFIX } },
  { type: 'CORS', cors: { allowOrigins: ['https://*.a.example', 'http://b.example:8080'], allowMethods: ['GET', 'PUT'], allowHeaders: ['x-a'], exposeHeaders: ['x-b'], allowCredentials: true, maxAge: 60 } },
  { type: 'CORS', cors: { allowOrigins: ['*'], allowMethods: ['*'], allowHeaders: ['*'] } },
  { type: 'ExtensionRef', extensionRef: { group: 'a.example', kind: 'Filter', name: 'a' } },
];

const REDIRECTS: readonly Fields[] = [
  { scheme: 'https', statusCode: 301 },
  { hostname: 'a.example', port: 8443, path: WHOLE, statusCode: 302 },
  { path: PREFIX, statusCode: 308 },
];

const MATCHES: readonly Fields[] = [
  { path: { type: 'Exact', value: '/a%20b' }, method: 'GET' },
  { path: { type: 'RegularExpression', value: '/(a|b)/[0-9]+' }, headers: [{ name: 'X-A', value: 'b' }, { name: 'x-c', value: '.*', type: 'RegularExpression' }] },
  { path: { value: '/~a' }, queryParams: [{ name: 'q', value: '1', type: 'Exact' }] },
  { method: 'PATCH' },
];

export const HTTP_ROUTE: Parts = {
  base: { parentRefs: [{ name: 'public' }] },
  parts: [
    { parentRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'public', namespace: 'edge', sectionName: 'https', port: 443 }] },
    { parentRefs: [{ name: 'public', sectionName: 'a' }, { name: 'public', sectionName: 'b' }, { group: '', kind: 'Service', name: 'public', port: 80 }] },
    { hostnames: ['a.example', '*.b.example'] },
    { rules: [{ matches: MATCHES }, { backendRefs: [BACKEND] }] },
    { rules: [{ name: 'a', backendRefs: [BACKEND] }] },
    { rules: [{ backendRefs: [{ group: '', kind: 'Service', namespace: 'other', weight: 9, ...BACKEND }, { name: 'canary', port: 80, weight: 0 }], timeouts: { request: '10s', backendRequest: '2s500ms' } }] },
    ...FILTERS.map(filter => ({ rules: [{ filters: [filter], backendRefs: [BACKEND] }] })),
    ...FILTERS.map(filter => ({ rules: [{ backendRefs: [{ ...BACKEND, filters: [filter] }] }] })),
    ...REDIRECTS.map(requestRedirect => ({ rules: [{ filters: [{ type: 'RequestRedirect', requestRedirect }] }] })),
    ...REDIRECTS.map(requestRedirect => ({ rules: [{ backendRefs: [{ ...BACKEND, filters: [{ type: 'RequestRedirect', requestRedirect }] }] }] })),
    { rules: [{ matches: [{ path: { type: 'PathPrefix', value: '/a' } }], filters: [FILTERS[0], FILTERS[2], FILTERS[6]], backendRefs: [BACKEND] }] },
  ],
};
