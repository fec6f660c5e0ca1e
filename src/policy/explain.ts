import { Decision } from './request/decision';
import { HopTrace, isIdle } from './trace';
import { InputStruct, taken } from '../util/members';

/** What an explanation tells. */
export interface ExplainOptions {
  /**
   * Also tells what has no part in the answer: policies that are not attached, and why, and stages that pass everything.
   *
   * @default false
   */
  readonly full?: boolean;
}

const OPTIONS: InputStruct<ExplainOptions> = { name: 'ExplainOptions', members: { full: 'flag' } };

/** What is explained. */
export interface Explained {
  readonly decision: Decision;
  readonly reason?: string;
  readonly notes: readonly string[];
}

/** Puts an answer into words, proxy by proxy. */
export function explain({ decision, reason, notes }: Explained, hops: readonly HopTrace[], options: ExplainOptions): string {
  const { full = false } = taken('explain', OPTIONS, options);
  const others = notes.filter(note => note !== reason);
  return [headOf(decision, reason, hops), ...others.map(note => `note: ${note}`), ...hops.flatMap((hop, index) => hopLines(hop, index, full))].join('\n');
}

function headOf(decision: Decision, reason: string | undefined, hops: readonly HopTrace[]): string {
  if (reason !== undefined) return `${decision}, as ${reason}`;
  return hops.length === 0 && decision === Decision.ALLOW ? `${decision}: no proxy enforces policy on the way` : decision;
}

function hopLines(hop: HopTrace, index: number, full: boolean): string[] {
  const { nearest } = hop;
  return [
    `${index + 1}. ${hop.proxy}, port ${hop.port}`,
    ...hop.steps.filter(step => full || !isIdle(step)).map(({ stage, outcome }) => `   ${stage.padEnd(9)} ${outcome}`),
    ...nearest ? [`   nearest   ${nearest.rule}, but for ${nearest.unmatched.map(({ field, values }) => `${field} [${values.join(', ')}]`).join(' and ')}`] : [],
    ...section('attached', hop.considered),
    ...full ? section('not attached', hop.detached) : [],
    ...section('dropped', hop.dropped),
    ...section('widened', hop.widened),
  ];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.map(line => `   ${title}: ${line}`);
}
