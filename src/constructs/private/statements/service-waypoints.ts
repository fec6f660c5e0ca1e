import { WaypointFacts } from '../../../intent/mesh';
import { selects, WrittenService } from '../../../intent/ports';
import { ServiceFacts } from '../../../intent/workload';
import { USE_WAYPOINT } from '../../../policy/workloads/label-names';
import { suggestion } from '../../../util/suggestion';
import { listed, quoted, unique } from '../../../util/text';
import { NamespaceDeclaration, ServiceWaypointDeclaration } from '../index/declarations';
import { labelsFor, USE_WAYPOINT_NAMESPACE } from '../index/waypoint-labels';
import { describedBehind, knownServices } from '../index/waypoint-locks';
import { World } from '../index/world';

/** What keeps Services from passing the waypoint that is declared for them, or their pods from being told from others. */
export function checkServiceWaypoints({ name, waypoint, serviceWaypoints = [] }: NamespaceDeclaration, world: World): string[] {
  const place = { namespace: name, rest: waypoint, each: serviceWaypoints };
  return unique(serviceWaypoints.flatMap(declared => declared.services.flatMap(service => checkService(service, declared, place, world))));
}

interface Place {
  readonly namespace: string;
  /** What Services pass for which nothing else is said, if anything. */
  readonly rest?: WaypointFacts;
  readonly each: readonly ServiceWaypointDeclaration[];
}

function checkService(service: string, declared: ServiceWaypointDeclaration, place: Place, world: World): string[] {
  const written = world.tree.servicesIn(place.namespace).find(({ name }) => name === service);
  return written ? checkWritten(written, declared, place, world) : checkElsewhere(service, declared, place, world);
}

function checkWritten(service: WrittenService, declared: ServiceWaypointDeclaration, place: Place, world: World): string[] {
  const { name, selector = {} } = service;
  if (service.headless) { return [`serviceWaypoints must be of Services with a cluster address, got the headless '${name}', whose clients call pods by address, past any waypoint; leave it out, or give the pods a Service with an address`]; }
  if (Object.keys(selector).length === 0) { return [`serviceWaypoints must be of Services that select pods, got '${name}', which selects none, so that nothing keeps callers from going round the waypoint; leave it out`]; }
  const labels = checkLabels(service, declared, place.namespace);
  return labels.length > 0 ? labels : checkSiblings(service, declared, place, world);
}

function checkLabels({ name, labels, origin }: Pick<WrittenService, 'name' | 'labels' | 'origin'>, declared: ServiceWaypointDeclaration, namespace: string): string[] {
  const meant = labelsFor(declared, namespace);
  const isOther = (label: string) => (labels[label] ?? whereNothing(label, namespace)) !== (meant[label] ?? whereNothing(label, namespace));
  const other = [USE_WAYPOINT, USE_WAYPOINT_NAMESPACE].find(isOther);
  return other === undefined ? [] : [`Service '${name}' at '${origin}' must pass waypoint '${declared.waypoint.namespace}/${declared.waypoint.name}', as serviceWaypoints says, got ${other}: ${quoted(labels[other])}; remove that label, or name its waypoint in serviceWaypoints`];
}

/** A waypoint is in the namespace of the Service where nothing else is said. */
function whereNothing(label: string, namespace: string): string | undefined { return label === USE_WAYPOINT_NAMESPACE ? namespace : undefined; }

/** Pods cannot tell by which Service they are called: all of them must pass the one waypoint that the pods admit. */
function checkSiblings({ name, namespace, selector }: WrittenService, declared: ServiceWaypointDeclaration, place: Place, world: World): string[] {
  const ofApp = world.workloads.selectedBy(namespace, selector!).map(({ path, pod }) => ({ path, labels: pod.labels }));
  const pods = [...ofApp, ...world.otherPods.selectedBy(namespace, selector!)];
  return pods.flatMap(({ path, labels }) => {
    const others = world.tree.servicesIn(namespace).filter(other => selects(other.selector, labels) && isOnOtherWay(other, declared, place));
    return others.length === 0 ? [] : [twoWays(path, name, others, place)];
  });
}

/** A way that an entry before this one says is told there. */
function isOnOtherWay({ name, headless, useWaypoint }: Callable, declared: ServiceWaypointDeclaration, { each }: Place): boolean {
  const own = each.find(({ services }) => services.includes(name));
  return !headless && useWaypoint !== 'none' && own !== declared && (own === undefined || each.indexOf(own) > each.indexOf(declared));
}

type Callable = Pick<ServiceFacts, 'name' | 'headless' | 'useWaypoint'>;

function twoWays(path: string, service: string, others: readonly Pick<ServiceFacts, 'name'>[], place: Place): string {
  const ways = unique([service, ...others.map(({ name }) => name)]).map(name => `'${name}' ${wayOf(name, place)}`);
  return `the pods of ${quoted(path)} must be called through one waypoint, which is all that they admit, but of their Services ${ways.join(', and ')}; `
    + 'name all of them in the same serviceWaypoints, or label those that need no waypoint istio.io/use-waypoint: none';
}

function wayOf(service: string, { rest, each }: Place): string {
  const waypoint = each.find(({ services }) => services.includes(service))?.waypoint ?? rest;
  return waypoint ? `passes '${waypoint.namespace}/${waypoint.name}'` : 'goes straight to the pods';
}

/** One that the app does not have by itself: in a List, or of another app. */
function checkElsewhere(service: string, declared: ServiceWaypointDeclaration, place: Place, world: World): string[] {
  const { namespace } = place;
  const inList = world.tree.written('core/Service').find(one => one.isListed && one.namespace === namespace && one.name === service);
  if (inList) { return [`serviceWaypoints must be of Services that can be labelled, got '${service}' in the List at '${inList.object.node.path}'; write it by itself instead, in a file as a document of its own`]; }
  const pods = describedBehind(service, namespace, world);
  if (pods.length === 0) {
    return [`serviceWaypoints must be of Services of namespace '${namespace}', got '${service}', which this app does not have there, and no intent describes by Workload.fromPods${suggestion(service, knownServices(namespace, world))}`];
  }
  if (pods.length > 1) {
    return [`serviceWaypoints must be of Services whose pods are described alike, got '${service}', for which there are ${listed(pods.map(({ selectorLabels }) => JSON.stringify(selectorLabels)))}; describe the pods of the Service by the labels that it selects`];
  }
  const [{ path, services }] = pods;
  const others = services.filter(other => isOnOtherWay(other, declared, place));
  return others.length === 0 ? [] : [twoWays(path, service, others, place)];
}
