import { TLS_MODE } from './label-names';
import { SidecarCapture } from './sidecar-capture';
import { Workload } from './workload';
import { InterceptionMode } from '../request/injection-settings';
import { Mesh } from '../request/mesh-settings';
import { ProxyKind } from '../request/request';
import { fullName } from '../resources/policy';

const REDIRECTION = 'ambient.istio.io/redirection';
const TUNNEL = 'networking.istio.io/tunnel';

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
export function proxyOfMachine(workload: Workload): { readonly kind?: ProxyKind; readonly why?: string } {
  if (isRedirected(workload)) return { kind: ProxyKind.ZTUNNEL };
  if (acceptsMutualTls(workload) || hasTunnelLabel(workload)) return { kind: ProxyKind.SIDECAR };
  return { why: `${workload.kind} '${workload.kind === 'endpoint' ? workload.name : fullName(workload)}' is not in the mesh, by its service account and its label security.istio.io/tlsMode` };
}

/** What the sidecar of a machine takes: what Istio sets up where nothing else is said, SSH and its own ports left out. */
export function captureOfMachine({ injection }: Mesh): SidecarCapture {
  return { rules: 'istio-init', mode: InterceptionMode.REDIRECT, included: '*', excluded: [22, 15020, 15021, 15090], to: injection.listeningPort, passesInterface: false };
}
