import { at } from './problem';
import { resourceKindOf } from './resource-kinds';
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
const FIELDS: Readonly<Record<string, Readonly<Record<string, Release>>>> = {
  DestinationRule: {
    ...CONNECTION_POOL,
    retryBudget: [27, 0],
    attributes: [28, 0],
    budgetInterval: [31, 0],
    zoneAwareLbSetting: [31, 0],
    outlierDetectionHttpErrorCodes: [31, 0],
    backendUtilization: [32, 0],
  },
  Gateway: SERVER_TLS,
  Sidecar: { ...SERVER_TLS, ...CONNECTION_POOL },
  Telemetry: { enableIstioTags: [25, 0], formatter: [29, 0], disableContextPropagation: [30, 0] },
  VirtualService: { backoff: [26, 0], retryIgnorePreviousHosts: [26, 0], prefixRewrite: [31, 0] },
};

/** Values that a field has not always taken. */
interface LaterValue {
  readonly field: string;
  readonly since: Release;
  readonly what: string;
  is(value: unknown): boolean;
}

const MILLISECOND = BigInt(1_000_000);

/** `0s` switches the timeout off. */
const NO_TIMEOUT: LaterValue = {
  field: 'idleTimeout', since: [26, 0], what: 'idleTimeout below 1ms', is: value => (parseDuration(String(value)) ?? MILLISECOND) < MILLISECOND,
};

const VALUES: Readonly<Record<string, readonly LaterValue[]>> = {
  DestinationRule: [NO_TIMEOUT, { field: 'aggression', since: [29, 0], what: 'aggression below 1', is: value => Number(value) < 1 }],
  ServiceEntry: [{ field: 'resolution', since: [28, 0], what: 'resolution DYNAMIC_DNS', is: value => value === 'DYNAMIC_DNS' }],
  Sidecar: [NO_TIMEOUT],
};

/** What a resource has that came with a later release than the oldest one known here, of kinds whose fields mean the same wherever they stand. */
export function checkFields(manifest: Readonly<{ apiVersion: string; kind: string; spec?: unknown }>, need: Need): void {
  const { [manifest.kind]: fields = {} } = FIELDS;
  const { [manifest.kind]: values = [] } = VALUES;
  const kind = resourceKindOf({ apiVersion: manifest.apiVersion, kind: manifest.kind });
  if (kind === undefined) { return; }
  eachField(kind.spec, manifest.spec, 'spec', (name, value, field) => {
    if (Object.hasOwn(fields, name)) { need(fields[name], field, name); }
    values.filter(later => later.field === name && later.is(value)).forEach(({ since, what }) => need(since, field, what));
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
