import { ServiceAccountCaller } from './caller';
import { MeshFacts, NamespaceFacts } from './mesh';
import { WorkloadFacts } from './workload';

/** A workload, or an account, that is cut off in an incident, whatever accesses say. */
export interface QuarantineIntent {
  readonly kind: 'quarantine';
  readonly mesh: MeshFacts;
  readonly target?: WorkloadFacts;
  /** That of the workload. */
  readonly namespace?: NamespaceFacts;
  /** Whether pods of that namespace are given sidecars, unless they say otherwise. */
  readonly isInjected?: boolean;
  readonly account: ServiceAccountCaller;
  /** What NetworkPolicies of its namespace cut below the mesh: all that its pods send and take, or what the pods of its account send. */
  readonly network?: 'all' | 'egress';
  /** Whether there are ambient namespaces, and so perhaps waypoints. */
  readonly hasAmbient: boolean;
}
