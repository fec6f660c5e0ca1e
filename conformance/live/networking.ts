import { ENVOY_FILTER } from './envoy-filters';
import { HTTP_ROUTE, KUBERNETES_GATEWAY } from './gateway-api';
import { Random } from './random';
import { Fields, Parts, VIRTUAL_SERVICE } from './routes';

/** Specs of networking and telemetry: what each kind must have, and parts that are put in, of which together every field of the API is in one. */

const CONNECTION_POOLS: readonly Fields[] = [
  { tcp: { maxConnections: 100, connectTimeout: '5s', maxConnectionDuration: '1h', idleTimeout: '0s', tcpKeepalive: { probes: 3, time: '7200s', interval: '75s' } } },
  { http: { http1MaxPendingRequests: 1, http2MaxRequests: 2, maxRequestsPerConnection: 3, maxRetries: 4, idleTimeout: '1m', maxConcurrentStreams: 5 } },
  { http: { h2UpgradePolicy: 'UPGRADE' } },
  { http: { useClientProtocol: true } },
  { http: { http2KeepAlive: { interval: '30s', timeout: '5s' } } },
];

const LOAD_BALANCERS: readonly Fields[] = [
  { simple: 'ROUND_ROBIN', warmup: { duration: '60s', minimumPercent: 10, aggression: 1.5 } },
  { simple: 'LEAST_REQUEST', warmupDurationSecs: '60s' },
  { consistentHash: { httpCookie: { name: 'c', path: '/', ttl: '0s' }, ringHash: { minimumRingSize: 1024 } } },
  { consistentHash: { httpCookie: { name: 'c', ttl: '1h', attributes: [{ name: 'SameSite', value: 'Lax' }, { name: 'Secure' }] } } },
  { consistentHash: { httpHeaderName: 'x-user', maglev: { tableSize: 65537 } } },
  { consistentHash: { useSourceIp: true, minimumRingSize: 8 } },
  { consistentHash: { httpQueryParameterName: 'user' } },
  {
    backendUtilization: {
      metricNamesForComputingUtilization: ['named_metrics.a'],
      errorUtilizationPenaltyPercent: 100,
      weightExpirationPeriod: '3m',
      weightStabilizationPeriod: '10s',
      weightUpdatePeriod: '1s',
    },
  },
  { localityLbSetting: { distribute: [{ from: 'a/b/*', to: { 'a/b/*': 80, 'a/c/*': 20 } }] } },
  { localityLbSetting: { failover: [{ from: 'a', to: 'b' }], enabled: true } },
  { localityLbSetting: { failoverPriority: ['topology.kubernetes.io/region'] } },
  { zoneAwareLbSetting: { failover: [{ from: 'a', to: 'b' }], failoverPriority: ['team'], enabled: false, minClusterSize: 3 } },
];

const CLIENT_TLS: readonly Fields[] = [
  { mode: 'DISABLE' },
  { mode: 'ISTIO_MUTUAL', sni: 'a.example' },
  { mode: 'SIMPLE', caCertificates: '/ca', subjectAltNames: ['a.example'], caCrl: '/crl' },
  { mode: 'SIMPLE', insecureSkipVerify: true },
  { mode: 'MUTUAL', clientCertificate: '/c', privateKey: '/k' },
  { mode: 'MUTUAL', credentialName: 'cert' },
];

const PER_PORT: readonly Fields[] = [
  ...LOAD_BALANCERS.map(loadBalancer => ({ loadBalancer })),
  ...CONNECTION_POOLS.map(connectionPool => ({ connectionPool })),
  ...CLIENT_TLS.map(tls => ({ tls })),
  { outlierDetection: { consecutiveErrors: 5, interval: '10s', baseEjectionTime: '30s', maxEjectionPercent: 10, minHealthPercent: 50 } },
  { outlierDetection: { splitExternalLocalOriginErrors: true, consecutiveLocalOriginFailures: 5, consecutiveGatewayErrors: 5, consecutive5xxErrors: 5 } },
  { outlierDetection: { outlierDetectionHttpErrorCodes: [429, 503] } },
];

const TRAFFIC_POLICIES: readonly Fields[] = [
  ...PER_PORT,
  ...PER_PORT.map(policy => ({ portLevelSettings: [{ port: { number: 80 }, ...policy }] })),
  { tunnel: { protocol: 'CONNECT', targetHost: 'a.example', targetPort: 443 } },
  { proxyProtocol: { version: 'V2' } },
  { retryBudget: { percent: 20, minRetryConcurrency: 3 } },
  { retryBudget: { budgetInterval: '10s' } },
];

