import { Kind } from './kinds';
import { ManifestProblem } from './manifest-problem';

/**
 * A problem of a manifest, and what it puts in doubt: with something left out, a policy, a workload or a namespace may mean anything.
 * Where it is in doubt, a request that passes all that could be read is not allowed but undecided.
 */
export interface Doubt {
  readonly problem: ManifestProblem;
  /** Undefined where the manifest may have been about anything. */
  readonly kind?: Kind;
  /** Where it holds; undefined for anywhere. */
  readonly namespace?: string;
}

/** Kinds that hold for the whole mesh in the root namespace. */
const MESH_WIDE: readonly Kind[] = ['AuthorizationPolicy', 'PeerAuthentication', 'RequestAuthentication', 'DestinationRule'];

/** Why what stands in some namespaces is in doubt; undefined if it is not. */
export function doubtAbout(doubts: readonly Doubt[], namespaces: readonly (string | undefined)[], rootNamespace: string): string | undefined {
  const found = doubts.find(({ kind, namespace }) => {
    if (namespace === undefined || namespaces.includes(namespace)) return true;
    return namespace === rootNamespace && (kind === undefined || MESH_WIDE.includes(kind));
  });
  return found && describe(found.problem);
}

function describe({ document, line, object, field, message }: ManifestProblem): string {
  const where = line === undefined ? `manifest ${document + 1}` : `manifest ${document + 1} (line ${line})`;
  return [object === undefined ? where : `${where}, ${object}`, field, message].filter(part => part !== '').join(': ');
}
