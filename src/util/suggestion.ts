import { nearest } from './nearest';

/** What to do about a name that is not known: the known one that was most likely meant, else all of them. */
export function suggestion(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  if (near !== undefined) return `; did you mean '${near}'?`;
  return known.length === 0 ? '; drop it' : `; known here: ${known.join(', ')}`;
}
