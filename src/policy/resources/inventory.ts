import { isDeepStrictEqual } from 'util';
import { BySelector } from './by-selector';
import { Doubt, doubtAboutObjects, doubtAboutSettings, doubtOfAnything, Reading, Variant } from './doubt';
import { Kind, SpecOf } from './kinds';
import { ManifestProblem } from './manifest-problem';
import { readManifest } from './manifest-reader';
import { byAge, fullName, Resource } from './policy';
import { Documents, LocatedObject, LocatedProblem } from '../../istio/documents';
import { groupedBy } from '../../util/grouped';
import { kept } from '../../util/kept';

export type Labels = Readonly<Record<string, string>>;

/** Kinds of which there are many in a namespace, each for some pods. */
type PolicyKind = 'AuthorizationPolicy' | 'RequestAuthentication' | 'PeerAuthentication';

/** Only the one that is applied last is then in the cluster, and its order is not known. */
const GIVEN_TWICE = { field: 'metadata.name', message: 'must be there once, got two objects of this name that differ; keep the one that counts' };

/** Objects of one kind and name: more than one only where they differ. */
interface Named {
  readonly kind: Kind | undefined;
  readonly namespace: string | undefined;
  readonly written: LocatedObject['object'][];
  /** What was read of them, once where that is the same. */
  readonly readings: Reading[];
  /** The first that is wrong with them. */
  problem?: ManifestProblem;
}

/** What is there by a name instead; nothing where it is left out. */
export interface Replaced {
  readonly kind: Kind;
  readonly namespace: string;
  readonly name: string;
  readonly object?: Resource<unknown>;
}

type Objects = Map<Kind, Map<string, Resource<unknown>[]>>;

/** Policies and objects by kind and namespace, so that a question costs nothing for the rest of the mesh. */
export class Inventory {
  /** What could not be read. */
  readonly problems: ManifestProblem[] = [];
  readonly doubts: Doubt[] = [];
  /** How many objects there are of kinds that are not read, by API version and kind. */
  readonly ignored = new Map<string, number>();
  private readonly bySelector = new WeakMap<readonly Resource<unknown>[], BySelector<Resource<SpecOf<PolicyKind>>>>();
  private readonly names = new WeakMap<readonly Resource<unknown>[], ReadonlyMap<string | undefined, Resource<unknown>>>();
  private readonly found = new Map<object, Map<string, unknown>>();

  constructor(documents: Documents, private readonly objects: Objects = new Map<Kind, Map<string, Resource<unknown>[]>>()) {
    for (const problem of documents.problems) this.report(problem);
    const byName = new Map<string | undefined, Named>();
    for (const found of documents.objects) this.add(found, byName);
    for (const named of byName.values()) this.settle(named);
    if (documents.objects.length > 0) this.objects.forEach(namespaces => namespaces.forEach(list => list.sort(byAge)));
  }

  /**
   * The same objects, with what one of them in doubt may mean in its place. Where that lets nothing pass whatever is read, so would others that can only be
   * taken as they are read: they are settled with it, as there may be thousands of them.
   */
  settled(doubt: Doubt, { resource }: Variant): Inventory {
    const settled = new Inventory({ objects: [], problems: [] }, this.butFor(doubt));
    const isLeft = (other: Doubt) => other !== doubt && !(doubt.isOpen && other.isOpen && other.variants.length === 1);
    for (const other of this.doubts) if (isLeft(other)) settled.doubts.push(other);
    if (resource && doubt.kind) settled.file(doubt.kind, resource).sort(byAge);
    return settled;
  }

  private butFor({ kind, readings }: Doubt): Objects {
    if (!kind) return this.objects;
    const [{ resource: { namespace } }] = readings;
    const others = this.of(kind, namespace).filter(object => !readings.some(({ resource }) => resource === object));
    return new Map([...this.objects, [kind, new Map([...this.objects.get(kind) ?? [], [namespace, others]])]]);
  }

  /** Objects of a kind in a namespace, oldest first. */
  of<K extends Kind>(kind: K, namespace: string): readonly Resource<SpecOf<K>>[] {
    return (this.objects.get(kind)?.get(namespace) ?? []) as Resource<SpecOf<K>>[];
  }

  /** The policies of a namespace that may be for pods with some labels, oldest first. None of the others is: they select pods by labels that are not there. */
  policiesFor<K extends PolicyKind>(kind: K, namespace: string, labels: Labels): readonly Resource<SpecOf<K>>[] {
    const list = this.of(kind, namespace);
    const index = kept(this.bySelector, list, () => new BySelector<Resource<SpecOf<PolicyKind>>>(list, selectorOf));
    return index.candidates(labels) as Resource<SpecOf<K>>[];
  }

  /** All objects of a kind. */
  all<K extends Kind>(kind: K): readonly Resource<SpecOf<K>>[] {
    return [...this.objects.get(kind)?.values() ?? []].flat() as Resource<SpecOf<K>>[];
  }

  /** What a function finds out about the objects of a namespace, or about all: once, so that not each question goes through them. */
  once<T>(find: (inventory: Inventory, namespace: string) => T, namespace = ''): T {
    const known = kept(this.found, find, () => new Map<string, unknown>());
    return kept(known, namespace, () => find(this, namespace)) as T;
  }

  /** The object of a name, if there is a name; any of several, which are in doubt. */
  find<K extends Kind>(kind: K, namespace: string, name: string | undefined): Resource<SpecOf<K>> | undefined {
    const list = this.of(kind, namespace);
    return kept(this.names, list, () => new Map(list.map(object => [object.name, object]))).get(name) as Resource<SpecOf<K>> | undefined;
  }

