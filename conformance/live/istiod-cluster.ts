import { addressOf, typed } from './envoy-config';
import { DestinationRuleSpec } from '../../src/istio/destination-rule';

const UNLIMITED = 2 ** 32 - 1;

/** The cluster of some pods that istiod makes of a rule, but for TLS: without panic unless a share is named, with errors enforced wherever they are counted, and what is not limited without limit. */
export function clusterOf({ trafficPolicy: { connectionPool: { tcp = {}, http: requests = {} } = {}, outlierDetection } = {} }: DestinationRuleSpec, ports: readonly number[]): object {
  const ejects = outlierDetection && {
    outlier_detection: {
      enforcing_success_rate: 0,
      consecutive_5xx: outlierDetection.consecutive5xxErrors,
      enforcing_consecutive_5xx: enforced(outlierDetection.consecutive5xxErrors),
      consecutive_gateway_failure: outlierDetection.consecutiveGatewayErrors,
      enforcing_consecutive_gateway_failure: enforced(outlierDetection.consecutiveGatewayErrors),
      interval: seconds(outlierDetection.interval),
      base_ejection_time: seconds(outlierDetection.baseEjectionTime),
      max_ejection_percent: outlierDetection.maxEjectionPercent,
    },
    common_lb_config: { healthy_panic_threshold: { value: outlierDetection.minHealthPercent ?? 0 } },
  };
  const { maxConnections = UNLIMITED, connectTimeout = '10s' } = tcp;
  const { http1MaxPendingRequests = UNLIMITED, http2MaxRequests = UNLIMITED, maxRetries = UNLIMITED, maxRequestsPerConnection } = requests;
  return {
    name: 'pods',
    type: 'STATIC',
    lb_policy: 'ROUND_ROBIN',
    connect_timeout: seconds(connectTimeout),
    load_assignment: { cluster_name: 'pods', endpoints: [{ lb_endpoints: ports.map(port => ({ endpoint: { address: addressOf(port) } })) }] },
    circuit_breakers: { thresholds: [{ max_connections: maxConnections, max_pending_requests: http1MaxPendingRequests, max_requests: http2MaxRequests, max_retries: maxRetries }] },
    typed_extension_protocol_options: {
      'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': typed('envoy.extensions.upstreams.http.v3.HttpProtocolOptions', {
        explicit_http_config: { http_protocol_options: {} }, common_http_protocol_options: { max_requests_per_connection: maxRequestsPerConnection },
      }),
    },
    ...ejects,
  };
}

function enforced(count: number | undefined): number | undefined { return count === undefined ? undefined : count > 0 ? 100 : 0; }

/** A duration as Envoy writes it. */
function seconds(duration: string | undefined): string | undefined {
  return duration?.endsWith('ms') ? `${Number(duration.slice(0, -2)) / 1000}s` : duration;
}
