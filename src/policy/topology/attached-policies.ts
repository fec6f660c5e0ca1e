import { Detached, policyNamespaces, whyDetached } from './attachment';
import { Proxy } from './proxy';
import { Mesh } from '../request/mesh-settings';
import { Inventory } from '../resources/inventory';
import { AuthorizationResource, RequestAuthenticationResource, Resource } from '../resources/policy';

/** The policies of a proxy, and those in its namespaces that are not its. */
export interface AttachedPolicies {
  readonly authorization: readonly AuthorizationResource[];
  readonly authentication: readonly RequestAuthenticationResource[];
  readonly detached: readonly Detached<Resource<unknown>>[];
}

export function attachedPolicies(inventory: Inventory, proxy: Proxy, mesh: Mesh): AttachedPolicies {
  const namespaces = policyNamespaces(proxy, mesh);
  const attached = (kind: 'AuthorizationPolicy' | 'RequestAuthentication') => namespaces
    .flatMap(namespace => inventory.policiesFor(kind, namespace, proxy.labels))
    .filter(policy => whyDetached(policy, proxy, mesh) === undefined);
  return {
    authorization: attached('AuthorizationPolicy'),
    authentication: attached('RequestAuthentication'),
    /** Only asked for by explanations. */
    get detached() { return detachedPolicies(inventory, proxy, mesh); },
  };
}

function detachedPolicies(inventory: Inventory, proxy: Proxy, mesh: Mesh): Detached<Resource<unknown>>[] {
  const namespaces = policyNamespaces(proxy, mesh);
  const kinds = ['AuthorizationPolicy', 'RequestAuthentication'] as const;
  return kinds.flatMap(kind => namespaces.flatMap(namespace => inventory.of(kind, namespace))).flatMap(policy => {
    const reason = whyDetached(policy, proxy, mesh);
    return reason === undefined ? [] : [{ policy, reason }];
  });
}
