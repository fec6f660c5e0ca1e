/** A list as it is, anything else as an empty list. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export function listOf(value: unknown): any[] {
  return Array.isArray(value) ? value : [];
}
