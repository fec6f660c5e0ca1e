import { GatewayServer, Listener } from './gateway-server';
import { listenersOf } from './listener';
import { byPrecision, grpcRouteMatch, httpRouteMatch } from '../clients/http-route-match';
import { BoundRoutes, HttpRoute } from '../clients/route';
import { routeTest, takesAll } from '../clients/route-match';
import { Inventory } from '../resources/inventory';
import { Kind, SpecOf } from '../resources/kinds';
import { byAge, Resource } from '../resources/policy';
import { HttpMatch } from '../resources/route-kinds';
import { intersection, isWithin, lowerCase, overlap } from '../workloads/host-name';

type RouteKind = 'HTTPRoute' | 'GRPCRoute' | 'TLSRoute' | 'TCPRoute';
type ParentRef = NonNullable<SpecOf<'HTTPRoute'>['parentRefs']>[number];

/** A route of any kind, as far as all kinds are alike. */
type Route = Resource<{ readonly parentRefs?: readonly ParentRef[]; readonly hostnames?: readonly string[]; readonly rules?: readonly object[] }>;

/** The routes of the Gateway API that are bound to a listener. */
export function listenerRoutes(inventory: Inventory, server: GatewayServer, listener: Listener): BoundRoutes[] {
  const bound = <K extends RouteKind>(kind: K) => inventory.all(kind).filter(route => isAttached(kind, route, server, listener)).sort(byAge);
  const none = { http: [], tcp: false, tls: [] };
  return [
    ...httpRoutes(inventory, listener, [...bound('HTTPRoute').map(route => ({ route, rules: httpRules(route) })), ...bound('GRPCRoute').map(route => ({ route, rules: grpcRules(route) }))]),
    ...bound('TCPRoute').filter(hasRules).map(({ namespace }) => ({ ...none, namespace, hosts: ['*'], tcp: true })),
    ...bound('TLSRoute').filter(hasRules).map(route => tlsRoutes(route, listener)),
  ];
}

function hasRules({ spec: { rules = [] } }: Route): boolean { return rules.length > 0; }

/** Whether a route names the listener, which takes its kind, its namespace and one of its hosts. */
function isAttached(kind: RouteKind, { namespace, spec }: Route, { hosts: [host] }: GatewayServer, listener: Listener): boolean {
  const { parentRefs = [], hostnames = [] } = spec;
  const isNamed = parentRefs.some(ref => isParent(ref, namespace, listener));
  if (!isNamed || !kindsOf(listener.spec).includes(kind) || host.admits(namespace) === false) return false;
  return (hostnames.length === 0 ? ['*'] : lowerCase(hostnames)).some(name => overlap(name, host.name));
}

function isParent({ kind = 'Gateway', name, namespace, sectionName, port }: ParentRef, own: string, { kind: parentKind, parent, spec }: Listener): boolean {
  const isObject = kind === parentKind && name === parent.name && (namespace ?? own) === parent.namespace;
  return isObject && (!sectionName || sectionName === spec.name) && (!port || port === spec.port);
}

/** The kinds of routes that a listener takes. */
function kindsOf({ protocol, tls, allowedRoutes: { kinds = [] } = {} }: Listener['spec']): string[] {
  const usual: Readonly<Record<string, readonly Kind[]>> = {
    HTTP: ['HTTPRoute', 'GRPCRoute'], HTTPS: ['HTTPRoute', 'GRPCRoute'], TCP: ['TCPRoute'], TLS: tls?.mode === 'Terminate' ? ['TLSRoute', 'TCPRoute'] : ['TLSRoute'],
  };
  const taken = usual[protocol ?? ''] ?? [];
  return taken.filter(kind => kinds.length === 0 || kinds.some(one => one.kind === kind && (one.group ?? 'gateway.networking.k8s.io') === 'gateway.networking.k8s.io'));
}

/** The rules of a route, each with one match, in the words of VirtualServices. */
interface Ruled {
  readonly route: Route;
  readonly rules: readonly Rule[];
}

interface Rule {
  readonly match: HttpMatch;
  readonly status: number;
}

/** The routes for each host together: the most precise paths first, whatever route they are of. */
function httpRoutes(inventory: Inventory, listener: Listener, bound: readonly Ruled[]): BoundRoutes[] {
  const hostsOf = ({ spec: { hostnames = [] } }: Route) => hostnames.length === 0 ? ['*'] : lowerCase(hostnames);
  const isolated = isolation(inventory, listener);
  const hosts = [...new Set(bound.flatMap(({ route }) => hostsOf(route)))].filter(isolated);
  return hosts.flatMap(host => {
    const forHost = bound.filter(({ route }) => hostsOf(route).includes(host)).sort((a, b) => byAge(a.route, b.route));
    const http = forHost.flatMap(({ rules }) => rules).sort((a, b) => byPrecision(a.match, b.match)).map(httpRoute);
    return http.length === 0 ? [] : [{ namespace: forHost[0].route.namespace, hosts: [host], http, tcp: false, tls: [] }];
  });
}

function httpRoute({ match, status }: Rule): HttpRoute {
  return { test: routeTest(match, true), takesAll: takesAll(match), status };
}

/** A route counts for the listener with the most precise name only, of those of one port and protocol. */
function isolation(inventory: Inventory, { gateway, spec }: Listener): (host: string) => boolean {
  const others = listenersOf(inventory, gateway).map(other => other.spec).filter(other => other !== spec);
  const beside = others.filter(({ port, protocol }) => port === spec.port && protocol === spec.protocol).map(({ hostname = '' }) => hostname.toLowerCase());
  const own = (spec.hostname ?? '').toLowerCase();
  if (own !== '' && !own.startsWith('*')) return () => true;
  return host => (own === '' || overlap(host, own)) && !beside.some(name => name !== own && name.length >= own.length && isWithin(host, name));
}

function httpRules({ spec: { rules = [] } }: Resource<SpecOf<'HTTPRoute'>>): Rule[] {
  return rules.flatMap(({ matches = [], filters = [], backendRefs }) => {
    const redirect = filters.find(({ type }) => type === 'RequestRedirect');
    const status = redirect ? redirect.requestRedirect?.statusCode ?? 302 : statusOf(backendRefs);
    return (matches.length === 0 ? [{}] : matches).map(match => ({ match: httpRouteMatch(match), status }));
  });
}

function grpcRules({ spec: { rules = [] } }: Resource<SpecOf<'GRPCRoute'>>): Rule[] {
  return rules.flatMap(({ matches = [], backendRefs }) => (matches.length === 0 ? [{}] : matches).map(match =>
    ({ match: grpcRouteMatch(match), status: statusOf(backendRefs) })));
}

/** A rule that leads nowhere answers by itself. */
function statusOf(backendRefs: readonly { readonly weight?: number }[] = []): number {
  return backendRefs.some(({ weight = 1 }) => weight > 0) ? 200 : 500;
}

/** Server names that both the route and the listener are for. */
function tlsRoutes({ namespace, spec: { hostnames = [], rules = [] } }: Route, { spec: { hostname = '' } }: Listener): BoundRoutes {
  const names = hostnames.length === 0 ? ['*'] : lowerCase(hostnames);
  const shared = hostname === '' ? names : intersection(names, [hostname.toLowerCase()]);
  return { namespace, hosts: shared, http: [], tcp: true, tls: rules.map(() => shared) };
}
