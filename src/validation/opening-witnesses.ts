import { Draft } from './draft';
import { Opening, tokensOf } from './openings';
import { portsToClose } from './ports';
import { Witness } from './witness';
import { Place, witnessesFrom } from './witness-request';
import { JwtIssuerData } from '../intent/jwt-issuer';

/** At the workload of an intent what rules of other policies let in from callers whom nobody names; where tokens are verified also with a good one that has what the rule asks for, of nobody in particular. */
export function openingWitnesses(place: Place, openings: readonly Opening[], issuers: readonly JwtIssuerData[]): Witness[] {
  return openings.flatMap(opening => portsOf(opening, place).flatMap(port => {
    const drafts = tokensOf(opening, issuers).map((token): Draft => ({ ...opening, port, token }));
    return witnessesFrom(place, drafts, 'is refused');
  }));
}

/** The container ports that a rule is for, listed or not: it numbers them as its proxy does, a waypoint as the Services do. */
function portsOf({ ports, notPorts }: Opening, { namespace, target }: Place): readonly number[] {
  if (!namespace.waypoint) { return ports.length > 0 ? ports : portsToClose(target).filter(port => !notPorts.includes(port)); }
  const isMeant = (port: number) => !notPorts.includes(port) && (ports.length === 0 || ports.includes(port));
  return target.services.flatMap(service => service.ports.filter(({ port }) => isMeant(port)).map(({ targetPort }) => targetPort));
}
