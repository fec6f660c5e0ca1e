import { promisedBy } from './access-witnesses';
import { portsToClose } from './ports';
import { UNNAMED } from './samples';
import { Witness, WitnessContext } from './witness';
import { sentBy, witnessesFrom } from './witness-request';
import { AuditedCalls, AuditIntent } from '../intent/audit-intent';

type Context = Pick<WitnessContext, 'api' | 'sendersOf'>;

/** Of all calls that are to be seen one of each operation, and of each caller, allowed or not. */
export function auditWitnesses(intent: AuditIntent, context: Context): Witness[] {
  const { target } = intent;
  const drafts = intent.calls.flatMap(calls =>
    calls.operations.length === 0 ? anything(calls, intent, context) : promisedBy({ ...calls, target }, context));
  return witnessesFrom(intent, drafts, 'is audited');
}

function anything({ callers, conditions }: AuditedCalls, { target }: AuditIntent, { sendersOf }: Context): ReturnType<typeof promisedBy> {
  const http = { method: 'GET', path: `/${UNNAMED}` };
  return sentBy(callers, sendersOf).flatMap(sent => portsToClose(target).map(port => ({ ...sent, port, http, conditions })));
}
