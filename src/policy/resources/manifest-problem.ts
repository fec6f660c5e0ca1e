/** Something that keeps a manifest from being read as it was meant. */
export interface ManifestProblem {
  /** Index of the document in its YAML stream, or of the object in its list, from 0. */
  readonly document: number;

  /**
   * Line of the stream where the object begins, from 1.
   *
   * @default - not known, as the manifests are not read from text
   */
  readonly line?: number;

  /**
   * The object, as `KIND NAMESPACE/NAME`, or `KIND NAME` where it is of no namespace.
   *
   * @default - none, as the document is no object
   */
  readonly object?: string;

  /** The field, such as `spec.rules[0].from`; empty for the whole document. */
  readonly field: string;

  /** What is wrong, and what to do. */
  readonly message: string;
}
