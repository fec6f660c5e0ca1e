import { ApiObject } from 'cdk8s';
import { meshWords } from './shape-key';
import { Stated } from './stated';
import { LegacyDestinationIntent } from '../../../intent/legacy-destination-intent';
import { Manifest } from '../../../istio/manifest';
import { PolicySet } from '../../../policy/policy-set';
import { carries } from '../../../util/labels';
import { isObject } from '../../../util/shape';
import { LegacyClient, legacyFaults } from '../../../validation/legacy-faults';
import { World } from '../index/world';

/** What is wrong with a legacy destination in the app around it: with its own objects, else with what workloads of its clients send. */
export function legacyProblems(stated: Stated, intent: LegacyDestinationIntent, world: World, policies: () => PolicySet): string[] {
  const changed = changedObjects(stated, world);
  return changed.length > 0 ? changed : legacyFaults(intent, clientsOf(stated, intent, world), policies());
}

/** One workload of each way in which pods of a namespace speak of the mesh, and are told apart by the secret that they read. */
function clientsOf({ statement: { objects, roles } }: Stated, { clients, clientLabels, tls }: LegacyDestinationIntent, world: World): LegacyClient[] {
  return clients.flatMap(({ name: namespace }) => {
    const nameOf = (role: string) => objects.find((object, i) => roles[i] === role && object.metadata.namespace === namespace)?.name;
    const all = world.workloads.in(namespace).map(workload => {
      const isMeant = clientLabels === undefined || carries(workload.pod.labels, clientLabels);
      const rule = isMeant ? { rule: nameOf('destination-rule')!, mode: tls.mode } : { rule: nameOf('rule-for-others')!, mode: 'SIMPLE' } as const;
      return { key: `${isMeant} ${meshWords(workload)}`, client: { namespace, name: workload.name, ...rule, entry: nameOf('service-entry') } };
    });
    return [...new Map(all.map(({ key, client }) => [key, client])).values()];
  });
}

/** More may be added to the objects, as there is one rule for a host, but what they say stays. */
function changedObjects({ statement: { objects, roles, construct }, rendering: { specs } }: Stated, { tree }: World): string[] {
  return objects.flatMap((object, i) => {
    const { kind, name, metadata: { namespace } } = object;
    const said = saidBy(object, tree.manifest(object) as Manifest | undefined);
    if (said !== undefined && says(said.spec, specs[roles[i]]) && said.metadata.name === name && said.metadata.namespace === namespace) { return []; }
    return [`${kind} '${namespace}/${name}' of '${construct.node.path}' was changed or taken out after it was made, and does not say what this says; undo that, or state it here`];
  });
}

function saidBy({ node }: ApiObject, manifest: Manifest | undefined): Manifest | undefined {
  const isForSome = manifest?.metadata.labels?.['istio.io/rev'] !== undefined;
  return node.scope?.node.tryFindChild(node.id) === undefined || isForSome ? undefined : manifest;
}

/** Whether a value has all that another has; lists are as long. */
function says(value: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted)) { return Array.isArray(value) && value.length === wanted.length && wanted.every((inner, i) => says(value[i], inner)); }
  if (!isObject(wanted)) { return value === wanted; }
  return isObject(value) && Object.entries(wanted).every(([name, inner]) => says((value as { readonly [name: string]: unknown })[name], inner));
}
