import { httpOf } from './access-witnesses';
import { nameOf, podOf } from './boundary-witnesses';
import { Draft } from './draft';
import { portName, portsToClose } from './ports';
import { portsOf, STRANGER, UNNAMED } from './samples';
import { Bystander, Witness, WitnessContext } from './witness';
import { Place, requestTo, sentBy, textOf, witnessesFrom } from './witness-request';
import { Caller } from '../intent/caller';
import { isAmong } from '../intent/containment';
import { GuardrailIntent, GuardrailLaw } from '../intent/guardrail-intent';
import { AccessIntent } from '../intent/intent';
import { OperationData } from '../intent/operation-data';
import { groupedBy } from '../util/grouped';

type Context = Pick<WitnessContext, 'bystanders' | 'accesses' | 'sendersOf'>;

/** What a guardrail forbids is asked of its workload, or of the pods that it is for; and of each access of others there that it forbids. */
export function guardrailWitnesses(intent: GuardrailIntent, context: Context): Witness[] {
  const { law } = intent;
  return 'callers' in law ? callerWitnesses(intent, law, context) : operationWitnesses(intent, law, context);
}

export type CallerLaw = Extract<GuardrailLaw, { readonly callers: unknown }>;
type OperationLaw = Extract<GuardrailLaw, { readonly operations: unknown }>;

function callerWitnesses(intent: GuardrailIntent, law: CallerLaw, { bystanders, accesses, sendersOf }: Context): Witness[] {
  const forbidden = law.kind === 'only callers' ? [STRANGER] : law.callers.filter(caller => !isAmong(caller, intent.exempt));
  const asked = [...sentBy(forbidden, sendersOf), {}].map(sent => ({ ...sent, http: SOMETHING, conditions: [] }));
  const place = workloadOf(intent);
  const here = place ? witnessesFrom(place, asked.flatMap(draft => portsToClose(place.target).map(port => ({ ...draft, port }))), 'is forbidden')
    : bystanders.flatMap(pods => atPods(pods, asked, intent));
  return [...here, ...accesses.flatMap(access => crossing(withoutExempt(access, intent), law, sendersOf))];
}

function withoutExempt(access: AccessIntent, { exempt }: GuardrailIntent): AccessIntent {
  return exempt.length === 0 ? access : { ...access, callers: access.callers.filter(caller => !isAmong(caller, exempt)) };
}

const SOMETHING = { method: 'GET', path: `/${UNNAMED}` };

function workloadOf({ mesh, target, namespace }: GuardrailIntent): Place | undefined { return target && namespace && { mesh, target, namespace }; }

function atPods(pods: Bystander, asked: readonly Omit<Draft, 'port'>[], { mesh }: GuardrailIntent): Witness[] {
  return asked.flatMap(draft => pods.ports.map((port): Witness => ({
    request: requestTo(podOf(pods, port), draft, mesh), outcome: 'is forbidden', text: textOf(`${portName(port)} of ${nameOf(pods)}`, draft),
  })));
}

/** The first request of an access by each of its callers whom the law forbids. */
export function crossing(access: AccessIntent, { kind, callers }: CallerLaw, sendersOf: Context['sendersOf']): Witness[] {
  const isForbidden = (caller: Caller) => isAmong(caller, callers) === (kind === 'forbidden callers');
  const [operation] = access.operations;
  return draftsOf(operation, sentBy(access.callers.filter(isForbidden), sendersOf), access).flatMap(draft => witnessesFrom(access, [draft], 'is forbidden'));
}

function draftsOf(operation: OperationData, senders: readonly Pick<Draft, 'caller' | 'sender'>[], { target }: Pick<Place, 'target'>): Draft[] {
  const http = operation.kind === 'http' ? httpOf(operation) : undefined;
  return senders.flatMap(sent => portsOf(operation, target).map(port => ({ ...sent, port, http, conditions: [] })));
}

/** Asked by whoever may call there, since nobody else's request would tell. */
function operationWitnesses(intent: GuardrailIntent, { kind, operations }: OperationLaw, { bystanders, accesses, sendersOf }: Context): Witness[] {
  const place = workloadOf(intent);
  if (!place) {
    const asked = kind === 'only operations' ? [] : operations;
    const byStranger = (operation: OperationData) => [{ caller: STRANGER, http: requestOf(operation), conditions: [] }];
    return bystanders.flatMap(pods => asked.flatMap(operation => atPods({ ...pods, ports: numbersOf(operation) }, byStranger(operation), intent)));
  }
  const named = groupedBy([STRANGER, ...accesses.flatMap(access => access.callers)], caller => JSON.stringify(caller));
  const callers = [...named.values()].map(([caller]) => caller);
  const senders = sentBy(callers, sendersOf);
  const drafts = kind === 'only operations' ? unstated(operations, senders, place) : operations.flatMap(operation => draftsOf(operation, senders, place));
  return witnessesFrom(place, drafts, 'is forbidden');
}

function numbersOf(operation: OperationData): number[] { return (operation.kind === 'tcp' ? [operation.port] : operation.ports).map(Number); }

function requestOf(operation: OperationData): Draft['http'] { return operation.kind === 'http' ? httpOf(operation) : undefined; }

/** Another port, and on those of HTTP operations a method and a path that none of them names. */
function unstated(operations: readonly OperationData[], senders: readonly Pick<Draft, 'caller' | 'sender'>[], { target }: Place): Draft[] {
  const named = operations.flatMap(operation => portsOf(operation, target));
  const others = portsToClose(target).filter(port => !named.includes(port)).map(port => ({ port, http: SOMETHING }));
  const isAny = (operation: OperationData, field: 'methods' | 'paths') => operation.kind === 'tcp' || operation[field].includes('*');
  const offered = (port: number) => operations.filter(operation => portsOf(operation, target).includes(port));
  const requests = named.flatMap(port => [
    ...offered(port).some(operation => isAny(operation, 'paths')) ? [] : [{ port, http: { method: 'GET', path: `/${UNNAMED}` } }],
    ...offered(port).some(operation => isAny(operation, 'methods')) ? [] : [{ port, http: { method: 'TRACE', path: '/' } }],
  ]);
  return [...others, ...requests].flatMap(request => senders.map(sent => ({ ...sent, ...request, conditions: [] })));
}
