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
  const detached: Detached<Resource<unknown>>[] = [];
  const attached = <P extends Resource<object>>(policies: readonly P[]): P[] => policies.filter(policy => {
    const reason = whyDetached(policy, proxy, mesh);
    if (reason !== undefined) detached.push({ policy, reason });
    return reason === undefined;
  });
  const namespaces = policyNamespaces(proxy, mesh);
  return {
    authorization: attached(namespaces.flatMap(namespace => inventory.of('AuthorizationPolicy', namespace))),
    authentication: attached(namespaces.flatMap(namespace => inventory.of('RequestAuthentication', namespace))),
    detached,
  };
}
