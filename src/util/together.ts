/** Reads several things, each of which may be wrong in itself: all that is wrong is told at once, by an AggregateError. */
export function readTogether<T extends readonly unknown[]>(...reads: { readonly [K in keyof T]: () => T[K] }): T {
  try {
    return reads.map(read => read()) as unknown as T;
  } catch {
    throw inOne(reads.flatMap(errorsOf));
  }
}

function errorsOf(read: () => unknown): unknown[] {
  try {
    read();
    return [];
  } catch (error) {
    return partsOf(error);
  }
}

/** Several errors as one, each of which is told by itself. */
export function inOne(errors: readonly unknown[]): unknown {
  return errors.length === 1 ? errors[0] : new AggregateError(errors, errors.map(messageOf).join('; '));
}

/** What is read; undefined where it is wrong, as whoever has it tells himself. */
export function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** The messages of an error: several where several things were wrong. */
export function messagesOf(error: unknown): string[] { return partsOf(error).map(messageOf); }

function partsOf(error: unknown): unknown[] { return error instanceof AggregateError ? error.errors : [error]; }

function messageOf(error: unknown): string { return (error as Error).message; }
