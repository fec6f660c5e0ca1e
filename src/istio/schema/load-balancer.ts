import { PERIOD } from './rules';
import {
  BOOLEAN, DURATION, enumOf, listOf, mapOf, NULLABLE_BOOLEAN, NULLABLE_DOUBLE, NULLABLE_UINT32, objectOf, STRING, stringLists, UINT32, UINT64,
} from './schema';

const COOKIE = objectOf({
  name: STRING,
  path: STRING,
  ttl: DURATION,
  attributes: listOf(objectOf({ name: STRING, value: STRING }, { required: ['name'] })),
}, { required: ['name'] });

const CONSISTENT_HASH = objectOf({
  httpHeaderName: STRING,
  httpCookie: COOKIE,
  useSourceIp: BOOLEAN,
  httpQueryParameterName: STRING,
  ringHash: objectOf({ minimumRingSize: UINT64 }),
  maglev: objectOf({ tableSize: UINT64 }),
  minimumRingSize: UINT64,
}, { oneOf: [['httpHeaderName', 'httpCookie', 'useSourceIp', 'httpQueryParameterName'], ['ringHash', 'maglev']] });

const FAILOVER = {
  failover: listOf(objectOf({ from: STRING, to: STRING })),
  ...stringLists('failoverPriority'),
  enabled: NULLABLE_BOOLEAN,
};

export const LOAD_BALANCER = objectOf({
  simple: enumOf('UNSPECIFIED', 'LEAST_CONN', 'RANDOM', 'PASSTHROUGH', 'ROUND_ROBIN', 'LEAST_REQUEST'),
  consistentHash: CONSISTENT_HASH,
  backendUtilization: objectOf({
    ...stringLists('metricNamesForComputingUtilization'),
    errorUtilizationPenaltyPercent: UINT32,
    weightExpirationPeriod: DURATION,
    weightStabilizationPeriod: DURATION,
    weightUpdatePeriod: DURATION,
  }),
  localityLbSetting: objectOf({ distribute: listOf(objectOf({ from: STRING, to: mapOf(UINT32) })), ...FAILOVER }),
  zoneAwareLbSetting: objectOf({ ...FAILOVER, minClusterSize: { ...NULLABLE_UINT32, minimum: 1 } }),
  warmupDurationSecs: PERIOD,
  warmup: objectOf({
    duration: PERIOD,
    minimumPercent: { ...NULLABLE_DOUBLE, minimum: 0, maximum: 100 },
    aggression: { ...NULLABLE_DOUBLE, minimum: 0 },
  }, { required: ['duration'] }),
}, { oneOf: [['simple', 'consistentHash', 'backendUtilization']] });
