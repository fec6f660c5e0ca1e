/** Something that is allowed and probably not meant. What is wrong for certain is an error instead. */
export interface Finding {
  /** Id of the rule that found it, such as `ZT102`: see `docs/findings.md`. */
  readonly rule: string;

  /** What was found, and what to do. */
  readonly message: string;

  /** Paths of the constructs that it was found at, in the order of the app. */
  readonly constructPaths: string[];

  /**
   * Why it is as it should be.
   *
   * @default - nobody has said that it is
   */
  readonly acknowledgedBecause?: string;
}
