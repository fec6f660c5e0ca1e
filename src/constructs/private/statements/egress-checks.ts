import { IConstruct } from 'constructs';
import { checkNames } from './checks';
import { routesBeside } from './egress-gateway-checks';
import { shortNameOf } from './legacy-host';
import { checkNeighbours } from './legacy-neighbours';
import { Caller, callerName } from '../../../intent/caller';
import { EgressIntent } from '../../../intent/egress-intent';
import { DataPlane } from '../../../intent/mesh';
import { few, quoted } from '../../../util/text';
import { AppWorkload, runsAsOneOf } from '../index/app-workloads';
import { Problem } from '../index/complaint';
import { boundaryOf, boundaryOfNamespace, boundedBy } from '../index/egress-boundaries';
import { isGatewayAlone } from '../index/gateway-pods';
import { World } from '../index/world';

/** What only the whole app shows to be wrong with an access to a host outside. */
export function checkEgress(intent: EgressIntent, own: IConstruct, world: World): Problem[] {
  // callers that are misspelt, and those with sidecars at a waypoint, are wrong whatever bounds them
  const isWrong = (intent.gateway && !intent.gateway.pods) || checkNames(intent, world).length > 0;
  const clients = isWrong ? [] : intent.clients.filter(({ dataPlane }) => dataPlane === DataPlane.SIDECAR);
  return [
    ...inCluster(intent, world),
    ...clients.flatMap(({ name }) => reachedBy(name, intent, world)),
    ...checkNeighbours(intent, own, world),
    ...routesBeside(intent, world),
  ];
}

/** What pods call by a short name of a Service would go wherever their proxies say. */
function inCluster({ host }: EgressIntent, world: World): string[] {
  const service = shortNameOf(host, world);
  return service === undefined ? [] : [`host must be outside of the cluster, got ${quoted(host)}, which pods take for ${quoted(service)}, a Service of the app; name the host in full, or say who may call that by a ServiceAccess for its workload`];
}

/** Who is within the boundaries of the callers in a namespace: nobody but they, and none of them without one. */
function reachedBy(namespace: string, { callers, host, gateway }: EgressIntent, world: World): Problem[] {
  const here = callers.filter(caller => 'namespace' in caller && caller.namespace === namespace);
  const calling = world.workloads.in(namespace).filter(workload => runsAsOneOf(here, workload) && !isGatewayAlone(workload));
  const general = boundaryOfNamespace(namespace, world);
  const unbounded = general ? [] : here.some(({ kind }) => kind === 'namespace') ? [`${namespace}/*`]
    : [...calling.filter(workload => !boundaryOf(workload, world)).map(({ path }) => path), ...unseenAmong(here, world).map(callerName)];
  if (unbounded.length > 0) {
    return [{
      message: `callers must be within an EgressBoundary, without which sidecars pass on whatever they do not know, got ${few(unbounded)}; state new EgressBoundary(…, { namespace: ${quoted(namespace)} }), or one for the workload`,
      cause: `no boundary of ${unbounded.join()}`,
    }];
  }
  // a gateway tells callers apart
  return general && !gateway ? alsoReached(namespace, here, host, world) : [];
}

/** The sidecars within a boundary know the same hosts. */
function alsoReached(namespace: string, callers: readonly Caller[], host: string, world: World): string[] {
  if (callers.some(({ kind }) => kind === 'namespace')) { return []; }
  const general = boundaryOfNamespace(namespace, world)!;
  const within = boundedBy(general, world);
  const isCaller = (workload: AppWorkload) => runsAsOneOf(callers, workload);
  const unseen = unseenAmong(callers, world);
  const others = within.filter(workload => !isCaller(workload));
  const isMet = unseen.length > 0 || within.some(isCaller);
  if (!isMet || (others.length === 0 && unseen.length === 0)) { return []; }
  const who = others.length > 0 ? few(others.map(({ path }) => path)) : 'workloads that this app does not show';
  return [`callers must be all that are within EgressBoundary '${general.construct.node.path}', whose sidecars all know ${quoted(host)}, and ${who} ${others.length === 1 ? 'is' : 'are'} not among them; `
    + `give the callers boundaries of their own: new EgressBoundary(…, { workload: Workload.of(…) }), or name all: Principal.namespace(${quoted(namespace)}, { reason: '…' })`];
}

/** Accounts as which nothing of the app runs. */
function unseenAmong(callers: readonly Caller[], { workloads }: World): Caller[] {
  return callers.filter(caller => caller.kind === 'serviceAccount' && workloads.runningAs(caller.namespace, caller.name).length === 0);
}
