import { writtenByHand, WrittenObject } from './written-networking';
import { WorkloadFacts } from '../../../intent/workload';
import { CONTROLLER, MANAGED_BY } from '../../../policy/services/behind';
import { hostOfService, lowerCase } from '../../../policy/workloads/host-name';
import { SERVICE_NAME } from '../../../policy/workloads/label-names';
import { groupedBy } from '../../../util/grouped';
import { kept } from '../../../util/kept';
import { World } from '../index/world';
import { titleOf } from '../index/written';

/** Calls of a Service must go to its pods alone: what else stands behind its host gets some of them, past policies and in plaintext. */
export function checkHosts({ services }: WorkloadFacts, world: World): string[] {
  const beside = kept(known, world, () => besideServices(world));
  return services.flatMap(service => (beside.get(hostOfService(service)) ?? []).map(({ title }) =>
    `Service '${service.namespace}/${service.name}' must lead to its pods alone, got ${title}, by which some of its calls go elsewhere; take it out`));
}

/** What stands behind hosts beside the pods that Services select, by the host, as messages call it. */
type Beside = ReadonlyMap<string, readonly { readonly host: string; readonly title: string }[]>;

const known = new WeakMap<World, Beside>();

function besideServices(world: World): Beside {
  const entries = writtenByHand('ServiceEntry', world).filter(leadsByItself);
  const ofEntries = entries.flatMap(entry => lowerCase(entry.spec.hosts ?? []).map(host => ({ host, title: titleOf(entry) })));
  const slices = world.tree.written('discovery.k8s.io/EndpointSlice').filter(({ manifest: { metadata: { labels } } }) => labels?.[MANAGED_BY] !== CONTROLLER);
  const ofSlices = slices.flatMap(({ object, name, namespace = 'default', manifest: { metadata: { labels = {} } } }) => {
    const service = labels[SERVICE_NAME];
    const title = titleOf({ object, kind: 'EndpointSlice', namespace, name });
    return service === undefined ? [] : [{ host: hostOfService({ namespace, name: service }), title }];
  });
  return groupedBy([...ofEntries, ...ofSlices], ({ host }) => host);
}

/** What selects workloads, policies for these workloads are asked for. */
function leadsByItself({ spec: { workloadSelector } }: WrittenObject): boolean { return workloadSelector === undefined; }
