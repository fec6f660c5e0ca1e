import { askedHost } from './asked-host';
import { Client } from './client';
import { matchesRequest, ClientMatch } from './client-match';
import { ClientRoute } from './client-route';
import { changed, SentRequest } from './route-change';
import { ConnectionRoute, RouteRule, RouteTarget } from './route-rule';
import { joined } from '../../util/text';
import { Mesh } from '../request/mesh-settings';
import { AccessRequest, HttpRequest } from '../request/request';
import { Inventory } from '../resources/inventory';
import { Addressed } from '../services/addressed';
import { serviceOfHost } from '../services/known-service';
import { portProtocol } from '../services/protocol';

/** A request as it leaves the routes of the client's sidecar. */
export interface Routed {
  readonly request: AccessRequest;
  readonly subset?: string;
  /** Whether a route leads it to what the client did not call, and so makes that known to its sidecar. */
  readonly isLed?: boolean;
  /** What must be so, where it is not known where the request goes. */
  readonly if?: string;
  readonly notes: readonly string[];
  /** Why it goes nowhere. */
  readonly broken?: string;
  /** Why it is not known where it goes. */
  readonly unknown?: string;
}

/** As reasons tell that a route does something which is not evaluated, between its name and what it does. */
export const UNEVALUATED = ' in a way that is not evaluated: ';

/** Where a route may send a request. */
export function routed(inventory: Inventory, mesh: Mesh, client: Client, request: AccessRequest, called: Addressed, route: ClientRoute): Routed[] {
  const protocol = called.known && portProtocol(called.known, called.port);
  const isHttp = request.http !== undefined && protocol !== 'TCP';
  if (isHttp && route.http) return byHttpRules({ inventory, mesh, client, request, called, route }, route.http);
  if (!isHttp && route.connections) return byConnections({ inventory, mesh, client, request, called, route }, route.connections);
  return [{ request, notes: [] }];
}

interface Context {
  readonly inventory: Inventory;
  readonly mesh: Mesh;
  readonly client: Client;
  readonly request: AccessRequest;
  readonly called: Addressed;
  readonly route: ClientRoute;
}

/** The first rule that matches. */
function byHttpRules(context: Context, rules: readonly RouteRule[]): Routed[] {
  const { request, route: { name } } = context;
  const { http = {} } = request;
  const authority = askedHost(request);
  const matched = ({ matches }: RouteRule) => matches.find(match => matchesRequest(match, http, authority));
  const rule = rules.find(one => one.matches.length === 0 || matched(one) !== undefined);
  if (rule) return byRule(context, rule, matched(rule), authority);
  return [{ request, notes: [], broken: `nothing arrives: no rule of ${name} is for the request, so the client's proxy answers 404` }];
}

function byRule(context: Context, rule: RouteRule, match: ClientMatch | undefined, authority: string): Routed[] {
  const { change, targets, answers, aborts, unknown } = rule;
  const { request, route: { name } } = context;
  if (unknown !== undefined) return [{ request, notes: [], unknown: `${name} has the request${UNEVALUATED}${unknown}` }];
  if (answers !== undefined) return [{ request, notes: [], broken: `nothing arrives: ${name} ${answers}` }];
  if (targets.length === 0) return [{ request, notes: [], broken: `nothing arrives: ${name} sends it nowhere` }];
  return targets.map(target => {
    const all = { ...change, headers: [...change.headers, ...target.headers] };
    const sent = toTarget(context, target, changed(request, all, match, authority), targets.length > 1);
    return aborts ? { ...sent, notes: [`${name} has some requests fail before they are sent, which decides nothing of who may call`, ...sent.notes] } : sent;
  });
}

/** The first route that holds for all connections is the last that is asked. */
function byConnections(context: Context, routes: readonly ConnectionRoute[]): Routed[] {
  const found: Routed[] = [];
  for (const route of routes) {
    const condition = route.by === undefined ? undefined : `its ${route.by} is one that ${context.route.name} names`;
    found.push(...byConnection(context, route).map(one => ({ ...one, if: joined(condition, one.if) })));
    if (route.by === undefined) return found;
  }
  const [first] = routes;
  return [...found, { request: context.request, notes: [], if: first && `its ${first.by} is none that ${context.route.name} names` }];
}

function byConnection(context: Context, { targets, unknown }: ConnectionRoute): Routed[] {
  const { request, route: { name } } = context;
  if (unknown !== undefined) return [{ request, notes: [], unknown: `${name} has the connection${UNEVALUATED}${unknown}` }];
  if (targets.length === 0) return [{ request, notes: [], broken: `nothing arrives: ${name} sends it nowhere` }];
  return targets.map(target => toTarget(context, target, {}, targets.length > 1));
}

/** The request at the destination that a route picks. */
function toTarget(context: Context, { host, port: asked, subset }: RouteTarget, sent: SentRequest, isChance: boolean): Routed {
  const { inventory, mesh, client, request, called, route: { name } } = context;
  const known = serviceOfHost(inventory, mesh, host, client.namespace);
  const condition = isChance ? `${name} sends it to '${host}'${subset === undefined ? '' : ` (subset '${subset}')`}` : undefined;
  if (!known) return { request, notes: [], if: condition, unknown: `${name} sends it to '${host}', which is not in the manifests` };
  const port = asked ?? (known.ports.length === 1 ? known.ports[0] : called.port);
  const isSame = known.name === called.known?.name && known.namespace === called.known.namespace;
  const isAsCalled = isSame && port === called.port;
  const hasPort = isAsCalled || known.ports.includes(port) || known.service?.spec.type === 'ExternalName';
  if (!hasPort) return { request, notes: [], if: condition, broken: `nothing arrives: ${name} sends it to '${host}', which has no port ${port}` };
  const { namespace, service, entry } = known;
  const destination = isSame ? { ...request.destination, port } : { namespace, service: service?.name, serviceEntry: entry?.name, port };
  const notes = [...isAsCalled ? [] : [`${name} sends it to '${host}', port ${port}`], ...changesOf(request, sent, name)];
  return { request: { ...request, ...sent, destination }, subset, isLed: !isAsCalled, if: condition, notes };
}

function changesOf({ http = {} }: AccessRequest, { http: sent }: SentRequest, name: string): string[] {
  if (!sent) return [];
  const isChanged = (part: 'path' | 'authority') => http[part] !== undefined && sent[part] !== http[part];
  const changes = (['path', 'authority'] as const).filter(isChanged).map(part => `${part} '${sent[part]}'`);
  const headers = headersOf(sent) === headersOf(http) ? [] : ['other headers'];
  return changes.length + headers.length === 0 ? [] : [`${name} gives it ${[...changes, ...headers].join(', ')}`];
}

function headersOf({ headers = {} }: HttpRequest): string {
  return JSON.stringify(Object.entries(headers).map(([name, lines]) => [name.toLowerCase(), lines]));
}