  /** The labels of a namespace; undefined if the manifests do not have it. */
  namespaceLabels(name: string | undefined): Labels | undefined {
    const namespace = this.find('Namespace', '', name);
    return namespace && (namespace.meta.labels ?? {});
  }

  /** The same manifests, but for some objects. */
  leavingOut(isLeftOut: (kind: Kind, object: Resource<unknown>) => boolean): Inventory {
    const rest = [...this.objects].map(([kind, namespaces]) =>
      [kind, new Map([...namespaces].map(([namespace, list]) => [namespace, list.filter(object => !isLeftOut(kind, object))]))] as const);
    return new Inventory({ objects: [], problems: [] }, new Map(rest));
  }

  /** The same manifests with other objects in the place of some, or without these; nothing is in doubt. */
  replacing(all: readonly Replaced[]): Inventory {
    const objects = new Map(this.objects);
    for (const [kind, ofKind] of groupedBy(all, one => one.kind)) {
      const namespaces = new Map(objects.get(kind));
      for (const [namespace, some] of groupedBy(ofKind, one => one.namespace)) {
        const others = (namespaces.get(namespace) ?? []).filter(({ name }) => !some.some(one => one.name === name));
        namespaces.set(namespace, [...others, ...some.flatMap(({ object }) => object ?? [])].sort(byAge));
      }
      objects.set(kind, namespaces);
    }
    return new Inventory({ objects: [], problems: [] }, objects);
  }

  /** The same manifests with those of others beside them, but for what these have by that name; what is in doubt here is so there. */
  beside(others: Inventory): Inventory {
    const theirs = [...others.objects.keys()].flatMap(kind => others.all(kind).map((object): Replaced => {
      const { namespace, name } = object;
      return { kind, namespace, name, object };
    }));
    const all = this.replacing(theirs.filter(({ kind, namespace, name }) => !this.find(kind, namespace, name)));
    all.problems.push(...this.problems);
    all.doubts.push(...this.doubts);
    this.ignored.forEach((count, kind) => all.ignored.set(kind, count));
    return all;
  }

  /** Notes a problem that puts everything in doubt. */
  doubt(problem: ManifestProblem): void {
    this.problems.push(problem);
    this.doubts.push(doubtOfAnything(problem));
  }

  /** Notes that the manifests hold several settings of the mesh. */
  doubtSettings(problems: readonly ManifestProblem[], variants: readonly Variant[]): void {
    this.problems.push(...problems);
    if (problems.length > 0) this.doubts.push(doubtAboutSettings(problems[0], variants));
  }

  /** What is no object cannot be applied, whatever it was meant as. */
  private report({ location: { document, line }, field, message, isInert }: LocatedProblem): void {
    const problem = { document, line, field, message };
    isInert ? this.problems.push(problem) : this.doubt(problem);
  }

  private add(found: LocatedObject, byName: Map<string | undefined, Named>): void {
    const { kind, resource, faults, namespace, isInert } = readManifest(found);
    const { location: { document, line } } = found;
    if (isInert) {
      this.problems.push(...faults.map(fault => ({ document, line, ...fault })));
      return;
    }
    const object = `${textOf(found.object.kind)} ${fullName(resource)}`.trim();
    const problems = faults.map(({ field, message }) => ({ document, line, object, field, message }));
    const name = kind === undefined || resource.name === '' ? undefined : `${kind} ${fullName(resource)}`;
    const twin = byName.get(name);
    if (twin?.written.some(other => isDeepStrictEqual(other, found.object))) return;
    if (twin) problems.push({ document, line, object, ...GIVEN_TWICE });
    this.problems.push(...problems);
    const named = twin ?? { kind, namespace, written: [], readings: [] };
    named.problem ??= problems[0];
    if (name === undefined) this.settle({ ...named, readings: [{ resource, faults }] });
    else byName.set(name, named);
    named.written.push(found.object);
    if (faults.length === 0 && named.readings.some(reading => isReadAs(reading, resource))) return;
    named.readings.push({ resource, faults });
    if (kind !== undefined) this.file(kind, resource);
    else if (problems.length === 0) this.ignore(`${textOf(found.object.apiVersion)} ${textOf(found.object.kind)}`);
  }

  private settle({ kind, namespace, readings, problem }: Named): void {
    const doubt = problem && doubtAboutObjects({ problem, kind, namespace, readings });
    if (doubt) this.doubts.push(doubt);
  }

  private ignore(kind: string): void {
    this.ignored.set(kind, (this.ignored.get(kind) ?? 0) + 1);
  }

  private file(kind: Kind, resource: Resource<unknown>): Resource<unknown>[] {
    const namespaces = this.objects.get(kind) ?? new Map<string, Resource<unknown>[]>();
    this.objects.set(kind, namespaces);
    const list = namespaces.get(resource.namespace) ?? [];
    namespaces.set(resource.namespace, list);
    list.push(resource);
    return list;
  }
}

/** Whether an object is the same for all that is read of it. */
function isReadAs({ resource, faults }: Reading, other: Resource<unknown>): boolean {
  return faults.length === 0 && isDeepStrictEqual({ ...resource, location: other.location }, other);
}

/** The labels that a policy selects pods by; undefined where it may be for others, as it names its targets. */
function selectorOf({ spec }: Resource<SpecOf<PolicyKind>>): Labels | undefined {
  const { selector, targetRef, targetRefs }: SpecOf<'AuthorizationPolicy'> = spec;
  return targetRef || targetRefs?.length ? undefined : selector?.matchLabels;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : 'object';
}
