import { Nodes } from '../../src/analysis/diagram';
import { fewestBoxes, inOrder } from '../../src/analysis/fewest-boxes';
import { Box } from '../../src/analysis/region';

const SIZES = new Map([[0, 3], [1, 2]]);

describe('boxes', () => {
  test('come in the order of the values on their first axis, then on the next', () => {
    const boxes: Box[] = [
      new Map([[0, [0]], [1, [0]]]), new Map([[0, [0]]]), new Map([[0, [0]], [1, [1]]]),
      new Map([[0, [0, 1]], [1, [1]]]), new Map([[1, [0]]]), new Map(), new Map([[1, [1]]]), new Map([[0, [0, 2]]]), new Map([[0, [1]]]), new Map([[0, [1, 2]]]), new Map([[0, [2]]]),
    ];

    boxes.forEach((box, index) => boxes.slice(index + 1).forEach(later => {
      expect([inOrder(SIZES)(box, later), -inOrder(SIZES)(later, box)].filter(order => !(order < 0))).toEqual([]);
    }));
    expect(inOrder(SIZES)(boxes[0], new Map(boxes[0]))).toBe(0);
  });

  test('are of the fewest those of which there is least to say, whatever the answers', () => {
    const sizes = new Map([[0, 3], [1, 3]]);
    const cells = [0, 1, 2].flatMap(one => [0, 1, 2].map(other => [one, other]));
    const lists = [[0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2]];
    const all = lists.flatMap(some => lists.map(others => [some, others]));
    const isIn = (cell: readonly number[], box: readonly (readonly number[])[]) => box.every((values, axis) => values.includes(cell[axis]));
    const lengthOf = (box: readonly (readonly number[])[]) => box.reduce((sum, { length }) => sum + (length === 3 ? 0 : 1 + Math.min(length, 3 - length)), 0);
    const least = (region: readonly (readonly number[])[], boxes: readonly (readonly (readonly number[])[])[], count: number): number => {
      if (region.length === 0) return 0;
      if (count === 0) return Infinity;
      return Math.min(...boxes.filter(box => isIn(region[0], box)).map(box => lengthOf(box) + least(region.filter(cell => !isIn(cell, box)), boxes, count - 1)));
    };

    for (let number = 1; number < 2 ** cells.length; number += 3) {
      const region = cells.filter((_, index) => number & 2 ** index);
      const within = all.filter(box => cells.every(cell => !isIn(cell, box) || region.includes(cell)));
      const widest = within.filter(box => !within.some(other => other !== box && box.every((values, axis) => values.every(value => other[axis].includes(value)))));
      const nodes = new Nodes();
      const answer = (cell: readonly number[]) => nodes.leaf(region.some(other => other[0] === cell[0] && other[1] === cell[1]) ? 'yes' : 'no');
      const node = nodes.fork(0, [0, 1, 2].map(one => nodes.fork(1, [0, 1, 2].map(other => answer([one, other])))));
      const found = fewestBoxes(node, 'yes', { sizes, provisos: [] }).map(box => [0, 1].map(axis => box.get(axis) ?? [0, 1, 2]));

      expect({ number, least: found.reduce((sum, box) => sum + lengthOf(box), 0) }).toEqual({ number, least: least(region, widest, found.length) });
    }
  });

  test('are told as they come where no box may tell of them', () => {
    const nodes = new Nodes();
    const [yes, no] = ['yes', 'no'].map(answer => nodes.leaf(answer));
    const node = nodes.fork(0, [nodes.fork(1, [no, yes]), no, no]);

    expect(fewestBoxes(node, 'yes', { sizes: SIZES, provisos: [{ of: new Set([0]), axis: 1, among: [[0]] }] })).toEqual([new Map([[0, [0]], [1, [1]]])]);
  });

  describe('where they are not looked for further', () => {
    test('are without those that others hold', () => {
      const nodes = new Nodes();
      const row = (...columns: number[]) => nodes.fork(1, [0, 1, 2].map(column => nodes.leaf(columns.includes(column) ? 'yes' : 'no')));
      const node = nodes.fork(0, [row(0, 1), row(0, 1, 2), row(1, 2)]);

      expect(fewestBoxes(node, 'yes', { sizes: new Map([[0, 3], [1, 3]]), provisos: [] }, 0)).toEqual([new Map([[0, [0, 1]], [1, [0, 1]]]), new Map([[0, [1, 2]], [1, [1, 2]]])]);
    });

    test('are each of those who send them', () => {
      const nodes = new Nodes();
      const [yes, no] = ['yes', 'no'].map(answer => nodes.leaf(answer));
      const node = nodes.fork(-1, [yes, nodes.fork(0, [yes, no])]);

      expect(fewestBoxes(node, 'yes', { sizes: new Map([[-1, 2], [0, 2]]), provisos: [] }, 0)).toEqual([new Map([[-1, [0]]]), new Map([[-1, [1]], [0, [0]]])]);
    });
  });

  test('are none of an answer that nothing has', () => {
    expect(fewestBoxes(new Nodes().leaf('no'), 'yes', { sizes: SIZES, provisos: [] })).toEqual([]);
  });
});
