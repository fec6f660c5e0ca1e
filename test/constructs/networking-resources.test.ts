import { Chart } from 'cdk8s';
import {
  ClientTlsMode, DestinationRule, EnvoyFilter, EnvoyFilterApplyTo, EnvoyFilterContext, EnvoyFilterOperation, Gateway,
  HttpRoute, HttpRouteFilterType, HttpRoutePathMatchType, IstioMetric, KubernetesGateway, KubernetesTlsMode, RouteNamespacesFrom, ServerTlsMode, ServiceEntry, ServiceEntryLocation, ServiceEntryResolution, Sidecar, SidecarOutboundMode,
  TagOverrideOperation, Telemetry, TelemetryMode, VirtualService, ZeroTrustMesh,
} from 'cdk8s-zero-trust';
import { Construct } from 'constructs';
import { rendered, shop } from './security-resources';
import { keptWarnings } from '../../src/constructs/private/findings/kept-warnings';

type Make = (chart: Chart) => Construct;

/** A property of an object that the compiler does not let through. */
const wrong = (value: unknown): never => value as never;

describe('Constructs of networking and telemetry', () => {
  test.each<[string, Make, string, object]>([
    ['DestinationRule', chart => new DestinationRule(chart, 'x', {
      metadata: { name: 'api', labels: { team: 'shop' } },
      host: 'api.shop.svc.cluster.local',
      trafficPolicy: { tls: { mode: ClientTlsMode.ISTIO_MUTUAL }, portLevelSettings: [{ port: { number: 80 }, outlierDetection: { consecutive5xxErrors: 3 } }] },
      exportTo: ['.'],
    }), 'networking.istio.io/v1', {
      host: 'api.shop.svc.cluster.local',
      trafficPolicy: { tls: { mode: 'ISTIO_MUTUAL' }, portLevelSettings: [{ port: { number: 80 }, outlierDetection: { consecutive5xxErrors: 3 } }] },
      exportTo: ['.'],
    }],
    ['EnvoyFilter', chart => new EnvoyFilter(chart, 'x', {
      metadata: { name: 'api', labels: { team: 'shop' } },
      workloadSelector: { labels: { app: 'api' } },
      priority: 10,
      configPatches: [{
        applyTo: EnvoyFilterApplyTo.CLUSTER,
        match: { context: EnvoyFilterContext.SIDECAR_OUTBOUND, cluster: { service: 'db' } },
        patch: { operation: EnvoyFilterOperation.MERGE, value: { dns_refresh_rate: '5s', metadata: { filter_metadata: {} }, hosts: [] } },
      }],
    }), 'networking.istio.io/v1alpha3', {
      workloadSelector: { labels: { app: 'api' } },
      priority: 10,
      configPatches: [{
        applyTo: 'CLUSTER',
        match: { context: 'SIDECAR_OUTBOUND', cluster: { service: 'db' } },
        patch: { operation: 'MERGE', value: { dns_refresh_rate: '5s', metadata: { filter_metadata: {} }, hosts: [] } },
      }],
    }],
    ['Gateway', chart => new Gateway(chart, 'x', {
      metadata: { name: 'api', labels: { team: 'shop' } },
      selector: { istio: 'ingressgateway' },
      servers: [
        { port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['./a.example'], tls: { httpsRedirect: true } },
        { port: { number: 443, name: 'https', protocol: 'HTTPS' }, hosts: ['./a.example'], tls: { mode: ServerTlsMode.SIMPLE, credentialName: 'cert' } },
      ],
    }), 'networking.istio.io/v1', {
      selector: { istio: 'ingressgateway' },
      servers: [
        { port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['./a.example'], tls: { httpsRedirect: true } },
        { port: { number: 443, name: 'https', protocol: 'HTTPS' }, hosts: ['./a.example'], tls: { mode: 'SIMPLE', credentialName: 'cert' } },
      ],
    }],
    ['HTTPRoute', chart => new HttpRoute(chart, 'x', {
      metadata: { name: 'api', labels: { team: 'shop' } },
      parentRefs: [{ name: 'public', namespace: 'edge' }],
      hostnames: ['shop.example.com'],
      rules: [{
        matches: [{ path: { type: HttpRoutePathMatchType.EXACT, value: '/old' } }],
        filters: [{ type: HttpRouteFilterType.URL_REWRITE, urlRewrite: { hostname: 'api.example.com' } }],
        backendRefs: [{ name: 'api', port: 80, weight: 0 }],
      }],
    }), 'gateway.networking.k8s.io/v1', {
      parentRefs: [{ name: 'public', namespace: 'edge' }],
      hostnames: ['shop.example.com'],
      rules: [{
        matches: [{ path: { type: 'Exact', value: '/old' } }],
        filters: [{ type: 'URLRewrite', urlRewrite: { hostname: 'api.example.com' } }],
        backendRefs: [{ name: 'api', port: 80, weight: 0 }],
      }],
    }],
    ['Gateway', chart => new KubernetesGateway(chart, 'x', {
      metadata: { name: 'api', labels: { team: 'shop' } },
      gatewayClassName: 'istio',
      listeners: [{
        name: 'tls',
        port: 443,
        protocol: 'TLS',
        tls: { mode: KubernetesTlsMode.PASSTHROUGH },
        allowedRoutes: { namespaces: { from: RouteNamespacesFrom.SELECTOR, selector: { matchLabels: { team: 'shop' } } } },
      }],
    }), 'gateway.networking.k8s.io/v1', {
      gatewayClassName: 'istio',
      listeners: [{
        name: 'tls', port: 443, protocol: 'TLS', tls: { mode: 'Passthrough' }, allowedRoutes: { namespaces: { from: 'Selector', selector: { matchLabels: { team: 'shop' } } } },
      }],
    }],
    ['ServiceEntry', chart => new ServiceEntry(chart, 'x', {
      metadata: { name: 'api', labels: { team: 'shop' } },
      hosts: ['api.example.com'],
      ports: [{ number: 443, name: 'tls', protocol: 'TLS' }],
      location: ServiceEntryLocation.MESH_EXTERNAL,
      resolution: ServiceEntryResolution.DNS,
    }), 'networking.istio.io/v1', {
      hosts: ['api.example.com'], ports: [{ number: 443, name: 'tls', protocol: 'TLS' }], location: 'MESH_EXTERNAL', resolution: 'DNS',
    }],
    ['Sidecar', chart => new Sidecar(chart, 'x', {
      metadata: { name: 'api', labels: { team: 'shop' } },
      workloadSelector: { labels: { app: 'api' } },
      egress: [{ hosts: ['./*'] }],
      outboundTrafficPolicy: { mode: SidecarOutboundMode.REGISTRY_ONLY },
    }), 'networking.istio.io/v1', {
      workloadSelector: { labels: { app: 'api' } }, egress: [{ hosts: ['./*'] }], outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' },
    }],
    ['Telemetry', chart => new Telemetry(chart, 'x', {
      metadata: { name: 'api', labels: { team: 'shop' } },
      accessLogging: [{ match: { mode: TelemetryMode.SERVER }, providers: [{ name: 'envoy' }], filter: { expression: 'response.code >= 500' } }],
      metrics: [{ overrides: [{ match: { metric: IstioMetric.ALL_METRICS }, tagOverrides: { source_version: { operation: TagOverrideOperation.REMOVE } } }] }],
    }), 'telemetry.istio.io/v1', {
      accessLogging: [{ match: { mode: 'SERVER' }, providers: [{ name: 'envoy' }], filter: { expression: 'response.code >= 500' } }],
      metrics: [{ overrides: [{ match: { metric: 'ALL_METRICS' }, tagOverrides: { source_version: { operation: 'REMOVE' } } }] }],
    }],
    ['VirtualService', chart => new VirtualService(chart, 'x', {
      metadata: { name: 'api', labels: { team: 'shop' } },
      hosts: ['shop.example.com'],
      gateways: ['edge/public'],
      http: [{ match: [{ uri: { prefix: '/api/' }, headers: { cookie: {} } }], route: [{ destination: { host: 'api.shop.svc.cluster.local', port: { number: 80 } } }], timeout: '5s' }],
    }), 'networking.istio.io/v1', {
      hosts: ['shop.example.com'],
      gateways: ['edge/public'],
      http: [{ match: [{ uri: { prefix: '/api/' }, headers: { cookie: {} } }], route: [{ destination: { host: 'api.shop.svc.cluster.local', port: { number: 80 } } }], timeout: '5s' }],
    }],
  ])('%s renders what it is given', (kind, make, apiVersion, spec) => {
    const chart = shop();

    make(chart);

    expect(rendered(chart)).toEqual({ apiVersion, kind, metadata: { name: 'api', namespace: 'shop', labels: { team: 'shop' } }, spec });
  });

  test.each<[string, Make, string]>([
    ['a DestinationRule of files that are missing', chart => new DestinationRule(chart, 'x', { host: 'api', trafficPolicy: { tls: { mode: ClientTlsMode.MUTUAL } } }),
      "trafficPolicy.tls.clientCertificate must be given with mode MUTUAL, got ''"],
    ['a DestinationRule with a misspelt field', chart => new DestinationRule(chart, 'x', wrong({ host: 'api', trafficpolicy: { tls: {} } })),
      "[shop/x] DestinationRule: trafficpolicy must be a field of the API, got 'trafficpolicy'; did you mean 'trafficPolicy'?"],
    ['a DestinationRule for no client', chart => new DestinationRule(chart, 'x', { host: 'api', workloadSelector: {} }),
      "[shop/x] DestinationRule: workloadSelector must not be empty, which is as good as absent, got '{}'; fill it, or leave it out where what its absence means is meant"],
    ['a ServiceEntry of no hosts, which it cannot do without', chart => new ServiceEntry(chart, 'x', { hosts: [], ports: [{ number: 443, name: 'tls', protocol: 'TLS' }] }),
      "[shop/x] ServiceEntry: hosts must not be empty, which is as good as absent, got '[]'; fill it"],
    ['a ServiceEntry of undefined hosts', chart => new ServiceEntry(chart, 'x', wrong({ hosts: undefined })), "hosts must have a value where it is written, got 'undefined'; check the lookup or the setting that it comes from"],
    ['a VirtualService of no routes, once', chart => new VirtualService(chart, 'x', { hosts: ['api'], http: [] }), '[shop/x] VirtualService: http must not be empty, which is as good as absent'],
    ['a subset of no labels', chart => new DestinationRule(chart, 'x', { host: 'api', subsets: [{ name: 'v1', labels: {} }] }),
      'subsets[0].labels must not be empty, which is as good as absent'],
    ['an EnvoyFilter for all pods by an empty selector', chart => new EnvoyFilter(chart, 'x', { workloadSelector: {} }),
      "[shop/x] EnvoyFilter: workloadSelector must not be empty, which is as good as absent, got '{}'; fill it, or leave it out where what its absence means is meant"],
    ['a patch of everything by a value that is missing', chart => new EnvoyFilter(chart, 'x', { configPatches: [{ applyTo: EnvoyFilterApplyTo.CLUSTER, patch: { operation: EnvoyFilterOperation.MERGE } }] }),
      '[shop/x] EnvoyFilter: configPatches[0].patch.value must be given with operation MERGE, got nothing; give what is put there'],
    ['a value of nothing', chart => new EnvoyFilter(chart, 'x', { configPatches: [{ applyTo: EnvoyFilterApplyTo.CLUSTER, patch: { operation: EnvoyFilterOperation.MERGE, value: {} } }] }),
      '[shop/x] EnvoyFilter: configPatches[0].patch.value must not be empty, which is as good as absent'],
    ['a value that is undefined deep inside', chart => new EnvoyFilter(chart, 'x', {
      configPatches: [{ applyTo: EnvoyFilterApplyTo.CLUSTER, patch: { operation: EnvoyFilterOperation.MERGE, value: { circuit_breakers: { thresholds: [{ max_connections: undefined }] } } } }],
    }), "[shop/x] EnvoyFilter: configPatches[0].patch.value.circuit_breakers.thresholds[0].max_connections must have a value where it is written, got 'undefined'"],
    ['a value that JSON does not have', chart => new EnvoyFilter(chart, 'x', {
      configPatches: [{ applyTo: EnvoyFilterApplyTo.CLUSTER, patch: { operation: EnvoyFilterOperation.MERGE, value: { a: [NaN, null, () => 1] } } }],
    }), "value.a[0] must be a number, text, true or false, got 'NaN', which is not written; give it another, or leave it out\n  - configPatches[0].patch.value.a[1] must be a number, text, true or false, got 'null'"],
    ['a value that is no plain data', chart => new EnvoyFilter(chart, 'x', {
      configPatches: [{ applyTo: EnvoyFilterApplyTo.CLUSTER, patch: { operation: EnvoyFilterOperation.MERGE, value: { a: new Map() } } }],
    }), "[shop/x] EnvoyFilter: configPatches[0].patch.value.a must be plain data, got an instance of 'Map'"],
    ['a Gateway of every gateway by an empty selector', chart => new Gateway(chart, 'x', { selector: {}, servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['*'] }] }),
      "[shop/x] Gateway: selector must not be empty, which is as good as absent, got '{}'"],
    ['a Gateway without servers', chart => new Gateway(chart, 'x'), "[shop/x] Gateway: servers must not be empty, got '[]'; say what the gateway listens to"],
    ['a server of HTTPS in plaintext', chart => new Gateway(chart, 'x', { servers: [{ port: { number: 443, name: 'https', protocol: 'HTTPS' }, hosts: ['*'] }] }),
      'servers[0].tls must be given for protocol HTTPS, got nothing'],
    ['a route to a Service without port', chart => new HttpRoute(chart, 'x', { rules: [{ backendRefs: [{ name: 'api' }] }] }),
      '[shop/x] HttpRoute: rules[0].backendRefs[0] must have a port for a Service, got none; add that of the Service'],
    ['a route with a field of Istio', chart => new HttpRoute(chart, 'x', wrong({ hosts: ['a.example'] })), "[shop/x] HttpRoute: hosts must be a field of the API, got 'hosts'; known here: parentRefs, hostnames, rules"],
    ['a route for every request by an empty list', chart => new HttpRoute(chart, 'x', { rules: [{ matches: [], backendRefs: [{ name: 'api', port: 80 }] }] }),
      '[shop/x] HttpRoute: rules[0].matches must not be empty, which is as good as absent'],
    ['a listener without a certificate', chart => new KubernetesGateway(chart, 'x', { gatewayClassName: 'istio', listeners: [{ name: 'a', port: 443, protocol: 'HTTPS', tls: {} }] }),
      '[shop/x] KubernetesGateway: listeners[0].tls must have certificateRefs or options where TLS ends here, got none'],
    ['a listener for routes of every namespace by an empty selector', chart => new KubernetesGateway(chart, 'x', {
      gatewayClassName: 'istio', listeners: [{ name: 'a', port: 80, protocol: 'HTTP', allowedRoutes: { namespaces: { from: RouteNamespacesFrom.SELECTOR, selector: {} } } }],
    }), '[shop/x] KubernetesGateway: listeners[0].allowedRoutes.namespaces.selector must not be empty, which is as good as absent'],
    ['a ServiceEntry of every host', chart => new ServiceEntry(chart, 'x', { hosts: ['*'] }), "[shop/x] ServiceEntry: hosts[0] must not be every host there is, got '*'"],
    ['a ServiceEntry for nobody in particular', chart => new ServiceEntry(chart, 'x', { hosts: ['a.example'], exportTo: [] }),
      "[shop/x] ServiceEntry: exportTo must not be empty, which is as good as absent, got '[]'"],
    ['a ServiceEntry without hosts', chart => new ServiceEntry(chart, 'x', wrong({})), '[shop/x] ServiceEntry: hosts must be given'],
    ['a Sidecar that says nothing', chart => new Sidecar(chart, 'x'), '[shop/x] Sidecar: props must have ingress, egress, inboundConnectionPool or outboundTrafficPolicy, got none'],
    ['a Sidecar that lets out nothing by an empty list', chart => new Sidecar(chart, 'x', { egress: [] }), 'egress must not be empty, which is as good as absent'],
    ['a host without namespace', chart => new Sidecar(chart, 'x', { egress: [{ hosts: ['a.example'] }] }), "egress[0].hosts[0] must be NAMESPACE/HOST, got 'a.example'"],
    ['a filter that is no CEL', chart => new Telemetry(chart, 'x', { accessLogging: [{ filter: { expression: 'response.code >' } }] }),
      'accessLogging[0].filter.expression must be a CEL expression'],
    ['a log of undefined providers', chart => new Telemetry(chart, 'x', { accessLogging: [{ providers: undefined }] }),
      "accessLogging[0].providers must have a value where it is written, got 'undefined'"],
    ['a route to nowhere', chart => new VirtualService(chart, 'x', { hosts: ['a.example'], http: [{ match: [{ port: 80 }] }] }),
      '[shop/x] VirtualService: http[0] must have a route, redirect or directResponse, got none; say where requests go'],
    ['a route that others hide by an empty list', chart => new VirtualService(chart, 'x', { hosts: ['a.example'], http: [{ match: [], directResponse: { status: 403 } }] }),
      '[shop/x] VirtualService: http[0].match must not be empty, which is as good as absent'],
    ['a match of no headers', chart => new VirtualService(chart, 'x', { hosts: ['a.example'], http: [{ match: [{ headers: {} }], directResponse: { status: 403 } }] }),
      '[shop/x] VirtualService: http[0].match[0].headers must not be empty, which is as good as absent'],
    ['a match of clients with any labels', chart => new VirtualService(chart, 'x', { hosts: ['a.example'], http: [{ match: [{ sourceLabels: {} }], directResponse: { status: 403 } }] }),
      '[shop/x] VirtualService: http[0].match[0].sourceLabels must not be empty'],
    ['tags of no name', chart => new Telemetry(chart, 'x', { metrics: [{ overrides: [{ tagOverrides: {} }] }] }), 'metrics[0].overrides[0].tagOverrides must not be empty'],
  ])('refuse %s', (_, make, message) => {
    expect(() => make(shop())).toThrow(message);
  });

  test('keep what Istio only warns of', () => {
    const chart = shop();

    const entry = new ServiceEntry(chart, 'x', { hosts: ['db.example.com'], ports: [{ number: 5432, name: 'db', protocol: 'TCP' }] });

    expect(keptWarnings(chart)).toEqual([{ construct: entry, problem: expect.objectContaining({ field: 'spec.ports[0]' }) }]);
  });

  test('keep what Istio warns of an EnvoyFilter, but for the word that each of them gets', () => {
    const chart = shop();
    const match = { listener: { filterChain: { filter: { name: 'envoy.tcp_proxy' } } } };

    new EnvoyFilter(chart, 'x', { configPatches: [{ applyTo: EnvoyFilterApplyTo.NETWORK_FILTER, match, patch: { operation: EnvoyFilterOperation.REMOVE } }] });

    expect(keptWarnings(chart).map(({ problem: { field } }) => field)).toEqual(['spec.configPatches[0].match.listener.filterChain.filter.name']);
  });

  test.each<[string, string, string, Make, string]>([
    ['retryBudget', '1.26', '1.27', chart => new DestinationRule(chart, 'x', { host: 'api', trafficPolicy: { retryBudget: { percent: 10 } } }),
      'DestinationRule: trafficPolicy.retryBudget must be left out, as Istio 1.26 does not know retryBudget; it came with 1.27'],
    ['credentialNames', '1.25', '1.26', chart => new Gateway(chart, 'x', {
      servers: [{ port: { number: 443, name: 'https', protocol: 'HTTPS' }, hosts: ['*'], tls: { mode: ServerTlsMode.SIMPLE, credentialNames: ['a', 'b'] } }],
    }), 'Gateway: servers[0].tls.credentialNames must be left out, as Istio 1.25 does not know credentialNames; it came with 1.26'],
    ['DYNAMIC_DNS', '1.27', '1.28', chart => new ServiceEntry(chart, 'x', {
      hosts: ['*.example.com'], ports: [{ number: 443, name: 'tls', protocol: 'TLS' }], resolution: ServiceEntryResolution.DYNAMIC_DNS,
    }), 'ServiceEntry: resolution must be left out, as Istio 1.27 does not know resolution DYNAMIC_DNS; it came with 1.28'],
    ['http2KeepAlive', '1.30', '1.31', chart => new Sidecar(chart, 'x', { inboundConnectionPool: { http: { http2KeepAlive: { interval: '1s', timeout: '1s' } } } }),
      'Sidecar: inboundConnectionPool.http.http2KeepAlive must be left out, as Istio 1.30 does not know http2KeepAlive; it came with 1.31'],
    ['a timeout that is off', '1.25', '1.26', chart => new Sidecar(chart, 'x', { inboundConnectionPool: { tcp: { idleTimeout: '0s' } } }),
      'Sidecar: inboundConnectionPool.tcp.idleTimeout must be left out, as Istio 1.25 does not know idleTimeout below 1ms; it came with 1.26'],
    ['a warmup that is slow at first', '1.28', '1.29', chart => new DestinationRule(chart, 'x', {
      host: 'api', trafficPolicy: { loadBalancer: { warmup: { duration: '60s', aggression: 0.5 } } },
    }), 'DestinationRule: trafficPolicy.loadBalancer.warmup.aggression must be left out, as Istio 1.28 does not know aggression below 1; it came with 1.29'],
    ['prefixRewrite', '1.30', '1.31', chart => new VirtualService(chart, 'x', { hosts: ['a.example'], http: [{ match: [{ uri: { prefix: '/a' } }], redirect: { prefixRewrite: '/b' } }] }),
      'VirtualService: http[0].redirect.prefixRewrite must be left out, as Istio 1.30 does not know prefixRewrite; it came with 1.31'],
    ['a percentage of copies', '1.25', '1.26', chart => new HttpRoute(chart, 'x', {
      rules: [{ filters: [{ type: HttpRouteFilterType.REQUEST_MIRROR, requestMirror: { backendRef: { name: 'b', port: 80 }, percent: 1 } }] }],
    }), 'HttpRoute: rules[0].filters[0].requestMirror.percent must be left out, as Istio 1.25 does not know percent; it came with 1.26'],
    ['a name of a rule', '1.27', '1.28', chart => new HttpRoute(chart, 'x', { rules: [{ name: 'a', backendRefs: [{ name: 'b', port: 80 }] }] }),
      'HttpRoute: rules[0].name must be left out, as Istio 1.27 does not know names of rules; it came with 1.28'],
    ['certificates of clients', '1.29', '1.30', chart => new KubernetesGateway(chart, 'x', {
      gatewayClassName: 'istio',
      listeners: [{ name: 'a', port: 443, protocol: 'HTTPS', tls: { certificateRefs: [{ name: 'c' }] } }],
      tls: { frontend: { default: { validation: { caCertificateRefs: [{ group: '', kind: 'ConfigMap', name: 'ca' }] } } } },
    }), 'KubernetesGateway: tls must be left out, as Istio 1.29 does not know tls of all listeners; it came with 1.30'],
    ['a name of a host', '1.24', '1.25', chart => new EnvoyFilter(chart, 'x', {
      configPatches: [{ applyTo: EnvoyFilterApplyTo.VIRTUAL_HOST, match: { routeConfiguration: { vhost: { domainName: 'a' } } }, patch: { operation: EnvoyFilterOperation.REMOVE } }],
    }), 'EnvoyFilter: configPatches[0].match.routeConfiguration.vhost.domainName must be left out, as Istio 1.24 does not know domainName; it came with 1.25'],
    ['lists that take the place of others', '1.30', '1.31', chart => new EnvoyFilter(chart, 'x', {
      configPatches: [{ applyTo: EnvoyFilterApplyTo.CLUSTER, patch: { operation: EnvoyFilterOperation.MERGE_AND_REPLACE_LIST, value: { domainName: 'a' } } }],
    }), 'EnvoyFilter: configPatches[0].patch.operation must be left out, as Istio 1.30 does not know operation MERGE_AND_REPLACE_LIST; it came with 1.31'],
    ['a high port of a waypoint', '1.29', '1.30', chart => new EnvoyFilter(chart, 'x', {
      configPatches: [{ applyTo: EnvoyFilterApplyTo.HTTP_FILTER, match: { context: EnvoyFilterContext.WAYPOINT, waypoint: { portNumber: 6554 } }, patch: { operation: EnvoyFilterOperation.REMOVE } }],
    }), 'EnvoyFilter: configPatches[0].match.waypoint.portNumber must be left out, as Istio 1.29 does not know ports of waypoints beyond 6553; it came with 1.30'],
    ['what ends connections', '1.31', '1.32', chart => new EnvoyFilter(chart, 'x', {
      configPatches: [{ applyTo: EnvoyFilterApplyTo.FILTER_CHAIN, match: { listener: { filterChain: { transportSocket: 'a' } } }, patch: { operation: EnvoyFilterOperation.REMOVE } }],
    }), 'EnvoyFilter: configPatches[0].match.listener.filterChain.transportSocket must be left out, as Istio 1.31 does not know transportSocket; it came with 1.32'],
    ['formatter', '1.28', '1.29', chart => new Telemetry(chart, 'x', { tracing: [{ customTags: { path: { formatter: { value: '%PROTOCOL%' } } } }] }),
      'Telemetry: tracing[0].customTags.path.formatter must be left out, as Istio 1.28 does not know formatter; it came with 1.29'],
  ])('take %s in a mesh that knows it only', (_, before, since, make, message) => {
    const problems = [before, since].map(istioVersion => {
      const chart = shop();
      const resource = make(chart);
      new ZeroTrustMesh(chart, 'mesh', { istioVersion });
      chart.node.root.node.validate();
      return resource.node.validate();
    });

    expect(problems).toEqual([[message], []]);
  });

  test('take a label that has the name of a newer field', () => {
    const chart = shop();
    const rule = new DestinationRule(chart, 'x', { host: 'api', subsets: [{ name: 'v1', labels: { attributes: 'a' } }] });
    new ZeroTrustMesh(chart, 'mesh', { istioVersion: '1.24' });

    chart.node.root.node.validate();

    expect(rule.node.validate()).toEqual([]);
  });
});
