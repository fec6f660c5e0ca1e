import { TrafficProtectionIntent } from '../../src/intent/traffic-protection-intent';
import { ServiceFacts } from '../../src/intent/workload';
import { limitsOnly } from '../../src/istio/local-rate-limit';
import { renderTrafficProtection } from '../../src/render/traffic-protection';
import { AMBIENT, http, MESH, namespace, service, tcp, WAYPOINT, workload } from '../support/facts';

const API = service('api', { 80: 8080 });
const LIMITS = { circuitBreaker: { maxConnections: 100 } };

function intent(more: Partial<TrafficProtectionIntent>, services: ServiceFacts[] = [API]): TrafficProtectionIntent {
  return { kind: 'traffic-protection', mesh: MESH, target: workload([http(8080)], services), namespace: namespace('shop'), subsets: {}, ...more };
}

function ruleOf(made: TrafficProtectionIntent): unknown { return renderTrafficProtection(made).specs['protection-rule']; }

const API_HOST = 'api.shop.svc.cluster.local';

describe('The rule of a TrafficProtection', () => {
  test.each<[string, Partial<TrafficProtectionIntent>, object]>([
    ['connections', { circuitBreaker: { maxConnections: 100, connectTimeout: 2000 } }, { connectionPool: { tcp: { maxConnections: 100, connectTimeout: '2s' } } }],
    ['requests', { circuitBreaker: { maxPendingRequests: 1, maxRequests: 2, maxRequestsPerConnection: 3, maxRetries: 4 } },
      { connectionPool: { http: { http1MaxPendingRequests: 1, http2MaxRequests: 2, maxRequestsPerConnection: 3, maxRetries: 4 } } }],
    ['both', { circuitBreaker: { maxConnections: 9, maxRetries: 1 } }, { connectionPool: { tcp: { maxConnections: 9 }, http: { maxRetries: 1 } } }],
    ['errors in a row', { ejection: { consecutive5xxErrors: 5 } }, { outlierDetection: { consecutive5xxErrors: 5 } }],
    ['errors of a gateway only', { ejection: { consecutive5xxErrors: 0, consecutiveGatewayErrors: 3 } }, { outlierDetection: { consecutive5xxErrors: 0, consecutiveGatewayErrors: 3 } }],
    ['times and shares', { ejection: { consecutive5xxErrors: 5, interval: 1500, ejectionTime: 60_000, maxEjectionPercent: 50, minHealthPercent: 30 } },
      { outlierDetection: { consecutive5xxErrors: 5, interval: '1500ms', baseEjectionTime: '60s', maxEjectionPercent: 50, minHealthPercent: 30 } }],
  ])('limits %s, and leaves TLS as it is', (_, limits, trafficPolicy) => {
    expect(renderTrafficProtection(intent(limits))).toEqual({ specs: { 'protection-rule': { host: API_HOST, exportTo: ['*'], trafficPolicy } }, problems: [] });
  });

  test('names subsets, without policies of their own', () => {
    expect(ruleOf(intent({ ...LIMITS, subsets: { v2: { version: '2' } } }))).toEqual(expect.objectContaining({ subsets: [{ name: 'v2', labels: { version: '2' } }] }));
  });

  test('is for the waypoint in ambient', () => {
    expect(renderTrafficProtection(intent({ ...LIMITS, namespace: WAYPOINT })).problems).toEqual([]);
  });

  test.each<[string, Partial<TrafficProtectionIntent>, ServiceFacts[], RegExp]>([
    ['ztunnel, which reads none', { ...LIMITS, namespace: AMBIENT }, [API], /^circuitBreaker and outlierDetection, of which ztunnel knows nothing, can be enforced only by a waypoint, but namespace 'shop' has no waypoint; /],
    ['a Service past the waypoint', { ...LIMITS, namespace: WAYPOINT }, [service('api', { 80: 8080 }, { useWaypoint: 'none' })], /can be enforced only by a waypoint/],
    ['no Service', LIMITS, [], /^'shop\/api' must be called through a Service, for whose host a DestinationRule is written, and has none; /],
    ['several Services', LIMITS, [API, service('api-v1', { 80: 8080 })], /must be called through one Service, for whose host a DestinationRule is written, got 'api', 'api-v1'; say which is meant/],
    ['pods that clients choose themselves', { ejection: { consecutive5xxErrors: 5 } }, [service('api', { 80: 8080 }, { headless: true })], /^outlierDetection must be for a Service with a cluster address, got the headless 'api'/],
  ])('refuses %s', (_, more, services, problem) => {
    expect(renderTrafficProtection(intent(more, services)).problems).toEqual([expect.stringMatching(problem)]);
  });

  test('refuses limits of HTTP where only TCP is spoken, and takes those of connections', () => {
    const db = service('db', {}, { ports: [{ port: 5432, targetPort: 5432, protocol: 'tcp', transport: 'TCP' }] });
    const limited = (limit: object) => renderTrafficProtection(intent({ circuitBreaker: limit, target: workload([tcp(5432)], [db]) })).problems;

    expect(limited({ maxConnections: 5 })).toEqual([]);
    expect(limited({ maxConnections: 5, maxRequests: 5 })).toEqual([expect.stringMatching(/^circuitBreaker must limit what the Service speaks, got maxRequests of HTTP, and all ports of 'db' are declared TCP; /)]);
  });
});

