import { ValueRule } from './values';

const NAME = /^[!#$%&'*+,\-.^_`|~A-Za-z0-9]+$/;

/** Headers of HTTP/2 that say what HTTP/1 says in its first line. */
const PSEUDO_HEADERS = [':method', ':scheme', ':authority', ':path', ':status'];

const CLAIMS = '@request.auth.claims';

const noName = 'must have the name of a header, got \'\'; name it';

function headerName(name: string): string | undefined {
  return NAME.test(name) ? undefined : `must be the name of a header, got '${name}'; correct it`;
}

/** Whether a name means a claim of a token: `@request.auth.claims.sub`, `@request.auth.claims[a][b]`. */
export function isClaim(name: string): boolean {
  const rest = name.slice(CLAIMS.length);
  return name.toLowerCase().startsWith(CLAIMS) && (/^\../s.test(rest) || /^\[.+\]$/s.test(rest));
}

/** What a route may match: headers, pseudo headers, claims. */
export const matchedHeader: ValueRule = name =>
  name === '' ? noName : isClaim(name) || PSEUDO_HEADERS.includes(name) ? undefined : headerName(name);

/** A header that browsers may send, or see, from another origin. */
export const corsHeader: ValueRule = name => name === '' ? noName : name === '*' ? undefined : headerName(name);

/** Whether it says which host is asked for. */
export function isAuthority(name: string): boolean {
  return [':authority', 'host'].includes(name.toLowerCase());
}

/** A header that is set or added in requests. */
export const requestHeader: ValueRule = name =>
  name === '' ? noName : name.startsWith(':') && !isAuthority(name) ? `must not begin with ':', got '${name}'; use rewrite` : undefined;

/** A header that is removed, or set in responses. */
export const plainHeader: ValueRule = name =>
  name === '' ? noName : name.startsWith(':') || name.toLowerCase() === 'host' ? `must be no pseudo header and not Host, got '${name}'; drop it` : undefined;

const TEXT = String.raw`[^\\)"]*(?:\\[^][^\\)"]*)*`;
const COMMAND = String.raw`%[^%(]*(?:%|\( *(?:\[ *"|[^ \[])${TEXT}(?:" *, *"${TEXT})*(?:\)|" *\] *\)) *%)`;

/** Plain text, `%%`, and what Envoy puts in for `%NAME%`, `%NAME(ARGUMENT)%` and `%NAME(["ARGUMENT", …])%`. */
const VALUE = new RegExp(`^[^%]*(?:(?:%%|${COMMAND})[^%]*)*$`);

export const headerValue: ValueRule = value => {
  if (/[\x00-\x08\x0a-\x1f\x7f]/.test(value)) {
    return 'must not contain a control character; drop it';
  }
  return VALUE.test(value) ? undefined : `must have '%' only in commands such as '%HOSTNAME%', got '${value}'; write '%%' for the sign itself`;
};
