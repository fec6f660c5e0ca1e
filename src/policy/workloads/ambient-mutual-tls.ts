import { hasLabels, selects } from './attachment';
import { Choice, modeOf, oldest, Scopes } from './mutual-tls';
import { MutualTlsMode } from '../../istio/peer-authentication';
import { Mesh } from '../request/mesh-settings';
import { Inventory, Labels } from '../resources/inventory';
import { PeerAuthenticationResource } from '../resources/policy';

/** A connection, as far as PeerAuthentication looks at it. */
export interface PeerFacts {
  readonly port: number;
  readonly hasPeer: boolean;
}

/** A DENY policy that istiod makes of PeerAuthentications for ztunnel. */
export interface ConvertedPolicy {
  readonly name: string;
  denies(facts: PeerFacts): boolean;
}

type Policy = PeerAuthenticationResource | undefined;
const { STRICT, PERMISSIVE, DISABLE, UNSET } = MutualTlsMode;

/**
 * The DENY policies that stand for the PeerAuthentications of a captured workload: one list for every way to tell which policy is
 * the oldest. They differ from what a sidecar does; istiod withholds and derives them by rules of their own.
 */
export function convertedPolicies(inventory: Inventory, mesh: Mesh, namespace: string, labels: Labels): ConvertedPolicy[][] {
  const parents = parentPolicies(inventory, mesh, namespace);
  return combinations(differing(ambientScopes(inventory, mesh, namespace, labels))).map(([wide, middle, narrow]) => {
    const { strict, derivedFrom } = effective(wide, middle, narrow);
    return [strict ? [staticStrict(mesh)] : [], derivedFrom ? [derivePolicy(derivedFrom, parents.namespace, parents.mesh)] : []].flat();
  });
}

/** An empty selector counts as none in the workload's own namespace, and makes the policy count for nothing in the root namespace. */
function ambientScopes(inventory: Inventory, { rootNamespace }: Mesh, namespace: string, labels: Labels): Scopes {
  const own = inventory.policiesFor('PeerAuthentication', namespace, labels);
  const wide = own.filter(({ spec }) => !hasLabels(spec.selector));
  if (namespace === rootNamespace) return { mesh: tied(wide), namespace: [undefined], workload: [undefined] };
  return {
    mesh: tied(inventory.policiesFor('PeerAuthentication', rootNamespace, labels).filter(({ spec }) => !spec.selector)),
    namespace: tied(wide),
    workload: tied(own.filter(({ spec }) => hasLabels(spec.selector) && selects(spec.selector?.matchLabels, labels))),
  };
}

/** Every way to choose one policy of each scope. */
function combinations({ mesh, namespace, workload }: Scopes): Policy[][] {
  return mesh.flatMap(wide => namespace.flatMap(middle => workload.map(narrow => [wide, middle, narrow])));
}

/** One policy for all that say the same: of those that are not known by age there may be many. */
function differing({ mesh, namespace, workload }: Scopes): Scopes {
  return { mesh: byWords(mesh, ofMode), namespace: byWords(namespace, ofMode), workload: byWords(workload, ofPorts) };
}

function byWords(choice: Choice, words: (policy: Policy) => string): Choice {
  const first = new Map<string, Policy>();
  choice.forEach(policy => first.has(words(policy)) || first.set(words(policy), policy));
  return [...first.values()];
}

function ofMode(policy: Policy): string { return modeOf(policy?.spec.mtls); }

function ofPorts(policy: Policy): string { return JSON.stringify([ofMode(policy), policy?.spec.portLevelMtls]); }

/** Of equally old policies ztunnel's index takes any. */
function tied(policies: readonly PeerAuthenticationResource[]): readonly Policy[] {
  const choice = oldest(policies);
  const age = choice[0]?.meta.creationTimestamp;
  return age === undefined ? choice : policies.filter(({ meta }) => meta.creationTimestamp === age);
}

/** The parents that a derived policy is merged with: here only policies without any selector count. */
function parentPolicies(inventory: Inventory, { rootNamespace }: Mesh, namespace: string): { namespace: Policy; mesh: Policy } {
  const first = (of: string) => inventory.policiesFor('PeerAuthentication', of, {}).find(({ spec }) => !spec.selector);
  return { namespace: first(namespace), mesh: first(rootNamespace) };
}

/** Whether everything needs mutual TLS, and the workload policy if a policy derived from its ports is attached. */
function effective(mesh: Policy, namespace: Policy, workload: Policy): { strict: boolean; derivedFrom?: Policy } {
  const wide = modeOf(namespace?.spec.mtls) === UNSET ? modeOf(mesh?.spec.mtls) : modeOf(namespace?.spec.mtls);
  const own = modeOf(workload?.spec.mtls);
  const strict = (own === UNSET ? wide : own) === STRICT;
  const ports = Object.values(workload?.spec.portLevelMtls ?? {}).map(modeOf);
  // with the workload's own mode UNSET, an exception DISABLE is overlooked
  const derived = strict ? ports.includes(PERMISSIVE) || own === STRICT && ports.includes(DISABLE) : ports.includes(STRICT);
  return { strict: strict && !derived, derivedFrom: derived ? workload : undefined };
}

function staticStrict({ rootNamespace }: Mesh): ConvertedPolicy {
  return { name: `${rootNamespace}/istio_converted_static_strict`, denies: ({ hasPeer }) => !hasPeer };
}

/** One policy of the ports of a workload policy; it may close none. */
function derivePolicy(workload: PeerAuthenticationResource, namespace: Policy, mesh: Policy): ConvertedPolicy {
  const mode = modeOf(workload.spec.mtls);
  const [middle, wide] = [modeOf(namespace?.spec.mtls), modeOf(mesh?.spec.mtls)];
  const ports = Object.entries(workload.spec.portLevelMtls ?? {}).map(([port, mtls]) => ({ port: Number(port), mode: modeOf(mtls) }));
  // under a STRICT mesh a port is thought strict already, even where the workload is PERMISSIVE
  const alreadyStrict = mode === UNSET && middle === STRICT || middle === UNSET && wide === STRICT;
  const strictPorts = alreadyStrict ? [] : ports.filter(port => port.mode === STRICT).map(({ port }) => port);
  const exempts = mode === STRICT || mode === UNSET && exemptsPorts(namespace, mesh);
  const openPorts = exempts ? ports.filter(port => port.mode === PERMISSIVE || port.mode === DISABLE).map(({ port }) => port) : [];
  const closed = (port: number) => strictPorts.includes(port) || openPorts.length > 0 && !openPorts.includes(port);
  return { name: `${workload.namespace}/converted_peer_authentication_${workload.name}`, denies: ({ port, hasPeer }) => !hasPeer && closed(port) };
}

/** Whether exceptions are made for ports under an UNSET workload policy: only where a parent is not plainly permissive. */
function exemptsPorts(namespace: Policy, mesh: Policy): boolean {
  if (namespace) return modeOf(namespace.spec.mtls) === STRICT;
  return modeOf(mesh?.spec.mtls) === STRICT;
}
