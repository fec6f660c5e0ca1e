import { RouteDestination } from './route-destination';
import { VirtualServiceHttpRoute } from './virtual-service-http';

/** Where requests go, and which share of them. */
export interface WeightedDestination {
  /** Where they go. */
  readonly destination: RouteDestination;

  /**
   * Share, relative to the others beside it.
   *
   * @default - 0, and all where there is no other
   */
  readonly weight?: number;
}

/**
 * Connections of TLS that are not opened, all of what is given.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#TLSMatchAttributes
 */
export interface TlsMatch {
  /** Server names, of which one must match; `*.` at the beginning at most, within the hosts of the VirtualService. */
  readonly sniHosts: string[];

  /**
   * Addresses or CIDR blocks of the destination.
   *
   * @default - any
   */
  readonly destinationSubnets?: string[];

  /**
   * Port of the destination.
   *
   * @default - any
   */
  readonly port?: number;

  /**
   * Labels of the client's pod.
   *
   * @default - any client
   */
  readonly sourceLabels?: { [label: string]: string };

  /**
   * Gateways at which it applies, `mesh` for sidecars; takes the place of that of the VirtualService.
   *
   * @default - those of the VirtualService
   */
  readonly gateways?: string[];

  /**
   * Namespace of the client.
   *
   * @default - any
   */
  readonly sourceNamespace?: string;
}

/** Where connections of TLS go that are not opened. */
export interface VirtualServiceTlsRoute {
  /** Which connections, one of the matches. */
  readonly match: TlsMatch[];

  /**
   * Where they go.
   *
   * @default - none, which Istio refuses
   */
  readonly route?: WeightedDestination[];
}

/**
 * Connections of TCP, all of what is given.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#L4MatchAttributes
 */
export interface TcpMatch {
  /**
   * Addresses or CIDR blocks of the destination.
   *
   * @default - any
   */
  readonly destinationSubnets?: string[];

  /**
   * Port of the destination.
   *
   * @default - any
   */
  readonly port?: number;

  /**
   * Istio does not read it.
   *
   * @default - any
   */
  readonly sourceSubnet?: string;

  /**
   * Labels of the client's pod.
   *
   * @default - any client
   */
  readonly sourceLabels?: { [label: string]: string };

  /**
   * Gateways at which it applies, `mesh` for sidecars; takes the place of that of the VirtualService.
   *
   * @default - those of the VirtualService
   */
  readonly gateways?: string[];

  /**
   * Namespace of the client.
   *
   * @default - any
   */
  readonly sourceNamespace?: string;
}

/** Where connections of TCP go. */
export interface VirtualServiceTcpRoute {
  /**
   * Which connections, one of the matches.
   *
   * @default - all
   */
  readonly match?: TcpMatch[];

  /**
   * Where they go.
   *
   * @default - none, which Istio refuses
   */
  readonly route?: WeightedDestination[];
}

/**
 * The `spec` of a VirtualService.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#VirtualService
 */
export interface VirtualServiceSpec {
  /**
   * Hosts that clients ask for, `*.` at the beginning at most; one that another delegates to has none.
   *
   * @default - none
   */
  readonly hosts?: string[];

  /**
   * Gateways at which it applies, `NAMESPACE/NAME` or `NAME` in its own namespace; `mesh` for sidecars.
   *
   * @default - mesh alone
   */
  readonly gateways?: string[];

  /**
   * Routes of HTTP, of which the first that matches counts.
   *
   * @default - none
   */
  readonly http?: VirtualServiceHttpRoute[];

  /**
   * Routes of TLS that is not opened, by server name.
   *
   * @default - none
   */
  readonly tls?: VirtualServiceTlsRoute[];

  /**
   * Routes of what is neither.
   *
   * @default - none
   */
  readonly tcp?: VirtualServiceTcpRoute[];

  /**
   * Namespaces whose clients and gateways go by it: names, `.` for its own, `*` for all.
   *
   * @default - the mesh settings say so, all where they do not
   */
  readonly exportTo?: string[];
}
