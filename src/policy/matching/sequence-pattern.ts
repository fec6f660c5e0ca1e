import { quotePattern, TextTest, wholePattern } from './text-pattern';

/** A run of characters of a class, written as in a regular expression; with `some` at least one. */
export interface Run {
  readonly of: string;
  readonly some?: boolean;
}

/** A part of a pattern: text as it is, a run of characters, or a sequence that may be left out. */
export type Piece = string | Run | { readonly maybe: readonly Piece[] };

/** Any text. */
export const ANY: Run = { of: '[^\\n]' };
/** Any text but the empty one. */
export const SOME: Run = { of: '[^\\n]', some: true };

/** Runs with which a regular expression is still fast, as it tries every way to share a text among them. */
const FEW = 3;

/**
 * Matches a text that consists of the pieces, one after the other. Patterns come from manifests and texts from clients, so that
 * neither must be able to make it slow.
 */
export function sequencePattern(pieces: readonly Piece[]): TextTest {
  return runs(pieces) > FEW ? steadyPattern(pieces) : wholePattern(pieces.map(expression).join(''));
}

function runs(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, piece) => typeof piece === 'string' ? sum : sum + ('maybe' in piece ? runs(piece.maybe) : 1), 0);
}

function expression(piece: Piece): string {
  if (typeof piece === 'string') return quotePattern(piece);
  return 'maybe' in piece ? `(?:${piece.maybe.map(expression).join('')})?` : `${piece.of}${piece.some ? '+' : '*'}`;
}

/** The same in time that only grows with text and pieces, whatever they are. */
export function steadyPattern(pieces: readonly Piece[]): TextTest {
  return text => pass(pieces, text, new Set([0])).has(text.length);
}

/** Where pieces may end that begin at one of several places. */
function pass(pieces: readonly Piece[], text: string, starts: ReadonlySet<number>): ReadonlySet<number> {
  return pieces.reduce((places, piece) => passOne(piece, text, places), starts);
}

function passOne(piece: Piece, text: string, starts: ReadonlySet<number>): ReadonlySet<number> {
  if (typeof piece === 'string') return new Set([...starts].filter(start => text.startsWith(piece, start)).map(start => start + piece.length));
  if ('maybe' in piece) return new Set([...starts, ...pass(piece.maybe, text, starts)]);
  const ends = new Set<number>(piece.some ? [] : starts);
  const isOne = wholePattern(piece.of);
  let running = false;
  for (let place = 0; place < text.length; place++) {
    running = (running || starts.has(place)) && isOne(text[place]);
    if (running) ends.add(place + 1);
  }
  return ends;
}
