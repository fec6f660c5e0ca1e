import { apiPorts } from './api-ports';
import { Attachment, attachmentOf } from './attachment';
import { checkScope } from './checks';
import { hostOf } from './protected-service';
import { RateLimitData, TrafficProtectionIntent } from '../intent/traffic-protection-intent';
import { ServiceFacts } from '../intent/workload';
import { EnvoyFilterApplyTo, EnvoyFilterConfigPatch, EnvoyFilterOperation, EnvoyFilterSpec } from '../istio/envoy-filter';
import { EnvoyFilterListenerMatch } from '../istio/envoy-filter-listener-match';
import { EnvoyFilterContext } from '../istio/envoy-filter-match';
import { CONNECTION_MANAGER, LOCAL_RATE_LIMIT, ROUTER } from '../istio/local-rate-limit';
import { GATEWAY_API_GROUP } from '../istio/manifest';
import { listed, quoted } from '../util/text';

/** Both must be said: a limit that is not enabled, or not enforced, limits nothing. */
const ALWAYS = { default_value: { numerator: 100, denominator: 'HUNDRED' } };

/**
 * A limit right before requests are sent on: whoever is refused by policies or for want of a token uses nothing of it. Each port has one of its own in each proxy. At the pods it is for their ports, at a waypoint
 * for those of the Services, which have a chain of filters each; others that use the waypoint are left as they are.
 */
export function rateLimitOf(intent: TrafficProtectionIntent, limit: RateLimitData, problems: string[]): EnvoyFilterSpec | undefined {
  const { target, namespace } = intent;
  const attachment = attachmentOf(target, namespace, problems);
  if (attachment.proxy === 'ztunnel') {
    problems.push(`rateLimit must be at a sidecar or a waypoint, and ${quoted(target.path)} has neither: ztunnel sees connections only; `
      + 'give its namespace a waypoint that its Services use, or sidecars by DataPlane.SIDECAR');
    return undefined;
  }
  const ports = apiPorts({ ports: limit.ports, target, namespace }, problems);
  if (attachment.proxy === 'waypoint') { return atWaypoint(intent, limit, attachment, ports, problems); }
  checkScope(intent, attachment, problems);
  return { workloadSelector: { labels: target.selectorLabels }, configPatches: ports.map(portNumber => limitAt({ portNumber }, undefined, limit)) };
}

/** A waypoint goes by an EnvoyFilter for its Gateway, which is where that is; of Services, by the names that istiod gives to their chains. */
function atWaypoint(
  { target, namespace: { waypoint } }: TrafficProtectionIntent, limit: RateLimitData, { services }: Attachment, ports: readonly number[],
  problems: string[],
): EnvoyFilterSpec | undefined {
  const { name, namespace: where } = waypoint!;
  if (where !== target.namespace) {
    problems.push(`rateLimit must be where the waypoint is, and that of ${quoted(target.path)} is '${where}/${name}', to which an EnvoyFilter of namespace '${target.namespace}' is not attached; `
      + 'give the namespace a waypoint of its own, or bound what is asked at a time by circuitBreaker');
    return undefined;
  }
  const chains = services.flatMap(service => portsTo(ports, service).map(port => `inbound-vip|${port}|http|${hostOf(service)}`));
  const unseen = ports.filter(port => services.every(service => portsTo([port], service).length === 0));
  // of all ports some may be for others than the callers of Services
  if (unseen.length > 0 && (limit.ports.length > 0 || chains.length === 0)) {
    problems.push(`rateLimit must be for ports that a Service exposes, as a waypoint sees no others, got ${unseen.join(', ')} of ${quoted(target.path)}; add it to ${listed(services.map(one => one.name))}, or limit other ports`);
    return undefined;
  }
  return { targetRefs: [{ group: GATEWAY_API_GROUP, kind: 'Gateway', name }], configPatches: chains.map(chain => limitAt({}, chain, limit)) };
}

/** The ports of one Service that lead to some of the pods: another may have other numbers for them. */
function portsTo(containerPorts: readonly number[], { ports }: ServiceFacts): number[] {
  return ports.filter(({ transport, targetPort }) => transport === 'TCP' && containerPorts.includes(targetPort)).map(({ port }) => port);
}

function limitAt(listener: EnvoyFilterListenerMatch, chain: string | undefined, { requests, per, burst }: RateLimitData): EnvoyFilterConfigPatch {
  const named = chain === undefined ? {} : { name: chain };
  return {
    applyTo: EnvoyFilterApplyTo.HTTP_FILTER,
    match: {
      context: EnvoyFilterContext.SIDECAR_INBOUND,
      listener: { ...listener, filterChain: { ...named, filter: { name: CONNECTION_MANAGER, subFilter: { name: ROUTER } } } },
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
