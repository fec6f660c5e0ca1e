import { AttachedPolicies } from './attached-policies';
import { Proxy } from './proxy';
import { AuthorizationPolicyAction } from '../../istio/authorization-policy';
import { Switch } from '../request/istiod-switches';
import { Mesh } from '../request/mesh-settings';
import { ProxyKind } from '../request/request';
import { actionOf, AuthorizationResource, isDryRun } from '../resources/policy';

/** A note for each switch of istiod that is not known, and could change what the policies of a proxy come to. */
export function switchesAssumed(mesh: Mesh, proxy: Proxy, { authorization, passedOver }: AttachedPolicies): string[] {
  if (mesh.knowsSwitches) return [];
  const enforced = authorization.filter(policy => !isDryRun(policy));
  const assumed = (name: Switch, matters: boolean, why: string) => matters ? [`istiod is taken to run with ${name}=${mesh.flag(name)}: ${why}`] : [];
  const isOfGatewayApi = proxy.kind === ProxyKind.GATEWAY && proxy.gatewayName !== undefined;
  return [
    ...assumed('PILOT_ENABLE_MULTIPLE_CUSTOM_AUTHZ_PROVIDERS', providersOf(enforced).size > 1, 'there are several external authorizers'),
    ...assumed('ENABLE_SELECTOR_BASED_K8S_GATEWAY_POLICY', isOfGatewayApi && enforced.some(policy => !isTargeted(policy)), 'a policy without targetRefs is attached to a gateway of the Gateway API'),
    ...assumed('ENABLE_LAYERED_WAYPOINT_AUTHORIZATION_POLICIES', proxy.kind === ProxyKind.WAYPOINT && passedOver.length > 0, 'a policy selects the pods of a waypoint'),
  ];
}

function providersOf(policies: readonly AuthorizationResource[]): Set<string> {
  return new Set(policies.filter(policy => actionOf(policy) === AuthorizationPolicyAction.CUSTOM).map(({ spec }) => spec.provider?.name ?? ''));
}

function isTargeted({ spec }: AuthorizationResource): boolean {
  return spec.targetRef !== undefined || (spec.targetRefs?.length ?? 0) > 0;
}