const DESTINATION_RULE: Parts = {
  base: { host: 'api.shop.svc.cluster.local' },
  parts: [
    ...TRAFFIC_POLICIES.map(trafficPolicy => ({ trafficPolicy })),
    ...TRAFFIC_POLICIES.map(trafficPolicy => ({ subsets: [{ name: 'v1', labels: { version: 'v1' }, trafficPolicy }] })),
    { exportTo: ['.'] },
    { workloadSelector: { matchLabels: { app: 'web' } } },
  ],
};

const SERVER_TLS: readonly Fields[] = [
  { mode: 'SIMPLE', serverCertificate: '/c', privateKey: '/k' },
  { mode: 'SIMPLE', serverCertificate: '/c', privateKey: '/k', minProtocolVersion: 'TLSV1_2', maxProtocolVersion: 'TLSV1_3', cipherSuites: ['ECDHE-ECDSA-AES256-GCM-SHA384'] },
  { mode: 'SIMPLE', serverCertificate: '/c', privateKey: '/k', ecdhCurves: ['P-256'] },
  { mode: 'MUTUAL', serverCertificate: '/c', privateKey: '/k', caCertificates: '/ca', caCrl: '/crl' },
  { mode: 'OPTIONAL_MUTUAL', serverCertificate: '/c', privateKey: '/k', caCertificates: '/ca', insecureSkipVerify: true },
  {
    mode: 'MUTUAL',
    serverCertificate: '/c',
    privateKey: '/k',
    caCertificates: '/ca',
    verifyCertificateSpki: ['NvqYIYSbgK2vCJpQhObf77vv+bQWtc5ek5RIOwPiC9A='],
    verifyCertificateHash: ['a'.repeat(64)],
  },
];

const OF_GATEWAYS: readonly Fields[] = [
  { mode: 'PASSTHROUGH' },
  { mode: 'AUTO_PASSTHROUGH' },
  { mode: 'ISTIO_MUTUAL' },
  { mode: 'MUTUAL', credentialName: 'cert', subjectAltNames: ['spiffe://td/ns/a/sa/b'] },
  { mode: 'SIMPLE', credentialNames: ['rsa', 'ecdsa'] },
  { mode: 'MUTUAL', credentialName: 'cert', caCertCredentialName: 'authorities' },
  { mode: 'MUTUAL', tlsCertificates: [{ serverCertificate: '/c', privateKey: '/k', caCertificates: '/ca' }, { serverCertificate: '/d', privateKey: '/l' }], caCertificates: '/ca' },
];

const GATEWAY: Parts = {
  base: { servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['*'] }] },
  parts: [
    { selector: { istio: 'ingressgateway' } },
    { servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['./a.example'], tls: { httpsRedirect: true }, name: 'plain', defaultEndpoint: '127.0.0.1:80' }] },
    { servers: [{ port: { number: 5432, name: 'db', protocol: 'TCP' }, hosts: ['shop/*.example'], bind: '0.0.0.0' }] },
    { servers: [{ port: { number: 0, name: 'socket', protocol: 'HTTP' }, hosts: ['*'], bind: 'unix:///run/a' }] },
    ...[...SERVER_TLS, ...OF_GATEWAYS].map(tls => ({ servers: [{ port: { number: 443, name: 'https', protocol: 'HTTPS' }, hosts: ['*.example'], tls }] })),
  ],
};

