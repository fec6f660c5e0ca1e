/** Tells whether a text matches a value of a policy. */
export type TextTest = (text: string) => boolean;

/**
 * The grammar of most fields: `*` is any text but the empty one, then `*suffix`, then `prefix*`, else exact.
 * Only the first form that fits counts, so `*a*` is the suffix `a*`.
 */
export function textPattern(value: string): TextTest {
  return value === '*' ? text => text !== '' : presencePattern(value);
}

/** The grammar of headers, hosts and methods, where `*` asks only for presence: it is the empty suffix. */
export function presencePattern(value: string): TextTest {
  if (value.startsWith('*')) {
    const suffix = value.slice(1);
    return text => text.endsWith(suffix);
  }
  if (value.endsWith('*')) {
    const prefix = value.slice(0, -1);
    return text => text.startsWith(prefix);
  }
  return text => text === value;
}

/** The only text that a value matches; undefined where there are several. */
export type ExactText = (value: string) => string | undefined;

/** The only text that a value of these grammars matches. */
export function exactText(value: string): string | undefined {
  return value.startsWith('*') || value.endsWith('*') ? undefined : value;
}

/** How many texts are compared one by one: a Set of so few takes more memory than time. */
const FEW = 4;

/** Matches one of some texts, or what one of some patterns does. */
export function anyText(texts: readonly string[], patterns: readonly TextTest[]): TextTest {
  if (texts.length + patterns.length === 1) return patterns[0] ?? (text => text === texts[0]);
  const exact = texts.length > FEW ? new Set(texts) : undefined;
  return text => {
    if (exact ? exact.has(text) : texts.includes(text)) return true;
    for (const matches of patterns) if (matches(text)) return true;
    return false;
  };
}

/** A regular expression that must match all of a text. */
export function wholePattern(expression: string): TextTest {
  const regex = new RegExp(`^(?:${expression})$`);
  return text => regex.test(text);
}

/** The text as a regular expression that matches exactly it. */
export function quotePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
