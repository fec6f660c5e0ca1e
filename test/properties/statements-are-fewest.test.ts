import fc from 'fast-check';
import { fewestOf } from '../../src/analysis/cover';
import { Node, Nodes } from '../../src/analysis/diagram';
import { fewestBoxes, isCovered, Space } from '../../src/analysis/fewest-boxes';
import { Box, Regions, valuesOn } from '../../src/analysis/region';
import { MANNER, WHO } from '../../src/analysis/senders';
import { shortened } from '../../src/analysis/shortened';
import { widestBoxes } from '../../src/analysis/widest-boxes';

/** Few values on few axes, of which all boxes can be gone through. */
const SIZES = new Map([[WHO, 3], [MANNER, 2], [0, 3], [1, 2]]);
const AXES = [...SIZES.keys()];
const PROVISOS = [{ of: new Set([0]), axis: MANNER, among: [[1]] }, { of: new Set([1]), axis: WHO, among: [[0, 1], [2]] }];

type Cell = ReadonlyMap<number, number>;
const CELLS = AXES.reduce<Cell[]>((cells, axis) => cells.flatMap(cell => all(axis).map(value => new Map([...cell, [axis, value]]))), [new Map()]);
const BOXES = AXES.reduce<Box[]>((boxes, axis) => boxes.flatMap(box => subsets(all(axis)).map(values => values.length === SIZES.get(axis) ? box : new Map([...box, [axis, values]]))), [new Map()]);

function all(axis: number): number[] { return [...valuesOn(new Map(), axis, SIZES)]; }

function subsets(values: number[]): number[][] {
  return values.reduce<number[][]>((some, value) => [...some, ...some.map(one => [...one, value])], [[]]).filter(({ length }) => length > 0);
}

function isIn(cell: Cell, box: Box): boolean { return [...box].every(([axis, values]) => values.includes(cell.get(axis)!)); }

function isTold(box: Box, { provisos }: Space): boolean {
  return provisos.every(({ of, axis, among }) => ![...of].some(one => box.has(one)) || among.some(some => valuesOn(box, axis, SIZES).every(value => some.includes(value))));
}

/** Some answers of the cells, in their order, as a diagram. */
function diagramOf(answers: readonly boolean[], nodes = new Nodes(), axes = AXES): Node {
  const [axis, ...rest] = axes;
  if (axis === undefined) return nodes.leaf(answers[0] ? 'yes' : 'no');
  const size = answers.length / SIZES.get(axis)!;
  return nodes.fork(axis, all(axis).map(value => diagramOf(answers.slice(value * size, (value + 1) * size), nodes, rest)));
}

/** Whether so many of some sets hold all of the needs between them. */
function suffices(count: number, needs: readonly (readonly number[])[]): boolean {
  if (needs.length === 0) return true;
  return count > 0 && needs[0].some(thing => suffices(count - 1, needs.filter(need => !need.includes(thing))));
}

/** Requests as rules make them: boxes, without some others. */
const box = fc.constantFrom(...BOXES);
const region = fc.record({ open: fc.array(box, { minLength: 1, maxLength: 3 }), closed: fc.array(box, { maxLength: 2 }) })
  .map(({ open, closed }) => CELLS.map(cell => open.some(one => isIn(cell, one)) && !closed.some(one => isIn(cell, one))));
const RUNS = { numRuns: Number(process.env.BOX_RUNS ?? 150) };
/** Few regions need a box of what several values have in common. */
const MANY = { numRuns: Number(process.env.BOX_RUNS ?? 1_500) };

