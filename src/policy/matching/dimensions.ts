import { Facts } from './facts';
import {
  hostLanguage, identityAccountLanguage, identityNamespaceLanguage, Language, namespaceLanguage, pathLanguage, presenceLanguage,
  principalLanguage, schemelessLanguage, serviceAccountLanguage, subjectLanguage, textLanguage, trustDomainLanguage,
} from './language';
import { exactPath, pathPattern } from './path-pattern';
import {
  exactPrincipal, identityAccountPattern, identityNamespacePattern, namespacePattern,
  principalPattern, schemelessPattern, serviceAccountPattern, trustDomainPattern,
} from './principal-pattern';
import { requestPrincipalPattern } from './request-principal-pattern';
import { anyText, exactText, ExactText, presencePattern, textPattern, TextTest } from './text-pattern';
import { claimTexts } from './token-payload';
import { expandTrustDomains, rewritePrincipals } from './trust-domain';
import { blockBits } from '../../util/ip';
import { anyTest, Truth } from '../../util/truth';
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

/** Whether one of several values of a field matches; undefined if none of them can be translated. */
export type ValuesTest = (values: readonly string[], context: ValueContext, untranslated: (value: string) => void) => Test | undefined;

/** What of a request is compared with values: who sends it, or a part of it. */
export type Aspect = 'peer' | 'sourceIp' | 'remoteIp' | 'fixed' | 'authority' | 'method' | 'path' | 'header' | 'subject' | 'claim';

/** What the values of a field are compared with. */
export interface Dimension {
  readonly layer: Layer;
  /** What of a request it looks at; `fixed` for what is so by the destination and the client. */
  readonly aspect: Aspect;
  readonly test: ValuesTest;
  /** The texts that a value matches; undefined where they cannot be told. Without it there are no texts to tell. */
  readonly language?: (value: string, context: ValueContext) => Language | undefined;
  /** The same at ztunnel, where that differs. */
  readonly ztunnelLanguage?: (value: string, context: ValueContext) => Language | undefined;
  /** The same at ztunnel, where that differs. */
  readonly ztunnelTest?: ValuesTest;
  /** The claim that it is about, where that is not named in the key of a condition. */
  readonly claimPath?: readonly string[];
  /** The only peer identity that passes the test for a value; undefined where there are several. */
  readonly peer?: (value: string) => string | undefined;
  /** What Istio makes of the values for Envoy first. */
  readonly rewrite?: (values: readonly string[], mesh: Mesh) => readonly string[];
}

/** Everything that fields and keys of `when` are about. */
export const DIMENSIONS = {
  principal: {
    layer: 'L4',
    aspect: 'peer',
    language: (value, { mesh }) => principalLanguage(value, mesh),
    ztunnelLanguage: schemelessLanguage,
    test: texts(peerOf, (value, { mesh }) => principalPattern(value, mesh), exactPrincipal),
    peer: exactPrincipal,
    rewrite: (values, mesh) => rewritePrincipals(values, mesh.trustDomains),
    ztunnelTest: texts(peerOf, schemelessPattern, exactPrincipal),
  },
  namespace: {
    layer: 'L4',
    aspect: 'peer',
    language: (value, { mesh }) => namespaceLanguage(value, mesh),
    ztunnelLanguage: identityNamespaceLanguage,
    test: texts(peerOf, (value, { mesh }) => namespacePattern(value, mesh)),
    ztunnelTest: texts(peerOf, identityNamespacePattern),
  },
  trustDomain: {
    layer: 'L4',
    aspect: 'peer',
    language: trustDomainLanguage,
    test: texts(peerOf, trustDomainPattern),
    rewrite: (values, mesh) => expandTrustDomains(values, mesh.trustDomains),
  },
  serviceAccount: {
    layer: 'L4',
    aspect: 'peer',
    language: (value, { policyNamespace }) => serviceAccountLanguage(value, policyNamespace),
    ztunnelLanguage: (value, { policyNamespace }) => identityAccountLanguage(value, policyNamespace),
    test: texts(peerOf, (value, { policyNamespace }) => serviceAccountPattern(value, policyNamespace)),
    ztunnelTest: texts(peerOf, (value, { policyNamespace }) => identityAccountPattern(value, policyNamespace)),
  },
  sourceIp: address('sourceIp', facts => facts.sourceIp),
  remoteIp: address('remoteIp', facts => facts.remoteIp),
  destinationIp: address('fixed', facts => facts.destinationIp),
  port: {
    layer: 'L4',
    aspect: 'fixed',
    test: each(value => {
      const port = portNumber(value);
      return port === undefined ? undefined : facts => facts.port === port;
    }),
  },
  sni: { layer: 'L4', aspect: 'fixed', language: textLanguage, test: ifKnown(facts => facts.sni !== undefined, texts(facts => facts.sni, textPattern, exactText)) },
  // INVARIANT: no filter of Istio's own writes this metadata, so nothing matches
  filterMetadata: { layer: 'L4', aspect: 'fixed', test: each(() => () => false) },
  host: {
    layer: 'L7',
    aspect: 'authority',
    language: hostLanguage,
    test: texts(({ http }) => http?.authority.toLowerCase(), value => presencePattern(value.toLowerCase()), value => exactText(value.toLowerCase())),
  },
  method: { layer: 'L7', aspect: 'method', language: presenceLanguage, test: texts(({ http }) => http?.method, presencePattern, exactText) },
  path: { layer: 'L7', aspect: 'path', language: pathLanguage, test: texts(({ http }) => http?.path, pathPattern, exactPath) },
  header: {
    layer: 'L7',
    aspect: 'header',
    language: presenceLanguage,
    test: each((value, { names }) => {
      if (names.length === 0) return undefined;
      const name = headerName(names[0]);
      const pattern = presencePattern(value);
      return ({ http }) => http?.unsettled?.header(name) ? undefined : http?.headers.get(name)?.some(pattern) ?? false;
    }),
  },
  requestPrincipal: {
    layer: 'L7',
    aspect: 'subject',
    language: subjectLanguage,
    test: each(value => {
      const pattern = requestPrincipalPattern(value);
      return ({ http }) => http?.unsettled?.claims ? undefined : pattern(http?.claims);
    }),
  },
  audience: claim(['aud']),
  presenter: claim(['azp']),
  claim: claim(),
} satisfies Record<string, Dimension>;

