import { MeshFacts, NamespaceFacts } from './mesh';
import { Labels, WorkloadFacts } from './workload';

/** How much one proxy of a client asks at a time; durations in milliseconds. */
export interface CircuitBreakerData {
  readonly maxConnections?: number;
  readonly connectTimeout?: number;
  readonly maxPendingRequests?: number;
  readonly maxRequests?: number;
  readonly maxRequestsPerConnection?: number;
  readonly maxRetries?: number;
}

/** When an endpoint that fails is left alone, and for how long; durations in milliseconds. */
export interface EjectionData {
  /** Errors in a row; 0 for never. */
  readonly consecutive5xxErrors: number;
  readonly consecutiveGatewayErrors?: number;
  readonly interval?: number;
  readonly ejectionTime?: number;
  readonly maxEjectionPercent?: number;
  readonly minHealthPercent?: number;
}

/** How many requests a proxy lets through to its pod; the time in milliseconds. */
export interface RateLimitData {
  readonly requests: number;
  readonly per: number;
  readonly burst: number;
  /** Container ports; empty for all that are declared HTTP, the metrics ports aside. */
  readonly ports: readonly number[];
}

/** What protects a workload from more than it can do, and its callers from those of its pods that fail. Decides nothing of who may call. */
export interface TrafficProtectionIntent {
  readonly kind: 'traffic-protection';
  readonly mesh: MeshFacts;
  readonly target: WorkloadFacts;
  readonly namespace: NamespaceFacts;
  readonly circuitBreaker?: CircuitBreakerData;
  readonly ejection?: EjectionData;
  readonly rateLimit?: RateLimitData;
  /** Labels of the pods that routes can name, by the name of the subset. */
  readonly subsets: { readonly [name: string]: Labels };
}

/** Whether it says how clients connect, by a rule of which there is one for a host. */
export function hasRule({ circuitBreaker, ejection }: Pick<TrafficProtectionIntent, 'circuitBreaker' | 'ejection'>): boolean { return circuitBreaker !== undefined || ejection !== undefined; }
