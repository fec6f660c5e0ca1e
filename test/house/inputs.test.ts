import { ApiObject, Chart, Duration } from 'cdk8s';
import * as library from 'cdk8s-zero-trust';
import { testApp } from '../support/app';
import { ApiType, assembly, membersOf, TypeReference } from '../support/assembly';
import { EAST } from '../support/certificates';

/* eslint-disable @typescript-eslint/no-explicit-any -- what is handed in is of any type, and wrong on purpose */

const TYPES = assembly().types;
const { AuthorizerProtocol, JwtIssuer, MtlsStage, Operation, Principal, Workload } = library;

const REASON = { reason: 'r' };
const issuer = JwtIssuer.of({ issuer: 'https://i.example', audiences: ['a'] });
const pods = Workload.fromPods({ namespace: 'shop', labels: { app: 'api' }, serviceAccount: 'api' });
const caller = Principal.serviceAccount('shop', 'web');
const operations = [Operation.get('/a')];
const selector = { matchLabels: { app: 'api' } };
const connectionPool = { tcp: { tcpKeepalive: { probes: 3 } }, http: { http2KeepAlive: { interval: '1s', timeout: '1s' } } };
const question = {
  destination: { namespace: 'shop', workload: 'api', port: 80 },
  source: { serviceAccount: 'shop/web' },
  http: { method: 'GET', path: '/' },
  tokens: [{ claims: { iss: 'i' } }],
  authorizerAnswers: [{ provider: 'p', allows: true }],
};
const settings = {
  trustDomain: 'td',
  authorizerProviders: [{ name: 'p', protocol: AuthorizerProtocol.GRPC }],
  connectionSettings: { mergeSlashes: true },
  discoverySelectors: [{ matchExpressions: [{ key: 'k', operator: 'Exists' }] }],
  injection: { automatic: true },
  outbound: {},
};

const nothing = library.PolicySet.fromManifests([]);

/** Something of the app for what needs it. */
interface Scene { readonly chart: Chart; readonly workload: ApiObject }

function scene(): Scene {
  const chart = new Chart(testApp(), 'shop', { namespace: 'shop' });
  const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [] } };
  const spec = { selector: { matchLabels: { app: 'web' } }, template };
  return { chart, workload: new ApiObject(chart, 'web', { apiVersion: 'apps/v1', kind: 'Deployment', spec }) };
}

