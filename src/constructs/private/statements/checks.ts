import { Caller } from '../../../intent/caller';
import { ConditionData } from '../../../intent/condition';
import { AccessIntent } from '../../../intent/intent';
import { OperationData } from '../../../intent/operation';
import { brokenProbes } from '../../../intent/probes';
import { WorkloadFacts } from '../../../intent/workload';
import { listed } from '../../../util/text';
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

/** The key of pods that are protected together. */
export function targetKey(target: WorkloadFacts): string {
  return JSON.stringify([target.namespace, Object.entries(target.selectorLabels).sort()]);
}

/** Claims are known only where tokens are verified: elsewhere the access would never hold. */
export function checkTokens(conditions: readonly ConditionData[], target: WorkloadFacts, world: World): string[] {
  const condition = conditions.find(({ kind }) => kind === 'claim' || kind === 'audience' || kind === 'presenter');
  if (!condition || world.jwtApisOf(targetKey(target)).length > 0) { return []; }
  return [`condition '${condition.kind}' never holds, since no tokens are verified at '${target.path}'; add a JwtProtectedApi for it`];
}

/** A guard at a waypoint sees the traffic of its Services only: an access through another one would need no token. */
export function checkGuarded(operations: readonly OperationData[], target: WorkloadFacts, world: World): string[] {
  if (world.namespace(target.namespace).waypoint === undefined || operations.every(({ kind }) => kind === 'tcp')) { return []; }
  return world.jwtApisOf(targetKey(target)).flatMap(api => {
    const guarded = api.services();
    return target.services.filter(({ name }) => !guarded.includes(name)).map(({ name }) =>
      `through Service '${name}' requests would need no token, since JwtProtectedApi '${api.path}' is for ${listed(guarded)} only; `
      + 'state both for the same Services by Workload.of');
  });
}

/** Probes that STRICT mutual TLS would break, by workload of a namespace. */
export function checkProbes(namespace: string, world: World): string[] {
  const dataPlane = world.dataPlane(namespace);
  return world.workloads.in(namespace).flatMap(workload => brokenProbes(workload, dataPlane).map(problem => `at '${workload.path}', ${problem}`));
}
