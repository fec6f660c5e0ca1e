import { Draft } from './draft';
import { Opening, tokensOf } from './openings';
import { addressOutsideOf, isOpenedBy } from './plaintext-witnesses';
import { ANY_PORT, portName } from './ports';
import { STRANGER, UNNAMED } from './samples';
import { Bystander, Witness } from './witness';
import { principalOf, requestTo, textOf } from './witness-request';
import { callerName } from '../intent/caller';
import { MeshIntent, NamespaceIntent } from '../intent/intent';
import { DataPlane, isSameWaypoint, MeshFacts, waypointCaller, waypointsOf } from '../intent/mesh';
import { AccessRequest } from '../policy/request/request';
import { carries } from '../util/labels';
import { unique } from '../util/text';

/** At every port of its pods a namespace refuses plaintext, where an exception is from all but its networks, and callers that nobody names, and waypoints that are not theirs; readers of metrics pass. */
export function namespaceWitnesses({ mesh, namespace, locks = [] }: NamespaceIntent, bystanders: readonly Bystander[]): Witness[] {
  const { metrics, dataPlane } = namespace;
  const pods = bystanders.filter(({ isService }) => !isService);
  const reads = (metrics?.readers ?? []).flatMap(reader => metrics!.ports.flatMap(port => pods.map((read): Witness => ({
    outcome: 'passes',
    request: {
      destination: podOf(read, port),
      source: { principal: principalOf(reader, mesh) },
      http: { method: 'GET', path: dataPlane === DataPlane.SIDECAR ? metrics!.path : '/' },
    },
    text: `metrics on port ${port} of ${nameOf(read)}, from ${callerName(reader)}`,
  }))));
  const ofOthers = otherWaypoints({ mesh, namespace, locks }, pods);
  return [...reads, ...ofOthers, ...bystanders.flatMap(one => [...plaintextTo(one), ...stranger(one, mesh), ...opened(one, mesh)])];
}

/** Pods are closed to every waypoint of the namespace but the one that is theirs: that of their Service, else that of the namespace. */
function otherWaypoints(
  { mesh, namespace, locks }: Required<Pick<NamespaceIntent, 'mesh' | 'namespace' | 'locks'>>, bystanders: readonly Bystander[],
): Witness[] {
  const waypoints = waypointsOf(namespace);
  const any = { name: UNNAMED, namespace: namespace.name, ports: [ANY_PORT], openings: [], exceptions: [] };
  const behind = locks.map(({ service, podLabels }): Bystander => ({ ...any, labels: podLabels, service }));
  return [...behind, ...bystanders].flatMap(pods => {
    const lock = locks.find(({ podLabels }) => carries(pods.podLabels ?? pods.labels ?? {}, podLabels));
    const others = waypoints.filter(other => !isSameWaypoint(other, lock ? lock.waypoint : namespace.waypoint));
    return others.flatMap(other => pods.ports.map((port): Witness => ({
      request: requestTo(podOf(pods, port), { caller: waypointCaller(other), conditions: [] }, mesh),
      outcome: 'is refused',
      text: `a connection to ${portName(port)} of ${nameOf(pods)} from waypoint '${other.namespace}/${other.name}', which is not theirs`,
    })));
  });
}

/** A mesh refuses plaintext at all pods, whatever their namespace, and strangers, also what rules of others let in, if it denies by default. */
export function meshWitnesses({ mesh, deniesByDefault }: MeshIntent, bystanders: readonly Bystander[]): Witness[] {
  const undeclared = bystanders.filter(({ namespace }) => namespace === UNNAMED);
  const strangers = deniesByDefault ? [...undeclared.flatMap(pods => stranger(pods, mesh)), ...bystanders.flatMap(pods => opened(pods, mesh))] : [];
  return [...bystanders.flatMap(plaintextTo), ...strangers];
}

/** Plaintext at every port of pods, which a mesh that asks everyone for mutual TLS refuses. */
export function plaintextTo(pods: Bystander): Witness[] {
  if (pods.isService) { return []; }
  return pods.ports.map(port => {
    const destination = podOf(pods, port);
    const text = (from: string) => `a plaintext connection${from} to ${portName(port)} of ${nameOf(pods)}`;
    if (!pods.exceptions.some(exception => isOpenedBy(exception, port))) { return { request: { destination }, outcome: pods.runsGateway ? 'is refused' : 'is refused as plaintext', text: text('') }; }
    const ip = addressOutsideOf(pods.exceptions);
    return { request: { destination, source: { ip } }, outcome: 'is forbidden', text: text(` from ${ip}`) };
  });
}

function stranger(pods: Bystander, mesh: MeshFacts): Witness[] {
  return closedTo({ caller: STRANGER, http: { method: 'GET', path: `/${UNNAMED}` }, conditions: [], ports: [], notPorts: [] }, pods, mesh);
}

/** What rules of other policies let in from callers whom nobody names; a gateway takes them without an identity, too. */
function opened(pods: Bystander, mesh: MeshFacts): Witness[] {
  const sent = (opening: Opening) => pods.runsGateway && opening.caller === STRANGER ? [opening, { ...opening, caller: undefined }] : [opening];
  return pods.openings.flatMap(sent).flatMap(opening => tokensOf(opening, []).flatMap(token => closedTo({ ...opening, token }, pods, mesh)));
}

/** Pods may listen on any port, Services have theirs. */
function closedTo(opening: Pick<Opening, 'caller' | 'http' | 'conditions' | 'ports' | 'notPorts'> & Pick<Draft, 'token'>, pods: Bystander, mesh: MeshFacts): Witness[] {
  const all = pods.isService ? pods.ports : unique([...pods.ports, ANY_PORT]);
  const known = pods.isService && opening.ports.length > 0 ? all.filter(port => opening.ports.includes(port)) : all;
  const ports = !pods.isService && opening.ports.length > 0 ? opening.ports : known.filter(port => !opening.notPorts.includes(port));
  return ports.filter(port => !pods.served?.includes(port)).map(port => ({
    request: requestTo(podOf(pods, port), opening, mesh), outcome: 'is refused', text: textOf(`${portName(port)} of ${nameOf(pods)}`, opening),
  }));
}

export function podOf({ namespace, name, labels, isService }: Bystander, port: number): AccessRequest['destination'] {
  if (isService) { return { namespace, service: name, port }; }
  return { namespace, workload: name, ...(labels ? { labels: { ...labels } } : {}), port };
}

export function nameOf({ name, namespace, isService, service }: Bystander): string {
  if (service !== undefined) { return `pods behind Service '${namespace}/${service}'`; }
  if (isService) { return `Service '${namespace}/${name}'`; }
  return name === UNNAMED ? `pods of namespace '${namespace}'` : `'${namespace}/${name}'`;
}
