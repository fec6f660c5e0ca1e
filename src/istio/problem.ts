/**
 * Who refuses a resource.
 *
 * - `parse`: it is not readable as a Kubernetes object
 * - `schema`: the API server, by the schema and CEL rules of the CRD
 * - `unknown-field`: the API server, for a client with strict field validation (kubectl's default)
 * - `webhook`: istiod's validating webhook
 * - `proxy`: Envoy, which then keeps its old configuration
 */
export type ProblemLayer = 'parse' | 'schema' | 'unknown-field' | 'webhook' | 'proxy';

/** Something wrong at one field of one resource. */
export interface Problem {
  readonly layer: ProblemLayer;
  /** The field, such as `spec.rules[0].from[0].source.principals[1]`. */
  readonly field: string;
  /** What is wrong, the value, and what to do: lower case, no full stop. */
  readonly message: string;
}

/** What would happen to a resource on its way into the mesh. */
export interface Admission {
  /** Why it would be refused; empty where it is admitted. */
  readonly problems: readonly Problem[];
  /** What Istio admits with a warning. */
  readonly warnings: readonly Problem[];
}
