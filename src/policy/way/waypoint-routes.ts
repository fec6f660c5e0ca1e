import { bindingOfObject } from './waypoint-binding';
import { unique } from '../../util/text';
import { askedHost } from '../clients/asked-host';
import { Client } from '../clients/client';
import { matchesRequest } from '../clients/client-match';
import { isOfMesh, ofVirtualService, virtualServicesOf } from '../clients/client-route';
import { ConnectionRoute, RequestChange, RouteRule, RouteTarget } from '../clients/route-rule';
import { eachServiceRoute } from '../clients/service-routes';
import { Mesh } from '../request/mesh-settings';
import { AccessRequest, ProxyKind } from '../request/request';
import { Inventory } from '../resources/inventory';
import { fullName } from '../resources/policy';
import { KnownService, knownService, serviceOfHost } from '../services/known-service';
import { portProtocol } from '../services/protocol';
import { Service, servicePort, targetPort } from '../services/service';
import { podsMadeFor } from '../workloads/gateway-pods';
import { KubernetesGateway } from '../workloads/waypoint';
import { Workload, workloadsBehind } from '../workloads/workload';

/** What a route has a waypoint do with what is sent to a port of a Service, once the policies there have let it pass. */
export interface WaypointRoute {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly waypoint: string;
  readonly service: Service;
  readonly port: number;
  /** All that it does but for sending it on to the same pods: `redirect requests`. */
  readonly does: readonly string[];
  /** The Services that it leads to. */
  readonly leadsTo: readonly Service[];
  /** Its rules for requests; undefined where it has none for the port. */
  readonly http?: readonly RouteRule[];
}

/** All routes at waypoints of the manifests, by the ports that they are for. */
export function waypointRoutes(inventory: Inventory, mesh: Mesh): WaypointRoute[] {
  return inventory.all('Service').flatMap(service => {
    const { waypoint, canary } = bindingOfObject(inventory, mesh, { kind: 'Service', object: service });
    const called = knownService(service);
    return [waypoint ?? [], canary?.waypoint ?? []].flat().flatMap(({ gateway }) => routesAt({ inventory, mesh, gateway, called, service }));
  });
}

/** The first of the routes for requests to the destination of one, where none takes it, so that its waypoint answers 404. */
export function routeWithout(routes: readonly WaypointRoute[], { http, ...request }: AccessRequest): WaypointRoute | undefined {
  const { namespace, service, port } = request.destination;
  const there = routes.filter(route => route.http && route.service.name === service && route.service.namespace === namespace && route.port === port);
  if (!http) return undefined;
  const authority = askedHost({ http, ...request });
  const takes = ({ matches }: RouteRule) => matches.length === 0 || matches.some(match => matchesRequest(match, http, authority));
  return there.some(({ http: rules = [] }) => rules.some(takes)) ? undefined : there[0];
}

/** A waypoint, and a Service that it stands in front of. */
interface Place {
  readonly inventory: Inventory;
  readonly mesh: Mesh;
  readonly gateway: KubernetesGateway;
  readonly called: KnownService;
  readonly service: Service;
}

function routesAt(place: Place): WaypointRoute[] {
  const { inventory, mesh, gateway, called } = place;
  const { labels } = podsMadeFor(gateway, ProxyKind.WAYPOINT);
  const client = { namespace: gateway.namespace, labels };
  const services = virtualServicesOf(inventory, called).filter(one => isOfMesh(one, client, called, mesh));
  return called.ports.flatMap(port => {
    const virtual = services.map(one =>
      ({ kind: 'VirtualService', namespace: one.namespace, object: one.name, ...ofVirtualService(one, { client, port }) }));
    return [...virtual, ...eachServiceRoute(inventory, called.namespace, called, port)]
      .map(({ kind, namespace, object, http, connections }) =>
        ({ kind, namespace, name: object, ...said(place, client, port, { http, connections }) }));
  });
}

type Rules = { readonly http?: readonly RouteRule[]; readonly connections?: readonly ConnectionRoute[] };

