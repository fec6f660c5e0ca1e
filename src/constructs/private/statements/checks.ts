import { Caller } from '../../../intent/caller';
import { AccessIntent } from '../../../intent/intent';
import { brokenProbes } from '../../../intent/probes';
import { WorkloadFacts } from '../../../intent/workload';
import { Principal } from '../../principal';
import { Workload } from '../../workload';
import { World } from '../index/world';

/** Where an intent for a workload holds. */
export function placeOf(workload: Workload, world: World): Pick<AccessIntent, 'mesh' | 'target' | 'namespace'> {
  const target = workload._facts();
  return { mesh: world.mesh, target, namespace: world.namespace(target.namespace) };
}

/** Who the principals are. Anyone beside somebody would make the others meaningless. */
export function callersNamed(prop: string, principals: readonly Principal[]): Caller[] {
  const callers = principals.map(principal => principal._caller());
  if (callers.length > 1 && callers.some(caller => caller.kind === 'anyone' || caller.kind === 'anyAuthenticated')) {
    throw new Error(`${prop} must not name others beside Principal.anyone or Principal.anyAuthenticated, which cover them; leave one side out`);
  }
  return callers;
}

/** Probes of a target that STRICT mutual TLS would break, found once for each; a ZeroTrustNamespace reports them itself. */
export function checkTarget(target: WorkloadFacts, world: World): readonly string[] {
  return world.onceFor(target, () => world.declares(target.namespace) ? [] : brokenProbes(target, world.dataPlane(target.namespace)));
}

/** Probes that STRICT mutual TLS would break, by workload of a namespace. */
export function checkProbes(namespace: string, world: World): string[] {
  const dataPlane = world.dataPlane(namespace);
  return world.workloads.in(namespace).flatMap(workload => brokenProbes(workload, dataPlane).map(problem => `at '${workload.path}', ${problem}`));
}
