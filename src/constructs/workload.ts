import { ApiObject } from 'cdk8s';
import { IConstruct } from 'constructs';
import { reasonOf } from '../intent/justification';
import { WorkloadFacts } from '../intent/workload';
import { noneUndefined } from '../util/given';
import { currentTree, Tree } from './private/index/tree';
import { assemble, checkPorts, podsAsFacts } from './private/index/workload-facts';
import { workloadNamed, workloadOf } from './private/reading/find-workload';
import { pathOf } from './private/reading/read-pods';
import { WorkloadOptions, WorkloadPodsProps } from './workload-options';

/**
 * Pods that run as one service account behind stable labels.
 *
 * Read from a construct of any cdk8s-plus version, a child of an `Include` or `Helm`, or an `ApiObject`, never
 * retyped. Nothing but the namespace is read before synthesis, so labels, ports and Services may be added later.
 */
export class Workload {
  /**
   * Refers to a Deployment, StatefulSet, DaemonSet, ReplicaSet, Job, CronJob or Pod.
   *
   * @param construct the workload: of cdk8s-plus, or an `ApiObject`, or a construct whose default child is one
   * @param options what the app does not say by itself
   */
  public static of(construct: IConstruct, options: WorkloadOptions = {}): Workload {
    return new Workload(() => workloadOf(construct), undefined, options);
  }

  /**
   * Refers to the one workload of a name below a construct, such as an `Include`, a `Helm` or a chart.
   *
   * @param container where to look for it
   * @param name the name of the Kubernetes object
   * @param options what the app does not say by itself
   */
  public static named(container: IConstruct, name: string, options: WorkloadOptions = {}): Workload {
    return new Workload(() => workloadNamed(container, name), undefined, options);
  }

  /**
   * Refers to pods that something else makes: another app, an operator, another team.
   *
   * @param props what the pods are
   */
  public static fromPods(props: WorkloadPodsProps): Workload {
    const facts = podsAsFacts(props);
    const { allowDefaultServiceAccount } = props;
    return new Workload(undefined, facts, allowDefaultServiceAccount === undefined ? {} : { allowDefaultServiceAccount });
  }

  private readonly reasons: readonly string[];
  private object?: ApiObject;
  private root?: IConstruct;
  private memo?: { readonly tree: Tree; readonly facts: WorkloadFacts };

  private constructor(
    private readonly find: (() => ApiObject) | undefined,
    private readonly stated: WorkloadFacts | undefined,
    private readonly options: WorkloadOptions,
  ) {
    this.reasons = options.allowDefaultServiceAccount ? [reasonOf('allowDefaultServiceAccount', options.allowDefaultServiceAccount)] : [];
    noneUndefined('Workload', options);
    checkPorts('Workload', options.ports);
  }

  /** Which workload it is, as text for tables and messages: `Deployment shop/api`. */
  public describeWorkload(): string {
    const { kind, name } = this.stated ?? this._apiObject()!;
    return `${kind} ${this._namespace()}/${name}`;
  }

  /**
   * The object of the workload; none for pods that are not part of the app.
   *
   * @internal
   */
  public _apiObject(): ApiObject | undefined {
    this.object ??= this.find?.();
    return this.object;
  }

  /**
   * Why it may be less than a workload with an identity of its own.
   *
   * @internal
   */
  public _reasons(): readonly string[] { return this.reasons; }

  /**
   * The namespace of the workload, known as soon as its construct is.
   *
   * @internal
   */
  public _namespace(): string {
    if (this.stated) return this.stated.namespace;
    const object = this._apiObject()!;
    const { namespace } = object.metadata;
    if (!namespace) {
      throw new Error(`the namespace of '${pathOf(object)}' (${object.kind}) is not known; ` +
        'give its chart a namespace, or set metadata.namespace on it');
    }
    return namespace;
  }

  /**
   * All about the workload. Call it at synthesis, when the app is complete; it is read once a generation of the tree.
   *
   * @internal
   */
  public _facts(): WorkloadFacts {
    if (this.stated) return this.stated;
    const object = this._apiObject()!;
    const namespace = this._namespace();
    const tree = currentTree(this.root ??= object.node.root);
    if (this.memo?.tree !== tree) {
      const read = () => assemble(tree, object, namespace, this.options);
      // references that say nothing of their own, which are most, share what is read
      this.memo = { tree, facts: Object.keys(this.options).length === 0 ? tree.facts(object, read) : read() };
    }
    return this.memo.facts;
  }
}
