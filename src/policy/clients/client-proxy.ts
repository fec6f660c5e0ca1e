import { Mesh } from '../request/mesh-settings';
import { Inventory } from '../resources/inventory';
import { gatewayKindOf } from '../workloads/gateway-pods';
import { Workload } from '../workloads/workload';
import { FoundProxy, proxyOfWorkload } from '../workloads/workload-proxy';

/** The proxy by which a workload sends: pods of gateways are one themselves, whatever injection makes of them. */
export function proxyOfClient(inventory: Inventory, mesh: Mesh, workload: Workload): FoundProxy {
  const kind = gatewayKindOf(inventory, workload);
  const found = proxyOfWorkload(inventory, mesh, workload);
  return kind ? { kind, notes: [], labels: found.labels, revision: found.revision } : found;
}
