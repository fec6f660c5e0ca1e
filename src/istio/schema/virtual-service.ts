import { atLeastOneMillisecond } from './rules';
import {
  BOOLEAN, DOUBLE, enumOf, INT32, listOf, mapOf, NULLABLE_BOOLEAN, NULLABLE_UINT32, objectOf, STRING, stringLists, StringSchema, UINT32,
} from './schema';

const DURATION: StringSchema = { type: 'string', duration: true, rules: [atLeastOneMillisecond] };

const PERCENT = objectOf({ value: DOUBLE });

const STRING_MATCH = objectOf({ exact: STRING, prefix: STRING, regex: STRING }, { oneOf: [['exact', 'prefix', 'regex']] });

const DESTINATION = objectOf({ host: STRING, subset: STRING, port: objectOf({ number: UINT32 }) }, { required: ['host'] });

const HEADER_OPERATIONS = objectOf({ set: mapOf(STRING), add: mapOf(STRING), remove: listOf(STRING) });

const HEADERS = objectOf({ request: HEADER_OPERATIONS, response: HEADER_OPERATIONS });

const WEIGHTED = { destination: DESTINATION, weight: INT32 };

const ROUTES = listOf(objectOf(WEIGHTED, { required: ['destination'] }));

/** What all matches know. */
const CLIENT_MATCH = { port: UINT32, sourceLabels: mapOf(STRING), gateways: listOf(STRING), sourceNamespace: STRING };

const HTTP_MATCH = objectOf({
  ...CLIENT_MATCH,
  name: STRING,
  ...Object.fromEntries(['uri', 'scheme', 'method', 'authority'].map(name => [name, STRING_MATCH])),
  ...Object.fromEntries(['headers', 'queryParams', 'withoutHeaders'].map(name => [name, mapOf(STRING_MATCH)])),
  ignoreUriCase: BOOLEAN,
  statPrefix: STRING,
});

const REDIRECT = objectOf({
  uri: STRING,
  authority: STRING,
  port: UINT32,
  derivePort: enumOf('FROM_PROTOCOL_DEFAULT', 'FROM_REQUEST_PORT'),
  scheme: STRING,
  redirectCode: UINT32,
  prefixRewrite: STRING,
}, { oneOf: [['port', 'derivePort']] });

const DIRECT_RESPONSE = objectOf({
  status: UINT32,
  body: objectOf({ string: STRING, bytes: { type: 'string', bytes: true } }, { oneOf: [['string', 'bytes']] }),
}, { required: ['status'] });

const RETRIES = objectOf({
  attempts: INT32,
  perTryTimeout: DURATION,
  retryOn: STRING,
  retryRemoteLocalities: NULLABLE_BOOLEAN,
  retryIgnorePreviousHosts: NULLABLE_BOOLEAN,
  backoff: DURATION,
});

const FAULT = objectOf({
  delay: objectOf({ percent: INT32, fixedDelay: DURATION, exponentialDelay: DURATION, percentage: PERCENT }, { oneOf: [['fixedDelay', 'exponentialDelay']] }),
  abort: objectOf({ httpStatus: INT32, grpcStatus: STRING, http2Error: STRING, percentage: PERCENT }, { oneOf: [['httpStatus', 'grpcStatus', 'http2Error']] }),
});

const CORS = objectOf({
  ...stringLists('allowOrigin', 'allowMethods', 'allowHeaders', 'exposeHeaders'),
  allowOrigins: listOf(STRING_MATCH),
  maxAge: DURATION,
  allowCredentials: NULLABLE_BOOLEAN,
  unmatchedPreflights: enumOf('UNSPECIFIED', 'FORWARD', 'IGNORE'),
});

const HTTP_ROUTE = objectOf({
  name: STRING,
  match: listOf(HTTP_MATCH),
  route: listOf(objectOf({ ...WEIGHTED, headers: HEADERS }, { required: ['destination'] })),
  redirect: REDIRECT,
  directResponse: DIRECT_RESPONSE,
  delegate: objectOf({ name: STRING, namespace: STRING }),
  rewrite: objectOf({ uri: STRING, authority: STRING, uriRegexRewrite: objectOf({ match: STRING, rewrite: STRING }) }),
  timeout: DURATION,
  retries: RETRIES,
  fault: FAULT,
  mirror: DESTINATION,
  mirrors: listOf(objectOf({ destination: DESTINATION, percentage: PERCENT }, { required: ['destination'] })),
  mirrorPercent: NULLABLE_UINT32,
  mirror_percent: NULLABLE_UINT32,
  mirrorPercentage: PERCENT,
  corsPolicy: CORS,
  headers: HEADERS,
}, { notInMessage: ['mirror_percent'] });

const TLS_MATCH = objectOf({ ...CLIENT_MATCH, sniHosts: listOf(STRING), destinationSubnets: listOf(STRING) }, { required: ['sniHosts'] });

const TCP_MATCH = objectOf({ ...CLIENT_MATCH, destinationSubnets: listOf(STRING), sourceSubnet: STRING });

export const VIRTUAL_SERVICE = objectOf({
  ...stringLists('hosts', 'gateways', 'exportTo'),
  http: listOf(HTTP_ROUTE),
  tls: listOf(objectOf({ match: listOf(TLS_MATCH), route: ROUTES }, { required: ['match'] })),
  tcp: listOf(objectOf({ match: listOf(TCP_MATCH), route: ROUTES })),
});
