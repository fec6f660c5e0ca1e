import { admitSpec, refusing, said } from './admitted';

const MANAGER = 'envoy.filters.network.http_connection_manager';
const ROUTER = 'envoy.filters.http.router';
const TYPE = { '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router' };
const VALUE = { name: 'mine', typed_config: TYPE };
const ADD = { operation: 'ADD', value: VALUE };

const patches = (...configPatches: unknown[]): object => ({ configPatches });
/** One patch of filters for requests. */
const patch = (more: object): object => patches({ applyTo: 'HTTP_FILTER', patch: ADD, ...more });
const filter = (match: object, more: object = {}): object => patch({ match: { listener: { filterChain: { filter: match } } }, ...more });
const value = (given: unknown, more: object = {}): object => patch({ patch: { operation: 'ADD', value: given }, ...more });
const waypoint = (more: object): object => ({ match: { context: 'WAYPOINT', waypoint: more } });

/** What is said of it beside the word that every EnvoyFilter gets. */
const besides = (spec: unknown): string[] => said('EnvoyFilter', spec).filter(line => !line.startsWith('warning of webhook spec: '));

/** Settings of a filter. */
function typed(type: string): object { return value({ name: 'mine', typed_config: { '@type': `type.googleapis.com/${type}` } }); }

/** What is merged into something else than a filter. */
function merged(applyTo: string, into: object): object { return patches({ applyTo, patch: { operation: 'MERGE', value: into } }); }

