import { apiPorts } from './api-ports';
import { attachmentOf } from './attachment';
import { checkScope } from './checks';
import { RateLimitData, TrafficProtectionIntent } from '../intent/traffic-protection-intent';
import { EnvoyFilterApplyTo, EnvoyFilterConfigPatch, EnvoyFilterOperation, EnvoyFilterSpec } from '../istio/envoy-filter';
import { EnvoyFilterContext } from '../istio/envoy-filter-match';
import { CONNECTION_MANAGER, LOCAL_RATE_LIMIT, ROUTER } from '../istio/local-rate-limit';
import { quoted } from '../util/text';

/** Both must be said: a limit that is not enabled, or not enforced, limits nothing. */
const ALWAYS = { default_value: { numerator: 100, denominator: 'HUNDRED' } };

/**
 * A limit at the pods, port by port, right before requests are sent on: whoever is refused by policies or for want of a token uses nothing of it. Each port has one of its own in each proxy.
 */
export function rateLimitOf(intent: TrafficProtectionIntent, limit: RateLimitData, problems: string[]): EnvoyFilterSpec | undefined {
  const { target, namespace } = intent;
  const attachment = attachmentOf(target, namespace, problems);
  if (attachment.proxy !== 'sidecar') {
    problems.push(`rateLimit must be at a sidecar, which ${quoted(target.path)} in ambient has not: ztunnel sees connections only, and at a waypoint an EnvoyFilter counts what is sent to all of its Services together, and its tunnels; `
      + 'bound what is asked at a time by circuitBreaker at the waypoint, or give the namespace sidecars by DataPlane.SIDECAR');
    return undefined;
  }
  checkScope(intent, attachment, problems);
  const ports = apiPorts({ ports: limit.ports, target, namespace }, problems);
  return { workloadSelector: { labels: target.selectorLabels }, configPatches: ports.map(port => limitAt(port, limit)) };
}

function limitAt(portNumber: number, { requests, per, burst }: RateLimitData): EnvoyFilterConfigPatch {
  return {
    applyTo: EnvoyFilterApplyTo.HTTP_FILTER,
    match: {
      context: EnvoyFilterContext.SIDECAR_INBOUND,
      listener: { portNumber, filterChain: { filter: { name: CONNECTION_MANAGER, subFilter: { name: ROUTER } } } },
    },
    patch: {
      operation: EnvoyFilterOperation.INSERT_BEFORE,
      value: {
        name: 'envoy.filters.http.local_ratelimit',
        typed_config: {
          '@type': LOCAL_RATE_LIMIT,
          'stat_prefix': 'zero_trust_rate_limit',
          'token_bucket': { max_tokens: burst, tokens_per_fill: requests, fill_interval: `${per / 1000}s` },
          'filter_enabled': ALWAYS,
          'filter_enforced': ALWAYS,
        },
      },
    },
  };
}
