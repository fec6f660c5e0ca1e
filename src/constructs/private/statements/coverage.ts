import { isElsewhere } from './clusters';
import { AccessIntent, GatewayData, JwtIntent } from '../../../intent/intent';
import { waypointsOf } from '../../../intent/mesh';
import { selects } from '../../../intent/ports';
import { Labels, WorkloadFacts } from '../../../intent/workload';
import { few, quoted, unique } from '../../../util/text';
import { Workload } from '../../workload';
import { AppWorkload } from '../index/app-workloads';
import { runsGateway } from '../index/gateway-pods';
import { areSelected, OtherPods } from '../index/other-pods';
import { Reach, Reaches, reachOf } from '../index/reaches';
import { atomsOf } from '../index/rule-atoms';
import { StatedIntents } from '../index/stated-intents';
import { World } from '../index/world';

/** A policy goes by labels, or at a waypoint by Services: it may reach other workloads than the one that it is stated for. Those must be meant, or have the same stated for them. */
export function checkCoverage(workload: Workload, stated: () => AccessIntent | JwtIntent, world: World): string[] {
  if (isElsewhere(workload, world)) { return []; }
  return reachingOthers(workload, { reaches: Reaches.of(world).for(workload._facts()), world }, others => withoutTheSame(others, stated(), world), ', for which not the same is stated');
}

/** A guardrail closes whatever it reaches, by the labels of the workload and at its waypoint. */
export function checkReach(workload: Workload, world: World): string[] {
  if (isElsewhere(workload, world)) { return []; }
  const target = workload._facts();
  const atWaypoint = Reaches.of(world).for(target).filter(({ service }) => service !== undefined);
  return reachingOthers(workload, { reaches: [podsOf(target, world), ...atWaypoint], world }, others => others, '');
}

/** An exception opens all pods that carry the labels of the workload. */
export function checkPods(workload: Workload, world: World): string[] {
  return reachingOthers(workload, { reaches: [podsOf(workload._facts(), world)], world }, others => others, '');
}

function podsOf({ namespace, selectorLabels }: WorkloadFacts, world: World): Reach {
  return reachOf(world, namespace, selectorLabels);
}

type Others = readonly (AppWorkload | OtherPods)[];

interface InWorld { readonly reaches: readonly Reach[]; readonly world: World }

function reachingOthers(workload: Workload, { reaches, world }: InWorld, notMeant: (others: Others) => Others, why: string): string[] {
  const target = workload._facts();
  const own = workload._apiObject();
  // two of one name are one to the API server, and told of as such
  const isOwn = (other: AppWorkload) => other.object === own || (['name', 'namespace', 'kind'] as const).every(part => other[part] === target[part]);
  const isAlone = reaches.every(({ found, foundBeside }) => foundBeside.length === 0 && found.length <= 1 && found.every(isOwn));
  if (isAlone && workload._alsoCovers.length === 0) { return []; }
  const meant = new Set([own, ...workload._alsoCovers.map(other => other._apiObject())]);
  const described = world.otherPods.describedBy(target);
  const problems = reaches.flatMap(reach => {
    const beside = reach.foundBeside.filter(pods => !described.includes(pods) && !isNamed(pods, workload));
    const others = [...reach.found.filter(other => !meant.has(other.object) && !isOwn(other)), ...beside];
    const unstated = others.length === 0 ? [] : notMeant(others);
    return unstated.length === 0 ? [] : [reachesMore(target, reach, unstated, why)];
  });
  return [...problems, ...vainly(workload, target, reaches)];
}

/** Whether a workload names pods of a kind that cannot be read as covered, by describing them. */
function isNamed(pods: OtherPods, { _alsoCovers: others }: Workload): boolean {
  return others.some(other => other._apiObject() === undefined && areSelected(other._facts(), pods));
}

function reachesMore(target: WorkloadFacts, { labels, service }: Reach, others: Others, why: string): string {
  const path = quoted(target.path);
  const named = unique(others.map(other => 'object' in other ? 'Workload.of(…)' : 'Workload.fromPods({ … })')).join(', ');
  const by = service ? `are for what goes through Service ${quoted(service.name)}, which also leads to` : `select pods by ${written(labels)}, and so also those of`;
  return `policies for ${path} ${by} ${few(others.map(other => other.path))}${why}; ${cureFor(target, service !== undefined)}, `
    + `or say that they are meant by Workload.of(…, { alsoCovers: [${named}] })`;
}

