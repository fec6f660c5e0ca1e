import { folded } from './text';

/**
 * The candidate of which a name is a slip: other case or dashes, two letters exchanged, one letter dropped or doubled. Names that differ in a digit
 * or by a letter in place of another may well be two things: `api` and `app`, `api-v1` and `api-v2`.
 */
export function misspelt(name: string, candidates: readonly string[]): string | undefined {
  return candidates.find(candidate => candidate !== name && isSlip(name, candidate));
}

function isSlip(a: string, b: string): boolean {
  if (folded(a) === folded(b)) { return true; }
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  if (short.length < 3) { return false; }
  return a.length === b.length ? isExchanged(a, b) : long.length - short.length === 1 && isDropped(short, long);
}

function isExchanged(a: string, b: string): boolean {
  const first = [...a].findIndex((letter, i) => letter !== b[i]);
  return /^\D\D$/.test(a.slice(first, first + 2)) && a[first] === b[first + 1] && a[first + 1] === b[first] && a.slice(first + 2) === b.slice(first + 2);
}

/** An `s` at the end makes a plural, which may be something else. */
function isDropped(short: string, long: string): boolean {
  const at = [...long].findIndex((letter, i) => letter !== short[i]);
  return !/[-\d]/.test(long[at]) && !(long[at] === 's' && at === long.length - 1) && long.slice(at + 1) === short.slice(at);
}
