import { requestsOf } from './access-witnesses';
import { claimsFor } from './conditions';
import { Draft, Sent } from './draft';
import { badTokens, isGuarded, isPublicFor, portsOfApi } from './guard';
import { portsOf, STRANGER, tokenFor, UNNAMED } from './samples';
import { Witness, WitnessContext } from './witness';
import { sentBy, witnessesFrom } from './witness-request';
import { ConditionData } from '../intent/condition';
import { JwtIntent, JwtRuleData, PreflightData } from '../intent/intent';
import { HttpOperationData, isHttp, OperationData } from '../intent/operation-data';

/**
 * A request of each rule with a token of each of its issuers passes, and one of each public operation without; of each method and path that they list. Without a token, and with one
 * that is forged, of another issuer or for another audience, the request of a rule is refused.
 */
export function jwtWitnesses(intent: JwtIntent, { sendersOf }: Pick<WitnessContext, 'sendersOf'>): Witness[] {
  const withToken = intent.rules.flatMap(rule => ruleDrafts(rule, intent, sendersOf));
  const preflights = intent.preflight ? preflightDrafts(intent.preflight, intent, sendersOf) : [];
  const promised = [...withToken, ...intent.publicOperations.flatMap(operation => publicDrafts(operation, intent, sendersOf)), ...preflights];
  const guarded = withToken.find(draft => isGuarded(draft, intent));
  const refused = guarded ? badTokens(guarded.token!, intent).map(token => ({ ...guarded, token })) : [];
  return [...witnessesFrom(intent, promised, 'passes'), ...witnessesFrom(intent, [...refused, ...ofOthers(intent)], 'is refused')];
}

type SendersOf = WitnessContext['sendersOf'];

/** The first with a token of each issuer from the first caller; with one of the first issuer from all others, and all others. */
function ruleDrafts(rule: JwtRuleData, intent: JwtIntent, sendersOf: SendersOf): Draft[] {
  const [one, ...others] = rule.callers.length === 0 ? [{ caller: STRANGER }] : sentBy(rule.callers, sendersOf);
  const [first, ...further] = rule.operations.filter(isHttp).flatMap(operation => requestsTo(operation, intent));
  if (!first) { return []; }
  const drafts = intent.issuers.filter(({ issuer }) => rule.issuers.includes(issuer)).map(issuer => {
    const scopes = rule.scopes.map((scope): ConditionData => ({ kind: 'claim', path: [issuer.scopeClaim], values: [scope] }));
    const token = tokenFor(issuer, claimsFor([...scopes, ...rule.conditions]));
    return { ...one, ...first, conditions: rule.conditions, token };
  });
  const [draft] = drafts;
  return [...drafts, ...further.map(request => ({ ...draft, ...request })), ...others.map(other => ({ ...draft, sender: undefined, ...other }))];
}

function preflightDrafts({ origins, callers }: PreflightData, intent: JwtIntent, sendersOf: SendersOf): Draft[] {
  const header = (name: string, value: string): ConditionData => ({ kind: 'header', name, values: [value] });
  const conditions = [header('origin', origins[0]), header('access-control-request-method', 'GET')];
  const senders = callers.length === 0 ? [{ caller: STRANGER }] : sentBy(callers, sendersOf);
  return portsOfApi(intent).slice(0, 1).flatMap(port => senders.map(sent => ({ ...sent, port, http: { method: 'OPTIONS', path: `/${UNNAMED}` }, conditions })));
}

function publicDrafts(operation: OperationData, intent: JwtIntent, sendersOf: SendersOf): Draft[] {
  if (!isHttp(operation)) { return []; }
  const { publicCallers } = intent;
  const senders = publicCallers.length === 0 ? [{ caller: STRANGER }] : sentBy(publicCallers, sendersOf);
  return sentTo(operation, senders, intent);
}

/** What is public for some, asked without a token by somebody whom nobody names, and in plaintext. */
function ofOthers(intent: JwtIntent): Draft[] {
  const [operation] = intent.publicOperations;
  if (!operation || !isHttp(operation)) { return []; }
  const others = [STRANGER, undefined].filter(caller => !isPublicFor(caller, intent));
  return sentTo(operation, others.map(caller => ({ caller })), intent);
}

function sentTo(operation: HttpOperationData, senders: readonly Sent[], api: JwtIntent): Draft[] {
  return requestsTo(operation, api).flatMap(request => senders.map(sent => ({ ...sent, ...request, conditions: [] })));
}

/** The requests of an operation on the first of its ports. */
function requestsTo(operation: HttpOperationData, api: JwtIntent): Pick<Draft, 'port' | 'http'>[] {
  return portsOffering(operation, api).slice(0, 1).flatMap(port => requestsOf(operation).map(http => ({ port, http })));
}

/** The ports of an operation of an API: its own, else those of the API. */
function portsOffering(operation: HttpOperationData, api: JwtIntent): number[] {
  return operation.ports.length > 0 ? portsOf(operation, api.target) : portsOfApi(api);
}
