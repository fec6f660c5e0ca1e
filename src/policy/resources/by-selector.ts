import { ByKey } from './by-key';

/** Labels of pods, or those that a selector asks for. */
type Labels = Readonly<Record<string, string>>;

/** Objects that select pods, arranged by a label that they ask for. */
export class BySelector<T> {
  private readonly byLabel: ByKey<T>;

  /** @param selectorOf the labels that all pods of an object have; undefined where there may be pods without any */
  constructor(objects: readonly T[], selectorOf: (object: T) => Labels | undefined) {
    this.byLabel = new ByKey(objects, object => {
      const [label] = Object.entries(selectorOf(object) ?? {});
      return label && [keyOf(label)];
    });
  }

  /** The objects that may select a pod, in their order; none of the others does. */
  candidates(labels: Labels): T[] {
    return this.byLabel.candidates(Object.entries(labels).map(keyOf));
  }
}

function keyOf([name, value]: readonly [string, string]): string { return `${name}=${value}`; }
