import { Fork, isLeaf, Node } from './diagram';
import { axesOf, Box, holds, Regions, Sizes, textOf } from './region';
import { oneOfEach } from '../util/grouped';
import { kept } from '../util/kept';

/** What is said of some axes is said of requests with some values of another: of paths, of HTTP. */
export interface Proviso {
  readonly of: ReadonlySet<number>;
  readonly axis: number;
  /** Values that may be told of together. */
  readonly among: readonly (readonly number[])[];
}

/**
 * All boxes of a region that can be made no wider, such as can be told: each of them has, for each proviso, nothing to say of its axes, or only such values of the
 * other as may be told of together.
 */
export function widestBoxes(region: Node, provisos: readonly Proviso[], sizes: Sizes, regions: Regions): Box[] {
  const parts = partsOf(region, provisos, sizes, regions);
  const known = new Map<Node, readonly Box[]>();
  const boxes = oneOfEach(parts.flatMap(part => boxesIn(part, regions, known)), textOf);
  if (parts.length === 1) return boxes;
  return boxes.filter(box => {
    regions.count();
    return !boxes.some(other => other !== box && holds(other, box));
  });
}

/** For each way to keep to the provisos, the requests that can then be told of. */
function partsOf(region: Node, provisos: readonly Proviso[], sizes: Sizes, regions: Regions): Node[] {
  const asked = axesOf(region);
  return provisos.filter(({ of }) => [...of].some(axis => asked.has(axis))).reduce<Node[]>((parts, { of, axis, among }) => {
    const found = parts.flatMap(part => [regions.throughout(part, of), ...among.map(values => regions.among(part, axis, values, sizes.get(axis)!))]);
    return [...new Set(found)].filter(part => part !== regions.none);
  }, [region]);
}

/**
 * A widest box has on the first axis all values below which all the rest of it lies. What lies below some values is what the regions below them have in common, and
 * the rest is a widest box of that.
 */
function boxesIn(node: Node, regions: Regions, known: Map<Node, readonly Box[]>): readonly Box[] {
  return kept(known, node, () => {
    if (isLeaf(node)) return node === regions.all ? [new Map()] : [];
    const found = new Map<string, Box>();
    for (const common of commonBelow(node, regions)) {
      for (const rest of boxesIn(common, regions, known)) {
        const box = widened(node, rest, regions);
        found.set(textOf(box), box);
      }
    }
    return [...found.values()];
  });
}

/** What the regions below some values have in common, for any values. */
function commonBelow({ children }: Fork, regions: Regions): Set<Node> {
  const all = new Set<Node>();
  for (const child of new Set(children)) {
    for (const one of [...all]) {
      regions.count();
      all.add(regions.both(one, child));
    }
    all.add(child);
  }
  all.delete(regions.none);
  return all;
}

function widened({ axis, children }: Fork, rest: Box, regions: Regions): Box {
  const within = new Map<Node, boolean>();
  const values = children.flatMap((child, value) => kept(within, child, () => {
    regions.count();
    return regions.includes(child, rest);
  }) ? [value] : []);
  return values.length === children.length ? rest : new Map([[axis, values], ...rest]);
}
