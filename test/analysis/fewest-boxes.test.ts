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

    for (let first = 0; first < boxes.length; first++) {
      const others = [...boxes.slice(first), ...boxes.slice(0, first)];
      expect([...others].sort(inOrder(SIZES))).toEqual(boxes);
      expect(others.reverse().sort(inOrder(SIZES))).toEqual(boxes);
    }
    expect(inOrder(SIZES)(boxes[0], new Map(boxes[0]))).toBe(0);
  });

  test('are none of an answer that nothing has', () => {
    expect(fewestBoxes(new Nodes().leaf('no'), 'yes', { sizes: SIZES, provisos: [] })).toEqual([]);
  });
});
