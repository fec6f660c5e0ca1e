import { ClientMatch } from './client-match';
import { byPrecision, grpcRouteMatch, httpRouteMatch } from './http-route-match';
import { SpecOf } from '../resources/kinds';
import { Resource } from '../resources/policy';
import { BackendRef, HeaderChange, HttpMatch, HttpRouteRule, RouteFilter, VirtualServiceRule, WeightedDestination } from '../resources/route-kinds';
import { fullHost, hostOfService } from '../workloads/host-name';

/** What a route does to a request. */
export interface RequestChange {
  /** Put in place of what the route matched of the path; empty to take it away. */
  readonly uri?: string;
  /** Put in place of the whole path. */
  readonly path?: string;
  readonly authority?: string;
  readonly headers: readonly HeaderChange[];
}

/** One of the destinations of a rule. */
export interface RouteTarget {
  readonly host: string;
  readonly port?: number;
  readonly subset?: string;
  readonly headers: readonly HeaderChange[];
}

/** A rule of a VirtualService, or one of the Gateway API in the same words. */
export interface RouteRule {
  /** One of these must hold; none is all requests. */
  readonly matches: readonly ClientMatch[];
  readonly change: RequestChange;
  /** Where it sends a request, by chance where there are several. */
  readonly targets: readonly RouteTarget[];
  /** Where it sends copies. */
  readonly mirrors: readonly RouteTarget[];
  /** Why the client's own proxy answers instead. */
  readonly answers?: string;
  /** Whether it has some requests fail, for a test. */
  readonly aborts?: boolean;
  /** Why it is not known what it does. */
  readonly unknown?: string;
}

/** The HTTP rules of a VirtualService, in order. */
export function rulesOfVirtualService({ namespace, spec: { http = [] } }: Resource<SpecOf<'VirtualService'>>): RouteRule[] {
  return http.map(rule => ({
    matches: rule.match ?? [],
    change: { uri: rule.rewrite?.uri || undefined, authority: rule.rewrite?.authority || undefined, headers: [rule.headers?.request ?? []].flat() },
    targets: targetsOf(rule.route ?? [], namespace),
    mirrors: [...rule.mirror ? [{ destination: rule.mirror }] : [], ...rule.mirrors ?? []].flatMap(mirror => targetsOf([mirror], namespace)),
    ...special(rule),
  }));
}

function special({ redirect, directResponse, delegate, fault, rewrite }: VirtualServiceRule): Pick<RouteRule, 'answers' | 'aborts' | 'unknown'> {
  if (delegate) return { unknown: 'it delegates to another VirtualService' };
  if (redirect) return { answers: 'redirects it' };
  if (directResponse) return { answers: 'answers it' };
  if (rewrite?.uriRegexRewrite) return { unknown: 'it rewrites the path by a regular expression' };
  return fault?.abort ? { aborts: true } : {};
}

/** Destinations without weight get nothing, unless there is only one. */
export function targetsOf(route: readonly WeightedDestination[], namespace: string): RouteTarget[] {
  const counting = route.length === 1 ? route : route.filter(({ weight = 0 }) => weight > 0);
  return counting.map(({ destination, headers }) => ({
    host: fullHost(destination?.host, namespace),
    port: destination?.port?.number,
    subset: destination?.subset || undefined,
    headers: [headers?.request ?? []].flat(),
  }));
}

/** The rules of HTTPRoutes and GRPCRoutes for a Service, the most specific first, of equals that of the oldest route. */
export function rulesOfRoutes(http: readonly Resource<SpecOf<'HTTPRoute'>>[], grpc: readonly Resource<SpecOf<'GRPCRoute'>>[]): RouteRule[] {
  const each = [...http.flatMap(route => rulesOf(route, httpRouteMatch)), ...grpc.flatMap(route => rulesOf(route, grpcRouteMatch))];
  return each.sort((a, b) => byPrecision(a.matches[0], b.matches[0]));
}

/** What both kinds of routes of requests have, but for their matches. */
type Routing = Pick<HttpRouteRule, 'filters' | 'backendRefs'>;

