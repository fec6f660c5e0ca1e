import { MutualTls, MutualTlsMode } from '../istio/peer-authentication';
import { hasLabels, selects } from './attachment';
import { Inventory, Labels } from './inventory';
import { Mesh } from './mesh-settings';
import { PeerAuthenticationResource } from './policy';

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
  const scopes = sidecarScopes(inventory, mesh, namespace, labels);
  const modes = combinations(scopes).map(([wide, middle, narrow]) => composeMode(wide, middle, narrow, port));
  const policies = [scopes.workload, scopes.namespace, scopes.mesh].flat().filter(policy => policy !== undefined);
  return { modes: [...new Set(modes)], policies };
}

function sidecarScopes(inventory: Inventory, { rootNamespace }: Mesh, namespace: string, labels: Labels): Scopes {
  const [own, root] = [inventory.peerAuthentications.in(namespace), inventory.peerAuthentications.in(rootNamespace)];
  const isRoot = namespace === rootNamespace;
  return {
    mesh: oldest(root.filter(({ spec }) => !hasLabels(spec.selector))),
    namespace: isRoot ? [undefined] : oldest(own.filter(({ spec }) => !hasLabels(spec.selector))),
    workload: isRoot ? [undefined] : oldest(own.filter(({ spec }) => hasLabels(spec.selector) && selects(spec.selector?.matchLabels, labels))),
  };
}

/**
 * The oldest policy, of equally old ones the first by name.
 * Several where one has no creation time: it is set only when the policy is created.
 */
export function oldest(policies: readonly PeerAuthenticationResource[]): Choice {
  if (policies.some(({ meta }) => meta.creationTimestamp === undefined)) return policies;
  return [policies[0]];
}

/** Every way to choose one policy of each scope. */
export function combinations({ mesh, namespace, workload }: Scopes): (PeerAuthenticationResource | undefined)[][] {
  return mesh.flatMap(wide => namespace.flatMap(middle => workload.map(narrow => [wide, middle, narrow])));
}

type Policy = PeerAuthenticationResource | undefined;

function composeMode(mesh: Policy, namespace: Policy, workload: Policy, port: number): MutualTlsMode {
  const portMode = workload?.spec.portLevelMtls?.[String(port)];
  const scopes = [portMode, workload?.spec.mtls, namespace?.spec.mtls, mesh?.spec.mtls];
  return scopes.map(modeOf).find(mode => mode !== MutualTlsMode.UNSET) ?? MutualTlsMode.PERMISSIVE;
}

export function modeOf(mtls: MutualTls | undefined): MutualTlsMode {
  return mtls?.mode ?? MutualTlsMode.UNSET;
}
