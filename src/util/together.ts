/** Reads several things, each of which may be wrong in itself: all that is wrong is told at once, by an AggregateError. */
export function readTogether<T extends readonly unknown[]>(...reads: { readonly [K in keyof T]: () => T[K] }): T {
  try {
    return reads.map(read => read()) as unknown as T;
  } catch {
    throw allOf(reads.flatMap(errorsOf));
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

function allOf(errors: readonly unknown[]): unknown {
  return errors.length === 1 ? errors[0] : new AggregateError(errors, errors.map(messageOf).join('; '));
}

/** The messages of an error: several where several things were wrong. */
export function messagesOf(error: unknown): string[] { return partsOf(error).map(messageOf); }

function partsOf(error: unknown): unknown[] { return error instanceof AggregateError ? error.errors : [error]; }

function messageOf(error: unknown): string { return (error as Error).message; }
