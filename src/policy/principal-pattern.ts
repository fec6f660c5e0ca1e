import { Mesh } from './mesh-settings';
import { quotePattern, textPattern, TextTest, wholePattern } from './text-pattern';

const SCHEME = 'spiffe://';

/** Matches a peer identity against a value of `principals`; `*` is any identity, everything else one with `spiffe://`. */
export function principalPattern(value: string, mesh: Mesh): TextTest {
  if (value === '*') return textPattern('*');
  if (value.startsWith('*')) return wholePattern(`spiffe:\\/\\/.*${quoted(value.slice(1), mesh)}`);
  return textPattern(SCHEME + value);
}

/** Matches a peer identity against a value of `namespaces`: wildcards anywhere, in any trust domain. */
export function namespacePattern(value: string, mesh: Mesh): TextTest {
  const namespace = value.split('*').map(part => quoted(part, mesh)).join('.*');
  return wholePattern(`.*\\/ns\\/${namespace}\\/.*`);
}

/** Matches a peer identity against a value of `serviceAccounts`, `NAMESPACE/NAME` or `NAME` in the policy's namespace. */
export function serviceAccountPattern(value: string, policyNamespace: string): TextTest {
  const { namespace, name } = serviceAccountOf(value, policyNamespace);
  return wholePattern(`spiffe:\\/\\/.+\\/ns\\/${quotePattern(namespace)}\\/(?:.+\\/|)sa\\/${quotePattern(name)}(?:\\/.+)?`);
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
  return wholePattern(`spiffe:\\/\\/${quotePattern(value.slice(0, star))}[^/]*${quotePattern(value.slice(star + 1))}\\/.*`);
}

/** Matches a peer identity against a value of `principals` as ztunnel does: without `spiffe://`. */
export function schemelessPattern(value: string): TextTest {
  const pattern = textPattern(value);
  return peer => peer.startsWith(SCHEME) && pattern(peer.slice(SCHEME.length));
}

/** Matches a peer identity against a value of `namespaces` as ztunnel does: no star in the middle. */
export function identityNamespacePattern(value: string): TextTest {
  const pattern = textPattern(value);
  return peer => pattern(identityOf(peer).namespace);
}

/** Matches a peer identity against a value of `serviceAccounts` as ztunnel does. */
export function identityAccountPattern(value: string, policyNamespace: string): TextTest {
  const wanted = serviceAccountOf(value, policyNamespace);
  return peer => {
    const { namespace, name } = identityOf(peer);
    return namespace === wanted.namespace && name === wanted.name;
  };
}

/** The parts of `spiffe://TRUST-DOMAIN/ns/NAMESPACE/sa/NAME`; empty where it has another form. */
export function identityOf(peer: string): { namespace: string; name: string } {
  const match = /^spiffe:\/\/[^/]+\/ns\/([^/]+)\/sa\/([^/]+)$/.exec(peer);
  return { namespace: match?.[1] ?? '', name: match?.[2] ?? '' };
}

function quoted(text: string, mesh: Mesh): string {
  return mesh.has('quotedPatterns') ? quotePattern(text) : text.replace(/\//g, '\\/');
}
