import { AuthorizerProviderData } from './extension-provider';
import { MeshFacts, NamespaceFacts } from './mesh';
import { HttpOperationData } from './operation-data';
import { WorkloadFacts } from './workload';

/** An external authorizer that is asked about what is sent to a workload. */
export interface ExternalAuthorizationIntent {
  readonly kind: 'external-authorization';
  readonly mesh: MeshFacts;
  readonly target: WorkloadFacts;
  readonly namespace: NamespaceFacts;
  readonly provider: AuthorizerProviderData;
  /** Container ports; empty for all that are declared HTTP, the metrics ports aside. */
  readonly ports: readonly number[];
  /** What passes on these ports without being asked. */
  readonly unaskedOperations: readonly HttpOperationData[];
  /** The Service of the authorizer, where the app has it. */
  readonly authorizer?: AuthorizerServiceFacts;
}

/** The Service by which an authorizer is asked. */
export interface AuthorizerServiceFacts {
  readonly name: string;
  readonly namespace: string;
  readonly port: number;
}
