import { AppWorkload } from './app-workloads';
import { OtherPods } from './other-pods';
import { World } from './world';
import { Labels, ServiceFacts, WorkloadFacts } from '../../../intent/workload';
import { attachmentOf } from '../../../render/attachment';
import { kept } from '../../../util/kept';

/** The pods that a policy for a workload finds: by the labels of the workload, or at a waypoint by those that a Service selects. */
export interface Reach {
  readonly labels: Labels;
  readonly service?: ServiceFacts;
  /** Workloads of the app that it finds, itself among them. */
  readonly found: readonly AppWorkload[];
  /** What else of the app it finds. */
  readonly foundBeside: readonly OtherPods[];
}

/** What of an app some labels find. */
export function reachOf(world: World, namespace: string, labels: Labels, service?: ServiceFacts): Reach {
  return { labels, service, found: world.workloads.selectedBy(namespace, labels), foundBeside: world.otherPods.selectedBy(namespace, labels) };
}

/** What policies for workloads reach, found out once for each of them. */
export class Reaches {
  public static of(world: World): Reaches { return kept(Reaches.known, world, () => new Reaches(world)); }

  private static readonly known = new WeakMap<World, Reaches>();

  private readonly ofTargets = new Map<WorkloadFacts, readonly Reach[]>();

  private constructor(private readonly world: World) {}

  /** A reach for each way by which policies for a workload are attached. */
  public for(target: WorkloadFacts): readonly Reach[] { return kept(this.ofTargets, target, () => this.find(target)); }

  private find(target: WorkloadFacts): Reach[] {
    const { namespace, selectorLabels } = target;
    const reach = (labels: Labels, service?: ServiceFacts): Reach => reachOf(this.world, namespace, labels, service);
    const { scope, services } = attachmentOf(target, this.world.placeOf(target), []);
    if ('selector' in scope) { return [reach(selectorLabels)]; }
    const known = this.world.tree.servicesIn(namespace);
    // a Service that is not of the app is said to be for these pods
    return services.map(service => reach(known.find(({ name }) => name === service.name)?.selector ?? selectorLabels, service));
  }
}
