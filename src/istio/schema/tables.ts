import {
  atLeastOneMillisecond, httpUrl, keysNotEmpty, keysWithoutWildcard, noNamespace, noWildcard, oneAttachment, oneKeySet, portNumbers,
  portsNeedSelector, serviceAccountsAlone,
} from './rules';
import { BOOLEAN, ListSchema, listOf, mapOf, NON_EMPTY, ObjectSchema, objectOf, Schema, STRING, stringLists, StringSchema } from './schema';

/** The one list of fields: the schemas of Istio master of August 2026 (1.32), and of the metadata of every object. */

const SELECTOR = objectOf({
  matchLabels: { type: 'map', values: { type: 'string', maxLength: 63, rules: [noWildcard] }, maxItems: 4096, rules: [keysWithoutWildcard, keysNotEmpty] },
});

const TARGET_REF = objectOf({
  group: { type: 'string', maxLength: 253, pattern: /^$|^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/ },
  kind: { type: 'string', minLength: 1, maxLength: 63, pattern: /^[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?$/ },
  name: { type: 'string', minLength: 1, maxLength: 253 },
  namespace: { type: 'string', rules: [noNamespace] },
}, { required: ['kind', 'name'] });

const ATTACHMENT = { selector: SELECTOR, targetRef: TARGET_REF, targetRefs: listOf(TARGET_REF, 16) };

const SERVICE_ACCOUNTS: ListSchema = listOf({ type: 'string', maxLength: 320 }, 16);

const SOURCE = objectOf({
  ...stringLists(
    'principals', 'notPrincipals', 'requestPrincipals', 'notRequestPrincipals', 'namespaces', 'notNamespaces',
    'ipBlocks', 'notIpBlocks', 'remoteIpBlocks', 'notRemoteIpBlocks', 'trustDomains', 'notTrustDomains',
  ),
  serviceAccounts: SERVICE_ACCOUNTS,
  notServiceAccounts: SERVICE_ACCOUNTS,
}, { rules: [serviceAccountsAlone] });

const OPERATION = objectOf(stringLists('hosts', 'notHosts', 'ports', 'notPorts', 'methods', 'notMethods', 'paths', 'notPaths'));

const CONDITION = objectOf({ key: STRING, ...stringLists('values', 'notValues') }, { required: ['key'] });

const AUTHORIZATION_POLICY = objectOf({
  ...ATTACHMENT,
  action: { type: 'string', enum: ['ALLOW', 'DENY', 'AUDIT', 'CUSTOM'] },
  provider: objectOf({ name: STRING }),
  rules: listOf(objectOf({
    from: listOf(objectOf({ source: SOURCE }), 512),
    to: listOf(objectOf({ operation: OPERATION })),
    when: listOf(CONDITION),
  }), 512),
}, { rules: [oneAttachment] });

const MUTUAL_TLS = objectOf({ mode: { type: 'string', enum: ['UNSET', 'DISABLE', 'PERMISSIVE', 'STRICT'] } });

const PEER_AUTHENTICATION = objectOf({
  selector: SELECTOR,
  mtls: MUTUAL_TLS,
  portLevelMtls: { type: 'map', values: MUTUAL_TLS, minItems: 1, numericKeys: true, rules: [portNumbers] },
}, { rules: [portsNeedSelector] });

const JWKS_URI: StringSchema = { type: 'string', minLength: 1, maxLength: 2048, rules: [httpUrl] };

const JWT_RULE = objectOf({
  issuer: NON_EMPTY,
  audiences: listOf(NON_EMPTY),
  jwksUri: JWKS_URI,
  jwks_uri: JWKS_URI,
  jwks: STRING,
  fromHeaders: listOf(objectOf({ name: NON_EMPTY, prefix: STRING }, { required: ['name'] })),
  fromParams: listOf(NON_EMPTY),
  fromCookies: listOf(NON_EMPTY),
  outputPayloadToHeader: STRING,
  outputClaimToHeaders: listOf(objectOf({
    header: { type: 'string', minLength: 1, pattern: /^[-_A-Za-z0-9]+$/ },
    claim: NON_EMPTY,
  }, { required: ['header', 'claim'] })),
  forwardOriginalToken: BOOLEAN,
  timeout: { type: 'string', duration: true, rules: [atLeastOneMillisecond] },
  spaceDelimitedClaims: listOf(NON_EMPTY, 64),
  presence: { type: 'string', enum: ['OPTIONAL', 'REQUIRED'] },
}, { rules: [oneKeySet], notInMessage: ['jwks_uri'] });

const REQUEST_AUTHENTICATION = objectOf({ ...ATTACHMENT, jwtRules: listOf(JWT_RULE, 4096) }, { rules: [oneAttachment] });

/** The `spec` of each kind. */
export const SPECS = {
  AuthorizationPolicy: AUTHORIZATION_POLICY,
  PeerAuthentication: PEER_AUTHENTICATION,
  RequestAuthentication: REQUEST_AUTHENTICATION,
} as const satisfies Readonly<Record<string, ObjectSchema>>;

/** Names a kind that this library checks. */
export type SecurityKind = keyof typeof SPECS;

const DATE_TIME: Schema = { type: 'time' };

/** The `status` of every kind: Istio writes it, but a manifest may carry one. */
export const STATUS = objectOf({
  conditions: listOf(objectOf({
    ...Object.fromEntries(['type', 'status', 'reason', 'message'].map(name => [name, STRING])),
    lastProbeTime: DATE_TIME,
    lastTransitionTime: DATE_TIME,
    observedGeneration: { type: 'int-or-string' },
  })),
  observedGeneration: { type: 'int-or-string' },
  validationMessages: listOf(objectOf({
    documentationUrl: STRING,
    level: { type: 'string', enum: ['UNKNOWN', 'ERROR', 'WARNING', 'INFO'] },
    type: objectOf({ code: STRING, name: STRING }),
  })),
}, { open: true });

/** The `metadata` of every Kubernetes object. */
export const METADATA = objectOf({
  ...Object.fromEntries(['name', 'generateName', 'namespace', 'selfLink', 'uid', 'resourceVersion'].map(name => [name, STRING])),
  generation: { type: 'integer' },
  creationTimestamp: DATE_TIME,
  deletionTimestamp: DATE_TIME,
  deletionGracePeriodSeconds: { type: 'integer' },
  labels: mapOf(STRING),
  annotations: mapOf(STRING),
  finalizers: listOf(STRING),
  ownerReferences: listOf(objectOf({
    apiVersion: STRING, kind: STRING, name: STRING, uid: STRING, controller: BOOLEAN, blockOwnerDeletion: BOOLEAN,
  })),
  managedFields: listOf(objectOf({
    manager: STRING, operation: STRING, apiVersion: STRING, time: DATE_TIME, fieldsType: STRING, fieldsV1: { type: 'any' }, subresource: STRING,
  })),
});
