import { JwtRule } from '../../istio/request-authentication';
import { Headers } from '../matching/facts';

/** A place where a rule finds a token, and the header lines to delete if the token is not forwarded. */
export interface FoundToken {
  readonly text: string;
  readonly header?: string;
  readonly query?: string;
}

const TOKEN_START = /[A-Za-z0-9\-_.]/;

/** The tokens at the locations of a rule, in Envoy's order: headers, query parameters, cookies, each by name. */
export function findTokens(rule: JwtRule, headers: Headers): FoundToken[] {
  const { fromHeaders = [], fromParams = [], fromCookies = [] } = rule;
  const unset = fromHeaders.length + fromParams.length + fromCookies.length === 0;
  return [
    ...inHeaders(unset ? [{ name: 'authorization', prefix: 'Bearer ' }] : fromHeaders, headers),
    ...inQuery(unset ? ['access_token'] : fromParams, headers),
    ...inCookies(fromCookies, headers),
  ];
}

/** The headers in which rules look for tokens, in lower case; a query stands in `:path`. */
export function tokenHeaders(rules: readonly JwtRule[]): ReadonlySet<string> {
  return new Set(rules.flatMap(({ fromHeaders = [], fromParams = [], fromCookies = [] }) => {
    if (fromHeaders.length + fromParams.length + fromCookies.length === 0) return ['authorization', ':path'];
    return [...fromHeaders.map(({ name }) => name.toLowerCase()), ...fromParams.length > 0 ? [':path'] : [], ...fromCookies.length > 0 ? ['cookie'] : []];
  }));
}

function inHeaders(locations: readonly { name: string; prefix?: string }[], headers: Headers): FoundToken[] {
  const byKey = new Map(locations.map(({ name, prefix = '' }) => [name.toLowerCase() + prefix, { name: name.toLowerCase(), prefix }]));
  return [...byKey.keys()].sort().flatMap(key => {
    const { name, prefix } = byKey.get(key)!;
    return (headers.get(name) ?? []).flatMap(line => {
      const text = afterPrefix(line, prefix);
      return text === undefined ? [] : [{ text, header: name }];
    });
  });
}

/** The prefix may stand anywhere in the line; what comes before it is ignored. */
function afterPrefix(line: string, prefix: string): string | undefined {
  if (prefix === '') return line;
  const at = line.indexOf(prefix);
  if (at < 0) return undefined;
  const rest = line.slice(at + prefix.length);
  const start = rest.search(TOKEN_START);
  return start < 0 ? line : rest.slice(start);
}

function inQuery(names: readonly string[], headers: Headers): FoundToken[] {
  const target = headers.get(':path')?.[0] ?? '';
  const parameters = queryOf(target);
  return [...new Set(names)].sort().flatMap(query => {
    const found = parameters.find(([name]) => name === query);
    return found ? [{ text: found[1], query }] : [];
  });
}

function queryOf(target: string): [string, string][] {
  const start = target.indexOf('?');
  if (start < 0) return [];
  return target.slice(start + 1).split('&').map(part => {
    const [name, ...value] = part.split('=');
    return [decode(name), decode(value.join('='))];
  });
}

function inCookies(names: readonly string[], headers: Headers): FoundToken[] {
  const cookies = (headers.get('cookie') ?? []).flatMap(line => line.split(';')).map(part => part.trim().split('='));
  return [...new Set(names)].sort().flatMap(cookie => {
    const found = cookies.find(([name]) => name === cookie);
    return found ? [{ text: found.slice(1).join('=').replace(/^"(.*)"$/, '$1') }] : [];
  });
}

/** Removes a token that is not forwarded from where it was found; cookies stay. */
export function removeToken({ header, query }: FoundToken, headers: Map<string, readonly string[]>): void {
  if (header !== undefined) headers.delete(header);
  if (query === undefined) return;
  const target = headers.get(':path')?.[0] ?? '';
  const [path, rest] = [target.split('?')[0], queryOf(target).filter(([name]) => name !== query)];
  const text = rest.map(([name, value]) => `${name}=${value}`).join('&');
  headers.set(':path', [text === '' ? path : `${path}?${text}`]);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
