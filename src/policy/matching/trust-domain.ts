const OWN = 'cluster.local';

/**
 * What Envoy is given for values of `principals`: where the trust domain is one of the mesh's, or `cluster.local`,
 * the value stands for all names of the trust domain. ztunnel rewrites nothing.
 *
 * Only values of five segments are rewritten: `td/ns/a/sa/*` is, `td/ns/a/*` is not.
 */
export function rewritePrincipals(values: readonly string[], trustDomains: readonly string[]): string[] {
  // a trust domain with one name has no other to add
  const own = trustDomains.length === 1 ? `${trustDomains[0]}/` : undefined;
  return values.flatMap(value => {
    if (own !== undefined && value.startsWith(own)) return value;
    const [trustDomain, ...rest] = value.split('/');
    if (rest.length !== 4) return [value];
    if (trustDomain !== OWN && !trustDomains.some(name => namesMatch(trustDomain, name))) return [value];
    const rewritten = trustDomains.map(name => isSuffixOf(trustDomain, name) ? value : [name, ...rest].join('/'));
    return [...new Set(rewritten)];
  });
}

/** What Envoy is given for values of `trustDomains`: a name of the mesh stands for all its names. */
export function expandTrustDomains(values: readonly string[], trustDomains: readonly string[]): string[] {
  return [...new Set(values.flatMap(value => trustDomains.includes(value) ? trustDomains : [value]))];
}

/** Equal, or one is a pattern that the other matches. */
function namesMatch(a: string, b: string): boolean {
  return a === b || isPrefixOf(a, b) || isPrefixOf(b, a) || isSuffixOf(a, b) || isSuffixOf(b, a);
}

function isPrefixOf(pattern: string, name: string): boolean {
  return pattern.endsWith('*') && name.startsWith(pattern.slice(0, -1));
}

function isSuffixOf(pattern: string, name: string): boolean {
  return pattern.startsWith('*') && name.endsWith(pattern.slice(1));
}
