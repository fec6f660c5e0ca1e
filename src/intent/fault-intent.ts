import { MeshFacts, NamespaceFacts } from './mesh';
import { Labels, WorkloadFacts } from './workload';

/** Workloads whose calls have the fault. */
export interface FaultCaller {
  readonly namespace: string;
  readonly labels: Labels;
}

/** Calls of a workload fail, or take longer, for a test of who calls it. Decides nothing of who may call. */
export interface FaultIntent {
  readonly kind: 'fault';
  readonly mesh: MeshFacts;
  readonly target: WorkloadFacts;
  readonly namespace: NamespaceFacts;
  readonly abort?: { readonly status: number; readonly percentage: number };
  /** The time in milliseconds. */
  readonly delay?: { readonly time: number; readonly percentage: number };
  /** Empty for all of its namespace, behind a waypoint for all that it lets through. */
  readonly callers: readonly FaultCaller[];
}
