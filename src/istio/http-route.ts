import { HttpRouteFilter, HttpRouteMirrorBackend } from './http-route-filter';
import { HttpRouteMatch } from './http-route-match';

/** What a route is for. */
export interface HttpRouteParent {
  /**
   * API group; empty for a Service.
   *
   * @default 'gateway.networking.k8s.io'
   */
  readonly group?: string;

  /**
   * `Gateway`; `Service`, or `ServiceEntry` of `networking.istio.io`, for calls within the mesh.
   *
   * @default 'Gateway'
   */
  readonly kind?: string;

  /** Its name. */
  readonly name: string;

  /**
   * Its namespace.
   *
   * @default - that of the route
   */
  readonly namespace?: string;

  /**
   * Name of the listener; where the route names a parent several times, each must name another one.
   *
   * @default - all listeners that take the route
   */
  readonly sectionName?: string;

  /**
   * Port of the listener, or of the Service.
   *
   * @default - all ports
   */
  readonly port?: number;
}

/** Where requests go. */
export interface HttpRouteBackend extends HttpRouteMirrorBackend {
  /**
   * Share of the requests, from 0 to 1000000, beside that of the other backends.
   *
   * @default 1
   */
  readonly weight?: number;

  /**
   * What is done with requests that go there.
   *
   * @default - nothing more
   */
  readonly filters?: HttpRouteFilter[];
}

/** How long answers may take, such as `5s`; `0s` for as long as they like. */
export interface HttpRouteTimeouts {
  /**
   * The whole request, with all that is tried again.
   *
   * @default - no limit
   */
  readonly request?: string;

  /**
   * One call of a backend; no longer than the whole request.
   *
   * @default - no limit
   */
  readonly backendRequest?: string;
}

/**
 * What is done with requests of some matches. Of all rules of a host the most specific match wins, whatever their order.
 *
 * @see https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule
 */
export interface HttpRouteRule {
  /**
   * Name of the rule; since Istio 1.28.
   *
   * @default - none
   */
  readonly name?: string;

  /**
   * Requests that it is for, any of these, at most 64.
   *
   * @default - every request
   */
  readonly matches?: HttpRouteMatch[];

  /**
   * What is done with them, at most 16.
   *
   * @default - nothing more
   */
  readonly filters?: HttpRouteFilter[];

  /**
   * Where they go, at most 16; without any, and without a redirect, they are answered 500.
   *
   * @default - nowhere
   */
  readonly backendRefs?: HttpRouteBackend[];

  /**
   * How long answers may take.
   *
   * @default - no limit
   */
  readonly timeouts?: HttpRouteTimeouts;
}

/**
 * The `spec` of an HTTPRoute of the Kubernetes Gateway API.
 *
 * @see https://gateway-api.sigs.k8s.io/reference/spec/#httproute
 */
export interface HttpRouteSpec {
  /**
   * What it is for, at most 32.
   *
   * @default - nothing, so that it has no effect
   */
  readonly parentRefs?: HttpRouteParent[];

  /**
   * Hosts, at most 16, `*.` at the beginning at most.
   *
   * @default - those of the listeners
   */
  readonly hostnames?: string[];

  /**
   * What is done with requests, 1 to 16, of at most 128 matches together.
   *
   * @default - every request is for nobody, and is answered 500
   */
  readonly rules?: HttpRouteRule[];
}
