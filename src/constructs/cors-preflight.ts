import { Principal } from './principal';
import { Caller } from '../intent/caller';
import { PreflightData } from '../intent/intent';
import { atLeastOne } from '../util/given';
import { InputStruct, taken } from '../util/members';
import { quoted } from '../util/text';
import { namedOr } from './private/statements/callers';

/** Browser pages of other origins that may ask, by a preflight without token, whether they may call. */
export interface CorsPreflight {
  /** Origins of the pages, such as `https://shop.example.com`; at least one. */
  readonly origins: string[];

  /**
   * Workloads that pass the preflight on, such as the ingress gateway.
   *
   * @default - `callers` of the API
   */
  readonly callers?: Principal[];
}

const PREFLIGHT: InputStruct<CorsPreflight> = { name: 'CorsPreflight', members: { origins: 'needed', callers: 'value' } };

/** Checks what is said of preflights by itself; who passes them on comes when the app is complete. */
export function preflightOf(given: CorsPreflight, ofApi: () => Caller[]): () => PreflightData {
  const preflight = taken('corsPreflight', PREFLIGHT, given);
  const origins = atLeastOne('corsPreflight.origins', preflight.origins, "name them, as in ['https://shop.example.com']").map((origin, i) => {
    if (typeof origin !== 'string' || !/^https?:\/\/[^/*\s]+$/.test(origin)) {
      throw new Error(`corsPreflight.origins[${i}] must be an origin such as 'https://shop.example.com', got ${quoted(origin)}; scheme and host without path`);
    }
    return origin;
  });
  const callers = namedOr('corsPreflight.callers', preflight.callers, ofApi);
  return () => ({ origins, callers: callers() });
}
