import { Hop } from './hop';
import { fullName } from '../resources/policy';
import { Workload } from '../workloads/workload';
import { FoundProxy } from '../workloads/workload-proxy';

/** What to say of a connection that goes past the gateway of its pods, to what runs beside it: nothing is captured there. Empty where the gateway gets it. */
export function pastGateway(hop: Hop, { found, podSpec, ...pods }: Workload & { readonly found: FoundProxy }): string[] {
  if (hop.at !== 'gateway' || !found.injected || hop.listeners.some(chains => chains.length > 0)) return [];
  const runsAlone = podSpec?.containers?.every(({ name }) => name === 'istio-proxy') ?? true;
  return runsAlone ? [] : [`port ${hop.port} is none of the gateway's, and what runs beside it in '${fullName(pods)}' may listen there: no proxy enforces policy for it`];
}