/** Rules for requests count where the port may carry them, those for connections where it may carry anything else. */
function said(place: Place, client: Client, port: number, rules: Rules): Omit<WaypointRoute, 'kind' | 'namespace' | 'name'> {
  const { gateway, service } = place;
  const protocol = portProtocol({ service }, port);
  const http = protocol === 'TCP' ? undefined : rules.http;
  const connections = protocol === 'HTTP' ? [] : rules.connections ?? [];
  const targets = [...(http ?? []).flatMap(rule => [...rule.targets, ...rule.mirrors]), ...connections.flatMap(one => one.targets)];
  return {
    waypoint: fullName(gateway),
    service,
    port,
    does: unique([
      ...(http ?? []).flatMap(rule => doneTo(place, client, port, rule)),
      ...connections.flatMap(one => doneToConnections(place, client, port, one)),
    ]),
    leadsTo: targets.flatMap(({ host }) => serviceOfHost(place.inventory, place.mesh, host, client.namespace)?.service ?? []),
    http,
  };
}

function doneTo(place: Place, client: Client, port: number, { change, targets, mirrors, answers, aborts, unknown }: RouteRule): string[] {
  if (unknown !== undefined) return [`do what is not evaluated: ${unknown}`];
  if (aborts) return ['do what is not evaluated: it aborts some requests'];
  if (answers === 'redirects it') return ['redirect requests'];
  if (answers !== undefined) return ['answer requests itself'];
  if (targets.length === 0) return ['send requests nowhere'];
  const changes = [...changedBy(change), ...targets.flatMap(target => namesHost(target.headers) ? ['rewrite the host'] : [])];
  const others = elsewhere(place, client, port, targets).map(where => `send requests to ${where}`);
  return [...changes, ...others, ...elsewhere(place, client, port, mirrors).map(where => `mirror requests to ${where}`)];
}

function doneToConnections(place: Place, client: Client, port: number, { targets, unknown }: ConnectionRoute): string[] {
  if (unknown !== undefined) return [`do what is not evaluated: ${unknown}`];
  return targets.length === 0 ? ['send connections nowhere'] : elsewhere(place, client, port, targets).map(where => `send connections to ${where}`);
}

function changedBy({ uri, path, authority, headers }: RequestChange): string[] {
  return [...uri === undefined && path === undefined ? [] : ['rewrite the path'], ...authority !== undefined || namesHost(headers) ? ['rewrite the host'] : []];
}

function namesHost(headers: RequestChange['headers']): boolean {
  const names = headers.flatMap(({ set = {}, add = {} }) => [...Object.keys(set), ...Object.keys(add)]);
  return names.some(name => ['host', ':authority'].includes(name.toLowerCase()));
}

/** Where targets lead to, but for the pods and the port that are called. */
function elsewhere(place: Place, client: Client, port: number, targets: readonly RouteTarget[]): string[] {
  return targets.flatMap(({ host, port: asked }) => {
    const known = serviceOfHost(place.inventory, place.mesh, host, client.namespace);
    const reached = asked ?? (known?.ports.length === 1 ? known.ports[0] : port);
    return known?.service && leadsToTheSame(place, port, known.service, reached) ? [] : [`port ${reached} of '${host}'`];
  });
}

/** Whether a port of another Service is that of some of the pods that are called. */
function leadsToTheSame({ inventory, service }: Place, port: number, other: Service, reached: number): boolean {
  const isItself = other.namespace === service.namespace && other.name === service.name;
  if (isItself && port === reached) return true;
  const [from, to] = [servicePort(service, port), servicePort(other, reached)];
  if (!from || !to) return false;
  const called = workloadsBehind(inventory, service);
  const behind = workloadsBehind(inventory, other);
  const isCalled = ({ kind, namespace, name }: Workload) =>
    called.some(one => one.kind === kind && one.namespace === namespace && one.name === name);
  return behind.length > 0 && behind.every(one => isCalled(one) && targetPort(from, one) === targetPort(to, one));
}
