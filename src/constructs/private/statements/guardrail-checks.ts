import { IConstruct } from 'constructs';
import { checkProbes, checkTarget } from './checks';
import { meantNamespace } from './namespace-names';
import { isSameWaypoint, NamespaceFacts, waypointsOf } from '../../../intent/mesh';
import { OperationData } from '../../../intent/operation-data';
import { portFacts, selects } from '../../../intent/ports';
import { isKnownTo } from '../../../istio/versions';
import { checkWaypoints } from '../../../render/attachment';
import { isConnectionOperation } from '../../../render/operation';
import { few, listed, quoted, unique } from '../../../util/text';
import { Workload } from '../../workload';
import { AppWorkload } from '../index/app-workloads';
import { clusterName } from '../index/borders';
import { Problem } from '../index/complaint';
import { declaredWaypoints } from '../index/declarations';
import { StatedIntents } from '../index/stated-intents';
import { World } from '../index/world';

/** What a guardrail is for. */
interface Scope {
  readonly _namespace: string;
  readonly _workload?: Workload;
  readonly _mesh?: IConstruct;
}

/** What a guardrail says, as far as its place matters. */
export interface PlacedLaw { readonly prop: string; readonly operations: readonly OperationData[] }

/** What keeps a guardrail from holding where it is meant to, and what it would close there that nobody means. */
export function checkGuardrailScope(scope: Scope, law: PlacedLaw, world: World): Problem[] {
  const { _namespace: namespace, _workload: workload, _mesh: mesh } = scope;
  if (mesh) { return [...checkMesh(mesh, law, world), ...checkSpokenPorts(world.workloads.all, law, world), ...checkExceptions(scope, law, world)]; }
  return [
    ...workload ? [] : [...checkNamespace(namespace, world), ...checkWaypointsIn(namespace, world)],
    ...workload ? [] : checkSpokenPorts(world.workloads.in(namespace), law, world),
    ...checkGateways(scope, law, world),
    ...checkExceptions(scope, law, world),
    ...law.operations.length > 0 ? [] : probesOf(scope, world),
  ];
}

/** Plaintext is closed to the kubelet as well. */
function probesOf({ _namespace: namespace, _workload: workload }: Scope, world: World): readonly Problem[] {
  if (workload) { return checkTarget(workload._facts(), world); }
  return world.declares(namespace) ? [] : checkProbes(namespace, world);
}

/** Whether there are gateways among what a guardrail is for. */
export function hasGateways(scope: Scope, world: World): boolean { return scope._mesh !== undefined || gatewaysIn(scope, world).length > 0; }

function gatewaysIn({ _workload: workload, _namespace: namespace }: Scope, world: World): readonly string[] {
  if (!workload) { return world.allGateways(namespace); }
  const { path } = workload._facts();
  return world.gateways(namespace).filter(gateway => gateway === path);
}

/** Who breaks the glass elsewhere, or did once, is let through to what it is not broken for, unseen. */
export function checkEmergency(prop: string, emergency: Emergency, guarded: Scope, world: World): string[] {
  const { _namespace: namespace, _workload: workload, _mesh: mesh } = guarded;
  const { node, _to: to } = emergency;
  const { tree: { borders, constructs, scope } } = world;
  const must = `${prop} must be a BreakGlass that is in force where this guardrail is, got ${quoted(node.path)}, which is`;
  const its = borders.scopeOf(emergency);
  if (its !== scope) { return [`${must} ${its ? `of another cluster, ${clusterName(its)}` : 'of another App'}; leave it out`]; }
  if (!constructs.includes(emergency)) { return [`${must} taken out of the app; leave it out`]; }
  const isMet = () => !workload || StatedIntents.of(world).meet(workload._facts(), to._facts());
  const isThere = mesh !== undefined || (to._namespace() === namespace && isMet());
  return isThere ? [] : [`${must} for ${quoted(to._facts().path)}; leave it out, or break the glass for what this guards`];
}

/** A BreakGlass, as far as it is looked at. */
interface Emergency extends IConstruct { readonly _to: Workload }

/** Clients outside have no identity: what is closed to these is closed to all of them. And gateways have ports of their own. */
function checkGateways(scope: Scope, { prop }: PlacedLaw, world: World): string[] {
  const gateways = gatewaysIn(scope, world);
  if (gateways.length === 0) { return []; }
  const { _namespace: namespace, _workload: workload } = scope;
  if (prop === 'onlyCallers' || (prop === 'onlyOperations' && !workload)) {
    return [`${prop} must not close gateways to their clients, got ${few(gateways)}; `
      + (workload ? 'state it for what is behind the gateway' : 'state it for each workload, or move the gateway to a namespace of its own')];
  }
  return prop !== 'forbiddenCallers' || world.declares(namespace) || world.isStrict ? []
    : [`forbiddenCallers could pass in plaintext, which cannot be closed for ${few(gateways)}; make ${quoted(namespace)} STRICT by a ZeroTrustNamespace`];
}

