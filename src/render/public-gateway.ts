import { GatewayData } from '../intent/intent';
import { AuthorizationPolicySpec } from '../istio/authorization-policy';
import { GATEWAY_API_GROUP } from '../istio/manifest';

/** The role of the policy that admits everyone to one of several gateways. */
export function gatewayRole(index: number): string { return `gateway-${index}`; }

/** A policy for each gateway, which admits everyone to its ports. */
export function admissionsOf(gateways: readonly GatewayData[]): { [role: string]: AuthorizationPolicySpec } {
  return Object.fromEntries(gateways.map((gateway, index) => [gatewayRole(index), admitEveryone(gateway)]));
}

function admitEveryone(gateway: GatewayData): AuthorizationPolicySpec {
  const rules = [{ to: [{ operation: { ports: gateway.ports.map(String) } }] }];
  return gateway.kind === 'classic'
    ? { selector: { matchLabels: { ...gateway.labels } }, rules }
    : { targetRefs: [{ group: GATEWAY_API_GROUP, kind: 'Gateway', name: gateway.name }], rules };
}
