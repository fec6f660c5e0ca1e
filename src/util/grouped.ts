import { kept } from './kept';

/** Values by a key of theirs, in their order. */
export function groupedBy<T, K>(values: Iterable<T>, key: (value: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const value of values) { kept(groups, key(value), () => []).push(value); }
  return groups;
}
