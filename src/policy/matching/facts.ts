import { Claims } from './token-payload';
import { IpBits } from '../../util/ip';

/** What a proxy's policies see of a connection. Unknown facts are undefined. */
export interface Facts {
  /** Identity of the TLS peer with `spiffe://`; empty for none. */
  readonly peer: string;
  /** Address of the TCP peer; empty where no block can contain it. */
  readonly sourceIp: IpBits | undefined;
  /** Address of the client after X-Forwarded-For. */
  readonly remoteIp: IpBits | undefined;
  readonly destinationIp: IpBits | undefined;
  readonly port: number;
  /** Server name of the TLS handshake; empty for none. */
  readonly sni: string | undefined;
  /** The request, on an HTTP filter chain. */
  readonly http?: HttpFacts;
}

/** What policies see of an HTTP request. */
export interface HttpFacts {
  readonly method: string;
  readonly authority: string;
  /** Without query and fragment. */
  readonly path: string;
  readonly headers: Headers;
  /** Payload of the verified token. */
  readonly claims?: Claims;
  /** What may be otherwise than it stands here; undefined where all of it is known. */
  readonly unsettled?: Unsettled;
}

/** What an external authorizer has a say in that is not known. */
export interface Unsettled {
  /** Whether a header, by its lower-case name, may be another. */
  readonly header: (name: string) => boolean;
  /** Whether the verified token may be another. */
  readonly claims?: boolean;
}

/** Header lines by lower-case name, with `:method`, `:path` and `:authority`. */
export type Headers = ReadonlyMap<string, readonly string[]>;
