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

/** What a route does with a request. */
export enum EnvoyFilterRouteAction {
  /** Any of the others. */
  ANY = 'ANY',

  /** Sends it on. */
  ROUTE = 'ROUTE',

  /** Tells the client to go elsewhere. */
  REDIRECT = 'REDIRECT',

  /** Answers it. */
  DIRECT_RESPONSE = 'DIRECT_RESPONSE',
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

/** A filter within another one. */
export interface EnvoyFilterSubFilterMatch {
  /**
   * Its name, such as `envoy.filters.http.router`.
   *
   * @default - none, which istiod refuses
   */
  readonly name?: string;
}

/** A filter of a chain. */
export interface EnvoyFilterFilterMatch {
  /**
   * Its name, such as `envoy.filters.network.http_connection_manager`. Older names of Envoy's own filters match nothing.
   *
   * @default - none, which istiod refuses
   */
  readonly name?: string;

  /**
   * A filter within it; only with HTTP_FILTER, and within the HTTP connection manager.
   *
   * @default - the filter itself
   */
  readonly subFilter?: EnvoyFilterSubFilterMatch;
}

/**
 * A chain of filters of a listener. All that is given must hold.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/envoy-filter/#EnvoyFilter-ListenerMatch-FilterChainMatch
 */
export interface EnvoyFilterChainMatch {
  /**
   * Name of the chain. At a waypoint that of HTTP to a Service is `inbound-vip|PORT|http|HOST`.
   *
   * @default - any
   */
  readonly name?: string;

  /**
   * A server name that the chain is for.
   *
   * @default - any
   */
  readonly sni?: string;

  /**
   * What the chain expects of a connection, `raw_buffer` or `tls`: what comes in, not what ends there.
   *
   * @default - any
   */
  readonly transportProtocol?: string;

  /**
   * Application protocols that the chain is for, separated by commas; it must be for all of them.
   *
   * @default - any
   */
  readonly applicationProtocols?: string;

  /**
   * The filter that is meant, or next to which another one is put.
   *
   * @default - none in particular
   */
  readonly filter?: EnvoyFilterFilterMatch;

  /**
   * The port that the chain is for.
   *
   * @default - any
   */
  readonly destinationPort?: number;

  /**
   * What ends connections in the chain, such as `envoy.transport_sockets.tls`; of Istio 1.32 or newer.
   *
   * @default - any
   */
  readonly transportSocket?: string;
}

/**
 * A listener, and what is in it. All that is given must hold.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/envoy-filter/#EnvoyFilter-ListenerMatch
 */
export interface EnvoyFilterListenerMatch {
  /**
   * The port: of a sidecar inbound that of the container, outbound that of the Service; of a gateway its own. With the port of the Service, nothing inbound is matched.
   *
   * @default - any
   */
  readonly portNumber?: number;

  /**
   * istiod does not read it.
   *
   * @default - none
   */
  readonly portName?: string;

  /**
   * A chain of filters in it.
   *
   * @default - all of them
   */
  readonly filterChain?: EnvoyFilterChainMatch;

  /**
   * Name of one of its listener filters.
   *
   * @default - none in particular
   */
  readonly listenerFilter?: string;

  /**
   * Name of the listener, such as `virtualInbound`.
   *
   * @default - any
   */
  readonly name?: string;
}

/** A route of a virtual host. */
export interface EnvoyFilterRouteMatch {
  /**
   * Its name: `default`, or the one that the VirtualService gives it.
   *
   * @default - any
   */
  readonly name?: string;

  /**
   * What it does.
   *
   * @default EnvoyFilterRouteAction.ANY
   */
  readonly action?: EnvoyFilterRouteAction;
}

/** A virtual host of a configuration of routes. */
export interface EnvoyFilterVirtualHostMatch {
  /**
   * Its name, `HOST:PORT`; inbound it is `inbound|http|PORT`.
   *
   * @default - any
   */
  readonly name?: string;

  /**
   * A name of hosts that it serves; of Istio 1.25 or newer.
   *
   * @default - any
   */
  readonly domainName?: string;

  /**
   * A route in it.
   *
   * @default - all of them
   */
  readonly route?: EnvoyFilterRouteMatch;
}

/**
 * A configuration of routes, and what is in it. All that is given must hold.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/envoy-filter/#EnvoyFilter-RouteConfigurationMatch
 */
export interface EnvoyFilterRouteConfigurationMatch {
  /**
   * The port: of a Service, of a server of a gateway, or inbound of the container.
   *
   * @default - any
   */
  readonly portNumber?: number;

  /**
   * Name of the port of a server; of gateways only.
   *
   * @default - any
   */
  readonly portName?: string;

  /**
   * The Gateway whose routes they are, `NAMESPACE/NAME`; of gateways only.
   *
   * @default - any
   */
  readonly gateway?: string;

  /**
   * A virtual host in it.
   *
   * @default - all of them
   */
  readonly vhost?: EnvoyFilterVirtualHostMatch;

  /**
   * Name of the configuration.
   *
   * @default - any
   */
  readonly name?: string;
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
