import { hasTunnelLabel, isRedirected } from './machine-proxy';
import { Workload } from './workload';
import { proxyOfWorkload } from './workload-proxy';
import { Mesh } from '../request/mesh-settings';
import { ProxyKind } from '../request/request';
import { Inventory } from '../resources/inventory';
import { fullName } from '../resources/policy';

/** How ztunnel reaches a workload. */
export interface Tunnel {
  /** Whether by HBONE, with the identity of the client; otherwise by plaintext. */
  readonly hbone: boolean;
  /** What was assumed. */
  readonly note?: string;
}

/** A sidecar that is not yet there is taken to get the label that says so, as it does where Istio is installed for ambient mode. */
export function tunnelTo(inventory: Inventory, mesh: Mesh, workload: Workload): Tunnel {
  if (isRedirected(workload) || hasTunnelLabel(workload)) return { hbone: true };
  const { kind } = proxyOfWorkload(inventory, mesh, workload);
  if (kind !== ProxyKind.SIDECAR || workload.isRunning || workload.machine) return { hbone: kind === ProxyKind.ZTUNNEL };
  const { sidecarHbone, knowsSidecarHbone } = mesh.outbound;
  if (knowsSidecarHbone) return { hbone: sidecarHbone };
  return { hbone: true, note: `the sidecar of '${fullName(workload)}' is taken to accept HBONE, as Istio gives it where it is installed for ambient mode` };
}
