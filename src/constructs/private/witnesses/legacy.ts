import { meshWords } from './shape-key';
import { nameIn, Stated } from './stated';
import { LegacyDestinationIntent } from '../../../intent/legacy-destination-intent';
import { PolicySet } from '../../../policy/policy-set';
import { oneOfEach } from '../../../util/grouped';
import { carries } from '../../../util/labels';
import { LegacyClient, legacyFaults } from '../../../validation/legacy-faults';
import { World } from '../index/world';

/** What is wrong with a legacy destination in the app around it, by what workloads of its clients send. */
export function legacyProblems(stated: Stated, intent: LegacyDestinationIntent, world: World, policies: PolicySet): string[] {
  return legacyFaults(intent, clientsOf(stated, intent, world), policies);
}

/** One workload of each way in which pods of a namespace speak of the mesh, and are told apart by the secret that they read. */
function clientsOf(stated: Stated, { clients, clientLabels, tls }: LegacyDestinationIntent, world: World): LegacyClient[] {
  return clients.flatMap(({ name: namespace }) => {
    const nameOf = (role: string) => nameIn(stated, role, namespace);
    const all = world.workloads.in(namespace).map(workload => {
      const isMeant = clientLabels === undefined || carries(workload.pod.labels, clientLabels);
      const rule = isMeant ? { rule: nameOf('destination-rule')!, mode: tls.mode } : { rule: nameOf('rule-for-others')!, mode: 'SIMPLE' } as const;
      return { key: `${isMeant} ${meshWords(workload)}`, client: { namespace, name: workload.name, ...rule, entry: nameOf('service-entry') } };
    });
    return oneOfEach(all, ({ key }) => key).map(({ client }) => client);
  });
}
