/** A requirement on one label. */
export interface LabelExpression {
  /** The label. */
  readonly key: string;
  /** `In`, `NotIn`, `Exists` or `DoesNotExist`. */
  readonly operator: string;
  /**
   * The values for `In` and `NotIn`.
   *
   * @default - none
   */
  readonly values?: string[];
}

/** Chooses objects by their labels, as Kubernetes does; without any requirement it chooses all. */
export interface LabelSelector {
  /**
   * Labels that must be there.
   *
   * @default - none
   */
  readonly matchLabels?: { [label: string]: string };
  /**
   * Further requirements.
   *
   * @default - none
   */
  readonly matchExpressions?: LabelExpression[];
}
