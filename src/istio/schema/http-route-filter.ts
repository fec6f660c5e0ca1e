import { alone, filterOfType, modifierOfType, numeratorWithin, oneShare, portOfService, statusCodes } from './http-route-rules';
import { GROUP, KIND, LOCAL_REFERENCE, namedList, NAMESPACE, OBJECT_NAME, PORT, PRECISE_HOSTNAME, setOf } from './kubernetes';
import { BOOLEAN, enumOf, INT32, NumberSchema, objectOf, Schema, STRING, StringSchema } from './schema';

/** What a filter is called, and the field that says what it does. */
export const FILTER_FIELDS: Readonly<Record<string, string>> = {
  RequestHeaderModifier: 'requestHeaderModifier',
  ResponseHeaderModifier: 'responseHeaderModifier',
  RequestMirror: 'requestMirror',
  RequestRedirect: 'requestRedirect',
  URLRewrite: 'urlRewrite',
  CORS: 'cors',
  ExtensionRef: 'extensionRef',
};

export const HEADER_NAME: StringSchema = { type: 'string', minLength: 1, maxLength: 256, pattern: /^[A-Za-z0-9!#$%&'*+\-.^_`|~]+$/ };

const HEADERS = namedList(objectOf({ name: HEADER_NAME, value: { type: 'string', minLength: 1, maxLength: 4096 } }, { required: ['name', 'value'] }), 16);

const HEADER_MODIFIER = objectOf({ set: HEADERS, add: HEADERS, remove: setOf(STRING, 16) });

/** What requests are sent to, and copies of them. */
export const BACKEND_FIELDS: Readonly<Record<string, Schema>> = { group: GROUP, kind: KIND, name: OBJECT_NAME, namespace: NAMESPACE, port: PORT };

const FRACTION = objectOf({ numerator: { ...INT32, minimum: 0 }, denominator: { ...INT32, minimum: 1 } }, { required: ['numerator'], rules: [numeratorWithin] });

const MIRROR = objectOf({
  backendRef: objectOf(BACKEND_FIELDS, { required: ['name'], rules: [portOfService] }),
  percent: { ...INT32, minimum: 0, maximum: 100 },
  fraction: FRACTION,
}, { required: ['backendRef'], rules: [oneShare] });

const PATH_TEXT: StringSchema = { type: 'string', maxLength: 1024 };

const PATH = objectOf({ type: enumOf('ReplaceFullPath', 'ReplacePrefixMatch'), replaceFullPath: PATH_TEXT, replacePrefixMatch: PATH_TEXT }, { required: ['type'], rules: [modifierOfType] });

const STATUS_CODE: NumberSchema = { ...INT32, rules: [statusCodes] };

const REDIRECT = objectOf({ scheme: { type: 'string', pattern: /^https?$/ }, hostname: PRECISE_HOSTNAME, path: PATH, port: PORT, statusCode: STATUS_CODE });

const METHOD: StringSchema = { type: 'string', pattern: /^(GET|HEAD|POST|PUT|DELETE|CONNECT|OPTIONS|TRACE|PATCH|\*)$/ };

const ORIGIN: StringSchema = {
  type: 'string', minLength: 1, maxLength: 253, pattern: /(^\*$)|(^(http(s)?):\/\/(((\*\.)?([a-zA-Z0-9-]+\.)*[a-zA-Z0-9-]+|\*)(:([0-9]{1,5}))?)$)/,
};

const CORS = objectOf({
  allowOrigins: setOf(ORIGIN, 64, [alone]),
  allowMethods: setOf(METHOD, 9, [alone]),
  allowHeaders: setOf(HEADER_NAME, 64, [alone]),
  exposeHeaders: setOf(HEADER_NAME, 64),
  allowCredentials: BOOLEAN,
  maxAge: { ...INT32, minimum: 1 },
});

export const FILTER = objectOf({
  type: enumOf(...Object.keys(FILTER_FIELDS)),
  requestHeaderModifier: HEADER_MODIFIER,
  responseHeaderModifier: HEADER_MODIFIER,
  requestMirror: MIRROR,
  requestRedirect: REDIRECT,
  urlRewrite: objectOf({ hostname: PRECISE_HOSTNAME, path: PATH }),
  cors: CORS,
  extensionRef: LOCAL_REFERENCE,
}, { required: ['type'], rules: [filterOfType(FILTER_FIELDS)] });
