import { quotePattern, textPattern, TextTest, wholePattern } from './text-pattern';

/** What a segment of a request path may hold to match a template. */
const SEGMENT = "[a-zA-Z0-9\\-._~%!$&'()+,;:@=*]";

/** Whether a value of `paths` is a template: it holds `{*}` or `{**}`. */
export function isPathTemplate(value: string): boolean {
  return value.includes('{*}') || value.includes('{**}');
}

/** Matches a path without query against a value of `paths`. */
export function pathPattern(value: string): TextTest {
  if (!isPathTemplate(value)) return textPattern(value);
  const literals = value.split(/\{\*\*?\}/).map(quotePattern);
  const operators = value.match(/\{\*\*?\}/g) ?? [];
  const expressions = operators.map(operator => operator === '{*}' ? `${SEGMENT}+` : `(?:${SEGMENT}|\\/)*`);
  return wholePattern(literals.map((literal, index) => literal + (expressions[index] ?? '')).join(''));
}
