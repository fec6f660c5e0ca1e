import { releasedValues } from './helm-releases';
import { areIstioValues } from './istio-values';
import { contentOf, groupOf, isClusterWide, isInjectorConfigMap, isMeshConfigMap, isOfMesh, Kind, kindOf, KINDS, META, STATUS, TARGETS } from './kinds';
import { Resource } from './policy';
import { misread } from '../../istio/admission';
import { Documents, LocatedObject, LocatedProblem, takenApart } from '../../istio/documents';
import { Location, ObjectMeta, SECURITY_GROUP } from '../../istio/manifest';
import { shown } from '../../istio/problem';
import { isObject } from '../../util/shape';

/** Kubernetes objects as they would be sent: as JSON, lists item by item. */
export function takeManifests(manifests: readonly unknown[]): Documents {
  const objects: LocatedObject[] = [];
  const problems: LocatedProblem[] = [];
  manifests.forEach((manifest, document) => {
    const location = { document };
    const problem = (got: string, isInert: boolean) =>
      problems.push({ layer: 'parse', field: '', message: `must be an object, got ${shown(got)}; write apiVersion, kind, metadata and spec`, location, isInert });
    try {
      const object = JSON.parse(JSON.stringify(manifest) ?? 'null') as unknown;
      isObject(object) ? objects.push({ object, location, problems: [] }) : problem(String(object), true);
    } catch (error) {
      problem(`a value that is no JSON: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`, false);
    }
  });
  const apart = takenApart(objects);
  return { objects: apart.objects, problems: [...problems, ...apart.problems] };
}

/** Something wrong at a field. */
export interface Fault {
  readonly field: string;
  readonly message: string;
}

/** What was read of a manifest. */
export interface ReadManifest {
  /** Undefined for a kind that is not read. */
  readonly kind?: Kind;
  readonly resource: Resource<unknown>;
  /** Why it may mean something else than what was read. */
  readonly faults: readonly Fault[];
  /** Where it counts; undefined if that cannot be told. */
  readonly namespace?: string;
  /** Nothing can apply it, whatever it was meant as: it says neither its API version nor its kind. */
  readonly isInert?: boolean;
}

/** Reads what the evaluation looks at. */
export function readManifest({ object, location, problems }: LocatedObject): ReadManifest {
  const faults: Fault[] = [];
  const leftOut = (field: string, expected: string, value: unknown) => faults.push({ field, message: `must be ${expected}, got ${shown(value)}; correct it` });
  const { apiVersion, kind: name } = object;
  if (!apiVersion && !name) return areIstioValues(object) ? ofHelm(object, location) : ofNothing(location);
  const released = releasedValues(object);
  if (released) return ofRelease(released, object, location);
  const kind = typeof apiVersion === 'string' && typeof name === 'string' ? kindOf(apiVersion, name) : undefined;
  const meta = META(object.metadata, 'metadata', leftOut) ?? {};
  const namespace = isClusterWide(kind) ? '' : meta.namespace || 'default';
  const read = { namespace, name: meta.name ?? '', meta, location };
  if (kind === undefined) {
    const resource = { ...read, spec: TARGETS(object.spec) ?? {} };
    return { resource, ...ofOtherKind(apiVersion, name, placeOf(kind, meta, faults)) };
  }
  const place = contentOf(kind);
  const isSecurity = groupOf(String(apiVersion)) === SECURITY_GROUP;
  const told = isSecurity ? undefined : leftOut; // admission tells more of these
  const content = place === undefined ? KINDS[kind](object, '', told) : KINDS[kind](object[place], place, told);
  const resource = { ...read, spec: content ?? {}, status: STATUS(object.status, 'status', told) };
  const found = [...isSecurity ? [...problems, ...misread(object)] : faults, ...whyNameless(meta, faults)];
  return { kind, resource, faults: isOfOthers(kind, resource) ? [] : found, namespace: placeOf(kind, meta, found) };
}

/** An object is refused that has no name, and no beginning of one for the API server to go on from. */
function whyNameless({ name, generateName }: ObjectMeta, told: readonly Fault[]): Fault[] {
  const isTold = told.some(({ field }) => field === 'metadata' || field === 'metadata.name');
  return name || generateName || isTold ? [] : [{ field: 'metadata.name', message: 'must be given, got nothing; name the object' }];
}

/** Objects that Istio shares a kind with others for. */
function isOfOthers(kind: Kind, { name, meta }: Resource<unknown>): boolean {
  if (kind === 'MutatingWebhookConfiguration') return meta.labels?.['istio.io/rev'] === undefined;
  return kind === 'ConfigMap' && !isMeshConfigMap(name) && !isInjectorConfigMap(name);
}

function ofHelm(object: LocatedObject['object'], location: Location): ReadManifest {
  return { kind: 'HelmValues', resource: { namespace: '', name: '', meta: {}, location, spec: KINDS.HelmValues(object) ?? {} }, faults: [] };
}

/** They count for the mesh, wherever the object is that has them installed. */
function ofRelease(values: Readonly<Record<string, unknown>>, { metadata }: LocatedObject['object'], location: Location): ReadManifest {
  const meta = META(metadata) ?? {};
  return { kind: 'HelmValues', resource: { namespace: meta.namespace || 'default', name: meta.name ?? '', meta, location, spec: KINDS.HelmValues(values) ?? {} }, faults: [] };
}

/** A file of another tool, such as values of Helm or what kustomize builds from. */
function ofNothing(location: Location): ReadManifest {
  const message = 'must have apiVersion and kind, got neither, so that nothing can apply it; write both, or leave the document out';
  return { resource: { namespace: '', name: '', meta: {}, location, spec: {} }, faults: [{ field: '', message }], isInert: true };
}

/** Objects of other kinds do not matter, but one without kind may have been meant as any. */
function ofOtherKind(apiVersion: unknown, kind: unknown, namespace: string | undefined): Pick<ReadManifest, 'faults' | 'namespace'> {
  const fault = (field: string, value: unknown) => typeof value === 'string' && value !== '' ? [] : [{ field, message: `must be text, got ${shown(value)}; name the kind of the object` }];
  const faults = [...fault('apiVersion', apiVersion), ...fault('kind', kind)];
  if (faults.length > 0) return { faults };
  if (groupOf(String(apiVersion)) !== SECURITY_GROUP) return { faults };
  return { faults: [{ field: 'kind', message: `must be a kind of ${SECURITY_GROUP}, got ${shown(kind)}; correct it` }], namespace };
}

function placeOf(kind: Kind | undefined, meta: ObjectMeta, faults: readonly Fault[]): string | undefined {
  if (kind === 'Namespace') return meta.name;
  return isOfMesh(kind) || faults.some(({ field }) => field === 'metadata' || field === 'metadata.namespace') ? undefined : meta.namespace || 'default';
}
