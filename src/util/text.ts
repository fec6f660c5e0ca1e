/** A value as it is shown in a message. */
export function quoted(value: unknown): string {
  return `'${typeof value === 'string' ? value : JSON.stringify(value) ?? String(value)}'`;
}

/** Values as they are listed in a message: `'a', 'b'`. */
export function listed(values: Iterable<unknown>): string {
  return [...values].map(quoted).join(', ');
}

export function unique<T>(values: Iterable<T>): T[] {
  return [...new Set(values)];
}