const SIDECAR: Parts = {
  base: { egress: [{ hosts: ['./*'] }] },
  parts: [
    { workloadSelector: { labels: { app: 'web' } } },
    { egress: [{ port: { number: 80, protocol: 'HTTP', name: 'http' }, bind: '127.0.0.1', captureMode: 'NONE', hosts: ['*/a.example'] }, { hosts: ['~kube-system/*', '*/*'] }] },
    { ingress: [{ port: { number: 8080, protocol: 'HTTP', name: 'http' }, bind: '0.0.0.0', captureMode: 'IPTABLES', defaultEndpoint: '127.0.0.1:8081' }] },
    ...SERVER_TLS.map(tls => ({ ingress: [{ port: { number: 443, protocol: 'HTTPS' }, tls }] })),
    { ingress: [{ port: { number: 443, protocol: 'HTTPS' }, tls: { ...SERVER_TLS[3], caCertCredentialName: 'authorities' } }] },
    ...CONNECTION_POOLS.map(connectionPool => ({ ingress: [{ port: { number: 8080, protocol: 'HTTP' }, connectionPool }] })),
    ...CONNECTION_POOLS.map(inboundConnectionPool => ({ inboundConnectionPool })),
    { outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' } },
    { outboundTrafficPolicy: { mode: 'ALLOW_ANY', egressProxy: { host: 'egress.example', subset: 'v1', port: { number: 443 } } } },
  ],
};

const SERVICE_ENTRY: Parts = {
  base: { hosts: ['api.example'], ports: [{ number: 443, name: 'tls', protocol: 'TLS' }] },
  parts: [
    { resolution: 'DNS', location: 'MESH_EXTERNAL' },
    { resolution: 'DNS', ports: [{ number: 80, name: 'http', protocol: 'HTTP', targetPort: 8080 }] },
    { resolution: 'DNS_ROUND_ROBIN', endpoints: [{ address: 'a.example' }] },
    { addresses: ['10.0.0.0/8', '2001:db8::1'], resolution: 'NONE' },
    { hosts: ['*.example'], resolution: 'DYNAMIC_DNS' },
    {
      resolution: 'STATIC',
      location: 'MESH_INTERNAL',
      endpoints: [{ address: '192.0.2.1', ports: { tls: 8443 }, labels: { app: 'a' }, network: 'n', locality: 'r/z/s', weight: 3, serviceAccount: 'a' }],
    },
    { resolution: 'STATIC', location: 'MESH_INTERNAL', workloadSelector: { labels: { app: 'a' } } },
    { exportTo: ['.'] },
    { exportTo: ['~'], subjectAltNames: ['spiffe://td/ns/a/sa/b'] },
  ],
};

const PROVIDERS = [{ name: 'mine' }];

const METRICS: readonly Fields[] = [
  { providers: PROVIDERS, reportingInterval: '5s' },
  { overrides: [{ match: { metric: 'REQUEST_COUNT', mode: 'SERVER' }, disabled: true }] },
  { overrides: [{ match: { customMetric: 'mine' }, tagOverrides: { a: { operation: 'UPSERT', value: "'b'" }, c: { operation: 'REMOVE' } } }] },
];

const TRACING: readonly Fields[] = [
  { match: { mode: 'CLIENT' }, providers: PROVIDERS, randomSamplingPercentage: 99.9 },
  { disableSpanReporting: true, useRequestIdForTraceSampling: false },
  { enableIstioTags: false },
  { disableContextPropagation: true },
  { customTags: { a: { literal: { value: 'b' } }, c: { environment: { name: 'D', defaultValue: 'e' } }, f: { header: { name: 'x-f', defaultValue: '' } } } },
  { customTags: { a: { formatter: { value: '%PROTOCOL%' } } } },
];

const TELEMETRY: Parts = {
  base: {},
  parts: [
    { selector: { matchLabels: { app: 'web' } } },
    { targetRef: { group: '', kind: 'Service', name: 'web' } },
    { targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'waypoint' }] },
    { accessLogging: [{ match: { mode: 'SERVER' }, providers: PROVIDERS, filter: { expression: 'response.code >= 400' } }, { disabled: true }] },
    ...METRICS.map(one => ({ metrics: [one] })),
    ...TRACING.map(one => ({ tracing: [one] })),
  ],
};

export const SPECS: Readonly<Record<string, Parts>> = {
  DestinationRule: DESTINATION_RULE,
  EnvoyFilter: ENVOY_FILTER,
  Gateway: GATEWAY,
  ServiceEntry: SERVICE_ENTRY,
  Sidecar: SIDECAR,
  Telemetry: TELEMETRY,
  VirtualService: VIRTUAL_SERVICE,
  HttpRoute: HTTP_ROUTE,
  KubernetesGateway: KUBERNETES_GATEWAY,
};

/** A spec of the kind, with some of what it can have; it may be one that Istio refuses. */
export function drawSpec(kind: string, random: Random): never {
  const { base, parts } = SPECS[kind];
  return Object.assign({}, base, ...random.times(1 + random.below(3), () => random.one(parts))) as never;
}
