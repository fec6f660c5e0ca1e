import { statesTheSame } from './coverage';
import { Caller, callerName } from '../../../intent/caller';
import { ConditionData, conditionText } from '../../../intent/condition';
import { AccessIntent, JwtIntent } from '../../../intent/intent';
import { operationText } from '../../../intent/operation-data';
import { WorkloadFacts } from '../../../intent/workload';
import { apiPorts } from '../../../render/api-ports';
import { guardedCalls } from '../../../render/guarded-calls';
import { tcpPortOf } from '../../../render/port';
import { few, listed, quoted } from '../../../util/text';
import { Problem } from '../index/complaint';
import { shareService, StatedIntent, StatedIntents } from '../index/stated-intents';
import { World } from '../index/world';

const TOKEN_CONDITIONS: readonly ConditionData['kind'][] = ['claim', 'audience', 'presenter'];

/** What an access says of tokens. */
interface TokenClaims {
  readonly target: WorkloadFacts;
  readonly conditions: readonly ConditionData[];
  readonly sendsToken: boolean;
}

/** What an access and the APIs at its pods ask of each other. */
export function checkTokens(access: () => AccessIntent, { target, conditions, sendsToken }: TokenClaims, world: World): Problem[] {
  const apis = StatedIntents.of(world).apisAt(target);
  const claim = conditions.find(({ kind }) => TOKEN_CONDITIONS.includes(kind));
  if (apis.length === 0) { return StatedIntents.of(world).knowsApisOf(target.namespace) ? unverified(claim, sendsToken, target) : []; }
  const intent = access();
  return apis.flatMap(api => [...pastGuard(intent, api), ...claim || sendsToken ? [] : refused(intent, api)]);
}

/** Tokens count only where they are verified. */
function unverified(claim: ConditionData | undefined, sendsToken: boolean, { path }: WorkloadFacts): string[] {
  return [
    ...claim ? [`condition ${quoted(conditionText(claim))} never holds, since no tokens are verified at '${path}'; add a JwtProtectedApi for it`] : [],
    ...sendsToken ? [`callersSendToken must be said where tokens are asked for, but none are at '${path}', so that calls without one pass; add a JwtProtectedApi for it, or leave it out`] : [],
  ];
}

/** The guard knows no access: it answers 403 to whoever brings no token. */
function refused(intent: AccessIntent, { path, intent: api }: StatedIntent<JwtIntent>): Problem[] {
  if (!meetsGuard(intent.target, api)) { return []; }
  const { operations, callers } = guardedCalls(intent, api);
  if (callers.length === 0) { return []; }
  const cure = callers.every(isNamed) ? 'add them to its exemptCallers' : 'make the operations public there';
  const names = few(callers.map(callerName));
  const message = `callers must bring a token for ${few(operations.map(operationText))}, without which JwtProtectedApi '${path}' answers 403, got ${names}; `
    + `${cure}, or say by callersSendToken: true that they send a token that it accepts`;
  // whatever else the same callers may call there, they are exempted once
  return [{ message, cause: JSON.stringify(['no token', path, callers.map(callerName), cure]) }];
}

function isNamed({ kind }: Caller): boolean { return kind === 'serviceAccount' || kind === 'namespace'; }

/** A guard at a waypoint sees the traffic of its Services only. */
function meetsGuard(target: WorkloadFacts, api: JwtIntent): boolean {
  return !api.namespace.waypoint || shareService(target, api.target);
}

/** A guard at a waypoint is gone round through another Service than its own, or by the address of a pod: there a request would need no token. */
function pastGuard({ operations, target }: AccessIntent, { path, intent: api }: StatedIntent<JwtIntent>): string[] {
  if (!api.namespace.waypoint) { return []; }
  const ports = apiPorts(api, []);
  if (operations.every(operation => operation.kind === 'tcp' && !tcpPortOf(operation, target, []).some(port => ports.includes(port)))) { return []; }
  const guarded = api.target.services.map(({ name }) => name);
  const isFor = `since JwtProtectedApi '${path}' is for ${listed(guarded)} only; state both for the same Services by Workload.of`;
  if (target.services.length === 0) { return [`at ${quoted(target.path)}, which is called by the address of its pods, requests would need no token, ${isFor}`]; }
  return target.services.filter(({ name }) => !guarded.includes(name)).map(({ name }) => `through Service '${name}' requests would need no token, ${isFor}`);
}

/** Two guards on one port would each refuse the tokens of the other, unless they say the same. */
export function checkSingle(path: string, intent: JwtIntent, world: World): string[] {
  const { target } = intent;
  const others = StatedIntents.of(world).apisAt(target)
    .filter(other => other.path !== path && (other.intent.target.path === target.path || !statesTheSame(intent, other.intent)));
  return others.length === 0 ? [] : [`'${target.path}' must have one JwtProtectedApi, got several, each of which would refuse the tokens of the others; `
    + 'state all issuers and rules in one'];
}
