import { Caller } from '../../../intent/caller';
import { brokenProbes, notCaptured } from '../../../intent/capture';
import { AccessIntent } from '../../../intent/intent';
import { WorkloadFacts } from '../../../intent/workload';
import { Principal } from '../../principal';
import { Workload } from '../../workload';
import { isInjected, World } from '../index/world';

/** Where an intent for a workload holds. */
export function placeOf(workload: Workload, world: World): Pick<AccessIntent, 'mesh' | 'target' | 'namespace' | 'sidecarNamespaces'> {
  const target = workload._facts();
  return { mesh: world.mesh, target, namespace: world.namespace(target.namespace), sidecarNamespaces: world.sidecarNamespaces };
}

/** Who the principals are. Anyone beside somebody would make the others meaningless. */
export function callersNamed(prop: string, principals: readonly Principal[]): Caller[] {
  const callers = principals.map(principal => principal._caller());
  if (callers.length > 1 && callers.some(caller => caller.kind === 'anyone' || caller.kind === 'anyAuthenticated')) {
    throw new Error(`${prop} must not name others beside Principal.anyone or Principal.anyAuthenticated, which cover them; leave one side out`);
  }
  return callers;
}

/** Policies on pods that the mesh does not capture are not enforced, and they must not break probes. Found once for each target of a world. */
export function checkTarget(target: WorkloadFacts, world: World): readonly string[] {
  return world.onceFor(target, () => problemsOfTarget(target, world));
}

/** A ZeroTrustNamespace labels its Namespace and reports probes itself. */
function problemsOfTarget(target: WorkloadFacts, world: World): string[] {
  const dataPlane = world.dataPlane(target.namespace);
  const why = notCaptured(target, dataPlane);
  if (why !== undefined) { return [`nothing is enforced for '${target.path}': ${why}; take that out, or protect it by other means`]; }
  return world.declares(target.namespace) ? [] : [...outsideMesh(target, world), ...brokenProbes(target, dataPlane)];
}

/** The app may show that nobody asked the mesh to take part in a namespace. */
function outsideMesh({ path, namespace, pod }: WorkloadFacts, world: World): string[] {
  const object = world.tree.namespace(namespace);
  if (!object || isInjected(object.labels) || object.labels['istio.io/dataplane-mode'] === 'ambient' || pod.labels['istio.io/dataplane-mode'] === 'ambient') { return []; }
  if (pod.labels['sidecar.istio.io/inject'] === 'true' && object.labels['istio-injection'] !== 'disabled') { return []; }
  return [`nothing is enforced for '${path}': its Namespace '${object.path}' carries no label of the mesh; adopt it by a ZeroTrustNamespace: new ZeroTrustNamespace(…, { namespace: … })`];
}

/** Probes that STRICT mutual TLS would break, by workload of a namespace. */
export function checkProbes(namespace: string, world: World): string[] {
  const dataPlane = world.dataPlane(namespace);
  return world.workloadsIn(namespace).flatMap(workload => brokenProbes(workload, dataPlane).map(problem => `at '${workload.path}', ${problem}`));
}
