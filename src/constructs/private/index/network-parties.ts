import { AppWorkload } from './app-workloads';
import { stableLabels } from './workload-facts';
import { World } from './world';
import { Caller, isOfAnotherMesh, ServiceAccountCaller } from '../../../intent/caller';
import { DataPlane, WaypointFacts } from '../../../intent/mesh';
import { NetworkParty } from '../../../intent/network-intent';
import { WorkloadFacts } from '../../../intent/workload';
import { DATAPLANE_MODE, GATEWAY_NAME } from '../../../policy/workloads/label-names';
import { INGRESS_CLASS } from '../reading/gateway-class';

/** Who sends, and whether by tunnels of ambient mode where it can. */
export interface NetworkSender {
  readonly party: NetworkParty;
  readonly mayTunnel: boolean;
}

/**
 * Who a caller is to the network: the pods of the app that run as it; where the app has none, any pod of its namespace, as nobody knows the labels of what others deploy, and whatever comes from
 * other clusters, as far as it is said from where. Whoever has any identity of the mesh may be anywhere, as may be whoever has none.
 */
export function sendersOfCaller(caller: Caller, otherClusters: readonly string[], world: World): NetworkSender[] {
  switch (caller.kind) {
    case 'anyone':
    case 'anyAuthenticated': return [{ party: { kind: 'anywhere' }, mayTunnel: true }];
    case 'namespace': return [anyOf(caller.namespace, world), ...fromBlocks(otherClusters)];
    case 'serviceAccount': return sendersOfAccount(caller, otherClusters, world);
  }
}

function sendersOfAccount(caller: ServiceAccountCaller, otherClusters: readonly string[], world: World): NetworkSender[] {
  if (isOfAnotherMesh(caller)) { return fromBlocks(otherClusters); }
  const { namespace, name } = caller;
  const gateway = gatewayOf(caller, world);
  if (gateway) { return [{ party: podsOfGateway(namespace, gateway.name), mayTunnel: world.hasAmbient }]; }
  const running = world.workloads.runningAs(namespace, name);
  return running.length > 0 ? running.map(workload => ({ party: podsOf(workload), mayTunnel: isAmbient(workload, world) }))
    : [anyOf(namespace, world), ...fromBlocks(otherClusters)];
}

/** How pods connect that others deploy nobody knows, unless their namespace says it. */
function anyOf(namespace: string, world: World): NetworkSender {
  return { party: { kind: 'namespace', namespace }, mayTunnel: !world.isInjected(namespace) || world.workloads.in(namespace).some(workload => isAmbient(workload, world)) };
}

function fromBlocks(blocks: readonly string[]): NetworkSender[] { return blocks.map(cidr => ({ party: { kind: 'block', cidr }, mayTunnel: true })); }

/** The Gateway of the Gateway API whose pods Istio runs as an account. */
export function gatewayOf({ namespace, name }: ServiceAccountCaller, { tree }: World): WrittenGateway | undefined {
  return tree.gateways.find(gateway => gateway.namespace === namespace && accountOfGateway(gateway) === name);
}

export interface WrittenGateway { readonly name: string; readonly className?: string; readonly annotations: { readonly [name: string]: string } }

/** The account as which Istio runs the pods of a Gateway. */
export function accountOfGateway({ name, className = INGRESS_CLASS, annotations }: WrittenGateway): string {
  return annotations['gateway.istio.io/service-account'] ?? (className.includes('waypoint') ? name : `${name}-${className}`);
}

/** The pods that Istio makes for a Gateway of the Gateway API, waypoints among them. */
export function podsOfGateway(namespace: string, name: string): NetworkParty { return { kind: 'pods', namespace, name, labels: { [GATEWAY_NAME]: name } }; }

/** The pods that an intent is for. */
export function podsOfTarget({ namespace, name, selectorLabels }: WorkloadFacts): NetworkParty { return { kind: 'pods', namespace, name, labels: selectorLabels }; }

export function podsOfWaypoint({ namespace, name }: WaypointFacts): NetworkParty { return podsOfGateway(namespace, name); }

/** The pods of a workload, or where they have no label of their own any of their namespace. */
export function podsOf({ namespace, path, name, selector, pod }: AppWorkload): NetworkParty {
  if (Object.keys(pod.labels).length === 0) { return { kind: 'namespace', namespace }; }
  return { kind: 'pods', namespace, name, labels: stableLabels(path, { selector, pod }) };
}

function isAmbient({ namespace, pod }: AppWorkload, world: World): boolean {
  return pod.labels[DATAPLANE_MODE] === 'ambient' || (pod.labels[DATAPLANE_MODE] !== 'none' && world.dataPlane(namespace) === DataPlane.AMBIENT);
}
