import { IConstruct } from 'constructs';
import { Caller } from '../../../intent/caller';
import { DataPlane, MeshFacts, WaypointFacts } from '../../../intent/mesh';

/** What a ZeroTrustMesh declares. */
export interface MeshDeclaration {
  readonly kind: 'mesh';
  readonly path: string;
  readonly mesh: MeshFacts;
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
  readonly metrics?: { readonly readers: () => Caller[]; readonly ports: readonly number[]; readonly path: string };
}

/** What a JwtProtectedApi declares: whose tokens are verified at which pods. */
export interface JwtDeclaration {
  readonly kind: 'jwt';
  readonly path: string;
  /** Namespace and selector labels of the pods; nothing where they cannot be read, which the API itself reports. */
  readonly target: () => string | undefined;
  /** Names of the Services whose traffic it guards, where that is done at a waypoint. */
  readonly services: () => readonly string[];
}

export type Declaration = MeshDeclaration | NamespaceDeclaration | JwtDeclaration;

/** All declarations of an app, in the order of its tree. */
export interface Declarations {
  readonly meshes: readonly MeshDeclaration[];
  readonly namespaces: readonly NamespaceDeclaration[];
  readonly jwtApis: readonly JwtDeclaration[];
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
    jwtApis: all.filter(declaration => declaration.kind === 'jwt'),
  };
}
