import { HttpRequest } from '../request/request';
import { RequestToken } from '../request/request-token';

/** A request whose tokens stand where a proxy looks for them, each as a text by which it can be found again. */
interface Carrier {
  readonly headers: Map<string, readonly string[]>;
  readonly target: string;
}

/** Text that stands for a token of a request: three parts of the alphabet of a real one. */
const MARK = 'token.number.';

/** The text that stands for the token of this index. */
function markOf(token: RequestToken, index: number): string {
  return token.text ?? `${MARK}${index}`;
}

/** The token that a text stands for; undefined if it stands for none. */
export function tokenOf(text: string, tokens: readonly RequestToken[]): RequestToken | undefined {
  if (!text.startsWith(MARK)) return undefined;
  return tokens[Number(text.slice(MARK.length))];
}

/** The header that carries a token, in lower case, and its line. */
export function tokenLine(token: RequestToken, index: number): { name: string; line: string } {
  const { header, prefix = header === undefined ? 'Bearer ' : '' } = token;
  return { name: (header ?? 'authorization').toLowerCase(), line: prefix + markOf(token, index) };
}

export function carryTokens(http: HttpRequest, tokens: readonly RequestToken[]): Carrier {
  const headers = new Map<string, readonly string[]>();
  if (http.headers) for (const [name, lines] of Object.entries(http.headers)) lines.forEach(line => addLine(headers, name.toLowerCase(), line));
  const target = http.path ?? '/';
  return { headers, target: tokens.length === 0 ? target : placeTokens(tokens, headers, target) };
}

/** Puts tokens into headers; the target comes back with those that stand in its query. */
function placeTokens(tokens: readonly RequestToken[], headers: Carrier['headers'], sent: string): string {
  let target = sent;
  const cookies: string[] = [];
  tokens.forEach((token, index) => {
    const mark = markOf(token, index);
    const { name, line } = tokenLine(token, index);
    if (token.query !== undefined) target += `${target.includes('?') ? '&' : '?'}${token.query}=${encodeURIComponent(mark)}`;
    else if (token.cookie !== undefined) cookies.push(`${token.cookie}=${mark}`);
    else addLine(headers, name, line);
  });
  if (cookies.length > 0) addLine(headers, 'cookie', cookies.join('; '));
  return target;
}

function addLine(headers: Carrier['headers'], name: string, line: string): void {
  headers.set(name, [...headers.get(name) ?? [], line.trim()]);
}
