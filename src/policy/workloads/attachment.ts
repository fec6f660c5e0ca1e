import { Proxy } from './proxy';
import { PolicyTargetReference, WorkloadSelector } from '../../istio/selection';
import { carries } from '../../util/labels';
import { Mesh } from '../request/mesh-settings';
import { ProxyKind } from '../request/request';
import { Labels } from '../resources/inventory';
import { Resource } from '../resources/policy';

/** A policy that is meant for some proxies and not for others. */
export interface Targeted {
  readonly selector?: WorkloadSelector;
  readonly targetRef?: PolicyTargetReference;
  readonly targetRefs?: PolicyTargetReference[];
}

/** A policy of a namespace that counts, and why it is not attached. */
export interface Detached<P> {
  readonly policy: P;
  readonly reason: string;
}

/** Why a policy is not attached to a proxy; undefined if it is. */
export function whyDetached({ namespace, spec }: Resource<Targeted>, proxy: Proxy, mesh: Mesh): string | undefined {
  const refs = spec.targetRefs?.length ? spec.targetRefs : [spec.targetRef ?? []].flat();
  if (proxy.kind === ProxyKind.ZTUNNEL) return detachedFromZtunnel(spec.selector, refs, proxy);
  if (proxy.gatewayName === undefined) {
    return refs.length > 0 ? 'a policy with targetRefs is not for sidecars and classic gateways' : detachedBySelector(spec.selector, proxy);
  }
  if (refs.length > 0) return refs.some(ref => isTarget(ref, namespace, proxy, mesh)) ? undefined : 'no targetRef names this proxy or the object behind it';
  return whyUntargeted(proxy, mesh) ?? detachedBySelector(spec.selector, proxy);
}

/** Why policies without targetRefs are not for an instance of a Gateway of the Gateway API. */
function whyUntargeted({ kind, isEntrance }: Proxy, mesh: Mesh): string | undefined {
  if (kind === ProxyKind.WAYPOINT && !isEntrance) return 'a policy without targetRefs is not for waypoints';
  return mesh.flag('ENABLE_SELECTOR_BASED_K8S_GATEWAY_POLICY') ? undefined : 'a policy without targetRefs is not for gateways of the Gateway API, by ENABLE_SELECTOR_BASED_K8S_GATEWAY_POLICY';
}

function detachedBySelector(selector: WorkloadSelector | undefined, { labels }: Proxy): string | undefined {
  return selects(selector?.matchLabels, labels) ? undefined : 'the selector does not match the labels';
}

function detachedFromZtunnel(selector: WorkloadSelector | undefined, refs: readonly PolicyTargetReference[], { labels }: Proxy): string | undefined {
  if (refs.length > 0) return 'a policy with targetRefs is not for ztunnel';
  if (!selector) return undefined;
  if (!hasLabels(selector)) return 'ztunnel attaches a policy with an empty selector to nothing';
  return selects(selector.matchLabels, labels) ? undefined : 'the selector does not match the labels';
}

function isTarget(ref: PolicyTargetReference, policyNamespace: string, proxy: Proxy, mesh: Mesh): boolean {
  const is = (group: string, kind: string) => ref.kind === kind && (ref.group === 'core' ? '' : ref.group ?? '') === group;
  if (proxy.kind === ProxyKind.WAYPOINT && !proxy.isEntrance) {
    const isObject = proxy.object?.name === ref.name && proxy.object.namespace === policyNamespace;
    if (isObject && proxy.object?.kind === 'Service' && is('', 'Service')) return true;
    if (isObject && proxy.object?.kind === 'ServiceEntry' && is('networking.istio.io', 'ServiceEntry')) return true;
    const isClass = is('gateway.networking.k8s.io', 'GatewayClass') && ref.name === 'istio-waypoint';
    if (isClass && policyNamespace === mesh.rootNamespace && mesh.has('gatewayClassTarget')) return true;
  }
  return is('gateway.networking.k8s.io', 'Gateway') && policyNamespace === proxy.namespace
    && ref.name === proxy.gatewayName && (!ref.namespace || ref.namespace === proxy.namespace);
}

/** Whether every label of a selector is there; no labels select all. */
export function selects(wanted: Labels | undefined, labels: Labels): boolean {
  return carries(labels, wanted ?? {});
}

/** Whether a selector names at least one label. */
export function hasLabels(selector: WorkloadSelector | undefined): boolean {
  return Object.keys(selector?.matchLabels ?? {}).length > 0;
}

/** Namespaces whose policies may be for a proxy, in the order in which Istio reads them. */
export function policyNamespaces(proxy: Proxy, mesh: Mesh): string[] {
  return [...new Set([proxy.namespace, mesh.rootNamespace, proxy.object?.namespace ?? []].flat())];
}
