import { attachmentOf } from './attachment';
import { needsWaypoint } from './checks';
import { hostOf, protectedService } from './protected-service';
import { rateLimitOf } from './rate-limit';
import { Rendering } from './rendering';
import { CircuitBreakerData, EjectionData, hasRule, TrafficProtectionIntent } from '../intent/traffic-protection-intent';
import { ServiceFacts } from '../intent/workload';
import { ConnectionPool } from '../istio/connection-pool';
import { DestinationRuleSpec } from '../istio/destination-rule';
import { OutlierDetection } from '../istio/outlier-detection';
import { quoted } from '../util/text';

/** All namespaces. Not left to the settings of the mesh, by which a rule may be for its own alone. */
const EVERYWHERE = '*';

/** Role of the rule by which clients connect. */
export const PROTECTION_RULE = 'protection-rule';

/** Role of the limit at the pods. */
export const RATE_LIMIT = 'rate-limit';

/**
 * One rule for the host, where the Service is, for clients of all namespaces. Without `tls`: mutual TLS of the mesh stays as it is, which a block without mode would end, and with one
 * would break at waypoints.
 */
export function renderTrafficProtection(intent: TrafficProtectionIntent): Rendering {
  const problems: string[] = [];
  const rule = hasRule(intent) ? ruleOf(intent, problems) : undefined;
  const limit = intent.rateLimit && rateLimitOf(intent, intent.rateLimit, problems);
  return { specs: { ...rule ? { [PROTECTION_RULE]: rule } : {}, ...limit ? { [RATE_LIMIT]: limit } : {} }, problems };
}

function ruleOf(intent: TrafficProtectionIntent, problems: string[]): DestinationRuleSpec | undefined {
  const { target, namespace, circuitBreaker, ejection, subsets } = intent;
  const service = protectedService(intent, 'a DestinationRule', problems);
  const attachment = attachmentOf(target, namespace, problems);
  if (attachment.proxy === 'ztunnel') { problems.push(needsWaypoint('circuitBreaker and outlierDetection, of which ztunnel knows nothing,', attachment)); }
  if (!service) { return undefined; }
  checkService(service, intent, problems);
  const named = Object.entries(subsets).map(([name, labels]) => ({ name, labels }));
  return {
    host: hostOf(service),
    exportTo: [EVERYWHERE],
    trafficPolicy: {
      ...circuitBreaker ? { connectionPool: poolOf(circuitBreaker) } : {},
      ...ejection ? { outlierDetection: outliersOf(ejection) } : {},
    },
    ...named.length > 0 ? { subsets: named } : {},
  };
}

/** What would be there in vain. */
function checkService({ name, headless, ports }: ServiceFacts, { circuitBreaker, ejection }: TrafficProtectionIntent, problems: string[]): void {
  if (ejection && headless) {
    problems.push(`outlierDetection must be for a Service with a cluster address, got the headless ${quoted(name)}, of whose pods clients choose one themselves, so that no other gets what an ejected one would; `
      + 'leave it out, or give the workload a Service with an address');
  }
  const http = circuitBreaker && HTTP_LIMITS.filter(limit => circuitBreaker[limit] !== undefined);
  if (http && http.length > 0 && ports.every(({ protocol }) => protocol === 'tcp')) {
    problems.push(`circuitBreaker must limit what the Service speaks, got ${http.join(', ')} of HTTP, and all ports of ${quoted(name)} are declared TCP; limit maxConnections, or declare a port HTTP`);
  }
}

const HTTP_LIMITS = ['maxPendingRequests', 'maxRequests', 'maxRequestsPerConnection', 'maxRetries'] as const;

function poolOf({ connectTimeout, ...limits }: CircuitBreakerData): ConnectionPool {
  const tcp = written({ maxConnections: limits.maxConnections, connectTimeout: duration(connectTimeout) });
  const { maxPendingRequests: http1MaxPendingRequests, maxRequests: http2MaxRequests, maxRequestsPerConnection, maxRetries } = limits;
  const http = written({ http1MaxPendingRequests, http2MaxRequests, maxRequestsPerConnection, maxRetries });
  return { ...Object.keys(tcp).length > 0 ? { tcp } : {}, ...Object.keys(http).length > 0 ? { http } : {} };
}

function outliersOf({ interval, ejectionTime, ...counts }: EjectionData): OutlierDetection {
  return written({ ...counts, interval: duration(interval), baseEjectionTime: duration(ejectionTime) });
}

/** Without what is not stated, for which Istio has its defaults. */
function written<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}

/** A duration as Istio writes it. */
function duration(milliseconds: number | undefined): string | undefined {
  return milliseconds === undefined ? undefined : milliseconds % 1000 === 0 ? `${milliseconds / 1000}s` : `${milliseconds}ms`;
}
