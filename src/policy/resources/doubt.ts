import { Kind, POLICY_KINDS } from './kinds';
import { ManifestProblem } from './manifest-problem';
import { fullName, Resource } from './policy';
import { MeshSettings } from '../request/mesh-settings';

/** One thing that a manifest in doubt may mean. */
export interface Variant {
  /** What must be so: `manifest 4 counts`. */
  readonly if: string;
  /** The object as it then is; undefined where there is none. */
  readonly resource?: Resource<unknown>;
  /** The settings of the mesh, where these are in doubt. */
  readonly settings?: MeshSettings;
}

/**
 * A manifest of which it is not known what it means in the cluster: it cannot be read as it was meant, or there are several of it.
 * An answer holds in spite of it if all its variants give it.
 */
export interface Doubt {
  readonly problem: ManifestProblem;
  /** Undefined where the manifest may have been about anything. */
  readonly kind?: Kind;
  /** Where it holds; undefined for anywhere. */
  readonly namespace?: string;
  /** What was read of it; nothing where that is no object. */
  readonly readings: readonly Reading[];
  readonly variants: readonly Variant[];
  /** Whether it may mean something else than any of its variants: then it never lets anything pass. */
  readonly isOpen?: boolean;
}

/** What was read of an object, and the fields that could not be. */
export interface Reading<Spec = unknown> {
  readonly resource: Resource<Spec>;
  readonly faults: readonly { readonly field: string; readonly message: string }[];
}

/** What is there as it was read, and may have been meant as anything. */
export function doubtOfAnything(problem: ManifestProblem): Doubt {
  return { problem, readings: [], variants: [{ if: 'it means nothing' }], isOpen: true };
}

/** Kinds of which answers tell, but which are not evaluated. */
const ONLY_TOLD_OF: readonly (Kind | undefined)[] = ['EnvoyFilter', 'WasmPlugin', 'TrafficExtension'];

/** Kinds of which several may count, so that all that differ are compared by what they say of the mesh. */
const OF_MESH: readonly (Kind | undefined)[] = ['ConfigMap', 'IstioOperator', 'Istio', 'IstioRevision', 'MutatingWebhookConfiguration'];

/** The objects of one name, if something is in doubt about them. Of several, the one that is applied last is in the cluster. */
export function doubtAboutObjects(about: Pick<Doubt, 'problem' | 'kind' | 'namespace' | 'readings'>): Doubt | undefined {
  const { kind, readings } = about;
  const isMisread = readings.some(({ faults }) => faults.length > 0);
  if (!isMisread && (readings.length < 2 || OF_MESH.includes(kind))) return undefined;
  const asRead = readings.map(({ resource }) => ({ resource, if: `${placeOf(resource.location)} counts` }));
  // policies that cannot be read are refused by the API server, or stored without some fields: older versions of them may then be in the cluster
  const refused = isMisread && (POLICY_KINDS.includes(kind) || kind === 'NetworkPolicy') ? [{ if: `${kind} ${fullName(readings[0].resource)} is refused` }] : [];
  return { ...about, variants: [...asRead, ...refused], isOpen: isMisread && !ONLY_TOLD_OF.includes(kind) };
}

/** The settings of the mesh, of which the manifests hold several. */
export function doubtAboutSettings(problem: ManifestProblem, variants: readonly Variant[]): Doubt {
  return { problem, readings: [], variants };
}

/** A problem in words, with the place where it stands. */
export function describe({ object, field, message, ...location }: ManifestProblem): string {
  const where = placeOf(location);
  return [object === undefined ? where : `${where}, ${object}`, field, message].filter(part => part !== '').join(': ');
}

function placeOf({ document, line }: { readonly document: number; readonly line?: number }): string {
  return line === undefined ? `manifest ${document + 1}` : `manifest ${document + 1} (line ${line})`;
}
