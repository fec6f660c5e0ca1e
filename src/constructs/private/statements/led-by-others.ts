import { AccessThrough } from './ingress-overlaps';
import { WrittenRule, writtenRules } from './written-routes';
import { containsPath } from '../../../intent/containment';
import { IngressAccessIntent, isOfHost } from '../../../intent/ingress-intent';
import { listed, quoted, unique } from '../../../util/text';
import { World } from '../index/world';

/**
 * A gateway lets in by host and path, and routes decide afterwards where that leads: one that nobody states must lead what is let in to a workload that an access names for it, as it came, and to nobody else.
 */
export function ledByOthers(own: AccessThrough, through: readonly AccessThrough[], world: World): string[] {
  const { intent, intent: { gateway } } = own;
  const orders = writtenRules(gateway, world);
  if (orders.length === 0) { return []; }
  const found = unique(intent.hosts.flatMap(host => pathsOf(intent).flatMap(path => orders.flatMap(rules =>
    asked(rules, host, path).filter(rule => mayPrecede(rule, path, intent)).flatMap(rule => faultOf(rule, { host, path, through }))))));
  return found.slice(0, 1).map(fault => `operations must be led to ${quoted(own.target)} and to nobody else, got ${fault}; take these hosts or paths out of it, or state what it leads to by an IngressAccess of its own`);
}

function pathsOf({ operations }: IngressAccessIntent): string[] { return unique(operations.flatMap(({ paths }) => paths)); }

function overlap(one: string, other: string): boolean { return containsPath(one, other) || containsPath(other, one); }

/** A path as a rule reads it. */
function seenBy({ isCaseless }: WrittenRule, path: string): string { return isCaseless ? path.toLowerCase() : path; }

function meets(rule: WrittenRule, path: string): boolean { return rule.paths.some(one => overlap(one, seenBy(rule, path))); }

function takes(rule: WrittenRule, path: string): boolean { return rule.paths.some(one => containsPath(one, seenBy(rule, path))); }

function isFor({ hosts }: WrittenRule, host: string): boolean { return hosts.length === 0 || hosts.some(pattern => isOfHost(pattern, host) || isOfHost(host, pattern) || pattern === '*'); }

/** Rules that requests for a path may come to: until one takes them all. */
function asked(rules: readonly WrittenRule[], host: string, path: string): WrittenRule[] {
  const near = rules.filter(rule => isFor(rule, host) && meets(rule, path));
  const last = near.findIndex(rule => rule.takesAll && takes(rule, path) && isForAll(rule, host));
  return last < 0 ? near : near.slice(0, last + 1);
}

function isForAll({ hosts }: WrittenRule, host: string): boolean { return hosts.length === 0 || hosts.some(pattern => pattern === '*' || isOfHost(pattern, host)); }

/** Whether it may be asked before the route that the access makes: not one for all paths, and of the Gateway API none that is less precise. */
function mayPrecede(rule: WrittenRule, path: string, { routes, gateway }: IngressAccessIntent): boolean {
  const { paths } = rule;
  const isWider = takes(rule, path) && !paths.some(one => containsPath(path, one));
  return routes.length === 0 || !rule.takesAll || !isWider || (gateway.pods !== undefined && !paths.includes('*'));
}

interface Asked { readonly host: string; readonly path: string; readonly through: readonly AccessThrough[] }

function faultOf(rule: WrittenRule, { host, path, through }: Asked): string[] {
  const { route, targets, does } = rule;
  const what = `${route}, which is asked about '${path}' of '${host}' and`;
  if (does.length > 0) { return [`${what} ${unique(does).join(' and ')}, after its policies were asked`]; }
  const isMeant = ({ intent }: AccessThrough) => intent.hosts.some(one => isOfHost(one, host) || isOfHost(host, one))
    && pathsOf(intent).some(one => meets(rule, one));
  const meant = through.filter(isMeant);
  const services = meant.flatMap(access => access.services);
  // a workload of which no Service is known may have any
  const others = meant.some(access => access.services.length === 0) ? [] : unique(targets.filter(target => !services.includes(target)));
  return others.length === 0 ? [] : [`${what} leads some to ${listed(others)}`];
}

