import { RE2JS } from 're2js';

/**
 * A regular expression as proxies read it, which must match all of a text; one that does not compile matches nothing.
 * Takes time that only grows with expression and text: neither may come from a friend.
 */
export function wholeMatch(expression: string): (text: string) => boolean {
  try {
    const compiled = RE2JS.compile(expression);
    return text => compiled.testExact(text);
  } catch {
    return () => false;
  }
}
