import { OtherObject } from './other-objects';
import { mayCarry } from './reach';
import { EgressBoundaryIntent, EgressGatewayData, EgressGatewayIntent } from '../../../intent/egress-intent';
import { IngressGatewayIntent } from '../../../intent/ingress-intent';
import { QuarantineIntent } from '../../../intent/quarantine-intent';
import { Labels } from '../../../intent/workload';
import { ProxyKind } from '../../../policy/request/request';
import { podsMadeFor } from '../../../policy/workloads/gateway-pods';
import { renderQuarantine } from '../../../render/quarantine';
import { elementsOf } from '../../../util/shape';
import { quoted } from '../../../util/text';
import { ConfigPatch } from '../../../validation/envoy-patches';
import { KeepingProxy, undoneBy } from '../../../validation/way-patches';
import { boundedBy } from '../index/egress-boundaries';
import { World } from '../index/world';
import { INGRESS_CLASS } from '../reading/gateway-class';

/** What says who keeps in what is sent, or out who comes. */
type Keeping = EgressBoundaryIntent | EgressGatewayIntent | IngressGatewayIntent | QuarantineIntent;

/** EnvoyFilters that undo what keeps in those within a boundary, or what a gateway lets out or in: Envoy does what they say, and no request to the evaluator shows it. */
export function undoingFilters(intent: Keeping, others: readonly OtherObject[], world: World): string[] {
  const filters = others.filter(({ kind }) => kind === 'EnvoyFilter');
  if (filters.length === 0) { return []; }
  const kept = keptBy(intent, world);
  if (kept === undefined) { return []; }
  const { proxy, isHit, what } = kept;
  return filters.filter(isHit).flatMap(({ namespace, name, path, manifest }) => {
    const undone = undoneBy(elementsOf((manifest.spec as Written | undefined)?.configPatches), proxy);
    return undone === undefined ? [] : [`EnvoyFilter '${namespace}/${name}' at '${path}' changes ${what(undone)}; take that patch out`];
  });
}

/** The `spec` of an EnvoyFilter as somebody writes it. */
interface Written {
  readonly configPatches?: readonly (ConfigPatch | undefined)[];
  readonly workloadSelector?: { readonly labels?: Labels };
  readonly targetRefs?: readonly ({ readonly kind?: string; readonly name?: string } | undefined)[];
}

/** Whose filters count, and what for. */
interface Kept {
  readonly proxy: KeepingProxy;
  readonly isHit: (filter: OtherObject) => boolean;
  readonly what: (undone: string) => string;
}

/** Undefined where nothing is kept in by a proxy. */
function keptBy(intent: Keeping, world: World): Kept | undefined {
  switch (intent.kind) {
    case 'quarantine': return quarantined(intent);
    case 'egress-boundary': return sidecars(intent, world);
    case 'egress-gateway': return gatewayOf(intent);
    case 'ingress-gateway': return ingressOf(intent);
  }
}

/** Without labels it is for all sidecars of its namespace, and in the root namespace for those of all; in the namespace also for pods that the app does not show. */
function sidecars({ mesh, within, pods }: EgressBoundaryIntent, world: World): Kept {
  const bounded = boundedBy({ within, pods }, world).map(({ pod }) => pod.labels);
  const all = world.workloads.in(within).map(({ pod }) => pod.labels);
  const isOfUnseen = (filter: OtherObject) => pods === undefined && filter.namespace === within && isForSidecars(filter) && !selectsAny(filter, all);
  return {
    proxy: 'sidecar',
    isHit: filter => isOfNamespace(filter, within, mesh.rootNamespace)
      && (selectsAny(filter, pods ? [...bounded, pods.podLabels] : bounded) || isOfUnseen(filter)),
    what: undone => `what keeps in ${pods ? `what ${quoted(pods.path)} sends` : `what is sent from ${quoted(within)}`} (${undone}), so that it may go to what nobody states`,
  };
}