/** Where there may be gateways plaintext is left to mutual TLS, by which an exception does not go. */
function checkExceptions(scope: Scope, { prop }: PlacedLaw, world: World): string[] {
  if (prop !== 'forbiddenCallers' || !hasGateways(scope, world)) { return []; }
  const { _namespace: namespace, _workload: workload, _mesh: mesh } = scope;
  const known = StatedIntents.of(world);
  const exceptions = (mesh ? known.namespaces : [namespace]).flatMap(name => known.exceptionsIn(name));
  const open = exceptions.filter(({ intent }) => !workload || known.meetAtPods(workload._facts(), intent.target)).map(({ path }) => path);
  return open.length === 0 ? [] : [`forbiddenCallers could pass in plaintext, which ${few(open)} let${open.length > 1 ? '' : 's'} in, and nobody is known by; `
    + `take ${open.length > 1 ? 'them' : 'it'} out, or state the guardrail for each ${mesh ? 'namespace' : 'workload'} without one`];
}

function checkMesh(mesh: IConstruct, { prop, operations }: PlacedLaw, world: World): string[] {
  if (!world.tree.constructs.includes(mesh)) { return [`GuardrailScope.mesh must be given the ZeroTrustMesh of this app, got ${quoted(mesh.node.path)}, which is not in it; pass that of the app`]; }
  const { istioVersion } = world.mesh;
  if (prop === 'onlyCallers' || prop === 'onlyOperations') {
    return [`${prop} must not be stated for the mesh, where it closes every gateway and whatever else nobody thought of; state it for each namespace: GuardrailScope.namespace(…)`];
  }
  if (operations.length > 0 && world.hasAmbient) {
    return [`${prop} must not be stated for a mesh that may have waypoints, which go by the ports of Services; state it for each workload: GuardrailScope.workload(…)`];
  }
  return world.hasAmbient && !isKnownTo(istioVersion, '1.25')
    ? [`a guardrail for the mesh needs an istioVersion of at least 1.25 where there may be waypoints, got ${istioVersion === undefined ? 'none' : quoted(istioVersion)}, `
      + 'as older ones know no policy for all of them; state it for each namespace: GuardrailScope.namespace(…)'] : [];
}

/** Of targetRefs. */
const MAX_REFERENCES = 16;

/** A guardrail for a namespace that is spelled wrong guards nothing, and one at a waypoint holds for all that is behind it. */
function checkNamespace(name: string, world: World): string[] {
  if (name === world.mesh.rootNamespace) {
    return [`GuardrailScope.namespace must not be the root namespace ${quoted(name)}, whose policies hold for all namespaces; say what is meant: GuardrailScope.mesh(…), or a workload there`];
  }
  const { declarations } = world;
  const waypoints = waypointsOf(world.namespace(name));
  for (const waypoint of waypoints) {
    const same = declarations.namespaces.flatMap(other => declaredWaypoints(other).filter(declared => isSameWaypoint(declared.waypoint, waypoint))
      .map(declared => ({ ...declared, of: other.name })));
    const users = same.flatMap(declared => [declared.of, ...declared.users ?? []]);
    const others = unique([waypoint.namespace, ...users]).filter(user => user !== name);
    if (others.length === 0) { continue; }
    return [`a guardrail for namespace ${quoted(name)} must not close what else may use its waypoint '${waypoint.namespace}/${waypoint.name}', got ${listed(others)}; `
      + 'state it for each workload: GuardrailScope.workload(…)'];
  }
  if (waypoints.length > MAX_REFERENCES) {
    return [`a guardrail for namespace ${quoted(name)} must be for at most ${MAX_REFERENCES} waypoints, which is all that one policy may be for, got ${waypoints.length}; state it for each workload: GuardrailScope.workload(…)`];
  }
  const meant = meantNamespace(name, world);
  return meant === undefined ? [] : [`this app has no namespace ${quoted(name)}, for which a guardrail is stated; did you mean ${quoted(meant)}?`];
}

/** Who comes through a waypoint of their own arrives as that. */
function checkWaypointsIn(name: string, world: World): string[] {
  const problems: string[] = [];
  const namespace = world.namespace(name);
  for (const { path, pod } of world.workloads.in(name)) {
    const services = world.tree.servicesIn(name).filter(({ selector }) => selects(selector, pod.labels));
    checkWaypoints({ path, podLabels: pod.labels, services }, namespaceFor(services, namespace), problems);
  }
  return unique(problems);
}

/** The namespace with the waypoint of some of its Services. */
function namespaceFor(services: readonly { readonly name: string }[], { serviceWaypoints = [], ...namespace }: NamespaceFacts): NamespaceFacts {
  const own = serviceWaypoints.find(one => services.some(({ name }) => one.services.includes(name)));
  return own ? { ...namespace, waypoint: own.waypoint } : namespace;
}

/** Where a proxy sees a connection only, a DENY of some requests is one of the whole port. */
function checkSpokenPorts(workloads: readonly AppWorkload[], { prop, operations }: PlacedLaw, world: World): string[] {
  const asked = prop === 'forbiddenOperations' ? operations.filter(operation => !isConnectionOperation(operation)) : [];
  const ports = new Set(asked.flatMap(operation => operation.kind === 'http' ? operation.ports : []));
  if (ports.size === 0) { return []; }
  const others = workloads.filter(workload => portFacts(workload.containerPorts, world.tree.servicesOf(workload.namespace, workload), [])
    .some(({ number, protocol, transport }) => ports.has(number) && transport === 'TCP' && protocol !== 'http'));
  return others.length === 0 ? [] : [`${prop} would close all of port ${[...ports].join(', ')} where it is not declared HTTP, at ${few(others.map(({ path }) => path))}; `
    + 'declare it by a Service port that is named http or has appProtocol: http, or state the guardrail for each workload: GuardrailScope.workload(…)'];
}
