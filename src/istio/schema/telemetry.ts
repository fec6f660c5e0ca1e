import { ATTACHMENT } from './attachment';
import { atLeastOneMillisecond, oneAttachment, valueOnlyForUpsert } from './rules';
import { enumOf, listOf, MapSchema, NON_EMPTY, NULLABLE_BOOLEAN, NULLABLE_DOUBLE, objectOf, STRING } from './schema';

const MODE = enumOf('CLIENT_AND_SERVER', 'CLIENT', 'SERVER');

const MATCH = objectOf({ mode: MODE });

const PROVIDERS = listOf(objectOf({ name: NON_EMPTY }, { required: ['name'] }));

const METRICS = [
  'ALL_METRICS', 'REQUEST_COUNT', 'REQUEST_DURATION', 'REQUEST_SIZE', 'RESPONSE_SIZE', 'TCP_OPENED_CONNECTIONS',
  'TCP_CLOSED_CONNECTIONS', 'TCP_SENT_BYTES', 'TCP_RECEIVED_BYTES', 'GRPC_REQUEST_MESSAGES', 'GRPC_RESPONSE_MESSAGES',
];

const NAMED = objectOf({ name: NON_EMPTY, defaultValue: STRING }, { required: ['name'] });

const VALUE = objectOf({ value: NON_EMPTY }, { required: ['value'] });

const CUSTOM_TAGS: MapSchema = {
  type: 'map',
  values: objectOf({ literal: VALUE, environment: NAMED, header: NAMED, formatter: VALUE }, { oneOf: [['literal', 'environment', 'header', 'formatter']] }),
};

const TRACING = objectOf({
  match: MATCH,
  providers: PROVIDERS,
  randomSamplingPercentage: { ...NULLABLE_DOUBLE, minimum: 0, maximum: 100 },
  disableSpanReporting: NULLABLE_BOOLEAN,
  disableContextPropagation: NULLABLE_BOOLEAN,
  customTags: CUSTOM_TAGS,
  useRequestIdForTraceSampling: NULLABLE_BOOLEAN,
  enableIstioTags: NULLABLE_BOOLEAN,
});

const TAG_OVERRIDE = objectOf({ operation: enumOf('UPSERT', 'REMOVE'), value: STRING }, { rules: [valueOnlyForUpsert] });

const OVERRIDE = objectOf({
  match: objectOf({ metric: enumOf(...METRICS), customMetric: NON_EMPTY, mode: MODE }, { oneOf: [['metric', 'customMetric']] }),
  disabled: NULLABLE_BOOLEAN,
  tagOverrides: { type: 'map', values: TAG_OVERRIDE },
});

const METRIC_SETTINGS = objectOf({
  providers: PROVIDERS,
  overrides: listOf(OVERRIDE),
  reportingInterval: { type: 'string', duration: true, rules: [atLeastOneMillisecond] },
});

const ACCESS_LOGGING = objectOf({
  match: MATCH,
  providers: PROVIDERS,
  disabled: NULLABLE_BOOLEAN,
  filter: objectOf({ expression: STRING }),
});

export const TELEMETRY = objectOf({
  ...ATTACHMENT,
  tracing: listOf(TRACING),
  metrics: listOf(METRIC_SETTINGS),
  accessLogging: listOf(ACCESS_LOGGING),
}, { rules: [oneAttachment] });
