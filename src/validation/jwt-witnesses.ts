import { httpOf } from './access-witnesses';
import { claimsFor, covers, portsOf, STRANGER, tokenFor, UNNAMED } from './samples';
import { Witness } from './witness';
import { Draft, requestsOf } from './witness-request';
import { JwtIntent, JwtRuleData } from '../intent/intent';
import { HttpOperationData, OperationData } from '../intent/operation';
import { RequestToken, TokenState } from '../policy/request-token';

/**
 * A request of each rule with a token of each of its issuers passes, and one of each public operation without. Without a token, and with one
 * that is forged, of another issuer or for another audience, the request of a rule is refused.
 */
export function jwtWitnesses(intent: JwtIntent): Witness[] {
  const promised = [...intent.rules.flatMap(rule => ruleDrafts(rule, intent)), ...intent.publicOperations.flatMap(operation => publicDrafts(operation, intent))];
  const guarded = intent.rules.flatMap(rule => ruleDrafts(rule, intent)).find(draft => !isPublic(draft, intent));
  const refused = guarded ? badTokens(guarded.token!, intent).map(token => ({ ...guarded, token })) : [];
  const witnesses = (drafts: readonly Draft[], outcome: Witness['outcome']) => drafts.flatMap(draft => requestsOf(intent, draft).map(made => ({ ...made, outcome })));
  return [...witnesses(promised, 'passes'), ...witnesses(refused, 'is refused')];
}

function ruleDrafts(rule: JwtRuleData, intent: JwtIntent): Draft[] {
  const [operation] = rule.operations;
  if (operation.kind !== 'http') { return []; }
  return portsOfApi(operation, intent).slice(0, 1).flatMap(port => intent.issuers.filter(({ issuer }) => rule.issuers.includes(issuer)).map(issuer => {
    const scopes = rule.scopes.length === 0 ? {} : { [issuer.scopeClaim]: rule.scopes.join(' ') };
    return { caller: rule.callers[0] ?? STRANGER, port, http: httpOf(operation), conditions: rule.conditions, token: tokenFor(issuer, { ...scopes, ...claimsFor(rule.conditions) }) };
  }));
}

function publicDrafts(operation: OperationData, intent: JwtIntent): Draft[] {
  if (operation.kind !== 'http') { return []; }
  return portsOfApi(operation, intent).slice(0, 1).map(port => ({ caller: STRANGER, port, http: httpOf(operation), conditions: [] }));
}

/** The ports of an operation of an API: its own, else those of the API, else all HTTP ports but that of the metrics. */
function portsOfApi(operation: HttpOperationData, { ports, namespace, target }: JwtIntent): number[] {
  if (operation.ports.length > 0 || ports.length === 0) {
    const own = portsOf(operation, target);
    return operation.ports.length > 0 || own.length === 1 ? own : own.filter(port => port !== namespace.metrics?.port);
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
