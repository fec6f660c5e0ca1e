import { gappedPattern } from './gapped-pattern';
import { quotePattern, textPattern, TextTest, wholePattern } from './text-pattern';
import { wholeMatch } from '../../istio/regular-expression';
import { Mesh } from '../request/mesh-settings';

const SCHEME = 'spiffe://';

/** Matches a peer identity against a value of `principals`; every identity begins with `spiffe://`, so `*` is any. */
export function principalPattern(value: string, mesh: Mesh): TextTest {
  if (value.startsWith('*')) return spelled([SCHEME, value.slice(1)], mesh);
  return textPattern(SCHEME + value);
}

/** The only peer identity that a value of `principals` matches, at any proxy; undefined for a pattern. */
export function exactPrincipal(value: string): string | undefined {
  return value.startsWith('*') || value.endsWith('*') ? undefined : SCHEME + value;
}

/** Matches a peer identity against a value of `namespaces`: wildcards anywhere, in any trust domain. */
export function namespacePattern(value: string, mesh: Mesh): TextTest {
  return spelled(['', ...`/ns/${value}/`.split('*'), ''], mesh);
}

/** Matches a peer identity against a value of `serviceAccounts`, `NAMESPACE/NAME` or `NAME` in the policy's namespace. */
export function serviceAccountPattern(value: string, policyNamespace: string): TextTest {
  const { namespace, name } = serviceAccountOf(value, policyNamespace);
  const [start, end] = [`/ns/${namespace}/`, `sa/${name}`];
  const forms = [[SCHEME, start + end], [SCHEME, start, `/${end}`], [SCHEME, `${start + end}/`, ''], [SCHEME, start, `/${end}/`, '']].map(texts => gappedPattern(texts, 1));
  return text => forms.some(form => form(text));
}

/** Splits a value of `serviceAccounts` at its first slash. */
export function serviceAccountOf(value: string, policyNamespace: string): { namespace: string; name: string } {
  const slash = value.indexOf('/');
  if (slash < 0) return { namespace: policyNamespace, name: value };
  return { namespace: value.slice(0, slash), name: value.slice(slash + 1) };
}

/** Matches a peer identity against a value of `trustDomains`. */
export function trustDomainPattern(value: string): TextTest {
  if (value === '*') return text => text.startsWith(SCHEME);
  const star = value.indexOf('*');
  if (star < 0) return text => text.startsWith(`${SCHEME}${value}/`);
  return wholePattern(`${quotePattern(SCHEME + value.slice(0, star))}[^/]*${quotePattern(`${value.slice(star + 1)}/`)}[^\\n]*`);
}

/** Matches a peer identity against a value of `principals` as ztunnel does: without `spiffe://`. */
export function schemelessPattern(value: string): TextTest {
  const pattern = textPattern(value);
  return peer => peer.startsWith(SCHEME) && pattern(peer.slice(SCHEME.length));
}

/** Matches a peer identity against a value of `namespaces` as ztunnel does: no star in the middle. */
export function identityNamespacePattern(value: string): TextTest {
  const pattern = textPattern(value);
  return peer => {
    const identity = identityOf(peer);
    return identity !== undefined && pattern(identity.namespace);
  };
}

/** Matches a peer identity against a value of `serviceAccounts` as ztunnel does. */
export function identityAccountPattern(value: string, policyNamespace: string): TextTest {
  const wanted = serviceAccountOf(value, policyNamespace);
  return peer => {
    const identity = identityOf(peer);
    return identity?.namespace === wanted.namespace && identity.name === wanted.name;
  };
}

/** The parts of `spiffe://TRUST-DOMAIN/ns/NAMESPACE/sa/NAME`; undefined where it has another form. */
function identityOf(peer: string): { namespace: string; name: string } | undefined {
  const match = /^spiffe:\/\/[^/]+\/ns\/([^/]+)\/sa\/([^/]+)$/.exec(peer);
  return match ? { namespace: match[1], name: match[2] } : undefined;
}

/** Texts with any text between them. Up to Istio 1.29 they were put into a regular expression as they are. */
function spelled(texts: readonly string[], mesh: Mesh): TextTest {
  return mesh.has('quotedPatterns') ? gappedPattern(texts) : wholeMatch(texts.join('.*'));
}