/** The only peer identities that pass the test for one of several values; undefined where they cannot be listed. */
export function exactPeers({ peer }: Dimension, values: readonly string[]): readonly string[] | undefined {
  if (!peer) return undefined;
  const peers = values.map(peer).filter(exact => exact !== undefined);
  return peers.length === values.length ? peers : undefined;
}

/** A decimal port, leading zeros included. */
export function portNumber(value: string): number | undefined {
  return /^\d+$/.test(value) && Number(value) <= 65535 ? Number(value) : undefined;
}

/** Matches a text against a value. */
type ValuePattern = (value: string, context: ValueContext) => TextTest;

/** An identity; undefined for none. */
function peerOf({ peer }: Facts): string | undefined {
  return peer === '' ? undefined : peer;
}

/** Tests of values each by itself. */
function each(test: (value: string, context: ValueContext) => Test | undefined): ValuesTest {
  return (values, context, untranslated) => {
    const tests = values.flatMap(value => {
      const translated = test(value, context);
      if (!translated) untranslated(value);
      return translated ?? [];
    });
    return tests.length === 0 ? undefined : anyTest(tests);
  };
}

/**
 * A test of a text that the proxy sees: of values that only one text matches, all at once. It is made when it is first asked for, as most rules are about other
 * clients than those that come.
 */
function texts(of: (facts: Facts) => string | undefined, pattern: ValuePattern, exact: ExactText = () => undefined): ValuesTest {
  return (values, context) => {
    if (values.length === 0) return undefined;
    let matches: TextTest | undefined;
    return facts => {
      const text = of(facts);
      if (text === undefined) return false;
      matches ??= anyText(
        values.flatMap(value => exact(value) ?? []),
        values.filter(value => exact(value) === undefined).map(value => pattern(value, context)),
      );
      return matches(text);
    };
  };
}

/** The same, of what is known only sometimes. */
function ifKnown(isKnown: (facts: Facts) => boolean, test: ValuesTest): ValuesTest {
  return (values, context, untranslated) => {
    const known = test(values, context, untranslated);
    return known && (facts => isKnown(facts) ? known(facts) : undefined);
  };
}

function address(aspect: Aspect, of: (facts: Facts) => string | undefined): Dimension {
  return {
    layer: 'L4',
    aspect,
    test: each(value => {
      const block = blockBits(value);
      return block === undefined ? undefined : facts => of(facts)?.startsWith(block);
    }),
  };
}

function claim(path?: readonly string[]): Dimension {
  return {
    layer: 'L7',
    aspect: 'claim',
    claimPath: path,
    language: textLanguage,
    test: each((value, { names }) => {
      const keys = path ?? names;
      if (keys.length === 0) return undefined;
      const pattern = textPattern(value);
      return ({ http }) => http?.unsettled?.claims ? undefined : claimTexts(http?.claims, keys).some(pattern);
    }),
  };
}

/** Envoy keeps a `host` header as `:authority`. */
function headerName(name: string): string {
  const lower = name.toLowerCase();
  return lower === 'host' ? ':authority' : lower;
}
