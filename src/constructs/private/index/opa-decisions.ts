import { StatedIntents } from './stated-intents';
import { OpaRules, readEach } from './statement';
import { World } from './world';
import { WorkloadFacts } from '../../../intent/workload';
import { kept } from '../../../util/kept';

interface StatedRules extends OpaRules { readonly path: string }

/** The OpaAuthorizers that decide by rules about what is sent to a workload. */
export function decidingFor(target: WorkloadFacts, world: World): StatedRules[] {
  const known = StatedIntents.of(world);
  const isFor = (one: WorkloadFacts) => one.namespace === target.namespace && known.meet(one, target);
  return kept(KNOWN, world, () => readAll(world)).filter(({ protects }) => protects.some(isFor));
}

const KNOWN = new WeakMap<World, readonly StatedRules[]>();

function readAll(world: World): StatedRules[] {
  return readEach(world, ({ construct, decides }) => {
    const decided = decides?.(world);
    return decided && { path: construct.node.path, ...decided };
  });
}
