/** Thrown where a text is no pattern. */
export class MalformedPattern extends Error {}

/** Whether a letter behind a backslash is a class, such as `\d`. */
export function isPerlClass(letter: string): boolean {
  return ['d', 'D', 's', 'S', 'w', 'W'].includes(letter);
}

/** Characters that an escape takes, the backslash included: `\n`, `\x{1F600}`, `\101`, `\p{Greek}`. */
export function escapeLength(characters: readonly string[], at: number): number {
  const text = characters.slice(at).join('');
  const unicode = /^\\[pP](?:\{([^}]*)\}|([^{]))/su.exec(text);
  if (unicode !== null && isUnicodeClass((unicode[1] ?? unicode[2]).replace(/^\^/, ''))) {
    return [...unicode[0]].length;
  }
  return characterEscape(text)?.escape.length ?? fail(text);
}

/** The character that an escape stands for. */
export function escapedCharacter(characters: readonly string[], at: number): string {
  const text = characters.slice(at).join('');
  return characterEscape(text)?.character ?? fail(text);
}

function fail(text: string): never {
  throw new MalformedPattern(`'${[...text].slice(0, 3).join('')}' is no escape`);
}

const CONTROLS: Readonly<Record<string, string>> = { a: '\x07', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

function characterEscape(text: string): { readonly escape: string; readonly character: string } | undefined {
  const match = /^\\(?:(0[0-7]{0,2}|[1-7][0-7]{1,2})|x(?:\{([0-9a-fA-F]+)\}|[0-9a-fA-F]{2})|([\x00-\x7f]))/.exec(text);
  if (match === null) {
    return undefined;
  }
  const [escape, digits, hex, letter] = match;
  if (digits !== undefined) {
    return { escape, character: String.fromCodePoint(parseInt(digits, 8)) };
  }
  if (letter !== undefined) {
    const character = CONTROLS[letter] ?? (/[0-9A-Za-z]/.test(letter) ? undefined : letter);
    return character === undefined ? undefined : { escape, character };
  }
  const code = parseInt(hex ?? escape.slice(2), 16);
  return code <= 0x10ffff ? { escape, character: String.fromCodePoint(code) } : undefined;
}

/** Names beside those of categories and scripts. */
const SPECIAL = ['any', 'ascii', 'assigned', 'lc', 'cn'];

/** Short names of scripts that are their full names too; Go knows no other short names. */
const SHORT_SCRIPTS = ['ahom', 'cham', 'kawi', 'lisu', 'modi', 'newa', 'thai', 'toto'];

/** Whether Go knows a category or script of characters; case, blanks, `_` and `-` do not matter. */
function isUnicodeClass(name: string): boolean {
  const folded = name.toLowerCase().replace(/[ _-]/g, '');
  if (SPECIAL.includes(folded)) {
    return true;
  }
  const words = name.trim().split(/[ _-]+/).map(word => `${word.slice(0, 1).toUpperCase()}${word.slice(1).toLowerCase()}`);
  return [name, words.join('_')].some(candidate => isProperty(`General_Category=${candidate}`)
    || (isProperty(`Script=${candidate}`) && (candidate.length !== 4 || SHORT_SCRIPTS.includes(folded))));
}

function isProperty(property: string): boolean {
  try {
    return new RegExp(`\\p{${property}}`, 'u').source !== '';
  } catch {
    return false;
  }
}
