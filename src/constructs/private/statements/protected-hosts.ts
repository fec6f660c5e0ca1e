import { IConstruct } from 'constructs';
import { TrafficProtectionIntent } from '../../../intent/traffic-protection-intent';
import { WorkloadFacts } from '../../../intent/workload';
import { hostOf } from '../../../render/protected-service';
import { PROTECTION_RULE, RATE_LIMIT } from '../../../render/traffic-protection';
import { StatedIntents } from '../index/stated-intents';
import { readEach } from '../index/statement';
import { World } from '../index/world';

/** The other TrafficProtections that have a rule for a host, by their paths. */
export function protectionsFor(host: string, own: IConstruct, world: World): string[] {
  return readEach(world, ({ construct, roles, read }) => {
    if (construct === own || !roles.includes(PROTECTION_RULE)) { return undefined; }
    const { target: { services } } = read(world) as TrafficProtectionIntent;
    return services.length === 1 && hostOf(services[0]) === host ? construct.node.path : undefined;
  });
}

/** The other TrafficProtections that limit requests to the same pods, by their paths. */
export function limitsAt(target: WorkloadFacts, own: IConstruct, world: World): string[] {
  return readEach(world, ({ construct, roles, read }) => {
    if (construct === own || !roles.includes(RATE_LIMIT)) { return undefined; }
    const other = (read(world) as TrafficProtectionIntent).target;
    return other.namespace === target.namespace && StatedIntents.of(world).meetAtPods(target, other) ? construct.node.path : undefined;
  });
}
