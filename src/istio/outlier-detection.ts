/**
 * When an endpoint that fails gets no requests for a while.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#OutlierDetection
 */
export interface OutlierDetection {
  /**
   * The older form of `consecutive5xxErrors`.
   *
   * @default - none
   */
  readonly consecutiveErrors?: number;

  /**
   * Whether failures to connect are told apart from errors of the server.
   *
   * @default false
   */
  readonly splitExternalLocalOriginErrors?: boolean;

  /**
   * Failures to connect in a row after which an endpoint is ejected; with `splitExternalLocalOriginErrors`.
   *
   * @default - 5
   */
  readonly consecutiveLocalOriginFailures?: number;

  /**
   * Answers 502, 503 or 504 in a row after which an endpoint is ejected; 0 switches it off.
   *
   * @default - 0
   */
  readonly consecutiveGatewayErrors?: number;

  /**
   * Answers 5xx in a row after which an endpoint is ejected; for TCP, failed connections. 0 switches it off.
   *
   * @default - 5
   */
  readonly consecutive5xxErrors?: number;

  /**
   * Codes of HTTP, from 100 to 599, that count as errors instead of 5xx. Istio 1.31.
   *
   * @default - 5xx
   */
  readonly outlierDetectionHttpErrorCodes?: number[];

  /**
   * Time between looks at the endpoints; at least 1 ms.
   *
   * @default - 10s
   */
  readonly interval?: string;

  /**
   * How long an endpoint is ejected, times the number of its ejections; at least 1 ms.
   *
   * @default - 30s
   */
  readonly baseEjectionTime?: string;

  /**
   * Most endpoints that are ejected at a time, in percent.
   *
   * @default - 10
   */
  readonly maxEjectionPercent?: number;

  /**
   * Share of healthy endpoints below which none are ejected, and all get requests, in percent.
   *
   * @default - 0
   */
  readonly minHealthPercent?: number;
}
