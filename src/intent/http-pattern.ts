import { text } from '../util/given';
import { HTTP_METHODS } from '../util/http-methods';
import { nearest } from '../util/nearest';
import { patternForm } from '../util/pattern';
import { quoted } from '../util/text';

/** The method, which must be one that proxies let pass, spelled as HTTP spells it, or `*`. */
export function methodPattern(prop: string, method: string): string {
  if (method === '*' || HTTP_METHODS.includes(method)) { return method; }
  const upper = text(prop, method, 'give one method per entry, such as GET').toUpperCase();
  if (HTTP_METHODS.includes(upper)) {
    throw new Error(`${prop} must be an upper-case HTTP method or '*', got ${quoted(method)}; did you mean '${upper}'? Methods are compared letter by letter`);
  }
  const near = nearest(upper, USUAL) ?? nearest(upper, HTTP_METHODS);
  const remedy = /[^A-Z-]/.test(upper) || near === undefined ? 'give one method per entry, such as GET' : `did you mean '${near}'?`;
  throw new Error(`${prop} must be an HTTP method that proxies let pass or '*', got ${quoted(method)}; ${remedy}`);
}

const USUAL = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** The path pattern: exact, `/prefix/*`, `*.suffix`, a template with `{*}` and `{**}`, or `*`. */
export function pathPattern(prop: string, given: string): string {
  const path = text(prop, given, "as in '/api/*'");
  if (path === '*') { return path; }
  if (/[?#]/.test(path)) {
    throw new Error(`${prop} must be a path without query, got ${quoted(path)}; Istio compares the path only, leave out what follows '?' or '#'`);
  }
  if (path.includes('{') || path.includes('}')) { return pathTemplate(prop, path); }
  const form = patternForm(prop, path, "for one variable segment write '{*}', as in '/users/{*}/orders'");
  if (form !== 'suffix' && !path.startsWith('/')) {
    throw new Error(`${prop} must begin with '/', got ${quoted(path)}; did you mean '/${path.replace(/\/?\*$/, '/*')}'?`);
  }
  if (form === 'prefix' && !path.endsWith('/*')) {
    const base = path.slice(0, -1);
    throw new Error(`${prop} must have a '/' before its star, got ${quoted(path)}, which also matches '${base}-evil'; write both '${base}' and '${base}/*'`);
  }
  if (form === 'suffix' && !/^\*[/.]/.test(path)) {
    throw new Error(`${prop} must have a '/' or '.' after its star, got ${quoted(path)}, which also matches any longer name; write '*/${path.slice(1)}'`);
  }
  return normalized(prop, path);
}

/** Refuses what a proxy rewrites before it compares (its default path normalization), since such a pattern never matches. */
function normalized(prop: string, path: string): string {
  const literal = path.replace(/^\*|\*$/g, '');
  if (/(^|\/)(\.|%2[eE]){1,2}(\/|$)/.test(literal)) {
    throw new Error(`${prop} must not have '.' or '..' segments, got ${quoted(path)}; proxies resolve them before they compare, write the resolved path`);
  }
  const rewritten = /[^\x21-\x7e]|["<>^`|\\]/.exec(literal);
  if (rewritten?.[0] === '\\') {
    throw new Error(`${prop} must not contain '\\', got ${quoted(path)}; proxies turn it into '/' before they compare`);
  }
  if (rewritten) {
    throw new Error(`${prop} must not contain ${quoted(rewritten[0])}, got ${quoted(path)}; proxies compare the percent-encoded form, write '${encodeURI(rewritten[0])}'`);
  }
  const escape = /%(?![0-9a-fA-F]{2})|%00/.exec(literal);
  if (escape) {
    throw new Error(`${prop} must have valid percent-escapes, got ${quoted(path)}; write '%25' for a percent sign`);
  }
  const unreserved = /%(2[dDeE]|5[fF]|7[eE]|3[0-9]|[46][1-9a-fA-F]|[57][0-9aA])/.exec(literal);
  if (unreserved) {
    const plain = decodeURIComponent(unreserved[0]);
    throw new Error(`${prop} must not escape ${quoted(plain)}, got ${quoted(path)}; proxies decode it before they compare, write ${quoted(plain)}`);
  }
  return path;
}

/** `{*}` is one segment; `{**}` is the rest, and must come last. The other segments are literal. */
function pathTemplate(prop: string, path: string): string {
  if (!path.startsWith('/')) {
    throw new Error(`${prop} must begin with '/', got ${quoted(path)}; a proxy refuses a template without it`);
  }
  const segments = path.slice(1).split('/');
  segments.forEach((segment, index) => {
    if (segment === '{*}') { return; }
    if (segment === '{**}') {
      if (index < segments.length - 1) {
        throw new Error(`${prop} must have '{**}' as its last segment only, got ${quoted(path)}; use '{*}' for one segment`);
      }
      return;
    }
    if (!/^[A-Za-z0-9\-._~%!$&'()+,;:@=]+$/.test(segment)) {
      throw new Error(`${prop} must be a template of literal segments, '{*}' and a last '{**}', got ${quoted(segment)} in ${quoted(path)}; put an operator between two '/'`);
    }
    normalized(prop, `/${segment}`);
  });
  return path;
}

/** The host pattern: exact, `*.suffix` or `prefix.*`; compared without regard to case. */
export function hostPattern(prop: string, given: string): string {
  const host = text(prop, given, "as in 'api.example.com'");
  if (/[/\s]/.test(host)) {
    throw new Error(`${prop} must be a host name, got ${quoted(host)}; leave out scheme and path`);
  }
  const form = patternForm(prop, host);
  if (form === 'any') {
    throw new Error(`${prop} must name a host, got '*'; leave 'hosts' out to allow any`);
  }
  if (form === 'suffix' && !host.startsWith('*.')) {
    throw new Error(`${prop} must have a '.' after its star, got ${quoted(host)}, which also matches 'evil-${host.slice(1)}'; did you mean '*.${host.slice(1)}'?`);
  }
  if (form === 'prefix' && !/[.:]\*$/.test(host)) {
    throw new Error(`${prop} must have a '.' or ':' before its star, got ${quoted(host)}, which also matches longer names; write the whole host`);
  }
  return host;
}
