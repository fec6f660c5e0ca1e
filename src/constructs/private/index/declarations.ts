import { IConstruct } from 'constructs';
import { Caller } from '../../../intent/caller';
import { GatewayData } from '../../../intent/intent';
import { DataPlane, MeshFacts, WaypointFacts } from '../../../intent/mesh';

/** What a ZeroTrustMesh declares. */
export interface MeshDeclaration {
  readonly kind: 'mesh';
  readonly path: string;
  /** Where the cluster begins that the mesh is of: the root for all of the app that is in no other one. */
  readonly appliesTo: IConstruct;
  readonly mesh: MeshFacts;
  /** Whether the app makes it STRICT. */
  readonly isStrict: boolean;
  /** The day by which it is judged what has expired. */
  readonly asOf?: string;
  readonly gateways: readonly GatewayData[];
  /** Whether the settings of the mesh are rendered here, so that they are all there are. */
  readonly rendersSettings: boolean;
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
  /** Paths of the workloads that are said to be outside the mesh. */
  readonly outside?: () => readonly string[];
  readonly metrics?: { readonly readers: () => Caller[]; readonly ports: readonly number[]; readonly path: string };
}

export type Declaration = MeshDeclaration | NamespaceDeclaration;

/** What constructs declare, in their order. */
export interface Declarations {
  readonly meshes: readonly MeshDeclaration[];
  readonly namespaces: readonly NamespaceDeclaration[];
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
  };
}
