import { Draft } from './draft';
import { Opening } from './openings';
import { portsToClose } from './ports';
import { tokenFor } from './samples';
import { Witness } from './witness';
import { Place, witnessesFrom } from './witness-request';
import { JwtIntent } from '../intent/intent';

/** At the workload of an intent what rules of other policies let in from callers whom nobody names, also with a token of whoever may have one. */
export function openingWitnesses(place: Place, openings: readonly Opening[], api: JwtIntent | undefined): Witness[] {
  return openings.flatMap(opening => {
    const drafts = portsOf(opening, place).map((port): Draft => ({ ...opening, port }));
    const withToken = api ? drafts.map(draft => ({ ...draft, token: tokenFor(api.issuers[0], {}) })) : [];
    return witnessesFrom(place, [...drafts, ...withToken], 'is refused');
  });
}

/** The container ports that a rule is for, listed or not: it numbers them as its proxy does, a waypoint as the Services do. */
function portsOf({ ports }: Opening, { namespace, target }: Place): readonly number[] {
  if (ports.length === 0) { return portsToClose(target); }
  if (!namespace.waypoint) { return ports; }
  return target.services.flatMap(service => service.ports.filter(({ port }) => ports.includes(port)).map(({ targetPort }) => targetPort));
}
