import { claimsFor, onOthers } from './conditions';
import { Draft, Sent } from './draft';
import { badTokens, isExempt, isGuarded } from './guard';
import { covers, portsOf, sampleMethod, sampleOf, samplePath, STRANGER, tokenFor, UNNAMED } from './samples';
import { Witness, WitnessContext } from './witness';
import { pastWaypoint, sentBy, witnessesFrom } from './witness-request';
import { Caller, isNamed, isOfAnotherMesh } from '../intent/caller';
import { ConditionData } from '../intent/condition';
import { isAmong } from '../intent/containment';
import { AccessIntent, JwtIntent } from '../intent/intent';
import { waypointCaller } from '../intent/mesh';
import { HttpOperationData, isHttp, OperationData } from '../intent/operation-data';

/**
 * Of each operation a request that passes, of each caller too; and of the first of them what is one field away: another caller, and where it is of another
 * mesh the one of the same name of this one, plaintext, a method, a path and a port that the access does not name, without each of its conditions, and without the token that an API asks for.
 */
export function accessWitnesses(intent: AccessIntent, { api, sendersOf }: Pick<WitnessContext, 'api' | 'sendersOf'>): Witness[] {
  const promised = promisedBy(intent, { api, sendersOf });
  const [first] = promised;
  const refused = first ? [...oneFieldAway(intent, first), ...withBadTokens(promised, api)] : [];
  return [...witnessesFrom(intent, promised, 'passes'), ...witnessesFrom(intent, refused, 'is refused'), ...first && intent.namespace.waypoint ? roundWaypoint(intent, first) : []];
}

/** Of these, what passes. */
export function accessPromises(intent: AccessIntent, context: Pick<WitnessContext, 'api' | 'sendersOf'>): Witness[] {
  return witnessesFrom(intent, promisedBy(intent, context), 'passes');
}

/** What the waypoint does not let its callers ask of HTTP, asked of the pods, which see nothing of that. */
function roundWaypoint(intent: AccessIntent, first: Draft): Witness[] {
  return pastWaypoint(intent, otherRequests(intent, first).slice(0, 1)).map(witness => ({ ...witness, text: `${witness.text}, past the waypoint` }));
}

/** What may be called: each operation by the first caller, and the first of them by each of the others. */
export function promisedBy(calls: Calls, { api, sendersOf }: Pick<WitnessContext, 'api' | 'sendersOf'>): Draft[] {
  const [one, ...others] = sentBy(calls.callers, sendersOf);
  return [
    ...calls.operations.flatMap(operation => draftsOf(calls, one, operation, api)),
    ...others.flatMap(other => draftsOf(calls, other, calls.operations[0], api).slice(0, 1)),
  ];
}

type Calls = Pick<AccessIntent, 'target' | 'callers' | 'operations' | 'conditions'>;

/** The requests of an operation for each port; behind an API that asks for tokens they bring one, as they must. */
function draftsOf({ target, conditions }: Calls, sent: Sent, operation: OperationData, api: JwtIntent | undefined): Draft[] {
  const claims = claimsFor(conditions);
  return portsOf(operation, target).flatMap(port => requestsOf(operation).map(http => {
    const draft = { ...sent, port, http, conditions };
    if (!http) { return draft; }
    const needsToken = api !== undefined && (!isExempt(draft, api) || Object.keys(claims).length > 0);
    return { ...draft, token: needsToken ? tokenFor(api.issuers[0], claims) : undefined };
  }));
}

function withBadTokens(promised: readonly Draft[], api: JwtIntent | undefined): Draft[] {
  const guarded = api && promised.find(draft => draft.token !== undefined && isGuarded(draft, api));
  return guarded ? badTokens(guarded.token!, api).map(token => ({ ...guarded, token })) : [];
}

