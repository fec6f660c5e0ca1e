import { ConnectionRoute, connectionRouteOf, RouteRule, rulesOfRoutes } from './route-rule';
import { Inventory } from '../resources/inventory';
import { SpecOf } from '../resources/kinds';
import { fullName, Resource } from '../resources/policy';
import { Host, hostOfService } from '../workloads/host-name';

type RouteKind = 'HTTPRoute' | 'GRPCRoute' | 'TCPRoute' | 'TLSRoute';

/** The routes of the Gateway API that a namespace has for a Service, by kind. */
type Found = { readonly [K in RouteKind]: readonly Resource<SpecOf<K>>[] };

const NO_ROUTES: Found = { HTTPRoute: [], GRPCRoute: [], TCPRoute: [], TLSRoute: [] };

/** What the routes of the Gateway API for a Service come to, taken together. */
export interface ServiceRoutes {
  readonly name: string;
  /** Undefined where none is for requests. */
  readonly http?: readonly RouteRule[];
  /** Undefined where none is for connections. */
  readonly connections?: readonly ConnectionRoute[];
}

/** The namespaces whose routes a client knows for a Service that it calls: its own, and that of the Service. */
export interface KnownNamespaces { readonly own?: string; readonly other?: string }

/** Routes for a Service that a client calls: those of the client's namespace, which are for its clients only, else those of the Service's. Undefined for none. */
export function serviceRoutes(inventory: Inventory, namespaces: KnownNamespaces, host: Host, port: number): ServiceRoutes | undefined {
  const known = (namespace: string | undefined) => namespace === undefined ? NO_ROUTES : find(inventory, namespace, host, port);
  const [own, others] = [known(namespaces.own), known(namespaces.other)];
  const requests = own.HTTPRoute.length + own.GRPCRoute.length > 0 ? own : others;
  const connections = own.TCPRoute.length + own.TLSRoute.length > 0 ? own : others;
  const { HTTPRoute, GRPCRoute } = requests;
  const { TCPRoute, TLSRoute } = connections;
  const names = namesOf({ HTTPRoute, GRPCRoute, TCPRoute, TLSRoute });
  if (names.length === 0) return undefined;
  return {
    name: names.join(', '),
    http: filled(rulesOfRoutes(HTTPRoute, GRPCRoute), HTTPRoute.length + GRPCRoute.length),
    connections: filled([...TCPRoute.map(route => connectionRouteOf(route)), ...TLSRoute.map(route => connectionRouteOf(route, 'server name'))], TCPRoute.length + TLSRoute.length),
  };
}

/** A route of the Gateway API for a Service, by itself. */
export interface ServiceRoute extends ServiceRoutes {
  readonly kind: string;
  readonly namespace: string;
  readonly object: string;
}

/** The routes of a namespace for a port of a Service, each by itself. */
export function eachServiceRoute(inventory: Inventory, namespace: string, host: Host, port: number): ServiceRoute[] {
  const { HTTPRoute, GRPCRoute, TCPRoute, TLSRoute } = find(inventory, namespace, host, port);
  const named = (kind: string, route: Resource<unknown>) => ({ kind, namespace: route.namespace, object: route.name, name: `${kind} ${fullName(route)}` });
  return [
    ...HTTPRoute.map(route => ({ ...named('HTTPRoute', route), http: rulesOfRoutes([route], []) })),
    ...GRPCRoute.map(route => ({ ...named('GRPCRoute', route), http: rulesOfRoutes([], [route]) })),
    ...TCPRoute.map(route => ({ ...named('TCPRoute', route), connections: [connectionRouteOf(route)] })),
    ...TLSRoute.map(route => ({ ...named('TLSRoute', route), connections: [connectionRouteOf(route, 'server name')] })),
  ];
}

/** The names of all routes of a namespace for a Service, with their kinds. */
export function namesOfServiceRoutes(inventory: Inventory, namespace: string, host: Host): string[] {
  return namesOf(find(inventory, namespace, host));
}

function find(inventory: Inventory, namespace: string, host: Host, port?: number): Found {
  const of = <K extends RouteKind>(kind: K) => inventory.of(kind, namespace).filter(route => isForService(route, host, port));
  return { HTTPRoute: of('HTTPRoute'), GRPCRoute: of('GRPCRoute'), TCPRoute: of('TCPRoute'), TLSRoute: of('TLSRoute') };
}

/** Whether a route has a Service as its parent, on a port if it names one. */
function isForService({ namespace, spec: { parentRefs = [] } }: Resource<Pick<SpecOf<RouteKind>, 'parentRefs'>>, host: Host, port?: number): boolean {
  return parentRefs.some(ref => ref.kind === 'Service' && hostOfService({ namespace: ref.namespace ?? namespace, name: ref.name ?? '' }) === host.name
    && (ref.port === undefined || port === undefined || ref.port === port));
}

function namesOf(found: Found): string[] {
  return Object.entries(found).flatMap(([kind, routes]) => routes.map(route => `${kind} ${fullName(route)}`));
}

function filled<T>(list: readonly T[], routes: number): readonly T[] | undefined {
  return routes > 0 ? list : undefined;
}