/** The arguments of every call of the API that takes a struct, or is a factory: right ones, with each nested struct that there can be. */
const CALLS: Readonly<Record<string, (at: Scene) => any[]>> = {
  'AccessGate.fromNobody': () => ['shop/api'],
  'AccessGate.neverGranted': () => [{ callers: ['shop/web'], to: 'shop/api', operations: [library.Operation.get('/a')] }],
  'AccessGate.noAnonymousAccess': () => [['shop/api']],
  'AccessGate.noNewAccess': () => [nothing],
  'AccessGate.onlyFrom': () => ['shop/api', ['shop/web']],
  'AccessGate.within': () => [nothing],
  'AccessMap.of': () => [nothing],
  'PolicyComparison.of': () => [nothing, nothing],
  'AccessPlan.of': () => [{
    sources: [library.CallSource.ztunnelLog('z', '')],
    calls: [{ callers: ['shop/web'], to: 'shop/api', operations }],
    refused: [{ callers: ['shop/cron'], to: 'shop/api', operations, reason: 'r' }],
    minimumCalls: 3,
    waypoints: ['shop/waypoint'],
  }],
  'CallSource.accessLog': () => ['log', '', { workload: 'shop/api', port: 80 }],
  'CallSource.accessMap': () => ['map', library.AccessMap.of(nothing)],
  'CallSource.prometheus': () => ['p', '{"status":"success","data":{"resultType":"vector","result":[]}}'],
  'CallSource.ztunnelLog': () => ['z', ''],
  'AccessGuardrail.new': ({ chart }) => [chart, 'x', { appliesTo: library.GuardrailScope.workload(pods), onlyCallers: [caller], metadata: { labels: { a: 'b' } } }],
  'AuthorizationPolicy.new': ({ chart }) => [chart, 'x', {
    selector,
    rules: [{ from: [{ source: { principals: ['p'] } }], to: [{ operation: { ports: ['80'] } }], when: [{ key: 'source.ip', values: ['10.0.0.1'] }] }],
  }],
  'AuthorizationPolicy.new (targets)': ({ chart }) => [chart, 'x', {
    targetRefs: [{ group: '', kind: 'Service', name: 'api' }], action: library.AuthorizationPolicyAction.CUSTOM, provider: { name: 'p' }, rules: [{}],
  }],
  'PeerAuthentication.new': ({ chart }) => [chart, 'x', { selector, mtls: { mode: library.MutualTlsMode.STRICT } }],
  'RequestAuthentication.new': ({ chart }) => [chart, 'x', {
    jwtRules: [{ issuer: 'https://i.example', fromHeaders: [{ name: 'x' }], outputClaimToHeaders: [{ header: 'x-y', claim: 'sub' }] }],
  }],
  'DestinationRule.new': ({ chart }) => [chart, 'x', {
    host: 'api',
    workloadSelector: selector,
    subsets: [{ name: 'v1', labels: { version: 'v1' }, trafficPolicy: { connectionPool } }],
    trafficPolicy: {
      connectionPool,
      tls: { mode: library.ClientTlsMode.SIMPLE, subjectAltNames: ['a.example'] },
      outlierDetection: { interval: '10s' },
      portLevelSettings: [{ port: { number: 80 }, loadBalancer: { backendUtilization: { weightUpdatePeriod: '1s' } } }],
      tunnel: { targetHost: 'a.example', targetPort: 443 },
      retryBudget: { percent: 20 },
      loadBalancer: {
        consistentHash: { httpCookie: { name: 'c', ttl: '0s', attributes: [{ name: 'Secure' }] }, ringHash: { minimumRingSize: 8 } },
        localityLbSetting: { failover: [{ from: 'a', to: 'b' }] },
        warmup: { duration: '60s' },
      },
    },
  }],
  'DestinationRule.new (by zone)': ({ chart }) => [chart, 'x', {
    host: 'api',
    trafficPolicy: {
      proxyProtocol: { version: library.ProxyProtocolVersion.V2 },
      outlierDetection: { interval: '10s' },
      loadBalancer: { consistentHash: { httpHeaderName: 'x', maglev: { tableSize: 65537 } }, zoneAwareLbSetting: { enabled: true } },
      portLevelSettings: [{ port: { number: 80 }, loadBalancer: { localityLbSetting: { distribute: [{ from: 'a/*', to: { 'a/b': 100 } }] } } }],
    },
  }],
  'EnvoyFilter.new': ({ chart }) => [chart, 'x', {
    workloadSelector: { labels: { app: 'api' } },
    configPatches: [
      {
        applyTo: library.EnvoyFilterApplyTo.HTTP_FILTER,
        match: { proxy: { proxyVersion: '1' }, listener: { filterChain: { filter: { name: 'envoy.filters.network.http_connection_manager', subFilter: { name: 'a' } } } } },
        patch: { operation: library.EnvoyFilterOperation.REMOVE },
      },
      {
        applyTo: library.EnvoyFilterApplyTo.HTTP_ROUTE,
        match: { routeConfiguration: { vhost: { route: { action: library.EnvoyFilterRouteAction.ROUTE } } } },
        patch: { operation: library.EnvoyFilterOperation.MERGE, value: { name: 'a' } },
      },
      { applyTo: library.EnvoyFilterApplyTo.CLUSTER, match: { cluster: { subset: 'v1' } }, patch: { operation: library.EnvoyFilterOperation.REMOVE } },
      {
        applyTo: library.EnvoyFilterApplyTo.HTTP_FILTER,
        match: { context: library.EnvoyFilterContext.WAYPOINT, waypoint: { filter: { name: 'a' }, route: { name: 'b' } } },
        patch: { operation: library.EnvoyFilterOperation.REMOVE },
      },
    ],
  }],
  'EnvoyFilter.new (targets)': ({ chart }) => [chart, 'x', { targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'waypoint' }] }],
  'Gateway.new': ({ chart }) => [chart, 'x', {
    selector: { istio: 'ingressgateway' },
    servers: [{
      port: { number: 443, name: 'https', protocol: 'HTTPS' },
      hosts: ['*'],
      tls: { mode: library.ServerTlsMode.SIMPLE, tlsCertificates: [{ serverCertificate: '/c', privateKey: '/k' }, { serverCertificate: '/d', privateKey: '/l' }] },
    }],
  }],
  'KubernetesGateway.new': ({ chart }) => [chart, 'x', {
    gatewayClassName: 'istio',
    listeners: [{
      name: 'https',
      port: 443,
      protocol: 'HTTPS',
      tls: { certificateRefs: [{ name: 'c' }] },
      allowedRoutes: { namespaces: { from: library.RouteNamespacesFrom.SELECTOR, selector }, kinds: [{ kind: 'HTTPRoute' }] },
    }],
    addresses: [{ value: '192.0.2.1' }],
    infrastructure: { parametersRef: { group: '', kind: 'ConfigMap', name: 'c' } },
    tls: {
      frontend: {
        default: { validation: { caCertificateRefs: [{ group: '', kind: 'ConfigMap', name: 'c' }] } },
        perPort: [{ port: 443, tls: { validation: { caCertificateRefs: [{ group: '', kind: 'ConfigMap', name: 'c' }] } } }],
      },
      backend: { clientCertificateRef: { name: 'c' } },
    },
    allowedListeners: { namespaces: { from: library.ListenerNamespacesFrom.SELECTOR, selector: { matchExpressions: [{ key: 'k', operator: 'Exists' }] } } },
  }],
  'HttpRoute.new': ({ chart }) => [chart, 'x', {
    parentRefs: [{ name: 'edge' }],
    rules: [{
      matches: [{ path: { value: '/a' }, headers: [{ name: 'a', value: 'b' }], queryParams: [{ name: 'a', value: 'b' }] }],
      filters: [
        { type: library.HttpRouteFilterType.REQUEST_HEADER_MODIFIER, requestHeaderModifier: { set: [{ name: 'a', value: 'b' }] } },
        { type: library.HttpRouteFilterType.REQUEST_MIRROR, requestMirror: { backendRef: { name: 'api', port: 80 }, fraction: { numerator: 1 } } },
        { type: library.HttpRouteFilterType.CORS, cors: { maxAge: 60 } },
        { type: library.HttpRouteFilterType.EXTENSION_REF, extensionRef: { group: 'a.example', kind: 'A', name: 'a' } },
        { type: library.HttpRouteFilterType.URL_REWRITE, urlRewrite: { path: { type: library.HttpRoutePathModifierType.REPLACE_FULL_PATH, replaceFullPath: '/b' } } },
      ],
      backendRefs: [{ name: 'api', port: 80 }],
      timeouts: { request: '5s' },
    }],
  }],
  'HttpRoute.new (redirect)': ({ chart }) => [chart, 'x', {
    rules: [{ filters: [{ type: library.HttpRouteFilterType.REQUEST_REDIRECT, requestRedirect: { scheme: 'https' } }] }],
  }],
  'ServiceEntry.new': ({ chart }) => [chart, 'x', {
    hosts: ['a.example'],
    ports: [{ number: 80, name: 'http', protocol: 'HTTP' }],
    resolution: library.ServiceEntryResolution.STATIC,
    endpoints: [{ address: '192.0.2.1' }],
    metadata: { labels: { a: 'b' } },
  }],
  'ServiceEntry.new (pods)': ({ chart }) => [chart, 'x', { hosts: ['a.example'], resolution: library.ServiceEntryResolution.STATIC, workloadSelector: { labels: { app: 'api' } } }],
  'Sidecar.new': ({ chart }) => [chart, 'x', {
    workloadSelector: { labels: { app: 'api' } },
    ingress: [{ port: { number: 443, protocol: 'HTTPS' }, tls: { mode: library.ServerTlsMode.SIMPLE, serverCertificate: '/c', privateKey: '/k' }, connectionPool }],
    egress: [{ port: { number: 80 }, hosts: ['./*'] }],
    outboundTrafficPolicy: { mode: library.SidecarOutboundMode.ALLOW_ANY, egressProxy: { host: 'a.example', port: { number: 80 } } },
  }],
  'Telemetry.new': ({ chart }) => [chart, 'x', {
    selector,
    accessLogging: [{ match: { mode: library.TelemetryMode.SERVER }, providers: [{ name: 'envoy' }], filter: { expression: 'true' } }],
    metrics: [{ overrides: [{ match: { metric: library.IstioMetric.REQUEST_COUNT }, tagOverrides: { a: { value: "'b'" } } }] }],
    tracing: [{
      customTags: { a: { literal: { value: 'b' } }, c: { environment: { name: 'D' } }, e: { formatter: { value: '%PROTOCOL%' } }, f: { header: { name: 'x-f' } } },
    }],
  }],
  'Telemetry.new (targets)': ({ chart }) => [chart, 'x', { targetRefs: [{ group: '', kind: 'Service', name: 'api' }] }],
  'VirtualService.new': ({ chart }) => [chart, 'x', {
    hosts: ['a.example'],
    http: [{
      match: [{ uri: { prefix: '/a' } }],
      route: [{ destination: { host: 'api', port: { number: 80 } }, headers: { request: { set: { a: 'b' } } } }],
      rewrite: { uriRegexRewrite: { match: '^/a', rewrite: '/b' } },
      retries: { attempts: 1 },
      fault: { delay: { fixedDelay: '1s', percentage: { value: 1 } }, abort: { httpStatus: 503 } },
      mirrors: [{ destination: { host: 'api' } }],
      corsPolicy: { allowOrigins: [{ exact: 'https://a.example' }] },
    }],
    tls: [{ match: [{ sniHosts: ['a.example'] }], route: [{ destination: { host: 'api' } }] }],
    tcp: [{ match: [{ port: 80 }], route: [{ destination: { host: 'api' } }] }],
  }],
  'VirtualService.new (answers)': ({ chart }) => [chart, 'x', {
    hosts: ['a.example'],
    http: [{ match: [{ port: 80 }], redirect: { uri: '/' } }, { match: [{ port: 81 }], delegate: { name: 'a' } }, { directResponse: { status: 200, body: { string: 'a' } } }],
  }],
  'JwtProtectedApi.new': ({ chart }) => [chart, 'x', {
    workload: pods, issuers: [issuer], rules: [{ anyToken: true, operations }], corsPreflight: { origins: ['https://o.example'] }, metadata: { labels: { a: 'b' } },
  }],
  'PlaintextException.new': ({ chart }) => [chart, 'x', {
    workload: pods, operations, fromNetworks: ['10.0.0.0/8'], ...REASON, owner: 'o', expires: '2026-12-31', metadata: { labels: { a: 'b' } },
  }],
  'ServiceAccess.new': ({ chart }) => [chart, 'x', { callers: [caller], to: pods, operations, metadata: { labels: { a: 'b' } } }],
  'WorkloadIdentity.new': ({ chart, workload }) => [chart, 'x', { workload: Workload.of(workload), metadata: { labels: { a: 'b' } } }],
  'WorkloadIdentity.forAll': ({ chart }) => [chart, { automountServiceAccountToken: true }],
  'ZeroTrustMesh.new': ({ chart }) => [chart, 'x', { istioVersion: '1.29', caCertificates: [{ pem: EAST, trustDomains: ['east'] }], metadata: { labels: { a: 'b' } } }],
  'ZeroTrustNamespace.new': ({ chart, workload }) => [chart, 'x', {
    name: 'shop', dataPlane: library.DataPlane.AMBIENT, serviceWaypoints: [{ services: ['api'], waypoint: library.Waypoint.create() }], namespaceMetadata: { labels: { a: 'b' } }, outsideMesh: [{ workload: Workload.of(workload), reason: 'r' }], metadata: { labels: { a: 'b' } },
  }],
  'ExternalAuthorization.new': ({ chart }) => [chart, 'x', {
    workload: pods, provider: library.ExtensionProvider.extAuthzGrpc({ name: 'opa', service: 'opa.authz', port: 9191 }), metadata: { labels: { a: 'b' } },
  }],
  'OpaAuthorizer.new': ({ chart }) => [chart, 'x', {
    image: 'opa:1.17.0', protects: [pods], policy: library.OpaPolicy.rules([{ operations }]), failOpen: REASON, metadata: { namespace: 'authz', labels: { a: 'b' } },
  }],
  'OpaPolicy.rules': () => [[{ operations, hours: { timeZone: 'UTC', days: [library.DayOfWeek.MONDAY], start: '08:00', end: '18:00' } }]],
  'OpaPolicy.rego': () => [{ 'policy.rego': 'package envoy.authz\n\nallow := false\n' }],
  'EgressAccess.new': ({ chart }) => [chart, 'x', { callers: [caller], host: 'a.example', metadata: { labels: { a: 'b' } } }],
  'EgressBoundary.new': ({ chart }) => [chart, 'x', { namespace: 'shop', metadata: { labels: { a: 'b' } } }],
  'EgressGateway.new': ({ chart, workload }) => [chart, 'x', { workload: Workload.of(workload), httpPort: 80, tlsPort: 443, metadata: { labels: { a: 'b' } } }],
  'NetworkPolicies.forIngress': () => [{ otherClusters: ['10.8.0.0/14'] }],
  'NetworkPolicies.forIngressAndEgress': () => [{ dnsNamespace: 'dns', dnsLabels: { a: 'b' }, dnsAddresses: ['169.254.20.10'], dnsPorts: [53] }],
  'NetworkPolicies.none': () => [],
  'EgressPort.plaintext': () => [80, REASON],
  'EgressPort.startsTls': () => [{ number: 80, targetPort: 8443 }],
  'EgressPort.tcp': () => [5432],
  'EgressPort.tls': () => [443],
  'LegacyDestination.new': ({ chart }) => [chart, 'x', {
    host: 'a.example', tls: library.LegacyTls.simple(), ports: [{ number: 80, targetPort: 8443 }], metadata: { labels: { a: 'b' } },
  }],
  'FaultInjection.new': ({ chart }) => [chart, 'x', {
    workload: pods, abort: { status: 503, percentage: 1 }, delay: { time: Duration.seconds(1), percentage: 1 }, reason: 'r', expires: '2026-01-01', metadata: { labels: { a: 'b' } },
  }],
  'TrafficProtection.new': ({ chart }) => [chart, 'x', {
    workload: pods, circuitBreaker: { maxConnections: 1 }, outlierDetection: { consecutive5xxErrors: 1 }, rateLimit: { requests: 1 }, metadata: { labels: { a: 'b' } },
  }],
  'IngressGateway.new': ({ chart }) => [chart, 'x', {
    servers: [library.IngressServer.tls({ hosts: ['a.example'], credentialName: 'c' })], issuers: [issuer], numTrustedProxies: 1, proxyNetworks: ['10.0.0.0/8'], routeNamespaces: ['pay'], metadata: { labels: { a: 'b' } },
  }],
  'IngressServer.tls': () => [{ hosts: ['a.example'], credentialName: 'c' }],
  'IngressServer.mutualTls': () => [{ hosts: ['a.example'], credentialName: 'c', subjectAltNames: ['b.example'] }],
  'IngressServer.plaintext': () => [{ hosts: ['a.example'], reason: 'r' }],
  'IngressClients.anyone': () => [REASON],
  'IngressClients.of': () => [{ networks: ['10.0.0.0/8'], certificates: ['spiffe://a.example/b'], tokens: { claims: { a: ['b'] } } }],
  'IngressAccess.new': ({ chart }) => [chart, 'x', {
    gateway: new library.IngressGateway(chart, 'gateway', { servers: [library.IngressServer.tls({ hosts: ['a.example'], credentialName: 'c' })] }),
    hosts: ['a.example'],
    clients: library.IngressClients.anyone(REASON),
    to: pods,
    operations,
    metadata: { labels: { a: 'b' } },
  }],
  'LegacyTls.disable': () => [REASON],
  'LegacyTls.simple': () => [{ insecureSkipVerify: REASON }],
  'LegacyTls.mutual': () => [{ clientCertificate: '/c', privateKey: '/k', insecureSkipVerify: REASON }],
  'GuardrailScope.workload': () => [pods],
  'GuardrailScope.namespace': () => ['shop'],
  'GuardrailScope.mesh': ({ chart }) => [new library.ZeroTrustMesh(chart, 'mesh')],
  'AuditTrail.new': ({ chart }) => [chart, 'x', { workload: pods, callers: [caller], operations, keepProviders: ['envoy'], metadata: { labels: { a: 'b' } } }],
  'BreakGlass.new': ({ chart }) => [chart, 'x', {
    callers: [caller],
    to: pods,
    operations,
    until: '2026-12-31',
    ticket: 't',
    reason: 'r',
    callersSendToken: true,
    keepProviders: ['envoy'],
  }],
  'MtlsMigration.new': ({ chart, workload }) => [chart, 'x', {
    namespaces: [{ name: 'shop', stage: MtlsStage.OBSERVE, reached: MtlsStage.STRICT, reason: 'r', outsideMesh: [{ workload: Workload.of(workload), reason: 'r' }] }],
    allowStrictMesh: { reason: 'r' },
    metadata: { labels: { a: 'b' } },
  }],
  'SecurityTelemetry.new': ({ chart }) => [chart, 'x', {
    logTokenSubject: REASON, keepProviders: ['envoy'], alerts: { metadata: { labels: { a: 'b' } } }, dashboard: { metadata: { labels: { a: 'b' } } }, metadata: { labels: { a: 'b' } },
  }],
  'Quarantine.new': ({ chart }) => [chart, 'x', { account: caller, reason: 'r', incident: 'i', until: '2026-12-31', metadata: { labels: { a: 'b' } } }],
  'ExtensionProvider.extAuthzGrpc': () => [{ name: 'opa', service: 'opa.authz', port: 9191, failOpen: REASON }],
  'ExtensionProvider.extAuthzHttp': () => [{ name: 'opa', service: 'opa.authz', port: 9191, failOpen: REASON }],
  'ExtensionProvider.accessLog': () => [{ name: 'log' }],
  'MeshCertificateAuthority.new': ({ chart }) => [chart, 'x', {
    authority: library.CertificateAuthority.cacerts(), workloadCertificateLifetime: Duration.hours(1), maxLifetime: Duration.hours(48), allowLongLifetime: REASON,
  }],
  'CertificateAuthority.selfSigned': () => [REASON],
  'CertificateAuthority.istioCsr': () => [{ address: 'istio-csr.pki.svc:443' }],
  'CertificateAuthority.spire': () => [{ trustDomain: 'td' }],
  'MeshSettingsOutput.configMap': () => [{ revision: 'a' }],
  'Findings.of': ({ chart }) => [chart],
  'Findings.acknowledge': () => ['ZT107', REASON],
  'Condition.headerPresent': () => ['x-a'],
  'JwtIssuer.of': () => [{
    issuer: 'i', anyAudience: REASON, jwksUri: 'http://i.example', insecureJwksUri: REASON, fromHeaders: [{ name: 'x' }], outputClaimToHeaders: [{ claim: 'sub', header: 'x-sub' }],
  }],
  'Operation.http': () => [{ methods: ['GET'], paths: ['/a'] }],
  'Operation.anyHttp': () => [{ ports: [80] }],
  'Operation.under': () => ['/a', { ports: [80] }],
  'Operation.tcp': () => [80],
  'Operation.tcpNamed': () => ['tcp'],
  'PolicySet.fromApp': ({ chart }) => [chart, settings],
  'PolicySet.fromManifests': () => [[], settings],
  'PolicySet.fromYaml': () => ['', settings],
  'PolicySet.isAuthorized': () => [question],
  'AuthorizationResponse.explain': () => [{ full: true }],
  'Principal.serviceAccount': () => ['shop', 'web', REASON],
  'Principal.workload': ({ workload }) => [workload],
  'Principal.of': () => [pods],
  'Principal.namespace': () => ['shop', REASON],
  'Principal.anyAuthenticated': () => [REASON],
  'Principal.anyone': () => [REASON],
  'PublicGateway.classic': () => [{ namespace: 'edge', labels: { a: 'b' }, ports: [80], ...REASON }],
  'PublicGateway.gatewayApi': () => [{ namespace: 'edge', name: 'gw', ports: [80], ...REASON }],
  'Waypoint.create': () => [{ name: 'wp', forPods: true }],
  'Waypoint.existing': () => ['infra', 'wp'],
  'Workload.of': ({ workload }) => [workload, { ports: [{ number: 80 }], allowDefaultServiceAccount: REASON }],
  'Workload.named': ({ chart }) => [chart, 'web', { ports: [{ number: 80 }], allowDefaultServiceAccount: REASON }],
  'Workload.fromPods': () => [{
    namespace: 'shop', labels: { a: 'b' }, serviceAccount: 'default', allowDefaultServiceAccount: REASON, ports: [{ number: 80 }], services: [{ name: 's', ports: [{ port: 80 }] }],
  }],
  'Workload.asDestination': () => [{ port: 80 }],
};

