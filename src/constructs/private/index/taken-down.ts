import { authorizersIn, leadsTo, placeOf } from './authorizers';
import { StatedIntents } from './stated-intents';
import { World } from './world';
import { Caller } from '../../../intent/caller';
import { isAmong } from '../../../intent/containment';
import { ExternalAuthorizationIntent } from '../../../intent/external-authorization-intent';
import { waypointCaller } from '../../../intent/mesh';
import { QuarantineIntent } from '../../../intent/quarantine-intent';

/** A workload about which an authorizer can be asked no more. */
export interface TakenDown {
  readonly path: string;
  /** Name of the provider. */
  readonly authorizer: string;
  /** Whether the authorizer itself is cut off, or who asks it. */
  readonly isItself: boolean;
  /** Whether what it would be asked about passes then. */
  readonly isOpen: boolean;
}

/** What waits for an authorizer that a quarantine cuts off, or asks one by an account that it cuts off; but for what nothing reaches any more. */
export function takenDownBy(quarantine: QuarantineIntent, world: World): TakenDown[] {
  const { target: cut } = quarantine;
  const known = StatedIntents.of(world);
  return authorizersIn(world).flatMap(({ intent }) => {
    const { target, provider } = intent;
    const isItself = cut !== undefined && leadsTo(provider, cut, world);
    const isReached = cut === undefined || !known.meet(cut, target);
    return isReached && (isItself || asksBy(quarantine, intent))
      ? [{ path: target.path, authorizer: provider.name, isItself, isOpen: provider.failOpenReason !== undefined }] : [];
  });
}

/** Whoever is asked outside of the cluster knows nothing of accounts. */
function asksBy({ account }: QuarantineIntent, { namespace: { name, waypoint }, target, provider }: ExternalAuthorizationIntent): boolean {
  const asker: Caller = waypoint ? waypointCaller(waypoint) : { kind: 'serviceAccount', namespace: name, name: target.serviceAccount };
  return placeOf(provider).namespace !== undefined && isAmong(account, [asker]);
}
