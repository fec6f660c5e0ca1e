/**
 * Which endpoint a connection or request goes to.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#LoadBalancerSettings-SimpleLB
 */
export enum SimpleLoadBalancer {
  /** Istio's choice: LEAST_REQUEST. */
  UNSPECIFIED = 'UNSPECIFIED',

  /** The older name of LEAST_REQUEST. */
  LEAST_CONN = 'LEAST_CONN',

  /** Any healthy one. */
  RANDOM = 'RANDOM',

  /** The address that the client asked for, whatever it is. */
  PASSTHROUGH = 'PASSTHROUGH',

  /** One after the other. */
  ROUND_ROBIN = 'ROUND_ROBIN',

  /** The one with fewer requests of two that are drawn. */
  LEAST_REQUEST = 'LEAST_REQUEST',
}

/** A further attribute of a cookie. */
export interface ConsistentHashCookieAttribute {
  /** Name of the attribute, such as `SameSite`. */
  readonly name: string;

  /**
   * Its value.
   *
   * @default - none, as for `Secure`
   */
  readonly value?: string;
}

/** A cookie that says which endpoint a client goes to. */
export interface ConsistentHashCookie {
  /** Name of the cookie. */
  readonly name: string;

  /**
   * Path of the cookie.
   *
   * @default - none
   */
  readonly path?: string;

  /**
   * How long the cookie lives; `0s` is a cookie of the session. Without one, no cookie is made where the client sends none.
   *
   * @default - none is made
   */
  readonly ttl?: string;

  /**
   * Further attributes of the cookie. Istio 1.28.
   *
   * @default - none
   */
  readonly attributes?: ConsistentHashCookieAttribute[];
}

/** Hashing by a ring. */
export interface RingHash {
  /**
   * Fewest virtual nodes of the ring.
   *
   * @default - 1024
   */
  readonly minimumRingSize?: number;
}

/** Hashing by Maglev tables. */
export interface Maglev {
  /**
   * Size of the table, a prime number below 5000011.
   *
   * @default - 65537
   */
  readonly tableSize?: number;
}

/**
 * Sends what has the same key to the same endpoint. Of header, cookie, address and query parameter one is the key.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#LoadBalancerSettings-ConsistentHashLB
 */
export interface ConsistentHash {
  /**
   * The key is this header.
   *
   * @default - none
   */
  readonly httpHeaderName?: string;

  /**
   * The key is this cookie.
   *
   * @default - none
   */
  readonly httpCookie?: ConsistentHashCookie;

  /**
   * The key is the address of the client.
   *
   * @default false
   */
  readonly useSourceIp?: boolean;

  /**
   * The key is this query parameter.
   *
   * @default - none
   */
  readonly httpQueryParameterName?: string;

  /**
   * Hashing by a ring; excludes `maglev`.
   *
   * @default - a ring of 1024
   */
  readonly ringHash?: RingHash;

  /**
   * Hashing by Maglev tables; excludes `ringHash`.
   *
   * @default - a ring
   */
  readonly maglev?: Maglev;

  /**
   * The older place of `ringHash.minimumRingSize`.
   *
   * @default - none
   */
  readonly minimumRingSize?: number;
}

/** Spreads requests by the load that endpoints report themselves (ORCA). */
export interface BackendUtilization {
  /**
   * Metrics of the report that count.
   *
   * @default - the utilization of the application, then that of the CPU
   */
  readonly metricNamesForComputingUtilization?: string[];

  /**
   * What errors add to the utilization, in percent.
   *
   * @default - Envoy's: 100
   */
  readonly errorUtilizationPenaltyPercent?: number;

  /**
   * How long a report counts.
   *
   * @default - Envoy's: 180s
   */
  readonly weightExpirationPeriod?: string;

  /**
   * How long an endpoint must have reported before its weight counts.
   *
   * @default - Envoy's: 10s
   */
  readonly weightStabilizationPeriod?: string;

