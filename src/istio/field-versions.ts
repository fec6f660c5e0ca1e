import { at } from './problem';
import { KindName, nameOf, resourceKindOf } from './resource-kinds';
import { fieldOf, isObject, Schema } from './schema/schema';
import { parseDuration } from '../util/go/duration';

/** A release, as minor and patch of Istio 1. */
export type Release = readonly [minor: number, patch: number];

/** Told of what needs a release. */
export type Need = (since: Release, field: string, what: string, remedy?: 'left out' | 'given') => void;

const SERVER_TLS: Readonly<Record<string, Release>> = {
  credentialNames: [26, 0],
  tlsCertificates: [26, 0],
  caCertCredentialName: [28, 0],
  insecureSkipVerify: [31, 0],
  ecdhCurves: [32, 0],
};

const CONNECTION_POOL: Readonly<Record<string, Release>> = { http2KeepAlive: [31, 0] };

/** Since when the API has fields of a kind, by the name that they have wherever they stand. An older API server drops them, or refuses the object. */
const FIELDS: Readonly<Partial<Record<KindName, Readonly<Record<string, Release>>>>> = {
  DestinationRule: {
    ...CONNECTION_POOL,
    retryBudget: [27, 0],
    attributes: [28, 0],
    budgetInterval: [31, 0],
    zoneAwareLbSetting: [31, 0],
    outlierDetectionHttpErrorCodes: [31, 0],
    backendUtilization: [32, 0],
  },
  EnvoyFilter: { domainName: [25, 0], waypoint: [29, 0], transportSocket: [32, 0] },
  Gateway: SERVER_TLS,
  HttpRoute: { percent: [26, 0], fraction: [26, 0], cors: [30, 0] },
  KubernetesGateway: { allowedListeners: [30, 0] },
  Sidecar: { ...SERVER_TLS, ...CONNECTION_POOL },
  Telemetry: { enableIstioTags: [25, 0], formatter: [29, 0], disableContextPropagation: [30, 0] },
  VirtualService: { backoff: [26, 0], retryIgnorePreviousHosts: [26, 0], prefixRewrite: [31, 0] },
};

/** Values that a field has not always taken. */
interface LaterValue {
  readonly field: string;
  readonly since: Release;
  readonly what: string;
  /** Where the field stands, if it is not this field wherever it stands. */
  readonly where?: RegExp;
  is(value: unknown): boolean;
}

const MILLISECOND = BigInt(1_000_000);

/** `0s` switches the timeout off. */
const NO_TIMEOUT: LaterValue = {
  field: 'idleTimeout', since: [26, 0], what: 'idleTimeout below 1ms', is: value => (parseDuration(String(value)) ?? MILLISECOND) < MILLISECOND,
};

const VALUES: Readonly<Partial<Record<KindName, readonly LaterValue[]>>> = {
  DestinationRule: [NO_TIMEOUT, { field: 'aggression', since: [29, 0], what: 'aggression below 1', is: value => Number(value) < 1 }],
  EnvoyFilter: [
    { field: 'context', since: [29, 0], what: 'context WAYPOINT', is: value => value === 'WAYPOINT' },
    { field: 'portNumber', where: /\.waypoint\.portNumber$/, since: [30, 0], what: 'ports of waypoints beyond 6553', is: value => Number(value) > 6553 },
    { field: 'operation', since: [31, 0], what: 'operation MERGE_AND_REPLACE_LIST', is: value => value === 'MERGE_AND_REPLACE_LIST' },
  ],
  HttpRoute: [
    { field: 'name', where: /^spec\.rules\[\d+\]\.name$/, since: [28, 0], what: 'names of rules', is: () => true },
    { field: 'statusCode', since: [30, 0], what: 'statusCode 303, 307 and 308', is: value => Number(value) > 302 },
  ],
  KubernetesGateway: [{ field: 'tls', where: /^spec\.tls$/, since: [30, 0], what: 'tls of all listeners', is: () => true }],
  ServiceEntry: [{ field: 'resolution', since: [28, 0], what: 'resolution DYNAMIC_DNS', is: value => value === 'DYNAMIC_DNS' }],
  Sidecar: [NO_TIMEOUT],
};

/** What a resource has that came with a later release than the oldest one known here, of kinds whose fields mean the same wherever they stand. */
export function checkFields(manifest: Readonly<{ apiVersion: string; kind: string; spec?: unknown }>, need: Need): void {
  const kind = resourceKindOf({ apiVersion: manifest.apiVersion, kind: manifest.kind });
  if (kind === undefined) { return; }
  const { [nameOf(kind)]: fields = {} } = FIELDS;
  const { [nameOf(kind)]: values = [] } = VALUES;
  eachField(kind.spec, manifest.spec, 'spec', (name, value, field) => {
    if (Object.hasOwn(fields, name)) { need(fields[name], field, name); }
    const isLater = (later: LaterValue) => later.field === name && later.where?.test(field) !== false && later.is(value);
    values.filter(isLater).forEach(({ since, what }) => need(since, field, what));
  });
}

function eachField(schema: Schema | undefined, value: unknown, field: string, visit: (name: string, value: unknown, field: string) => void): void {
  if (schema?.type === 'array' && Array.isArray(value)) {
    value.forEach((item, index) => eachField(schema.items, item, at(field, index), visit));
  } else if (schema?.type === 'map' && isObject(value)) {
    Object.entries(value).forEach(([key, item]) => eachField(schema.values, item, at(field, key), visit));
  } else if (schema?.type === 'object' && isObject(value)) {
    Object.entries(value).forEach(([name, item]) => {
      visit(name, item, at(field, name));
      eachField(fieldOf(schema, name), item, at(field, name), visit);
    });
  }
}
