import { Facts } from './facts';
import { pathPattern } from './path-pattern';
import {
  exactPrincipal, identityAccountPattern, identityNamespacePattern, namespacePattern,
  principalPattern, schemelessPattern, serviceAccountPattern, trustDomainPattern,
} from './principal-pattern';
import { requestPrincipalPattern } from './request-principal-pattern';
import { presencePattern, textPattern, TextTest } from './text-pattern';
import { claimTexts } from './token-payload';
import { expandTrustDomains, rewritePrincipals } from './trust-domain';
import { blockBits } from '../../util/ip';
import { Truth } from '../../util/truth';
import { Mesh } from '../request/mesh-settings';

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

/** What the values of a field are compared with. */
export interface Dimension {
  readonly layer: Layer;
  /** Test for one value; undefined if the value is none, and Istio cannot translate it. */
  readonly test: (value: string, context: ValueContext) => Test | undefined;
  /** The same at ztunnel, where that differs. */
  readonly ztunnelTest?: (value: string, context: ValueContext) => Test;
  /** The only peer identity that passes the test for a value; undefined where there are several. */
  readonly peer?: (value: string) => string | undefined;
  /** What Istio makes of the values for Envoy first. */
  readonly rewrite?: (values: readonly string[], mesh: Mesh) => readonly string[];
}

/** Everything that fields and keys of `when` are about. */
export const DIMENSIONS = {
  principal: {
    layer: 'L4',
    test: (value, { mesh }) => testPeer(principalPattern(value, mesh)),
    peer: exactPrincipal,
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
      return ({ sni }) => sni === undefined ? undefined : pattern(sni);
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
      return ({ http }) => http?.unsettled?.header(name) ? undefined : http?.headers.get(name)?.some(pattern) ?? false;
    },
  },
  requestPrincipal: {
    layer: 'L7',
    test: value => {
      const pattern = requestPrincipalPattern(value);
      return ({ http }) => http?.unsettled?.claims ? undefined : pattern(http?.claims);
    },
  },
  audience: claim(['aud']),
  presenter: claim(['azp']),
  claim: claim(),
} satisfies Record<string, Dimension>;

/** The only peer identities that pass the test for one of several values; undefined where they cannot be listed. */
export function exactPeers({ peer }: Dimension, values: readonly string[]): readonly string[] | undefined {
  const peers = values.map(value => peer?.(value)).filter(exact => exact !== undefined);
  return peers.length === values.length ? peers : undefined;
}

/** A decimal port, leading zeros included. */
export function portNumber(value: string): number | undefined {
  return /^\d+$/.test(value) && Number(value) <= 65535 ? Number(value) : undefined;
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
      return ({ http }) => http?.unsettled?.claims ? undefined : claimTexts(http?.claims, keys).some(pattern);
    },
  };
}

/** Envoy keeps a `host` header as `:authority`. */
function headerName(name: string): string {
  const lower = name.toLowerCase();
  return lower === 'host' ? ':authority' : lower;
}
