import { ApiObject, Chart } from 'cdk8s';
import { DataPlane, isSameWaypoint, WaypointFacts, waypointsOf } from '../../../intent/mesh';
import { STATUS } from '../../../policy/workloads/injection';
import { isGivenConnections } from '../../../policy/workloads/own-containers';
import { startedProxy } from '../../../policy/workloads/started-proxy';
import { misspelt } from '../../../util/misspelling';
import { listed, quoted } from '../../../util/text';
import { AppWorkload } from '../index/app-workloads';
import { declaredWaypoints, NamespaceDeclaration } from '../index/declarations';
import { World } from '../index/world';
import { WAYPOINT_CLASS } from '../reading/gateway-class';
import { identityOf } from '../reading/patches';
import { pathOf } from '../reading/read-pods';

/** A name of a namespace by which nothing is protected that should be. */
export function checkName(declaration: NamespaceDeclaration, chart: Chart, world: World): string[] {
  const problems = checkChart(declaration, chart, world);
  return problems.length > 0 ? problems : checkSpelling(declaration, world);
}

/** A namespace that was renamed in the chart only, or here only. */
function checkChart({ name }: NamespaceDeclaration, chart: Chart, world: World): string[] {
  const beside = chart.namespace;
  if (beside === undefined || beside === name || world.declares(beside)) { return []; }
  const workloads = world.tree.workloads.filter(workload => workload.metadata.namespace === beside && Chart.of(workload) === chart);
  const isElsewhere = world.tree.workloads.some(workload => workload.metadata.namespace === name);
  return workloads.length === 0 || isElsewhere ? [] : [`name must be '${beside}', the namespace of its chart, whose workloads nothing protects (${listed(workloads.slice(0, 3).map(pathOf))}), got '${name}', `
    + 'in which this app has none; leave name out'];
}

/** One in which the app has nothing, while another that has is declared by nobody. */
function checkSpelling({ name, path }: NamespaceDeclaration, world: World): string[] {
  const { workloads, tree } = world;
  const known = workloads.namespaces.filter(other => !world.declares(other) && !world.migrating(other));
  const isElsewhere = tree.namespaces.some(other => other.name === name && !other.path.startsWith(`${path}/`));
  const meant = workloads.namespaces.includes(name) || isElsewhere ? undefined : misspelt(name, known);
  return meant === undefined ? [] : [`name must be that of a namespace, got ${quoted(name)}, in which this app has nothing, while nobody protects ${quoted(meant)}; did you mean that?`];
}

export function checkNamespace(declaration: NamespaceDeclaration, world: World, own: ApiObject | undefined): string[] {
  const { name } = declaration;
  const waypoints = waypointsOf(declaration);
  const problems: string[] = [];
  if (name === world.mesh.rootNamespace) {
    problems.push(`namespace must not be the root namespace '${name}', whose policies hold for the whole mesh; use ZeroTrustMesh for what holds there`);
  }
  const twins = world.declarations.namespaces.filter(other => other.name === name && other.path !== declaration.path);
  if (twins.length > 0) { problems.push(`namespace '${name}' must have one ZeroTrustNamespace, got ${twins.length + 1}; keep one`); }
  if (own && identityOf(own).name !== name) {
    problems.push(`Namespace '${own.node.path}' must keep its name '${name}', by which policies are placed, got ${quoted(identityOf(own).name)} by a JSON patch; give the name to ZeroTrustNamespace`);
  }
  if (own && !world.tree.holds(own)) {
    problems.push(`namespace must be a Namespace of the same cluster, got '${own.node.path}' of another; adopt it by a ZeroTrustNamespace there`);
  }
  const other = world.tree.namespaces.find(candidate => candidate.name === name && candidate.path !== own?.node.path && !twins.some(({ path }) => candidate.path.startsWith(`${path}/`)));
  if (other?.isListed) {
    // nobody adopts one, so it says itself what ZeroTrustNamespace would have it say
    if (own) { problems.push(`this app has a Namespace '${name}' in the List at '${other.path}' already; write it by itself and adopt it by the prop namespace, or label it there and say exists: true`); }
  } else if (other) { problems.push(`this app has a Namespace '${name}' at '${other.path}' already; adopt it by the prop namespace instead of name`); }
  if (waypoints.length > 0 && world.dataPlane(name) === DataPlane.SIDECAR) {
    problems.push(`${declaration.waypoint ? 'waypoint' : 'serviceWaypoints'} must come with DataPlane.AMBIENT, but the mesh uses sidecars; set dataPlane here or on the ZeroTrustMesh`);
  }
  problems.push(...waypoints.flatMap(waypoint => [
    ...checkWaypointName(waypoint, world), ...checkWaypointClass(waypoint, world), ...checkAdmitted(waypoint, declaration, world),
  ]));
  problems.push(...checkMadeUpSidecars(name, world));
  return problems;
}

