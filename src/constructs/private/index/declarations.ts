import { IConstruct } from 'constructs';
import { AccessGate } from '../../../analysis/access-gate';
import { Caller } from '../../../intent/caller';
import { GatewayData } from '../../../intent/intent';
import { DataPlane, MeshFacts, ServiceWaypointFacts, WaypointFacts } from '../../../intent/mesh';
import { MeshConfigOutput } from '../../../intent/mesh-config';
import { MtlsStage } from '../../../intent/mtls-migration-intent';
import { NetworkTwins } from '../../../intent/network-intent';
import { WorkloadFacts } from '../../../intent/workload';

/** Which NetworkPolicies are asked for; without twins none. */
export interface DeclaredNetworks { readonly twins?: NetworkTwins }

/** What a ZeroTrustMesh declares. */
export interface MeshDeclaration {
  readonly kind: 'mesh';
  readonly path: string;
  /** Where the cluster begins that the mesh is of: the root for all of the app that is in no other one. */
  readonly appliesTo: IConstruct;
  readonly mesh: MeshFacts;
  /** Whether the app makes it STRICT. */
  readonly isStrict: boolean;
  /** Whether the app makes it deny whatever nobody allows. */
  readonly deniesByDefault: boolean;
  /** The day by which it is judged what has expired. */
  readonly asOf?: string;
  readonly gateways: readonly GatewayData[];
  /** Where the settings of the mesh are rendered, if they are: then they are all there are. */
  readonly output?: MeshConfigOutput;
  /** What must hold for all requests. */
  readonly gates: readonly AccessGate[];
  /** Which NetworkPolicies its namespaces have that do not say otherwise. */
  readonly networks?: DeclaredNetworks;
}

/** What a ZeroTrustNamespace declares. */
export interface NamespaceDeclaration {
  readonly kind: 'namespace';
  readonly path: string;
  readonly name: string;
  readonly gateways: readonly GatewayData[];
  readonly dataPlane?: DataPlane;
  readonly waypoint?: WaypointFacts;
  /** Other namespaces that may use the waypoint, where it is created here. */
  readonly waypointUsers?: readonly string[];
  /** Waypoints of single Services. */
  readonly serviceWaypoints?: readonly ServiceWaypointDeclaration[];
  /** Paths of the workloads that are said to be outside the mesh. */
  readonly outside?: () => readonly string[];
  /** Which NetworkPolicies it has, where it says so itself. */
  readonly networks?: DeclaredNetworks;
  readonly metrics?: { readonly readers: () => Caller[]; readonly ports: readonly number[]; readonly path: string };
}

/** Services that pass another waypoint than their namespace. */
export interface ServiceWaypointDeclaration extends ServiceWaypointFacts {
  /** Other namespaces that may use it, where it is created here. */
  readonly users?: readonly string[];
}

/** A waypoint as a ZeroTrustNamespace declares it. */
export interface DeclaredWaypoint { readonly waypoint: WaypointFacts; readonly users?: readonly string[] }

/** All waypoints that a ZeroTrustNamespace declares. */
export function declaredWaypoints({ waypoint, waypointUsers: users, serviceWaypoints = [] }: NamespaceDeclaration): readonly DeclaredWaypoint[] {
  return [...waypoint ? [{ waypoint, users }] : [], ...serviceWaypoints];
}

/** What an MtlsMigration declares of one namespace. */
export interface MigrationDeclaration {
  readonly kind: 'migration';
  /** That of the MtlsMigration. */
  readonly path: string;
  readonly name: string;
  readonly stage: MtlsStage;
  /** Paths of the workloads that are said to be outside the mesh. */
  readonly outside?: () => readonly string[];
}

/** What an IngressGateway declares, or an EgressGateway. */
export interface IngressDeclaration {
  readonly kind: 'ingress';
  readonly path: string;
  readonly namespace: string;
  /** Name of its Gateway object. */
  readonly name: string;
  /** The workload of a classic gateway. */
  readonly workload?: () => WorkloadFacts;
  /** The ports that its pods listen on for what it states. */
  readonly ports?: () => readonly number[];
  /** Whether it leads out, and lets nobody in from outside. */
  readonly leadsOut?: boolean;
}

export type Declaration = IngressDeclaration | MeshDeclaration | NamespaceDeclaration | MigrationDeclaration;

/** What constructs declare, in their order. */
export interface Declarations {
  readonly meshes: readonly MeshDeclaration[];
  readonly namespaces: readonly NamespaceDeclaration[];
  readonly migrations: readonly MigrationDeclaration[];
  readonly ingresses: readonly IngressDeclaration[];
}

const DECLARATION = Symbol.for('cdk8s-zero-trust.declaration');

/** Lets every intent of the cluster see what a construct declares. */
export function declare(construct: IConstruct, declaration: Declaration): void {
  Object.defineProperty(construct, DECLARATION, { value: declaration });
}

export function declarationsOf(constructs: readonly IConstruct[]): Declarations {
  const all = constructs.flatMap(construct => (construct as { [DECLARATION]?: Declaration })[DECLARATION] ?? []);
  return {
    meshes: all.filter(declaration => declaration.kind === 'mesh'),
    namespaces: all.filter(declaration => declaration.kind === 'namespace'),
    migrations: all.filter(declaration => declaration.kind === 'migration'),
    ingresses: all.filter(declaration => declaration.kind === 'ingress'),
  };
}
