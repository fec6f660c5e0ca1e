import { nearest } from './nearest';
import { isObject } from './shape';
import { suggestion } from './suggestion';
import { listed, quoted } from './text';

/** What is wrong with a value, and where in it. */
export interface Misfit {
  /** Such as `.port`, `[0]` or `['x']`; empty for the value itself. */
  readonly at: string;
  /** As it follows the name of the value: `must be text, got '5'; …`. */
  readonly message: string;
}

/** Finds what is wrong with a value that is there. Costs next to nothing where nothing is. */
export type Check = (value: unknown) => Misfit | undefined;

/** The members of a struct with their checks: all of them, which the compiler sees to. */
export type Members<T> = Readonly<Record<keyof T, Check>>;

/** Throws what is wrong with a value that a caller hands in. */
export function refuseMisfit(what: string, check: Check, value: unknown): void {
  const misfit = check(value);
  if (misfit === undefined) return;
  const place = misfit.at.startsWith('.') ? misfit.at.slice(1) : what + misfit.at;
  throw new Error(`${place} ${misfit.message}`);
}

/** A value that a condition holds for. */
export function that(is: (value: unknown) => boolean, expected: string, remedy: string): Check {
  return value => is(value) ? undefined : { at: '', message: `must be ${expected}, got ${quoted(value)}; ${remedy}` };
}

export function text(remedy: string): Check {
  return that(value => typeof value === 'string', 'text', remedy);
}

export function flag(remedy: string): Check {
  return that(value => typeof value === 'boolean', 'true or false', remedy);
}

export function wholeNumber(from: number, to: number, remedy: string): Check {
  const range = to === Infinity ? `of at least ${from}` : `from ${from} to ${to}`;
  return that(value => Number.isInteger(value) && (value as number) >= from && (value as number) <= to, `a whole number ${range}`, remedy);
}

/** One of the values of an enum: these are plain text at run time. */
export function oneOf(values: Readonly<Record<string, string>>): Check {
  const allowed = Object.values(values);
  const known = new Set<unknown>(allowed);
  return value => {
    if (known.has(value)) return undefined;
    const near = typeof value === 'string' ? nearest(value, allowed) : undefined;
    return { at: '', message: `must be one of ${listed(allowed)}, got ${quoted(value)}; ${near === undefined ? 'choose one' : `did you mean '${near}'?`}` };
  };
}

export function listOf(element: Check, remedy: string): Check {
  return value => {
    if (!Array.isArray(value)) return { at: '', message: `must be a list, got ${quoted(value)}; ${remedy}` };
    for (let index = 0; index < value.length; index++) {
      const misfit = element(value[index]);
      if (misfit !== undefined) return { ...misfit, at: `[${index}]${misfit.at}` };
    }
    return undefined;
  };
}

/** An object of any names, all of whose values pass a check. */
export function mapOf(element: Check, remedy: string): Check {
  return value => {
    if (!isObject(value)) return noObject(value, remedy);
    for (const name in value) {
      const misfit = element(value[name]);
      if (misfit !== undefined) return { ...misfit, at: `[${quoted(name)}]${misfit.at}` };
    }
    return undefined;
  };
}

/** A struct by its name, with its members and those that must be there. Others than these are refused: they would be left out, and something else be answered. */
export function struct<T extends object>(name: string, members: Members<T>, needed: readonly (keyof T & string)[], remedy: string): Check {
  const checks = new Map<string, Check>(Object.entries(members));
  return value => {
    if (!isObject(value)) return noObject(value, remedy);
    for (const member in value) {
      const check = checks.get(member);
      if (check === undefined) return { at: `.${member}`, message: `must be a member of ${name}, got ${quoted(member)}${suggestion(member, [...checks.keys()])}` };
      const given = value[member];
      const misfit = given === undefined ? undefined : check(given);
      if (misfit !== undefined) return { ...misfit, at: `.${member}${misfit.at}` };
    }
    for (let index = 0; index < needed.length; index++) {
      const misfit = value[needed[index]] === undefined ? checks.get(needed[index])?.(undefined) : undefined;
      if (misfit !== undefined) return { ...misfit, at: `.${needed[index]}${misfit.at}` };
    }
    return undefined;
  };
}

function noObject(value: unknown, remedy: string): Misfit {
  return { at: '', message: `must be an object, got ${quoted(value)}; ${remedy}` };
}
