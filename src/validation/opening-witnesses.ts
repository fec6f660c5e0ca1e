import { Opening } from './openings';
import { Witness } from './witness';
import { Place, witnessesFrom } from './witness-request';

/** At the workload of an intent what rules of other policies let in from callers whom nobody names. */
export function openingWitnesses(place: Place, openings: readonly Opening[]): Witness[] {
  return openings.flatMap(opening => witnessesFrom(place, portsOf(opening, place).map(port => ({ ...opening, port })), 'is refused'));
}

/** The container ports that a rule is for, listed or not: it numbers them as its proxy does, a waypoint as the Services do. */
function portsOf({ ports }: Opening, { namespace, target }: Place): readonly number[] {
  const open = target.ports.filter(({ transport }) => transport === 'TCP');
  const known = [...open.filter(({ protocol }) => protocol !== 'tcp'), ...open.filter(({ protocol }) => protocol === 'tcp')].map(({ number }) => number);
  if (ports.length === 0) { return known.slice(0, 1); }
  if (!namespace.waypoint) { return ports; }
  return target.services.flatMap(service => service.ports.filter(({ port }) => ports.includes(port)).map(({ targetPort }) => targetPort));
}
