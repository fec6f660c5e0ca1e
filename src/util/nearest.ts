/** The candidate that was most likely meant by a name: the same but for its spelling, one that holds it, or one with few other letters. */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
  const folded = fold(name);
  if (folded === '') return undefined;
  const ranked = candidates.map(candidate => ({ candidate, distance: distanceOf(folded, fold(candidate)) })).sort((a, b) => a.distance - b.distance);
  return ranked.find(({ distance }) => distance <= Math.max(1, folded.length / 3))?.candidate;
}

function fold(name: string): string {
  return name.replace(/[-_.]/g, '').toLowerCase();
}

function distanceOf(a: string, b: string): number {
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  return short.length > 2 && long.includes(short) ? Number(a !== b) / 2 : edits(a, b);
}

/** How many letters must be added, dropped or changed. */
function edits(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) next.push(Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + Number(a[i - 1] !== b[j - 1])));
    row = next;
  }
  return row[b.length];
}
