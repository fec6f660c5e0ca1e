import { crossing } from './guardrail-witnesses';
import { portsToClose } from './ports';
import { STRANGER, UNNAMED } from './samples';
import { Witness, WitnessContext } from './witness';
import { witnessesFrom } from './witness-request';
import { QuarantineIntent } from '../intent/quarantine-intent';

type Context = Pick<WitnessContext, 'accesses' | 'sendersOf'>;

/** Whatever accesses say, nobody reaches the workload, on whatever port, and the account reaches nothing that it may. */
export function quarantineWitnesses({ mesh, target, namespace, account }: QuarantineIntent, { accesses, sendersOf }: Context): Witness[] {
  const out = accesses.flatMap(access => crossing(access, { kind: 'forbidden callers', callers: [account] }, sendersOf));
  if (!target || !namespace) { return out; }
  const into = accesses.filter(access => access.target.path === target.path).flatMap(access => crossing(access, { kind: 'only callers', callers: [] }, sendersOf));
  const http = { method: 'GET', path: `/${UNNAMED}` };
  const drafts = portsToClose(target).flatMap(port => [{ caller: STRANGER }, {}].map(sent => ({ ...sent, port, http, conditions: [] })));
  return [...witnessesFrom({ mesh, target, namespace }, drafts, 'is forbidden'), ...into, ...out];
}
