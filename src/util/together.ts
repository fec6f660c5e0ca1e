/** Reads several things, each of which may be wrong in itself: all that is wrong is told at once, by an AggregateError. */
export function readTogether<T extends readonly unknown[]>(...reads: { readonly [K in keyof T]: () => T[K] }): T {
  const errors: unknown[] = [];
  const values = reads.map(read => {
    try {
      return read();
    } catch (error) {
      errors.push(...partsOf(error));
      return undefined;
    }
  });
  if (errors.length === 1) { throw errors[0]; }
  if (errors.length > 1) { throw new AggregateError(errors, errors.map(messageOf).join('; ')); }
  return values as unknown as T;
}

/** The messages of an error: several where several things were wrong. */
export function messagesOf(error: unknown): string[] { return partsOf(error).map(messageOf); }

function partsOf(error: unknown): unknown[] { return error instanceof AggregateError ? error.errors : [error]; }

function messageOf(error: unknown): string { return (error as Error).message; }
