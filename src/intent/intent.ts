import { AuditIntent } from './audit-intent';
import { Caller } from './caller';
import { ConditionData } from './condition';
import { EgressBoundaryIntent, EgressGatewayIntent, EgressIntent } from './egress-intent';
import { ExternalAuthorizationIntent } from './external-authorization-intent';
import { FaultIntent } from './fault-intent';
import { GuardrailIntent } from './guardrail-intent';
import { IngressAccessIntent, IngressGatewayIntent } from './ingress-intent';
import { JwtIssuerData } from './jwt-issuer';
import { LegacyDestinationIntent } from './legacy-destination-intent';
import { MeshFacts, NamespaceFacts, WaypointFacts } from './mesh';
import { MeshConfigData, MeshConfigOutput } from './mesh-config';
import { MtlsMigrationIntent } from './mtls-migration-intent';
import { NetworkIntent } from './network-intent';
import { OperationData } from './operation-data';
import { PlaintextIntent } from './plaintext-intent';
import { QuarantineIntent } from './quarantine-intent';
import { SecurityTelemetryIntent } from './security-telemetry-intent';
import { TrafficProtectionIntent } from './traffic-protection-intent';
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
  /** Whether it is only tried out, and decides nothing. */
  readonly isDryRun?: boolean;
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
  /** The pods behind each Service that passes another waypoint than the namespace. */
  readonly locks?: readonly WaypointLock[];
}

/** Pods that admit no waypoint but that of their Service. */
export interface WaypointLock {
  readonly service: string;
  /** The labels by which the Service selects them. */
  readonly podLabels: Labels;
  readonly waypoint: WaypointFacts;
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
  /** What the app states of the mesh beside that. */
  readonly config?: MeshConfigData;
  /** What that is rendered to. */
  readonly output?: MeshConfigOutput;
}

export type Intent = SecurityTelemetryIntent | AccessIntent | JwtIntent | NamespaceIntent | MeshIntent
  | GuardrailIntent | QuarantineIntent | AuditIntent | ExternalAuthorizationIntent | LegacyDestinationIntent | PlaintextIntent | MtlsMigrationIntent
  | IngressGatewayIntent | IngressAccessIntent | EgressIntent | EgressGatewayIntent | EgressBoundaryIntent
  | TrafficProtectionIntent | FaultIntent | NetworkIntent;

/** The workload that an intent is for, where it is for one. */
export function targetOf(intent: Intent): WorkloadFacts | undefined { return 'target' in intent ? intent.target : undefined; }

/** The namespace that an intent is for, or whose workload; none where it is for the whole mesh. */
export function namespaceOf(intent: Intent): NamespaceFacts | undefined { return 'namespace' in intent ? intent.namespace : undefined; }

/** Whether an intent closes what other intents open, and holds whatever they open. */
export function closesOthers(intent: Intent): boolean { return intent.kind === 'guardrail' && !isDryRun(intent); }

/** Whether an intent closes what other intents open, or opens what they close, so that each of them must be asked beside it. */
export function bearsOnOthers(intent: Intent): boolean { return closesOthers(intent) || intent.kind === 'plaintext'; }

/** Whether an intent is only tried out. */
export function isDryRun(intent: Intent): boolean { return 'isDryRun' in intent && intent.isDryRun === true; }

/** Everybody whom an intent names. */
export function callersIn(intent: Intent): readonly Caller[] {
  switch (intent.kind) {
    case 'access': return intent.callers;
    case 'jwt': return [...intent.rules.flatMap(({ callers }) => callers), ...intent.publicCallers, ...intent.exemptCallers, ...intent.preflight?.callers ?? []];
    case 'namespace': return intent.namespace.metrics?.readers ?? [];
    case 'mesh':
    case 'security-telemetry':
    case 'plaintext':
    case 'external-authorization': return [];
    case 'quarantine': return [intent.account];
    case 'audit': return intent.calls.flatMap(({ callers }) => callers);
    case 'guardrail': return [...'callers' in intent.law ? intent.law.callers : [], ...intent.exempt];
    case 'egress': return intent.callers;
    case 'egress-gateway':
    case 'egress-boundary':
    case 'legacy-destination':
    case 'ingress-gateway':
    case 'ingress':
    case 'network':
    case 'traffic-protection':
    case 'fault':
    case 'mtls-migration': return [];
  }
}
