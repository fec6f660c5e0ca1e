import { Decision } from './request/decision';
import { HopTrace } from './trace';

/** Puts an answer into words, proxy by proxy. */
export function explain(decision: Decision, notes: readonly string[], hops: readonly HopTrace[]): string {
  const head = hops.length === 0 && decision === Decision.ALLOW ? `${decision}: no proxy enforces policy on the way` : decision;
  return [head, ...notes.map(note => `note: ${note}`), ...hops.flatMap(hopLines)].join('\n');
}

function hopLines(hop: HopTrace, index: number): string[] {
  const { nearest } = hop;
  return [
    `${index + 1}. ${hop.proxy}, port ${hop.port}`,
    ...hop.steps.map(({ stage, outcome }) => `   ${stage.padEnd(9)} ${outcome}`),
    ...nearest ? [`   nearest   ${nearest.rule}, but for ${nearest.unmatched.map(({ field, values }) => `${field} [${values.join(', ')}]`).join(' and ')}`] : [],
    ...section('attached', hop.considered),
    ...section('not attached', hop.detached),
    ...section('dropped', hop.dropped),
    ...section('widened', hop.widened),
  ];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.map(line => `   ${title}: ${line}`);
}
