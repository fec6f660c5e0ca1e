import { Fork, isLeaf, Node, Nodes } from './diagram';
import { kept } from '../util/kept';

/** Requests that have one of some values on each of some axes; axes that are not there may have any. */
export type Box = ReadonlyMap<number, readonly number[]>;

/** How many values each axis has, in the order of the axes. */
export type Sizes = ReadonlyMap<number, number>;

/** Which values a box has on an axis. */
export function valuesOn(box: Box, axis: number, sizes: Sizes): readonly number[] {
  return box.get(axis) ?? Array.from({ length: sizes.get(axis)! }, (_, value) => value);
}

/** A box with other values on an axis. */
export function withValues(box: Box, axis: number, values: readonly number[], sizes: Sizes): Box {
  const others = [...box].filter(([other]) => other !== axis);
  return new Map(values.length === sizes.get(axis) ? others : [...others, [axis, values] as const]);
}

export function holds(outer: Box, inner: Box): boolean {
  return [...outer].every(([axis, values]) => inner.get(axis)?.every(value => values.includes(value)) ?? false);
}

/** The same text for the same box. */
export function textOf(box: Box): string { return JSON.stringify([...box].sort(([a], [b]) => a - b)); }

/** The first value of each axis that is in a box, for a request that stands for it. */
export function exampleIn(box: Box, axes: number): number[] {
  return Array.from({ length: axes }, (_, axis) => box.get(axis)?.[0] ?? 0);
}

/** More is to be gone through than is. */
export class OutOfSteps extends Error {}

/** Sets of requests as diagrams, each of which is there once, and what they have in common, as long as that takes no more than some steps. */
export class Regions {
  readonly all: Node;
  readonly none: Node;
  private readonly nodes = new Nodes(Infinity);
  private readonly common = new Map<string, Node>();
  private steps = 0;

  constructor(private readonly most: number) {
    this.all = this.nodes.leaf('all');
    this.none = this.nodes.leaf('none');
  }

  /** The requests that a diagram gives an answer. */
  of(node: Node, answer: string, known = new Map<Node, Node>()): Node {
    return kept(known, node, () => isLeaf(node)
      ? node.answer === answer ? this.all : this.none
      : this.fork(node.axis, node.children.map(child => this.of(child, answer, known))));
  }

  fork(axis: number, children: readonly Node[]): Node { return this.nodes.fork(axis, children); }

  /** One more step. */
  count(): void {
    if (++this.steps > this.most) throw new OutOfSteps();
  }

  both(a: Node, b: Node): Node {
    if (a === b || b === this.all) return a;
    if (a === this.all) return b;
    if (isLeaf(a) || isLeaf(b)) return this.none;
    const [one, other] = a.axis < b.axis || a.axis === b.axis && a.id < b.id ? [a, b] : [b, a];
    return kept(this.common, `${one.id} ${other.id}`, () => {
      this.count();
      return this.fork(one.axis, one.children.map((child, value) => this.both(child, childOf(other, one.axis, value))));
    });
  }

  /** Those that belong to it whatever they have on some axes. */
  throughout(node: Node, axes: ReadonlySet<number>, known = new Map<Node, Node>()): Node {
    if (isLeaf(node)) return node;
    return kept(known, node, () => {
      const children = node.children.map(child => this.throughout(child, axes, known));
      return axes.has(node.axis) ? children.reduce((some, child) => this.both(some, child)) : this.fork(node.axis, children);
    });
  }

  /** Those with one of some values on an axis. */
  among(node: Node, axis: number, values: readonly number[], size: number): Node {
    return this.both(this.fork(axis, Array.from({ length: size }, (_, value) => values.includes(value) ? this.all : this.none)), node);
  }

  /** Whether all requests of a box belong to it. */
  includes(node: Node, box: Box, known = new Map<Node, boolean>()): boolean {
    if (isLeaf(node)) return node === this.all;
    return kept(known, node, () => {
      const values = box.get(node.axis);
      const children = new Set(values ? values.map(value => node.children[value]) : node.children);
      return [...children].every(child => this.includes(child, box, known));
    });
  }
}

/** What is below a value of an axis, also of a diagram that does not ask for it. */
export function childOf(node: Node, axis: number, value: number): Node {
  return isLeaf(node) || node.axis !== axis ? node : node.children[value];
}

/** The axes that a diagram asks for. */
export function axesOf(node: Node, seen = new Set<Node>(), axes = new Set<number>()): Set<number> {
  if (isLeaf(node) || seen.has(node)) return axes;
  seen.add(node);
  axes.add(node.axis);
  node.children.forEach(child => axesOf(child, seen, axes));
  return axes;
}

/** Boxes that together are a region and overlap nowhere. */
export function disjointBoxes(node: Node, regions: Regions, known = new Map<Node, readonly Box[]>()): readonly Box[] {
  return kept(known, node, () => isLeaf(node) ? node === regions.all ? [new Map()] : [] : boxesBelow(node, regions, known));
}

/** The boxes of all children; what several of them have in common is one box, with the values of all. */
function boxesBelow({ axis, children }: Fork, regions: Regions, known: Map<Node, readonly Box[]>): Box[] {
  const common = new Map<string, { readonly box: Box; readonly values: number[] }>();
  children.forEach((child, value) => {
    for (const box of disjointBoxes(child, regions, known)) kept(common, textOf(box), () => ({ box, values: [] })).values.push(value);
  });
  return [...common.values()].map(({ box, values }) => values.length === children.length ? box : new Map([[axis, values], ...box]));
}
