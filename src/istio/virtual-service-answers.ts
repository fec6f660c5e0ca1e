import { StringMatch } from './virtual-service-match';

/** Which port a redirect names, where it names none itself. */
export enum RedirectPort {
  /** 80 for HTTP, 443 for HTTPS. */
  FROM_PROTOCOL_DEFAULT = 'FROM_PROTOCOL_DEFAULT',

  /** That of the request. */
  FROM_REQUEST_PORT = 'FROM_REQUEST_PORT',
}

/** What becomes of a preflight of an origin that is not known. */
export enum UnmatchedPreflights {
  /** As FORWARD. */
  UNSPECIFIED = 'UNSPECIFIED',

  /** It is sent on. */
  FORWARD = 'FORWARD',

  /** It is answered here, without the headers of CORS. */
  IGNORE = 'IGNORE',
}

/**
 * Sends the client elsewhere.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRedirect
 */
export interface HttpRedirect {
  /**
   * Path that it is sent to.
   *
   * @default - that of the request
   */
  readonly uri?: string;

  /**
   * Host that it is sent to.
   *
   * @default - that of the request
   */
  readonly authority?: string;

  /**
   * Port that it is sent to; excludes `derivePort`.
   *
   * @default - that of the request
   */
  readonly port?: number;

  /**
   * Which port it is sent to; excludes `port`.
   *
   * @default - that of the request
   */
  readonly derivePort?: RedirectPort;

  /**
   * Scheme that it is sent to.
   *
   * @default - that of the request
   */
  readonly scheme?: string;

  /**
   * Code of the answer: 301, 302, 303, 307 or 308.
   *
   * @default - 301
   */
  readonly redirectCode?: number;

  /**
   * What takes the place of the prefix that matched; excludes `uri`. Istio 1.31.
   *
   * @default - nothing
   */
  readonly prefixRewrite?: string;
}

/** What an answer says. One of the two. */
export interface DirectResponseBody {
  /**
   * As text.
   *
   * @default - none
   */
  readonly string?: string;

  /**
   * As base64.
   *
   * @default - none
   */
  readonly bytes?: string;
}

/** An answer that the proxy gives by itself. */
export interface DirectResponse {
  /** Its code. */
  readonly status: number;

  /**
   * What it says.
   *
   * @default - nothing
   */
  readonly body?: DirectResponseBody;
}

/** A change of the path by a regular expression. */
export interface UriRegexRewrite {
  /**
   * The regular expression, of RE2.
   *
   * @default - none, which Istio refuses
   */
  readonly match?: string;

  /**
   * What takes its place; `\1` is its first group.
   *
   * @default - nothing
   */
  readonly rewrite?: string;
}

/**
 * Changes of path and host before requests are sent on.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRewrite
 */
export interface HttpRewrite {
  /**
   * What takes the place of the path, or of the prefix that matched; excludes `uriRegexRewrite`.
   *
   * @default - it stays
   */
  readonly uri?: string;

  /**
   * What takes the place of the host.
   *
   * @default - it stays
   */
  readonly authority?: string;

  /**
   * A change of the path by a regular expression.
   *
   * @default - it stays
   */
  readonly uriRegexRewrite?: UriRegexRewrite;
}

/**
 * Origins whose pages may call. The proxy answers a preflight of theirs by itself, before any policy of the destination.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#CorsPolicy
 */
export interface CorsPolicy {
  /**
   * The older form of `allowOrigins`.
   *
   * @default - none
   */
  readonly allowOrigin?: string[];

  /**
   * Origins, of which one must match.
   *
   * @default - none
   */
  readonly allowOrigins?: StringMatch[];

  /**
   * Methods that pages may use.
   *
   * @default - none
   */
  readonly allowMethods?: string[];

  /**
   * Headers that pages may send.
   *
   * @default - none
   */
  readonly allowHeaders?: string[];

  /**
   * Headers of answers that pages may read.
   *
   * @default - none
   */
  readonly exposeHeaders?: string[];

  /**
   * How long a preflight holds, such as `24h`.
   *
   * @default - as browsers do
   */
  readonly maxAge?: string;

  /**
   * Whether pages may send cookies and the like.
   *
   * @default - they may not
   */
  readonly allowCredentials?: boolean;

  /**
   * What becomes of a preflight of an origin that is not known.
   *
   * @default UnmatchedPreflights.FORWARD
   */
  readonly unmatchedPreflights?: UnmatchedPreflights;
}
