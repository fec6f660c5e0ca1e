import { Caller } from './caller';
import { MeshFacts, NamespaceFacts, WaypointFacts } from './mesh';
import { OperationData } from './operation-data';
import { WorkloadFacts } from './workload';

/** What a guardrail says of its callers or operations: only these, or none of these. */
export type GuardrailLaw =
  | { readonly kind: 'only callers' | 'forbidden callers'; readonly callers: readonly Caller[] }
  | { readonly kind: 'only operations' | 'forbidden operations'; readonly operations: readonly OperationData[] };

/** What nobody may do, whatever others allow: at a workload, in a namespace, or in the whole mesh. */
export interface GuardrailIntent {
  readonly kind: 'guardrail';
  readonly mesh: MeshFacts;
  readonly target?: WorkloadFacts;
  /** That of the workload, too; none in the mesh. */
  readonly namespace?: NamespaceFacts;
  /** In the mesh: all that the app declares. */
  readonly waypoints?: readonly WaypointFacts[];
  readonly law: GuardrailLaw;
  /** Whom it lets through nevertheless. */
  readonly exempt: readonly Caller[];
  /** Whether there are gateways in it, whose clients outside have no identity. */
  readonly hasGateways: boolean;
  /** Whether it is only tried out, and decides nothing. */
  readonly isDryRun?: boolean;
}
