import { SECURITY_GROUP } from '../../../istio/manifest';
import { PolicySet } from '../../../policy/policy-set';
import { leaving } from '../../../validation/findings/leaving';
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

/** ZT112 and ZT113: workloads that are said to be outside the mesh and are in it, and those that leave it where nobody asks. */
export function besideTheMesh(world: World, others: readonly OtherObject[]): Observation[] {
  const declared = world.declarations.namespaces.map(({ name, path, outside }) =>
    ({ path, outside: outside ? world.workloads.in(name).filter(workload => world.isOutside(workload)) : [] }));
  const leavers = world.declarations.meshes.length === 0 ? [] : world.tree.namespaces.flatMap(({ name }) => leaversIn(name, world));
  const asked = [...declared.flatMap(({ outside }) => outside), ...leavers];
  if (asked.length === 0) { return []; }
  const policies = closedMesh(asked, others, world);
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
  ];
}

/** Workloads that speak of the mesh, in a namespace for which no ZeroTrustNamespace or MtlsMigration asks what they say. Pods that are a gateway and nothing else take in what comes from outside. */
function leaversIn(namespace: string, world: World): AppWorkload[] {
  if (namespace === world.mesh.rootNamespace || world.declares(namespace) || world.migrating(namespace)) { return []; }
  return world.workloads.in(namespace).filter(workload => !isGatewayAlone(workload) && meshWords(workload) !== '');
}

/** Some workloads in a mesh that asks everyone for mutual TLS, whatever policies there are. */
function closedMesh(workloads: readonly AppWorkload[], others: readonly OtherObject[], world: World): PolicySet {
  const surroundings = new Surroundings(world);
  const around = surroundings.around(new Set(workloads.map(({ namespace }) => namespace)), undefined, workloads);
  const strict = {
    apiVersion: `${SECURITY_GROUP}/v1`, kind: 'PeerAuthentication', metadata: { name: 'strict', namespace: world.mesh.rootNamespace }, spec: { mtls: { mode: 'STRICT' } },
  };
  return PolicySet.fromManifests([...around, strict, ...others.filter(isOfMesh).map(({ manifest }) => manifest)], surroundings.settings);
}
