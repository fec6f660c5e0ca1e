import { AccessChange, AccessEffect, AccessRequest, AuthorizationResponse, Decision, Permissiveness, PolicyComparison, PolicySet } from 'cdk8s-zero-trust';
import { requestsOf } from './requests';
import { Pair, SETTINGS } from './states';
import { CLIENTS } from './topics';

/** What became of a pair. */
export interface Outcome {
  /** What is wrong. */
  readonly faults: readonly string[];
  readonly requests: number;
  readonly changes: number;
  readonly undecided: number;
}

/** Whether a comparison of a pair says, both ways round, exactly what asking about every request says. */
export function check(pair: Pair): Outcome {
  const [before, after] = [pair.before, pair.after].map(objects => PolicySet.fromManifests([...objects], SETTINGS));
  const [there, back] = [PolicyComparison.of(before, after), PolicyComparison.of(after, before)];
  const brute = pair.destinations.flatMap(({ names, destination }) => [...requestsOf(destination, pair.topics)].map(request => ({ names, request, ...answers(before, after, request) })));
  const faults = [
    ...faultsOf(there, brute.map(({ names, request, there: effect }) => ({ names, request, effect })), before, after),
    ...faultsOf(back, brute.map(({ names, request, back: effect }) => ({ names, request, effect })), after, before).map(fault => `back: ${fault}`),
    ...PolicyComparison.of(before, before).permissiveness === Permissiveness.EQUIVALENT ? [] : ['a state is not EQUIVALENT to itself'],
  ];
  return { faults, requests: brute.length, changes: there.changes.length, undecided: there.undecided.length };
}

function answers(before: PolicySet, after: PolicySet, request: AccessRequest) {
  const [old, now] = [before, after].map(side => side.isAuthorized(request));
  return { there: effectOf(old, now), back: effectOf(now, old) };
}

interface Asked {
  readonly names: readonly string[];
  readonly request: AccessRequest;
  readonly effect: AccessEffect | undefined;
}

function faultsOf({ changes, undecided }: PolicyComparison, asked: readonly Asked[], before: PolicySet, after: PolicySet): string[] {
  const isOf = ({ names }: Asked) => ({ destination }: AccessChange) => destination === names.find(name => changes.some(change => change.destination === name));
  const untold = asked.filter(one => one.effect !== undefined && !changes.some(change => isOf(one)(change) && change.effect === one.effect && mayBeOf(change, one.request)));
  const found = new Set(asked.map(({ names, effect }) => `${names[0]} ${effect}`));
  const asks = (change: AccessChange) => asked.filter(one => one.names[0] === change.destination);
  return [
    ...undecided.map(({ destination, reason }) => `${destination} is not decided: ${reason}`),
    ...untold.slice(0, 1).map(({ request, effect }) => `${untold.length} are not told, such as ${effect} of ${JSON.stringify(request)}`),
    ...changes.filter(change => asks(change).length > 0 && !found.has(`${change.destination} ${change.effect}`)).map(change => `${change.toString()}, and no request is answered so: ${JSON.stringify(change.witness)}`),
    ...changes.filter(({ effect, witness }) => effectOf(before.isAuthorized(witness), after.isAuthorized(witness)) !== effect).map(change => `${change.toString()} is not shown by its witness`),
  ];
}

/** Whether the callers of a change may be who sends a request, where that is told by name. */
function mayBeOf({ callers }: AccessChange, { source: { principal, transport } = {} }: AccessRequest): boolean {
  const name = principal?.replace('spiffe://cluster.local/ns/', '').replace('/sa/', '/');
  const isOfAnyone = callers.some(caller => caller.startsWith('anyone, also') || principal !== undefined && !CLIENTS.includes(caller) && !KINDS.includes(caller));
  if (isOfAnyone) return true;
  // TLS that no proxy ends is as plaintext, where nobody asks for server names
  if (principal === undefined) return callers.includes('plaintext') || transport !== undefined && callers.includes('TLS without a client certificate');
  return callers.includes(name!);
}

const KINDS = ['plaintext', 'TLS without a client certificate'];
const LEVELS: readonly string[] = [Decision.DENY, Decision.CONDITIONAL, Decision.ALLOW];

/** What becomes of a request, told by the decisions alone. */
function effectOf(before: AuthorizationResponse, after: AuthorizationResponse): AccessEffect | undefined {
  const [old, now] = [before, after].map(({ decision }) => LEVELS.indexOf(decision));
  const isSame = before.decision === after.decision && [...before.authorizers].sort().join() === [...after.authorizers].sort().join() && before.undecidedReason === after.undecidedReason;
  if (isSame || old === 0 && now === 0) return undefined;
  if (old < 0 || now < 0 || old === now) return old === 2 && now === 2 ? undefined : AccessEffect.UNCERTAIN;
  return now > old ? AccessEffect.GRANTED : AccessEffect.REVOKED;
}
