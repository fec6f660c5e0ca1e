import { EscapedSlashes, RequestRules } from '../request/connection-settings';

/** The request target as policies see it, query included, or what the proxy answers instead. */
export type NormalizedPath = { readonly path: string } | { readonly httpStatus: number; readonly reason: string };

/** Escaped slashes are looked for first, slashes are merged last. */
export function normalizePath(target: string, { normalizes, mergesSlashes, escapedSlashes }: RequestRules): NormalizedPath {
  const query = target.indexOf('?');
  const sent = query < 0 ? target : target.slice(0, query);
  const decoded = escapedSlashes === EscapedSlashes.KEEP_UNCHANGED ? sent : decodeSlashes(sent);
  if (decoded !== sent && escapedSlashes === EscapedSlashes.REJECT_REQUEST) return { httpStatus: 400, reason: 'the path has escaped slashes' };
  const canonical = normalizes ? canonicalPath(decoded) : decoded;
  if (canonical === undefined) return { httpStatus: 400, reason: 'the path cannot be normalized' };
  const path = (mergesSlashes ? mergeSlashes(canonical) : canonical) + (query < 0 ? '' : target.slice(query));
  if (decoded === sent || escapedSlashes !== EscapedSlashes.UNESCAPE_AND_REDIRECT) return { path };
  return { httpStatus: 307, reason: `the path has escaped slashes: the client is sent on to '${path}'` };
}

function decodeSlashes(path: string): string {
  return path.replace(/%2f/gi, '/').replace(/%5c/gi, '\\');
}

/** A path of slashes only becomes two slashes, not one: Envoy puts back a leading and a trailing one. */
function mergeSlashes(path: string): string {
  if (!path.includes('//')) return path;
  const segments = path.split('/').filter(segment => segment !== '').join('/');
  return '/' + segments + (path.endsWith('/') ? '/' : '');
}

/** Escapes that stand for these are decoded. */
const UNRESERVED = /[A-Za-z0-9\-_~.]/;
/** These are escaped. */
const ESCAPED = /[\u0000-\u0020"<>^`{|}\u007f-\uffff]/;
/** Nothing to decode, escape or turn into a slash; dot segments aside. */
const PLAIN = /^\/[^%\\\u0000-\u0020"<>^`{|}\u007f-\uffff]*$/;
const DOT = /^(?:\.|%2e)$/i;

/** What Chromium's URL library makes of a path; undefined if it holds a null byte. */
function canonicalPath(path: string): string | undefined {
  if (PLAIN.test(path) && !path.includes('/.')) return path;
  const units = path.replace(/\\/g, '/').match(/%[0-9a-fA-F]{2}|[^]/g) ?? [];
  if (units.some(unit => unit === '%00' || unit === '\0')) return undefined;
  const segments = splitUnits(units);
  const output: string[] = [];
  segments.forEach((segment, index) => {
    const last = index === segments.length - 1;
    if (isDots(segment, 1)) {
      if (last) output.push('');
    } else if (isDots(segment, 2)) {
      output.pop();
      if (last) output.push('');
    } else {
      output.push(segment.map(canonicalUnit).join(''));
    }
  });
  return '/' + output.join('/');
}

/** Characters and escapes between slashes; a leading slash makes no empty first segment. */
function splitUnits(units: readonly string[]): string[][] {
  const segments: string[][] = [[]];
  units.forEach((unit, index) => {
    if (unit !== '/') segments[segments.length - 1].push(unit);
    else if (index > 0) segments.push([]);
  });
  return segments;
}

function isDots(segment: readonly string[], count: number): boolean {
  return segment.length === count && segment.every(unit => DOT.test(unit));
}

function canonicalUnit(unit: string): string {
  if (unit.length === 3) {
    const character = String.fromCharCode(parseInt(unit.slice(1), 16));
    return UNRESERVED.test(character) ? character : unit;
  }
  return ESCAPED.test(unit) ? escapeBytes(unit) : unit;
}

function escapeBytes(character: string): string {
  return [...Buffer.from(character, 'utf8')].map(byte => '%' + byte.toString(16).toUpperCase().padStart(2, '0')).join('');
}
