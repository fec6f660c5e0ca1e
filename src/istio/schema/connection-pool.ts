import { PERIOD } from './rules';
import { BOOLEAN, DURATION, enumOf, INT32, objectOf, UINT32 } from './schema';

/** How many connections and requests a proxy lets through, and for how long. */
export const CONNECTION_POOL = objectOf({
  tcp: objectOf({
    maxConnections: INT32,
    connectTimeout: PERIOD,
    tcpKeepalive: objectOf({ probes: UINT32, time: PERIOD, interval: PERIOD }),
    maxConnectionDuration: PERIOD,
    idleTimeout: DURATION,
  }),
  http: objectOf({
    http1MaxPendingRequests: INT32,
    http2MaxRequests: INT32,
    maxRequestsPerConnection: INT32,
    maxRetries: INT32,
    idleTimeout: PERIOD,
    h2UpgradePolicy: enumOf('DEFAULT', 'DO_NOT_UPGRADE', 'UPGRADE'),
    useClientProtocol: BOOLEAN,
    maxConcurrentStreams: INT32,
    http2KeepAlive: objectOf({ interval: PERIOD, timeout: PERIOD }),
  }),
});
