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
  const [old, now] = [before, after].map(side => answerTo(side, request));
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
    ...changes.filter(({ effect, witness }) => effectOf(answerTo(before, witness), answerTo(after, witness)) !== effect).map(change => `${change.toString()} is not shown by its witness`),
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

/** An answer, and what becomes of the request if all authorizers agree and change nothing. */
interface Answer {
  readonly response: AuthorizationResponse;
  readonly agreed: AuthorizationResponse;
}

function answerTo(side: PolicySet, request: AccessRequest): Answer {
  const response = side.isAuthorized(request);
  const authorizerAnswers = response.authorizers.map(provider => ({ provider, allows: true, headers: {} }));
  return { response, agreed: response.decision === Decision.CONDITIONAL ? side.isAuthorized({ ...request, authorizerAnswers }) : response };
}

/** How much passes: nothing, what an authorizer changes, what it agrees to, anything; undefined where it is not decided. */
function levelOf({ response: { decision }, agreed }: Answer): number | undefined {
  if (decision === Decision.DENY) return 0;
  if (decision === Decision.ALLOW) return 3;
  return decision === Decision.CONDITIONAL ? { [Decision.DENY]: 1, [Decision.ALLOW]: 2 }[agreed.decision as string] : undefined;
}

/** What becomes of a request, told by the answers alone. */
function effectOf(before: Answer, after: Answer): AccessEffect | undefined {
  const [old, now] = [before, after].map(levelOf);
  const [asked, asks] = [before, after].map(({ response }) => [...response.authorizers].sort().join());
  const isOther = before.response.decision === Decision.CONDITIONAL && after.response.decision === Decision.CONDITIONAL && asked !== asks;
  if (old === undefined && now === undefined && !isOther && before.response.undecidedReason === after.response.undecidedReason) return undefined;
  if (old === undefined || now === undefined || isOther) return AccessEffect.UNCERTAIN;
  return old === now ? undefined : now > old ? AccessEffect.GRANTED : AccessEffect.REVOKED;
}
