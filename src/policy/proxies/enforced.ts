import { EnvoyPolicies, envoyPolicies } from './envoy-policies';
import { ZtunnelPolicies, ztunnelPolicies } from './ztunnel-policies';
import { kept } from '../../util/kept';
import { Chain } from '../services/protocol';
import { EnvoyHop, Hop, ZtunnelHop } from '../way/hop';
import { AttachedPolicies } from '../workloads/attached-policies';

/** The policies of a proxy as it enforces them, each translated when it is first asked for. */
interface Enforced {
  HTTP?: EnvoyPolicies;
  TCP?: EnvoyPolicies;
  ztunnel?: ZtunnelPolicies;
}

/** By the policies of a proxy, which are found once per proxy and never change. */
const ENFORCED = new WeakMap<AttachedPolicies, Enforced>();

/** What an Envoy proxy enforces on a kind of filter chain. */
export function enforcedByEnvoy({ attached, mesh }: EnvoyHop, chain: Chain): EnvoyPolicies {
  return enforced(attached)[chain] ??= envoyPolicies(attached, chain, mesh);
}

/** What ztunnel enforces for a workload. */
export function enforcedByZtunnel({ attached, mesh }: ZtunnelHop): ZtunnelPolicies {
  return enforced(attached).ztunnel ??= ztunnelPolicies(attached, mesh);
}

/** What a proxy enforces on a connection; on HTTP where there was no filter chain to put it through. */
export function enforcedAt(hop: Hop, chain: Chain | undefined): EnvoyPolicies | ZtunnelPolicies {
  return hop.at === 'ztunnel' ? enforcedByZtunnel(hop) : enforcedByEnvoy(hop, chain ?? 'HTTP');
}

function enforced(attached: AttachedPolicies): Enforced {
  return kept(ENFORCED, attached, () => ({}));
}