describe('The rate limit of a TrafficProtection', () => {
  const LIMIT = { requests: 50, per: 1000, burst: 100, ports: [] };
  const full = { default_value: { numerator: 100, denominator: 'HUNDRED' } };
  const limitOf = (made: TrafficProtectionIntent) => renderTrafficProtection(made).specs['rate-limit'];

  test('is enabled, enforced, at a port of the pods, and right before requests are sent on', () => {
    expect(renderTrafficProtection(intent({ rateLimit: LIMIT }))).toEqual({
      specs: {
        'rate-limit': {
          workloadSelector: { labels: { app: 'api' } },
          configPatches: [{
            applyTo: 'HTTP_FILTER',
            match: {
              context: 'SIDECAR_INBOUND',
              listener: { portNumber: 8080, filterChain: { filter: { name: 'envoy.filters.network.http_connection_manager', subFilter: { name: 'envoy.filters.http.router' } } } },
            },
            patch: {
              operation: 'INSERT_BEFORE',
              value: {
                name: 'envoy.filters.http.local_ratelimit',
                typed_config: {
                  '@type': 'type.googleapis.com/envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit',
                  'stat_prefix': 'zero_trust_rate_limit',
                  'token_bucket': { max_tokens: 100, tokens_per_fill: 50, fill_interval: '1s' },
                  'filter_enabled': full,
                  'filter_enforced': full,
                },
              },
            },
          }],
        },
      },
      problems: [],
    });
  });

  test('is at each port that is declared HTTP, but those of metrics, or at those that are named', () => {
    const target = workload([http(8080), http(8081), http(9090), tcp(9000)]);
    const metered = namespace('shop', { metrics: { readers: [], ports: [9090], path: '/metrics' } });
    const portsOf = (ports: number[]) => (limitOf(intent({ rateLimit: { ...LIMIT, ports }, target, namespace: metered })) as { configPatches: { match: { listener: { portNumber: number } } }[] })
      .configPatches.map(({ match }) => match.listener.portNumber);

    expect([portsOf([]), portsOf([9090])]).toEqual([[8080, 8081], [9090]]);
  });

  test('is for the chains of its Service at a waypoint, and leaves those of others as they are', () => {
    const { specs, problems } = renderTrafficProtection(intent({ rateLimit: LIMIT, namespace: WAYPOINT }));
    const { targetRefs, configPatches: [patch, ...others] } = specs['rate-limit'] as { targetRefs: object[]; configPatches: { match: object }[] };

    expect([problems, others]).toEqual([[], []]);
    expect(targetRefs).toEqual([{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: WAYPOINT.waypoint!.name }]);
    expect(patch.match).toEqual({
      context: 'SIDECAR_INBOUND',
      listener: {
        filterChain: {
          name: `inbound-vip|80|http|${API_HOST}`,
          filter: { name: 'envoy.filters.network.http_connection_manager', subFilter: { name: 'envoy.filters.http.router' } },
        },
      },
    });
  });

  test.each<[string, ServiceFacts[], string[]]>([
    ['other ports than its sibling', [API, service('api-v1', { 8000: 8080 })], [`80|http|${API_HOST}`, '8000|http|api-v1.shop.svc.cluster.local']],
    ['a port by the number of another', [API, service('api-v1', { 80: 9000, 8000: 8080 })], [`80|http|${API_HOST}`, '8000|http|api-v1.shop.svc.cluster.local']],
    ['a port more than its sibling', [API, service('api-v1', { 80: 8080, 81: 8081 })], [`80|http|${API_HOST}`, '80|http|api-v1.shop.svc.cluster.local', '81|http|api-v1.shop.svc.cluster.local']],
    ['nothing that is limited', [API, service('raw', { 90: 9000 })], [`80|http|${API_HOST}`]],
    ['a port twice', [service('api', { 80: 8080, 88: 8080 })], [`80|http|${API_HOST}`, `88|http|${API_HOST}`]],
  ])('names no chain that a waypoint does not have, where a Service has %s', (_, services, chains) => {
    const { specs, problems } = renderTrafficProtection(intent({ rateLimit: LIMIT, namespace: WAYPOINT, target: workload([http(8080), http(8081), tcp(9000)], services) }));
    const { configPatches } = specs['rate-limit'] as { configPatches: { match: { listener: { filterChain: { name: string } } } }[] };

    expect(problems).toEqual([]);
    expect(configPatches.map(({ match }) => match.listener.filterChain.name)).toEqual(chains.map(chain => `inbound-vip|${chain}`));
  });

  test('needs no Service', () => {
    expect(renderTrafficProtection(intent({ rateLimit: LIMIT }, [])).problems).toEqual([]);
  });

  test.each<[string, Partial<TrafficProtectionIntent>, RegExp]>([
    ['a port of TCP, at which nothing is limited', { rateLimit: { ...LIMIT, ports: [9000] }, target: workload([http(8080), tcp(9000)], [API]) }, /9000/],
    ['a waypoint elsewhere', { rateLimit: LIMIT, namespace: { ...WAYPOINT, waypoint: { ...WAYPOINT.waypoint!, namespace: 'edge' } } }, /^rateLimit must be where the waypoint is, and that of 'shop\/api' is 'edge\//],
    ['ztunnel', { rateLimit: LIMIT, namespace: AMBIENT }, /^rateLimit must be at a sidecar or a waypoint, and 'shop\/api' has neither: .* by DataPlane.SIDECAR$/],
    ['a port that no Service of a waypoint exposes', { rateLimit: { ...LIMIT, ports: [8080, 8081] }, namespace: WAYPOINT, target: workload([http(8080), http(8081)], [API]) },
      /^rateLimit must be for ports that a Service exposes, as a waypoint sees no others, got 8081 of 'shop\/api'; add it to 'api', or limit other ports$/],
    ['all ports where no Service of a waypoint exposes one of them', { rateLimit: LIMIT, namespace: WAYPOINT, target: workload([http(8081), tcp(9000)], [service('raw', { 90: 9000 })]) }, /got 8081 of 'shop\/api'; add it to 'raw'/],
    ['the root namespace', { rateLimit: LIMIT, target: workload([http(8080)], [API], { namespace: 'istio-system' }) }, /is in the root namespace/],
  ])('refuses %s', (_, more, problem) => {
    expect(renderTrafficProtection(intent(more)).problems).toEqual([expect.stringMatching(problem)]);
  });

  test('is known from other patches, which may let somebody in', () => {
    const made = limitOf(intent({ rateLimit: LIMIT })) as { configPatches: object[] };
    const [patch] = JSON.parse(JSON.stringify(made.configPatches)) as { applyTo: string; match: object; patch: { operation: string; value: { typed_config: object } } }[];
    const first = { ...patch, patch: { ...patch.patch, operation: 'INSERT_FIRST' } };
    const { value } = patch.patch;
    const adding = { ...patch, patch: { ...patch.patch, value: { ...value, typed_config: { ...value.typed_config, request_headers_to_add_when_not_enforced: [] } } } };
    const lua = { ...patch, patch: { ...patch.patch, value: { typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua' } } } };

    expect(limitsOnly(made)).toBe(true);
    for (const configPatches of [[], undefined, 5, [null], [first], [lua], [adding], [patch, lua], [{ ...patch, match: {} }]]) { expect(limitsOnly({ configPatches })).toBe(false); }
    expect(limitsOnly(undefined)).toBe(false);
  });
});
