import { quotePattern, TextTest, wholePattern } from './text-pattern';

/** A run of characters of a class, written as in a regular expression; with `some` at least one. */
export interface Run {
  readonly of: string;
  readonly some?: boolean;
}

/** A part of a pattern: text as it is, or a run of characters. */
export type Piece = string | Run;

/**
 * Matches a text that consists of the pieces, one after the other. Patterns come from manifests and texts from clients, so that
 * neither must be able to make it slow: it takes time that only grows with pattern times text.
 */
export function sequencePattern(pieces: readonly Piece[]): TextTest {
  const written = pieces.filter(piece => piece !== '');
  return hasOneWay(written) ? wholePattern(written.map(expression).join('')) : manyWays(written);
}

/** Whether every run ends where its class does, as the text after it begins with another character: a regular expression then tries nothing twice. */
function hasOneWay(pieces: readonly Piece[]): boolean {
  return pieces.every((piece, index) => {
    const next = pieces[index + 1];
    return typeof piece === 'string' || next === undefined || typeof next === 'string' && !wholePattern(piece.of)(next[0]);
  });
}

function expression(piece: Piece): string {
  return typeof piece === 'string' ? quotePattern(piece) : `${piece.of}${piece.some ? '+' : '*'}`;
}

/** Places in a text, that after its end included, marked by 1. */
type Places = Uint8Array;

/** All places are kept at which the pieces so far may end. */
function manyWays(pieces: readonly Piece[]): TextTest {
  const steps = pieces.map(piece => typeof piece === 'string' ? textStep(piece) : runStep(piece));
  return text => {
    const start = new Uint8Array(text.length + 1);
    start[0] = 1;
    return steps.reduce<Places>((places, step) => step(text, places), start)[text.length] === 1;
  };
}

/** Where a piece may end that begins at one of several places. */
type Step = (text: string, starts: Places) => Places;

function textStep(piece: string): Step {
  return (text, starts) => {
    const ends = new Uint8Array(starts.length);
    for (let end = piece.length; end < ends.length; end++) {
      if (starts[end - piece.length] === 1 && text.startsWith(piece, end - piece.length)) ends[end] = 1;
    }
    return ends;
  };
}

function runStep({ of, some = false }: Run): Step {
  const isOne = wholePattern(of);
  return (text, starts) => {
    const ends = some ? new Uint8Array(starts.length) : Uint8Array.from(starts);
    let running = false;
    for (let place = 0; place < text.length; place++) {
      running = (running || starts[place] === 1) && isOne(text[place]);
      if (running) ends[place + 1] = 1;
    }
    return ends;
  };
}
