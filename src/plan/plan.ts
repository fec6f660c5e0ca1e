import { Granted, grantedOf, holds, operationAt, operationSeen, pairOf } from './granted';
import { callerText, ofMesh } from './identity';
import { Ignored, KnownCall, ObservedCall, SeenAccount, SeenCaller, SeenWorkload, Unread, UnsayableCall, workloadText } from './observed-call';
import { PlanInput } from './plan-input';
import { PlanQuestion, PlanQuestionKind } from './question';
import { questionsOf, Asked } from './questions';
import { isRefused, isRefusedInPart, isRefusedWhole } from './refused';
import { usualRequest } from './usual-request';
import { VainRefusal, vainRefusals } from './vain-refusals';
import { crowdedTemplates, isOneOf, templateOf } from './variable-path';
import { OperationData, operationText } from '../intent/operation-data';
import { groupedBy } from '../util/grouped';

/** What is granted, what is asked, and what was read in vain. */
export interface Plan {
  readonly granted: readonly Granted[];
  readonly questions: readonly PlanQuestion[];
  readonly unread: readonly Unread[];
  readonly ignored: readonly Ignored[];
  /** What of the refused takes nothing out. */
  readonly vain: readonly VainRefusal[];
}

type OfAccount = ObservedCall & { readonly caller: SeenAccount };

/**
 * What follows from calls that were seen, or are known.
 *
 * What is seen is granted where all of it is told: who called, by an identity of its own, what, and that it passed, often enough. Of everything else something is asked,
 * and nothing is granted. What somebody states is granted as it is stated, and answers what is asked about it.
 */
export function planOf(input: PlanInput): Plan {
  const isWaypoint = (call: { readonly caller: SeenCaller }) => input.waypoints.includes(callerText(call.caller));
  const allowed = input.readings.flatMap(reading => reading.known).filter(call => !isWaypoint(call) && !isRefusedWhole(call, input.refused));
  const [whole, cut] = split(allowed, call => !isRefusedInPart(call, input.refused));
  const known = [...input.calls, ...whole];
  const observed = input.readings.flatMap(reading => reading.observed).map(call => call.caller.kind === 'account' ? { ...call, caller: ofMesh(call.caller, input.trustDomain) } : call);
  const [passed, viaWaypoints] = split(observed, call => !isWaypoint(call));
  const open = passed.filter(call => !isStated(call, input.calls) && !isRefused(call, input.refused));
  const { seen, asked } = judged(open, known, input);
  const unsayable = [...input.readings.flatMap(reading => reading.unsayable), ...cut.map(asUnsayable)].filter(call => !isPairIn(call, input));
  const pairs = input.pairs.filter(pair => ![...known, ...seen].some(call => pairOf(call) === pairOf(pair)));
  const waypoints = viaWaypoints.length === 0 ? [] : [{ source: 'all sources', reason: 'calls of a waypoint, which passes on those of others', count: viaWaypoints.length }];
  return {
    granted: grantedOf(known, seen),
    questions: questionsOf(asked, unsayable, pairs),
    unread: input.readings.flatMap(reading => reading.unread),
    ignored: [...input.readings.flatMap(reading => reading.ignored), ...waypoints],
    vain: vainRefusals(input),
  };
}

/** Of what is not told, whatever is stated of the pair; of a request to a port that is not known, at whichever port it is stated. */
function isStated(call: ObservedCall, calls: readonly KnownCall[]): boolean {
  const operation = operationAt(call);
  const atAnyPort = (stated: OperationData) => call.port === undefined && stated.kind === 'http' ? { ...stated, ports: [] } : stated;
  return calls.some(one => pairOf(one) === pairOf(call) && (operation === undefined || holds(atAnyPort(one.operation), operation)));
}

function asUnsayable({ caller, to, operation }: KnownCall): UnsayableCall {
  return { caller: callerText(caller), to, text: `${operationText(operation)}, a part of which is refused`, isCallerUnknown: false };
}

/** Whether somebody has said anything of who calls whom. */
function isPairIn({ caller, to }: { readonly caller: string; readonly to: SeenWorkload }, { calls, refused }: PlanInput): boolean {
  return calls.some(one => callerText(one.caller) === caller && workloadText(one.to) === workloadText(to))
    || refused.some(one => workloadText(one.to) === workloadText(to) && (one.callers?.includes(caller) ?? true) && one.operations === undefined);
}

interface Judged { readonly seen: readonly OfAccount[]; readonly asked: readonly Asked[] }

/** What is granted of the calls that were seen, and what is asked about the others. */
function judged(calls: readonly ObservedCall[], known: readonly KnownCall[], input: PlanInput): Judged {
  const questions = calls.map(call => ({ call, ask: doubtAbout(call) ?? doubtAboutPart(call, input) }));
  const told = questions.flatMap(({ call, ask }) => ask === undefined ? [call] : []);
  const denied = new Set(told.filter(({ outcome }) => outcome === 'denied').map(sameAs));
  // what was denied as well is asked about by that
  const clear = told.filter(call => call.outcome === 'passed' && !denied.has(sameAs(call))).map(call => call as OfAccount);
  const [usual, crowded] = splitCrowded(clear);
  const alike = [...groupedBy(usual, sameAs).values()];
  const [often, seldom] = split(alike, group => sum(group) >= input.minimumCalls);
  const http = new Set(calls.flatMap(call => call.request.kind === 'http' ? [portOf(call)] : []));
  const [seen, unclear] = split(often.map(([first, ...rest]) => ({ ...first, count: sum([first, ...rest]) })), call => call.request.kind === 'http' || !http.has(portOf(call)));
  const isKnown = (call: ObservedCall) => [...known, ...seen].some(one => pairOf(one) === pairOf(call) && answers(one, call));
  const failed = told.filter(({ outcome }) => outcome !== 'passed').map(call => ({ call, kind: failureOf(call) }));
  const asked = [
    ...questions.flatMap(({ call, ask }) => ask === undefined ? [] : [{ call, ...ask }]),
    ...crowded,
    ...unclear.map(call => ({ call, kind: PlanQuestionKind.UNKNOWN_OPERATION })),
    ...seldom.flat().map(call => ({ call, kind: PlanQuestionKind.SEEN_SELDOM })),
    ...failed,
  ];
  return { seen, asked: asked.filter(({ call }) => !isKnown(call)) };
}

