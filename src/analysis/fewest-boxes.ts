import { fewestOf } from './cover';
import { Node } from './diagram';
import { Box, childOf, disjointBoxes, OutOfSteps, Regions, Sizes, textOf, valuesOn, withValues } from './region';
import { Proviso, widestBoxes } from './widest-boxes';
import { oneOfEach } from '../util/grouped';

/** How many steps are taken to find the fewest boxes; counted, so that it is the same on every machine. */
const MOST_STEPS = 20_000;

/** Of how many boxes it is still looked whether one is held by the others, where they are not the fewest. */
const MOST_COMPARED = 300;

/** What boxes are made of. */
export interface Space {
  readonly sizes: Sizes;
  readonly provisos: readonly Proviso[];
}

/**
 * The fewest boxes that together are exactly the requests with an answer, each as wide as it comes to. They may overlap: who may GET anything, and may do anything
 * on `/a`, has two boxes and not three. Where there is more to go through than is, they are few.
 */
export function fewestBoxes(node: Node, answer: string, { sizes, provisos }: Space, most = MOST_STEPS): Box[] {
  const regions = new Regions(most);
  const region = regions.of(node, answer);
  if (region === regions.none) return [];
  try {
    const boxes = widestBoxes(region, provisos, sizes, regions).sort(inOrder(sizes));
    const needs = kindsOf(region, boxes, sizes, regions);
    return fewestOf(needs, boxes.map(box => weightOf(box, sizes))).map(index => boxes[index]);
  } catch (error) {
    if (!(error instanceof OutOfSteps)) throw error;
    return fewBoxes(region, sizes, regions);
  }
}

/** First by the values of the first axis, then by those of the next. */
export function inOrder(sizes: Sizes): (a: Box, b: Box) => number {
  const axes = [...sizes.keys()];
  return (a, b) => {
    for (const axis of axes) {
      const [some, others] = [a, b].map(box => valuesOn(box, axis, sizes));
      const at = some.findIndex((value, index) => value !== others[index]);
      if (at >= 0) return at >= others.length ? 1 : some[at] - others[at];
      if (some.length < others.length) return -1;
    }
    return 0;
  };
}

/** Of what is few there is little to say, as there is of what is nearly all. */
function weightOf(box: Box, sizes: Sizes): number {
  return [...box].reduce((sum, [axis, { length }]) => sum + 1 + Math.min(length, sizes.get(axis)! - length), 0);
}

/** For each kind of requests of a region that boxes tell apart, the boxes that hold them. */
function kindsOf(region: Node, boxes: readonly Box[], sizes: Sizes, regions: Regions): number[][] {
  const axes = [...sizes.keys()];
  const holding = axes.map(axis => boxes.map(box => box.get(axis) && new Set(box.get(axis))));
  const [kinds, seen] = [new Map<string, number[]>(), new Set<string>()];
  const go = (node: Node, level: number, alive: number[]) => {
    const key = `${level} ${node.id} ${alive.join()}`;
    if (node === regions.none || seen.has(key)) return;
    seen.add(key);
    regions.count();
    // what no box may tell of is told as it comes
    if (alive.length === 0) throw new OutOfSteps();
    if (level === axes.length) { kinds.set(alive.join(), alive); return; }
    for (let value = 0; value < sizes.get(axes[level])!; value++) {
      go(childOf(node, axes[level], value), level + 1, alive.filter(box => holding[level][box]?.has(value) ?? true));
    }
  };
  go(region, 0, boxes.map((_, index) => index));
  return [...kinds.values()];
}

/** Boxes that overlap nowhere, made wider, without those that others then hold. */
function fewBoxes(region: Node, sizes: Sizes, regions: Regions): Box[] {
  const wide = disjointBoxes(region, regions).map(box => widened(region, box, sizes, regions));
  const distinct = oneOfEach(wide, box => textOf(box)).sort(inOrder(sizes));
  if (distinct.length > MOST_COMPARED) return distinct;
  return distinct.reduce<Box[]>((needed, box) => {
    const others = needed.filter(other => other !== box);
    return isCovered(box, others, sizes) ? others : needed;
  }, distinct);
}

/** A box with all values on each of its axes with which it still belongs to the region; who sends it and how stays as it is. */
function widened(region: Node, box: Box, sizes: Sizes, regions: Regions): Box {
  return [...box.keys()].filter(axis => axis >= 0).sort((a, b) => b - a).reduce((wide, axis) => {
    const values = valuesOn(new Map(), axis, sizes).filter(value => regions.includes(region, new Map([...wide, [axis, [value]]])));
    return withValues(wide, axis, values, sizes);
  }, box);
}

/** Whether other boxes hold all of one: it is cut in two along an axis of one that it meets, as long as no single one holds it. */
export function isCovered(box: Box, others: readonly Box[], sizes: Sizes): boolean {
  const meets = ([axis, values]: readonly [number, readonly number[]]) => box.get(axis)?.some(value => values.includes(value)) ?? true;
  const met = others.filter(other => [...other].every(meets));
  if (met.length === 0) return false;
  const cuts = met.map(other => [...other].find(([axis, values]) => valuesOn(box, axis, sizes).some(value => !values.includes(value))));
  if (cuts.includes(undefined)) return true;
  const [axis, values] = cuts[0]!;
  const all = valuesOn(box, axis, sizes);
  return [all.filter(value => values.includes(value)), all.filter(value => !values.includes(value))]
    .every(some => isCovered(new Map([...box, [axis, some]]), met, sizes));
}
