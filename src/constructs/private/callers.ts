import { atLeastOne } from '../../util/given';
import { Principal } from '../principal';

/** The callers, of which there must be one; anyone and someone together mean anyone, which hides what was asked for. */
export function callersOf(prop: string, principals: readonly Principal[] | undefined): readonly Principal[] {
  const callers = atLeastOne(prop, principals, `name who calls, as in ${prop}: [Principal.workload(web)]; anyone must be asked for by Principal.anyone({ reason: '…' })`);
  const wrong = callers.findIndex(caller => !(caller instanceof Principal));
  if (wrong >= 0) { throw new Error(`${prop}[${wrong}] must be a Principal, got ${typeof callers[wrong]}; write Principal.workload(…) or Principal.serviceAccount(…)`); }
  return callers;
}
