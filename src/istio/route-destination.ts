/** A port by its number. */
export interface PortSelector {
  /** The port, from 1 to 65535. */
  readonly number: number;
}

/**
 * Where requests go.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#Destination
 */
export interface RouteDestination {
  /** A Service by its DNS name, or a host of a ServiceEntry. A short name is of the namespace of the object that names it. */
  readonly host: string;

  /**
   * Subset of a DestinationRule.
   *
   * @default - all endpoints
   */
  readonly subset?: string;

  /**
   * Port of the destination.
   *
   * @default - the only one that it has
   */
  readonly port?: PortSelector;
}
