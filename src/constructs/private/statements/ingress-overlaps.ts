import { IConstruct } from 'constructs';
import { containsPath } from '../../../intent/containment';
import { IngressAccessIntent, IngressClientsData, isOfHost } from '../../../intent/ingress-intent';
import { contains, isIp } from '../../../util/ip';
import { isSame } from '../../../util/same';
import { quoted } from '../../../util/text';

/** An access through a gateway, as others of the gateway see it. */
export interface AccessThrough {
  readonly construct: IConstruct;
  readonly intent: IngressAccessIntent;
  /** Path of the workload that is called. */
  readonly target: string;
  /** Its Services, as `NAMESPACE/NAME`. */
  readonly services: readonly string[];
  /** The ports of these that lead to the ports that it is for. */
  readonly ports: readonly ServicePort[];
}

/** A port of a Service, which is `NAMESPACE/NAME`. */
interface ServicePort { readonly service: string; readonly port: number }

/**
 * A gateway admits whom any access names, and only then asks where to lead: who may come in for paths of one workload would reach another, to which these paths lead.
 */
export function letInByOthers(own: AccessThrough, before: readonly AccessThrough[]): string[] {
  return before.filter(({ target }) => target !== own.target)
    .flatMap(other => [...letIn(other, own), ...letIn(own, other)]).slice(0, 1);
}

/** What the clients of one access would reach of another. */
function letIn(by: AccessThrough, at: AccessThrough): string[] {
  if (areWithin(by.intent.clients, at.intent.clients)) { return []; }
  return by.intent.hosts.flatMap(wide => at.intent.hosts.flatMap(host => sharedPaths(by.intent, at.intent, [wide, host]).map(([path, led]) =>
    `${quoted(by.construct.node.path)} must not let in by '${path}' of '${wide}' whom ${quoted(at.construct.node.path)} does not name, as the gateway leads '${led}' of '${host}' to the workload of that; `
    + 'name paths that do not overlap, give one of them a host of its own, or name the same clients')));
}

/** Paths that an access names and that may be led to the workload of another. */
function sharedPaths(by: IngressAccessIntent, at: IngressAccessIntent, [wide, host]: readonly [string, string]): [string, string][] {
  const isNarrower = isOfHost(wide, host);
  if (!isNarrower && !isOfHost(host, wide)) { return []; }
  const isSameHost = isNarrower && isOfHost(host, wide);
  const isLedByPath = by.routes.length > 0 && at.routes.length > 0;
  // of one host what is led to the other is not let in by this one
  if (isLedByPath && (isSameHost || !isNarrower)) { return []; }
  const isLed = (path: string, led: string) => containsPath(path, led) || containsPath(led, path) || !at.gateway.pods && isBase(path, led);
  return by.operations.flatMap(({ methods, paths }) => at.operations.filter(other => [methods, other.methods].some(some => some.includes('*')) || methods.some(method => other.methods.includes(method)))
    .flatMap(other => paths.flatMap(path => other.paths.filter(led => isLed(path, led)).map((led): [string, string] => [path, led]))));
}

/** By what is under it a route of the Gateway API takes a path as well. */
function isBase(path: string, led: string): boolean { return led.endsWith('/*') && containsPath(path, led.slice(0, -2)); }

/** Whether all clients that are named are among others, as far as what is said of them tells. */
function areWithin(inner: IngressClientsData, outer: IngressClientsData): boolean {
  const isIn = (some: readonly string[], all: readonly string[], isOne: (one: string, other: string) => boolean) =>
    all.length === 0 || (some.length > 0 && some.every(one => all.some(other => isOne(one, other))));
  return isIn(inner.networks, outer.networks, (one, other) => one === other || (isIp(one) && contains(other, one)))
    && isIn(inner.certificates, outer.certificates, (one, other) => one === other || other === '*')
    && bringWithin(inner.tokens, outer.tokens);
}

function bringWithin(inner: IngressClientsData['tokens'], outer: IngressClientsData['tokens']): boolean {
  if (!outer) { return true; }
  const holds = (all: readonly unknown[], asked: readonly unknown[]) => asked.every(one => all.some(other => isSame(one, other)));
  return inner !== undefined && holds(outer.issuers, inner.issuers) && holds(inner.scopes, outer.scopes) && holds(inner.conditions, outer.conditions);
}
