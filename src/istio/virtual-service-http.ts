import { RouteDestination } from './route-destination';
import { CorsPolicy, DirectResponse, HttpRedirect, HttpRewrite } from './virtual-service-answers';
import { HttpFaultInjection, HttpMirror, HttpRetries, Percentage } from './virtual-service-handling';
import { HttpMatch } from './virtual-service-match';

/** Changes of headers, of requests or of answers. */
export interface HeaderOperations {
  /**
   * Headers that get this value instead of any that they have; format commands of Envoy count.
   *
   * @default - none
   */
  readonly set?: { [header: string]: string };

  /**
   * Values that are added to headers.
   *
   * @default - none
   */
  readonly add?: { [header: string]: string };

  /**
   * Headers that are taken out.
   *
   * @default - none
   */
  readonly remove?: string[];
}

/** Changes of headers. */
export interface HttpHeaderChanges {
  /**
   * Of requests, before they are sent on.
   *
   * @default - none
   */
  readonly request?: HeaderOperations;

  /**
   * Of answers, before they are sent back.
   *
   * @default - none
   */
  readonly response?: HeaderOperations;
}

/** Where HTTP requests go, and which share of them. */
export interface HttpWeightedDestination {
  /** Where they go. */
  readonly destination: RouteDestination;

  /**
   * Share, relative to the others beside it.
   *
   * @default - 0, and all where there is no other
   */
  readonly weight?: number;

  /**
   * Changes of headers.
   *
   * @default - those of the route
   */
  readonly headers?: HttpHeaderChanges;
}

/** A VirtualService without hosts that says where requests go. */
export interface HttpDelegate {
  /**
   * Its name.
   *
   * @default - none, which Istio refuses
   */
  readonly name?: string;

  /**
   * Its namespace.
   *
   * @default - that of the VirtualService
   */
  readonly namespace?: string;
}

/**
 * What becomes of HTTP requests. It must have `route`, `redirect`, `directResponse` or `delegate`.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRoute
 */
export interface VirtualServiceHttpRoute {
  /**
   * Name of the route, in logs.
   *
   * @default - none
   */
  readonly name?: string;

  /**
   * Which requests, one of the matches.
   *
   * @default - all
   */
  readonly match?: HttpMatch[];

  /**
   * Where they go.
   *
   * @default - nowhere
   */
  readonly route?: HttpWeightedDestination[];

  /**
   * Sends the client elsewhere.
   *
   * @default - it is not
   */
  readonly redirect?: HttpRedirect;

  /**
   * Answers by itself.
   *
   * @default - it does not
   */
  readonly directResponse?: DirectResponse;

  /**
   * Another VirtualService says where they go.
   *
   * @default - this one does
   */
  readonly delegate?: HttpDelegate;

  /**
   * Changes of path and host on the way. What is evaluated at the destination sees the changed path.
   *
   * @default - none
   */
  readonly rewrite?: HttpRewrite;

  /**
   * How long a request may take, such as `5s`; at least 1 ms.
   *
   * @default - no limit
   */
  readonly timeout?: string;

  /**
   * What is tried again.
   *
   * @default - as the mesh settings say: twice, where no answer came
   */
  readonly retries?: HttpRetries;

  /**
   * Faults that are made on purpose.
   *
   * @default - none
   */
  readonly fault?: HttpFaultInjection;

  /**
   * Where a copy of each request goes, whose answer nobody sees; excludes `mirrors`.
   *
   * @default - nowhere
   */
  readonly mirror?: RouteDestination;

  /**
   * Where copies of requests go, whose answers nobody sees.
   *
   * @default - nowhere
   */
  readonly mirrors?: HttpMirror[];

  /**
   * The older form of `mirrorPercentage`.
   *
   * @default - none
   */
  readonly mirrorPercent?: number;

  /**
   * Share of requests that are copied to `mirror`.
   *
   * @default - all
   */
  readonly mirrorPercentage?: Percentage;

  /**
   * Origins whose pages may call.
   *
   * @default - none
   */
  readonly corsPolicy?: CorsPolicy;

  /**
   * Changes of headers.
   *
   * @default - none
   */
  readonly headers?: HttpHeaderChanges;
}
