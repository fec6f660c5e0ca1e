import { Chart } from 'cdk8s';
import { IConstruct } from 'constructs';
import { callersIn, Intent } from '../../../intent/intent';
import { DEFAULT_MESH } from '../../../intent/mesh';
import { misspelt } from '../../../util/misspelling';
import { listed, quoted } from '../../../util/text';
import { Principal } from '../../principal';
import { Workload } from '../../workload';
import { Borders, clusterName } from '../index/borders';
import { Problem } from '../index/complaint';
import { MeshDeclaration } from '../index/declarations';
import { writtenProtocols } from '../index/declare-protocols';
import { World } from '../index/world';
import { constructOf } from '../reading/given-construct';
import { isTakenOut } from '../reading/patches';
import { pathOf } from '../reading/read-pods';

/** The part of an app that a mesh applies to. A file of manifests is of one cluster, and so is the chart that it is written from. */
export function partOf(mesh: IConstruct, given: IConstruct | undefined): IConstruct {
  if (given === undefined) { return mesh.node.root; }
  const { node } = constructOf('appliesTo', given, 'pass the chart, or the construct that holds the charts of the cluster');
  if (!mesh.node.scopes.includes(given)) {
    throw new Error(`appliesTo must hold this ZeroTrustMesh, got ${quoted(node.path)}, in which '${mesh.node.path}' is not; make it in a chart of that cluster`);
  }
  const chart = node.scopes.find(scope => Chart.isChart(scope));
  if (chart !== undefined && !Chart.isChart(given)) {
    throw new Error(`appliesTo must be a chart, or a construct that holds charts, got ${quoted(node.path)}, a part of chart '${chart.node.path}', which is written to one file; pass the chart`);
  }
  return given;
}

/** One mesh for each cluster, which stands in it; and a cluster is no part of another. */
export function checkMesh({ path, appliesTo }: MeshDeclaration, { tree: { scope, borders } }: World): string[] {
  const place = appliesTo.node.scope ? `'${appliesTo.node.path}'` : borders.areSeveral ? 'what no other ZeroTrustMesh applies to' : 'an app';
  const twins = borders.meshes.filter(other => other.appliesTo === appliesTo);
  if (twins.length > 1) {
    return [`${place} must have one ZeroTrustMesh, got ${twins.length}; keep one, or where they are of several clusters say by appliesTo which part of the app each is for`];
  }
  if (!appliesTo.node.scope) {
    return scope === appliesTo ? [] : [`appliesTo must be given, as this stands in ${clusterName(scope)}, to which '${borders.meshOf(scope)!.path}' applies already; keep one, or move it to where it applies`];
  }
  const outer = borders.meshes.find(other => other.path !== path && other.appliesTo.node.scope && appliesTo.node.scopes.includes(other.appliesTo));
  return outer ? [`appliesTo must be in no other cluster, got ${place}, which is in ${clusterName(outer.appliesTo)}, to which '${outer.path}' applies; keep one of them`] : [];
}

/** What goes by a mesh, in an app whose meshes are all for other parts of it. */
export function checkCovered({ tree: { scope, borders } }: World): string[] {
  if (borders.meshes.length === 0 || borders.meshOf(scope)) { return []; }
  return [`must be in the cluster of a ZeroTrustMesh: those of this app apply to ${listed(borders.meshes.map(({ appliesTo }) => appliesTo.node.path))} only; move it there, or declare one for the rest of the app`];
}

/** Another App is another cluster, or another part of this one whose mesh is not known here; so is what another mesh of the app applies to. */
export function checkSameCluster(principals: readonly Principal[], others: readonly Workload[], world: World): Problem[] {
  const { tree, mesh } = world;
  const workloads = [...principals.flatMap(({ _workload }) => _workload ?? []), ...others];
  return workloads.flatMap(workload => {
    if (!isElsewhere(workload, world)) { return []; }
    const object = workload._apiObject()!;
    const scope = tree.borders.scopeOf(object);
    const named = `'${pathOf(object)}' (${object.kind})`;
    if (isTakenOut(object)) { return [`${named} must be a workload of this app, and was taken out of it; leave it in, or take out what is stated of it`]; }
    return [scope === undefined
      ? `${named} must be a workload of this app, and is one of another App; name who calls by Principal.serviceAccount, and pods that are made elsewhere by Workload.fromPods`
      : `${named} must be a workload of the same cluster, ${clusterName(tree.scope)}, and is one of another, ${clusterName(scope)}; name who calls by Principal.serviceAccount`
        + `${withTrustDomain(scope, tree.borders, mesh.trustDomain)}, and pods that are made elsewhere by Workload.fromPods`];
  });
}

/** Whether a workload is of another cluster, or of none any more, which is told by itself. */
export function isElsewhere(workload: Workload, { tree }: World): boolean {
  const object = workload._apiObject();
  return object !== undefined && !tree.has(object);
}

function withTrustDomain(scope: IConstruct, borders: Borders, own: string): string {
  const { trustDomain } = borders.meshOf(scope)?.mesh ?? DEFAULT_MESH;
  return trustDomain === own ? '' : ` with trustDomain: ${quoted(trustDomain)}`;
}

/** A slip in a caller of another cluster of the app, which has what was meant. */
export function checkCallersElsewhere(intent: Intent, { tree, foreignTrustDomains: accepted = [] }: World): string[] {
  const { borders, scope } = tree;
  const others = borders.meshes.filter(({ appliesTo }) => appliesTo !== scope);
  return others.length === 0 ? [] : callersIn(intent).flatMap(caller => {
    if (caller.kind !== 'serviceAccount' || caller.trustDomain === undefined || caller.isVouchedFor) { return []; }
    const { namespace, name, trustDomain } = caller;
    const worlds = others.filter(({ mesh }) => mesh.trustDomain === trustDomain).map(({ appliesTo }) => World.of(appliesTo));
    const accounts = worlds.flatMap(world => world.accountsIn(namespace));
    const isKnown = worlds.length > 0 || accepted.includes(trustDomain);
    const domain = isKnown ? undefined : misspelt(trustDomain, others.map(({ mesh }) => mesh.trustDomain));
    const account = accounts.includes(name) ? undefined : misspelt(name, accounts);
    const near = worlds.flatMap(world =>
      misspelt(namespace, world.workloads.namespaces.filter(other => world.accountsIn(other).includes(name))) ?? []);
    const elsewhere = accounts.length > 0 ? undefined : near[0];
    const [what, meant] = domain ? ['mesh', domain] : account ? ['service account', account] : elsewhere ? ['namespace', elsewhere] : [];
    return what === undefined ? [] : [`Principal.serviceAccount('${namespace}', '${name}') of trust domain '${trustDomain}' must be one that there is, and this app has no such ${what}; did you mean '${meant}'? `
      + `If it is another app's, say so: Principal.serviceAccount('${namespace}', '${name}', { trustDomain: '${trustDomain}', reason: '…' })`];
  });
}

/** The protocol of a port is written to Services when it is stated: to those of another cluster, where the mesh that makes it one came later. */
export function checkProtocols({ tree }: World): string[] {
  return writtenProtocols(tree.scope).filter(({ workload, service }) => tree.holds(service) && !tree.holds(workload)).map(({ workload, service }) =>
    `the protocol of a port of '${pathOf(workload)}' was written to Service '${pathOf(service)}' of another cluster, which nobody could know yet; make the ZeroTrustMesh before Workload.of`);
}
