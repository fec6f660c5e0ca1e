import { isSameWaypoint, WaypointFacts } from '../intent/mesh';
import { atLeastOne, dnsLabel, instanceOf } from '../util/given';
import { InputStruct, taken } from '../util/members';
import { ServiceWaypointDeclaration } from './private/index/declarations';
import { Waypoint } from './waypoint';

/** Services of a namespace that pass a waypoint of their own. */
export interface ServiceWaypoint {
  /**
   * Names of the Services, of the namespace and of this app, or described by `Workload.fromPods`. Those of the app get the labels by which they pass the waypoint; others must have these. All
   * Services of the same pods must pass the same waypoint, which is all that these pods admit.
   */
  readonly services: string[];

  /** The waypoint that they pass: one that is created in the namespace, or one that is there. Not with `forPods`, as pods pass the waypoint of their namespace. */
  readonly waypoint: Waypoint;
}

const SERVICE_WAYPOINT: InputStruct<ServiceWaypoint> = { name: 'ServiceWaypoint', members: { services: 'needed', waypoint: 'needed' } };

/** The waypoints of single Services, as they are given beside that of the namespace. */
export function serviceWaypointsOf(
  given: readonly ServiceWaypoint[] | undefined, namespace: string, ofNamespace: WaypointFacts | undefined,
): ServiceWaypointDeclaration[] | undefined {
  if (given === undefined) { return undefined; }
  const declared: ServiceWaypointDeclaration[] = [];
  atLeastOne('serviceWaypoints', given, 'leave it out where all Services pass the waypoint of the namespace').forEach((one, i) => {
    const next = declarationOf(`serviceWaypoints[${i}]`, one, namespace);
    checkBeside(`serviceWaypoints[${i}]`, next, declared, ofNamespace);
    declared.push(next);
  });
  return declared;
}

function declarationOf(prop: string, given: ServiceWaypoint, namespace: string): ServiceWaypointDeclaration {
  const { services, waypoint } = taken(prop, SERVICE_WAYPOINT, given);
  const names = atLeastOne(`${prop}.services`, services, 'name the Services that pass the waypoint')
    .map((name, j) => dnsLabel(`${prop}.services[${j}]`, name, 'give the name of a Service of this namespace'));
  const twice = names.find((name, j) => names.indexOf(name) < j);
  if (twice !== undefined) { throw new Error(`${prop}.services must name each Service once, got '${twice}' twice; leave one out`); }
  const { _of: of, _usedBy: users } = instanceOf(`${prop}.waypoint`, waypoint, Waypoint, 'write Waypoint.create() or Waypoint.existing(…)');
  const facts = of(namespace, names[0]);
  if (facts.forPods) { throw new Error(`${prop}.waypoint must be for Services only, got forPods: what is sent to the addresses of pods passes the waypoint of their namespace; leave forPods out`); }
  return { services: [...names], waypoint: facts, users };
}

type Declared = ServiceWaypointDeclaration;

function checkBeside(prop: string, { services, waypoint }: Declared, before: readonly Declared[], ofNamespace: WaypointFacts | undefined): void {
  const name = `${waypoint.namespace}/${waypoint.name}`;
  const twice = services.find(service => before.some(other => other.services.includes(service)));
  if (twice !== undefined) { throw new Error(`${prop}.services must not name what passes another waypoint already, got '${twice}'; name it once`); }
  if (before.some(other => isSameWaypoint(other.waypoint, waypoint))) {
    throw new Error(`${prop}.waypoint must be another than those before, got '${name}' again; name all Services that pass it in one`);
  }
  if (isSameWaypoint(ofNamespace, waypoint)) {
    throw new Error(`${prop}.waypoint must be another than that of the namespace, got '${name}', which these Services pass anyway; leave it out, or name another: Waypoint.create({ name: '…' })`);
  }
  if (ofNamespace?.forPods) {
    throw new Error(`serviceWaypoints must be left out beside a waypoint of the namespace with forPods, got '${name}': what is sent to the pods of these Services would arrive as that of the namespace, which they do not admit; leave forPods out`);
  }
}
