import { isDeepStrictEqual } from 'util';
import { Doubt } from './doubt';
import { Kind, SpecOf } from './kinds';
import { ManifestProblem } from './manifest-problem';
import { readManifest } from './manifest-reader';
import { byAge, fullName, Resource } from './policy';
import { Documents, LocatedObject } from '../../istio/documents';

export type Labels = Readonly<Record<string, string>>;

/** Only the one that is applied last is then in the cluster, and its order is not known. */
const GIVEN_TWICE = { field: 'metadata.name', message: 'must be there once, got two objects of this name that differ; keep the one that counts' };

/** Objects by kind and name, to find those that are given twice. */
type Written = Map<string, LocatedObject['object']>;

/** Policies and objects by kind and namespace, so that a question costs nothing for the rest of the mesh. */
export class Inventory {
  /** What could not be read. */
  readonly problems: ManifestProblem[] = [];
  readonly doubts: Doubt[] = [];
  /** How many objects there are of kinds that are not read, by API version and kind. */
  readonly ignored = new Map<string, number>();
  private readonly objects = new Map<Kind, Map<string, Resource<unknown>[]>>();
  private readonly names = new WeakMap<readonly Resource<unknown>[], ReadonlyMap<string, Resource<unknown>>>();

  constructor({ objects, problems }: Documents) {
    for (const { location: { document, line }, field, message } of problems) this.doubt({ document, line, field, message });
    const written: Written = new Map();
    for (const found of objects) this.add(found, written);
    for (const namespaces of this.objects.values()) namespaces.forEach(list => list.sort(byAge));
  }

  /** Objects of a kind in a namespace, oldest first. */
  of<K extends Kind>(kind: K, namespace: string): readonly Resource<SpecOf<K>>[] {
    return (this.objects.get(kind)?.get(namespace) ?? []) as Resource<SpecOf<K>>[];
  }

  /** All objects of a kind. */
  all<K extends Kind>(kind: K): readonly Resource<SpecOf<K>>[] {
    return [...this.objects.get(kind)?.values() ?? []].flat() as Resource<SpecOf<K>>[];
  }

  /** The object of a name; any of several, which are in doubt. */
  find<K extends Kind>(kind: K, namespace: string, name: string): Resource<SpecOf<K>> | undefined {
    const list = this.of(kind, namespace);
    const byName = this.names.get(list) ?? new Map(list.map(object => [object.name, object]));
    this.names.set(list, byName);
    return byName.get(name) as Resource<SpecOf<K>> | undefined;
  }

  /** The labels of a namespace; undefined if the manifests do not have it. */
  namespaceLabels(name: string): Labels | undefined {
    const namespace = this.find('Namespace', '', name);
    return namespace && (namespace.meta.labels ?? {});
  }

  /** The same manifests, but for some objects. */
  without(isLeftOut: (kind: Kind, object: Resource<unknown>) => boolean): Inventory {
    const rest = new Inventory({ objects: [], problems: [] });
    for (const [kind, namespaces] of this.objects) {
      rest.objects.set(kind, new Map([...namespaces].map(([namespace, list]) => [namespace, list.filter(object => !isLeftOut(kind, object))])));
    }
    return rest;
  }

  /** Notes a problem that puts everything in doubt. */
  doubt(problem: ManifestProblem): void {
    this.problems.push(problem);
    this.doubts.push({ problem });
  }

  private add(found: LocatedObject, written: Written): void {
    const { kind, resource, faults, namespace } = readManifest(found);
    const { location: { document, line } } = found;
    const object = `${textOf(found.object.kind)} ${fullName(resource)}`;
    const name = `${kind} ${fullName(resource)}`;
    const twin = written.get(name);
    if (kind !== undefined && resource.name !== '') written.set(name, found.object);
    if (twin !== undefined && isDeepStrictEqual(twin, found.object)) return;
    const all = twin === undefined ? faults : [...faults, GIVEN_TWICE];
    const problems = all.map(({ field, message }) => ({ document, line, object, field, message }));
    this.problems.push(...problems);
    if (problems.length > 0) this.doubts.push({ problem: problems[0], kind, namespace });
    if (kind !== undefined) this.file(kind, resource);
    else if (problems.length === 0) this.ignore(`${textOf(found.object.apiVersion)} ${textOf(found.object.kind)}`);
  }

  private ignore(kind: string): void {
    this.ignored.set(kind, (this.ignored.get(kind) ?? 0) + 1);
  }

  private file(kind: Kind, resource: Resource<unknown>): void {
    const namespaces = this.objects.get(kind) ?? new Map<string, Resource<unknown>[]>();
    this.objects.set(kind, namespaces);
    const list = namespaces.get(resource.namespace) ?? [];
    namespaces.set(resource.namespace, list);
    list.push(resource);
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : 'object';
}
