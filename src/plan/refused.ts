import { mayMeet, operationAt, refuses } from './granted';
import { callerText } from './identity';
import { KnownCall, ObservedCall, workloadText } from './observed-call';
import { RefusedPattern } from './plan-input';
import { OperationData } from '../intent/operation-data';

/** Whether something that is refused is of the caller and the workload of a call. */
export function isBetween({ callers, to }: RefusedPattern, call: Pick<ObservedCall, 'caller' | 'to'>): boolean {
  return workloadText(to) === workloadText(call.to) && (callers?.includes(callerText(call.caller)) ?? true);
}

/** Whether a call that was seen is refused. */
export function isRefused(call: ObservedCall, refused: readonly RefusedPattern[]): boolean {
  const operation = operationAt(call);
  const isAmong = (some: readonly OperationData[]) => operation !== undefined && some.some(one => refuses(one, operation));
  return refused.some(one => isBetween(one, call) && (one.operations === undefined || isAmong(one.operations)));
}

/** Whether all calls that are known are refused. */
export function isRefusedWhole(call: KnownCall, refused: readonly RefusedPattern[]): boolean {
  return refused.some(one => isBetween(one, call) && (one.operations?.some(outer => refuses(outer, call.operation)) ?? true));
}

/** Whether something that is refused may be one of the calls: it cannot be taken out of an operation. */
export function isRefusedInPart(call: Pick<ObservedCall, 'caller' | 'to'> & Pick<KnownCall, 'operation'>, refused: readonly RefusedPattern[]): boolean {
  return refused.some(one => isBetween(one, call) && (one.operations?.some(other => mayMeet(other, call.operation)) ?? true));
}
