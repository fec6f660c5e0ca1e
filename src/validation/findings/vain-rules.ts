import { Observation } from './observation';
import { Caller } from '../../intent/caller';
import { areAmong, isAmong } from '../../intent/containment';
import { JwtIntent } from '../../intent/intent';
import { HttpOperationData, isHttp, operationText } from '../../intent/operation-data';

/** ZT106: operations of token rules that all whom these are for may call without a token. */
export function vainRules({ rules, publicOperations, publicCallers }: JwtIntent, path: string): Observation[] {
  const areNamed = (callers: readonly Caller[]) => callers.length > 0 && callers.every(caller => isAmong(caller, publicCallers));
  const isOpenTo = (callers: readonly Caller[]) => publicCallers.length === 0 || areNamed(callers);
  const open = publicOperations.filter(isHttp);
  return rules.flatMap((rule, i) => rule.operations.flatMap((operation, j) => {
    const cover = isHttp(operation) && isOpenTo(rule.callers) ? open.find(other => covers(other, operation)) : undefined;
    return cover === undefined ? [] : [{
      rule: 'ZT106' as const,
      path,
      message: `rules[${i}].operations[${j}] asks for a token in vain: publicOperations let ${publicCallers.length === 0 ? 'everyone' : 'its callers'} call ${operationText(cover)}, which covers ${operationText(operation)}; `
        + 'narrow the public one, or leave this one out',
    }];
  }));
}

/** Whether every request of one operation is one of the other, as far as patterns tell. */
function covers(wide: HttpOperationData, narrow: HttpOperationData): boolean {
  return areAmong(narrow, [wide]) && (wide.ports.length === 0 || (narrow.ports.length > 0 && narrow.ports.every(port => wide.ports.includes(port))));
}
