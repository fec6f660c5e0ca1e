import { ApiObject, ApiObjectMetadata, JsonPatch } from 'cdk8s';
import { Construct } from 'constructs';
import { assignedServiceAccount, assignServiceAccount } from './private/reading/identity';
import { templatePath } from './private/reading/kinds';
import { kplusWorkload } from './private/reading/kplus-workload';
import { withoutPatches } from './private/reading/patches';
import { pathOf, readWorkload } from './private/reading/read-pods';
import { metadataOf } from './private/statements/given-metadata';
import { provenance } from './private/statements/stated-object';
import { Workload } from './workload';
import { instanceOf } from '../util/given';
import { InputStruct, taken } from '../util/members';

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
   * @default - a name made from the path of the construct
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

const PROPS: InputStruct<WorkloadIdentityProps> = {
  name: 'WorkloadIdentityProps', members: { workload: 'value', metadata: 'value', automountServiceAccountToken: 'flag' },
};

/**
 * A service account of its own for one workload, and with it an identity in the mesh.
 *
 * Renders a ServiceAccount, and names it in the pod template of the workload.
 *
 * @see https://istio.io/latest/docs/concepts/security/#istio-identity
 * @example
 * declare const jobs: kplus.Deployment;
 *
 * new WorkloadIdentity(this, 'jobs-identity', { workload: Workload.of(jobs) });
 */
export class WorkloadIdentity extends Construct {
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
      metadata: { ...metadata, namespace, annotations: { ...metadata.annotations, ...provenance(this.node.path, []) } },
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
    if (!kplusWorkload(target)) this.node.addValidation({ validate: () => this.conflicts(target, patch) });
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
