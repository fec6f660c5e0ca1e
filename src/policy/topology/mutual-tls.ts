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
  const composed = combinations(sidecarScopes(inventory, mesh, namespace, labels)).map(choice => composeMode(choice, port));
  const policies = composed.map(({ policy }) => policy).filter(policy => policy !== undefined);
  return { modes: [...new Set(composed.map(({ mode }) => mode))], policies: [...new Set(policies)] };
}

/** The modes that a namespace may be in, whatever its workloads say. */
export function namespaceModes(inventory: Inventory, mesh: Mesh, namespace: string): MutualTlsMode[] {
  const scopes = { ...sidecarScopes(inventory, mesh, namespace, {}), workload: [undefined] };
  return [...new Set(combinations(scopes).map(choice => composeMode(choice, 0).mode))];
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

/** Every way to choose one policy of each scope. */
export function combinations({ mesh, namespace, workload }: Scopes): (PeerAuthenticationResource | undefined)[][] {
  return mesh.flatMap(wide => namespace.flatMap(middle => workload.map(narrow => [wide, middle, narrow])));
}

/** The mode of a port is that of the narrowest scope that says one: port, workload, namespace, mesh. */
function composeMode([mesh, namespace, workload]: Choice, port: number): { mode: MutualTlsMode; policy?: PeerAuthenticationResource } {
  const scopes = [
    { policy: workload, mode: modeOf(workload?.spec.portLevelMtls?.[String(port)]) },
    ...[workload, namespace, mesh].map(policy => ({ policy, mode: modeOf(policy?.spec.mtls) })),
  ];
  return scopes.find(({ mode }) => mode !== MutualTlsMode.UNSET) ?? { mode: MutualTlsMode.PERMISSIVE };
}

export function modeOf(mtls: MutualTls | undefined): MutualTlsMode {
  return mtls?.mode ?? MutualTlsMode.UNSET;
}
