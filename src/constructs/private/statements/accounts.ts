import { isAskedBy } from './authorizer-checks';
import { isElsewhere } from './clusters';
import { Caller, callerName, isOfAnotherMesh } from '../../../intent/caller';
import { isAmong } from '../../../intent/containment';
import { WaypointFacts, waypointsOf } from '../../../intent/mesh';
import { selects } from '../../../intent/ports';
import { Labels, WorkloadFacts } from '../../../intent/workload';
import { few, quoted } from '../../../util/text';
import { Principal } from '../../principal';
import { Workload } from '../../workload';
import { AppWorkload } from '../index/app-workloads';
import { isMadeFor } from '../index/gateway-pods';
import { accountOfGateway } from '../index/network-parties';
import { OtherPods } from '../index/other-pods';
import { World } from '../index/world';

/** Principals, and the prop that they were given by. */
export type Named = readonly [prop: string, principals: readonly Principal[]];

/**
 * An identity is a service account: whoever runs as it is let in, and a workload that is named may not be the only one.
 *
 * @param called what they call, where it may be an authorizer, which waypoints ask by themselves
 */
export function checkAccounts(named: readonly Named[], world: World, called?: () => WorkloadFacts): string[] {
  return named.flatMap(([prop, principals]) => principals.flatMap(principal => {
    const { _workload: workload } = principal;
    const sharing = workload ? shared(prop, workload, principals, world) : [];
    // a workload of the app that runs as a waypoint is reported with its namespace
    return workload?._apiObject() ? sharing : [...sharing, ...ofWaypoint(prop, principal._caller(), world, called)];
  }));
}

/** Who must have a reason to run as `default` has said why that is shared. */
function shared(prop: string, workload: Workload, principals: readonly Principal[], world: World): string[] {
  if (isElsewhere(workload, world)) { return []; }
  const facts = workload._facts();
  const { namespace, serviceAccount, path } = facts;
  if (serviceAccount === 'default' || workload._mayShareAccount) { return []; }
  const runners = runningAs(namespace, serviceAccount, world);
  if (runners.length === 0 || (runners.length === 1 && isThat(workload, runners[0]))) { return []; }
  const byAccount = principals.filter(({ _workload }) => _workload === undefined).map(({ _caller }) => _caller());
  if (isAmong({ kind: 'serviceAccount', namespace, name: serviceAccount }, byAccount)) { return []; }
  const mentioned = principals.flatMap(({ _workload }) => _workload ?? []);
  const others = runners.filter(runner => !mentioned.some(one => isThat(one, runner)));
  return others.length === 0 ? [] : [`${prop} must name who calls, got ${quoted(path)}, which runs as the service account ${quoted(serviceAccount)}, as ${others.length === 1 ? 'does' : 'do'} ${few(others.map(other => other.path))}; `
    + 'give each a service account of its own, name all of them, name the account by itself: '
    + `Principal.serviceAccount(${quoted(namespace)}, ${quoted(serviceAccount)}), or say why by Principal.of(Workload.of(…, { allowSharedServiceAccount: { reason: '…' } }))`];
}

/** All that runs in the app as a service account. */
export function runningAs(namespace: string, account: string, { workloads, otherPods }: World): readonly (AppWorkload | OtherPods)[] {
  return [...workloads.runningAs(namespace, account), ...otherPods.runningAs(namespace, account)];
}

/** Pods that are described are those of the app that their labels select. */
export function isThat(workload: Workload, runner: AppWorkload | OtherPods): boolean {
  const own = workload._apiObject();
  if (own) { return 'object' in runner && own === runner.object; }
  return selects(workload._facts().selectorLabels, labelsOf(runner));
}

/** The labels of what runs, as far as they are known. */
export function labelsOf(runner: AppWorkload | OtherPods): Labels { return 'object' in runner ? runner.pod.labels : runner.labels; }

/** All that goes through a waypoint arrives as the waypoint. */
export function ofWaypoint(prop: string, caller: Caller, world: World, called?: () => WorkloadFacts): string[] {
  const waypoint = caller.kind === 'serviceAccount' && !isOfAnotherMesh(caller) ? world.waypoints.get(`${caller.namespace}/${caller.name}`) : undefined;
  return waypoint && !(called && isAskedBy(waypoint, called(), world)) ? [`${prop} must not be the service account of a waypoint, got ${quoted(callerName(caller))}, that of '${waypoint.namespace}/${waypoint.name}', as which whatever goes through it `
    + 'arrives; name who calls through it'] : [];
}

/** Pods admit their waypoint to everything: nothing else may run as it. */
export function checkWaypointAccounts(namespace: string, world: World): string[] {
  return waypointsOf(world.namespace(namespace)).flatMap(waypoint => checkWaypointAccount(waypoint, world));
}

function checkWaypointAccount(waypoint: WaypointFacts, world: World): string[] {
  const account = waypoint.serviceAccount ?? waypoint.name;
  const others = besidesGateway(waypoint, account, world);
  return others.length === 0 ? [] : [`the service account ${quoted(account)} must be that of waypoint '${waypoint.namespace}/${waypoint.name}' alone, which every pod behind it admits to all it serves, `
    + `but ${few(others)} run${others.length === 1 ? 's' : ''} as it too; give ${others.length === 1 ? 'it another' : 'them others'}, or the waypoint another name`];
}

/** What runs as the account of the pods that Istio makes for a Gateway, beside these: workloads, and the pods of other Gateways. */
export function besidesGateway({ namespace, name }: Pick<WaypointFacts, 'namespace' | 'name'>, account: string, world: World): string[] {
  const workloads = runningAs(namespace, account, world).filter(runner => !('object' in runner && isMadeFor(name, runner)));
  const gateways = world.tree.gateways.filter(other => (other.namespace ?? 'default') === namespace && other.name !== name && accountOfGateway(other) === account);
  return [...workloads, ...gateways].map(({ path }) => path);
}