  /**
   * Time between computations of the weights.
   *
   * @default - Envoy's: 1s
   */
  readonly weightUpdatePeriod?: string;
}

/** Where requests of one locality go. */
export interface LocalityDistribution {
  /** The locality that they come from, `REGION/ZONE/SUBZONE`, with `*` at its end at most. */
  readonly from: string;

  /** Localities that they go to, and the share of each in percent; 100 together. */
  readonly to: { [locality: string]: number };
}

/** Which region takes over for another. */
export interface LocalityFailover {
  /** The region whose endpoints are unhealthy. */
  readonly from: string;

  /** The region that takes over. */
  readonly to: string;
}

/**
 * Keeps requests near. Of `distribute` and `failover` at most one; failover needs `outlierDetection` beside the load balancer.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#LocalityLoadBalancerSetting
 */
export interface LocalityLoadBalancing {
  /**
   * Where requests of a locality go.
   *
   * @default - to the nearest
   */
  readonly distribute?: LocalityDistribution[];

  /**
   * Which region takes over.
   *
   * @default - any
   */
  readonly failover?: LocalityFailover[];

  /**
   * Labels by which endpoints are nearer the more of them they share with the client, the first first.
   *
   * @default - region, zone and subzone
   */
  readonly failoverPriority?: string[];

  /**
   * Whether any of this applies.
   *
   * @default - as the mesh settings say, true where they do not
   */
  readonly enabled?: boolean;
}

/** Keeps requests in the zone as far as the endpoints there can take them. Istio 1.31. */
export interface ZoneAwareLoadBalancing {
  /**
   * Which region takes over.
   *
   * @default - any
   */
  readonly failover?: LocalityFailover[];

  /**
   * Labels by which endpoints are nearer; none of region, zone and subzone.
   *
   * @default - none
   */
  readonly failoverPriority?: string[];

  /**
   * Whether any of this applies.
   *
   * @default true
   */
  readonly enabled?: boolean;

  /**
   * Fewest endpoints of the region for it to apply; at least 1.
   *
   * @default - Envoy's: 6
   */
  readonly minClusterSize?: number;
}

/** How a new endpoint gets its share by and by; with ROUND_ROBIN and LEAST_REQUEST. */
export interface Warmup {
  /** How long it takes, such as `60s`; at least 1 ms. */
  readonly duration: string;

  /**
   * Share at its beginning, in percent of the full one.
   *
   * @default - 10
   */
  readonly minimumPercent?: number;

  /**
   * How the share grows; 1 is linear, more is faster at first.
   *
   * @default - 1
   */
  readonly aggression?: number;
}

/**
 * Which endpoint a connection or request goes to. Of `simple`, `consistentHash` and `backendUtilization` at most one.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#LoadBalancerSettings
 */
export interface LoadBalancer {
  /**
   * By a simple rule.
   *
   * @default SimpleLoadBalancer.LEAST_REQUEST
   */
  readonly simple?: SimpleLoadBalancer;

  /**
   * By a key of the request.
   *
   * @default - none
   */
  readonly consistentHash?: ConsistentHash;

  /**
   * By the load that endpoints report. Istio 1.32.
   *
   * @default - none
   */
  readonly backendUtilization?: BackendUtilization;

  /**
   * How near requests are kept.
   *
   * @default - as the mesh settings say
   */
  readonly localityLbSetting?: LocalityLoadBalancing;

  /**
   * Whether requests are kept in the zone; excludes `localityLbSetting`. Istio 1.31.
   *
   * @default - they are not
   */
  readonly zoneAwareLbSetting?: ZoneAwareLoadBalancing;

  /**
   * The older form of `warmup.duration`.
   *
   * @default - none
   */
  readonly warmupDurationSecs?: string;

  /**
   * How a new endpoint gets its share by and by.
   *
   * @default - at once
   */
  readonly warmup?: Warmup;
}
