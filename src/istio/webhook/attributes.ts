import { ipBlock, notEmpty, port, serviceAccount, ValueRule, wildcard } from './values';

/** Keys of `when`, and the rule for their values. */
const EXACT: ReadonlyMap<string, ValueRule> = new Map([
  ['source.ip', ipBlock],
  ['remote.ip', ipBlock],
  ['source.namespace', notEmpty],
  ['source.serviceAccount', serviceAccount],
  ['source.principal', notEmpty],
  ['source.trustDomain', wildcard],
  ['request.auth.principal', notEmpty],
  ['request.auth.audiences', notEmpty],
  ['request.auth.presenter', notEmpty],
  ['destination.ip', ipBlock],
  ['destination.port', port],
  ['connection.sni', notEmpty],
]);

/** Beginnings of keys that name something in brackets. */
const BRACKETED = ['request.headers', 'request.auth.claims', 'experimental.envoy.filters.'];

/** Keys of old Istio versions, and what stands in their place. */
const REPLACED: ReadonlyArray<readonly [RegExp, string]> = [
  [/^destination\.namespace$/, 'put the policy into that namespace'],
  [/^destination\.labels/, 'use selector'],
  [/^destination\.(name|user)$/, 'use selector'],
];

/** The rule for the values of a key, or what is wrong with the key. */
export function attributeRule(key: string): ValueRule | string {
  if (BRACKETED.some(start => key.startsWith(start))) {
    return hasBrackets(key) ? notEmpty : `must end with a name in brackets, got '${key}'; write it as in 'request.headers[x-tenant]'`;
  }
  const replaced = REPLACED.find(([pattern]) => pattern.test(key));
  if (replaced !== undefined) {
    return `must be an attribute of today's Istio, got '${key}'; ${replaced[1]}`;
  }
  return EXACT.get(key) ?? `must be a known attribute, got '${key}'; known are ${[...EXACT.keys()].join(', ')}, ${BRACKETED.slice(0, 2).map(start => `${start}[NAME]`).join(', ')}`;
}

function hasBrackets(key: string): boolean {
  const open = key.indexOf('[');
  return key.endsWith(']') && open > 0 && open < key.length - 2;
}
