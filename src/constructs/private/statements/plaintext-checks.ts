import { PlaintextIntent } from '../../../intent/plaintext-intent';
import { listed, quoted } from '../../../util/text';
import { portsOfApi } from '../../../validation/guard';
import { isOpenedBy } from '../../../validation/plaintext-witnesses';
import { StatedIntents } from '../index/stated-intents';
import { World } from '../index/world';

/** What keeps an exception from opening what it says, or makes it open more. */
export function checkException(intent: PlaintextIntent, world: World): string[] {
  return [...otherExceptions(intent, world), ...passedApis(intent, world)];
}

/** Of two PeerAuthentications for the same pods Istio takes the oldest, whole. */
function otherExceptions({ target }: PlaintextIntent, world: World): string[] {
  const known = StatedIntents.of(world);
  const same = known.exceptionsIn(target.namespace).filter(({ intent }) => known.meetAtPods(intent.target, target));
  return same.length < 2 ? [] : [`pods of ${quoted(same[0].intent.target.path)} must have one PlaintextException, got ${same.length} (${listed(same.map(({ path }) => path))}), `
    + 'of whose PeerAuthentications Istio takes the oldest, which no manifest shows; state both in one'];
}

/** Tokens are asked for at the waypoint, past which plaintext goes; at sidecars the guard of the API refuses it. */
function passedApis(intent: PlaintextIntent, world: World): string[] {
  const { target, namespace } = intent;
  return (namespace.waypoint ? StatedIntents.of(world).apisAt(target) : []).flatMap(({ path, intent: api }) => {
    const port = portsOfApi(api).find(one => isOpenedBy(intent, one));
    return port === undefined ? [] : [`operations must not open port ${port} of ${quoted(target.path)}, on which '${path}' asks for tokens at the waypoint, past which plaintext goes; `
      + 'name other ports, or take the port out of that API'];
  });
}
