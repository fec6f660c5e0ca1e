import { Unheard } from './authorizers';
import { Passes } from './decide';
import { Facts } from '../matching/facts';
import { Stage } from '../request/decision';
import { Chain } from '../services/protocol';
import { TokenVerdict } from '../token/token';
import { Hop } from '../way/hop';

/** What one proxy does with a request. */
export interface HopVerdict {
  readonly hop: Hop;
  readonly passes: Passes;
  /** The stage that refuses, asks, or cannot be known; undefined where the request passes. */
  readonly stage?: Stage;
  /** Why, where no policy rule is the reason. */
  readonly reason?: string;
  /** Undefined where the connection is refused at TLS. */
  readonly chain?: Chain;
  /** What the client sees; undefined for a connection without HTTP. */
  readonly httpStatus?: number;
  readonly grpc?: boolean;
  /** What policies saw; undefined where none was looked at. */
  readonly facts?: Facts;
  /** What CUSTOM policies saw, before tokens were looked at. */
  readonly customFacts?: Facts;
  readonly token?: TokenVerdict;
  /** Identity of the client, where the request is refused before any policy sees it. */
  readonly peer?: string;
  /** What external authorizers say, also where a later stage refuses whatever they say. */
  readonly custom?: Passes;
  /** What was assumed of authorizers, or of their answers does not count. */
  readonly notes?: readonly string[];
  /** Authorizers that may have changed headers here, and have not said so. */
  readonly unheard?: Unheard;
}
