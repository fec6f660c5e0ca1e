import { ApiObject } from 'cdk8s';
import { Tree } from './tree';
import { Caller } from '../../../intent/caller';
import { isAmong } from '../../../intent/containment';
import { Labels } from '../../../intent/workload';
import { groupedBy } from '../../../util/grouped';
import { kept } from '../../../util/kept';
import { carries } from '../../../util/labels';
import { templatePath } from '../reading/kinds';
import { namespaceOf } from '../reading/patches';
import { PodManifest } from '../reading/pod-manifest';
import { pathOf, WorkloadReading } from '../reading/read-pods';

/** A workload of the app as it stands. */
export interface AppWorkload extends WorkloadReading, PodManifest {
  readonly object: ApiObject;
  readonly path: string;
}

/** Those of a namespace, by what they are found by. */
interface Neighbourhood {
  readonly all: readonly AppWorkload[];
  readonly byLabel: ReadonlyMap<string, readonly AppWorkload[]>;
  readonly byAccount: ReadonlyMap<string, readonly AppWorkload[]>;
}

/** The workloads of an app by what covers them: labels that select them, service accounts that they run as. A namespace is read when it is asked about. */
export class AppWorkloads {
  private readonly neighbourhoods = new Map<string, Neighbourhood>();
  private grouped?: ReadonlyMap<string, readonly ApiObject[]>;

  public constructor(private readonly tree: Tree) {}

  /** All of the app. */
  public get all(): readonly AppWorkload[] { return [...this.groups.keys()].flatMap(namespace => this.in(namespace)); }

  /** Where they are. */
  public get namespaces(): string[] { return [...this.groups.keys()]; }

  /** Those of a namespace. */
  public in(namespace: string): readonly AppWorkload[] { return this.of(namespace).all; }

  /** Those of a namespace whose pods carry the labels. */
  public selectedBy(namespace: string, labels: Labels): readonly AppWorkload[] {
    const { all, byLabel } = this.of(namespace);
    const fewest = Object.entries(labels).map(label => byLabel.get(keyOf(label)) ?? []).reduce((a, b) => b.length < a.length ? b : a, all);
    return fewest.filter(({ pod }) => carries(pod.labels, labels));
  }

  /** Those of all other namespaces whose pods carry the labels. */
  public selectedOutside(namespace: string, labels: Labels): readonly AppWorkload[] {
    return [...this.groups.keys()].filter(other => other !== namespace).flatMap(other => this.selectedBy(other, labels));
  }

  /** Those that run as a service account. */
  public runningAs(namespace: string, account: string): readonly AppWorkload[] { return this.of(namespace).byAccount.get(account) ?? []; }

  private get groups(): ReadonlyMap<string, readonly ApiObject[]> {
    return this.grouped ??= groupedBy(this.tree.workloads, object => namespaceOf(object) ?? 'default');
  }

  private of(namespace: string): Neighbourhood {
    return kept(this.neighbourhoods, namespace, () => {
      const all = (this.groups.get(namespace) ?? []).flatMap(object => this.read(object, namespace));
      const labelled = all.flatMap(one => Object.entries(one.pod.labels).map(label => ({ label: keyOf(label), one })));
      return {
        all,
        byLabel: new Map([...groupedBy(labelled, ({ label }) => label)].map(([label, entries]) => [label, entries.map(({ one }) => one)])),
        byAccount: groupedBy(all, ({ serviceAccount }) => serviceAccount),
      };
    });
  }

  /**
   * One without a pod template has no pods: whoever states something for it is told. One whose namespace is changed too late throws, as nobody can
   * tell what covers it.
   */
  private read(object: ApiObject, namespace: string): AppWorkload[] {
    try {
      const { apiVersion, kind } = object;
      return [{ ...this.tree.workload(object), object, path: pathOf(object), apiVersion, kind, namespace, template: templatePath(object)! }];
    } catch (error) {
      if (namespaceOf(object) !== object.metadata.namespace) { throw error; }
      return [];
    }
  }
}

/** Whether a workload runs as one of some callers. */
export function runsAsOneOf(callers: readonly Caller[], { namespace, serviceAccount: name }: Pick<AppWorkload, 'namespace' | 'serviceAccount'>): boolean {
  return isAmong({ kind: 'serviceAccount', namespace, name }, callers);
}

function keyOf([key, value]: readonly [string, string]): string { return `${key}=${value}`; }
