import { Caller, isNamed } from '../../../intent/caller';
import { instancesOf } from '../../../util/given';
import { readTogether } from '../../../util/together';
import { Principal } from '../../principal';

/** The callers, of which there must be one. */
export function callersOf(prop: string, principals: readonly Principal[] | undefined): readonly Principal[] {
  return instancesOf(prop, principals, Principal, `name who calls, as in ${prop}: [Principal.workload(web)]; anyone must be asked for by Principal.anyone({ reason: '…' })`);
}

/** Who the principals are. Anyone beside somebody would make the others meaningless. */
export function callersNamed(prop: string, principals: readonly Principal[]): Caller[] {
  const callers = readTogether(...principals.map(principal => () => principal._caller()));
  if (callers.length > 1 && !callers.every(isNamed)) {
    throw new Error(`${prop} must not name others beside Principal.anyone or Principal.anyAuthenticated, which cover them; leave one side out`);
  }
  return callers;
}

/** Who is named by a prop; where it is left out, others. */
export function namedOr(prop: string, given: readonly Principal[] | undefined, others: () => Caller[]): () => Caller[] {
  if (given === undefined) { return others; }
  const principals = callersOf(prop, given);
  return () => callersNamed(prop, principals);
}
