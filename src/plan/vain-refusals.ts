import { callerText, ofMesh } from './identity';
import { workloadText } from './observed-call';
import { PlanInput, RefusedPattern } from './plan-input';
import { misspelt } from '../util/misspelling';
import { quoted, unique } from '../util/text';

/** What of the calls that are refused takes nothing out of what is granted: nothing is known of who calls, or of the workload. */
export interface VainRefusal {
  /** Its place in `refused`, from 0. */
  readonly row: number;

  /** What is not known, and what to do. */
  readonly message: string;
}

/** What names workloads and callers of which neither a source nor a stated call tells. It may be meant for what is still to come, or be a slip. */
export function vainRefusals({ readings, calls, pairs, refused, trustDomain }: Omit<PlanInput, 'minimumCalls' | 'waypoints'>): VainRefusal[] {
  const known = [...readings.flatMap(reading => reading.known), ...calls, ...pairs];
  const observed = readings.flatMap(reading => reading.observed);
  const unsayable = readings.flatMap(reading => reading.unsayable);
  const called = unique([...known, ...observed, ...unsayable].map(({ to }) => workloadText(to)));
  const seen = observed.flatMap(({ caller }) => caller.kind === 'account' ? [callerText(ofMesh(caller, trustDomain))] : []);
  const callers = unique([...known.map(({ caller }) => callerText(caller)), ...seen, ...unsayable.map(({ caller }) => caller)]);
  return refused.flatMap((one, row) => messagesOf(one, row, called, callers).map(message => ({ row, message })));
}

function messagesOf({ to, callers = [] }: RefusedPattern, row: number, called: readonly string[], calling: readonly string[]): string[] {
  const name = workloadText(to);
  if (!called.includes(name)) {
    return [`refused[${row}].to names ${quoted(name)}, of whose calls nothing is known, so that it takes nothing out; correct it, or keep it for what is still to come`];
  }
  return callers.filter(caller => !calling.includes(caller)).map(caller => {
    const meant = misspelt(caller, calling);
    return `refused[${row}].callers names ${quoted(caller)}, of whom nothing is known, so that it takes nothing out; ${meant === undefined ? 'correct it' : `it may be a slip of ${quoted(meant)}: correct it`}, or keep it for what is still to come`;
  });
}
