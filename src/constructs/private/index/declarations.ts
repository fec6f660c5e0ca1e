import { IConstruct } from 'constructs';
import { Caller } from '../../../intent/caller';
import { DataPlane, MeshFacts, WaypointFacts } from '../../../intent/mesh';

/** What a ZeroTrustMesh declares. */
export interface MeshDeclaration {
  readonly kind: 'mesh';
  readonly path: string;
  readonly mesh: MeshFacts;
  /** Whether the settings of the mesh are rendered here, so that they are all there are. */
  readonly rendersSettings: boolean;
}

/** What a ZeroTrustNamespace declares. */
export interface NamespaceDeclaration {
  readonly kind: 'namespace';
  readonly path: string;
  readonly name: string;
  readonly dataPlane?: DataPlane;
  readonly waypoint?: WaypointFacts;
  /** Other namespaces that may use the waypoint, where it is created here. */
  readonly waypointUsers?: readonly string[];
  /** Paths of the workloads that are said to be outside the mesh. */
  readonly outside?: () => readonly string[];
  readonly metrics?: { readonly readers: () => Caller[]; readonly ports: readonly number[]; readonly path: string };
}

export type Declaration = MeshDeclaration | NamespaceDeclaration;

/** All declarations of an app, in the order of its tree. */
export interface Declarations {
  readonly meshes: readonly MeshDeclaration[];
  readonly namespaces: readonly NamespaceDeclaration[];
}

const DECLARATION = Symbol.for('cdk8s-zero-trust.declaration');

/** Lets every intent of the app see what a construct declares. */
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
