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
