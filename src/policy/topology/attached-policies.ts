import { Detached, hasLabels, policyNamespaces, selects, Targeted, whyDetached } from './attachment';
import { Proxy } from './proxy';
import { whyUnread } from './revision';
import { Mesh } from '../request/mesh-settings';
import { ProxyKind } from '../request/request';
import { Inventory } from '../resources/inventory';
import { AuthorizationResource, fullName, RequestAuthenticationResource, Resource } from '../resources/policy';

/** The policies of a proxy, and those in its namespaces that are not its. */
export interface AttachedPolicies {
  readonly authorization: readonly AuthorizationResource[];
  readonly authentication: readonly RequestAuthenticationResource[];
  /** Those that would be attached, but that the proxy's control plane does not read. */
  readonly unread: readonly Resource<unknown>[];
  /** Those that are not attached, though they select the pods of the proxy by labels. */
  readonly passedOver: readonly Resource<unknown>[];
  /** Those of the namespaces that are not attached, of which only explanations ask: all are gone through. */
  detached(): readonly Detached<Resource<unknown>>[];
}

const POLICIES = ['AuthorizationPolicy', 'RequestAuthentication'] as const;

export function attachedPolicies(inventory: Inventory, proxy: Proxy, mesh: Mesh): AttachedPolicies {
  const namespaces = policyNamespaces(proxy, mesh);
  const unread: Resource<unknown>[] = [];
  const passedOver: Resource<unknown>[] = [];
  const attached = (kind: typeof POLICIES[number]) => namespaces
    .flatMap(namespace => inventory.policiesFor(kind, namespace, proxy.labels))
    .filter(policy => {
      const isMeant = whyDetached(policy, proxy, mesh) === undefined;
      const isRead = whyUnread(inventory, mesh, proxy.revision, policy) === undefined;
      if (isMeant && !isRead) unread.push(policy);
      if (!(isMeant && isRead) && isSelecting(policy, proxy)) passedOver.push(policy);
      return isMeant && isRead;
    });
  return {
    authorization: attached('AuthorizationPolicy'),
    authentication: attached('RequestAuthentication'),
    unread: [...unread, ...unreadPeers(inventory, proxy, mesh)],
    passedOver,
    detached: () => detachedPolicies(inventory, proxy, mesh),
  };
}

/** The same, with policies that nobody wrote. */
export function withPolicies(attached: AttachedPolicies, more: readonly AuthorizationResource[]): AttachedPolicies {
  return { ...attached, authorization: [...attached.authorization, ...more] };
}

function isSelecting({ spec: { selector } }: Resource<Targeted>, { labels }: Proxy): boolean {
  return hasLabels(selector) && selects(selector?.matchLabels, labels);
}

function detachedPolicies(inventory: Inventory, proxy: Proxy, mesh: Mesh): Detached<Resource<unknown>>[] {
  const namespaces = policyNamespaces(proxy, mesh);
  return POLICIES.flatMap(kind => namespaces.flatMap(namespace => inventory.of(kind, namespace))).flatMap(policy => {
    const reason = whyDetached(policy, proxy, mesh) ?? whyUnread(inventory, mesh, proxy.revision, policy);
    return reason === undefined ? [] : [{ policy, reason }];
  });
}

function unreadPeers(inventory: Inventory, proxy: Proxy, mesh: Mesh): Resource<unknown>[] {
  if (proxy.kind !== ProxyKind.SIDECAR && proxy.kind !== ProxyKind.ZTUNNEL) return [];
  const policies = policyNamespaces(proxy, mesh).flatMap(namespace => inventory.policiesFor('PeerAuthentication', namespace, proxy.labels));
  const selecting = policies.filter(({ spec }) => selects(spec.selector?.matchLabels, proxy.labels));
  return selecting.filter(policy => whyUnread(inventory, mesh, proxy.revision, policy) !== undefined);
}

/** Tells of policies that are not used because of where they are, or of what they are labelled. */
export function ofOtherRevisions(proxy: Proxy, { unread }: AttachedPolicies): string[] {
  if (unread.length === 0) return [];
  return [`the control plane of '${fullName(proxy)}'${proxy.revision === undefined ? '' : `, '${proxy.revision}',`} does not read ${unread.map(fullName).join(', ')}`];
}
