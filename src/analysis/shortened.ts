import { isCovered } from './fewest-boxes';
import { Box, Sizes, valuesOn, withValues } from './region';
import { WHO } from './senders';

/** Beyond as many boxes none is looked at twice. */
const MOST_BOXES = 100;

/** Boxes without values that others have as well, where it takes fewer words to leave them out: a caller is named once. */
export function shortened(boxes: readonly Box[], sizes: Sizes, lengthOf: (box: Box) => number): Box[] {
  if (boxes.length > MOST_BOXES) return [...boxes];
  const all = [...boxes];
  all.forEach((box, index) => { all[index] = shorter(box, all.filter(other => other !== box), sizes, lengthOf); });
  return all;
}

function shorter(box: Box, others: readonly Box[], sizes: Sizes, lengthOf: (box: Box) => number): Box {
  return [...sizes.keys()].filter(axis => axis === WHO || box.has(axis)).sort((a, b) => a - b).reduce((left, axis) => {
    const needed = valuesOn(left, axis, sizes).filter(value => !isCovered(new Map([...left, [axis, [value]]]), others, sizes));
    const without = withValues(left, axis, needed, sizes);
    return needed.length > 0 && needed.length < valuesOn(left, axis, sizes).length && lengthOf(without) < lengthOf(left) ? without : left;
  }, box);
}
