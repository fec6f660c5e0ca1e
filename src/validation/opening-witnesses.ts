import { ANY_PORT } from './boundary-witnesses';
import { Opening } from './openings';
import { tokenFor } from './samples';
import { Witness } from './witness';
import { Place, witnessesFrom } from './witness-request';
import { JwtIssuerData } from '../intent/jwt-issuer';

/** At the workload of an intent what rules of other policies let in from callers whom nobody names; where tokens are verified also with a good one, of nobody in particular. */
export function openingWitnesses(place: Place, openings: readonly Opening[], issuers: readonly JwtIssuerData[]): Witness[] {
  const tokens = issuers.map(issuer => tokenFor(issuer, {}));
  return openings.flatMap(opening => portsOf(opening, place).flatMap(port => {
    const drafts = [...opening.needsToken ? [] : [undefined], ...tokens].map(token => ({ ...opening, port, token }));
    return witnessesFrom(place, drafts, 'is refused');
  }));
}

/** The container ports that a rule is for, listed or not: it numbers them as its proxy does, a waypoint as the Services do. */
function portsOf({ ports, notPorts }: Opening, { namespace, target }: Place): readonly number[] {
  const open = target.ports.filter(({ transport }) => transport === 'TCP');
  const known = [...open.filter(({ protocol }) => protocol !== 'tcp'), ...open.filter(({ protocol }) => protocol === 'tcp')].map(({ number }) => number);
  if (!namespace.waypoint) { return ports.length > 0 ? ports : [...known, ANY_PORT].filter(port => !notPorts.includes(port)).slice(0, 1); }
  const atServices = target.services.flatMap(service => service.ports.filter(({ port }) => !notPorts.includes(port)));
  if (ports.length > 0) { return atServices.filter(({ port }) => ports.includes(port)).map(({ targetPort }) => targetPort); }
  return known.filter(port => notPorts.length === 0 || atServices.some(({ targetPort }) => targetPort === port)).slice(0, 1);
}
