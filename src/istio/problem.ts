/**
 * Who refuses a resource.
 *
 * - `parse`: it is not readable as a Kubernetes object
 * - `schema`: the API server, by the schema and CEL rules of the CRD and its rules for metadata
 * - `unknown-field`: the API server, for a client with strict field validation (kubectl's default); others lose the field silently
 * - `webhook`: istiod's validating webhook
 * - `proxy`: Envoy, which then keeps its old configuration
 */
export type ProblemLayer = 'parse' | 'schema' | 'unknown-field' | 'webhook' | 'proxy';

/** Something wrong at one field of one resource. */
export interface Problem {
  readonly layer: ProblemLayer;
  /** The field, such as `spec.rules[0].from[0].source.principals[1]`; empty for the whole object. */
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
  /** What the webhook says once the API server has dropped the unknown fields, as for a client without strict field validation. */
  readonly pruned: readonly Problem[];
}

/** Collects problems of one layer. */
export type Report = (field: string, message: string) => void;

/** A report that adds to a list. */
export function reportTo(problems: Problem[], layer: ProblemLayer): Report {
  return (field, message) => problems.push({ layer, field, message });
}

/** A field inside another: `at('spec', 'rules', 0, 'when')` is `spec.rules[0].when`; keys that need it are quoted. */
export function at(parent: string, ...steps: ReadonlyArray<string | number>): string {
  return steps.reduce<string>((path, step) => {
    if (typeof step === 'number') {
      return `${path}[${step}]`;
    }
    return /^[A-Za-z_][A-Za-z0-9_]*$/.test(step) ? (path === '' ? step : `${path}.${step}`) : `${path}['${step}']`;
  }, parent);
}

/** A value as it is shown in a message, in one line and shortened where it is long. */
export function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value) ?? String(value);
  const short = text.length > 80 ? `${text.slice(0, 77)}...` : text;
  return `'${short.replace(/[\p{Cc}\u2028\u2029]/gu, control => JSON.stringify(control).slice(1, -1))}'`;
}
