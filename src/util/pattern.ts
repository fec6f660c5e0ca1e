import { quoted } from './text';

/**
 * Istio's string patterns: exact, `prefix*`, `*suffix` and `*`. A star anywhere else is a literal star, which is never meant.
 */
export type PatternForm = 'exact' | 'prefix' | 'suffix' | 'any';

/** The form of a pattern; throws where a star would be taken literally. */
export function patternForm(prop: string, pattern: string, remedy = 'use one star, at the start or at the end'): PatternForm {
  if (pattern === '*') { return 'any'; }
  const stars = pattern.split('*').length - 1;
  if (stars === 0) { return 'exact'; }
  if (stars === 1 && pattern.endsWith('*')) { return 'prefix'; }
  if (stars === 1 && pattern.startsWith('*')) { return 'suffix'; }
  throw new Error(`${prop} must have at most one star, at its start or end, got ${quoted(pattern)}; ${remedy}`);
}
