import { NetworkCut } from '../intent/network-intent';
import { Labels } from '../intent/workload';
import { LabelSelector } from '../istio/label-selector';
import { carries } from '../util/labels';

/** Values that a label must not have, by label. */
type Excluded = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * Selectors that together choose the pods with some labels, but for those that are cut off; none where these are all. A selector asks for all of its requirements, so whatever is cut off by several
 * labels leaves one selector for each: of `app: api, tier: back` are left the pods without the one, and those without the other.
 */
export function uncutPods(labels: Labels, cuts: readonly NetworkCut[]): LabelSelector[] {
  let left: Excluded[] = [new Map()];
  for (const cut of cuts.filter(one => mayMeet(labels, one))) {
    const telling = Object.entries(cut.labels).filter(([label, value]) => labels[label] !== value);
    left = widest(left.flatMap(excluded => telling.map(pair => excluding(excluded, pair))));
  }
  return left.map(excluded => selectorOf(labels, excluded));
}

/** Whether pods with some labels may be among those that are cut off. */
function mayMeet(labels: Labels, { podLabels, isKnown }: NetworkCut): boolean {
  return isKnown ? carries(podLabels, labels) : Object.entries(labels).every(([label, value]) => [undefined, value].includes(podLabels[label]));
}

function excluding(excluded: Excluded, [label, value]: readonly [string, string]): Excluded {
  return new Map([...excluded, [label, new Set([...excluded.get(label) ?? [], value])]]);
}

/** Without those that choose nothing that another one does not. */
function widest(all: readonly Excluded[]): Excluded[] {
  return all.filter((one, at) => !all.some((other, index) => index !== at && isWithin(one, other) && (index < at || !isWithin(other, one))));
}

/** Whether what excludes more chooses nothing that what excludes less does not. */
function isWithin(more: Excluded, less: Excluded): boolean {
  return [...less].every(([label, values]) => [...values].every(value => more.get(label)?.has(value)));
}

/** `NotIn` chooses what does not have the label, too. */
function selectorOf(labels: Labels, excluded: Excluded): LabelSelector {
  const expressions = [...excluded].map(([key, values]) => ({ key, operator: 'NotIn', values: [...values].sort() }));
  return {
    ...Object.keys(labels).length === 0 ? {} : { matchLabels: { ...labels } },
    ...expressions.length === 0 ? {} : { matchExpressions: expressions.sort((a, b) => a.key < b.key ? -1 : 1) },
  };
}
