import { kept } from './kept';

/** Values by a key of theirs, in their order. */
export function groupedBy<T, K>(values: Iterable<T>, key: (value: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const value of values) { kept(groups, key(value), () => []).push(value); }
  return groups;
}

/** One value of each key: the last, where the first was. */
export function oneOfEach<T, K>(values: Iterable<T>, key: (value: T) => K): T[] {
  return [...new Map([...values].map(value => [key(value), value])).values()];
}
