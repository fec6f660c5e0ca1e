import { Labels } from '../../../intent/workload';
import { EXCLUDED_INTERFACES } from '../../../policy/workloads/sidecar-annotations';

/** The annotation by which pods have their sidecar leave out some of what they send, and its value. */
export function pastSidecar(annotations: Labels): readonly [name: string, value: string] | undefined {
  return Object.entries(annotations).find(([name, value]) => PAST_SIDECARS.some(past => past.name === name && past.lets(value)));
}

const PAST_SIDECARS: readonly { readonly name: string; readonly lets: (value: string) => boolean }[] = [
  { name: 'traffic.sidecar.istio.io/includeOutboundIPRanges', lets: value => value.trim() !== '*' },
  ...['traffic.sidecar.istio.io/excludeOutboundIPRanges', 'traffic.sidecar.istio.io/excludeOutboundPorts', EXCLUDED_INTERFACES].map(name =>
    ({ name, lets: (value: string) => value.trim() !== '' })),
];
