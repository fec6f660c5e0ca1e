import { instancesOf } from '../../../util/given';
import { Principal } from '../../principal';

/** The callers, of which there must be one. */
export function callersOf(prop: string, principals: readonly Principal[] | undefined): readonly Principal[] {
  return instancesOf(prop, principals, Principal, `name who calls, as in ${prop}: [Principal.workload(web)]; anyone must be asked for by Principal.anyone({ reason: '…' })`);
}
