/** What verifying a token against the key set of its issuer gives. */
export enum TokenState {
  /** The signature is good and the time is right. */
  VALID = 'VALID',
  /** `exp` has passed. */
  EXPIRED = 'EXPIRED',
  /** `nbf` has not come. */
  NOT_YET_VALID = 'NOT_YET_VALID',
  /** The signature does not match. */
  BAD_SIGNATURE = 'BAD_SIGNATURE',
  /** The key set has no such key. */
  UNKNOWN_KEY = 'UNKNOWN_KEY',
  /** The text is not a token. */
  MALFORMED = 'MALFORMED',
}

/** A JSON web token in a request. */
export interface RequestToken {
  /**
   * Header that carries it.
   *
   * @default - `authorization`, unless `query` or `cookie` is given
   */
  readonly header?: string;

  /**
   * Text before the token in the header, with its space.
   *
   * @default - `Bearer ` where no location is given, else nothing
   */
  readonly prefix?: string;

  /**
   * Query parameter that carries it.
   *
   * @default - none
   */
  readonly query?: string;

  /**
   * Cookie that carries it.
   *
   * @default - none
   */
  readonly cookie?: string;

  /**
   * The payload.
   *
   * @default - no claims
   */
  readonly claims?: { [name: string]: any };

  /**
   * The literal text of something that is not a token.
   *
   * @default - none
   */
  readonly text?: string;

  /**
   * What verifying the token gives.
   *
   * @default TokenState.VALID
   */
  readonly state?: TokenState;
}
