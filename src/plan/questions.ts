import { callerText } from './identity';
import { KnownPair, ObservedCall, SeenRequest, UnsayableCall, workloadText } from './observed-call';
import { ANSWERS, PlanQuestion, PlanQuestionKind } from './question';
import { shownPath } from './variable-path';
import { groupedBy } from '../util/grouped';
import { quoted, unique } from '../util/text';

/** A call about which something is asked. */
export interface Asked {
  readonly call: ObservedCall;
  readonly kind: PlanQuestionKind;
  /** A path that stands for many. */
  readonly as?: string;
  /** What would answer it, where that is better known. */
  readonly answer?: string;
}

/** How many places a question names. */
const FEW = 5;

/** The questions, each once, in the order of their workloads. */
export function questionsOf(asked: readonly Asked[], unsayable: readonly UnsayableCall[], pairs: readonly KnownPair[]): PlanQuestion[] {
  const groups = groupedBy(asked, ({ call, kind, as, answer }) =>
    JSON.stringify([kind, callerText(call.caller), workloadText(call.to), requestText(call, as), answer]));
  const all = [...[...groups.values()].map(questionOf), ...unsayable.map(questionOfPolicies), ...pairs.map(questionOfPair)];
  const key = ({ to, caller, kind, request }: PlanQuestion) => [to, caller, kind, request].join(' ');
  return all.sort((a, b) => key(a) < key(b) ? -1 : 1);
}

function questionOf(group: readonly Asked[]): PlanQuestion {
  const [{ call, kind, as, answer }] = group;
  return {
    kind,
    caller: callerText(call.caller),
    to: workloadText(call.to),
    request: requestText(call, as),
    calls: group.reduce((total, one) => total + one.call.count, 0),
    seen: unique(group.map(one => seenText(one.call))).slice(0, FEW),
    answer: answer ?? ANSWERS[kind],
  };
}

function questionOfPolicies({ caller, to, text, isCallerUnknown }: UnsayableCall): PlanQuestion {
  const kind = isCallerUnknown ? PlanQuestionKind.UNKNOWN_CALLER : PlanQuestionKind.CONDITIONAL;
  return { kind, caller, to: workloadText(to), request: text, calls: 0, seen: [], answer: ANSWERS[kind] };
}

function questionOfPair({ caller, to }: KnownPair): PlanQuestion {
  const kind = PlanQuestionKind.UNKNOWN_OPERATION;
  return { kind, caller: callerText(caller), to: workloadText(to), request: 'anything', calls: 0, seen: [], answer: ANSWERS[kind] };
}

function requestText({ request, port, outcome, answered }: ObservedCall, as?: string): string {
  const at = port === undefined ? '' : ` on port ${port}`;
  return `${contentText(request, as)}${at}${outcome === 'passed' ? '' : ` (${answered ?? outcome})`}`;
}

/** Clients choose their methods and paths: what would break a line is escaped, and what may be a secret is left out. */
function contentText(request: SeenRequest, as?: string): string {
  switch (request.kind) {
    case 'http': return quoted(`${request.method} ${as ?? shownPath(request.path)}`).slice(1, -1);
    case 'connection': return 'TCP connections';
    case 'untold': return quoted(request.text).slice(1, -1);
  }
}

function seenText({ where, request }: ObservedCall): string { return `${where}${request.kind === 'http' ? `: ${contentText(request)}` : ''}`; }
