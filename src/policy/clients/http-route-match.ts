import { SpecOf } from '../resources/kinds';
import { HttpMatch, HttpRouteRule, TextMatch } from '../resources/route-kinds';

// What routes of the Gateway API ask for, in the words of VirtualServices.

type Match = NonNullable<HttpRouteRule['matches']>[number];
type GrpcRule = NonNullable<SpecOf<'GRPCRoute'>['rules']>[number];
type GrpcMatch = NonNullable<GrpcRule['matches']>[number];

/** A match of a GRPCRoute: services and methods are parts of the path. */
export function grpcRouteMatch({ method, headers }: GrpcMatch): HttpMatch {
  return { uri: method && grpcPath(method), headers: namedMatches(headers) };
}

function grpcPath({ type, service, method }: NonNullable<GrpcMatch['method']>): TextMatch {
  if (type === 'RegularExpression') return { regex: `/${service ?? '[^/]+'}/${method ?? '.+'}` };
  if (method === undefined) return { prefix: `/${service ?? ''}/` };
  return service === undefined ? { regex: `/[^/]+/${method}` } : { exact: `/${service}/${method}` };
}

/** A match of an HTTPRoute. */
export function httpRouteMatch({ path, headers, queryParams, method }: Match): HttpMatch {
  const match = { uri: pathMatch(path), headers: namedMatches(headers), queryParams: namedMatches(queryParams) };
  return method === undefined ? match : { ...match, method: { exact: method } };
}

function pathMatch({ type = 'PathPrefix', value = '/' }: Match['path'] = {}): TextMatch {
  if (type === 'Exact') return { exact: value };
  return type === 'PathPrefix' ? { prefix: value === '/' ? value : value.replace(/\/$/, '') } : { regex: value };
}

type Named = readonly { readonly type?: string; readonly name?: string; readonly value?: string }[];

/** Headers, or parameters of the query. */
export function namedMatches(matches: Named = []): Record<string, TextMatch> {
  return Object.fromEntries(matches.map(({ type, name = '', value = '' }) => [name, type === 'RegularExpression' ? { regex: value } : { exact: value }]));
}

/** Exact paths, then prefixes, then expressions; the longer first; then those with a method, with more headers, with more of the query. */
export function byPrecision(a: HttpMatch, b: HttpMatch): number {
  const [left, right] = [precision(a), precision(b)];
  const differs = left.findIndex((rank, i) => rank !== right[i]);
  return differs < 0 ? 0 : right[differs] - left[differs];
}

function precision({ uri = {}, method, headers = {}, queryParams = {} }: HttpMatch): number[] {
  const { exact, prefix, regex } = uri;
  const form = exact !== undefined ? 3 : prefix !== undefined ? 2 : regex !== undefined ? 1 : 0;
  return [form, (exact ?? prefix ?? regex ?? '').length, method ? 1 : 0, Object.keys(headers).length, Object.keys(queryParams).length];
}
