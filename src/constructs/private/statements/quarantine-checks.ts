import { IConstruct } from 'constructs';
import { Labels } from '../../../intent/workload';
import { isKnownTo } from '../../../istio/versions';
import { few, quoted } from '../../../util/text';
import { Workload } from '../../workload';
import { statementOf } from '../index/statement';
import { World } from '../index/world';
import { mayCarry } from '../witnesses/reach';

/** Whoever else runs as the account is cut off from all that it calls. */
export function checkAlone(workload: Workload, world: World): string[] {
  const { namespace, serviceAccount, path } = workload._facts();
  const others = world.workloads.runningAs(namespace, serviceAccount).filter(({ object }) => object !== workload._apiObject());
  return others.length === 0 || workload._mayShareAccount ? [] : [`workload must be alone with its service account ${quoted(serviceAccount)}, as which ${few(others.map(other => other.path))} would be cut off from all that they call, too; `
    + `say that it is meant by Workload.of(…, { allowSharedServiceAccount: { reason: '…' } }), or give ${quoted(path)} one of its own first`];
}

/** Older versions know no policy for all waypoints, and their API refuses one. */
export function checkWaypoints({ mesh: { istioVersion }, declarations: { namespaces } }: World): string[] {
  const behind = namespaces.filter(({ waypoint }) => waypoint).map(({ name }) => name);
  return behind.length === 0 || isKnownTo(istioVersion, '1.25') ? [] : [`its account would still reach what is behind the waypoints of ${few(behind)}, as only from Istio 1.25 on there is a policy for all waypoints, `
    + `got istioVersion ${quoted(istioVersion)}; state that of the ZeroTrustMesh, or before 1.25 forbid the account there by an AccessGuardrail for each workload`];
}

/** Of Sidecars that select the same pods Istio takes the oldest: a quarantine is the youngest. */
export function checkSidecars(workload: Workload, world: World, own: IConstruct): string[] {
  const { namespace, podLabels } = workload._facts();
  const isOwn = (object: IConstruct) => statementOf(own)?.objects.some(one => one === object);
  return world.tree.objectsIn(namespace, 'networking.istio.io/Sidecar').filter(object => !isOwn(object)).flatMap(object => {
    const { spec } = (world.tree.manifest(object) ?? {}) as WrittenSidecar;
    const labels = spec?.workloadSelector?.labels;
    return labels && mayCarry(podLabels, labels) ? [`egress stays open, as Sidecar '${namespace}/${object.name}' at '${object.node.path}' selects the same pods, and Istio takes the oldest; `
      + 'take it out, or write there what a quarantine does: outboundTrafficPolicy REGISTRY_ONLY and egress of the hosts ~/* only'] : [];
  });
}

interface WrittenSidecar { readonly spec?: { readonly workloadSelector?: { readonly labels?: Labels } } }
