import { isThat, runningAs } from './accounts';
import { waypointsOf } from '../../../intent/mesh';
import { QuarantineIntent } from '../../../intent/quarantine-intent';
import { Labels } from '../../../intent/workload';
import { NETWORKING_GROUP } from '../../../istio/manifest';
import { SidecarSpec } from '../../../istio/sidecar';
import { isKnownTo } from '../../../istio/versions';
import { renderQuarantine } from '../../../render/quarantine';
import { few, quoted } from '../../../util/text';
import { Workload } from '../../workload';
import { boundariesOf } from '../index/egress-boundaries';
import { pastByCapability, pastByUser, pastSidecar } from '../index/past-sidecars';
import { StatedIntents } from '../index/stated-intents';
import { World } from '../index/world';
import { writtenIn } from '../index/written';
import { mayCarry } from '../witnesses/reach';

/** Whoever else runs as the account is cut off from all that it calls. */
export function checkAlone(workload: Workload, world: World): string[] {
  const { namespace, serviceAccount, path } = workload._facts();
  const others = runningAs(namespace, serviceAccount, world).filter(runner => !isThat(workload, runner));
  return others.length === 0 || workload._mayShareAccount ? [] : [`workload must be alone with its service account ${quoted(serviceAccount)}, as which ${few(others.map(other => other.path))} would be cut off from all that they call, too; `
    + `say that it is meant by Workload.of(…, { allowSharedServiceAccount: { reason: '…' } }), or give ${quoted(path)} one of its own first`];
}

/** Older versions know no policy for all waypoints, and their API refuses one. */
export function checkWaypoints({ mesh: { istioVersion }, declarations: { namespaces } }: World): string[] {
  const behind = namespaces.filter(declared => waypointsOf(declared).length > 0).map(({ name }) => name);
  return behind.length === 0 || isKnownTo(istioVersion, '1.25') ? [] : [`its account would still reach what is behind the waypoints of ${few(behind)}, as only from Istio 1.25 on there is a policy for all waypoints, `
    + `${istioVersion === undefined ? 'and no istioVersion is stated' : `got istioVersion ${quoted(istioVersion)}`}; state that of the ZeroTrustMesh, or before 1.25 forbid the account there by an AccessGuardrail for each workload`];
}

/** What a workload sends must be kept in: below all proxies by NetworkPolicies, or where there are none by its own. */
export function checkEgress(workload: Workload, intent: QuarantineIntent, world: World): string[] {
  return intent.network === 'all' ? [] : [...checkSidecars(workload, world), ...checkCapture(workload, intent, world)];
}

/** Of Sidecars that select the same pods Istio takes the oldest: a quarantine is the youngest. That of another quarantine is as good. */
function checkSidecars(workload: Workload, world: World): string[] {
  const facts = workload._facts();
  const { namespace, podLabels } = facts;
  const bounds = boundariesOf(world).filter(({ pods }) => pods && StatedIntents.of(world).meetAtPods(pods, facts));
  return [...bounds.map(({ construct: { node } }) => `egress stays open, as the Sidecar of EgressBoundary '${node.path}' selects the same pods, and Istio takes the oldest; take it out while the quarantine lasts`), ...written(namespace, podLabels, world)];
}

function written(namespace: string, podLabels: Labels, world: World): string[] {
  return writtenIn<SidecarSpec>({ namespace, group: NETWORKING_GROUP, kind: 'Sidecar' }, world).flatMap(({ object, name, spec }) => {
    const labels = spec.workloadSelector?.labels;
    return labels && mayCarry(podLabels, labels) ? [`egress stays open, as Sidecar '${namespace}/${name}' at '${object.node.path}' selects the same pods, and Istio takes the oldest; take it out`] : [];
  });
}

/** What goes past the sidecar no Sidecar keeps in. */
function checkCapture(workload: Workload, intent: QuarantineIntent, world: World): string[] {
  if (!('egress' in renderQuarantine(intent).specs)) { return []; }
  const { path, namespace, pod: { annotations } } = workload._facts();
  const letting = pastSidecar(annotations);
  const podSpec = world.workloads.in(namespace).find(one => one.path === path)?.podSpec;
  const how = letting ? `lets connections past its sidecar by annotation ${letting[0]}: ${quoted(letting[1])}` : podSpec && (pastByUser(podSpec) ?? pastByCapability(podSpec));
  return how === undefined ? [] : [`egress stays open, as ${quoted(path)} ${how}; take that out of its pods, or keep them in by a NetworkPolicy without egress and put the account in quarantine`];
}
