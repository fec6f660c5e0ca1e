import { parseDuration } from '../../util/go/duration';
import { at, Report } from '../problem';
import { milliseconds } from './durations';
import { checkValue, ValueRule } from './values';

/** Limits of connections, as istiod sees them once decoded. */
export interface ConnectionPoolMessage {
  readonly tcp?: {
    readonly maxConnections: number;
    readonly connectTimeout?: string;
    readonly tcpKeepalive?: { readonly time?: string; readonly interval?: string };
    readonly maxConnectionDuration?: string;
    readonly idleTimeout?: string;
  };
  readonly http?: {
    readonly http1MaxPendingRequests: number;
    readonly http2MaxRequests: number;
    readonly maxRequestsPerConnection: number;
    readonly maxRetries: number;
    readonly maxConcurrentStreams: number;
    readonly idleTimeout?: string;
    readonly h2UpgradePolicy: string;
    readonly useClientProtocol: boolean;
    readonly http2KeepAlive?: { readonly interval?: string; readonly timeout?: string };
  };
}

const HTTP_LIMITS = ['http1MaxPendingRequests', 'http2MaxRequests', 'maxRequestsPerConnection', 'maxRetries', 'maxConcurrentStreams'] as const;
const TCP_PERIODS = ['connectTimeout', 'maxConnectionDuration'] as const;
const MILLISECOND = BigInt(1_000_000);

/** What istiod says of limits of connections. */
export function checkConnectionPool(pool: ConnectionPoolMessage | undefined, field: string, error: Report): void {
  if (pool !== undefined && pool.tcp === undefined && pool.http === undefined) {
    error(field, "must have tcp or http, got '{}'; say what is limited, or leave it out");
  }
  checkTcp(pool?.tcp, at(field, 'tcp'), error);
  checkHttp(pool?.http, at(field, 'http'), error);
}

function checkTcp(tcp: ConnectionPoolMessage['tcp'], field: string, error: Report): void {
  if (tcp === undefined) {
    return;
  }
  checkValue(tcp.maxConnections, at(field, 'maxConnections'), notNegative, error);
  TCP_PERIODS.forEach(name => checkValue(tcp[name], at(field, name), milliseconds, error));
  checkValue(tcp.idleTimeout, at(field, 'idleTimeout'), millisecondsOrNever, error);
  checkValue(tcp.tcpKeepalive?.time, at(field, 'tcpKeepalive', 'time'), milliseconds, error);
  checkValue(tcp.tcpKeepalive?.interval, at(field, 'tcpKeepalive', 'interval'), milliseconds, error);
}

function checkHttp(http: ConnectionPoolMessage['http'], field: string, error: Report): void {
  if (http === undefined) {
    return;
  }
  HTTP_LIMITS.forEach(name => checkValue(http[name], at(field, name), notNegative, error));
  checkValue(http.idleTimeout, at(field, 'idleTimeout'), milliseconds, error);
  if (http.h2UpgradePolicy === 'UPGRADE' && http.useClientProtocol) {
    error(at(field, 'useClientProtocol'), "must not be true beside h2UpgradePolicy UPGRADE, got 'true'; keep one of them");
  }
  for (const name of ['interval', 'timeout'] as const) {
    const period = http.http2KeepAlive?.[name];
    if (http.http2KeepAlive !== undefined && period === undefined) {
      error(at(field, 'http2KeepAlive', name), 'must be given, got nothing; say how long, or leave http2KeepAlive out');
    }
    checkValue(period, at(field, 'http2KeepAlive', name), milliseconds, error);
  }
}

function notNegative(limit: number): string | undefined {
  return limit < 0 ? `must not be negative, got '${limit}'; correct it, or leave it out` : undefined;
}

/** Less than a millisecond, such as `0s`, switches the timeout off. */
const millisecondsOrNever: ValueRule = value => (parseDuration(value) ?? BigInt(0)) / MILLISECOND === BigInt(0) ? undefined : milliseconds(value);
