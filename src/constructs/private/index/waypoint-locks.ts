import { StatedIntents } from './stated-intents';
import { World } from './world';
import { WaypointLock } from '../../../intent/intent';
import { NamespaceFacts } from '../../../intent/mesh';
import { WorkloadFacts } from '../../../intent/workload';
import { oneOfEach } from '../../../util/grouped';

/** The pods behind the Services that pass a waypoint of their own: as the Service selects them, or where it is not of the app as a workload describes them. Which of the Services nobody knows is told by itself. */
export function locksIn({ name, serviceWaypoints = [] }: NamespaceFacts, world: World): WaypointLock[] {
  return serviceWaypoints.flatMap(({ services, waypoint }) => services.flatMap(service => {
    const written = world.tree.servicesIn(name).find(one => one.name === service);
    const podLabels = written ? written.selector : describedBehind(service, name, world)[0]?.selectorLabels;
    return podLabels && Object.keys(podLabels).length > 0 ? [{ service, podLabels, waypoint }] : [];
  }));
}

/** Pods that something else makes and that intents describe, behind a Service that something else makes, too: one of each that have the same labels. */
export function describedBehind(service: string, namespace: string, world: World): readonly WorkloadFacts[] {
  const behind = described(namespace, world).filter(({ services }) => services.some(({ name }) => name === service));
  return oneOfEach(behind, ({ selectorLabels }) => JSON.stringify(Object.entries(selectorLabels).sort()));
}

/** Names of Services of a namespace that the app has, or that intents describe. */
export function knownServices(namespace: string, world: World): string[] {
  return [...world.tree.servicesIn(namespace), ...described(namespace, world).flatMap(({ services }) => services)].map(({ name }) => name);
}

function described(namespace: string, world: World): WorkloadFacts[] {
  const known = StatedIntents.of(world);
  const targets = [...known.accessesIn(namespace), ...known.apisIn(namespace), ...known.exceptionsIn(namespace)].map(({ intent }) => intent.target);
  return targets.filter(({ kind }) => kind === 'Pods');
}
