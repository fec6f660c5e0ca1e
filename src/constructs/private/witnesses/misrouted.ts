import { OtherObject } from './other-objects';
import { keyOf } from './stated-policies';
import { Intent, targetOf } from '../../../intent/intent';
import { PolicySet } from '../../../policy/policy-set';
import { Inventory } from '../../../policy/resources/inventory';
import { Kind } from '../../../policy/resources/kinds';
import { routeWithout, WaypointRoute, waypointRoutes } from '../../../policy/way/waypoint-routes';
import { kept } from '../../../util/kept';
import { unique } from '../../../util/text';
import { Witness } from '../../../validation/witness';

/** The kinds that lead requests. */
export const ROUTES: readonly Kind[] = ['VirtualService', 'HTTPRoute', 'GRPCRoute', 'TCPRoute', 'TLSRoute'];

/**
 * Routes have a waypoint do something with what its policies let pass, after these were asked: what is stated for one Service, path or host then holds for
 * another. Proxies of clients go by routes, too, but before anybody is asked.
 */
export function misrouted(intent: Intent, others: readonly OtherObject[], policies: () => PolicySet, witnesses: () => readonly Witness[]): string[] {
  const target = targetOf(intent);
  if (!target || intent.kind === 'quarantine' || !others.some(({ kind }) => ROUTES.includes(kind))) { return []; }
  const { inventory, mesh } = policies()._world;
  const isOfTarget = ({ namespace, name }: WaypointRoute['service']) => namespace === target.namespace && target.services.some(service => service.name === name);
  // what a FaultInjection does is meant
  const routes = kept(KNOWN, inventory, () => waypointRoutes(inventory, mesh)).filter(route => others.some(other => keyOf(other) === keyOf(route)));
  const near = routes.filter(({ service, leadsTo }) => isOfTarget(service) || leadsTo.some(isOfTarget));
  const changing = near.flatMap(route => route.does.map(does => `${nameOf(route, others)} has ${placeOf(route)} ${does}, ${AFTER}`));
  return changing.length > 0 ? unique(changing) : unanswered(routes, others, witnesses());
}

const KNOWN = new WeakMap<Inventory, readonly WaypointRoute[]>();

const AFTER = 'after its policies were asked, so that what is stated holds for something else than what is reached; '
  + 'take that out of the route, and let callers call what they are to reach by its own Service, for which a ServiceAccess says who may';

/** What is promised, and no rule is for. */
function unanswered(routes: readonly WaypointRoute[], others: readonly OtherObject[], witnesses: readonly Witness[]): string[] {
  for (const { outcome, request, text } of witnesses) {
    const route = outcome === 'passes' ? routeWithout(routes, request) : undefined;
    if (route) { return [`${nameOf(route, others)} has ${placeOf(route)} answer 404, as no rule is for ${text}; add a rule for it, or one for all`]; }
  }
  return [];
}

function nameOf(route: WaypointRoute, others: readonly OtherObject[]): string {
  const { kind, namespace, name } = route;
  const path = others.find(other => keyOf(other) === keyOf(route))?.path;
  return `${kind} '${namespace}/${name}'${path === undefined ? '' : ` at '${path}'`}`;
}

function placeOf({ waypoint, service, port }: WaypointRoute): string {
  return `the waypoint '${waypoint}', for port ${port} of Service '${service.namespace}/${service.name}',`;
}
