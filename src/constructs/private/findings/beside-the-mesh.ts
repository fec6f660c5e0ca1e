import { podsOfOtherKinds } from './pods-of-other-kinds';
import { Labels } from '../../../intent/workload';
import { SECURITY_GROUP } from '../../../istio/manifest';
import { PolicySet } from '../../../policy/policy-set';
import { DATAPLANE_MODE, INJECTION } from '../../../policy/workloads/label-names';
import { misspelt } from '../../../util/misspelling';
import { unique } from '../../../util/text';
import { leaving, leavingOtherwise, outOfTheMesh } from '../../../validation/findings/leaving';
import { needlesslyOutside } from '../../../validation/findings/needlessly-outside';
import { Observation } from '../../../validation/findings/observation';
import { membershipOf } from '../../../validation/mesh-membership';
import { AppWorkload } from '../index/app-workloads';
import { isGatewayAlone } from '../index/gateway-pods';
import { World } from '../index/world';
import { anyPods, bystanderOf } from '../witnesses/bystanders';
import { isOfMesh, OtherObject } from '../witnesses/other-objects';
import { meshWords } from '../witnesses/shape-key';
import { Surroundings } from '../witnesses/surroundings';

/** ZT112 and ZT113: workloads that are said to be outside the mesh and are in it, and those that leave it where nobody asks, all of a namespace where the mesh denies by default. */
export function besideTheMesh(world: World, objects: readonly OtherObject[]): Observation[] {
  const declared = world.declarations.namespaces.map(({ name, path, outside }) =>
    ({ path, outside: outside ? world.workloads.in(name).filter(workload => world.isOutside(workload)) : [] }));
  const leavers = world.declarations.meshes.length === 0 ? [] : world.tree.namespaces.flatMap(({ name }) => leaversIn(name, world));
  const deniesByDefault = world.declarations.meshes.some(mesh => mesh.deniesByDefault);
  const undeclared = deniesByDefault ? world.tree.namespaces.filter(({ name }) => isUndeclared(name, world)) : [];
  const others = undeclared.flatMap(({ name }) => world.workloads.in(name));
  const asked = unique([...declared.flatMap(({ outside }) => outside), ...leavers, ...others]);
  const pods = world.declarations.meshes.length + world.declarations.namespaces.length === 0 ? [] : podsOfOtherKinds(world);
  if (asked.length + pods.length === 0) { return []; }
  const policies = closedMesh(asked, [...objects.filter(isOfMesh).map(({ manifest }) => manifest), ...pods.map(({ manifest }) => manifest)], world);
  const membership = (workload: AppWorkload) => membershipOf(bystanderOf(workload, world), policies);
  const isInMesh = (namespace: string) => membershipOf(anyPods(namespace), policies).isWhole;
  return [
    ...declared.flatMap(({ path, outside }) => {
      const inside = outside.filter(workload => membership(workload).isWhole);
      return needlesslyOutside(inside.map(workload => workload.path), path);
    }),
    ...leavers.filter(({ namespace }) => isInMesh(namespace)).flatMap(workload => {
      const { leak } = membership(workload);
      return leak ? [leaving(workload, leak)] : [];
    }),
    ...pods.filter(({ of: { namespace } }) => isInMesh(namespace)).flatMap(({ of, bystander }) => {
      const { leak } = membershipOf(bystander, policies);
      return leak ? [leavingOtherwise(of, bystander, leak)] : [];
    }),
    ...undeclared.filter(({ name }) => !isInMesh(name)).flatMap(namespace => {
      const open = world.workloads.in(namespace.name).filter(workload => membership(workload).leak).map(({ path }) => path);
      const made = pods.filter(({ of, bystander }) => of.namespace === namespace.name && membershipOf(bystander, policies).leak);
      const paths = unique([...open, ...made.map(({ of }) => of.path)]);
      return paths.length === 0 ? [] : [outOfTheMesh(namespace, paths, meantLabel(namespace.labels))];
    }),
  ];
}

/** Labels by which a namespace is in the mesh, and what they must say. */
const OF_NAMESPACES: Labels = { [INJECTION]: 'enabled', [DATAPLANE_MODE]: 'ambient' };

/** The label that was meant by one that means nothing. */
function meantLabel(labels: Labels): string | undefined {
  const found = Object.entries(labels).flatMap(([label, value]) => {
    const name = label in OF_NAMESPACES ? label : misspelt(label, Object.keys(OF_NAMESPACES));
    const meant = name && OF_NAMESPACES[name];
    const isMeant = meant !== undefined && (value === meant || meant.startsWith(value) || misspelt(value, [meant]) !== undefined);
    return isMeant ? [`${name}: ${meant}`] : [];
  });
  return found[0];
}

/** Workloads that speak of the mesh, in a namespace for which no ZeroTrustNamespace or MtlsMigration asks what they say. Pods that are a gateway and nothing else take in what comes from outside. */
function leaversIn(namespace: string, world: World): AppWorkload[] {
  if (!isUndeclared(namespace, world)) { return []; }
  return world.workloads.in(namespace).filter(workload => !isGatewayAlone(workload) && meshWords(workload) !== '');
}

function isUndeclared(namespace: string, world: World): boolean {
  return namespace !== world.mesh.rootNamespace && !world.declares(namespace) && !world.migrating(namespace);
}

/** Some workloads in a mesh that asks everyone for mutual TLS, whatever policies there are. */
function closedMesh(workloads: readonly AppWorkload[], others: readonly object[], world: World): PolicySet {
  const surroundings = new Surroundings(world);
  const around = surroundings.around(new Set([...workloads, ...world.otherPods.all].map(({ namespace }) => namespace)), undefined, workloads);
  const strict = {
    apiVersion: `${SECURITY_GROUP}/v1`, kind: 'PeerAuthentication', metadata: { name: 'strict', namespace: world.mesh.rootNamespace }, spec: { mtls: { mode: 'STRICT' } },
  };
  return PolicySet.fromManifests([...around, strict, ...others], surroundings.settings);
}
