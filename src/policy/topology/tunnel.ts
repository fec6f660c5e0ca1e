import { hasTunnelLabel, isRedirected } from './machine-proxy';
import { proxyOfWorkload } from './topology';
import { Workload } from './workload';
import { Mesh } from '../request/mesh-settings';
import { ProxyKind } from '../request/request';
import { Inventory } from '../resources/inventory';

/** Whether ztunnel, waypoints and gateways reach a workload by HBONE; otherwise ztunnel sends it plaintext. */
export function takesHbone(inventory: Inventory, mesh: Mesh, workload: Workload): boolean {
  return isRedirected(workload) || hasTunnelLabel(workload) || proxyOfWorkload(inventory, mesh, workload).kind === ProxyKind.ZTUNNEL;
}