const WORKLOADS = ['Deployment', 'Service'].map(kind => ({
  apiVersion: kind === 'Service' ? 'v1' : 'apps/v1',
  kind,
  metadata: { name: 'api', namespace: 'shop' },
  spec: {
    ...(kind === 'Service' ? { ports: [{ port: 80 }] } : { template: { metadata: { labels: { app: 'api' } }, spec: { containers: [] } } }),
  },
}));

/** What methods of instances are called on. */
const INSTANCES: Readonly<Record<string, () => any>> = {
  PolicySet: () => library.PolicySet.fromManifests(WORKLOADS),
  AuthorizationResponse: () => library.PolicySet.fromManifests(WORKLOADS).isAuthorized(question),
  Workload: () => pods,
  Findings: () => library.Findings.of(scene().chart),
};

function call(name: string, args: readonly unknown[]): void {
  const [owner, method] = name.split(' ')[0].split('.');
  const type = (library as { readonly [name: string]: any })[owner];
  if (method === 'new') { new type(...args); return; }
  (type[method] ? type : INSTANCES[owner]())[method](...args);
}

interface Place { readonly struct: string; readonly path: readonly (string | number)[] }

/** Where structs stand in the arguments of a call. */
function places(name: string, args: readonly unknown[]): Place[] {
  const [owner, method] = name.split(' ')[0].split('.');
  const type = Object.values(TYPES).find(candidate => candidate.name === owner)!;
  const parameters = (method === 'new' ? type.initializer : type.methods!.find(candidate => candidate.name === method))!.parameters ?? [];
  return parameters.flatMap((parameter, i) => placesIn(parameter.type, args[i], [i]));
}