/** A proxy in the manifest is taken for the sidecar of pods that were injected before. Where it is but written like one, nothing gives it a connection for certain: the network plugin may not be there. */
function checkMadeUpSidecars(namespace: string, world: World): string[] {
  const isMadeUp = ({ podSpec: { containers, initContainers } }: AppWorkload) => {
    const podSpec = { containers: [...containers], initContainers: [...initContainers] };
    return startedProxy(podSpec)?.role === 'sidecar' && !isGivenConnections(podSpec);
  };
  return world.workloads.in(namespace).filter(workload => !world.isOutside(workload) && isMadeUp(workload)).map(({ path, pod: { annotations } }) =>
    `${quoted(path)} writes a container istio-proxy as if injection had added it, to which nothing leads connections, so that they reach the pods past all policies`
      + `${annotations[STATUS] === undefined ? '' : `, whatever its annotation ${STATUS} says of it`}; leave it to injection, or name the workload in outsideMesh with a reason`);
}

/** A waypoint that another ZeroTrustNamespace creates admits whom that names. */
function checkAdmitted(waypoint: WaypointFacts, { name, path }: NamespaceDeclaration, { declarations }: World): string[] {
  const others = declarations.namespaces.filter(other => other.path !== path);
  const created = others.flatMap(other => declaredWaypoints(other).map(declared => ({ ...declared, by: other.path })));
  const found = created.find(({ waypoint: other, users }) => users !== undefined && isSameWaypoint(other, waypoint));
  return !found || found.users!.includes(name) ? [] : [`waypoint '${waypoint.namespace}/${waypoint.name}' does not admit namespace '${name}', whose traffic would go straight to the pods; `
    + `add '${name}' to usedBy of its Waypoint.create at '${found.by}'`];
}

/** One that the app does not have, by a slip in the name of one that it has: traffic would pass no waypoint at all. */
function checkWaypointName(waypoint: WaypointFacts, { tree }: World): string[] {
  const known = tree.gateways.filter(({ className }) => className === WAYPOINT_CLASS).map(({ namespace = 'default', name, path }) => ({ namespace, name, path }));
  const meant = known.some(other => isSameWaypoint(other, waypoint)) ? undefined : known.find(other => isSlip(waypoint, other));
  return meant ? [`waypoint '${waypoint.namespace}/${waypoint.name}' is not in this app, which has '${meant.namespace}/${meant.name}' at '${meant.path}'; `
    + `did you mean Waypoint.existing('${meant.namespace}', '${meant.name}')?`] : [];
}

/** Also where namespace and name stand in each other's place. */
function isSlip(one: WaypointFacts, other: WaypointFacts): boolean {
  const isNear = (name: string, wanted: string) => name === wanted || misspelt(name, [wanted]) !== undefined;
  return (isNear(one.namespace, other.namespace) && isNear(one.name, other.name)) || (one.namespace === other.name && one.name === other.namespace);
}

const WAYPOINT_CONTROLLER = 'istio.io/mesh-controller';

/** What a Gateway of another class is, nobody knows: something else than Istio may enforce nothing there. */
function checkWaypointClass(waypoint: WaypointFacts, { tree }: World): string[] {
  const gateway = tree.gateways.find(({ namespace, name }) => namespace === waypoint.namespace && name === waypoint.name);
  const isOfIstio = tree.written('gateway.networking.k8s.io/GatewayClass').some(({ name, manifest }) =>
    name === gateway?.className && (manifest.spec as { readonly controllerName?: string } | undefined)?.controllerName === WAYPOINT_CONTROLLER);
  return !gateway || gateway.className === WAYPOINT_CLASS || isOfIstio ? [] : [`waypoint '${gateway.namespace}/${gateway.name}' must be of class '${WAYPOINT_CLASS}', `
    + `got ${quoted(gateway.className)} at '${gateway.path}', which may enforce nothing; write that class, or have the GatewayClass of '${WAYPOINT_CONTROLLER}' in the app`];
}

/** A default deny closes gateways first of all: nobody must find that out in production. */
export function checkGateways(publicGateways: readonly unknown[] | undefined, world: World, name: string): string[] {
  const found = world.gatewaysWithoutIngress(name);
  if (publicGateways || found.length === 0) { return []; }
  return [`publicGateways must be given, as the default deny closes the gateways of this namespace: ${listed(found)}; `
    + 'name those for everyone by PublicGateway.classic or PublicGateway.gatewayApi, or write [] where accesses name who may call them'];
}
