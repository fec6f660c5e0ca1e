import { Caller } from '../intent/caller';
import { ConditionData } from '../intent/condition';
import { RequestToken } from '../policy/request/request-token';

/** What a witness is made of. */
export interface Draft {
  /** Nobody sends plaintext. */
  readonly caller?: Caller;
  /** A workload of the app that sends it as that caller, `NAMESPACE/NAME`; undefined where the caller is known by its identity only. */
  readonly sender?: string;
  /** The container port. */
  readonly port: number;
  readonly http?: { readonly method: string; readonly path: string; readonly host?: string };
  readonly conditions: readonly ConditionData[];
  readonly token?: RequestToken;
}

/** Who sends a request: a caller, as a workload of the app where it is one. */
export type Sent = Pick<Draft, 'caller' | 'sender'>;
