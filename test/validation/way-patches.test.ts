import { ConfigPatch } from '../../src/validation/envoy-patches';
import { KeepingProxy, undoneBy } from '../../src/validation/way-patches';

const patch = (applyTo: string, operation: string, value?: unknown, match: object = {}): ConfigPatch => ({ applyTo, match, patch: { operation, ...value === undefined ? {} : { value } } });
const filter = (name: string, subFilter?: string) => ({ listener: { filterChain: { filter: { name, ...subFilter ? { subFilter: { name: subFilter } } : {} } } } });
const typed = (name: string, type: string, more: object = {}) => ({ name, typed_config: { '@type': `type.googleapis.com/${type}`, ...more } });

const MANAGER = 'envoy.filters.network.http_connection_manager';
const ROUTER = 'envoy.filters.http.router';
const OTHER_ROUTER = typed('mine', 'envoy.extensions.filters.http.router.v3.Router');
const LIMIT = typed('envoy.filters.http.local_ratelimit', 'envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit');
const PER_ROUTE = { typedPerFilterConfig: { 'envoy.filters.http.rbac': {} } };

describe('A patch undoes what keeps in what is sent', () => {
  test.each<[string, ConfigPatch, string]>([
    ['takes a listener out', patch('LISTENER', 'REMOVE'), 'LISTENER, REMOVE'],
    ['adds one', patch('LISTENER', 'ADD', { name: 'mine' }), 'LISTENER, ADD'],
    ['has one take other connections', patch('LISTENER', 'MERGE', { default_filter_chain: {} }), "LISTENER, MERGE of 'default_filter_chain'"],
    ['adds a chain of filters', patch('FILTER_CHAIN', 'ADD', {}), 'FILTER_CHAIN, ADD'],
    ['has a chain trust others', patch('FILTER_CHAIN', 'MERGE', { transportSocket: {} }), "FILTER_CHAIN, MERGE of 'transportSocket'"],
    ['takes out what sees where connections go', patch('LISTENER_FILTER', 'REMOVE'), 'LISTENER_FILTER, REMOVE'],
    ['has the black hole be something else', patch('CLUSTER', 'MERGE', { type: 'ORIGINAL_DST' }, { cluster: { name: 'BlackHoleCluster' } }), "CLUSTER, MERGE of 'type'"],
    ['adds another black hole', patch('CLUSTER', 'ADD', { name: 'BlackHoleCluster' }), "CLUSTER, ADD of 'BlackHoleCluster'"],
    ['adds another cluster of a host', patch('CLUSTER', 'ADD', { name: 'outbound|443||api.pay.example' }), "CLUSTER, ADD of 'outbound|443||api.pay.example'"],
    ['takes a cluster out', patch('CLUSTER', 'REMOVE', undefined, { cluster: { name: 'PassthroughCluster' } }), 'CLUSTER, REMOVE'],
    ['sends a host elsewhere', patch('CLUSTER', 'MERGE', { load_assignment: {} }, { cluster: { service: 'api.pay.example' } }), "CLUSTER, MERGE of 'load_assignment'"],
    ['has a host be looked up elsewhere', patch('CLUSTER', 'MERGE', { typedDnsResolverConfig: {} }), "CLUSTER, MERGE of 'typedDnsResolverConfig'"],
    ['has a cluster verify nobody', patch('CLUSTER', 'MERGE', { connect_timeout: '1s', transport_socket: {} }), "CLUSTER, MERGE of 'transport_socket'"],
    ['has a cluster send by filters of its own', patch('CLUSTER', 'MERGE', { typed_extension_protocol_options: { x: { http_filters: [] } } }), "CLUSTER, MERGE of 'typed_extension_protocol_options'"],
    ['adds a virtual host', patch('VIRTUAL_HOST', 'ADD', { name: 'mine', domains: ['*'] }), 'VIRTUAL_HOST, ADD'],
    ['has one be for other hosts', patch('VIRTUAL_HOST', 'MERGE', { domains: ['*'] }), "VIRTUAL_HOST, MERGE of 'domains'"],
    ['adds a route', patch('HTTP_ROUTE', 'INSERT_FIRST', { route: {} }), 'HTTP_ROUTE, INSERT_FIRST'],
    ['leads a route elsewhere', patch('HTTP_ROUTE', 'MERGE', { route: { timeout: '1s', cluster: 'PassthroughCluster' } }), "HTTP_ROUTE, MERGE of 'cluster'"],
    ['leads a route by a header', patch('HTTP_ROUTE', 'MERGE', { route: { cluster_header: 'x' } }), "HTTP_ROUTE, MERGE of 'cluster_header'"],
    ['has routes be others', patch('ROUTE_CONFIGURATION', 'MERGE', { virtual_hosts: [] }), "ROUTE_CONFIGURATION, MERGE of 'virtual_hosts'"],
    ['has connections go elsewhere', patch('NETWORK_FILTER', 'MERGE', { typed_config: { cluster: 'PassthroughCluster' } }, filter('envoy.filters.network.tcp_proxy')), "NETWORK_FILTER, MERGE of 'cluster'"],
    ['has requests go elsewhere', patch('NETWORK_FILTER', 'MERGE', { typedConfig: { routeConfig: {} } }, filter(MANAGER)), "NETWORK_FILTER, MERGE of 'routeConfig'"],
    ['takes a filter of connections out', patch('NETWORK_FILTER', 'REMOVE', undefined, filter('envoy.filters.network.tcp_proxy')), 'NETWORK_FILTER, REMOVE'],
    ['puts one in its place', patch('NETWORK_FILTER', 'REPLACE', typed('x', 'envoy.extensions.filters.network.rbac.v3.RBAC')), 'NETWORK_FILTER, REPLACE'],
    ['sends connections on before', patch('NETWORK_FILTER', 'INSERT_FIRST', typed('stats', 'envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy')), "NETWORK_FILTER, INSERT_FIRST of 'envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy'"],
    ['runs a filter that nobody knows', patch('NETWORK_FILTER', 'INSERT_BEFORE', { name: 'mine' }), "NETWORK_FILTER, INSERT_BEFORE of 'mine'"],
    ['runs one whose type is in a struct', patch('NETWORK_FILTER', 'ADD', typed('stats', 'udpa.type.v1.TypedStruct', { type_url: 'type.googleapis.com/mine' })), "NETWORK_FILTER, ADD of 'mine'"],
    ['sends requests to whatever host they name', patch('HTTP_FILTER', 'INSERT_BEFORE', typed('x', 'envoy.extensions.filters.http.dynamic_forward_proxy.v3.FilterConfig'), filter(MANAGER, ROUTER)),
      "HTTP_FILTER, INSERT_BEFORE of 'envoy.extensions.filters.http.dynamic_forward_proxy.v3.FilterConfig'"],
    ['puts a router before the others', patch('HTTP_FILTER', 'INSERT_FIRST', OTHER_ROUTER), "HTTP_FILTER, INSERT_FIRST of 'envoy.extensions.filters.http.router.v3.Router'"],
    ['takes the router out', patch('HTTP_FILTER', 'REMOVE', undefined, filter(MANAGER, ROUTER)), 'HTTP_FILTER, REMOVE'],
    ['takes all filters of requests out', patch('HTTP_FILTER', 'REMOVE', undefined, filter(MANAGER)), 'HTTP_FILTER, REMOVE'],
    ['has listeners of its own from the start', patch('BOOTSTRAP', 'MERGE', { static_resources: { listeners: [] } }), "BOOTSTRAP, MERGE of 'listeners'"],
    ['asks another control plane', patch('BOOTSTRAP', 'MERGE', { dynamicResources: {} }), "BOOTSTRAP, MERGE of 'dynamicResources'"],
    ['has filters read later send on', patch('EXTENSION_CONFIG', 'ADD', typed('x', 'envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy')), 'EXTENSION_CONFIG, ADD'],
    ['has a cluster lead to others only', patch('CLUSTER', 'MERGE_AND_REPLACE_LIST', { load_assignment: {} }), "CLUSTER, MERGE_AND_REPLACE_LIST of 'load_assignment'"],
    ['has requests pass other filters', patch('NETWORK_FILTER', 'MERGE_AND_REPLACE_LIST', { typed_config: { http_filters: [] } }), "NETWORK_FILTER, MERGE_AND_REPLACE_LIST of 'http_filters'"],
    ['merges what is no object', patch('CLUSTER', 'MERGE', 'x'), 'CLUSTER, MERGE'],
  ])('that %s', (_, written, said) => {
    expect((['sidecar', 'gateway', 'waypoint'] as const).map(proxy => undoneBy([undefined, patch('CLUSTER', 'ADD', { name: 'mine' }), written], proxy))).toEqual([said, said, said]);
  });

  test.each<[string, ConfigPatch]>([
    ['limits requests', patch('HTTP_FILTER', 'INSERT_BEFORE', LIMIT, filter(MANAGER, ROUTER))],
    ['runs code on requests', patch('HTTP_FILTER', 'INSERT_BEFORE', typed('lua', 'envoy.extensions.filters.http.lua.v3.Lua'), filter(MANAGER, ROUTER))],
    ['takes faults out', patch('HTTP_FILTER', 'REMOVE', undefined, filter(MANAGER, 'envoy.filters.http.fault'))],
    ['has the router answer otherwise', patch('HTTP_FILTER', 'MERGE', OTHER_ROUTER, filter(MANAGER, ROUTER))],
    ['writes another access log', patch('LISTENER', 'MERGE', { access_log: [], perConnectionBufferLimitBytes: 1 })],
    ['has chains wait for less time', patch('FILTER_CHAIN', 'MERGE', { transport_socket_connect_timeout: '1s' })],
    ['has the connection manager wait for less time', patch('NETWORK_FILTER', 'MERGE', { typed_config: { common_http_protocol_options: { idle_timeout: '1s' } } }, filter(MANAGER))],
    ['refuses connections', patch('NETWORK_FILTER', 'INSERT_FIRST', typed('x', 'envoy.extensions.filters.network.rbac.v3.RBAC'))],
    ['counts connections by a filter of which only the name is known', patch('NETWORK_FILTER', 'INSERT_FIRST', { name: 'istio.stats' })],
    ['retries', patch('HTTP_ROUTE', 'MERGE', { route: { retry_policy: {} }, request_headers_to_add: [] })],
    ['limits a virtual host', patch('VIRTUAL_HOST', 'MERGE', { rate_limits: [], typed_per_filter_config: { 'envoy.filters.http.local_ratelimit': {} } })],
    ['keeps connections alive', patch('CLUSTER', 'MERGE', { upstream_connection_options: {}, typed_extension_protocol_options: { x: { explicit_http_config: {} } } })],
    ['asks a service of its own', patch('CLUSTER', 'ADD', { name: 'rate_limit_cluster', type: 'STRICT_DNS' })],
    ['traces', patch('BOOTSTRAP', 'MERGE', { static_resources: { clusters: [] }, statsFlushInterval: '5s' })],
    ['has filters read later', patch('EXTENSION_CONFIG', 'ADD', LIMIT)],
    ['keeps connections alive otherwise', patch('CLUSTER', 'MERGE_AND_REPLACE_LIST', { health_checks: [] })],
    ['merges nothing', patch('CLUSTER', 'MERGE')],
    ['says of nothing what it does', { applyTo: 'LISTENER' }],
    ['is for something of which nobody knows', patch('NOTHING', 'REMOVE')],
  ])('but not one that %s', (_, written) => {
    expect((['sidecar', 'gateway', 'waypoint'] as const).map(proxy => undoneBy([written], proxy))).toEqual([undefined, undefined, undefined]);
  });

  const RBAC = patch('HTTP_FILTER', 'REMOVE', undefined, filter(MANAGER, 'envoy.filters.http.rbac'));
  const ONE = patch('LISTENER', 'REMOVE');
  const within = (match: object, of = ONE): ConfigPatch => ({ ...of, match: { ...of.match as object, ...match } });

  test.each<[string, ConfigPatch, readonly KeepingProxy[]]>([
    ['of policies, where these are: not at who sends', RBAC, ['gateway', 'waypoint']],
    ['of policies of a route', patch('HTTP_ROUTE', 'MERGE', PER_ROUTE), ['gateway', 'waypoint']],
    ['of all contexts', within({ context: 'ANY' }), ['sidecar', 'gateway', 'waypoint']],
    ['of what sidecars send', within({ context: 'SIDECAR_OUTBOUND' }), ['sidecar']],
    ['of what sidecars get, as waypoints do', within({ context: 'SIDECAR_INBOUND' }), ['waypoint']],
    ['of gateways', within({ context: 'GATEWAY' }), ['gateway']],
    ['of waypoints', within({ context: 'WAYPOINT' }), ['waypoint']],
    ['of the listener for what comes in', within({ listener: { name: 'virtualInbound' } }), ['gateway', 'waypoint']],
    ['of its port', within({ listener: { portNumber: 15006 } }), ['gateway', 'waypoint']],
    ['of clusters for what comes in', within({ cluster: { name: 'inbound|8080||' } }, patch('CLUSTER', 'REMOVE')), ['gateway', 'waypoint']],
    ['of what is there before any context', within({ context: 'SIDECAR_INBOUND' }, patch('BOOTSTRAP', 'MERGE', { admin: {} })), ['sidecar', 'gateway', 'waypoint']],
  ])('is one %s', (_, written, proxies) => {
    expect((['sidecar', 'gateway', 'waypoint'] as const).filter(proxy => undoneBy([written], proxy) !== undefined)).toEqual(proxies);
  });
});
