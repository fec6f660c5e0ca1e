import { httpOf } from './access-witnesses';
import { Draft } from './draft';
import { ANY_PORT, portsToClose } from './ports';
import { portsOf, STRANGER, UNNAMED } from './samples';
import { Witness, WitnessContext } from './witness';
import { pastWaypoint, principalOf, sentBy, witnessesFrom } from './witness-request';
import { Caller, callerName } from '../intent/caller';
import { isAmong } from '../intent/containment';
import { AccessIntent } from '../intent/intent';
import { QuarantineIntent } from '../intent/quarantine-intent';

type Context = Pick<WitnessContext, 'accesses' | 'sendersOf'>;

/** Whatever accesses say, nobody reaches the workload, on whatever port, and the account reaches nothing that it may; where the network cuts as well, nothing comes to a proxy. */
export function quarantineWitnesses(intent: QuarantineIntent, { accesses, sendersOf }: Context): Witness[] {
  const { mesh, target, namespace, account, network } = intent;
  const crossed = accesses.filter(({ callers }) => callers.some(caller => isAmong(caller, [account])));
  const out = crossed.flatMap(access => crossing(access, [account], sendersOf));
  const isKept = network !== undefined && sendersOf(account).length > 0;
  const leaving = isKept ? [...crossed.flatMap(access => pastProxies(access, account)), ...leavingFrom(intent)] : [];
  if (!target || !namespace) { return [...out, ...leaving]; }
  const into = accesses.filter(access => access.target.path === target.path).flatMap(access => crossing(access, access.callers, sendersOf));
  const [place, http] = [{ mesh, target, namespace }, { method: 'GET', path: `/${UNNAMED}` }];
  const drafts = portsToClose(target).flatMap(port => [{ caller: STRANGER }, {}].map(sent => ({ ...sent, port, http, conditions: [] })));
  // what is sent in plaintext may be a probe, and what is sent to pods may end at a waypoint in front of them
  const fromPods = drafts.filter(draft => 'caller' in draft);
  const atPods = network && !namespace.waypoint?.forPods ? pastWaypoint(place, fromPods, 'is kept out') : [];
  return [...witnessesFrom(place, drafts, 'is forbidden'), ...into, ...out, ...atPods, ...leaving];
}

/** A process that goes past its own proxy, to the pods themselves: the network ends that, as nothing else does. */
function pastProxies(access: AccessIntent, account: Caller): Witness[] {
  return pastWaypoint(access, firstOf(access, [account], () => []), 'is kept out');
}

/** The pods of the account, to where nobody states that they go. */
function leavingFrom({ mesh, account }: QuarantineIntent): Witness[] {
  const destination = { namespace: UNNAMED, workload: UNNAMED, labels: {}, port: ANY_PORT };
  return [{
    request: { destination, source: { principal: principalOf(account, mesh) } },
    outcome: 'is kept out',
    text: `a connection of ${callerName(account)} to where nobody states`,
  }];
}

function crossing(access: AccessIntent, callers: readonly Caller[], sendersOf: Context['sendersOf']): Witness[] {
  return witnessesFrom(access, firstOf(access, callers, sendersOf), 'is forbidden');
}

/** The first request of an access, by some of its callers. */
function firstOf({ operations: [operation], target }: AccessIntent, callers: readonly Caller[], sendersOf: Context['sendersOf']): Draft[] {
  const http = operation.kind === 'http' ? httpOf(operation) : undefined;
  return sentBy(callers, sendersOf).flatMap(sent => portsOf(operation, target).map((port): Draft => ({ ...sent, port, http, conditions: [] })));
}
