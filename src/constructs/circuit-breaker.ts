import { Duration } from 'cdk8s';
import { CircuitBreakerData, EjectionData } from '../intent/traffic-protection-intent';
import { InputStruct, taken } from '../util/members';
import { quoted } from '../util/text';

/**
 * How much a client asks of a workload at a time, proxy by proxy; what is beyond that fails at once, with 503, and waits for nobody. At least one.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#ConnectionPoolSettings
 */
export interface CircuitBreaker {
  /**
   * Most connections, of HTTP/1.1 and TCP; rendered as `tcp.maxConnections`.
   *
   * @default - 2^32-1
   */
  readonly maxConnections?: number;

  /**
   * How long connecting may take; rendered as `tcp.connectTimeout`.
   *
   * @default Duration.seconds(10), as Istio has it
   */
  readonly connectTimeout?: Duration;

  /**
   * Most requests that wait for a connection; rendered as `http.http1MaxPendingRequests`.
   *
   * @default - 2^32-1
   */
  readonly maxPendingRequests?: number;

  /**
   * Most requests at a time, of HTTP/1.1, HTTP/2 and gRPC; rendered as `http.http2MaxRequests`.
   *
   * @default - 2^32-1
   */
  readonly maxRequests?: number;

  /**
   * Requests after which a connection is closed; rendered as `http.maxRequestsPerConnection`. 1 switches keep-alive off.
   *
   * @default - unlimited
   */
  readonly maxRequestsPerConnection?: number;

  /**
   * Most retries at a time; rendered as `http.maxRetries`. What retries make of a workload that is slow already is its end.
   *
   * @default - 2^32-1
   */
  readonly maxRetries?: number;
}

/**
 * When a pod that fails gets no requests for a while.
 *
 * Errors are answers 5xx of the pod, and connections that fail; what is refused, 401, 403 or 429, is none.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#OutlierDetection
 */
export interface EndpointEjection {
  /**
   * Answers 5xx in a row, or failed connections, after which a pod is ejected.
   *
   * @default - 5; none where `consecutiveGatewayErrors` is given
   */
  readonly consecutive5xxErrors?: number;

  /**
   * Answers 502, 503 or 504 in a row, or failed connections, after which a pod is ejected. Beside `consecutive5xxErrors` it must be less, as each of them counts there, too.
   *
   * @default - none
   */
  readonly consecutiveGatewayErrors?: number;

  /**
   * Time between looks at the pods; rendered as `interval`.
   *
   * @default Duration.seconds(10), as Istio has it
   */
  readonly interval?: Duration;

  /**
   * How long a pod is left alone, times the number of its ejections; rendered as `baseEjectionTime`.
   *
   * @default Duration.seconds(30), as Istio has it
   */
  readonly ejectionTime?: Duration;

  /**
   * Most pods that are ejected at a time, in percent, from 1 to 100. An Envoy of today goes by it to the letter: with the 10 of Istio none of fewer than ten pods is ever ejected.
   *
   * @default - 50, of two pods one, of a single pod none
   */
  readonly maxEjectionPercent?: number;

  /**
   * Share of healthy pods, in percent from 1 to 100, below which none is left alone any more, and all get requests.
   *
   * @default - 0, as Istio has it
   */
  readonly minHealthPercent?: number;
}

const CIRCUIT_BREAKER: InputStruct<CircuitBreaker> = {
  name: 'CircuitBreaker',
  members: { maxConnections: 'value', connectTimeout: 'value', maxPendingRequests: 'value', maxRequests: 'value', maxRequestsPerConnection: 'value', maxRetries: 'value' },
};

const EJECTION: InputStruct<EndpointEjection> = {
  name: 'EndpointEjection',
  members: {
    consecutive5xxErrors: 'value', consecutiveGatewayErrors: 'value', interval: 'value', ejectionTime: 'value', maxEjectionPercent: 'value', minHealthPercent: 'value',
  },
};

/** Istio takes 0 for no limit, and numbers of 32 bits. */
const MOST = 2 ** 31 - 1;

/** The limits of a circuit breaker. */
export function circuitBreakerOf(given: CircuitBreaker): CircuitBreakerData {
  const { connectTimeout, ...limits } = taken('circuitBreaker', CIRCUIT_BREAKER, given);
  const counts = Object.entries(limits) as [string, number][];
  if (counts.length === 0 && connectTimeout === undefined) {
    throw new Error('circuitBreaker must have a limit, got none, by which all would be as without it; give one, as in { maxConnections: 100 }, or leave it out');
  }
  counts.forEach(([limit, value]) => wholeNumber(`circuitBreaker.${limit}`, value, 1, MOST));
  return { ...limits, ...connectTimeout === undefined ? {} : { connectTimeout: milliseconds('circuitBreaker.connectTimeout', connectTimeout) } };
}

/** Istio's own 10 percent are less than one of a few pods, of which none would be ejected. */
const HALF = 50;

/** When pods are ejected. Which errors count is always written, as Istio counts 5xx by itself, and so is the share. */
export function ejectionOf(given: EndpointEjection): EjectionData {
  const { consecutive5xxErrors, consecutiveGatewayErrors, interval, ejectionTime, maxEjectionPercent = HALF, minHealthPercent } = taken('outlierDetection', EJECTION, given);
  const shares = { maxEjectionPercent, ...minHealthPercent === undefined ? {} : { minHealthPercent } };
  const counts = Object.entries({ consecutive5xxErrors, consecutiveGatewayErrors });
  counts.forEach(([count, value]) => { if (value !== undefined) { wholeNumber(`outlierDetection.${count}`, value, 1, MOST); } });
  Object.entries(shares).forEach(([share, value]) => wholeNumber(`outlierDetection.${share}`, value, 1, 100));
  if (consecutive5xxErrors !== undefined && consecutiveGatewayErrors !== undefined && consecutiveGatewayErrors >= consecutive5xxErrors) {
    throw new Error(`outlierDetection.consecutiveGatewayErrors must be less than consecutive5xxErrors, ${consecutive5xxErrors}, which counts the same answers and others, got ${consecutiveGatewayErrors}; leave one of them out`);
  }
  return {
    consecutive5xxErrors: consecutive5xxErrors ?? (consecutiveGatewayErrors === undefined ? 5 : 0),
    ...consecutiveGatewayErrors === undefined ? {} : { consecutiveGatewayErrors },
    ...interval === undefined ? {} : { interval: milliseconds('outlierDetection.interval', interval) },
    ...ejectionTime === undefined ? {} : { ejectionTime: milliseconds('outlierDetection.ejectionTime', ejectionTime) },
    ...shares,
  };
}

/** A whole number of some range. */
export function wholeNumber(prop: string, value: number, least: number, most: number, remedy = 'give one, or leave it out'): number {
  if (Number.isInteger(value) && value >= least && value <= most) { return value; }
  throw new Error(`${prop} must be a whole number from ${least} to ${most}, got ${quoted(value)}; ${remedy}`);
}

const HOUR = 3_600_000;

/** A duration in whole milliseconds, up to an hour. */
export function milliseconds(prop: string, given: Duration): number {
  const value = typeof (given as Duration | undefined)?.toMilliseconds === 'function' ? given.toMilliseconds({ integral: false }) : NaN;
  if (Number.isInteger(value) && value >= 1 && value <= HOUR) { return value; }
  throw new Error(`${prop} must be a Duration from 1 millisecond to 1 hour, got ${quoted(Number.isNaN(value) ? given : `${value} ms`)}; as in Duration.seconds(10)`);
}
