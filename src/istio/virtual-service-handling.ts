import { RouteDestination } from './route-destination';

/** A share of requests. */
export interface Percentage {
  /**
   * The share in percent, from 0 to 100.
   *
   * @default - 0
   */
  readonly value?: number;
}

/** Where copies of requests go. */
export interface HttpMirror {
  /** Where they go. */
  readonly destination: RouteDestination;

  /**
   * Share of requests that are copied.
   *
   * @default - all
   */
  readonly percentage?: Percentage;
}

/**
 * What is tried again.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRetry
 */
export interface HttpRetries {
  /**
   * How often, beside the first time; 0 for never.
   *
   * @default - 0
   */
  readonly attempts?: number;

  /**
   * How long one try may take; at least 1 ms.
   *
   * @default - as long as the request
   */
  readonly perTryTimeout?: string;

  /**
   * What for: conditions of Envoy and codes, with commas between them.
   *
   * @default - connect-failure,refused-stream,unavailable,cancelled,503
   */
  readonly retryOn?: string;

  /**
   * Whether endpoints of other localities are tried.
   *
   * @default - as the mesh settings say
   */
  readonly retryRemoteLocalities?: boolean;

  /**
   * Whether endpoints are passed over that were tried. Istio 1.26.
   *
   * @default true
   */
  readonly retryIgnorePreviousHosts?: boolean;

  /**
   * Shortest time between tries; at least 1 ms. Istio 1.26.
   *
   * @default - 25ms
   */
  readonly backoff?: string;
}

/** A delay that is made on purpose. */
export interface HttpFaultDelay {
  /**
   * The older form of `percentage`.
   *
   * @default - none
   */
  readonly percent?: number;

  /**
   * How long; at least 1 ms.
   *
   * @default - none, which Istio refuses
   */
  readonly fixedDelay?: string;

  /**
   * Istio does not know it any more; excludes `fixedDelay`.
   *
   * @default - none
   */
  readonly exponentialDelay?: string;

  /**
   * Share of requests that are delayed.
   *
   * @default - all
   */
  readonly percentage?: Percentage;
}

/** An error that is made on purpose, of at most one kind. */
export interface HttpFaultAbort {
  /**
   * Code of HTTP.
   *
   * @default - none
   */
  readonly httpStatus?: number;

  /**
   * Code of gRPC, such as `UNAVAILABLE`.
   *
   * @default - none
   */
  readonly grpcStatus?: string;

  /**
   * Istio refuses it.
   *
   * @default - none
   */
  readonly http2Error?: string;

  /**
   * Share of requests that fail.
   *
   * @default - all
   */
  readonly percentage?: Percentage;
}

/** Faults that are made on purpose, at the client. */
export interface HttpFaultInjection {
  /**
   * Requests take longer.
   *
   * @default - they do not
   */
  readonly delay?: HttpFaultDelay;

  /**
   * Requests fail.
   *
   * @default - they do not
   */
  readonly abort?: HttpFaultAbort;
}
