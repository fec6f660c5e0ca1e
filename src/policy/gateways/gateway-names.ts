import { gatewaysServed } from './gateway-workload';
import { listenersOf } from './listener';
import { Inventory } from '../resources/inventory';
import { Workload } from '../workloads/workload';

/** Names of the Gateways of the Gateway API that pods serve, and of the ListenerSets that add to these. */
export function namesServed(inventory: Inventory, pods: readonly Pick<Workload, 'namespace' | 'labels'>[]): string[] {
  const gateways = pods.flatMap(one => gatewaysServed(inventory, one)).map(({ gateway }) => gateway);
  return [...new Set(gateways.flatMap(gateway => [gateway.name, ...listenersOf(inventory, gateway).map(({ parent }) => parent.name)]))];
}
