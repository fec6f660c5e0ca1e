import { atomsOf } from './rule-atoms';
import { AccessIntent, JwtIntent } from '../../../intent/intent';
import { selects } from '../../../intent/ports';
import { Labels, WorkloadFacts } from '../../../intent/workload';
import { attachmentOf } from '../../../render/attachment';
import { render } from '../../../render/render';
import { few, quoted, unique } from '../../../util/text';
import { Workload } from '../../workload';
import { Neighbour } from '../index/neighbours';
import { StatedIntents } from '../index/stated-intents';
import { World } from '../index/world';

/** By which labels a policy for a workload finds pods, and what says so. */
interface Reach { readonly by: string; readonly cure: string; readonly labels: Labels }

/** A policy goes by labels, or at a waypoint by Services: it may reach other workloads than the one that it is stated for. Those must be meant, or have the same stated for them. */
export function checkCoverage(workload: Workload, stated: () => AccessIntent | JwtIntent, world: World): string[] {
  const target = workload._facts();
  const own = workload._apiObject();
  const reaches = reachesOf(target, world);
  const meant = new Set(workload._alsoCovers.map(other => other._apiObject()));
  const problems = reaches.flatMap(({ by, cure, labels }) => {
    const others = world.neighbours.selectedBy(target.namespace, labels).filter(({ object }) => object !== own && !meant.has(object));
    const unstated = others.length === 0 ? [] : withoutTheSame(others, stated(), world);
    return unstated.length === 0 ? [] : [`${by} ${few(unstated.map(({ path }) => path))}, for which not the same is stated; ${cure}, `
      + 'or say that they are meant by Workload.of(…, { alsoCovers: [Workload.of(…)] })'];
  });
  return [...problems, ...vainly(workload, target, reaches, world)];
}

function reachesOf(target: WorkloadFacts, world: World): Reach[] {
  const { scope, services } = attachmentOf(target, world.namespace(target.namespace), []);
  if ('selector' in scope) {
    return [{
      by: `policies for ${quoted(target.path)} select pods by ${written(target.selectorLabels)}, and so also those of`,
      cure: target.kind === 'Pods' ? 'name labels that no others carry, or write Workload.of for a workload of the app'
        : `give the pods and the selector of ${quoted(target.path)} a label of their own`,
      labels: target.selectorLabels,
    }];
  }
  const known = world.tree.servicesIn(target.namespace);
  return services.map(({ name }) => ({
    by: `policies for ${quoted(target.path)} are for what goes through Service ${quoted(name)}, which also leads to`,
    cure: 'give each a Service of its own',
    // one that is not of the app is said to be for these pods
    labels: known.find(service => service.name === name)?.selector ?? target.selectorLabels,
  }));
}

/** Nothing more is opened or closed where the same is stated for the others. */
function withoutTheSame(others: readonly Neighbour[], intent: AccessIntent | JwtIntent, world: World): readonly Neighbour[] {
  const intents = StatedIntents.of(world);
  const same = intent.kind === 'access' ? intents.accessesIn(intent.target.namespace) : intents.apisIn(intent.target.namespace);
  const wanted = atomsIn(intent);
  return others.filter(({ path }) => {
    const own = new Set(same.filter(({ intent: { target } }) => target.kind !== 'Pods' && target.path === path).flatMap(other => atomsIn(other.intent)));
    return !wanted.every(atom => own.has(atom));
  });
}

/** Whether two intents come to the same, each for its workload. */
export function statesTheSame(one: JwtIntent, other: JwtIntent): boolean {
  return JSON.stringify(atomsIn(one).sort()) === JSON.stringify(atomsIn(other).sort());
}

function atomsIn(intent: AccessIntent | JwtIntent): string[] {
  return Object.entries(render(intent).specs).flatMap(([role, spec]) => atomsOf(role, spec));
}

/** Who names others to be reached believes that they are. */
function vainly(workload: Workload, { path, namespace }: WorkloadFacts, reaches: readonly Reach[], world: World): string[] {
  const reached = new Set(reaches.flatMap(({ labels }) => world.neighbours.selectedBy(namespace, labels)).map(({ object }) => object));
  const vain = workload._alsoCovers.filter(other => {
    const object = other._apiObject();
    if (object) { return !reached.has(object); }
    const { podLabels, namespace: elsewhere } = other._facts();
    return namespace !== elsewhere || !reaches.some(({ labels }) => selects(labels, podLabels));
  });
  return vain.length === 0 ? [] : [`alsoCovers of ${quoted(path)} must name workloads that its policies reach, got ${few(unique(vain.map(other => other.describeWorkload())))}; `
    + 'leave it out there, and state by itself what is meant for it'];
}

function written(labels: Labels): string { return Object.entries(labels).map(([key, value]) => `${key}: ${quoted(value)}`).join(', '); }
