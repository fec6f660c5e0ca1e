/** A rule that made a decision. */
export interface DeterminingPolicy {
  /** Kind of the resource. */
  readonly kind: string;
  /** Namespace of the resource. */
  readonly namespace: string;
  /** Name of the resource. */
  readonly name: string;
  /**
   * What the policy does.
   *
   * @default - none, as it is no AuthorizationPolicy
   */
  readonly action?: string;
  /**
   * Index of the rule.
   *
   * @default - none, as the whole resource decides
   */
  readonly rule?: number;
  /**
   * Path of the construct of the app that made the resource.
   *
   * @default - none, as its annotation `cdk8s-zero-trust/construct` names none
   */
  readonly construct?: string;
}
