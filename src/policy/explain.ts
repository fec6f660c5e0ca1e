import { NetworkTrace } from './network-trace';
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

/** What stands on the way. */
export interface OnTheWay {
  readonly proxies: readonly HopTrace[];
  /** Each stands before the proxy of a number. */
  readonly connections: readonly (NetworkTrace & { readonly behind: number })[];
}

/** Puts an answer into words, proxy by proxy. */
export function explain({ decision, reason, notes }: Explained, { proxies, connections }: OnTheWay, options: ExplainOptions): string {
  const { full = false } = taken('explain', OPTIONS, options);
  const others = notes.filter(note => note !== reason);
  const before = (index: number) => connections.filter(({ behind }) => behind === index).flatMap(connectionLines);
  const lines = [...proxies.flatMap((hop, index) => [...before(index), ...hopLines(hop, index, full)]), ...before(proxies.length)];
  return [headOf(decision, reason, proxies), ...others.map(note => `note: ${note}`), ...lines].join('\n');
}

function connectionLines({ source, destination, port, egress, ingress }: NetworkTrace): string[] {
  return [
    `NETWORK: ${source} to ${destination}, ${port === undefined ? 'a port that is not known' : `port ${port}`}`,
    ...egress === undefined ? [] : [`   egress    ${egress}`],
    ...ingress === undefined ? [] : [`   ingress   ${ingress}`],
  ];
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