describe('the boxes of an answer', () => {
  /** All that may be told of an answer. */
  function boxesOf(answers: readonly boolean[], space: Space): Box[] {
    return BOXES.filter(one => isTold(one, space) && CELLS.every((cell, index) => answers[index] || !isIn(cell, one)));
  }

  /** Without what no box may tell of. */
  function tellable(answers: readonly boolean[], space: Space): boolean[] {
    const within = boxesOf(answers, space);
    return CELLS.map(cell => within.some(one => isIn(cell, one)));
  }

  test.each([['where all can be told together', []], ['where some things are said of some senders only', PROVISOS]])('are exactly its requests, and no fewer would do, %s', (_, provisos) => {
    const space = { sizes: SIZES, provisos };
    fc.assert(fc.property(region.map(answers => tellable(answers, space)), answers => {
      const found = fewestBoxes(diagramOf(answers), 'yes', space);
      expect(CELLS.map(cell => found.some(one => isIn(cell, one)))).toEqual(answers);
      expect(found.filter(one => !isTold(one, space))).toEqual([]);

      const within = boxesOf(answers, space);
      const needs = CELLS.filter((__, index) => answers[index]).map(cell => within.flatMap((one, index) => isIn(cell, one) ? [index] : []));
      expect(suffices(found.length - 1, needs)).toBe(found.length === 0 && needs.length === 0);
    }), MANY);
  });

  test('are exactly its requests, too, where there is more to go through', () => {
    fc.assert(fc.property(region, answers => {
      const found = fewestBoxes(diagramOf(answers), 'yes', { sizes: SIZES, provisos: [] }, 3);
      expect(CELLS.map(cell => found.some(one => isIn(cell, one)))).toEqual(answers);
    }), RUNS);
  });

  test('are each as wide as it comes to, too, where there is more to go through', () => {
    const answers = CELLS.map(cell => cell.get(0) === 0 || cell.get(1) === 0);

    expect(fewestBoxes(diagramOf(answers), 'yes', { sizes: SIZES, provisos: [] }, 0)).toEqual([new Map([[0, [0]]]), new Map([[1, [0]]])]);
  });

  test('are none that another holds, where some things are said of some senders only', () => {
    const regions = new Regions(Infinity);
    const [everything, alsoNothing] = [regions.all, [regions.fork(0, [regions.all, regions.none, regions.none])]];

    expect(widestBoxes(everything, [{ of: new Set([0]), axis: MANNER, among: [[1]] }], SIZES, regions)).toEqual([new Map()]);
    expect(widestBoxes(alsoNothing[0], [{ of: new Set([0]), axis: MANNER, among: [[1], [0, 1]] }], SIZES, regions)).toEqual([new Map([[0, [0]]])]);
  });

  test('are still these where words are left out', () => {
    fc.assert(fc.property(region, answers => {
      const found = shortened(fewestBoxes(diagramOf(answers), 'yes', { sizes: SIZES, provisos: [] }), SIZES, one => JSON.stringify([...one]).length);
      expect(CELLS.map(cell => found.some(one => isIn(cell, one)))).toEqual(answers);
    }), RUNS);
  });

  test('hold another together, or do not', () => {
    fc.assert(fc.property(box, fc.array(box, { maxLength: 4 }), (one, others) => {
      expect(isCovered(one, others, SIZES)).toBe(CELLS.filter(cell => isIn(cell, one)).every(cell => others.some(other => isIn(cell, other))));
    }), RUNS);
  });
});

describe('a choice of things that meet all needs', () => {
  const need = fc.uniqueArray(fc.nat(7), { minLength: 1, maxLength: 4 });
  const weights = fc.array(fc.nat(5), { minLength: 8, maxLength: 8 });
  const weightOf = (things: readonly number[], given: readonly number[]) => things.reduce((sum, thing) => sum + given[thing], 0);

  test('is the smallest, and of these the lightest', () => {
    fc.assert(fc.property(fc.array(need, { maxLength: 10 }), weights, (needs, given) => {
      const found = fewestOf(needs, given);
      const meeting = [[], ...subsets([0, 1, 2, 3, 4, 5, 6, 7])].filter(things => needs.every(one => one.some(thing => things.includes(thing))));
      const count = Math.min(...meeting.map(({ length }) => length));
      expect([found.length, weightOf(found, given)]).toEqual([count, Math.min(...meeting.filter(({ length }) => length === count).map(things => weightOf(things, given)))]);
      expect(meeting).toContainEqual(found);
    }), RUNS);
  });

  test('is one of which none can be left out, where no more is tried', () => {
    fc.assert(fc.property(fc.array(need, { maxLength: 10 }), weights, (needs, given) => {
      const found = fewestOf(needs, given, 0);
      const meets = (things: readonly number[]) => needs.every(one => one.some(thing => things.includes(thing)));
      expect([meets(found), ...found.map(thing => meets(found.filter(other => other !== thing)))]).toEqual([true, ...found.map(() => false)]);
    }), RUNS);
  });
});
