import { KubernetesLocalReference } from './kubernetes-reference';

/** What a filter does. */
export enum HttpRouteFilterType {
  /** Changes headers of the request, as in `requestHeaderModifier`. */
  REQUEST_HEADER_MODIFIER = 'RequestHeaderModifier',

  /** Changes headers of the response, as in `responseHeaderModifier`. */
  RESPONSE_HEADER_MODIFIER = 'ResponseHeaderModifier',

  /** Sends a copy of the request elsewhere, as in `requestMirror`. */
  REQUEST_MIRROR = 'RequestMirror',

  /** Answers with a redirect, as in `requestRedirect`. */
  REQUEST_REDIRECT = 'RequestRedirect',

  /** Changes host and path before the request goes on, as in `urlRewrite`. */
  URL_REWRITE = 'URLRewrite',

  /** Answers preflights, as in `cors`; since Istio 1.30. */
  CORS = 'CORS',

  /** What the implementation adds, as in `extensionRef`. */
  EXTENSION_REF = 'ExtensionRef',
}

/** What of a path is replaced. */
export enum HttpRoutePathModifierType {
  /** All of it. */
  REPLACE_FULL_PATH = 'ReplaceFullPath',

  /** The prefix that was matched; in a rule of exactly one match, of a prefix. */
  REPLACE_PREFIX_MATCH = 'ReplacePrefixMatch',
}

/** A header and its value. */
export interface HttpRouteHeader {
  /** Name of the header, once in a list. */
  readonly name: string;

  /** Its value. */
  readonly value: string;
}

/** Changes of headers. */
export interface HttpRouteHeaderModifier {
  /**
   * Put in place of what there is, at most 16.
   *
   * @default - none
   */
  readonly set?: HttpRouteHeader[];

  /**
   * Added to what there is, at most 16.
   *
   * @default - none
   */
  readonly add?: HttpRouteHeader[];

  /**
   * Names of headers that are taken out, at most 16.
   *
   * @default - none
   */
  readonly remove?: string[];
}

/** Where a copy of requests goes. */
export interface HttpRouteMirrorBackend {
  /**
   * API group.
   *
   * @default - the core group
   */
  readonly group?: string;

  /**
   * Kind.
   *
   * @default 'Service'
   */
  readonly kind?: string;

  /** Its name. */
  readonly name: string;

  /**
   * Its namespace; in another one only where a ReferenceGrant there lets it be named.
   *
   * @default - that of the route
   */
  readonly namespace?: string;

  /**
   * Port of the Service; needed for Services.
   *
   * @default - none
   */
  readonly port?: number;
}

/** A part of a whole. */
export interface HttpRouteFraction {
  /** How many. */
  readonly numerator: number;

  /**
   * Of how many, at least 1.
   *
   * @default 100
   */
  readonly denominator?: number;
}

/** A copy of requests, of which nobody waits for an answer. */
export interface HttpRouteMirror {
  /** Where it goes. */
  readonly backendRef: HttpRouteMirrorBackend;

  /**
   * Percent of requests that are copied, from 0 to 100; since Istio 1.26.
   *
   * @default - all
   */
  readonly percent?: number;

  /**
   * The part of requests that is copied; since Istio 1.26, and not beside `percent`.
   *
   * @default - all
   */
  readonly fraction?: HttpRouteFraction;
}

/** What of a path is replaced, and by what. */
export interface HttpRoutePathModifier {
  /** What is replaced. */
  readonly type: HttpRoutePathModifierType;

  /**
   * In place of all of it; needed with `REPLACE_FULL_PATH`.
   *
   * @default - none
   */
  readonly replaceFullPath?: string;

  /**
   * In place of the prefix; needed with `REPLACE_PREFIX_MATCH`.
   *
   * @default - none
   */
  readonly replacePrefixMatch?: string;
}

/** A redirect, as the answer. */
export interface HttpRouteRedirect {
  /**
   * `http` or `https`.
   *
   * @default - that of the request
   */
  readonly scheme?: string;

  /**
   * Host, without a star.
   *
   * @default - that of the request
   */
  readonly hostname?: string;

  /**
   * The path.
   *
   * @default - that of the request
   */
  readonly path?: HttpRoutePathModifier;

  /**
   * The port.
   *
   * @default - that of the scheme, else of the listener
   */
  readonly port?: number;

  /**
   * 301 or 302; since Istio 1.30 also 303, 307 and 308.
   *
   * @default 302
   */
  readonly statusCode?: number;
}

/** What a request has changed before it goes on; policies of the destination see what it is then. */
export interface HttpRouteRewrite {
  /**
   * Host, without a star.
   *
   * @default - that of the request
   */
  readonly hostname?: string;

  /**
   * The path.
   *
   * @default - that of the request
   */
  readonly path?: HttpRoutePathModifier;
}

/** What browsers are told on preflights, which are then asked of no policy behind the gateway; since Istio 1.30. */
export interface HttpRouteCors {
  /**
   * Origins such as `https://shop.example.com`, at most 64; `*` alone for all.
   *
   * @default - none
   */
  readonly allowOrigins?: string[];

  /**
   * Methods, in capitals; `*` alone for all.
   *
   * @default - those that need no preflight
   */
  readonly allowMethods?: string[];

  /**
   * Headers of requests, at most 64; `*` alone for all.
   *
   * @default - those that need no preflight
   */
  readonly allowHeaders?: string[];

  /**
   * Headers of responses that scripts may read, at most 64.
   *
   * @default - those that are always readable
   */
  readonly exposeHeaders?: string[];

  /**
   * Whether requests may carry cookies.
   *
   * @default false
   */
  readonly allowCredentials?: boolean;

  /**
   * For how many seconds browsers remember, at least 1.
   *
   * @default 5
   */
  readonly maxAge?: number;
}

/**
 * What is done with requests that a rule matches: the member that the type names, and no other. Each type once, but for mirrors and extensions.
 *
 * @see https://gateway-api.sigs.k8s.io/reference/spec/#httproutefilter
 */
export interface HttpRouteFilter {
  /** What it does. */
  readonly type: HttpRouteFilterType;

  /**
   * Changes of headers of the request.
   *
   * @default - none
   */
  readonly requestHeaderModifier?: HttpRouteHeaderModifier;

  /**
   * Changes of headers of the response.
   *
   * @default - none
   */
  readonly responseHeaderModifier?: HttpRouteHeaderModifier;

  /**
   * A copy of the request.
   *
   * @default - none
   */
  readonly requestMirror?: HttpRouteMirror;

  /**
   * A redirect as the answer; not beside backends, nor beside `urlRewrite`.
   *
   * @default - none
   */
  readonly requestRedirect?: HttpRouteRedirect;

  /**
   * Another host or path.
   *
   * @default - none
   */
  readonly urlRewrite?: HttpRouteRewrite;

  /**
   * What browsers are told; since Istio 1.30.
   *
   * @default - none
   */
  readonly cors?: HttpRouteCors;

  /**
   * What the implementation adds.
   *
   * @default - none
   */
  readonly extensionRef?: KubernetesLocalReference;
}
