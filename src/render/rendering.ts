/** What an intent comes to: the `spec` of each of its objects, by role, or why it cannot be rendered. */
export interface Rendering<Role extends string = string> {
  readonly specs: { readonly [role in Role]: object };
  /** Empty where the specs hold; otherwise none of them may be used. */
  readonly problems: readonly string[];
}
