import { Facts } from './facts';
import { Feature, Mesh } from './mesh-settings';
import { pathPattern } from './path-pattern';
import {
  identityAccountPattern, identityNamespacePattern, namespacePattern, principalPattern, schemelessPattern, serviceAccountPattern, trustDomainPattern,
} from './principal-pattern';
import { requestPrincipalPattern } from './request-principal-pattern';
import { presencePattern, textPattern, TextTest } from './text-pattern';
import { claimTexts } from './token-payload';
import { expandTrustDomains, rewritePrincipals } from './trust-domain';
import { AuthorizationOperation, AuthorizationSource } from '../istio/authorization-policy';
import { blockBits } from '../util/ip';
import { Truth } from '../util/truth';

/** Tests one value of a policy against what the proxy sees. */
export type Test = (facts: Facts) => Truth;

/** What a value means depends on the policy it stands in and on the mesh. */
export interface ValueContext {
  readonly policyNamespace: string;
  readonly mesh: Mesh;
  /** What stands in the brackets of a condition key: `x-tenant`, or `realm` and `roles`. */
  readonly names: readonly string[];
}

/** L7 needs an HTTP request; L4 is known of every connection. */
export type Layer = 'L4' | 'L7';

/** What ztunnel does with a field: enforce it, report it as unsupported, or not look at it at all. */
export type AtZtunnel = 'enforced' | 'unsupported' | 'unseen';

/** What the values of a field are compared with. */
export interface Dimension {
  readonly layer: Layer;
  /** Test for one value; undefined if the value is none, and Istio cannot translate it. */
  readonly test: (value: string, context: ValueContext) => Test | undefined;
  /** The same at ztunnel, where that differs. */
  readonly ztunnelTest?: (value: string, context: ValueContext) => Test;
  /** What Istio makes of the values for Envoy first. */
  readonly rewrite?: (values: readonly string[], mesh: Mesh) => readonly string[];
}

const DIMENSIONS = {
  principal: {
    layer: 'L4',
    test: (value, { mesh }) => testPeer(principalPattern(value, mesh)),
    rewrite: (values, mesh) => rewritePrincipals(values, mesh.trustDomains),
    ztunnelTest: value => testPeer(schemelessPattern(value)),
  },
  namespace: {
    layer: 'L4',
    test: (value, { mesh }) => testPeer(namespacePattern(value, mesh)),
    ztunnelTest: value => testPeer(identityNamespacePattern(value)),
  },
  trustDomain: {
    layer: 'L4',
    test: value => testPeer(trustDomainPattern(value)),
    rewrite: (values, mesh) => expandTrustDomains(values, mesh.trustDomains),
  },
  serviceAccount: {
    layer: 'L4',
    test: (value, { policyNamespace }) => testPeer(serviceAccountPattern(value, policyNamespace)),
    ztunnelTest: (value, { policyNamespace }) => testPeer(identityAccountPattern(value, policyNamespace)),
  },
  sourceIp: address(facts => facts.sourceIp),
  remoteIp: address(facts => facts.remoteIp),
  destinationIp: address(facts => facts.destinationIp),
  port: {
    layer: 'L4',
    test: value => {
      const port = portNumber(value);
      return port === undefined ? undefined : facts => facts.port === port;
    },
  },
  sni: {
    layer: 'L4',
    test: value => {
      const pattern = textPattern(value);
      return facts => pattern(facts.sni);
    },
  },
  // INVARIANT: no filter of Istio's own writes this metadata, so nothing matches
  filterMetadata: { layer: 'L4', test: () => () => false },
  host: {
    layer: 'L7',
    test: value => {
      const pattern = presencePattern(value.toLowerCase());
      return ({ http }) => http !== undefined && pattern(http.authority.toLowerCase());
    },
  },
  method: {
    layer: 'L7',
    test: value => {
      const pattern = presencePattern(value);
      return ({ http }) => http !== undefined && pattern(http.method);
    },
  },
  path: {
    layer: 'L7',
    test: value => {
      const pattern = pathPattern(value);
      return ({ http }) => http !== undefined && pattern(http.path);
    },
  },
  header: {
    layer: 'L7',
    test: (value, { names }) => {
      if (names.length === 0) return undefined;
      const name = headerName(names[0]);
      const pattern = presencePattern(value);
      return ({ http }) => http?.headers.get(name)?.some(pattern) ?? false;
    },
  },
  requestPrincipal: {
    layer: 'L7',
    test: value => {
      const pattern = requestPrincipalPattern(value);
      return ({ http }) => pattern(http?.claims);
    },
  },
  audience: claim(['aud']),
  presenter: claim(['azp']),
  claim: claim(),
} satisfies Record<string, Dimension>;

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
  { key: 'experimental.envoy.filters.', dimension: DIMENSIONS.filterMetadata, ztunnel: 'unsupported', names: rest => rest.includes('[') ? [rest] : undefined },
];

/** The meaning of a key of `when`; undefined if this version of Istio knows no such key. */
export function conditionKey(key: string, mesh: Mesh): ConditionKey | undefined {
  const found = CONDITION_KEYS.find(known => known.names ? key.startsWith(known.key) : key === known.key);
  return found && isKnown(found, mesh) ? found : undefined;
}

/** Whether this version of Istio has a field or key. */
export function isKnown({ since }: { readonly since?: Feature }, mesh: Mesh): boolean {
  return since === undefined || mesh.has(since);
}

/** A decimal port, leading zeros included. */
export function portNumber(value: string): number | undefined {
  return /^\d+$/.test(value) && Number(value) <= 65535 ? Number(value) : undefined;
}

function field(dimension: Dimension, ztunnel: AtZtunnel, since?: Feature): Field {
  return { dimension, negated: false, ztunnel, since };
}

function notField(dimension: Dimension, ztunnel: AtZtunnel, since?: Feature): Field {
  return { dimension, negated: true, ztunnel, since };
}

function testPeer(pattern: TextTest): Test {
  return facts => facts.peer !== '' && pattern(facts.peer);
}

function address(of: (facts: Facts) => string | undefined): Dimension {
  return {
    layer: 'L4',
    test: value => {
      const block = blockBits(value);
      return block === undefined ? undefined : facts => of(facts)?.startsWith(block);
    },
  };
}

function claim(path?: readonly string[]): Dimension {
  return {
    layer: 'L7',
    test: (value, { names }) => {
      const keys = path ?? names;
      if (keys.length === 0) return undefined;
      const pattern = textPattern(value);
      return ({ http }) => claimTexts(http?.claims, keys).some(pattern);
    },
  };
}

/** Envoy keeps a `host` header as `:authority`. */
function headerName(name: string): string {
  const lower = name.toLowerCase();
  return lower === 'host' ? ':authority' : lower;
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
