import { EnvoyFilterFilterMatch, EnvoyFilterListenerMatch } from './envoy-filter-listener-match';
import { EnvoyFilterRouteConfigurationMatch } from './envoy-filter-route-match';

/**
 * For which direction of which proxies a configuration was made.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/envoy-filter/#EnvoyFilter-PatchContext
 */
export enum EnvoyFilterContext {
  /** All of them. */
  ANY = 'ANY',

  /** What comes in to a sidecar; of a waypoint, all of it. */
  SIDECAR_INBOUND = 'SIDECAR_INBOUND',

  /** What leaves a sidecar. */
  SIDECAR_OUTBOUND = 'SIDECAR_OUTBOUND',

  /** A gateway. */
  GATEWAY = 'GATEWAY',

  /** Waypoints, of Istio 1.29 or newer; needs `waypoint`. The API has it, and no istiod that is known here reads it: use SIDECAR_INBOUND with `targetRefs`. */
  WAYPOINT = 'WAYPOINT',
}

/** Proxies by what they say of themselves. */
export interface EnvoyFilterProxyMatch {
  /**
   * Regular expression in the syntax of RE2, found anywhere in the version of Istio that the proxy has; one of more than 1024 bytes matches none.
   *
   * @default - any version
   */
  readonly proxyVersion?: string;

  /**
   * Metadata of the proxy, each entry with exactly this value; only those that are text can match.
   *
   * @default - any
   */
  readonly metadata?: { [key: string]: string };
}

/**
 * A cluster. All that is given must hold.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/envoy-filter/#EnvoyFilter-ClusterMatch
 */
export interface EnvoyFilterClusterMatch {
  /**
   * The port of the Service; inbound that of the container.
   *
   * @default - any
   */
  readonly portNumber?: number;

  /**
   * The full name of the Service, or the host of a ServiceEntry; not looked at inbound.
   *
   * @default - any
   */
  readonly service?: string;

  /**
   * The subset of a DestinationRule.
   *
   * @default - any
   */
  readonly subset?: string;

  /**
   * The whole name of the cluster; then alone.
   *
   * @default - any
   */
  readonly name?: string;
}

/** A route of a waypoint. */
export interface EnvoyFilterWaypointRouteMatch {
  /**
   * Its name.
   *
   * @default - any
   */
  readonly name?: string;
}

/** What is in a waypoint; of Istio 1.29 or newer, with EnvoyFilterContext.WAYPOINT only. No istiod that is known here reads it. */
export interface EnvoyFilterWaypointMatch {
  /**
   * The filter that is meant, or next to which another one is put.
   *
   * @default - none in particular
   */
  readonly filter?: EnvoyFilterFilterMatch;

  /**
   * The port of the Service. Before Istio 1.30, those beyond 6553 are refused.
   *
   * @default - any
   */
  readonly portNumber?: number;

  /**
   * A route.
   *
   * @default - all of them
   */
  readonly route?: EnvoyFilterWaypointRouteMatch;
}

/**
 * What a patch is for; of `listener`, `routeConfiguration`, `cluster` and `waypoint` there is at most one, the one that `applyTo` takes.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/envoy-filter/#EnvoyFilter-EnvoyConfigObjectMatch
 */
export interface EnvoyFilterMatch {
  /**
   * For which direction of which proxies.
   *
   * @default EnvoyFilterContext.ANY
   */
  readonly context?: EnvoyFilterContext;

  /**
   * Proxies by what they say of themselves.
   *
   * @default - all of them
   */
  readonly proxy?: EnvoyFilterProxyMatch;

  /**
   * A listener, and what is in it; with LISTENER, FILTER_CHAIN, NETWORK_FILTER, HTTP_FILTER and LISTENER_FILTER.
   *
   * @default - all of them
   */
  readonly listener?: EnvoyFilterListenerMatch;

  /**
   * Routes; with ROUTE_CONFIGURATION, VIRTUAL_HOST and HTTP_ROUTE.
   *
   * @default - all of them
   */
  readonly routeConfiguration?: EnvoyFilterRouteConfigurationMatch;

  /**
   * A cluster; with CLUSTER.
   *
   * @default - all of them
   */
  readonly cluster?: EnvoyFilterClusterMatch;

  /**
   * What is in a waypoint; must be given with EnvoyFilterContext.WAYPOINT, and is refused without.
   *
   * @default - none
   */
  readonly waypoint?: EnvoyFilterWaypointMatch;
}
