import { PolicyTargetReference, WorkloadSelector } from './selection';
import { TelemetryMetrics } from './telemetry-metrics';
import { TelemetryMatch, TelemetryProvider } from './telemetry-scope';
import { Tracing } from './telemetry-tracing';

/** Which requests and connections are logged. */
export interface AccessLogFilter {
  /**
   * A CEL expression over Envoy's attributes; what it is true of is logged. An attribute that a request lacks is no value: ask by `has(…)` first.
   *
   * @default - all
   */
  readonly expression?: string;
}

/**
 * An access log.
 *
 * @see https://istio.io/latest/docs/reference/config/telemetry/#AccessLogging
 */
export interface AccessLogging {
  /**
   * Which direction it is for.
   *
   * @default - both
   */
  readonly match?: TelemetryMatch;

  /**
   * Providers of the mesh settings that get the log; one that is not there gets nothing, without a word. They take the place of those of the wider scope.
   *
   * @default - those of the wider scope, else the default providers of the mesh settings
   */
  readonly providers?: TelemetryProvider[];

  /**
   * Whether there is no log, also none that a wider scope asks for.
   *
   * @default false
   */
  readonly disabled?: boolean;

  /**
   * Which requests and connections are logged.
   *
   * @default - all
   */
  readonly filter?: AccessLogFilter;
}

/**
 * The `spec` of a Telemetry.
 *
 * @see https://istio.io/latest/docs/reference/config/telemetry/#Telemetry
 */
export interface TelemetrySpec {
  /**
   * Pods that it is for; excludes `targetRef` and `targetRefs`.
   *
   * @default - every pod of the namespace, or of the mesh in the root namespace
   */
  readonly selector?: WorkloadSelector;

  /**
   * Object that it is attached to; the older form of `targetRefs`.
   *
   * @default - none
   */
  readonly targetRef?: PolicyTargetReference;

  /**
   * Objects that it is attached to: Services and ServiceEntries behind a waypoint, Gateways, a GatewayClass.
   *
   * @default - none
   */
  readonly targetRefs?: PolicyTargetReference[];

  /**
   * Spans of requests; only the first entry counts.
   *
   * @default - those of the wider scope
   */
  readonly tracing?: Tracing[];

  /**
   * Metrics of requests and connections.
   *
   * @default - those of the wider scope
   */
  readonly metrics?: TelemetryMetrics[];

  /**
   * Access logs.
   *
   * @default - those of the wider scope
   */
  readonly accessLogging?: AccessLogging[];
}
