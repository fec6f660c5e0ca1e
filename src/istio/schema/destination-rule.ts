import { SELECTOR } from './attachment';
import { CONNECTION_POOL } from './connection-pool';
import { LOAD_BALANCER } from './load-balancer';
import { PERIOD } from './rules';
import {
  BOOLEAN, DURATION, enumOf, INT32, listOf, mapOf, NULLABLE_BOOLEAN, NULLABLE_DOUBLE, NULLABLE_UINT32, objectOf, STRING, stringLists, UINT32,
} from './schema';

const CLIENT_TLS = objectOf({
  mode: enumOf('DISABLE', 'SIMPLE', 'MUTUAL', 'ISTIO_MUTUAL'),
  ...Object.fromEntries(['clientCertificate', 'privateKey', 'caCertificates', 'credentialName', 'sni', 'caCrl'].map(name => [name, STRING])),
  ...stringLists('subjectAltNames'),
  insecureSkipVerify: NULLABLE_BOOLEAN,
});

const OUTLIER_DETECTION = objectOf({
  consecutiveErrors: INT32,
  splitExternalLocalOriginErrors: BOOLEAN,
  consecutiveLocalOriginFailures: NULLABLE_UINT32,
  consecutiveGatewayErrors: NULLABLE_UINT32,
  consecutive5xxErrors: NULLABLE_UINT32,
  outlierDetectionHttpErrorCodes: listOf({ ...UINT32, minimum: 100, maximum: 599 }),
  interval: PERIOD,
  baseEjectionTime: PERIOD,
  maxEjectionPercent: INT32,
  minHealthPercent: INT32,
});

/** What can be said of all ports, and of one. */
const PER_PORT = { loadBalancer: LOAD_BALANCER, connectionPool: CONNECTION_POOL, outlierDetection: OUTLIER_DETECTION, tls: CLIENT_TLS };

const TRAFFIC_POLICY = objectOf({
  ...PER_PORT,
  portLevelSettings: listOf(objectOf({ port: objectOf({ number: UINT32 }), ...PER_PORT }), 4096),
  tunnel: objectOf({ protocol: STRING, targetHost: STRING, targetPort: UINT32 }, { required: ['targetHost', 'targetPort'] }),
  proxyProtocol: objectOf({ version: enumOf('V1', 'V2') }),
  retryBudget: objectOf({
    percent: { ...NULLABLE_DOUBLE, minimum: 0, maximum: 100 }, minRetryConcurrency: UINT32, budgetInterval: DURATION,
  }),
});

export const DESTINATION_RULE = objectOf({
  host: STRING,
  trafficPolicy: TRAFFIC_POLICY,
  subsets: listOf(objectOf({ name: STRING, labels: mapOf(STRING), trafficPolicy: TRAFFIC_POLICY }, { required: ['name'] })),
  ...stringLists('exportTo'),
  workloadSelector: SELECTOR,
}, { required: ['host'] });
