import { TelemetryMode, TelemetryProvider } from './telemetry-scope';

/**
 * A metric of Istio.
 *
 * @see https://istio.io/latest/docs/reference/config/metrics/
 */
export enum IstioMetric {
  /** All of them. */
  ALL_METRICS = 'ALL_METRICS',

  /** `istio_requests_total`. */
  REQUEST_COUNT = 'REQUEST_COUNT',

  /** `istio_request_duration_milliseconds`. */
  REQUEST_DURATION = 'REQUEST_DURATION',

  /** `istio_request_bytes`. */
  REQUEST_SIZE = 'REQUEST_SIZE',

  /** `istio_response_bytes`. */
  RESPONSE_SIZE = 'RESPONSE_SIZE',

  /** `istio_tcp_connections_opened_total`. */
  TCP_OPENED_CONNECTIONS = 'TCP_OPENED_CONNECTIONS',

  /** `istio_tcp_connections_closed_total`. */
  TCP_CLOSED_CONNECTIONS = 'TCP_CLOSED_CONNECTIONS',

  /** `istio_tcp_sent_bytes_total`. */
  TCP_SENT_BYTES = 'TCP_SENT_BYTES',

  /** `istio_tcp_received_bytes_total`. */
  TCP_RECEIVED_BYTES = 'TCP_RECEIVED_BYTES',

  /** `istio_request_messages_total`. */
  GRPC_REQUEST_MESSAGES = 'GRPC_REQUEST_MESSAGES',

  /** `istio_response_messages_total`. */
  GRPC_RESPONSE_MESSAGES = 'GRPC_RESPONSE_MESSAGES',
}

/** What is done to a label of a metric. */
export enum TagOverrideOperation {
  /** It gets a value. */
  UPSERT = 'UPSERT',

  /** It is left out. */
  REMOVE = 'REMOVE',
}

/** Which metrics are changed. Of `metric` and `customMetric` at most one. */
export interface MetricSelector {
  /**
   * A metric of Istio.
   *
   * @default - all of them
   */
  readonly metric?: IstioMetric;

  /**
   * A metric by its name.
   *
   * @default - none
   */
  readonly customMetric?: string;

  /**
   * The direction.
   *
   * @default TelemetryMode.CLIENT_AND_SERVER
   */
  readonly mode?: TelemetryMode;
}

/** A change of a label. */
export interface TagOverride {
  /**
   * What is done to it.
   *
   * @default TagOverrideOperation.UPSERT
   */
  readonly operation?: TagOverrideOperation;

  /**
   * Its value, a CEL expression: text is in quotes of its own. For UPSERT.
   *
   * @default - none
   */
  readonly value?: string;
}

/** A change of metrics. */
export interface MetricsOverride {
  /**
   * Which ones.
   *
   * @default - all, in both directions
   */
  readonly match?: MetricSelector;

  /**
   * Whether they are left out.
   *
   * @default - as in the wider scope
   */
  readonly disabled?: boolean;

  /**
   * Changes of labels, by their names.
   *
   * @default - none
   */
  readonly tagOverrides?: { [tag: string]: TagOverride };
}

/**
 * Metrics of requests and connections.
 *
 * @see https://istio.io/latest/docs/reference/config/telemetry/#Metrics
 */
export interface TelemetryMetrics {
  /**
   * Providers of the mesh settings that get them.
   *
   * @default - those of the wider scope, else the default providers of the mesh settings
   */
  readonly providers?: TelemetryProvider[];

  /**
   * Changes, in their order.
   *
   * @default - none
   */
  readonly overrides?: MetricsOverride[];

  /**
   * Time between reports of TCP; at least 1 ms.
   *
   * @default - 5s
   */
  readonly reportingInterval?: string;
}
