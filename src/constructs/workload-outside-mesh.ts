import { instanceOf, listOf, text } from '../util/given';
import { InputStruct, taken } from '../util/members';
import { quoted } from '../util/text';
import { pathOf } from './private/reading/read-pods';
import { Workload } from './workload';

/** A workload that is meant to be outside the mesh. */
export interface WorkloadOutsideMesh {
  /** The workload, of the namespace. Whoever reaches its address may call it, and no policy says otherwise. */
  readonly workload: Workload;

  /** Why the mesh need not protect it; written as annotation `cdk8s-zero-trust/reason` of the PeerAuthentication that does not reach it. */
  readonly reason: string;
}

const OUTSIDE: InputStruct<WorkloadOutsideMesh> = { name: 'WorkloadOutsideMesh', members: { workload: 'needed', reason: 'needed' } };

/** The paths of workloads that are said to be outside the mesh, of this namespace and with a reason. */
export function outsideOf(outsideMesh: readonly WorkloadOutsideMesh[], namespace: string): (() => readonly string[]) | undefined {
  if (listOf('outsideMesh', outsideMesh).length === 0) { return undefined; }
  const objects = outsideMesh.map((given, i) => {
    const outside = taken(`outsideMesh[${i}]`, OUTSIDE, given);
    instanceOf(`outsideMesh[${i}].workload`, outside.workload, Workload, 'write Workload.of(…) around the construct');
    text(`outsideMesh[${i}].reason`, outside.reason, 'say why the mesh need not protect it');
    if (outside.workload._namespace() !== namespace) {
      throw new Error(`outsideMesh[${i}].workload must be in namespace '${namespace}', got ${quoted(outside.workload._namespace())}; name it at the ZeroTrustNamespace of its own namespace`);
    }
    const object = outside.workload._apiObject();
    if (!object) { throw new Error(`outsideMesh[${i}].workload must be a workload of this app, got ${quoted(outside.workload.describeWorkload())}; leave it out, as nothing is asked of others`); }
    return object;
  });
  return () => objects.map(pathOf);
}