/** By what calls are the same. */
function sameAs(call: ObservedCall): string { return `${pairOf(call)} ${JSON.stringify(operationSeen(call))}`; }

/** Whether what is known of a pair tells what a call is. Of what is not told, anything does that is known at its port; of connections, requests on theirs. */
function answers(one: KnownCall | OfAccount, call: ObservedCall): boolean {
  const operation = operationSeen(call);
  const by = 'operation' in one ? one.operation : operationSeen(one)!;
  const isAtPort = call.port === undefined || (by.kind === 'http' && by.ports.includes(call.port));
  if (operation === undefined) { return call.request.kind === 'untold' && call.outcome === 'passed' && isAtPort; }
  return holds(by, operation) || (operation.kind === 'tcp' && isAtPort);
}

function failureOf({ outcome }: ObservedCall): PlanQuestionKind { return outcome === 'denied' ? PlanQuestionKind.DENIED : PlanQuestionKind.FAILED; }

function portOf({ to, port }: ObservedCall): string { return `${workloadText(to)}:${port}`; }

type Doubt = Pick<Asked, 'kind' | 'as' | 'answer'>;

/** What is not told of a call, by itself; undefined where all of it is. */
function doubtAbout(call: ObservedCall): Doubt | undefined {
  return doubtAboutCaller(call) ?? doubtAboutRequest(call);
}

function doubtAboutCaller({ caller }: ObservedCall): Doubt | undefined {
  switch (caller.kind) {
    case 'plaintext': return { kind: PlanQuestionKind.PLAINTEXT };
    case 'unknown': return { kind: PlanQuestionKind.UNKNOWN_CALLER, answer: caller.answer };
    case 'others': return { kind: PlanQuestionKind.UNKNOWN_CALLER };
    case 'account':
      if (caller.trustDomain !== undefined) { return { kind: PlanQuestionKind.FOREIGN_CALLER }; }
      return caller.name === 'default' ? { kind: PlanQuestionKind.SHARED_ACCOUNT } : undefined;
  }
}

function doubtAboutRequest({ request, port }: ObservedCall): Doubt | undefined {
  if (request.kind === 'untold') { return { kind: PlanQuestionKind.UNKNOWN_OPERATION }; }
  if (request.kind === 'http') {
    const problem = usualRequest(request);
    if (problem !== undefined) { return { kind: PlanQuestionKind.UNUSUAL_REQUEST, answer: `${problem}; an operation that says what is meant in calls; or refused` }; }
    const template = templateOf(request.path);
    if (template !== request.path) { return { kind: PlanQuestionKind.VARIABLE_PATH, as: template }; }
  }
  return port === undefined ? { kind: PlanQuestionKind.UNKNOWN_PORT } : undefined;
}

/** A part of what would be granted is refused: a log does not tell of hosts. */
function doubtAboutPart(call: ObservedCall, { refused }: PlanInput): Doubt | undefined {
  const operation = operationSeen(call);
  const isCut = call.outcome === 'passed' && operation !== undefined && isRefusedInPart({ caller: call.caller, to: call.to, operation }, refused);
  return isCut ? { kind: PlanQuestionKind.CONDITIONAL } : undefined;
}

/** Paths of which there are so many that they seem to name things. */
function splitCrowded(calls: readonly OfAccount[]): [usual: OfAccount[], crowded: Asked[]] {
  const byDoor = groupedBy(calls, call => `${portOf(call)} ${call.request.kind === 'http' ? call.request.method : ''}`);
  const templates = new Map([...byDoor].map(([door, some]) => [door, crowdedTemplates(some.flatMap(({ request }) => request.kind === 'http' ? [request.path] : []))]));
  const asked: Asked[] = [];
  const usual = calls.filter(call => {
    const { request } = call;
    if (request.kind !== 'http') { return true; }
    const as = templates.get(`${portOf(call)} ${request.method}`)!.find(template => isOneOf(template, request.path));
    if (as !== undefined) { asked.push({ call, kind: PlanQuestionKind.VARIABLE_PATH, as }); }
    return as === undefined;
  });
  return [usual, asked];
}

/** How many calls there were: metrics and logs tell of the same ones. */
function sum(calls: readonly ObservedCall[]): number {
  return Math.max(...(['line', 'entry'] as const).map(unit => calls.reduce((total, call) => total + (call.unit === unit ? call.count : 0), 0)));
}

function split<T>(values: readonly T[], isFirst: (value: T) => boolean): [first: T[], second: T[]] {
  return [values.filter(isFirst), values.filter(value => !isFirst(value))];
}
