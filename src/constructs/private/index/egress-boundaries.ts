import { IConstruct } from 'constructs';
import { AppWorkload } from './app-workloads';
import { isGatewayAlone } from './gateway-pods';
import { Bounds, readEach } from './statement';
import { World } from './world';
import { ServiceAccountCaller } from '../../../intent/caller';
import { selects } from '../../../intent/ports';
import { kept } from '../../../util/kept';

/** What an EgressBoundary is for, and the construct that states it. */
export interface StatedBounds extends Bounds { readonly construct: IConstruct }

const known = new WeakMap<World, readonly StatedBounds[]>();

/** The boundaries of an app. */
export function boundariesOf(world: World): readonly StatedBounds[] {
  return kept(known, world, () => readEach(world, ({ construct, bounds }) => bounds && { construct, ...bounds() }));
}

/** Pods, as far as they tell which boundary is theirs. */
interface Bounded { readonly namespace: string; readonly pod: Pick<AppWorkload['pod'], 'labels'> }

/** The boundary of a workload: one for its pods comes before that of its namespace. */
export function boundaryOf({ namespace, pod: { labels } }: Bounded, world: World): StatedBounds | undefined {
  const here = boundariesOf(world).filter(({ within }) => within === namespace);
  return here.find(({ pods }) => pods && selects(pods.selectorLabels, labels)) ?? boundaryOfNamespace(namespace, world);
}

/** The boundary of all pods of a namespace that have none of their own. */
export function boundaryOfNamespace(namespace: string, world: World): StatedBounds | undefined {
  return boundariesOf(world).find(({ within, pods }) => within === namespace && pods === undefined);
}

/** Workloads of the app that a boundary is for. Gateways go by none, but what runs beside one is to. */
export function boundedBy(bounds: Bounds, world: World): AppWorkload[] {
  return world.workloads.in(bounds.within).filter(workload => !isGatewayAlone(workload) && isBounded(workload, bounds, world));
}

/** Whether a boundary is for pods: of its own, or of a namespace, where they have none of their own. */
export function isBounded(bounded: Bounded, { within, pods }: Bounds, world: World): boolean {
  if (bounded.namespace !== within) { return false; }
  return pods ? selects(pods.selectorLabels, bounded.pod.labels) : boundaryOf(bounded, world)?.pods === undefined;
}

/** Whether a boundary is that of whoever runs as an account: of its own pods, or of a namespace, unless all pods of the account have their own. */
export function isForAccount({ within, pods }: Bounds, account: ServiceAccountCaller, world: World): boolean {
  if (account.namespace !== within || account.trustDomain !== undefined) { return false; }
  if (pods) { return pods.serviceAccount === account.name; }
  const running = world.workloads.runningAs(within, account.name);
  return running.length === 0 || running.some(workload => boundaryOf(workload, world)?.pods === undefined);
}