/** A route of requests, by the matches of its kind. */
type RouteBy<M> = Resource<{ readonly rules?: readonly (Routing & { readonly matches?: readonly M[] })[] }>;

/** The rules of a route, each with one match. */
function rulesOf<M extends object>({ namespace, spec: { rules = [] } }: RouteBy<M>, inWords: (match: Partial<M>) => HttpMatch): RouteRule[] {
  return rules.flatMap(rule => {
    const matches = rule.matches && rule.matches.length > 0 ? rule.matches : [{}];
    return matches.map(match => ({ matches: [{ ...inWords(match), bySegment: true }], ...routed(rule, namespace) }));
  });
}

function routed({ filters = [], backendRefs = [] }: Routing, namespace: string): Omit<RouteRule, 'matches'> {
  const counting = countingOf(backendRefs);
  const targets = backendsOf(backendRefs, namespace);
  const rewrite = filters.find(({ urlRewrite }) => urlRewrite)?.urlRewrite;
  const change = {
    uri: rewrite?.path?.type === 'ReplacePrefixMatch' ? (rewrite.path.replacePrefixMatch ?? '').replace(/\/$/, '') : undefined,
    path: rewrite?.path?.type === 'ReplaceFullPath' ? rewrite.path.replaceFullPath : undefined,
    authority: rewrite?.hostname,
    headers: headersOf(filters),
  };
  const all = [filters, ...counting.map(({ filters: own = [] }) => own)].flat();
  const mirrors = backendsOf(all.flatMap(({ requestMirror }) => requestMirror?.backendRef ?? []), namespace);
  const types = all.map(({ type }) => type);
  if (types.includes('RequestRedirect')) return { change, targets, mirrors, answers: 'redirects it' };
  const others = types.filter(type => type !== undefined && !HARMLESS.includes(type));
  return { change, targets, mirrors, unknown: whyUnknown(backendRefs) ?? (others.length > 0 ? `its filter ${others[0]} is not evaluated` : undefined) };
}

/** Where connections go. */
export interface ConnectionRoute {
  readonly targets: readonly RouteTarget[];
  /** What of a connection it goes by, which is not looked at; undefined where it holds for all. */
  readonly by?: string;
  /** Why it is not known what it does. */
  readonly unknown?: string;
}

/** A TCPRoute or TLSRoute for a Service: the first rule is all that counts. */
export function connectionRouteOf({ namespace, spec: { rules: [{ backendRefs = [] } = {}] = [] } }: Resource<SpecOf<'TCPRoute' | 'TLSRoute'>>, by?: string): ConnectionRoute {
  return { targets: backendsOf(backendRefs, namespace), by, unknown: whyUnknown(backendRefs) };
}

function countingOf(backendRefs: readonly BackendRef[]): BackendRef[] {
  return backendRefs.filter(({ weight = 1 }) => weight > 0);
}

function backendsOf(backendRefs: readonly BackendRef[], routeNamespace: string): RouteTarget[] {
  return countingOf(backendRefs).map(({ name = '', namespace = routeNamespace, port, filters = [] }) =>
    ({ host: hostOfService({ namespace, name }), port, headers: headersOf(filters) }));
}

function whyUnknown(backendRefs: readonly BackendRef[]): string | undefined {
  return countingOf(backendRefs).some(({ kind = 'Service' }) => kind !== 'Service') ? 'it sends to something else than a Service' : undefined;
}

const HARMLESS = ['RequestHeaderModifier', 'URLRewrite', 'ResponseHeaderModifier', 'RequestMirror', 'CORS'];

function headersOf(filters: readonly RouteFilter[]): HeaderChange[] {
  const changes = filters.flatMap(({ requestHeaderModifier }) => requestHeaderModifier ?? []);
  return changes.map(({ set, add, remove }) => ({ set: byName(set), add: byName(add), remove }));
}

function byName(list: readonly { readonly name: string; readonly value: string }[] = []): Record<string, string> {
  return Object.fromEntries(list.map(({ name, value }) => [name, value]));
}
