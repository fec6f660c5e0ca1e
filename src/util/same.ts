/** Whether two values come to the same JSON, in whatever order their members are. */
export function isSame(one: unknown, other: unknown): boolean { return ordered(one) === ordered(other); }

function ordered(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => a < b ? -1 : 1)) : inner);
}
