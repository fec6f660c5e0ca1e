import { requestsOf } from './access-witnesses';
import { nameOf, podOf } from './boundary-witnesses';
import { Draft } from './draft';
import { portName, portsToClose } from './ports';
import { covers, portsOf, STRANGER, UNNAMED } from './samples';
import { Bystander, Witness, WitnessContext } from './witness';
import { pastWaypoint, requestTo, sentBy, textOf, witnessesFrom } from './witness-request';
import { Caller } from '../intent/caller';
import { isAmong } from '../intent/containment';
import { GuardrailIntent, GuardrailLaw } from '../intent/guardrail-intent';
import { OperationData } from '../intent/operation-data';
import { unique } from '../util/text';

type Context = Pick<WitnessContext, 'bystanders' | 'sendersOf'>;

/**
 * What a guardrail forbids, asked at its workload by every way, or at the pods that it is for. What gateways admit is not asked. Of what others allow
 * nothing is in the way: see the judgement of a guardrail.
 */
export function guardrailWitnesses(intent: GuardrailIntent, { bystanders, sendersOf }: Context): Witness[] {
  const { mesh, target, namespace, law, exempt, hasGateways } = intent;
  if (!target || !namespace) { return bystanders.flatMap(pods => atPods(pods, forbidden(law, exempt, pods.ports, numbersOf, sendersOf), mesh)); }
  if (hasGateways) { return []; }
  const drafts = forbidden(law, exempt, portsToClose(target), operation => portsOf(operation, target), sendersOf);
  const place = { mesh, target, namespace };
  return [...witnessesFrom(place, drafts, 'is refused'), ...namespace.waypoint ? pastWaypoint(place, drafts) : []];
}

function atPods(pods: Bystander, drafts: readonly Draft[], mesh: GuardrailIntent['mesh']): Witness[] {
  return drafts.map(draft => ({
    request: requestTo(podOf(pods, draft.port), draft, mesh), outcome: 'is refused', text: textOf(`${portName(draft.port)} of ${nameOf(pods)}`, draft),
  }));
}

/** Of forbidden callers each, in plaintext too, who might be one of them; what is forbidden to everyone is asked by anyone. */
function forbidden(
  law: GuardrailLaw, exempt: readonly Caller[], ports: readonly number[], portsOfOperation: PortsOf, sendersOf: Context['sendersOf'],
): Draft[] {
  if ('operations' in law) { return forbiddenRequests(law, ports, portsOfOperation).map(request => ({ caller: STRANGER, ...request, conditions: [] })); }
  const { kind, callers } = law;
  const strangers = isAmong(STRANGER, callers) ? [] : [STRANGER];
  const asked = kind === 'only callers' ? strangers : callers.filter(caller => !isAmong(caller, exempt));
  const senders = [...sentBy(asked, sendersOf), {}];
  return senders.flatMap(sent => ports.map(port => ({ ...sent, port, http: SOMETHING, conditions: [] })));
}

type PortsOf = (operation: OperationData) => readonly number[];

const SOMETHING = { method: 'GET', path: `/${UNNAMED}` };

function forbiddenRequests(
  { kind, operations }: Extract<GuardrailLaw, { readonly operations: unknown }>, ports: readonly number[], portsOfOperation: PortsOf,
): Pick<Draft, 'port' | 'http'>[] {
  if (kind === 'forbidden operations') {
    return operations.flatMap(operation => portsOfOperation(operation).flatMap(port => requestsOf(operation).map(http => ({ port, http }))));
  }
  const isStated = (port: number, { method, path }: typeof SOMETHING) => operations.some(operation => portsOfOperation(operation).includes(port)
    && (operation.kind === 'tcp' || (covers(operation, method, path) && operation.hosts.length === 0)));
  return unique([...ports, ...operations.flatMap(portsOfOperation)]).flatMap(port =>
    [SOMETHING, { method: 'TRACE', path: '/' }].filter(http => !isStated(port, http)).map(http => ({ port, http })));
}

function numbersOf(operation: OperationData): number[] { return (operation.kind === 'tcp' ? [operation.port] : operation.ports).map(Number); }
