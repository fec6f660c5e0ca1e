import { ApiObject, ApiObjectMetadata, JsonPatch } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { World } from './private/index/world';
import { constructOf } from './private/reading/given-construct';
import { assignedServiceAccount, assignServiceAccount } from './private/reading/identity';
import { templatePath } from './private/reading/kinds';
import { kplusWorkload } from './private/reading/kplus-workload';
import { withoutPatches } from './private/reading/patches';
import { pathOf, readWorkload } from './private/reading/read-pods';
import { metadataOf } from './private/statements/given-metadata';
import { provenance } from './private/statements/stated-object';
import { checkLate } from './private/statements/validation';
import { Workload } from './workload';
import { noFurther } from '../util/arguments';
import { instanceOf } from '../util/given';
import { InputStruct, taken } from '../util/members';
import { namedInErrors } from './private/statements/named-in-errors';

/**
 * Properties for `WorkloadIdentity`.
 */
export interface WorkloadIdentityProps {
  /**
   * The workload that gets the identity. It must not have a service account of its own.
   */
  readonly workload: Workload;

  /**
   * Metadata of the ServiceAccount. Its namespace is that of the workload.
   *
   * @default - the name of the workload
   */
  readonly metadata?: ApiObjectMetadata;

  /**
   * Whether pods get a token for the Kubernetes API, unless they say otherwise themselves.
   *
   * The mesh does not need it: the proxy has a token of its own.
   *
   * @default false
   */
  readonly automountServiceAccountToken?: boolean;
}

/** Options of service accounts for several workloads. */
export interface WorkloadIdentitiesOptions {
  /**
   * Whether pods get a token for the Kubernetes API, unless they say otherwise themselves.
   *
   * @default false
   */
  readonly automountServiceAccountToken?: boolean;
}

const OPTIONS: InputStruct<WorkloadIdentitiesOptions> = { name: 'WorkloadIdentitiesOptions', members: { automountServiceAccountToken: 'flag' } };

const PROPS: InputStruct<WorkloadIdentityProps> = {
  name: 'WorkloadIdentityProps', members: { workload: 'needed', metadata: 'value', automountServiceAccountToken: 'flag' },
};

/**
 * A service account of its own for one workload, and with it an identity in the mesh.
 *
 * Renders a ServiceAccount, which has the name of the workload unless it is given one, and names it in the pod template of the workload.
 *
 * @see https://istio.io/latest/docs/concepts/security/#istio-identity
 * @example
 * declare const jobs: kplus.Deployment;
 *
 * new WorkloadIdentity(this, 'jobs-identity', { workload: Workload.of(jobs) });
 */
@namedInErrors
export class WorkloadIdentity extends Construct {
  /**
   * Gives a service account of its own to each workload below a construct that has none. Each has the name of its workload, and is made below it.
   *
   * Call it when all workloads are there: one that comes later and names no account is reported when the app is synthesized.
   *
   * @param scope the chart, or anything else that holds the workloads, such as an `Include`
   * @param options what holds for all of them
   * @returns the service accounts that are made, in the order of the workloads
   */
  public static forAll(scope: IConstruct, options: WorkloadIdentitiesOptions = {}): WorkloadIdentity[] {
    noFurther('WorkloadIdentity.forAll', arguments, 2, 'call it for each construct by itself');
    constructOf('scope', scope, 'pass the chart, or the construct that holds the workloads');
    const given = taken('WorkloadIdentity.forAll', OPTIONS, options);
    scope.node.addValidation({ validate: () => withoutAccount(scope).map(lateComer) });
    return withoutAccount(scope).map(object => new WorkloadIdentity(ownerOf(object), 'identity', { workload: Workload.of(object), ...given }));
  }

  /**
   * The underlying API object.
   */
  public readonly apiObject: ApiObject;

  public constructor(scope: Construct, id: string, props: WorkloadIdentityProps) {
    super(scope, id);
    props = taken('WorkloadIdentity', PROPS, props);
    instanceOf('workload', props.workload, Workload, 'write Workload.of(…) around the construct');
    const namespace = props.workload._namespace();
    const target = props.workload._apiObject();
    if (!target) {
      throw new Error(`[${this.node.path}] workload must be part of the app, got pods from Workload.fromPods(); name their service account there`);
    }
    const metadata = metadataOf(props.metadata ?? {});
    if (metadata.namespace !== undefined && metadata.namespace !== namespace) {
      throw new Error(`[${this.node.path}] metadata.namespace must be '${namespace}', as is that of the workload, got '${metadata.namespace}'; leave it out`);
    }
    this.apiObject = new ApiObject(this, 'Resource', {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: target.name, ...metadata, namespace, annotations: { ...metadata.annotations, ...provenance(this.node.path, []) } },
      automountServiceAccountToken: props.automountServiceAccountToken ?? false,
    });
    this.assign(target);
  }

  /**
   * Name of the service account.
   */
  public get serviceAccountName(): string {
    return this.apiObject.name;
  }

  private assign(target: ApiObject): void {
    const other = assignedServiceAccount(target) ?? kplusWorkload(target)?.serviceAccount?.name;
    if (other !== undefined && other !== 'default') throw new Error(`[${this.node.path}] ${this.refusal(target, other)}`);
    const patch = JsonPatch.add(`/${[...templatePath(target)!, 'spec', 'serviceAccountName'].join('/')}`, this.apiObject.name);
    target.addJsonPatch(patch);
    assignServiceAccount(target, this.apiObject.name);
    checkLate(this, world => [...this.strangers(target, world), ...kplusWorkload(target) ? [] : this.conflicts(target, patch)]);
  }

  /** An account is of one cluster, and is none in another. */
  private strangers(target: ApiObject, { tree }: World): string[] {
    return tree.holds(target) ? [] : [`workload must be one of the same cluster, got '${pathOf(target)}' (${target.kind}) of another; make its WorkloadIdentity there`];
  }

  /** What a raw object says by itself is known when it is complete. */
  private conflicts(target: ApiObject, patch: JsonPatch): string[] {
    const { serviceAccount } = readWorkload(withoutPatches(target, [patch]));
    return serviceAccount === 'default' || serviceAccount === this.apiObject.name ? [] : [this.refusal(target, serviceAccount)];
  }

  private refusal(target: ApiObject, other: string): string {
    return `'${pathOf(target)}' (${target.kind}) already runs as the service account '${other}'; remove that, or this WorkloadIdentity`;
  }
}

/** Workloads at or below a construct that run as `default`, with every other pod that names no account. */
function withoutAccount(scope: IConstruct): ApiObject[] {
  const objects = scope.node.findAll().filter(construct => ApiObject.isApiObject(construct));
  return objects.filter(object => templatePath(object) !== undefined && readWorkload(object).serviceAccount === 'default');
}

/** Where a user knows the workload to be. */
function ownerOf(object: ApiObject): Construct { return (kplusWorkload(object) ?? object) as Construct; }

function lateComer(object: ApiObject): string {
  return `'${pathOf(object)}' (${object.kind}) runs as the service account 'default', since it came after WorkloadIdentity.forAll; call that when all workloads are there, or name an account`;
}
