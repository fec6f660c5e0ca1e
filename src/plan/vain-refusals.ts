import { mayMeet, operationAt } from './granted';
import { callerText, ofMesh } from './identity';
import { SeenWorkload, workloadText } from './observed-call';
import { PlanInput, RefusedPattern } from './plan-input';
import { OperationData, operationText } from '../intent/operation-data';
import { misspelt } from '../util/misspelling';
import { listed, quoted, unique } from '../util/text';

/** What of the calls that are refused takes nothing out of what is granted: no such call is known. */
export interface VainRefusal {
  /** Its place in `refused`, from 0. */
  readonly row: number;

  /** What is not known, and what to do. */
  readonly message: string;
}

/** What is of workloads, callers or operations of which neither a source nor a stated call tells. It may be meant for what is still to come, or be a slip. */
export function vainRefusals({ readings, calls, pairs, refused, trustDomain }: Omit<PlanInput, 'minimumCalls' | 'waypoints'>): VainRefusal[] {
  const all: Call[] = [
    ...[...readings.flatMap(reading => reading.known), ...calls].map(call => ({ ...call, by: callerText(call.caller) })),
    ...readings.flatMap(reading => reading.observed).map(call => {
      const by = call.caller.kind === 'account' ? callerText(ofMesh(call.caller, trustDomain)) : undefined;
      return { by, to: call.to, operation: operationAt(call) };
    }),
    ...pairs.map(({ caller, to }) => ({ by: callerText(caller), to })),
    ...readings.flatMap(reading => reading.unsayable).map(({ caller, to }) => ({ by: caller, to })),
  ];
  return refused.flatMap((one, row) => messagesOf(one, all).map(message => ({ row, message: `refused[${row}]${message}, or keep it for what is still to come` })));
}

/** A call that is known: by whom, and what, where that is told. */
interface Call { readonly by?: string; readonly to: SeenWorkload; readonly operation?: OperationData }

function messagesOf({ to, callers, operations = [] }: RefusedPattern, all: readonly Call[]): string[] {
  const name = workloadText(to);
  const received = all.filter(call => workloadText(call.to) === name);
  if (received.length === 0) { return [`.to names ${quoted(name)}, of whose calls nothing is known, so that it takes nothing out; correct it`]; }
  const calling = unique(all.flatMap(({ by }) => by ?? []));
  const unknown = (callers ?? []).filter(caller => !calling.includes(caller));
  if (unknown.length > 0) {
    return unknown.map(caller => {
      const meant = misspelt(caller, calling);
      return `.callers names ${quoted(caller)}, of whose calls nothing is known, so that it takes nothing out; ${meant === undefined ? 'correct it' : `it may be a slip of ${quoted(meant)}: correct it`}`;
    });
  }
  const between = received.filter(({ by }) => callers === undefined || (by !== undefined && callers.includes(by)));
  if (between.length === 0) { return [` is of ${listed(callers ?? [])}, of whose calls to ${quoted(name)} nothing is known, so that it takes nothing out; correct it`]; }
  return operations.filter(operation => !between.some(call => call.operation !== undefined && mayMeet(operation, call.operation)))
    .map(operation => `.operations has ${operationText(operation)}, of which nothing is known at ${quoted(name)}, so that it takes nothing out; correct it`);
}
