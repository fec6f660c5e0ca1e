import { ApiObject } from 'cdk8s';
import { IConstruct } from 'constructs';
import { Justification, justified } from '../intent/justification';
import { WorkloadFacts } from '../intent/workload';
import { RequestDestination, RequestSource } from '../policy/request/request';
import { noFurther } from '../util/arguments';
import { instancesOf, portNumber, text } from '../util/given';
import { InputStruct, taken } from '../util/members';
import { listed } from '../util/text';
import { clustersBelow } from './private/index/clusters';
import { declareProtocols } from './private/index/declare-protocols';
import { Tree } from './private/index/tree';
import { assemble, checkPorts, podsAsFacts } from './private/index/workload-facts';
import { workloadNamed, workloadOf } from './private/reading/find-workload';
import { constructOf } from './private/reading/given-construct';
import { pathOf } from './private/reading/read-pods';
import { DESTINATION, WorkloadDestinationOptions, WorkloadPort, WorkloadService } from './workload-options';

/**
 * Options for `Workload.of` and `Workload.named`.
 */
export interface WorkloadOptions {
  /**
   * Name of the Service through which the workload is called, where several select it.
   *
   * @default - every Service of the app that selects it
   */
  readonly service?: string;

  /**
   * Ports that the workload listens on beyond those its containers and Services list.
   *
   * @default - ports of its containers and Services only
   */
  readonly ports?: WorkloadPort[];

  /**
   * Why the workload may run as the service account `default`.
   *
   * Every pod of the namespace that names no service account of its own shares this identity, and with it all
   * access that is granted to the workload. Prefer a `WorkloadIdentity`.
   *
   * @default - a workload that runs as `default` is refused
   */
  readonly allowDefaultServiceAccount?: Justification;

  /**
   * Other workloads that policies for this one reach as well, and are meant to: its labels select them too, or in ambient its Service leads to them, as with
   * several versions behind one Service.
   *
   * Each must be one that they reach. What is stated alike for each of them needs no such word.
   *
   * @default - where they reach others of the app for which not the same is stated, that is refused
   */
  readonly alsoCovers?: Workload[];

  /**
   * Why other workloads of the app may run as the same service account.
   *
   * They share this identity, and with it all access that is granted to the workload as a caller. Prefer a service account for each.
   *
   * @default - a caller whose account others have is refused, unless they are all named, or the account by itself
   */
  readonly allowSharedServiceAccount?: Justification;
}

/**
 * Properties for `Workload.fromPods`.
 */
export interface WorkloadPodsProps {
  /**
   * Namespace of the pods.
   */
  readonly namespace: string;

  /**
   * Labels that select exactly these pods, and that stay as they are through updates. A workload of the app that carries them is refused, unless
   * `alsoCovers` names it.
   */
  readonly labels: { [key: string]: string };

  /**
   * Service account that the pods run as.
   */
  readonly serviceAccount: string;

  /**
   * Ports that the pods listen on.
   *
   * @default - the target ports of `services`
   */
  readonly ports?: WorkloadPort[];

  /**
   * Services that select the pods.
   *
   * @default - none
   */
  readonly services?: WorkloadService[];

  /**
   * Name for messages.
   *
   * @default - the service account
   */
  readonly name?: string;

  /**
   * Why the pods may run as the service account `default`.
   *
   * @default - `default` is refused
   */
  readonly allowDefaultServiceAccount?: Justification;

  /**
   * Other workloads that policies for this one reach as well, and are meant to: its labels select them too, or in ambient its Service leads to them, as with
   * several versions behind one Service.
   *
   * Each must be one that they reach. What is stated alike for each of them needs no such word.
   *
   * @default - where they reach others of the app for which not the same is stated, that is refused
   */
  readonly alsoCovers?: Workload[];

  /**
   * Why workloads of the app may run as the same service account.
   *
   * They share this identity, and with it all access that is granted to the workload as a caller. Prefer a service account for each.
   *
   * @default - a caller whose account others have is refused, unless they are all named, or the account by itself
   */
  readonly allowSharedServiceAccount?: Justification;
}

const OPTIONS: InputStruct<WorkloadOptions> = {
  name: 'WorkloadOptions',
  members: { service: 'value', ports: 'value', allowDefaultServiceAccount: 'value', alsoCovers: 'value', allowSharedServiceAccount: 'value' },
};

