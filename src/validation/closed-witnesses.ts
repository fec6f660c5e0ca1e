import { Draft } from './draft';
import { portsToClose } from './ports';
import { covers, STRANGER, UNNAMED } from './samples';
import { Witness } from './witness';
import { Place, witnessesFrom } from './witness-request';
import { OperationData } from '../intent/operation-data';

/** At every port of a workload what nobody states is refused: callers that nobody names, also in plaintext, unless these operations are for everyone. */
export function closedWitnesses(place: Place, forEveryone: readonly OperationData[]): Witness[] {
  const http = { method: 'GET', path: `/${UNNAMED}` };
  const isOpen = forEveryone.some(operation => operation.kind === 'tcp' || covers(operation, http.method, http.path));
  const closed = isOpen ? [] : portsToClose(place.target).flatMap((port): Draft[] =>
    [{ caller: STRANGER, port, http, conditions: [] }, { port, http, conditions: [] }]);
  return witnessesFrom(place, closed, 'is refused');
}
