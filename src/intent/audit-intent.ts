import { Caller } from './caller';
import { ConditionData } from './condition';
import { MeshFacts, NamespaceFacts } from './mesh';
import { OperationData } from './operation-data';
import { WorkloadFacts } from './workload';

/** Calls that are written down: of whom, doing what, when. */
export interface AuditedCalls {
  readonly callers: readonly Caller[];
  /** Empty for everything. */
  readonly operations: readonly OperationData[];
  readonly conditions: readonly ConditionData[];
}

/** Which calls of a workload are written to an access log. */
export interface AuditIntent {
  readonly kind: 'audit';
  readonly mesh: MeshFacts;
  readonly target: WorkloadFacts;
  readonly namespace: NamespaceFacts;
  readonly calls: readonly AuditedCalls[];
  /** Names of access logs: the one that shows these calls and no others, and those that go on beside it. */
  readonly provider: string;
  readonly keptProviders: readonly string[];
  /** The access log of what is refused in the mesh, which goes on for these pods. */
  readonly securityLog?: string;
  /** Whether another one for the same pods has said already which log shows them. */
  readonly isLoggedElsewhere: boolean;
}

/** The pods of which calls are written down, and the access logs that they have. */
export type Audited = Pick<AuditIntent, 'target' | 'provider' | 'keptProviders'>;
