import { ApiObject } from 'cdk8s';
import { Tree } from './tree';
import { Labels } from '../../../intent/workload';
import { kept } from '../../../util/kept';
import { namespaceOf } from '../reading/patches';
import { pathOf } from '../reading/read-pods';

/** A workload of the app, as far as others need to know of it. */
export interface Neighbour {
  readonly object: ApiObject;
  readonly path: string;
  readonly labels: Labels;
  readonly serviceAccount: string;
}

/** Those of a namespace, by what they are found by. */
interface Neighbourhood {
  readonly all: readonly Neighbour[];
  readonly byLabel: ReadonlyMap<string, readonly Neighbour[]>;
  readonly byAccount: ReadonlyMap<string, readonly Neighbour[]>;
}

/** The workloads of an app by what covers them: labels that select them, and service accounts that they run as. A namespace is read when it is asked about. */
export class Neighbours {
  private readonly neighbourhoods = new Map<string, Neighbourhood>();
  private grouped?: ReadonlyMap<string, readonly ApiObject[]>;

  public constructor(private readonly tree: Tree) {}

  /** Those of a namespace whose pods carry the labels. */
  public selectedBy(namespace: string, labels: Labels): readonly Neighbour[] {
    const { all, byLabel } = this.of(namespace);
    const wanted = Object.entries(labels);
    const fewest = wanted.map(label => byLabel.get(keyOf(label)) ?? []).reduce((a, b) => b.length < a.length ? b : a, all);
    return fewest.filter(({ labels: carried }) => wanted.every(([key, value]) => carried[key] === value));
  }

  /** Those of all other namespaces whose pods carry the labels. */
  public selectedOutside(namespace: string, labels: Labels): readonly Neighbour[] {
    return [...this.groups.keys()].filter(other => other !== namespace).flatMap(other => this.selectedBy(other, labels));
  }

  /** Those that run as a service account. */
  public runningAs(namespace: string, account: string): readonly Neighbour[] { return this.of(namespace).byAccount.get(account) ?? []; }

  private get groups(): ReadonlyMap<string, readonly ApiObject[]> { return this.grouped ??= groupedBy(this.tree.workloads, namespaceOf); }

  private of(namespace: string): Neighbourhood {
    return kept(this.neighbourhoods, namespace, () => {
      const all = (this.groups.get(namespace) ?? []).flatMap(object => this.read(object));
      const labelled = all.flatMap(one => Object.entries(one.labels).map(label => ({ label: keyOf(label), one })));
      return {
        all,
        byLabel: new Map([...groupedBy(labelled, ({ label }) => label)].map(([label, entries]) => [label, entries.map(({ one }) => one)])),
        byAccount: groupedBy(all, ({ serviceAccount }) => serviceAccount),
      };
    });
  }

  /** One without a pod template has no pods: whoever states something for it is told. One whose namespace is changed too late throws, as nobody can tell what covers it. */
  private read(object: ApiObject): Neighbour[] {
    try {
      const { pod, serviceAccount } = this.tree.workload(object);
      return [{ object, path: pathOf(object), labels: pod.labels, serviceAccount }];
    } catch (error) {
      if (namespaceOf(object) !== object.metadata.namespace) { throw error; }
      return [];
    }
  }
}

function keyOf([key, value]: readonly [string, string]): string { return `${key}=${value}`; }

function groupedBy<T>(values: Iterable<T>, key: (value: T) => string | undefined): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) { kept(groups, key(value) ?? '', () => []).push(value); }
  return groups;
}
