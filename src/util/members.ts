import { isObject } from './shape';
import { suggestion } from './suggestion';
import { listed, quoted, unique } from './text';

/** All members of a struct, which of them are flags, and which it cannot do without: the compiler sees to it that none is missing, and none is there that the struct does not have. */
export type MembersOf<T> = { readonly [Member in keyof T]-?: NonNullable<T[Member]> extends boolean ? 'flag' : object extends Pick<T, Member> ? 'value' : 'needed' };

/** A struct that callers hand in, by its name. */
export interface InputStruct<T> {
  readonly name: string;
  readonly members: MembersOf<T>;
}

/**
 * What is handed in as a struct, as a copy: what its owner does to it later does not count.
 *
 * Refuses a member that the struct does not have, as in `{ conditons: … }`, and one that is there but undefined or null, as in `{ hosts: config.hosts }`
 * with a missing setting: leaving it out would widen the result without anybody asking for it. TypeScript sees neither where a struct is spread.
 *
 * @param what who is told, such as `ServiceAccess` or `rules[0]`
 */
export function taken<T extends object>(what: string, { name, members }: InputStruct<T>, given: T): T {
  if (!isObject(given)) { throw new Error(`${what} must be an object, got ${quoted(given)}; give the members of ${name}`); }
  const kinds: Readonly<Record<string, 'flag' | 'value' | 'needed'>> = members;
  for (const member in given) {
    if (!Object.hasOwn(kinds, member)) { throw new Error(`${what}: ${quoted(member)} must be a member of ${name}${suggestion(member, Object.keys(kinds))}`); }
  }
  const written = Object.keys(kinds).filter(member => member in given);
  const missing = written.filter(member => given[member] === undefined || given[member] === null);
  if (missing.length > 0) {
    const isNeeded = missing.some(member => kinds[member] === 'needed');
    const [must, cure] = isNeeded ? ['have a value', 'check the lookup or the setting that it comes from'] : ['have a value where it is written', 'give it one, or leave it out on purpose'];
    throw new Error(`${what}: ${listed(missing)} must ${must}, got ${listed(unique(missing.map(member => given[member])))}; ${cure}`);
  }
  const noFlag = written.find(member => kinds[member] === 'flag' && typeof given[member] !== 'boolean');
  if (noFlag !== undefined) { throw new Error(`${what}: ${quoted(noFlag)} must be true or false, got ${quoted(given[noFlag])}; give the value, not a text that says so`); }
  const own: { [member: string]: unknown } = {};
  for (const member of written) { own[member] = copied(given[member]); }
  return own as T;
}

/** A copy of plain data, all the way down; what is of a class is itself. */
export function copied<T>(value: T): T {
  if (typeof value !== 'object') { return value; }
  if (Array.isArray(value)) { return [...value].map(item => copied<unknown>(item)) as T; }
  return isPlain(value) ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, copied(inner)])) as T : value;
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (!isObject(value)) { return false; }
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
