import { portsIn } from './sidecar-annotations';
import { SidecarCapture } from './sidecar-capture';
import { InterceptionMode } from '../request/injection-settings';
import { PodTemplate } from '../resources/kinds';

/** A proxy that stands in the manifest of a pod. */
export interface StartedProxy {
  readonly role: 'sidecar' | 'router' | 'waypoint';
  /** What it takes of the connections to its pod, where an init container says so. */
  readonly capture?: SidecarCapture;
}

const ROLES = ['sidecar', 'router', 'waypoint'] as const;

/** The proxy of pods that were injected before: its arguments say what it is. */
export function startedProxy(podSpec: PodTemplate['spec']): StartedProxy | undefined {
  const { containers = [], initContainers = [] } = podSpec ?? {};
  const args = [...containers, ...initContainers].find(({ name }) => name === 'istio-proxy')?.args ?? [];
  const role = args[0] === 'proxy' ? ROLES.find(one => one === args[1]) : undefined;
  return role && { role, capture: captureBy(initContainers.find(({ name }) => name === 'istio-init')?.args) };
}

/** The rules that an init container makes. */
function captureBy(args: readonly string[] | undefined): SidecarCapture | undefined {
  if (!args) return undefined;
  const after = (...flags: readonly string[]) => args[args.findIndex(arg => flags.includes(arg)) + 1];
  const has = (...flags: readonly string[]) => args.some(arg => flags.includes(arg));
  const valueOf = (...flags: readonly string[]) => has(...flags) ? after(...flags) : undefined;
  const included = valueOf('-b', '--istio-inbound-ports') ?? '';
  return {
    rules: 'istio-init',
    mode: valueOf('-m', '--istio-inbound-interception-mode') === 'TPROXY' ? InterceptionMode.TPROXY : InterceptionMode.REDIRECT,
    included: included === '*' ? included : portsIn(included),
    excluded: portsIn(valueOf('-d', '--istio-local-exclude-ports') ?? ''),
    to: Number(valueOf('-z', '--inbound-capture-port') ?? 15006),
    passesInterface: (valueOf('-c', '--istio-exclude-interfaces') ?? '').split(',').includes('eth0'),
  };
}