function placesIn(type: TypeReference | undefined, value: any, path: readonly (string | number)[]): Place[] {
  if (value === undefined) { return []; }
  const element = type?.collection?.elementtype;
  if (element) { return Object.entries(value).flatMap(([key, inner]) => placesIn(element, inner, [...path, key])); }
  const struct = structOf(type);
  if (!struct) { return type?.fqn === 'cdk8s.ApiObjectMetadata' ? [{ struct: 'ApiObjectMetadata', path }] : []; }
  return [{ struct: struct.name, path }, ...membersOf(struct, TYPES).flatMap(({ name, type: inner }) => placesIn(inner, value[name], [...path, name]))];
}

function structOf(type: TypeReference | undefined): ApiType | undefined {
  const found = type?.fqn === undefined ? undefined : TYPES[type.fqn];
  return found?.datatype ? found : undefined;
}

/** The same arguments, with a member that nobody knows in one place. Constructs and values stay themselves. */
function misspelt(args: readonly any[], [first, ...rest]: readonly (string | number)[]): any {
  const copy: any = Array.isArray(args) ? [...args] : { ...(args as object) };
  copy[first] = rest.length > 0 ? misspelt(copy[first], rest) : { ...copy[first], whateverr: ['x'] };
  return copy;
}

/** Structs that calls of the API take, with those that these are made of. */
function inputs(): string[] {
  const found = new Set<string>();
  const visit = (type: TypeReference | undefined): void => {
    if (type?.collection) { visit(type.collection.elementtype); }
    const struct = structOf(type);
    if (!struct || found.has(struct.name)) { return; }
    found.add(struct.name);
    membersOf(struct, TYPES).forEach(member => visit(member.type));
  };
  for (const { methods = [], initializer } of Object.values(TYPES)) {
    [...methods, ...initializer ? [initializer] : []].flatMap(({ parameters = [] }) => parameters).forEach(parameter => visit(parameter.type));
  }
  return [...found].sort();
}

