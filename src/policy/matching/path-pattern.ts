import { Piece, sequencePattern } from './sequence-pattern';
import { exactText, textPattern, TextTest } from './text-pattern';

/** What a segment of a request path may hold to match a template. */
const SEGMENT = "a-zA-Z0-9\\-._~%!$&'()+,;:@=*";

/** Whether a value of `paths` is a template: it holds `{*}` or `{**}`. */
export function isPathTemplate(value: string): boolean {
  return value.includes('{*}') || value.includes('{**}');
}

/** The only path that a value of `paths` matches. */
export function exactPath(value: string): string | undefined {
  return isPathTemplate(value) ? undefined : exactText(value);
}

/** Matches a path without query against a value of `paths`. */
export function pathPattern(value: string): TextTest {
  if (!isPathTemplate(value)) return textPattern(value);
  return sequencePattern(templatePieces(value));
}

/** The parts of a template. */
export function templatePieces(value: string): Piece[] {
  return value.split(/(\{\*\*?\})/).map(pieceOf);
}

function pieceOf(text: string): Piece {
  if (text === '{*}') return { of: `[${SEGMENT}]`, some: true };
  return text === '{**}' ? { of: `[${SEGMENT}/]` } : text;
}
