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
