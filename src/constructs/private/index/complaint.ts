import { IConstruct } from 'constructs';

/** Something that is wrong with a construct. */
export interface Complaint {
  readonly message: string;
  /** What makes it so: where several constructs meet the same, it is told once. */
  readonly cause: string;
}

/** Text tells its own cause: whoever says the same word for word means the same. */
export type Problem = string | Complaint;

export function complaintOf(problem: Problem): Complaint { return typeof problem === 'string' ? { message: problem, cause: problem } : problem; }

/** How many other constructs a message names. */
const NAMED = 3;

/** One message for each cause, at the first construct that meets it, with the number of others and the names of a few. */
export function onePerCause(found: Iterable<readonly [IConstruct, readonly Complaint[]]>): Map<IConstruct, readonly string[]> {
  const causes = new Map<string, { readonly first: IConstruct; readonly message: string; readonly others: Set<string> }>();
  for (const [construct, complaints] of found) {
    for (const { message, cause } of complaints) {
      const known = causes.get(cause);
      if (!known) {
        causes.set(cause, { first: construct, message, others: new Set() });
      } else if (known.first !== construct) {
        known.others.add(construct.node.path);
      }
    }
  }
  const messages = new Map<IConstruct, string[]>();
  for (const { first, message, others } of causes.values()) {
    messages.set(first, [...messages.get(first) ?? [], `${message}${alsoAt([...others])}`]);
  }
  return messages;
}

/** ` (also at 39 more: 'shop/a', 'shop/b', 'shop/c', …)`; nothing where there is no other. */
export function alsoAt(paths: readonly string[]): string {
  if (paths.length === 0) { return ''; }
  const names = [...paths.slice(0, NAMED).map(path => `'${path}'`), ...paths.length > NAMED ? ['…'] : []];
  return ` (also at ${paths.length} more: ${names.join(', ')})`;
}