/** A workload without NetworkPolicies has a Sidecar that blocks all that it sends. */
function quarantined(intent: QuarantineIntent): Kept | undefined {
  const { target, network, mesh: { rootNamespace } } = intent;
  if (!target || network === 'all' || !('egress' in renderQuarantine(intent).specs)) { return undefined; }
  return {
    proxy: 'sidecar',
    isHit: filter => isOfNamespace(filter, target.namespace, rootNamespace) && selectsAny(filter, [target.podLabels]),
    what: undone => `what keeps in what ${quoted(target.path)} sends (${undone}), so that egress may stay open`,
  };
}

function gatewayOf({ mesh: { rootNamespace }, gateway }: EgressGatewayIntent): Kept {
  const { pods, namespace, name, path } = gateway;
  const what = (undone: string) => `by what the gateway ${quoted(path)} lets callers out (${undone}), so that others may pass, or to what nobody states`;
  if (pods) { return { proxy: 'gateway', isHit: filter => isOfNamespace(filter, namespace, rootNamespace) && selectsAny(filter, [pods.podLabels]), what }; }
  return { proxy: 'waypoint', isHit: filter => targetsWaypoint(filter, { namespace, name }, rootNamespace), what };
}

/** Pods that Istio makes for a Gateway are selected by the labels that it gives them, or by reference to the Gateway or its class. */
function ingressOf({ mesh: { rootNamespace }, gateway: { pods, namespace, name, path } }: IngressGatewayIntent): Kept {
  const place = pods?.namespace ?? namespace;
  const labels = pods?.podLabels ?? podsMadeFor({ namespace, name, meta: {}, spec: { gatewayClassName: INGRESS_CLASS } }, ProxyKind.GATEWAY).labels;
  return {
    proxy: 'gateway',
    isHit: filter => isOfNamespace(filter, place, rootNamespace) && selectsAny(filter, [labels])
      || pods === undefined && targetsGateway(filter, { namespace, name, ofClass: INGRESS_CLASS }, rootNamespace),
    what: undone => `how clients come in by the gateway ${quoted(path)} (${undone}), so that it may take some for others, let in more, or lead them to what nobody states`,
  };
}

function isOfNamespace(filter: OtherObject, ...namespaces: readonly string[]): boolean { return namespaces.includes(filter.namespace); }

/** Those with targetRefs are for waypoints and managed gateways. */
function isForSidecars(filter: OtherObject): boolean { return targetsOf(filter).length === 0; }

function selectsAny(filter: OtherObject, pods: readonly Labels[]): boolean {
  const wanted = (filter.manifest.spec as Written | undefined)?.workloadSelector?.labels ?? {};
  return isForSidecars(filter) && (Object.keys(wanted).length === 0 || pods.some(labels => mayCarry(labels, wanted)));
}

/** A waypoint takes none without targetRefs. */
function targetsWaypoint(filter: OtherObject, { namespace, name }: Pick<EgressGatewayData, 'namespace' | 'name'>, rootNamespace: string): boolean {
  return targetsGateway(filter, { namespace, name, ofClass: 'istio-waypoint' }, rootNamespace)
    || filter.namespace === namespace && targetsOf(filter).some(ref => ref?.kind === 'ServiceEntry');
}

interface Named { readonly namespace: string; readonly name: string; readonly ofClass: string }

function targetsGateway(filter: OtherObject, { namespace, name, ofClass }: Named, rootNamespace: string): boolean {
  return targetsOf(filter).some(ref => ref?.kind === 'Gateway' ? filter.namespace === namespace && ref.name === name
    : ref?.kind === 'GatewayClass' && filter.namespace === rootNamespace && ref.name === ofClass);
}

function targetsOf({ manifest }: OtherObject): NonNullable<Written['targetRefs']> { return elementsOf((manifest.spec as Written | undefined)?.targetRefs); }
