import { checkNames, checkTrustDomains } from './checks';
import { checkSameCluster } from './clusters';
import { Caller } from '../../../intent/caller';
import { AccessIntent } from '../../../intent/intent';
import { DataPlane, NamespaceFacts, waypointCaller } from '../../../intent/mesh';
import { callsOf, callText, passesWholly } from '../../../intent/opa-calls';
import { OpaPolicyData } from '../../../intent/opa-policy';
import { Operation } from '../../../intent/operation';
import { OperationData } from '../../../intent/operation-data';
import { GRPC_PORT } from '../../../render/opa-objects';
import { oneOfEach } from '../../../util/grouped';
import { few, quoted } from '../../../util/text';
import { readTogether } from '../../../util/together';
import { Principal } from '../../principal';
import { Workload } from '../../workload';
import { Problem } from '../index/complaint';
import { decidingFor } from '../index/opa-decisions';
import { World } from '../index/world';

/** Who asks about workloads: the proxies of these, as their accounts, or their waypoints. Each once. */
export function askersOf(workloads: readonly Workload[], world: World): Caller[] {
  const askers = readTogether(...workloads.map(workload => (): Caller => {
    const target = workload._facts();
    const { namespace, serviceAccount } = target;
    const { waypoint } = world.placeOf(target);
    return waypoint ? waypointCaller(waypoint) : { kind: 'serviceAccount', namespace, name: serviceAccount };
  }));
  return oneOfEach(askers, asker => JSON.stringify(asker));
}

/** The call by which proxies ask; in ambient, where nobody looks at calls on this way, its port. */
export function askingOperation({ dataPlane }: NamespaceFacts): OperationData {
  const operation = dataPlane === DataPlane.AMBIENT ? Operation.anyHttp({ ports: [GRPC_PORT] }) : Operation.grpc('envoy.service.auth.v3.Authorization', 'Check');
  return operation._data;
}

/** For whom OPA decides, and who may ask it. */
interface OpaPlace { readonly protects: readonly Workload[]; readonly asking: AccessIntent }

/** What only the whole app shows to be wrong with a policy. */
export function checkOpaPolicy(policy: OpaPolicyData, principals: readonly Principal[], { protects, asking }: OpaPlace, world: World): Problem[] {
  const elsewhere = checkSameCluster(principals, protects, world);
  if (elsewhere.length > 0) { return elsewhere; }
  const callers = policy.kind === 'rego' ? [] : policy.rules.flatMap(rule => rule.callers);
  const named: AccessIntent = { ...asking, callers };
  return [...checkNames(named, world), ...checkTrustDomains(named, world), ...callers.length === 0 ? [] : checkCallersAreSeen(protects, world)];
}

/** A waypoint ends the connection of the caller, and tells an authorizer nothing of its certificate. */
function checkCallersAreSeen(protects: readonly Workload[], world: World): string[] {
  const behind = protects.filter(workload => world.placeOf(workload._facts()).waypoint);
  return behind.length === 0 ? [] : [`policy must not name callers, as for ${few(behind.map(workload => workload._facts().path))} a waypoint asks, which does not tell OPA who calls, so that no such rule would hold; `
    + `say who calls by a ServiceAccess, and leave ${quoted('callers')} out of the rules of this OpaAuthorizer`];
}

/** Whoever breaks the glass gets in at any time: by a rule for all of what is stated, which asks for no more than is said to be there. */
export function checkLetIn(access: AccessIntent, sendsToken: boolean, world: World): string[] {
  return decidingFor(access.target, world).flatMap(decision => {
    const outside = callsOf(access).filter(call => !passesWholly(call, decision, sendsToken)).map(callText);
    return outside.length === 0 ? [] : [`OpaAuthorizer ${quoted(decision.path)} would not let in whom this does at ${quoted(access.target.path)}, as no rule of its policy is for all of ${few(outside)}; `
      + `add one without hours and ${sendsToken ? 'conditions' : 'issuers'}, as in OpaPolicy.rules([…, { operations: […] }]), or name it in unaskedOperations`];
  });
}
