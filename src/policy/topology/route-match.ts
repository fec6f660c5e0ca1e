import { selects } from './attachment';
import { Client } from './destination-rule';
import { all, not, Truth } from '../../util/truth';
import { HttpRequest } from '../request/request';
import { HttpMatch, TextMatch } from '../resources/route-kinds';

/** Conditions of a route, all of which must hold. */
export interface RouteMatch extends HttpMatch {
  /** Whether a prefix ends at a slash, as in routes of the Gateway API. */
  readonly bySegment?: boolean;
}

/** Whether a route is there for a client's sidecar and a port at all. Gateways that are named are all that counts. */
export function isForSidecar({ port, gateways, sourceLabels, sourceNamespace }: Omit<RouteMatch, 'uri'>, client: Client, dialled: number): boolean {
  if (port !== undefined && port !== dialled) return false;
  if (gateways && gateways.length > 0) return gateways.includes('mesh');
  return selects(sourceLabels, client.labels) && (sourceNamespace ?? client.namespace) === client.namespace;
}

/** Whether a request meets the conditions; undefined where a regular expression decides, which is not evaluated. */
export function matchesRequest(match: RouteMatch, http: HttpRequest, authority: string): Truth {
  const { path = '/', method = 'GET', headers = {} } = http;
  const query = new URLSearchParams(path.replace(/^[^?]*/, '').replace(/#.*$/, ''));
  const line = (name: string) => Object.entries(headers).find(([one]) => one.toLowerCase() === name.toLowerCase())?.[1].join(',');
  const claims = (name: string) => name.startsWith('@request.auth.claims');
  return all([
    matchesPath(match, path.replace(/[?#].*$/, '')),
    matchesText(match.method, method),
    matchesText(match.authority, authority),
    matchesText(match.scheme, 'http'),
    ...Object.entries(match.headers ?? {}).map(([name, wanted]) => claims(name) ? false : matchesText(wanted, line(name))),
    ...Object.entries(match.withoutHeaders ?? {}).map(([name, wanted]) => claims(name) ? true : not(matchesText(wanted, isPresence(wanted) ? line(name) : line(name) ?? ''))),
    ...Object.entries(match.queryParams ?? {}).map(([name, wanted]) => matchesText(wanted, query.get(name) ?? undefined)),
  ], (truth: Truth) => truth, undefined);
}

function matchesPath({ uri, ignoreUriCase, bySegment }: RouteMatch, path: string): Truth {
  if (!uri) return true;
  const cased = (text: string) => ignoreUriCase ? text.toLowerCase() : text;
  if (uri.exact !== undefined) return cased(path) === cased(uri.exact);
  if (uri.prefix === undefined) return uri.regex === undefined ? true : undefined;
  const [prefix, given] = [cased(uri.prefix), cased(path)];
  if (!bySegment || prefix === '/') return given.startsWith(prefix);
  return given === prefix || given.startsWith(`${prefix}/`);
}

/** Without any condition, and for `*` as a regular expression, it is enough that the value is there. */
function isPresence({ exact, prefix, regex }: TextMatch): boolean {
  return exact === undefined && prefix === undefined && (regex === undefined || regex === '*');
}

function matchesText(wanted: TextMatch | undefined, value: string | undefined): Truth {
  if (!wanted) return true;
  if (value === undefined) return false;
  if (isPresence(wanted)) return true;
  if (wanted.exact !== undefined) return value === wanted.exact;
  return wanted.prefix === undefined ? undefined : value.startsWith(wanted.prefix);
}
