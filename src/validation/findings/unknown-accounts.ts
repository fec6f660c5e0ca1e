import { Observation } from './observation';
import { Caller } from '../../intent/caller';
import { nearest } from '../../util/nearest';
import { listed } from '../../util/text';

/** ZT108: callers of a namespace whose workloads the app has, as which none of them runs. */
export function unknownAccounts(callers: readonly Caller[], path: string, accountsIn: (namespace: string) => readonly string[]): Observation[] {
  return callers.flatMap(caller => {
    if (caller.kind !== 'serviceAccount' || caller.isVouchedFor || caller.trustDomain !== undefined || caller.name === 'default') { return []; }
    const known = accountsIn(caller.namespace);
    if (known.length === 0 || known.includes(caller.name)) { return []; }
    const meant = nearest(caller.name, known);
    const there = meant === undefined ? `there is ${listed(known.slice(0, 5))}${known.length > 5 ? ', …' : ''}; if` : `did you mean '${meant}'? If`;
    return [{
      rule: 'ZT108' as const,
      path,
      message: `nothing of this app runs as service account '${caller.name}' of namespace '${caller.namespace}', whose workloads it has; ${there} it is another app's, say so: `
        + `Principal.serviceAccount('${caller.namespace}', '${caller.name}', { reason: '…' })`,
    }];
  });
}
