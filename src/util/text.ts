/** A value as it is shown in a message, on one line. */
export function quoted(value: unknown): string {
  return `'${typeof value === 'string' ? value.replace(/\p{Cc}/gu, control => JSON.stringify(control).slice(1, -1)) : written(value)}'`;
}

/** Whatever it is, it is shown: what JSON cannot say, as JavaScript does. */
function written(value: unknown): string {
  if (typeof value === 'number') return String(value);
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
}

/** Values as they are listed in a message: `'a', 'b'`. */
export function listed(values: Iterable<unknown>): string {
  return [...values].map(quoted).join(', ');
}

/** How many values a message names. */
const NAMED = 5;

/** The first of many values as a message lists them: `'a', 'b' and 12 more`. */
export function few(values: readonly unknown[]): string {
  const more = values.length - NAMED;
  return more > 1 ? `${listed(values.slice(0, NAMED))} and ${more} more` : listed(values);
}

export function unique<T>(values: Iterable<T>): T[] {
  // most are single values, and many of them
  if (Array.isArray(values) && values.length < 2) { return [...values as T[]]; }
  return [...new Set(values)];
}

/** The parts of a list with commas between them. */
export function commaSeparated(list = ''): string[] {
  return list.split(',').map(part => part.trim()).filter(part => part !== '');
}

/** A name without what is often spelled otherwise: case, and what stands between words. */
export function folded(name: string): string {
  return name.replace(/[-_.]/g, '').toLowerCase();
}

/** All of some conditions, as far as there are any. */
export function joined(...conditions: readonly (string | undefined)[]): string | undefined {
  const all = conditions.filter(condition => condition !== undefined);
  return all.length === 0 ? undefined : all.join(' and ');
}
