/** An object in the namespace of what names it. */
export interface KubernetesLocalReference {
  /** API group, empty for the core group. */
  readonly group: string;

  /** Kind, such as `ConfigMap`. */
  readonly kind: string;

  /** Its name. */
  readonly name: string;
}

/** An object, in another namespace only where a ReferenceGrant there lets it be named. */
export interface KubernetesObjectReference extends KubernetesLocalReference {
  /**
   * Its namespace.
   *
   * @default - that of what names it
   */
  readonly namespace?: string;
}

/** A Secret, in another namespace only where a ReferenceGrant there lets it be named. */
export interface KubernetesSecretReference {
  /**
   * API group.
   *
   * @default - the core group
   */
  readonly group?: string;

  /**
   * Kind.
   *
   * @default 'Secret'
   */
  readonly kind?: string;

  /** Its name. */
  readonly name: string;

  /**
   * Its namespace.
   *
   * @default - that of what names it
   */
  readonly namespace?: string;
}
