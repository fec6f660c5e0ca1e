import { Caller } from '../../../intent/caller';
import { brokenProbes, notCaptured } from '../../../intent/capture';
import { ConditionData } from '../../../intent/condition';
import { AccessIntent, callersIn, Intent } from '../../../intent/intent';
import { OperationData } from '../../../intent/operation';
import { WorkloadFacts } from '../../../intent/workload';
import { misspelt } from '../../../util/misspelling';
import { listed } from '../../../util/text';
import { readTogether } from '../../../util/together';
import { Principal } from '../../principal';
import { Workload } from '../../workload';
import { Problem } from '../index/complaint';
import { isInjected, World } from '../index/world';
import { pathOf } from '../reading/read-pods';

/** Where an intent for a workload holds. */
export function placeOf(workload: Workload, world: World): Pick<AccessIntent, 'mesh' | 'target' | 'namespace' | 'sidecarNamespaces'> {
  const [target, namespace] = readTogether(() => workload._facts(), () => world.namespace(workload._namespace()));
  return { mesh: world.mesh, target, namespace, sidecarNamespaces: world.sidecarNamespaces };
}

/** Who the principals are. Anyone beside somebody would make the others meaningless. */
export function callersNamed(prop: string, principals: readonly Principal[]): Caller[] {
  const callers = readTogether(...principals.map(principal => () => principal._caller()));
  if (callers.length > 1 && callers.some(caller => caller.kind === 'anyone' || caller.kind === 'anyAuthenticated')) {
    throw new Error(`${prop} must not name others beside Principal.anyone or Principal.anyAuthenticated, which cover them; leave one side out`);
  }
  return callers;
}

/** Another App is another cluster, or another part of this one whose mesh is not known here. */
export function checkSameApp(principals: readonly Principal[], target: Workload | undefined, world: World): string[] {
  const workloads = [...principals.flatMap(({ _workload }) => _workload ?? []), ...target ? [target] : []];
  return workloads.flatMap(workload => {
    const object = workload._apiObject();
    if (!object || object.node.root === world.tree.root) { return []; }
    return [`'${pathOf(object)}' (${object.kind}) must be a workload of this app, and is one of another App; name who calls by Principal.serviceAccount, `
      + 'and pods that are made elsewhere by Workload.fromPods'];
  });
}

/** A slip in the name of a service account of which the app has what was meant. */
export function checkAccounts(intent: Intent, world: World): string[] {
  return callersIn(intent).flatMap(caller => {
    if (caller.kind !== 'serviceAccount' || caller.isVouchedFor) { return []; }
    const { namespace, name } = caller;
    const known = world.accountsIn(namespace);
    const meant = known.includes(name) ? undefined : misspelt(name, known);
    return meant === undefined ? [] : [`nothing of this app runs as service account '${name}' of namespace '${namespace}'; did you mean '${meant}'? `
      + `If it is another app's, say so: Principal.serviceAccount('${namespace}', '${name}', { reason: '…' })`];
  });
}

/** Policies on pods that the mesh does not capture are not enforced, and they must not break probes. Found once for each target of a world. */
export function checkTarget(target: WorkloadFacts, world: World): readonly Problem[] {
  return world.onceFor(target, () => problemsOfTarget(target, world));
}

/** A ZeroTrustNamespace labels its Namespace and reports probes itself. */
function problemsOfTarget(target: WorkloadFacts, world: World): Problem[] {
  const dataPlane = world.dataPlane(target.namespace);
  const why = notCaptured(target, dataPlane);
  if (why !== undefined) { return [`nothing is enforced for '${target.path}': ${why}; take that out, or protect it by other means`]; }
  return world.declares(target.namespace) ? [] : [...outsideMesh(target, world), ...brokenProbes(target, dataPlane)];
}

/** The app may show that nobody asked the mesh to take part in a namespace. */
function outsideMesh({ path, namespace, pod }: WorkloadFacts, world: World): Problem[] {
  const object = world.tree.namespace(namespace);
  if (!object || isInjected(object.labels) || object.labels['istio.io/dataplane-mode'] === 'ambient' || pod.labels['istio.io/dataplane-mode'] === 'ambient') { return []; }
  if (pod.labels['sidecar.istio.io/inject'] === 'true' && object.labels['istio-injection'] !== 'disabled') { return []; }
  const message = `nothing is enforced for '${path}': its Namespace '${object.path}' carries no label of the mesh; adopt it by a ZeroTrustNamespace: new ZeroTrustNamespace(…, { namespace: … })`;
  return [{ message, cause: `no label of the mesh: ${object.path}` }];
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
  return world.workloadsIn(namespace).flatMap(workload => brokenProbes(workload, dataPlane).map(problem => `at '${workload.path}', ${problem}`));
}
