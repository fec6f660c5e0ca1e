import { kept } from '../../util/kept';

/** An object and its place among all. */
interface Placed<T> {
  readonly object: T;
  readonly place: number;
}

/** Objects arranged by texts that they ask for: whoever looks for those that ask for one need not look at all. */
export class ByKey<T> {
  private readonly forAny: Placed<T>[] = [];
  private readonly byKey = new Map<string, Placed<T>[]>();

  /** @param keysOf what an object asks for, one of it at least; undefined where it asks for nothing that is known */
  constructor(objects: readonly T[], keysOf: (object: T) => readonly string[] | undefined) {
    objects.forEach((object, place) => {
      const keys = keysOf(object);
      if (keys === undefined) this.forAny.push({ object, place });
      else new Set(keys).forEach(key => kept(this.byKey, key, () => []).push({ object, place }));
    });
  }

  /** The objects that may ask for one of some texts, in their order; none of the others does. */
  candidates(keys: readonly string[]): T[] {
    const asking = keys.flatMap(key => this.byKey.get(key) ?? []);
    const all = asking.length === 0 ? this.forAny : [...this.forAny, ...asking].sort((a, b) => a.place - b.place);
    return all.map(({ object }) => object);
  }
}
