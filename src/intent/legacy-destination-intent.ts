import { LegacyTlsData } from './legacy-tls';
import { DataPlane, MeshFacts } from './mesh';
import { OutsideServerData } from './outside-server';
import { Labels } from './workload';

/** Where a legacy destination is. */
export type LegacyServerData =
  /** A Service of the app. */
  | { readonly kind: 'service'; readonly namespace: string; readonly name: string; readonly ports: readonly number[] }
  /** A Service of the cluster that something else makes. */
  | { readonly kind: 'cluster' }
  | { readonly kind: 'outside' } & OutsideServerData;

/** How workloads of some namespaces connect to a server that is not in the mesh. */
export interface LegacyDestinationIntent {
  readonly kind: 'legacy-destination';
  readonly mesh: MeshFacts;
  readonly host: string;
  readonly server: LegacyServerData;
  readonly tls: LegacyTlsData;
  /** Ports of a Service that it is for; empty for all. */
  readonly ports: readonly number[];
  readonly clients: readonly { readonly name: string; readonly dataPlane: DataPlane }[];
  /** The labels of the one workload that reads the secret, where there is one. */
  readonly clientLabels?: Labels;
}
