import { ClientMatch } from './client-match';
import { RequestChange } from './route-rule';
import { HttpRequest } from '../request/request';
import { RequestToken } from '../request/request-token';
import { HeaderChange } from '../resources/route-kinds';

type Headers = Record<string, string[]>;

/** A request with its tokens. */
export interface SentRequest {
  readonly http?: HttpRequest;
  readonly tokens?: RequestToken[];
}

/** The request as it leaves a route that took it by a match. The authority is what it would have been. */
export function changed({ http = {}, tokens }: SentRequest, change: RequestChange, match: ClientMatch | undefined, authority: string): SentRequest {
  const changes = change.headers;
  const written = changes.flatMap(({ set = {}, remove = [] }) => [...Object.keys(set), ...remove]).map(name => name.toLowerCase());
  const all = changes.flatMap(({ set = {}, add = {} }) => Object.entries({ ...add, ...set }));
  const stated = all.filter(([name]) => isAuthority(name)).map(([, value]) => value);
  const isGone = ({ header = 'authorization', query, cookie }: RequestToken) => query === undefined && cookie === undefined && written.includes(header.toLowerCase());
  return {
    http: {
      ...http,
      path: changedPath(http.path ?? '/', change, match),
      authority: change.authority ?? stated[stated.length - 1] ?? authority,
      headers: changes.reduce(withHeaders, http.headers ?? {}),
    },
    // a token in a header that is written or taken out is gone
    tokens: tokens?.filter(token => !isGone(token)),
  };
}

function changedPath(sent: string, { uri, path }: RequestChange, match: ClientMatch = {}): string {
  const end = /[?#]/.exec(sent)?.index ?? sent.length;
  const [target, rest] = [sent.slice(0, end), sent.slice(end)];
  if (path !== undefined) return path + rest;
  if (uri === undefined) return sent;
  if (match.uri?.exact !== undefined || match.uri?.regex !== undefined) return uri + rest;
  const kept = target.slice((match.uri?.prefix ?? '/').length);
  return (uri === '' ? `/${kept.replace(/^\//, '')}` : uri + kept) + rest;
}

function withHeaders(headers: Headers, { set = {}, add = {}, remove = [] }: HeaderChange): Headers {
  const lower: Headers = Object.fromEntries(Object.entries(headers).map(([name, lines]) => [name.toLowerCase(), lines]));
  for (const name of remove) delete lower[name.toLowerCase()];
  for (const [name, value] of Object.entries(add)) if (!isAuthority(name)) lower[name.toLowerCase()] = [...lower[name.toLowerCase()] ?? [], value];
  for (const [name, value] of Object.entries(set)) if (!isAuthority(name)) lower[name.toLowerCase()] = [value];
  return lower;
}

function isAuthority(name: string): boolean { return name.toLowerCase() === 'host' || name.toLowerCase() === ':authority'; }
