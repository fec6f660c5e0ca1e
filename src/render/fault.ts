import { attachmentOf } from './attachment';
import { needsWaypoint } from './checks';
import { hostOf, protectedService } from './protected-service';
import { Rendering } from './rendering';
import { FaultIntent } from '../intent/fault-intent';
import { ServiceFacts } from '../intent/workload';
import { VirtualServiceSpec } from '../istio/virtual-service';
import { HttpFaultInjection } from '../istio/virtual-service-handling';
import { quoted, unique } from '../util/text';

/** Role of the route that has the fault. */
export const FAULT_ROUTE = 'fault-route';

/** Its own namespace. */
const OWN = '.';

/**
 * A route for the host that sends all requests where they go without it, and has some fail on the way: in the proxies of callers, or at the waypoint, after its policies. It is for namespaces that are named, so
 * that nobody else's calls have it.
 */
export function renderFault(intent: FaultIntent): Rendering {
  const problems: string[] = [];
  const { target, namespace, callers } = intent;
  const service = protectedService(intent, 'a VirtualService', problems);
  const attachment = attachmentOf(target, namespace, problems);
  if (attachment.proxy === 'ztunnel') { problems.push(needsWaypoint('a fault, of which ztunnel knows nothing,', attachment)); }
  if (attachment.proxy === 'waypoint' && callers.length > 0) {
    problems.push(`callers must be left out for ${quoted(target.path)} behind a waypoint, which has the calls of all fail whom it lets through, got ${callers.length}; leave the list out where all are meant, or test where callers have sidecars`);
  }
  if (!service) { return { specs: {}, problems }; }
  checkHttp(service, problems);
  return { specs: { [FAULT_ROUTE]: routeOf(intent, service) }, problems };
}

function checkHttp({ name, ports }: ServiceFacts, problems: string[]): void {
  if (ports.every(({ protocol }) => protocol !== 'http')) {
    problems.push(`a fault must be of HTTP, and no port of Service ${quoted(name)} is declared that; declare one by its name or appProtocol`);
  }
}

function routeOf(intent: FaultIntent, service: ServiceFacts): VirtualServiceSpec {
  const { namespace, callers } = intent;
  const host = hostOf(service);
  const route = [{ destination: { host } }];
  const faulty = { fault: faultOf(intent), route };
  const match = callers.map(caller => ({ sourceNamespace: caller.namespace, sourceLabels: { ...caller.labels } }));
  const places = callers.length > 0 ? callers.map(caller => caller.namespace) : [namespace.name, namespace.waypoint?.namespace ?? namespace.name];
  return {
    hosts: [host],
    exportTo: unique(places).map(place => place === namespace.name ? OWN : place),
    http: callers.length === 0 ? [faulty] : [{ match, ...faulty }, { route }],
  };
}

function faultOf({ abort, delay }: FaultIntent): HttpFaultInjection {
  return {
    ...delay ? { delay: { fixedDelay: delay.time % 1000 === 0 ? `${delay.time / 1000}s` : `${delay.time}ms`, percentage: { value: delay.percentage } } } : {},
    ...abort ? { abort: { httpStatus: abort.status, percentage: { value: abort.percentage } } } : {},
  };
}
