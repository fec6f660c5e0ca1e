import { Workload } from './workload';
import { ProxyKind } from '../request/request';
import { fullName } from '../resources/policy';

const REDIRECTION = 'ambient.istio.io/redirection';
const TUNNEL = 'networking.istio.io/tunnel';
const TLS_MODE = 'security.istio.io/tlsMode';

/** Whether the CNI of ambient mode says that it captures a workload. */
export function isRedirected({ annotations }: Pick<Workload, 'annotations'>): boolean {
  return annotations[REDIRECTION] === 'enabled';
}

/** Whether a workload says that it accepts HBONE, whatever its proxy. */
export function hasTunnelLabel({ labels }: Pick<Workload, 'labels'>): boolean {
  return (labels[TUNNEL] ?? '').split(',').includes('http');
}

/** Whether clients take a workload to accept Istio's mutual TLS: a machine does that has a service account, unless it says otherwise. */
export function acceptsMutualTls({ labels, machine, serviceAccount }: Pick<Workload, 'labels' | 'machine' | 'serviceAccount'>): boolean {
  return (labels[TLS_MODE] ?? (machine && serviceAccount !== undefined ? 'istio' : '')) === 'istio';
}

/** The proxy of a machine that is no pod: nothing injects one, so it is what the machine says of itself. */
export function proxyOfMachine(workload: Workload): { readonly kind?: ProxyKind; readonly note?: string } {
  if (isRedirected(workload)) return { kind: ProxyKind.ZTUNNEL };
  if (acceptsMutualTls(workload) || hasTunnelLabel(workload)) return { kind: ProxyKind.SIDECAR };
  return { note: `${workload.kind} '${fullName(workload)}' has no service account, so it is not in the mesh` };
}
