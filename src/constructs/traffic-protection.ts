import { ApiObjectMetadata } from 'cdk8s';
import { Construct } from 'constructs';
import { CircuitBreaker, circuitBreakerOf, EndpointEjection, ejectionOf } from './circuit-breaker';
import { hasRule, TrafficProtectionIntent } from '../intent/traffic-protection-intent';
import { PROTECTION_RULE, RATE_LIMIT } from '../render/traffic-protection';
import { dnsLabel, instanceOf, mapOf, text } from '../util/given';
import { InputStruct, taken } from '../util/members';
import { World } from './private/index/world';
import { placeOf } from './private/statements/checks';
import { checkSameCluster } from './private/statements/clusters';
import { checkPods } from './private/statements/coverage';
import { namedInErrors } from './private/statements/named-in-errors';
import { checkProtection } from './private/statements/protection-checks';
import { state } from './private/statements/state';
import { ObjectRole } from './private/statements/stated-object';
import { RateLimit, rateLimitOf } from './rate-limit';
import { Workload } from './workload';

/** Props of a TrafficProtection. It has a `circuitBreaker`, `outlierDetection`, a `rateLimit`, or several of them. */
export interface TrafficProtectionProps {
  /** The workload that is protected. Where several Services lead to it, `Workload.of(…, { service })` says by which it is called. */
  readonly workload: Workload;

  /**
   * How much each client asks of it at a time; what is beyond that fails at once.
   *
   * @default - as much as it likes
   */
  readonly circuitBreaker?: CircuitBreaker;

  /**
   * When clients leave a pod alone that fails, and send to others; `{}` for 5 errors in a row.
   *
   * @default - never
   */
  readonly outlierDetection?: EndpointEjection;

  /**
   * How many requests each pod takes, whoever sends them; behind a waypoint of the namespace, how many each of its pods sends on.
   *
   * @default - as many as come
   */
  readonly rateLimit?: RateLimit;

  /**
   * Pods that routes can name, by their labels: `{ v2: { version: '2' } }`. They have the limits of all others, each subset by itself. There is one DestinationRule for a host, so a canary
   * names its subsets here. Comes with `circuitBreaker` or `outlierDetection`.
   *
   * @default - none
   */
  readonly subsets?: { [name: string]: { [label: string]: string } };

  /**
   * Metadata of the objects.
   *
   * @default - names come from the construct path
   */
  readonly metadata?: ApiObjectMetadata;
}

const PROPS: InputStruct<TrafficProtectionProps> = {
  name: 'TrafficProtectionProps',
  members: { workload: 'needed', circuitBreaker: 'value', outlierDetection: 'value', rateLimit: 'value', subsets: 'value', metadata: 'value' },
};

/**
 * Keeps a workload from being asked more than it can do, and its callers from waiting for those of its pods that fail. It decides nothing of who may call: what is allowed and refused
 * stays as it is.
 *
 * Renders a DestinationRule for the Service of the workload, in its namespace, for clients of all namespaces, with `connectionPool` and `outlierDetection` and without `tls`: mutual TLS of the mesh stays as it is.
 * With `rateLimit` an EnvoyFilter for the pods, by which their sidecars answer 429 to what is beyond it, after policies and tokens; behind a waypoint one for its Gateway, for the Service alone.
 * It is the proxies of clients that go by the DestinationRule, with sidecars their own, behind a waypoint the waypoint; who calls without a proxy, and in ambient past waypoints, is not kept from anything.
 *
 * Refuses, when the app is synthesized, another DestinationRule of the app that hides this one, or that this one hides with its TLS; ambient without waypoint; and a second limit for the same pods.
 *
 * @see https://istio.io/latest/docs/tasks/traffic-management/circuit-breaking/
 * @example
 * declare const api: kplus.Deployment;
 *
 * new TrafficProtection(this, 'api-protection', {
 *   workload: Workload.of(api),
 *   circuitBreaker: { maxConnections: 100, maxPendingRequests: 20, maxRetries: 3 },
 *   outlierDetection: { consecutive5xxErrors: 5, ejectionTime: Duration.seconds(30), maxEjectionPercent: 50 },
 *   rateLimit: { requests: 50, burst: 100 },
 * });
 */
