import { kept } from '../../util/kept';

/** Labels of pods, or those that a selector asks for. */
type Labels = Readonly<Record<string, string>>;

/** An object and its place among all. */
interface Placed<T> {
  readonly object: T;
  readonly place: number;
}

/** Objects that select pods, arranged by a label that they ask for: whoever looks for those that select a pod need not look at all. */
export class BySelector<T> {
  private readonly anyPods: Placed<T>[] = [];
  private readonly byLabel = new Map<string, Placed<T>[]>();

  /** @param selectorOf the labels that all pods of an object have; undefined where there may be pods without any */
  constructor(objects: readonly T[], selectorOf: (object: T) => Labels | undefined) {
    objects.forEach((object, place) => {
      const [label] = Object.entries(selectorOf(object) ?? {});
      const list = label === undefined ? this.anyPods : kept(this.byLabel, keyOf(label), () => []);
      list.push({ object, place });
    });
  }

  /** The objects that may select a pod, in their order; none of the others does. */
  candidates(labels: Labels): T[] {
    const byLabel = Object.entries(labels).flatMap(label => this.byLabel.get(keyOf(label)) ?? []);
    const all = byLabel.length === 0 ? this.anyPods : [...this.anyPods, ...byLabel].sort((a, b) => a.place - b.place);
    return all.map(({ object }) => object);
  }
}

function keyOf([name, value]: readonly [string, string]): string { return `${name}=${value}`; }
