import { folded } from './text';

/** The candidate that was most likely meant by a name: the same but for its spelling, one that holds it, or one with few other letters. */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
  const wanted = folded(name);
  if (wanted === '') return undefined;
  const ranked = candidates
    .map(candidate => ({ candidate, distance: distanceOf(wanted, folded(candidate)), edits: edits(wanted, folded(candidate)) }))
    .sort((a, b) => a.distance - b.distance || a.edits - b.edits);
  return ranked.find(({ distance }) => distance <= Math.max(1, wanted.length / 3))?.candidate;
}

function distanceOf(a: string, b: string): number {
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  return short.length > 2 && long.includes(short) ? Number(a !== b) / 2 : edits(a, b);
}

/** How many letters must be added, dropped, changed, or exchanged with the next. */
function edits(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    const above = rows[i - 1];
    for (let j = 1; j <= b.length; j++) {
      const isExchanged = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(Math.min(above[j] + 1, row[j - 1] + 1, above[j - 1] + Number(a[i - 1] !== b[j - 1]), isExchanged ? rows[i - 2][j - 2] + 1 : Infinity));
    }
    rows.push(row);
  }
  return rows[a.length][b.length];
}
