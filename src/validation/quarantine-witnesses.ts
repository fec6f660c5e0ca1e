import { httpOf } from './access-witnesses';
import { portsToClose } from './ports';
import { portsOf, STRANGER, UNNAMED } from './samples';
import { Witness, WitnessContext } from './witness';
import { sentBy, witnessesFrom } from './witness-request';
import { Caller } from '../intent/caller';
import { isAmong } from '../intent/containment';
import { AccessIntent } from '../intent/intent';
import { QuarantineIntent } from '../intent/quarantine-intent';

type Context = Pick<WitnessContext, 'accesses' | 'sendersOf'>;

/** Whatever accesses say, nobody reaches the workload, on whatever port, and the account reaches nothing that it may. */
export function quarantineWitnesses({ mesh, target, namespace, account }: QuarantineIntent, { accesses, sendersOf }: Context): Witness[] {
  const out = accesses.flatMap(access => crossing(access, access.callers.filter(caller => isAmong(caller, [account])), sendersOf));
  if (!target || !namespace) { return out; }
  const into = accesses.filter(access => access.target.path === target.path).flatMap(access => crossing(access, access.callers, sendersOf));
  const http = { method: 'GET', path: `/${UNNAMED}` };
  const drafts = portsToClose(target).flatMap(port => [{ caller: STRANGER }, {}].map(sent => ({ ...sent, port, http, conditions: [] })));
  return [...witnessesFrom({ mesh, target, namespace }, drafts, 'is forbidden'), ...into, ...out];
}

/** The first request of an access, by some of its callers. */
function crossing(access: AccessIntent, callers: readonly Caller[], sendersOf: Context['sendersOf']): Witness[] {
  const [operation] = access.operations;
  const http = operation.kind === 'http' ? httpOf(operation) : undefined;
  const drafts = sentBy(callers, sendersOf).flatMap(sent => portsOf(operation, access.target).map(port => ({ ...sent, port, http, conditions: [] })));
  return witnessesFrom(access, drafts, 'is forbidden');
}
