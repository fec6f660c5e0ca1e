/** Something in a tree that knows where it stands, such as a construct. */
interface Standing<T> { readonly node: { readonly scope?: T } }

/** The nearest of some that something is, or stands below. */
export function enclosing<T extends Standing<T>>(one: T, some: { has(candidate: T): boolean }): T | undefined {
  for (let at: T | undefined = one; at; at = at.node.scope) {
    if (some.has(at)) { return at; }
  }
  return undefined;
}
