import { Dimension, DIMENSIONS } from './dimensions';
import { AuthorizationOperation, AuthorizationSource } from '../../istio/authorization-policy';
import { Feature } from '../request/feature';
import { Mesh } from '../request/mesh-settings';

/** What ztunnel does with a field: enforce it, report it as unsupported, or not look at it at all. */
export type AtZtunnel = 'enforced' | 'unsupported' | 'unseen';

/** A field of a source or an operation. */
export interface Field {
  readonly dimension: Dimension;
  readonly negated: boolean;
  readonly ztunnel: AtZtunnel;
  /** The version of Istio that the field came with; before, it is not there. */
  readonly since?: Feature;
}

/** Every field of a source. */
export const SOURCE_FIELDS: Readonly<Record<keyof AuthorizationSource, Field>> = {
  principals: field(DIMENSIONS.principal, 'enforced'),
  notPrincipals: notField(DIMENSIONS.principal, 'enforced'),
  requestPrincipals: field(DIMENSIONS.requestPrincipal, 'unsupported'),
  notRequestPrincipals: notField(DIMENSIONS.requestPrincipal, 'unsupported'),
  namespaces: field(DIMENSIONS.namespace, 'enforced'),
  notNamespaces: notField(DIMENSIONS.namespace, 'enforced'),
  serviceAccounts: field(DIMENSIONS.serviceAccount, 'enforced', 'serviceAccounts'),
  notServiceAccounts: notField(DIMENSIONS.serviceAccount, 'enforced', 'serviceAccounts'),
  ipBlocks: field(DIMENSIONS.sourceIp, 'enforced'),
  notIpBlocks: notField(DIMENSIONS.sourceIp, 'enforced'),
  remoteIpBlocks: field(DIMENSIONS.remoteIp, 'unsupported'),
  notRemoteIpBlocks: notField(DIMENSIONS.remoteIp, 'unsupported'),
  trustDomains: field(DIMENSIONS.trustDomain, 'unseen', 'trustDomains'),
  notTrustDomains: notField(DIMENSIONS.trustDomain, 'unseen', 'trustDomains'),
};

/** Every field of an operation. */
export const OPERATION_FIELDS: Readonly<Record<keyof AuthorizationOperation, Field>> = {
  hosts: field(DIMENSIONS.host, 'unsupported'),
  notHosts: notField(DIMENSIONS.host, 'unsupported'),
  ports: field(DIMENSIONS.port, 'enforced'),
  notPorts: notField(DIMENSIONS.port, 'enforced'),
  methods: field(DIMENSIONS.method, 'unsupported'),
  notMethods: notField(DIMENSIONS.method, 'unsupported'),
  paths: field(DIMENSIONS.path, 'unsupported'),
  notPaths: notField(DIMENSIONS.path, 'unsupported'),
};

/** A key of `when`: exact, or a prefix that brackets follow. */
export interface ConditionKey {
  readonly key: string;
  readonly dimension: Dimension;
  readonly ztunnel: AtZtunnel;
  /** The version of Istio that the key came with. */
  readonly since?: Feature;
  /** Reads what stands after the prefix; undefined if it is not well-formed. */
  readonly names?: (rest: string) => readonly string[] | undefined;
}

/** Every key of `when`. */
export const CONDITION_KEYS: readonly ConditionKey[] = [
  { key: 'source.ip', dimension: DIMENSIONS.sourceIp, ztunnel: 'enforced' },
  { key: 'remote.ip', dimension: DIMENSIONS.remoteIp, ztunnel: 'unsupported' },
  { key: 'source.namespace', dimension: DIMENSIONS.namespace, ztunnel: 'enforced' },
  { key: 'source.serviceAccount', dimension: DIMENSIONS.serviceAccount, ztunnel: 'unsupported', since: 'serviceAccounts' },
  { key: 'source.principal', dimension: DIMENSIONS.principal, ztunnel: 'enforced' },
  { key: 'source.trustDomain', dimension: DIMENSIONS.trustDomain, ztunnel: 'unsupported', since: 'trustDomains' },
  { key: 'request.auth.principal', dimension: DIMENSIONS.requestPrincipal, ztunnel: 'unsupported' },
  { key: 'request.auth.audiences', dimension: DIMENSIONS.audience, ztunnel: 'unsupported' },
  { key: 'request.auth.presenter', dimension: DIMENSIONS.presenter, ztunnel: 'unsupported' },
  { key: 'destination.ip', dimension: DIMENSIONS.destinationIp, ztunnel: 'enforced' },
  { key: 'destination.port', dimension: DIMENSIONS.port, ztunnel: 'enforced' },
  { key: 'connection.sni', dimension: DIMENSIONS.sni, ztunnel: 'unsupported' },
  { key: 'request.headers', dimension: DIMENSIONS.header, ztunnel: 'unsupported', names: bracketName },
  { key: 'request.auth.claims', dimension: DIMENSIONS.claim, ztunnel: 'unsupported', names: bracketNames },
  { key: 'experimental.envoy.filters.', dimension: DIMENSIONS.filterMetadata, ztunnel: 'unsupported', names: () => [] },
];

/** The meaning of a key of `when`; undefined if this version of Istio knows no such key. */
export function conditionKey(key: string, mesh: Mesh): ConditionKey | undefined {
  const found = CONDITION_KEYS.find(known => known.names ? key.startsWith(known.key) : key === known.key);
  return found && isKnown(found, mesh) ? found : undefined;
}

/** A source or an operation, as read: none but the known fields, all of them lists. */
export type Written<T> = { readonly [K in keyof T]?: readonly string[] };

/** A field with the values that are written in it. */
export interface WrittenField {
  readonly name: string;
  readonly known: Field;
  readonly values: readonly string[];
}

/** The fields that are written and that this version of Istio has. */
export function writtenFields<T extends Written<T>>(table: Readonly<Record<keyof T, Field>>, written: T | undefined, mesh: Mesh): WrittenField[] {
  const fields: WrittenField[] = [];
  for (const [name, values] of Object.entries<readonly string[] | undefined>(written ?? {})) {
    const known = table[name as keyof T];
    if (values && isKnown(known, mesh)) fields.push({ name, known, values });
  }
  return fields;
}

/** Whether this version of Istio has a field or key. */
function isKnown({ since }: { readonly since?: Feature }, mesh: Mesh): boolean {
  return since === undefined || mesh.has(since);
}

function field(dimension: Dimension, ztunnel: AtZtunnel, since?: Feature): Field {
  return { dimension, negated: false, ztunnel, since };
}

function notField(dimension: Dimension, ztunnel: AtZtunnel, since?: Feature): Field {
  return { dimension, negated: true, ztunnel, since };
}

/** `[name]`, where the name may hold further brackets. */
function bracketName(rest: string): readonly string[] | undefined {
  return rest.startsWith('[') && rest.endsWith(']') ? [rest.slice(1, -1)] : undefined;
}

/** `[a][b]` as a path; where the brackets do not pair up, one name. */
function bracketNames(rest: string): readonly string[] | undefined {
  if (/^(\[[^[\]]*\])+$/.test(rest)) return rest.slice(1, -1).split('][');
  return bracketName(rest);
}
