import { IConstruct } from 'constructs';

const reading = new WeakMap<IConstruct, number>();

/** Reads an object of an app. What is rendered in the meantime is not handed out to anybody. */
export function whileRead<T>({ node: { root } }: IConstruct, read: () => T): T {
  const before = reading.get(root) ?? 0;
  reading.set(root, before + 1);
  try {
    return read();
  } finally {
    reading.set(root, before);
  }
}

/** Whether an object of the app of a construct is being read just now. */
export function isBeingRead({ node: { root } }: IConstruct): boolean { return (reading.get(root) ?? 0) > 0; }
