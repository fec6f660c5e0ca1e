import { Fields, Parts } from './routes';

/** Specs of EnvoyFilters, of which together every field of the API is in one. */

const MANAGER = 'envoy.filters.network.http_connection_manager';
const WITHIN = { name: MANAGER, subFilter: { name: 'envoy.filters.http.router' } };

const LUA = {
  name: 'mine',
  typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua', 'default_source_code': { inline_string: 'function envoy_on_request(handle) end' } },
};

const PATCHES: readonly Fields[] = [
  { applyTo: 'HTTP_FILTER', match: { context: 'SIDECAR_INBOUND', listener: { portNumber: 8080, filterChain: { filter: WITHIN } } }, patch: { operation: 'INSERT_BEFORE', value: LUA } },
  { applyTo: 'HTTP_FILTER', match: { proxy: { proxyVersion: '^1\\.3[01]', metadata: { CLUSTER_ID: 'east' } } }, patch: { operation: 'ADD', value: LUA, filterClass: 'AUTHZ' } },
  { applyTo: 'HTTP_FILTER', match: { context: 'GATEWAY', listener: { filterChain: { filter: { name: MANAGER, subFilter: { name: 'mine' } } } } }, patch: { operation: 'REMOVE' } },
  {
    applyTo: 'NETWORK_FILTER',
    match: { listener: { name: 'virtualInbound', filterChain: { name: 'c', sni: 'a.example', transportProtocol: 'tls', applicationProtocols: 'h2,http/1.1', destinationPort: 443 } } },
    patch: { operation: 'INSERT_FIRST', value: { name: 'mine', config_discovery: { config_source: { ads: {} }, type_urls: ['a'] } } },
  },
  {
    applyTo: 'FILTER_CHAIN',
    match: { listener: { filterChain: { transportSocket: 'envoy.transport_sockets.tls' } } },
    patch: { operation: 'MERGE', value: { transport_socket_connect_timeout: '5s' } },
  },
  {
    applyTo: 'LISTENER_FILTER',
    match: { listener: { portName: 'http', listenerFilter: 'envoy.filters.listener.tls_inspector' } },
    patch: { operation: 'REPLACE', value: { name: 'mine', typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector' } } },
  },
  { applyTo: 'LISTENER', patch: { operation: 'MERGE_AND_REPLACE_LIST', value: { socket_options: [] } } },
  {
    applyTo: 'HTTP_ROUTE',
    match: { context: 'GATEWAY', routeConfiguration: { portNumber: 443, portName: 'https', gateway: 'edge/public', name: 'a', vhost: { name: 'a.example:443', route: { name: 'b', action: 'ROUTE' } } } },
    patch: { operation: 'MERGE', value: { route: { timeout: '5s' } } },
  },
  { applyTo: 'VIRTUAL_HOST', match: { routeConfiguration: { vhost: { domainName: 'a.example' } } }, patch: { operation: 'MERGE', value: { include_request_attempt_count: true } } },
  { applyTo: 'ROUTE_CONFIGURATION', match: { context: 'SIDECAR_OUTBOUND' }, patch: { operation: 'MERGE', value: { request_headers_to_remove: ['x-a'] } } },
  { applyTo: 'CLUSTER', match: { cluster: { service: 'api.shop.svc.cluster.local', portNumber: 80, subset: 'v1' } }, patch: { operation: 'MERGE', value: { connect_timeout: '1s' } } },
  { applyTo: 'CLUSTER', match: { cluster: { name: 'PassthroughCluster' } }, patch: { operation: 'REMOVE' } },
  { applyTo: 'EXTENSION_CONFIG', patch: { operation: 'ADD', value: LUA } },
  { applyTo: 'BOOTSTRAP', patch: { operation: 'MERGE', value: { stats_flush_interval: '5s' } } },
  { applyTo: 'HTTP_FILTER', match: { context: 'WAYPOINT', waypoint: { portNumber: 80, filter: WITHIN, route: { name: 'default' } } }, patch: { operation: 'INSERT_AFTER', value: LUA } },
  { applyTo: 'HTTP_FILTER', match: { context: 'WAYPOINT', waypoint: { portNumber: 8080 } }, patch: { operation: 'ADD', value: LUA } },
];

export const ENVOY_FILTER: Parts = {
  base: {},
  parts: [
    ...PATCHES.map(patch => ({ configPatches: [patch] })),
    { configPatches: PATCHES.slice(0, 3) },
    { workloadSelector: { labels: { app: 'web' } } },
    { targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'waypoint' }] },
    { priority: -10 },
    { priority: 2 ** 31 - 1 },
  ],
};
