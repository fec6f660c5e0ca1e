import { hasLabels, selects } from './attachment';
import { MutualTls, MutualTlsMode } from '../../istio/peer-authentication';
import { Mesh } from '../request/mesh-settings';
import { Inventory, Labels } from '../resources/inventory';
import { oldestOf, PeerAuthenticationResource } from '../resources/policy';

/** Modes that a port may be in. More than one where the manifests do not tell which of several policies is the oldest. */
export interface PortMode {
  readonly modes: readonly MutualTlsMode[];
  /** The policies that decide. */
  readonly policies: readonly PeerAuthenticationResource[];
}

/** The policies of one scope of which one counts; several where it is not known which. */
export type Choice = readonly (PeerAuthenticationResource | undefined)[];

/** The policies that may count for a workload, one of each scope. */
export interface Scopes {
  readonly mesh: Choice;
  readonly namespace: Choice;
  readonly workload: Choice;
}

/** The mode of a port of a workload with a sidecar. */
export function sidecarMode(inventory: Inventory, mesh: Mesh, namespace: string, labels: Labels, port: number): PortMode {
  return composedMode(sidecarScopes(inventory, mesh, namespace, labels), port);
}

/** The modes that a namespace may be in, whatever its workloads say. */
export function namespaceModes(inventory: Inventory, mesh: Mesh, namespace: string): readonly MutualTlsMode[] {
  return composedMode({ ...sidecarScopes(inventory, mesh, namespace, {}), workload: [undefined] }, 0).modes;
}

function sidecarScopes(inventory: Inventory, { rootNamespace }: Mesh, namespace: string, labels: Labels): Scopes {
  const [own, root] = [namespace, rootNamespace].map(one => inventory.policiesFor('PeerAuthentication', one, labels));
  const selecting = own.filter(({ spec }) => hasLabels(spec.selector) && selects(spec.selector?.matchLabels, labels));
  return {
    mesh: oldest(root.filter(({ spec }) => !hasLabels(spec.selector))),
    namespace: oldest(own.filter(({ spec }) => !hasLabels(spec.selector))),
    workload: namespace === rootNamespace ? [undefined] : oldest(selecting),
  };
}

/** The oldest policy, of equally old ones the first by name; several where it is not known which. */
export function oldest(policies: readonly PeerAuthenticationResource[]): Choice {
  return policies.length === 0 ? [undefined] : oldestOf(policies);
}

/** The mode of a port is that of the narrowest scope that says one: port, workload, namespace, mesh. A wider scope is asked only if a policy that may count in the narrower one says nothing. */
function composedMode({ mesh, namespace, workload }: Scopes, port: number): PortMode {
  const modes = new Set<MutualTlsMode>();
  const policies = new Set<PeerAuthenticationResource>();
  for (const choice of [workload, namespace, mesh]) {
    const stated = choice.map(policy => ({ policy, mode: modeAt(policy, choice === workload ? port : undefined) }));
    const stating = stated.filter(({ mode }) => mode !== MutualTlsMode.UNSET);
    for (const { policy, mode } of stating) {
      modes.add(mode);
      if (policy) policies.add(policy);
    }
    if (stating.length === stated.length) return { modes: [...modes], policies: [...policies] };
  }
  return { modes: [...modes.add(MutualTlsMode.PERMISSIVE)], policies: [...policies] };
}

/** What a policy says of all ports, or first of one of them. */
function modeAt(policy: PeerAuthenticationResource | undefined, port: number | undefined): MutualTlsMode {
  const ofPort = modeOf(policy?.spec.portLevelMtls?.[String(port)]);
  return port !== undefined && ofPort !== MutualTlsMode.UNSET ? ofPort : modeOf(policy?.spec.mtls);
}

export function modeOf(mtls: MutualTls | undefined): MutualTlsMode {
  return mtls?.mode ?? MutualTlsMode.UNSET;
}
