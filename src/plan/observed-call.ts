import { OperationData } from '../intent/operation-data';

/** A service account that calls. */
export interface SeenAccount {
  readonly kind: 'account';
  /** As its certificate says it; none where it is one of this mesh for certain. */
  readonly trustDomain?: string;
  readonly namespace: string;
  readonly name: string;
}

/** Who called, as far as it is told. */
export type SeenCaller =
  | SeenAccount
  /** Somebody with an identity that is no service account, or more than one. */
  | { readonly kind: 'others'; readonly text: string }
  | { readonly kind: 'plaintext' }
  /** Nobody says who; what would. */
  | { readonly kind: 'unknown'; readonly answer: string };

export interface SeenWorkload {
  readonly namespace: string;
  readonly name: string;
}

/** What was called, as far as it is told. */
export type SeenRequest =
  | { readonly kind: 'http'; readonly method: string; readonly path: string }
  /** A connection, of which no more is known. */
  | { readonly kind: 'connection' }
  /** Something that is not told, in words. */
  | { readonly kind: 'untold'; readonly text: string };

/** A request over HTTP; policies do not look at its query. */
export function httpRequest(method: string, path: string): SeenRequest { return { kind: 'http', method, path: path.split('?')[0] }; }

export type Unit = 'line' | 'entry';

export type Outcome = 'passed' | 'denied' | 'failed';

/** Calls that were seen, all alike. */
export interface ObservedCall {
  readonly caller: SeenCaller;
  readonly to: SeenWorkload;
  /** Container port. */
  readonly port?: number;
  readonly request: SeenRequest;
  readonly outcome: Outcome;
  /** What became of it, such as `403 rbac_access_denied_matched_policy[none]`. */
  readonly answered?: string;
  readonly count: number;
  /** Lines of logs, or entries of metrics: both tell of the same calls. */
  readonly unit: Unit;
  /** Where it is written, such as `api.log line 3`. */
  readonly where: string;
}

/** A call that may be made: somebody says so, or policies that are there do. */
export interface KnownCall {
  readonly caller: SeenAccount;
  readonly to: SeenWorkload;
  readonly operation: OperationData;
  /** Why, where the account must have a reason. */
  readonly reason?: string;
}

/** A pair of which it is known that it talks, and not what. */
export type KnownPair = Pick<KnownCall, 'caller' | 'to'>;

/** A call that policies allow, and that no access says alike. */
export interface UnsayableCall {
  readonly caller: string;
  readonly to: SeenWorkload;
  readonly text: string;
  readonly isCallerUnknown: boolean;
}

/** What cannot be read, where it stands. */
export interface Unread {
  readonly source: string;
  readonly line: number;
  readonly message: string;
}

/** What is read and tells nothing, and why. */
export interface Ignored {
  readonly source: string;
  readonly reason: string;
  readonly count: number;
}

/** What a source tells. */
export interface Reading {
  readonly observed: readonly ObservedCall[];
  readonly known: readonly KnownCall[];
  readonly unsayable: readonly UnsayableCall[];
  readonly unread: readonly Unread[];
  readonly ignored: readonly Ignored[];
}

/** What became of one line. */
export type LineReading =
  | { readonly call: Omit<ObservedCall, 'where' | 'unit'> }
  | { readonly ignored: string }
  | { readonly unread: string };

/** What becomes of a line that the proxy of the client wrote: that of the destination tells of the same call, and knows who called. */
export const OF_THE_CLIENT: LineReading = { ignored: 'written by the proxy of the client; what counts is what the destination reports' };

/** The lines of a source together. */
export function readingOf(source: string, lines: readonly { readonly number: number; readonly read: LineReading }[], unit: Unit = 'line'): Reading {
  const reasons = lines.flatMap(({ read }) => 'ignored' in read ? [read.ignored] : []);
  return {
    observed: lines.flatMap(({ number, read }) => 'call' in read ? [{ ...read.call, unit, where: `${source} ${unit} ${number}` }] : []),
    known: [],
    unsayable: [],
    unread: lines.flatMap(({ number, read }) => 'unread' in read ? [{ source, line: number, message: read.unread }] : []),
    ignored: [...new Set(reasons)].map(reason => ({ source, reason, count: reasons.filter(one => one === reason).length })),
  };
}

/** `shop/api`. */
export function workloadText({ namespace, name }: SeenWorkload): string { return `${namespace}/${name}`; }
