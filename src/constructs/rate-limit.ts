import { Duration } from 'cdk8s';
import { milliseconds, wholeNumber } from './circuit-breaker';
import { RateLimitData } from '../intent/traffic-protection-intent';
import { atLeastOne, portNumber } from '../util/given';
import { InputStruct, taken } from '../util/members';
import { quoted } from '../util/text';

/**
 * How many requests each pod of a workload takes; those beyond are answered 429 by its sidecar. Whoever is refused by policies, or for want of a token, uses nothing of it.
 *
 * @see https://istio.io/latest/docs/tasks/policy-enforcement/rate-limit/#local-rate-limit
 */
export interface RateLimit {
  /** Requests in each time, from all callers together, at each port of each pod: three pods take three times as many. */
  readonly requests: number;

  /**
   * The time, from 50 milliseconds to an hour.
   *
   * @default Duration.seconds(1)
   */
  readonly per?: Duration;

  /**
   * Requests that may come at once after a pause; at least `requests`.
   *
   * @default - `requests`
   */
  readonly burst?: number;

  /**
   * Container ports; each must be declared HTTP.
   *
   * @default - all ports that are declared HTTP, the metrics ports of the namespace aside
   */
  readonly ports?: number[];
}

const RATE_LIMIT: InputStruct<RateLimit> = { name: 'RateLimit', members: { requests: 'needed', per: 'value', burst: 'value', ports: 'value' } };

/** Envoy counts tokens in 32 bits. */
const MOST = 2 ** 32 - 1;

/** Envoy refuses to fill more often, and the whole listener with that. */
const SHORTEST = 50;

/** The limits, which Envoy would not refuse. */
export function rateLimitOf(given: RateLimit): RateLimitData {
  const { requests, per = Duration.seconds(1), burst = requests, ports } = taken('rateLimit', RATE_LIMIT, given);
  wholeNumber('rateLimit.requests', requests, 1, MOST, 'say how many are let through');
  wholeNumber('rateLimit.burst', burst, 1, MOST);
  if (burst < requests) {
    throw new Error(`rateLimit.burst must be at least requests, ${requests}, of which no more than the burst would be given in each time, got ${burst}; leave it out, or raise it`);
  }
  const time = milliseconds('rateLimit.per', per);
  if (time < SHORTEST) { throw new Error(`rateLimit.per must be at least ${SHORTEST} milliseconds, got ${quoted(`${time} ms`)}; Envoy fills up no more often, so state more requests in a longer time`); }
  return {
    requests,
    per: time,
    burst,
    ports: ports === undefined ? [] : atLeastOne('rateLimit.ports', ports, 'name those that are limited, or leave the list out').map((port, i) => portNumber(`rateLimit.ports[${i}]`, port)),
  };
}
