import { StatedIntents } from './stated-intents';
import { readEach } from './statement';
import { World } from './world';
import { Audited } from '../../../intent/audit-intent';
import { selects } from '../../../intent/ports';
import { kept } from '../../../util/kept';

/** What is audited, and the construct that states it. */
interface StatedAudit extends Audited { readonly path: string }

const known = new WeakMap<World, readonly StatedAudit[]>();

/** What is audited in an app. */
function auditsOf(world: World): readonly StatedAudit[] {
  return kept(known, world, () => readEach(world, ({ construct, audits }) => audits && { path: construct.node.path, ...audits(world) }));
}

/** Whether the access log of another one, that comes first, is that of all these pods: Istio takes one Telemetry for them. */
export function isLoggedBefore(path: string, { target }: Audited, world: World): boolean {
  const all = auditsOf(world);
  return all.slice(0, all.findIndex(one => one.path === path)).some(({ target: other }) => {
    const names = other.services.map(({ name }) => name);
    const hasPods = other.namespace === target.namespace && selects(other.selectorLabels, target.selectorLabels);
    return hasPods && target.services.every(({ name }) => names.includes(name));
  });
}

/** The first other one by which the same pods would have other access logs. */
export function loggedOtherwise(path: string, { target, provider, keptProviders }: Audited, world: World): StatedAudit | undefined {
  const differs = (one: StatedAudit) => one.provider !== provider || [...one.keptProviders].sort().join() !== [...keptProviders].sort().join();
  const isNear = (one: StatedAudit) => one.path !== path && one.target.namespace === target.namespace;
  return auditsOf(world).find(one => isNear(one) && differs(one) && StatedIntents.of(world).meet(one.target, target));
}

/** Access logs of what is refused in a mesh, of which there should be one at most, and the constructs that state them. */
export function securityLogsIn(world: World): { readonly path: string; readonly provider: string }[] {
  return readEach(world, ({ construct, securityLog: provider }) => provider === undefined ? undefined : { path: construct.node.path, provider });
}
