/** Whether HTTP/1.1 becomes HTTP/2 on the way to a destination. */
export enum H2UpgradePolicy {
  /** As the mesh settings say. */
  DEFAULT = 'DEFAULT',

  /** It stays HTTP/1.1. */
  DO_NOT_UPGRADE = 'DO_NOT_UPGRADE',

  /** It becomes HTTP/2. */
  UPGRADE = 'UPGRADE',
}

/** TCP keepalive: probes on a connection that is idle. */
export interface TcpKeepalive {
  /**
   * Probes without answer after which the connection is dead.
   *
   * @default - that of the operating system, 9 in Linux
   */
  readonly probes?: number;

  /**
   * How long a connection is idle before the first probe, such as `7200s`.
   *
   * @default - that of the operating system, two hours in Linux
   */
  readonly time?: string;

  /**
   * Time between probes, such as `75s`.
   *
   * @default - that of the operating system, 75 seconds in Linux
   */
  readonly interval?: string;
}

/** Limits of connections, of HTTP and of TCP. */
export interface TcpConnectionPool {
  /**
   * Most connections to the destination; of HTTP/1.1 and TCP.
   *
   * @default - 2^32-1
   */
  readonly maxConnections?: number;

  /**
   * How long connecting may take, such as `5s`; at least 1 ms.
   *
   * @default - 10s
   */
  readonly connectTimeout?: string;

  /**
   * Probes on connections that are idle.
   *
   * @default - none
   */
  readonly tcpKeepalive?: TcpKeepalive;

  /**
   * How long a connection lives at most; at least 1 ms.
   *
   * @default - for ever
   */
  readonly maxConnectionDuration?: string;

  /**
   * How long a TCP connection may carry nothing; `0s` switches it off.
   *
   * @default - 1h
   */
  readonly idleTimeout?: string;
}

/** HTTP/2 PING frames on a connection. */
export interface Http2KeepAlive {
  /** Time between frames, such as `30s`; at least 1 ms. */
  readonly interval: string;

  /** How long an answer may take before the connection is closed; at least 1 ms. */
  readonly timeout: string;
}

/** Limits of HTTP requests. */
export interface HttpConnectionPool {
  /**
   * Most requests that wait for a connection.
   *
   * @default - 2^32-1
   */
  readonly http1MaxPendingRequests?: number;

  /**
   * Most requests at a time to the destination, of HTTP/1.1 as well.
   *
   * @default - 2^32-1
   */
  readonly http2MaxRequests?: number;

  /**
   * Requests after which a connection is closed; 1 switches keep-alive off.
   *
   * @default - 0, unlimited
   */
  readonly maxRequestsPerConnection?: number;

  /**
   * Most retries at a time to all hosts of a destination.
   *
   * @default - 2^32-1
   */
  readonly maxRetries?: number;

  /**
   * How long a connection may be without requests; at least 1 ms.
   *
   * @default - 1h
   */
  readonly idleTimeout?: string;

  /**
   * Whether HTTP/1.1 becomes HTTP/2.
   *
   * @default H2UpgradePolicy.DEFAULT
   */
  readonly h2UpgradePolicy?: H2UpgradePolicy;

  /**
   * Whether the version of HTTP that the client speaks is kept; excludes an upgrade.
   *
   * @default false
   */
  readonly useClientProtocol?: boolean;

  /**
   * Most streams of one peer in an HTTP/2 connection.
   *
   * @default - 2^31-1
   */
  readonly maxConcurrentStreams?: number;

  /**
   * PING frames on HTTP/2 connections. Istio 1.31.
   *
   * @default - none
   */
  readonly http2KeepAlive?: Http2KeepAlive;
}

/**
 * How many connections and requests a proxy lets through, and for how long. It must have `tcp` or `http`.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#ConnectionPoolSettings
 */
export interface ConnectionPool {
  /**
   * Limits of connections.
   *
   * @default - those of Envoy
   */
  readonly tcp?: TcpConnectionPool;

  /**
   * Limits of HTTP requests.
   *
   * @default - those of Envoy
   */
  readonly http?: HttpConnectionPool;
}
