import { Caller, isOfAnotherMesh, ServiceAccountCaller } from '../../../intent/caller';
import { callersIn, Intent } from '../../../intent/intent';
import { GATEWAY_NAME } from '../../../policy/workloads/label-names';
import { AppWorkload } from '../index/app-workloads';
import { gatewayOf, WrittenGateway } from '../index/network-parties';
import { World } from '../index/world';

/** A workload of the app that sends, or what is known of one elsewhere. */
export type Sender = Omit<AppWorkload, 'object'>;

/** The service accounts that an intent names as callers. */
export function accountsNamed(intent: Intent): ServiceAccountCaller[] {
  return callersIn(intent).filter((caller): caller is ServiceAccountCaller => caller.kind === 'serviceAccount');
}

/** The namespaces of the mesh whose clients an intent names. */
export function namespacesOfCallers(intent: Intent): string[] {
  return callersIn(intent).flatMap(caller => (caller.kind === 'serviceAccount' || caller.kind === 'namespace') && !isOfAnotherMesh(caller) ? caller.namespace : []);
}

/** The workloads of the app that run as a caller; of a gateway elsewhere its pods, as far as they are known. */
export function sendersOf(caller: Caller, world: World): readonly Sender[] {
  if (caller.kind !== 'serviceAccount' || isOfAnotherMesh(caller)) { return []; }
  const running = world.workloads.runningAs(caller.namespace, caller.name);
  return running.length === 0 && caller.isGateway ? [gatewayElsewhere(caller, gatewayOf(caller, world))] : running;
}

/** Where the app has the Gateway, its pods carry the name of that, and what it says of itself. */
function gatewayElsewhere({ namespace, name }: ServiceAccountCaller, gateway: WrittenGateway | undefined): Sender {
  const containers = [{ name: 'istio-proxy', args: ['proxy', 'router'] }];
  return {
    path: `${namespace}/${name}`,
    apiVersion: 'v1',
    kind: 'Pod',
    namespace,
    name,
    template: [],
    serviceAccount: name,
    selector: { labels: {}, hasExpressions: false },
    containerPorts: [],
    pod: { labels: gateway ? { [GATEWAY_NAME]: gateway.name } : {}, annotations: gateway?.annotations ?? {}, hostNetwork: false, probes: [] },
    podSpec: { serviceAccountName: name, hostNetwork: false, containers, initContainers: [] },
  };
}
