import { Caller } from './caller';
import { EgressPortData } from './egress-port';
import { DataPlane, MeshFacts } from './mesh';
import { WorkloadFacts } from './workload';

/** Who may reach a host outside of the cluster, on which ports. */
export interface EgressIntent {
  readonly kind: 'egress';
  readonly mesh: MeshFacts;
  readonly host: string;
  readonly ports: readonly EgressPortData[];
  readonly addresses: readonly string[];
  readonly callers: readonly Caller[];
  /** The namespaces of the callers. */
  readonly clients: readonly { readonly name: string; readonly dataPlane: DataPlane }[];
}

/** A host that is known in a namespace, which exports it to its clients; `*` for all of the namespace. */
export interface KnownHost {
  readonly namespace: string;
  readonly host: string;
}

/** Sidecars know these hosts, and block whatever else is called: of a namespace, or of some pods of it. */
export interface EgressBoundaryIntent {
  readonly kind: 'egress-boundary';
  readonly mesh: MeshFacts;
  readonly within: string;
  readonly dataPlane: DataPlane;
  /** Undefined for all pods of the namespace. */
  readonly pods?: WorkloadFacts;
  readonly hosts: readonly KnownHost[];
  /** Those of Services of which nothing else of the app says that they are called. */
  readonly otherServices?: readonly KnownHost[];
}