function cureFor({ kind, path }: WorkloadFacts, byService: boolean): string {
  if (byService) { return 'give each a Service of its own'; }
  return kind === 'Pods' ? 'name labels that no others carry, or write Workload.of for a workload of the app'
    : `give the pods and the selector of ${quoted(path)} a label of their own`;
}

/**
 * What carries the labels of a public gateway would be open to everyone: in its namespace what is no gateway, and as a policy in the root namespace finds
 * pods of every namespace, there anything of another one. A waypoint would be open to everyone with all that is behind it.
 */
export function checkPublicGateways(gateways: readonly GatewayData[], world: World): string[] {
  return gateways.flatMap((gateway, i) => gateway.kind === 'classic' ? alsoOpened(gateway, i, world) : isWaypoint(gateway, world)
    ? [`publicGateways[${i}] must be a gateway at the edge, got '${gateway.namespace}/${gateway.name}', a waypoint, by which all Services behind it would be open to everyone; `
      + 'state a ServiceAccess by Principal.anyone for those that are meant'] : []);
}

function alsoOpened({ namespace, labels }: Extract<GatewayData, { kind: 'classic' }>, i: number, world: World): string[] {
  const ofRoot = namespace === world.mesh.rootNamespace;
  const others = [
    ...world.workloads.selectedBy(namespace, labels).filter(workload => !world.isGateway(workload) && !runsGateway(workload)),
    ...ofRoot ? world.workloads.selectedOutside(namespace, labels) : [],
  ];
  const where = ofRoot ? `a policy in the root namespace ${quoted(namespace)}` : 'its policy';
  return others.length === 0 ? [] : [`publicGateways[${i}] must have labels of its own, got ${written(labels)}, by which ${where} `
    + `also opens ${few(others.map(({ path }) => path))} to everyone; ${ofRoot ? 'move the gateway to a namespace of its own, or give it' : 'give the gateway'} a label of its own`];
}

function isWaypoint({ namespace, name }: { readonly namespace: string; readonly name: string }, { declarations, tree }: World): boolean {
  return declarations.namespaces.flatMap(waypointsOf).some(waypoint => waypoint.namespace === namespace && waypoint.name === name)
    || tree.gateways.some(gateway => gateway.namespace === namespace && gateway.name === name && gateway.className?.includes('waypoint'));
}

/** Nothing more is opened or closed where the same is stated for the others. */
function withoutTheSame(others: Others, intent: AccessIntent | JwtIntent, world: World): Others {
  const wanted = atomsOf(intent);
  const { kind, target } = intent;
  const stated = StatedIntents.of(world);
  return others.filter(other => {
    const own = 'object' in other ? stated.atomsFor(kind, target.namespace, other.path) : stated.atomsForPods(kind, other);
    return !wanted.every(atom => own.has(atom));
  });
}

/** Whether two intents come to the same, each for its workload. */
export function statesTheSame(one: JwtIntent, other: JwtIntent): boolean {
  return JSON.stringify(atomsOf(one).sort()) === JSON.stringify(atomsOf(other).sort());
}

/** Who names others to be reached believes that they are. */
function vainly({ _alsoCovers: others }: Workload, { path, namespace }: WorkloadFacts, reaches: readonly Reach[]): string[] {
  const found = new Set(reaches.flatMap(reach => reach.found.map(({ object }) => object)));
  const vain = others.filter(other => {
    const object = other._apiObject();
    if (object) { return !found.has(object); }
    const { podLabels, namespace: elsewhere } = other._facts();
    return namespace !== elsewhere || !reaches.some(({ labels }) => selects(labels, podLabels));
  });
  return vain.length === 0 ? [] : [`alsoCovers of ${quoted(path)} must name workloads that its policies reach, got ${few(vain.map(other => other.describeWorkload()))}; `
    + 'leave it out there, and state by itself what is meant for it'];
}

function written(labels: Labels): string { return Object.entries(labels).map(([key, value]) => `${key}: ${quoted(value)}`).join(', '); }
