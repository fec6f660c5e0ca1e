import { IConstruct } from 'constructs';
import { declarationsOf, MeshDeclaration } from './declarations';
import { enclosing } from '../../../util/enclosing';
import { groupedBy } from '../../../util/grouped';

/**
 * Where the clusters of an app begin: at each construct that a mesh applies to. Every construct is of the nearest of them, and of the rest of the app,
 * which begins at its root, where it is below none.
 */
export class Borders {
  /** All meshes of the app, wherever they stand. */
  public readonly meshes: readonly MeshDeclaration[];
  private readonly scopes: ReadonlySet<IConstruct>;

  /** Parents come before children. */
  public constructor(private readonly constructs: readonly IConstruct[]) {
    this.meshes = declarationsOf(constructs).meshes;
    this.scopes = new Set([constructs[0], ...this.meshes.map(({ appliesTo }) => appliesTo)]);
  }

  /** The constructs of each cluster by where it begins, parents first. */
  public get clusters(): ReadonlyMap<IConstruct, readonly IConstruct[]> {
    return this.areSeveral ? groupedBy(this.constructs, construct => this.scopeOf(construct)!) : new Map([[this.constructs[0], this.constructs]]);
  }

  /** Whether an app is more than one cluster. */
  public get areSeveral(): boolean { return this.scopes.size > 1; }

  /** Where the cluster of a construct begins; undefined for one of another app. */
  public scopeOf(construct: IConstruct): IConstruct | undefined { return enclosing(construct, this.scopes); }

  /** What is declared for the cluster that begins at a construct. */
  public meshOf(scope: IConstruct): MeshDeclaration | undefined { return this.meshes.find(({ appliesTo }) => appliesTo === scope); }
}

/** A cluster as messages show it. */
export function clusterName({ node: { scope, path } }: IConstruct): string { return scope ? `'${path}'` : 'the rest of the app'; }
