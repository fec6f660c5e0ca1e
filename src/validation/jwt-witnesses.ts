import { httpOf } from './access-witnesses';
import { claimsFor } from './conditions';
import { covers, portsOf, STRANGER, tokenFor, UNNAMED } from './samples';
import { Witness } from './witness';
import { Draft, witnessesFrom } from './witness-request';
import { ConditionData } from '../intent/condition';
import { JwtIntent, JwtRuleData } from '../intent/intent';
import { HttpOperationData, OperationData } from '../intent/operation';
import { RequestToken, TokenState } from '../policy/request/request-token';

/**
 * A request of each rule with a token of each of its issuers passes, and one of each public operation without. Without a token, and with one
 * that is forged, of another issuer or for another audience, the request of a rule is refused.
 */
export function jwtWitnesses(intent: JwtIntent): Witness[] {
  const withToken = intent.rules.flatMap(rule => ruleDrafts(rule, intent));
  const promised = [...withToken, ...intent.publicOperations.flatMap(operation => publicDrafts(operation, intent))];
  const guarded = withToken.find(draft => !isPublic(draft, intent));
  const refused = guarded ? badTokens(guarded.token!, intent).map(token => ({ ...guarded, token })) : [];
  return [...witnessesFrom(intent, promised, 'passes'), ...witnessesFrom(intent, refused, 'is refused')];
}

function ruleDrafts(rule: JwtRuleData, intent: JwtIntent): Draft[] {
  const [operation] = rule.operations;
  if (operation.kind !== 'http') { return []; }
  const [port] = portsOfApi(operation, intent);
  if (port === undefined) { return []; }
  return intent.issuers.filter(({ issuer }) => rule.issuers.includes(issuer)).map(issuer => {
    const scopes = rule.scopes.map((scope): ConditionData => ({ kind: 'claim', path: [issuer.scopeClaim], values: [scope] }));
    const token = tokenFor(issuer, claimsFor([...scopes, ...rule.conditions]));
    return { caller: rule.callers[0] ?? STRANGER, port, http: httpOf(operation), conditions: rule.conditions, token };
  });
}

function publicDrafts(operation: OperationData, intent: JwtIntent): Draft[] {
  if (operation.kind !== 'http') { return []; }
  return portsOfApi(operation, intent).slice(0, 1).map(port => ({ caller: STRANGER, port, http: httpOf(operation), conditions: [] }));
}

/** The ports of an operation of an API: its own, else those of the API, else all HTTP ports but those of the metrics, if there are others. */
function portsOfApi(operation: HttpOperationData, { ports, namespace, target }: JwtIntent): number[] {
  if (operation.ports.length > 0 || ports.length === 0) {
    const own = portsOf(operation, target);
    const others = own.filter(port => !namespace.metrics?.ports.includes(port));
    return operation.ports.length > 0 || others.length === 0 ? own : others;
  }
  return [...ports];
}

function isPublic({ http }: Draft, { publicOperations }: JwtIntent): boolean {
  return publicOperations.some(operation => operation.kind === 'http' && covers(operation, http!.method, http!.path));
}

function badTokens(good: RequestToken, { issuers }: JwtIntent): (RequestToken | undefined)[] {
  const asksAudience = issuers.some(({ issuer, audiences }) => issuer === good.claims?.iss && audiences.length > 0);
  return [
    undefined,
    { ...good, state: TokenState.BAD_SIGNATURE },
    { ...good, claims: { ...good.claims, iss: `https://${UNNAMED}.invalid` } },
    ...asksAudience ? [{ ...good, claims: { ...good.claims, aud: [UNNAMED] } }] : [],
  ];
}