describe('EnvoyFilter', () => {
  test('is admitted with a warning, whatever it does', () => {
    expect(said('EnvoyFilter', {})).toEqual([
      'warning of webhook spec: should be used where nothing else does it, as what it patches changes from version to version; look at it with each upgrade of Istio',
    ]);
  });

  test.each([
    ['one filter before another', filter({ name: MANAGER, subFilter: { name: ROUTER } })],
    ['what is removed, without a value', filter({ name: MANAGER, subFilter: { name: 'mine' } }, { patch: { operation: 'REMOVE' } })],
    ['settings that the proxy asks for', value({ name: 'mine', config_discovery: { config_source: { ads: {} } } })],
    ['settings in the other spelling', value({ name: 'mine', typedConfig: TYPE })],
    ['proxies of a version', patch({ match: { proxy: { proxyVersion: '^1\\.3[01].*', metadata: { CLUSTER_ID: 'east' } } } })],
    ['routes of a host', patches({
      applyTo: 'HTTP_ROUTE', match: { routeConfiguration: { vhost: { domainName: 'api', route: { action: 'ROUTE' } } } }, patch: { operation: 'MERGE', value: { name: 'x' } },
    })],
    ['a cluster', patches({ applyTo: 'CLUSTER', match: { cluster: { service: 'api.shop.svc.cluster.local' } }, patch: { operation: 'MERGE', value: { connect_timeout: '1s' } } })],
    ['what a proxy starts with', patches({ applyTo: 'BOOTSTRAP', patch: { operation: 'MERGE', value: { stats_flush_interval: '5s' } } })],
    ['a listener that is matched for what no match is asked for', patches({ applyTo: 'EXTENSION_CONFIG', match: { cluster: {} }, patch: ADD })],
    ['targets, whatever they are', { ...patch({}), targetRefs: [{ group: 'apps', kind: 'Deployment', name: 'api' }] }],
    ['whatever is patched at waypoints', patches(waypoint({ portNumber: 8080 }))],
    ['an order', { ...patch({}), priority: -10 }],
    ['nulls and empty lists in free JSON', value({ ...VALUE, typed_config: { ...TYPE, a: null, b: [], c: {} } })],
  ])('admits %s', (_, spec) => {
    expect(besides(spec)).toEqual([]);
  });

  test.each([
    ['nothing that is patched', patches({ patch: ADD }), ['webhook spec.configPatches[0].applyTo: must be given, got nothing; say what is patched']],
    ['nothing that is done', patches({ applyTo: 'CLUSTER' }), ['webhook spec.configPatches[0].patch: must be given, got nothing; say what is done to it']],
    ['a patch without operation', patch({ patch: { value: VALUE } }), ['webhook spec.configPatches[0].patch.operation: must be given, got nothing; say how the value is applied']],
    ['a patch without value', patch({ patch: { operation: 'MERGE' } }), ['webhook spec.configPatches[0].patch.value: must be given with operation MERGE, got nothing; give what is put there']],
    ['a list as a value', value([]), [
      "schema spec.configPatches[0].patch.value: must be an object, got '[]'; correct it",
      "webhook spec.configPatches[0].patch.value: must be an object, got '[]'; istiod cannot read it otherwise",
    ]],
    ['a version that is no expression', patch({ match: { proxy: { proxyVersion: '1.(' } } }), [
      "webhook spec.configPatches[0].match.proxy.proxyVersion: must be a regular expression in the syntax of RE2, got '1.(': missing closing ): `1.(`; correct it",
    ]],
    ['a cluster matched for a filter', patch({ match: { cluster: {} } }), [
      'webhook spec.configPatches[0].match.cluster: must be listener with applyTo HTTP_FILTER, got cluster; match what is patched',
    ]],
    ['a listener matched for a route', patches({ applyTo: 'VIRTUAL_HOST', match: { listener: {} }, patch: { operation: 'ADD', value: { name: 'x' } } }), [
      'webhook spec.configPatches[0].match.listener: must be routeConfiguration with applyTo VIRTUAL_HOST, got listener; match what is patched',
    ]],
    ['routes matched for a cluster', patches({ applyTo: 'CLUSTER', match: { routeConfiguration: {} }, patch: { operation: 'ADD', value: {} } }), [
      'webhook spec.configPatches[0].match.routeConfiguration: must be cluster with applyTo CLUSTER, got routeConfiguration; match what is patched',
    ]],
    ['a filter without name', filter({ subFilter: { name: ROUTER } }), ['webhook spec.configPatches[0].match.listener.filterChain.filter.name: must be given, got nothing; name the filter']],
    ['a filter within one for connections', filter({ name: MANAGER, subFilter: { name: ROUTER } }, { applyTo: 'NETWORK_FILTER' }), [
      'webhook spec.configPatches[0].match.listener.filterChain.filter.subFilter: must be left out with applyTo NETWORK_FILTER; it is for HTTP_FILTER',
    ]],
    ['a filter within one that has none', filter({ name: 'envoy.filters.network.tcp_proxy', subFilter: { name: ROUTER } }), [
      `webhook spec.configPatches[0].match.listener.filterChain.filter.name: must be ${MANAGER} with a subFilter, got 'envoy.filters.network.tcp_proxy'; only that one has filters of its own`,
    ]],
    ['a filter within, without name', filter({ name: MANAGER, subFilter: {} }), [
      'webhook spec.configPatches[0].match.listener.filterChain.filter.subFilter.name: must be given, got nothing; name the filter',
    ]],
    ['two things that are matched', patch({ match: { listener: {}, cluster: {} } }), [
      'schema spec.configPatches[0].match: must have at most one of these, got listener and cluster, where empty counts; keep one',
      'webhook spec.configPatches[0].match.cluster: must be listener with applyTo HTTP_FILTER, got cluster; match what is patched',
    ]],
    ['pods beside gateways', { ...patch({}), workloadSelector: { labels: { app: 'a' } }, targetRefs: [{ kind: 'Gateway', name: 'a' }] }, [
      'schema spec: must have at most one of workloadSelector and targetRefs, got both, where empty counts; keep one',
    ]],
    ['a waypoint in no context of one', patch({ match: { waypoint: {} } }), [
      'schema spec.configPatches[0].match: must have waypoint with context WAYPOINT only, got it without; drop it, and use SIDECAR_INBOUND with targetRefs, which waypoints read',
      'webhook spec.configPatches[0].match.waypoint: must be listener with applyTo HTTP_FILTER, got waypoint; match what is patched',
    ]],
    ['the context of waypoints without one', patch({ match: { context: 'WAYPOINT', listener: {} } }), [
      'schema spec.configPatches[0].match: must have waypoint with context WAYPOINT, got none; add it, or use SIDECAR_INBOUND with targetRefs, which waypoints read',
    ]],
    ['port 0 of a waypoint', patches(waypoint({ portNumber: 0 })), [
      "schema spec.configPatches[0].match.waypoint.portNumber: must be from 1 to 65535, got '0'; give the port of the Service",
    ]],
    ['a name that is a number', value({ name: 1 }), ["webhook spec.configPatches[0].patch.value.name: must be text, got '1'; istiod cannot read it otherwise"]],
    ['settings that are text', value({ name: 'mine', typed_config: 'x' }), ["webhook spec.configPatches[0].patch.value.typed_config: must be an object, got 'x'; give the settings with '@type'"]],
    ['settings of no type', value({ name: 'mine', typed_config: { status_code: 429 } }), [
      "webhook spec.configPatches[0].patch.value.typed_config['@type']: must be given, got nothing; write 'type.googleapis.com/' and the name of Envoy's message",
    ]],
    ['settings of the second version, wherever they are', patches({
      applyTo: 'CLUSTER', patch: { operation: 'MERGE', value: { transport_socket: { name: 'tls', typed_config: { '@type': 'type.googleapis.com/envoy.api.v2.auth.UpstreamTlsContext' } } } },
    }), [
      "webhook spec.configPatches[0].patch.value.transport_socket.typed_config['@type']: must be a message of the third version of Envoy's API, got 'type.googleapis.com/envoy.api.v2.auth.UpstreamTlsContext'; "
      + "write 'type.googleapis.com/' and its name",
    ]],
    ['settings whose type is a slip', typed('envoy.extensions.filters.http.lau.v3.Lua'), [
      "webhook spec.configPatches[0].patch.value.typed_config['@type']: must be a message that Envoy has, got 'type.googleapis.com/envoy.extensions.filters.http.lau.v3.Lua'; did you mean 'type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua'?",
    ]],
  ])('refuses %s', (_, spec, lines) => {
    expect(besides(spec)).toEqual(lines);
  });

  test.each([
    ['envoy.extensions.filters.http.local_rate_limit.v3.LocalRateLimit', false], ['envoy.extensions.filters.http.rbac.v3.Rbac', false], ['envoy.extensions.filters.network.tcp_proxy.v3.TcpProxi', true],
    ['envoy.extension.filters.http.router.v3.Router', false], ['envoy.extensions.transport_sockets.tls.v3.UpstreamTLSContext', false], ['envoy.extensions.filters.http.ratelimit.v3.RateLimitt', false],
    ['envoy.extensions.filters.http.router.v3.Router', true], ['envoy.extensions.filters.http.router.v4.Router', true], ['envoy.extensions.filters.http.mcp_router.v3.McpRouter', true], ['example.filters.Mine', true],
    ['istio.envoy.config.filter.http.alpn.v2alpha1.FilterConfig', true],
  ])('takes settings of %s where they are no slip, as it does not know all that there are', (type, isTaken) => {
    expect(besides(typed(type)).length === 0).toBe(isTaken);
  });

  test.each([
    ['a patch that is null', patches(null), ['schema', 'webhook']],
    ['INVALID by name', patch({ applyTo: 'INVALID' }), ['webhook']],
    ['what is patched by a number that stands for nothing', patch({ applyTo: 12 }), ['schema', 'webhook']],
    ['a context in lower case', patch({ match: { context: 'any' } }), ['schema', 'webhook']],
    ['metadata that is no text', patch({ match: { proxy: { metadata: { A: 1 } } } }), ['schema', 'webhook']],
    ['a priority beyond 32 bits', { priority: 2 ** 31 }, ['schema', 'webhook']],
    ['a target without kind', { targetRefs: [{ name: 'a' }] }, ['schema']],
    ['17 targets', { targetRefs: Array.from({ length: 17 }, () => ({ kind: 'Gateway', name: 'a' })) }, ['schema']],
    ['a wildcard in a label', { workloadSelector: { labels: { app: 'a*' } } }, ['schema', 'webhook']],
    ['a field of an older API', { filters: [] }, ['unknown-field']],
  ])('refuses %s in the right layers', (_, spec, layers) => {
    expect(refusing('EnvoyFilter', spec)).toEqual(layers);
  });

  test.each([
    ['labels that are missing', { workloadSelector: {} }, ['spec.workloadSelector']],
    ['a version that is longer than any', patch({ match: { proxy: { proxyVersion: '1'.repeat(1025) } } }), ['spec.configPatches[0].match.proxy.proxyVersion']],
    ['a filter for a whole listener', filter({ name: MANAGER }, { applyTo: 'LISTENER', patch: { operation: 'REMOVE' } }), ['spec.configPatches[0].match.listener.filterChain.filter']],
    ['older names of filters', filter({ name: 'envoy.http_connection_manager', subFilter: { name: 'envoy.router' } }), [
      'spec.configPatches[0].match.listener.filterChain.filter.name', 'spec.configPatches[0].match.listener.filterChain.filter.subFilter.name',
    ]],
    ['a filter by its name alone', value({ name: ROUTER }), ['spec.configPatches[0].patch.value.typed_config']],
    ['a field that Envoy does not have', value({ ...VALUE, typedconfig: {} }), ['spec.configPatches[0].patch.value.typedconfig']],
    ['one of clusters', merged('CLUSTER', { connectTimeout: '1s', connect_timeot: '1s' }), ['spec.configPatches[0].patch.value.connect_timeot']],
    ['one of listeners', merged('LISTENER', { per_connection_buffer_limit_bytes: 1, buffer: 1 }), ['spec.configPatches[0].patch.value.buffer']],
    ['one of chains', merged('FILTER_CHAIN', { transport_socket_connect_timeout: '1s', tls: {} }), ['spec.configPatches[0].patch.value.tls']],
    ['one of routes', merged('HTTP_ROUTE', { route: { timeout: '1s' }, routes: [] }), ['spec.configPatches[0].patch.value.routes']],
    ['one of virtual hosts', merged('VIRTUAL_HOST', { rateLimits: [], retries: {} }), ['spec.configPatches[0].patch.value.retries']],
    ['one of all routes', merged('ROUTE_CONFIGURATION', { request_headers_to_add: [], route: {} }), ['spec.configPatches[0].patch.value.route']],
  ])('warns of %s', (_, spec, fields) => {
    expect(refusing('EnvoyFilter', spec)).toEqual([]);
    expect(admitSpec('EnvoyFilter', spec).warnings.map(({ field }) => field)).toEqual(['spec', ...fields]);
  });

  test('says what a field is called that is a slip', () => {
    const [, { message }] = admitSpec('EnvoyFilter', merged('CLUSTER', { connect_timeuot: '1s' })).warnings;

    expect(message).toBe("should be a field of Envoy's, got 'connect_timeuot'; istiod leaves it out, and perhaps the patch with it, so write 'connect_timeout'");
  });
});
