import { atPods } from './attachment';
import { checkScope } from './checks';
import { ALL_WAYPOINTS } from './mesh';
import { Rendering } from './rendering';
import { principalsOf } from './source';
import { DataPlane, NamespaceFacts } from '../intent/mesh';
import { QuarantineIntent } from '../intent/quarantine-intent';
import { WorkloadFacts } from '../intent/workload';
import { AuthorizationPolicyAction, AuthorizationPolicySpec } from '../istio/authorization-policy';
import { isKnownTo } from '../istio/versions';

/**
 * Nobody reaches the pods, and nobody is reached by the account: at sidecars and ztunnel, and at waypoints, which a policy without targetRefs does not reach.
 * What the pods send to anywhere else is kept in by their own proxy, or in ambient, where that has no say, by a NetworkPolicy; where NetworkPolicies say what may connect, by one that closes both ways.
 */
export function renderQuarantine(intent: QuarantineIntent): Rendering {
  const { target, namespace, mesh, account, hasAmbient } = intent;
  const problems: string[] = [];
  // written for all proxies of the mesh: ztunnel knows no aliases
  const principals = principalsOf([account], mesh, { name: account.namespace, dataPlane: DataPlane.AMBIENT });
  const caller: AuthorizationPolicySpec = { action: AuthorizationPolicyAction.DENY, rules: [{ from: [{ source: { principals } }] }] };
  return {
    specs: {
      caller,
      ...hasAmbient && isKnownTo(mesh.istioVersion, '1.25') ? { 'caller-waypoint': { targetRefs: [ALL_WAYPOINTS], ...caller } } : {},
      ...target && namespace ? cutOff(target, namespace, intent, problems) : {},
    },
    problems,
  };
}

/** Pods may be in ambient mode by themselves, where their namespace is not; but none that has a sidecar. */
function isAmbientByItself({ podLabels }: WorkloadFacts, isInjected = true): boolean {
  const inject = podLabels['sidecar.istio.io/inject'];
  return podLabels['istio.io/dataplane-mode'] === 'ambient' && (inject === 'false' || (!isInjected && inject !== 'true'));
}

type Specs = { readonly [role: string]: object };

function cutOff(target: WorkloadFacts, namespace: NamespaceFacts, { mesh, isInjected, network }: QuarantineIntent, problems: string[]): Specs {
  const pods = atPods(target, namespace);
  checkScope({ mesh, target }, pods, problems);
  const policy: AuthorizationPolicySpec = { ...pods.scope, action: AuthorizationPolicyAction.DENY, rules: [{}] };
  const labels = target.selectorLabels;
  const isAmbient = pods.proxy === 'ztunnel' || isAmbientByItself(target, isInjected);
  return {
    policy,
    ...isAmbient ? {} : { egress: { workloadSelector: { labels }, outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' }, egress: [{ hosts: ['~/*'] }] } },
    ...network === 'all' ? { network: { podSelector: { matchLabels: labels }, policyTypes: ['Ingress', 'Egress'], ingress: [], egress: [] } }
      : isAmbient ? { 'egress-network': { podSelector: { matchLabels: labels }, policyTypes: ['Egress'], egress: [] } } : {},
  };
}
