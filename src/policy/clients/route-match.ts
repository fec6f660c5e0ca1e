import { wholeMatch } from '../../istio/regular-expression';
import { allTests, not, Truth } from '../../util/truth';
import { Headers } from '../matching/facts';
import { HttpMatch, TextMatch } from '../resources/route-kinds';

/** A request as routes look at it. */
export interface RouteRequest {
  /** With `:method`, `:authority` and `:path`, query included. */
  readonly headers: Headers;
  readonly scheme: string;
}

/** Whether a request is one that a route takes; undefined where that is not evaluated. */
export type RouteTest = (request: RouteRequest) => Truth;

/** Compiles a match of a VirtualService, or of a route of the Gateway API in the same words. A prefix of the Gateway API stands for whole segments only. */
export function routeTest(match: HttpMatch, wholeSegments = false): RouteTest {
  const { uri, method, authority, scheme, headers = {}, withoutHeaders = {}, queryParams = {} } = match;
  const tests: RouteTest[] = [
    ...uri ? [pathTest(uri, match.ignoreUriCase ?? false, wholeSegments)] : [],
    ...method ? [headerTest(':method', method)] : [],
    ...authority ? [headerTest(':authority', authority)] : [],
    ...scheme ? [valueTest(scheme, request => request.scheme)] : [],
    ...Object.entries(headers).map(([name, value]) => headerTest(name, value)),
    ...Object.entries(withoutHeaders).map(([name, value]) => headerAbsent(name, value)),
    ...Object.entries(queryParams).map(([name, value]) => valueTest(value, request => parameter(request.headers.get(':path')?.[0] ?? '', name))),
  ];
  return allTests(tests);
}

/** Whether a match takes every request: those come last among the routes of a host. */
export function takesAll({ uri, method, authority, scheme, headers = {}, withoutHeaders = {}, queryParams = {} }: HttpMatch): boolean {
  const isAnyPath = uri === undefined || uri.prefix === '/' || uri.regex === '.*';
  return isAnyPath && !method && !authority && !scheme && [headers, withoutHeaders, queryParams].every(named => Object.keys(named).length === 0);
}

function pathTest(uri: TextMatch, ignoreCase: boolean, wholeSegments: boolean): RouteTest {
  const prefix = wholeSegments && uri.prefix !== '/' ? uri.prefix?.replace(/\/$/, '') : uri.prefix;
  const fold = (text: string) => ignoreCase && uri.regex === undefined ? text.toLowerCase() : text;
  const test = stringTest({ ...uri, exact: uri.exact && fold(uri.exact), prefix: prefix && fold(prefix) });
  const endsSegment = (path: string) => !wholeSegments || prefix === undefined || prefix === '/' || path.length === prefix.length || path[prefix.length] === '/';
  return ({ headers }) => {
    const path = fold((headers.get(':path')?.[0] ?? '').replace(/[?#].*$/s, ''));
    return test(path) && endsSegment(path);
  };
}

/** Claims of tokens are not evaluated; the lines of a header are taken as one. */
function headerTest(name: string, match: TextMatch): RouteTest {
  if (name.startsWith('@')) return () => undefined;
  return valueTest(match, ({ headers }) => headers.get(name.toLowerCase())?.join(','));
}

function headerAbsent(name: string, match: TextMatch): RouteTest {
  const test = headerTest(name, match);
  const missing = !name.startsWith('@') && !asksForPresence(match) && stringTest(match)('');
  return request => not(missing && !request.headers.has(name.toLowerCase()) || test(request));
}

/** A value that is missing matches nothing. */
function valueTest(match: TextMatch, valueOf: (request: RouteRequest) => string | undefined): RouteTest {
  const test = asksForPresence(match) ? () => true : stringTest(match);
  return request => {
    const value = valueOf(request);
    return value === undefined ? false : test(value);
  };
}

function asksForPresence({ exact, prefix, regex }: TextMatch): boolean {
  return exact === undefined && prefix === undefined && (regex === undefined || regex === '*');
}

/** An expression is compiled when it is first asked for: gateways may have thousands. */
function stringTest({ exact, prefix, regex = '' }: TextMatch): (text: string) => boolean {
  if (exact !== undefined) return text => text === exact;
  if (prefix !== undefined) return text => text.startsWith(prefix);
  let compiled: ((text: string) => boolean) | undefined;
  return text => (compiled ??= wholeMatch(regex))(text);
}

/** The first value of a parameter of the query, as it is written. */
function parameter(target: string, name: string): string | undefined {
  const [, query = ''] = target.split('#')[0].split(/\?(.*)/s);
  const pair = query.split('&').find(one => one.split('=')[0] === name);
  return pair?.slice(name.length + 1);
}
