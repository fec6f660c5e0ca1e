import { ApiObject } from 'cdk8s';
import { Tree } from './tree';
import { kept } from '../../../util/kept';
import { templatePath } from '../reading/kinds';
import { PodManifest } from '../reading/pod-manifest';
import { pathOf, WorkloadReading } from '../reading/read-pods';

/** A workload of the app as it stands. */
export interface AppWorkload extends WorkloadReading, PodManifest {
  readonly path: string;
}

/** The workloads of an app, by namespace and by service account. */
export class AppWorkloads {
  private readonly byNamespace = new Map<string, readonly AppWorkload[]>();
  private readonly byAccount = new Map<string, readonly AppWorkload[]>();
  private readonly known = new Map<ApiObject, AppWorkload>();
  private objects?: ReadonlyMap<string, readonly ApiObject[]>;

  public constructor(private readonly tree: Tree) {}

  /** Those of a namespace; throws where one cannot be read. */
  public in(namespace: string): readonly AppWorkload[] {
    return kept(this.byNamespace, namespace, () => this.objectsIn(namespace).map(object => this.read(object)));
  }

  /** Those that run as a service account, as far as they can be read. */
  public runningAs(namespace: string, account: string): readonly AppWorkload[] {
    return kept(this.byAccount, `${namespace}/${account}`, () => this.readableIn(namespace).filter(({ serviceAccount }) => serviceAccount === account));
  }

  /** All of the app, as far as they can be read. */
  public get readable(): readonly AppWorkload[] {
    return [...this.grouped.keys()].flatMap(namespace => this.readableIn(namespace));
  }

  private readableIn(namespace: string): AppWorkload[] {
    return this.objectsIn(namespace).flatMap(object => {
      try {
        return this.read(object);
      } catch {
        return []; // whoever states something for it, or for its namespace, is told why
      }
    });
  }

  private objectsIn(namespace: string): readonly ApiObject[] { return this.grouped.get(namespace) ?? []; }

  private get grouped(): ReadonlyMap<string, readonly ApiObject[]> {
    if (!this.objects) {
      const groups = new Map<string, ApiObject[]>();
      for (const object of this.tree.workloads) { kept(groups, object.metadata.namespace ?? 'default', () => []).push(object); }
      this.objects = groups;
    }
    return this.objects;
  }

  private read(object: ApiObject): AppWorkload {
    const { apiVersion, kind, metadata: { namespace = 'default' } } = object;
    return kept(this.known, object, () => ({
      ...this.tree.workload(object), path: pathOf(object), apiVersion, kind, namespace, template: templatePath(object)!,
    }));
  }
}