/** A request of an operation. */
export function httpOf({ methods, paths, hosts }: HttpOperationData): NonNullable<Draft['http']> {
  return { method: sampleMethod(methods), path: samplePath(paths[0]), host: hosts[0] === undefined ? undefined : sampleOf(hosts[0]) };
}

/** Of each method, path and host of an operation one, as somebody may refuse one of them; of a connection no HTTP. */
export function requestsOf(operation: OperationData): Draft['http'][] {
  if (operation.kind === 'tcp') { return [undefined]; }
  const { methods, paths, hosts } = operation;
  return [
    ...paths.map(path => httpOf({ ...operation, paths: [path] })),
    ...methods.slice(1).map(method => httpOf({ ...operation, methods: [method] })),
    ...hosts.slice(1).map(host => httpOf({ ...operation, hosts: [host] })),
  ];
}

function oneFieldAway(intent: AccessIntent, first: Draft): Draft[] {
  const isForPlaintext = intent.callers.some(({ kind }) => kind === 'anyone');
  return [
    ...intent.callers.every(isNamed) ? [{ ...first, sender: undefined, caller: STRANGER }] : [],
    ...ofThisMesh(intent).slice(0, 1).map(caller => ({ ...first, sender: undefined, caller })),
    ...isForPlaintext ? [] : [{ ...first, sender: undefined, caller: undefined }],
    ...otherRequests(intent, first),
    ...otherPort(intent, first),
    ...intent.conditions.filter(({ kind }) => CAN_BE_LEFT_OUT.includes(kind)).map(condition => ({ ...first, ...without(first, condition) })),
  ];
}

/** The namesakes of callers of another mesh that nobody names; pods admit their waypoint, whoever has its name elsewhere. */
function ofThisMesh({ callers, namespace: { waypoint } }: AccessIntent): Caller[] {
  const known = [...callers, ...waypoint ? [waypointCaller(waypoint)] : []];
  return callers.flatMap((caller): Caller[] => caller.kind === 'serviceAccount' && isOfAnotherMesh(caller) ? [{ ...caller, trustDomain: undefined }] : [])
    .filter(caller => !isAmong(caller, known));
}

/** Not an address, which every client has, nor an audience, which the token needs anyway. */
const CAN_BE_LEFT_OUT: readonly ConditionData['kind'][] = ['header', 'claim', 'presenter', 'sni'];

/** A method and a path that no operation names. */
function otherRequests({ operations }: AccessIntent, first: Draft): Draft[] {
  const { http } = first;
  if (!http) { return []; }
  const isMeant = ({ method, path }: NonNullable<Draft['http']>) => operations.filter(isHttp).some(operation => covers(operation, method, path));
  return [{ ...http, method: 'TRACE' }, { ...http, path: `/${UNNAMED}` }].filter(other => !isMeant(other)).map(other => ({ ...first, http: other }));
}

function otherPort({ operations, target }: AccessIntent, first: Draft): Draft[] {
  const named = operations.flatMap(operation => portsOf(operation, target));
  const other = target.ports.find(port => port.transport === 'TCP' && port.protocol !== 'undeclared' && !named.includes(port.number));
  if (!other) { return []; }
  return [{ ...first, port: other.number, http: other.protocol === 'http' ? first.http ?? { method: 'GET', path: `/${UNNAMED}` } : undefined }];
}

function without({ token, conditions }: Draft, condition: ConditionData): Pick<Draft, 'conditions' | 'token'> {
  const rest = onOthers(conditions, condition);
  // a client that states no server name; its proxy would state one for it
  const others: readonly ConditionData[] = condition.kind === 'sni' ? [...rest, { kind: 'sni', values: [''] }] : rest;
  const isClaim = condition.kind === 'claim' || condition.kind === 'presenter';
  if (!isClaim || !token) { return { conditions: others, token }; }
  const { iss, aud, sub } = token.claims ?? {};
  return { conditions: others, token: { ...token, claims: { ...claimsFor(others), iss, aud, sub } } };
}
