/**
 * Text that is matched, by at most one of the three; by none of them, it must be there.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#StringMatch
 */
export interface StringMatch {
  /**
   * It is this, letter by letter.
   *
   * @default - not asked
   */
  readonly exact?: string;

  /**
   * It begins with this, letter by letter: `/api` is also `/apiary`.
   *
   * @default - not asked
   */
  readonly prefix?: string;

  /**
   * All of it is this regular expression of RE2.
   *
   * @default - not asked
   */
  readonly regex?: string;
}

/**
 * HTTP requests, all of what is given.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPMatchRequest
 */
export interface HttpMatch {
  /**
   * Name of the match, in logs.
   *
   * @default - none
   */
  readonly name?: string;

  /**
   * Path, with its query.
   *
   * @default - any
   */
  readonly uri?: StringMatch;

  /**
   * Scheme.
   *
   * @default - any
   */
  readonly scheme?: StringMatch;

  /**
   * Method.
   *
   * @default - any
   */
  readonly method?: StringMatch;

  /**
   * Host that the client asks for, with its port if it sent one.
   *
   * @default - any
   */
  readonly authority?: StringMatch;

  /**
   * Headers, by lower-case name.
   *
   * @default - any
   */
  readonly headers?: { [header: string]: StringMatch };

  /**
   * Headers that must not match; also true where they are missing.
   *
   * @default - none
   */
  readonly withoutHeaders?: { [header: string]: StringMatch };

  /**
   * Query parameters.
   *
   * @default - any
   */
  readonly queryParams?: { [parameter: string]: StringMatch };

  /**
   * Whether the case of the path does not matter; not with `regex`.
   *
   * @default false
   */
  readonly ignoreUriCase?: boolean;

  /**
   * Port of the destination.
   *
   * @default - any
   */
  readonly port?: number;

  /**
   * Labels of the client's pod.
   *
   * @default - any client
   */
  readonly sourceLabels?: { [label: string]: string };

  /**
   * Gateways at which it applies, `mesh` for sidecars; takes the place of that of the VirtualService.
   *
   * @default - those of the VirtualService
   */
  readonly gateways?: string[];

  /**
   * Namespace of the client.
   *
   * @default - any
   */
  readonly sourceNamespace?: string;

  /**
   * How statistics of the route begin.
   *
   * @default - there are none
   */
  readonly statPrefix?: string;
}