/** Static methods that do not take a list of arguments of any length. */
function factories(): string[] {
  return Object.values(TYPES).flatMap(({ name: owner, methods = [] }) =>
    methods.filter(method => method.static && !method.variadic && method.parameters).map(({ name }) => `${owner}.${name}`));
}

const PLACES = Object.entries(CALLS).flatMap(([name, args]) => places(name, args(scene())).map(place => ({ name, ...place })));

describe('What is handed in', () => {
  test.each(Object.keys(CALLS))('%s takes what is right', name => {
    expect(() => call(name, CALLS[name](scene()))).not.toThrow();
  });

  test('is tried with every struct of the API', () => {
    // specs of resources are what their props extend
    const tried = new Set(PLACES.map(({ struct }) => struct));

    expect(inputs().filter(name => !tried.has(name) && !tried.has(name.replace(/Spec$/, 'Props')))).toEqual([]);
  });

  test.each(PLACES.map((place): [string, string, typeof place] => [place.name, place.path.join('.'), place]))('%s refuses a member that is not known at %s', (name, _, { path }) => {
    expect(() => call(name, misspelt(CALLS[name](scene()), path))).toThrow(/whateverr/);
  });

  test('is tried with every factory', () => {
    expect(factories().filter(name => !(name in CALLS))).toEqual([]);
  });

  const OF_QUESTIONS = ['PolicySet.fromApp', 'PolicySet.fromManifests', 'PolicySet.fromYaml'];
  test.each(factories().filter(name => !OF_QUESTIONS.includes(name)))('%s refuses arguments beyond those that it has', name => {
    const parameters = Object.values(TYPES).find(({ name: owner }) => owner === name.split('.')[0])!.methods!.find(method => method.name === name.split('.')[1])!.parameters!;
    const args = [...CALLS[name](scene())];

    expect(args).toHaveLength(parameters.length);
    expect(() => call(name, [...args, 'more'])).toThrow(`${name} must have at most ${parameters.length} argument`);
  });

  const JUNK: readonly unknown[] = [undefined, null, '', ' ', 'x', 0, NaN, true, [], ['x'], [undefined], {}, { x: 1 }, () => 'x', new Date(0), Object.create(null), scene().chart];
  const VARIADIC = Object.values(TYPES).flatMap(({ name: owner, methods = [] }) =>
    methods.filter(method => method.static && method.variadic).map(({ name }) => `${owner}.${name}`));
  const samples: [string, (at: Scene) => any[]][] = [
    ...Object.entries(CALLS).filter(([name]) => !name.startsWith('PolicySet') && !name.startsWith('AuthorizationResponse')),
    ...VARIADIC.map((name): [string, () => any[]] => [name, () => name === 'Operation.grpc' ? ['shop.Cart', 'Add', 'Get'] : name.endsWith('Claim') ? [['a'], 'b', 'c'] : ['/a', '/b', '/c']]),
  ];
  test.each(samples)('%s tells what is wrong with anything in place of what it takes', (name, right) => {
    const raw = JUNK.flatMap(junk => spots(right(scene())).flatMap(path => {
      try {
        call(name, replaced(right(scene()), path, junk));
        return [];
      } catch (error) {
        return error instanceof TypeError || !/ must |'/.test((error as Error).message) ? [`${path.join('.')} = ${String(typeof junk)}: ${(error as Error).message}`] : [];
      }
    }));

    expect(raw).toEqual([]);
  });

  /** Every place in plain data but scopes and ids of constructs, which are not ours to check. */
  function spots(value: any, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
    if (value === null || typeof value !== 'object' || ![Object.prototype, Array.prototype].includes(Object.getPrototypeOf(value))) { return []; }
    return Object.entries(value).flatMap(([key, inner]) => {
      const isScope = path.length === 0 && value[0] instanceof Chart && ['0', '1'].includes(key) && value.length === 3 && value[1] === 'x';
      return isScope ? [] : [[...path, key], ...spots(inner, [...path, key])];
    });
  }

  function replaced(value: any, [first, ...rest]: readonly (string | number)[], by: unknown): any {
    const copy: any = Array.isArray(value) ? [...value] : { ...value };
    copy[first] = rest.length === 0 ? by : replaced(copy[first], rest, by);
    return copy;
  }
});
