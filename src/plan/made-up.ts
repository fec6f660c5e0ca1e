/** From how many characters on a text may be one that nobody can guess, and so open something by itself. */
const LONG = 16;

/** What a base64 text has beside letters and digits is told apart from what holds its parts together, as the dots of a JWT do. */
const HOLDS_TOGETHER = /[.:;=,!$&'()+|#?]/;

/**
 * Whether a segment of a path, or a part of it, reads like a text that a machine made up: a token, the id of a session, a signature. Words have vowels, and in `camelCase` more than a letter
 * or two of one kind in a row. It may be a word that is read so; then more is asked than had to be.
 */
export function isMadeUp(segment: string): boolean {
  return segment.endsWith('=') || [segment, ...segment.split(HOLDS_TOGETHER)].some(part => hasDigitsAmongLetters(part) || isScrambled(part) || isUnspeakable(part));
}

/** Whether nobody could guess a segment that stands for something: it may be all that is asked for, and is not for eyes or files. */
export function isUnguessable(segment: string): boolean { return segment.length >= LONG || isMadeUp(segment); }

function hasDigitsAmongLetters(part: string): boolean { return /^(?=.*\d)(?=.*[a-z])[\w~-]{16,}$/i.test(part); }

/** `aB3xK9pQ`, `QmFzZTY0dXJsQ29kZXM`: letters of both cases, and hardly two of one kind in a row. */
function isScrambled(part: string): boolean {
  if (!/[a-z]/.test(part) || !/[A-Z]/.test(part)) { return false; }
  const runs = part.match(/[A-Z]?[a-z]+|[A-Z]+|\d+/g)!;
  const length = runs.join('').length;
  const inEach = length / runs.length;
  return length >= LONG ? inEach < 3 : length >= 8 && /\d/.test(part) && inEach <= 2;
}

/** Sixteen letters and more of one case, and no vowel for a time. */
function isUnspeakable(part: string): boolean { return (part.match(/[a-z]{16,}|[A-Z]{16,}/g) ?? []).some(letters => /[bcdfghjklmnpqrstvwxz]{6}/i.test(letters)); }
