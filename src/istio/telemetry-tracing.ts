import { TelemetryMatch, TelemetryProvider } from './telemetry-scope';

/** A value of a span that is always the same. */
export interface LiteralTag {
  /** The value. */
  readonly value: string;
}

/** A value of a span from an environment variable of the proxy, or from a header of the request. */
export interface NamedTag {
  /** Name of the variable or header. */
  readonly name: string;

  /**
   * Value where it is not there.
   *
   * @default - the span has no such tag
   */
  readonly defaultValue?: string;
}

/** A value of a span by a format of Envoy's access log. Istio 1.29. */
export interface FormatterTag {
  /** The format, such as `%REQ(:path)%`. */
  readonly value: string;
}

/** What a tag of a span says. One of the four. */
export interface CustomTag {
  /**
   * Always the same.
   *
   * @default - none
   */
  readonly literal?: LiteralTag;

  /**
   * An environment variable of the proxy.
   *
   * @default - none
   */
  readonly environment?: NamedTag;

  /**
   * A header of the request.
   *
   * @default - none
   */
  readonly header?: NamedTag;

  /**
   * A format of Envoy's access log. Istio 1.29.
   *
   * @default - none
   */
  readonly formatter?: FormatterTag;
}

/**
 * Spans of requests.
 *
 * @see https://istio.io/latest/docs/reference/config/telemetry/#Tracing
 */
export interface Tracing {
  /**
   * Which direction it is for.
   *
   * @default - both
   */
  readonly match?: TelemetryMatch;

  /**
   * Provider of the mesh settings that gets them; only the first one counts.
   *
   * @default - that of the wider scope, else the default provider of the mesh settings
   */
  readonly providers?: TelemetryProvider[];

  /**
   * Share of requests that are traced where the client has not decided, in percent.
   *
   * @default - that of the wider scope, else of the mesh settings: 1
   */
  readonly randomSamplingPercentage?: number;

  /**
   * Whether spans are not reported; the headers of the trace are passed on.
   *
   * @default - as in the wider scope, else false
   */
  readonly disableSpanReporting?: boolean;

  /**
   * Whether the headers of the trace are not passed on. Istio 1.30.
   *
   * @default - as in the wider scope, else false
   */
  readonly disableContextPropagation?: boolean;

  /**
   * Further tags of spans, by their names.
   *
   * @default - those of the wider scope
   */
  readonly customTags?: { [tag: string]: CustomTag };

  /**
   * Whether what x-request-id says of sampling counts.
   *
   * @default true
   */
  readonly useRequestIdForTraceSampling?: boolean;

  /**
   * Whether spans have the tags of Istio. Istio 1.25.
   *
   * @default true
   */
  readonly enableIstioTags?: boolean;
}
