import { IConstruct } from 'constructs';
import { Labels } from '../../../intent/workload';
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