@namedInErrors
export class TrafficProtection extends Construct {
  private readonly stated: Stated;

  public constructor(scope: Construct, id: string, props: TrafficProtectionProps) {
    super(scope, id);
    const stated = this.stated = statedBy(taken('TrafficProtection', PROPS, props));
    const { workload, metadata, ...limits } = stated;
    const read = (world: World): TrafficProtectionIntent => ({ kind: 'traffic-protection', ...placeOf(workload, world), ...limits });
    state(this, {
      read,
      check: world => [
        ...checkSameCluster([], [workload], world),
        ...limits.rateLimit ? checkPods(workload, world) : [],
        ...checkProtection(read(world), this, world),
      ],
    }, { metadata }, objectsOf(stated));
  }

  /** What protects what, as text for tables and messages: `Deployment shop/api: circuit breaker, outlier detection, 50 requests in 1 s`. */
  public describeTrafficProtection(): string {
    const { workload, circuitBreaker, ejection, rateLimit } = this.stated;
    const limit = rateLimit ? [`${rateLimit.requests} requests in ${rateLimit.per / 1000} s`] : [];
    const what = [...circuitBreaker ? ['circuit breaker'] : [], ...ejection ? ['outlier detection'] : [], ...limit];
    return `${workload.describeWorkload()}: ${what.join(', ')}`;
  }
}

interface Stated extends Pick<TrafficProtectionIntent, 'circuitBreaker' | 'ejection' | 'rateLimit' | 'subsets'> {
  readonly workload: Workload;
  readonly metadata?: ApiObjectMetadata;
}

function statedBy({ workload, circuitBreaker, outlierDetection, rateLimit, subsets, metadata }: TrafficProtectionProps): Stated {
  const limits = {
    ...circuitBreaker === undefined ? {} : { circuitBreaker: circuitBreakerOf(circuitBreaker) },
    ...outlierDetection === undefined ? {} : { ejection: ejectionOf(outlierDetection) },
    ...rateLimit === undefined ? {} : { rateLimit: rateLimitOf(rateLimit) },
  };
  if (Object.keys(limits).length === 0) { throw new Error("TrafficProtection must have 'circuitBreaker', 'outlierDetection' or 'rateLimit', got none; say what the workload is protected by"); }
  if (subsets !== undefined && !hasRule(limits)) { throw new Error('subsets must come with circuitBreaker or outlierDetection, whose DestinationRule has them; leave them out, or write a DestinationRule'); }
  return { workload: instanceOf('workload', workload, Workload, 'write Workload.of(…) around the construct'), ...limits, subsets: subsetsOf(subsets), metadata };
}

/** A subset without labels would be all pods by another name. */
function subsetsOf(given: TrafficProtectionProps['subsets']): TrafficProtectionIntent['subsets'] {
  if (given === undefined) { return {}; }
  for (const [name, labels] of Object.entries(mapOf('subsets', given))) {
    dnsLabel('subsets', name, 'name each like that');
    const names = Object.entries(mapOf(`subsets.${name}`, labels));
    if (names.length === 0) { throw new Error(`subsets.${name} must have labels, got none, by which it would be all pods; give those by which its pods differ`); }
    names.forEach(([label, value]) => text(`subsets.${name}.${label}`, value, 'give the value that its pods have'));
  }
  return given;
}

/** The metadata is that of the rule, where there is one. */
function objectsOf({ workload, ...limits }: Stated): ObjectRole[] {
  const namespace = workload._namespace();
  const rule = hasRule(limits);
  return [
    ...rule ? [{ role: PROTECTION_RULE, id: 'Resource', kind: 'DestinationRule', namespace } as const] : [],
    ...limits.rateLimit ? [{ role: RATE_LIMIT, id: rule ? 'limit' : 'Resource', kind: 'EnvoyFilter', namespace } as const] : [],
  ];
}
