import { MeshFacts, NamespaceFacts } from './mesh';
import { OperationData } from './operation-data';
import { WorkloadFacts } from './workload';

/** Who may call a workload in plaintext: whoever sends from some networks, since nobody has an identity. */
export interface PlaintextIntent {
  readonly kind: 'plaintext';
  readonly mesh: MeshFacts;
  readonly target: WorkloadFacts;
  readonly namespace: NamespaceFacts;
  /** Empty for all of the workload. */
  readonly operations: readonly OperationData[];
  /** Addresses and CIDR blocks. */
  readonly networks: readonly string[];
}
