import { Caller } from './caller';
import { ConditionData } from './condition';
import { JwtIssuerData } from './jwt-issuer';
import { LegacyTlsData } from './legacy-tls';
import { DataPlane, MeshFacts, NamespaceFacts } from './mesh';
import { OperationData } from './operation-data';
import { Labels, WorkloadFacts } from './workload';

/** Who may call a workload, doing what, when. */
export interface AccessIntent {
  readonly kind: 'access';
  readonly mesh: MeshFacts;
  readonly target: WorkloadFacts;
  readonly namespace: NamespaceFacts;
  readonly callers: readonly Caller[];
  readonly operations: readonly OperationData[];
  readonly conditions: readonly ConditionData[];
}

/** What the bearer of a token may do. */
export interface JwtRuleData {
  readonly issuers: readonly string[];
  readonly callers: readonly Caller[];
  readonly operations: readonly OperationData[];
  readonly scopes: readonly string[];
  readonly conditions: readonly ConditionData[];
}

/** Which browser pages may ask, without a token, whether they may call. */
export interface PreflightData {
  readonly origins: readonly string[];
  readonly callers: readonly Caller[];
}

/** An API that requires a token on everything that is not public. */
export interface JwtIntent {
  readonly kind: 'jwt';
  readonly mesh: MeshFacts;
  readonly target: WorkloadFacts;
  readonly namespace: NamespaceFacts;
  readonly issuers: readonly JwtIssuerData[];
  readonly rules: readonly JwtRuleData[];
  readonly publicOperations: readonly OperationData[];
  /** For whom they are public; empty for everyone. */
  readonly publicCallers: readonly Caller[];
  readonly exemptCallers: readonly Caller[];
  readonly preflight?: PreflightData;
  /** The HTTP ports of the API; empty for all that are declared HTTP, the metrics ports aside. */
  readonly ports: readonly number[];
}

/** What holds in a namespace before any access is stated. */
export interface NamespaceIntent {
  readonly kind: 'namespace';
  readonly mesh: MeshFacts;
  readonly namespace: NamespaceFacts;
  readonly gateways: readonly GatewayData[];
}

/** A gateway that anyone outside may reach. */
export type GatewayData =
  | { readonly kind: 'classic'; readonly namespace: string; readonly labels: { readonly [key: string]: string }; readonly ports: readonly number[] }
  | { readonly kind: 'gateway-api'; readonly namespace: string; readonly name: string; readonly ports: readonly number[] };

/** What holds in the whole mesh before any access is stated. */
export interface MeshIntent {
  readonly kind: 'mesh';
  readonly mesh: MeshFacts;
  readonly gateways: readonly GatewayData[];
  readonly deniesByDefault: boolean;
}

/** A port of a server outside of the cluster. */
export interface OutsidePortData {
  /** The port that clients call. */
  readonly number: number;
  /** The port that the server listens on. */
  readonly targetPort: number;
  readonly protocol: 'http' | 'tcp';
}

/** Where a legacy destination is. */
export type LegacyServerData =
  /** A Service of the app. */
  | { readonly kind: 'service'; readonly namespace: string; readonly name: string; readonly ports: readonly number[] }
  /** A Service of the cluster that something else makes. */
  | { readonly kind: 'cluster' }
  | { readonly kind: 'outside'; readonly ports: readonly OutsidePortData[]; readonly addresses: readonly string[] };

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

export type Intent = AccessIntent | JwtIntent | NamespaceIntent | MeshIntent | LegacyDestinationIntent;

/** Everybody whom an intent names. */
export function callersIn(intent: Intent): readonly Caller[] {
  switch (intent.kind) {
    case 'access': return intent.callers;
    case 'jwt': return [...intent.rules.flatMap(({ callers }) => callers), ...intent.publicCallers, ...intent.exemptCallers, ...intent.preflight?.callers ?? []];
    case 'namespace': return intent.namespace.metrics?.readers ?? [];
    case 'mesh':
    case 'legacy-destination': return [];
  }
}
