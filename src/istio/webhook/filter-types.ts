import { misspelt } from '../../util/misspelling';

const TYPES_OF = 'type.googleapis.com/envoy.extensions.';

/** Settings of filters that are in use, each in the third version of Envoy's API: where they stand, and their messages. */
const SETTINGS: Readonly<Record<string, readonly string[]>> = {
  'filters.http.basic_auth': ['BasicAuth', 'BasicAuthPerRoute'],
  'filters.http.buffer': ['Buffer', 'BufferPerRoute'],
  'filters.http.compressor': ['Compressor', 'CompressorPerRoute'],
  'filters.http.cors': ['Cors', 'CorsPolicy'],
  'filters.http.csrf': ['CsrfPolicy'],
  'filters.http.decompressor': ['Decompressor'],
  'filters.http.ext_authz': ['ExtAuthz', 'ExtAuthzPerRoute'],
  'filters.http.ext_proc': ['ExternalProcessor', 'ExtProcPerRoute'],
  'filters.http.fault': ['HTTPFault'],
  'filters.http.grpc_json_transcoder': ['GrpcJsonTranscoder'],
  'filters.http.grpc_stats': ['FilterConfig'],
  'filters.http.grpc_web': ['GrpcWeb'],
  'filters.http.header_mutation': ['HeaderMutation', 'HeaderMutationPerRoute'],
  'filters.http.health_check': ['HealthCheck'],
  'filters.http.ip_tagging': ['IPTagging'],
  'filters.http.jwt_authn': ['JwtAuthentication', 'PerRouteConfig'],
  'filters.http.local_ratelimit': ['LocalRateLimit'],
  'filters.http.lua': ['Lua', 'LuaPerRoute'],
  'filters.http.oauth2': ['OAuth2'],
  'filters.http.ratelimit': ['RateLimit', 'RateLimitPerRoute'],
  'filters.http.rbac': ['RBAC', 'RBACPerRoute'],
  'filters.http.router': ['Router'],
  'filters.http.set_filter_state': ['Config'],
  'filters.http.stateful_session': ['StatefulSession', 'StatefulSessionPerRoute'],
  'filters.http.tap': ['Tap'],
  'filters.http.wasm': ['Wasm'],
  'filters.listener.http_inspector': ['HttpInspector'],
  'filters.listener.local_ratelimit': ['LocalRateLimit'],
  'filters.listener.original_dst': ['OriginalDst'],
  'filters.listener.original_src': ['OriginalSrc'],
  'filters.listener.proxy_protocol': ['ProxyProtocol'],
  'filters.listener.tls_inspector': ['TlsInspector'],
  'filters.network.connection_limit': ['ConnectionLimit'],
  'filters.network.ext_authz': ['ExtAuthz'],
  'filters.network.http_connection_manager': ['HttpConnectionManager'],
  'filters.network.local_ratelimit': ['LocalRateLimit'],
  'filters.network.mongo_proxy': ['MongoProxy'],
  'filters.network.ratelimit': ['RateLimit'],
  'filters.network.rbac': ['RBAC'],
  'filters.network.redis_proxy': ['RedisProxy'],
  'filters.network.tcp_proxy': ['TcpProxy'],
  'filters.network.wasm': ['Wasm'],
  'transport_sockets.tls': ['DownstreamTlsContext', 'UpstreamTlsContext'],
  'transport_sockets.proxy_protocol': ['ProxyProtocolUpstreamTransport'],
  'upstreams.http': ['HttpProtocolOptions'],
};

const USUAL = Object.entries(SETTINGS).flatMap(([place, messages]) => messages.map(message => `${TYPES_OF}${place}.v3.${message}`));

/** The type that is meant by one which is a slip of it. What is none may be of another version, or of somebody else: istiod refuses it where it does not know it. */
export function meantType(type: string): string | undefined { return USUAL.includes(type) ? undefined : misspelt(type, USUAL); }
