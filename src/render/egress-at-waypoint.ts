import { entryOf } from './outside';
import { Rendering } from './rendering';
import { fromOf } from './source';
import { EgressIntent, EgressWaypoint } from '../intent/egress-intent';
import { DataPlane } from '../intent/mesh';
import { hostValues } from '../intent/operation-data';
import { AuthorizationPolicySpec } from '../istio/authorization-policy';
import { DestinationRuleSpec } from '../istio/destination-rule';
import { NETWORKING_GROUP } from '../istio/manifest';
import { isKnownTo, unknownThere } from '../istio/versions';
import { listed, quoted } from '../util/text';

type AtWaypoint = EgressIntent & { readonly gateway: EgressWaypoint };

/** The version that gives each ServiceEntry addresses of its own, by which ztunnel knows it. */
const GIVES_ADDRESSES = '1.25';

/** What makes a host known in the namespace of a waypoint, to which it is bound, and a policy by which that lets in the callers. Sidecars are told of none of it. */
export function renderEgressAtWaypoint(intent: AtWaypoint, rule: DestinationRuleSpec | undefined): Rendering {
  const { host } = intent;
  return {
    specs: { 'service-entry': entryOf(host, intent), 'destination-rule': rule ?? {}, 'policy': policyOf(intent) },
    problems: [...ofSidecars(intent), ...withoutAddresses(intent)],
  };
}

/** Of TLS that callers start it sees no more than which host is called. */
function policyOf({ host, ports, gateway, callers, mesh, entry = '' }: AtWaypoint): AuthorizationPolicySpec {
  const from = fromOf(callers, mesh, { name: gateway.namespace, dataPlane: DataPlane.AMBIENT });
  const rules = ports.map(({ number, protocol }) => ({ ...from, to: [{ operation: { ...protocol === 'http' ? { hosts: hostValues(host) } : {}, ports: [String(number)] } }] }));
  return { targetRefs: [{ group: NETWORKING_GROUP, kind: 'ServiceEntry', name: entry }], rules };
}

/** They go straight to what a waypoint stands in front of. */
function ofSidecars({ clients, gateway }: AtWaypoint): string[] {
  const others = clients.filter(({ dataPlane }) => dataPlane !== DataPlane.AMBIENT).map(({ name }) => name);
  return others.length === 0 ? [] : [`callers must be in ambient, got those of ${listed(others)}, whose sidecars go past the waypoint ${quoted(gateway.path)}; give the EgressGateway a workload, to whose pods they are led`];
}

function withoutAddresses({ addresses, mesh: { istioVersion } }: AtWaypoint): string[] {
  return addresses.length > 0 || isKnownTo(istioVersion, GIVES_ADDRESSES) ? []
    : [`addresses must be given, such as '240.240.0.10', as Istio before ${GIVES_ADDRESSES} gives a host none, by which ztunnel would know what goes through the waypoint, ${unknownThere(istioVersion, 'name one that nothing else has')}`];
}
