import { IConstruct } from 'constructs';
import { Borders } from './borders';
import { Tree } from './tree';

/** One generation of the index of an app: a Tree for each of its clusters. */
export class Clusters {
  /** By where each cluster begins; one that holds all, where no mesh applies to a part of the app. */
  public readonly trees: ReadonlyMap<IConstruct, Tree>;
  /** Every construct of the app, parents first. */
  public readonly constructs: IConstruct[] = [];
  private readonly borders: Borders;

  public constructor(private readonly root: IConstruct, public readonly generation: number) {
    collect(root, this.constructs);
    this.borders = new Borders(this.constructs);
    this.trees = new Map([...this.borders.clusters].map(([scope, constructs]) => [scope, new Tree(scope, constructs, this.borders)]));
  }

  /** The Tree of the cluster that a construct is of. */
  public treeOf(construct: IConstruct): Tree { return this.trees.get(this.borders.scopeOf(construct)!)!; }

  /** Whether the app has the same constructs still, and all that was read of them reads the same. */
  public isCurrent(): boolean {
    return match(this.root, this.constructs, 0) === this.constructs.length && [...this.trees.values()].every(tree => tree.isCurrent());
  }
}

const known = new WeakMap<IConstruct, Clusters>();

/** The index of the cluster that a construct is of, as of the last refresh. */
export function treeOf(construct: IConstruct): Tree { return clustersBelow(construct.node.root).treeOf(construct); }

/** The index of the app below a root, as of the last refresh. */
export function clustersBelow(root: IConstruct): Clusters { return known.get(root) ?? replace(root); }

/**
 * Brings the index of an app up to date: the same generation if nothing has changed, else the next one. Call it
 * once in every pass of validation, before anything is asked of the index.
 */
export function refresh(construct: IConstruct): Clusters {
  const { root } = construct.node;
  const before = known.get(root);
  return before?.isCurrent() ? before : replace(root);
}

function replace(root: IConstruct): Clusters {
  const next = new Clusters(root, (known.get(root)?.generation ?? 0) + 1);
  known.set(root, next);
  return next;
}

/** A construct and all below it, parents first. */
function collect(construct: IConstruct, into: IConstruct[]): void {
  into.push(construct);
  for (const child of construct.node.children) collect(child, into);
}

/** Where the list goes on after a construct and all below it; -1 where it tells of others. As fast as it can be: it runs in every pass. */
function match(construct: IConstruct, list: readonly IConstruct[], from: number): number {
  if (list[from] !== construct) return -1;
  let at = from + 1;
  for (const child of construct.node.children) {
    at = match(child, list, at);
    if (at < 0) return -1;
  }
  return at;
}