const PODS: InputStruct<WorkloadPodsProps> = {
  name: 'WorkloadPodsProps',
  members: {
    namespace: 'needed',
    labels: 'needed',
    serviceAccount: 'needed',
    ports: 'value',
    services: 'value',
    name: 'value',
    allowDefaultServiceAccount: 'value',
    alsoCovers: 'value',
    allowSharedServiceAccount: 'value',
  },
};

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
    noFurther('Workload.of', arguments, 2, 'refer to each workload by itself');
    const given = constructOf('workload', construct, 'pass the construct of the workload, and check the lookup that it comes from');
    return new Workload(() => workloadOf(given), undefined, taken('Workload.of', OPTIONS, options));
  }

  /**
   * Refers to the one workload of a name below a construct, such as an `Include`, a `Helm` or a chart.
   *
   * @param container where to look for it
   * @param name the name of the Kubernetes object
   * @param options what the app does not say by itself
   */
  public static named(container: IConstruct, name: string, options: WorkloadOptions = {}): Workload {
    noFurther('Workload.named', arguments, 3, 'refer to each workload by itself');
    const given = constructOf('container', container, 'pass the chart, Include or Helm that holds the workload');
    text('name', name, 'give the name of the Kubernetes object');
    return new Workload(() => workloadNamed(given, name), undefined, taken('Workload.named', OPTIONS, options));
  }

  /**
   * Refers to pods that something else makes: another app, an operator, another team.
   *
   * @param props what the pods are
   */
  public static fromPods(props: WorkloadPodsProps): Workload {
    noFurther('Workload.fromPods', arguments, 1, 'refer to each workload by itself');
    const pods = taken('Workload.fromPods()', PODS, props);
    const facts = podsAsFacts(pods);
    const { allowDefaultServiceAccount, allowSharedServiceAccount, alsoCovers } = pods;
    const options = Object.entries({ allowDefaultServiceAccount, allowSharedServiceAccount, alsoCovers }).filter(([, value]) => value !== undefined);
    return new Workload(undefined, facts, Object.fromEntries(options));
  }

  /**
   * Other workloads that policies for it may reach.
   *
   * @internal
   */
  public readonly _alsoCovers: readonly Workload[];

  private readonly reasons: readonly string[];
  private object?: ApiObject;
  private root?: IConstruct;
  private memo?: { readonly tree: Tree; readonly facts: WorkloadFacts };

  private constructor(
    private readonly find: (() => ApiObject) | undefined,
    private readonly stated: WorkloadFacts | undefined,
    private readonly options: WorkloadOptions,
  ) {
    const { allowDefaultServiceAccount, allowSharedServiceAccount, alsoCovers } = options;
    const why = { allowDefaultServiceAccount, allowSharedServiceAccount };
    this.reasons = allowDefaultServiceAccount || allowSharedServiceAccount ? reasonsOf(why) : NONE;
    checkPorts('Workload', options.ports);
    this._alsoCovers = alsoCovers === undefined ? NONE
      : instancesOf('alsoCovers', alsoCovers, Workload, 'name workloads by Workload.of, or leave it out');
    if (options.ports?.some(({ protocol }) => protocol !== undefined) && find) { declareProtocols(this._apiObject()!, options.ports); }
  }

  /** Which workload it is, as text for tables and messages: `Deployment shop/api`. */
  public describeWorkload(): string {
    const { kind, name } = this.stated ?? this._apiObject()!;
    return `${kind} ${this._namespace()}/${name}`;
  }

  /**
   * The workload as what a request goes to: through the Service that leads to the port, if there is one.
   *
   * For `PolicySet.fromApp(app).isAuthorized({ destination: Workload.of(api).asDestination({ port: 8080 }) })`. Call it when the app is complete.
   *
   * @param options the port, and how it is called
   */
  public asDestination(options: WorkloadDestinationOptions): RequestDestination {
    const { port, direct = false } = taken('asDestination', DESTINATION, options);
    const { namespace, name, podLabels, services } = this._facts();
    if (this.stated) return { namespace, workload: name, labels: { ...podLabels }, port: portNumber('port', port) };
    const leading = direct ? [] : services.flatMap(service => {
      const found = service.ports.find(({ targetPort, transport }) => targetPort === port && transport === 'TCP');
      return found ? [{ service: service.name, port: found.port }] : [];
    });
    if (leading.length > 1) {
      const names = listed(leading.map(({ service }) => service));
      throw new Error(`port ${port} of '${namespace}/${name}' must be led to by one Service, got ${names}; choose one: Workload.of(construct, { service })`);
    }
    return { namespace, workload: name, ...leading[0] ?? { port: portNumber('port', port) } };
  }

  /**
   * The workload as who sends a request: with its identity, and by the transport that its proxy chooses.
   *
   * For `PolicySet.fromApp(app).isAuthorized({ source: Workload.of(web).asSource(), … })`. Pods that are not part of the app send as their service account.
   */
  public asSource(): RequestSource {
    if (this.stated) return { serviceAccount: `${this.stated.namespace}/${this.stated.serviceAccount}` };
    return { workload: `${this._namespace()}/${this._apiObject()!.name}` };
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
   * Whether one of its Services is meant only.
   *
   * @internal
   */
  public get _isOneService(): boolean { return this.options.service !== undefined; }

  /**
   * Whether other workloads may have its service account.
   *
   * @internal
   */
  public get _mayShareAccount(): boolean { return this.options.allowSharedServiceAccount !== undefined; }

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
    const tree = clustersBelow(this.root ??= object.node.root).treeOf(object);
    if (this.memo?.tree !== tree) {
      const read = () => assemble(tree, object, namespace, this.options);
      // references that say nothing of their own, which are most, share what is read
      this.memo = { tree, facts: Object.keys(this.options).length === 0 ? tree.facts(object, read) : read() };
    }
    return this.memo.facts;
  }
}

/** Shared by all workloads of which no more is said: an app refers to the same ones again and again. */
const NONE: readonly never[] = [];

function reasonsOf(options: { readonly [option: string]: Justification | undefined }): string[] {
  return Object.entries(options).flatMap(([option, why]) => why ? justified(option, why) : []);
}
