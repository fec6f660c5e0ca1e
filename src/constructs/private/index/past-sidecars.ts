import { Labels } from '../../../intent/workload';
import { isOfInjection, isOfRules } from '../../../policy/workloads/own-containers';
import { PROXY_ID, runsAsProxy } from '../../../policy/workloads/proxy-identity';
import { EXCLUDED_INTERFACES } from '../../../policy/workloads/sidecar-annotations';
import { quoted } from '../../../util/text';
import { PodSpecReading, SecurityContextReading } from '../reading/read-pods';

/** The annotation by which pods have their sidecar leave out some of what they send, and its value. */
export function pastSidecar(annotations: Labels): readonly [name: string, value: string] | undefined {
  return Object.entries(annotations).find(([name, value]) => PAST_SIDECARS.some(past => past.name === name && past.lets(value)));
}

const PAST_SIDECARS: readonly { readonly name: string; readonly lets: (value: string) => boolean }[] = [
  { name: 'traffic.sidecar.istio.io/includeOutboundIPRanges', lets: value => value.trim() !== '*' },
  ...['traffic.sidecar.istio.io/excludeOutboundIPRanges', 'traffic.sidecar.istio.io/excludeOutboundPorts', EXCLUDED_INTERFACES].map(name =>
    ({ name, lets: (value: string) => value.trim() !== '' })),
];

/** How the processes of pods go round their sidecar, in words; undefined where nothing says that they do. */
export function pastByUser({ containers, securityContext: ofPod }: Pick<PodSpecReading, 'containers' | 'securityContext'>): string | undefined {
  const proxy = ownOf(containers).find(({ securityContext }) => runsAsProxy(securityContext, ofPod));
  return proxy && `runs container ${quoted(proxy.name ?? '')} as the user or group ${PROXY_ID}, of which the sidecar gets nothing, as it is its own`;
}

/** The same, also while pods start, or of what runs beside them from then on. */
export function pastByAnyUser({ containers, initContainers, securityContext }: PodSpecReading): string | undefined {
  return pastByUser({ containers: [...containers, ...initContainers], securityContext });
}

/** How they may change what their sidecar gets, in words. */
export function pastByCapability({ containers, initContainers }: PodSpecReading): string | undefined {
  const all: readonly ReadContainer[] = [...containers, ...initContainers];
  const free = all.find(({ name, securityContext }) => !isOfRules(name) && mayChangeNetwork(securityContext));
  return free && `lets container ${quoted(free.name ?? '')} change what the sidecar gets, by privileged or the capability NET_ADMIN`;
}

/** Those that injection does not add. */
function ownOf(containers: readonly ReadContainer[]): readonly ReadContainer[] {
  return containers.filter(({ name }) => !isOfInjection(name));
}

interface ReadContainer { readonly name?: string; readonly securityContext?: SecurityContextReading }

function mayChangeNetwork({ privileged, capabilities }: SecurityContextReading = {}): boolean {
  const added = Array.isArray(capabilities?.add) ? capabilities.add : [];
  return privileged === true || added.some(one => ['NET_ADMIN', 'CAP_NET_ADMIN', 'SYS_ADMIN', 'CAP_SYS_ADMIN', 'ALL'].includes(String(one).toUpperCase()));
}
