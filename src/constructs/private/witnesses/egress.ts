import { meshWords } from './shape-key';
import { nameIn, Stated } from './stated';
import { EgressBoundaryIntent, EgressIntent } from '../../../intent/egress-intent';
import { PolicySet } from '../../../policy/policy-set';
import { oneOfEach } from '../../../util/grouped';
import { unique } from '../../../util/text';
import { boundaryFaults, EgressClient, egressFaults, NeededService } from '../../../validation/egress-faults';
import { AppWorkload, runsAsOneOf } from '../index/app-workloads';
import { boundaryOf, boundedBy } from '../index/egress-boundaries';
import { pastSidecar } from '../index/past-sidecars';
import { World } from '../index/world';

/** What is wrong with what may leave the pods of an app, by what workloads of it send. */
export function egressProblems(stated: Stated, intent: EgressIntent | EgressBoundaryIntent, world: World, policies: PolicySet): string[] {
  if (intent.kind === 'egress') { return egressFaults(intent, clientsOf(stated, intent, world), policies); }
  const bounded = boundedBy({ within: intent.within, pods: intent.pods }, world).filter(workload => !isPast(workload));
  return boundaryFaults(intent, oneOfEach(bounded, meshWords), neededServices(intent, world), policies);
}

/** One workload of each way in which pods of a namespace speak of the mesh, and are told apart by their boundaries and by who calls. */
function clientsOf(stated: Stated, { clients, callers }: EgressIntent, world: World): EgressClient[] {
  return clients.flatMap(({ name: namespace }) => {
    const nameOf = (role: string) => nameIn(stated, role, namespace);
    const isCaller = (workload: AppWorkload) => runsAsOneOf(callers, workload);
    const known = world.workloads.in(namespace).filter(workload => boundaryOf(workload, world) && !world.isGateway(workload) && !isPast(workload));
    return oneOfEach(known, one => `${boundaryOf(one, world)!.construct.node.path} ${isCaller(one)} ${meshWords(one)}`)
      .map(one => ({ namespace, name: one.name, isCaller: isCaller(one), entry: nameOf('service-entry')!, rule: nameOf('destination-rule') }));
  });
}

/** Services of the app among the hosts that a boundary knows. */
function neededServices({ hosts }: EgressBoundaryIntent, world: World): NeededService[] {
  return unique(hosts.map(({ host }) => host)).flatMap(host => {
    const [name, namespace] = host.split('.');
    const service = host.endsWith('.svc.cluster.local') ? world.tree.servicesIn(namespace).find(one => one.name === name) : undefined;
    return service && service.externalName === undefined ? [{ namespace, name, ports: service.ports.filter(({ transport }) => transport === 'TCP').map(({ port }) => port) }] : [];
  });
}

/** What a sidecar does not take it does not block: a finding tells of that. */
function isPast({ pod: { annotations } }: AppWorkload): boolean { return pastSidecar(annotations) !== undefined; }
