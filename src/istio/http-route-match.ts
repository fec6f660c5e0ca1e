/** How a path is matched. */
export enum HttpRoutePathMatchType {
  /** It is this. */
  EXACT = 'Exact',

  /** It begins with these segments: `/api` is `/api` and `/api/a`, not `/apiary`. */
  PATH_PREFIX = 'PathPrefix',

  /** All of it is this regular expression of RE2. */
  REGULAR_EXPRESSION = 'RegularExpression',
}

/** How a header or a parameter of the query is matched. */
export enum HttpRouteValueMatchType {
  /** It is this. */
  EXACT = 'Exact',

  /** All of it is this regular expression of RE2. */
  REGULAR_EXPRESSION = 'RegularExpression',
}

/** A path that is matched. */
export interface HttpRoutePathMatch {
  /**
   * How it is matched.
   *
   * @default HttpRoutePathMatchType.PATH_PREFIX
   */
  readonly type?: HttpRoutePathMatchType;

  /**
   * The path, of at most 1024 characters, normalised: without `//`, `/./`, `/../` and `%2F`.
   *
   * @default '/'
   */
  readonly value?: string;
}

/** A header or a parameter of the query that is matched. */
export interface HttpRouteValueMatch {
  /** Name, once in a list; of a header in any case. */
  readonly name: string;

  /** The value. */
  readonly value: string;

  /**
   * How it is matched.
   *
   * @default HttpRouteValueMatchType.EXACT
   */
  readonly type?: HttpRouteValueMatchType;
}

/**
 * HTTP requests, all of what is given.
 *
 * @see https://gateway-api.sigs.k8s.io/reference/spec/#httproutematch
 */
export interface HttpRouteMatch {
  /**
   * The path.
   *
   * @default - any path
   */
  readonly path?: HttpRoutePathMatch;

  /**
   * The method, in capitals.
   *
   * @default - any method
   */
  readonly method?: string;

  /**
   * Headers, at most 16, all of them.
   *
   * @default - not asked
   */
  readonly headers?: HttpRouteValueMatch[];

  /**
   * Parameters of the query, at most 16, all of them.
   *
   * @default - not asked
   */
  readonly queryParams?: HttpRouteValueMatch[];
}
