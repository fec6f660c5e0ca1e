/** Who sends, in words: all that are no service accounts by name. */
export const ANYONE = 'anyone, also in plaintext';
export const ANY_IDENTITY = 'anyone with an identity';
/** The same but for those of other trust domains, which may be answered otherwise. */
export const OF_THE_MESH = 'any identity of the mesh';
/** Identities of which no rule says anything. */
export const OTHERS = 'any other identity';
/** The same of those that are none of the mesh. */
export const FOREIGNERS = 'any identity of another trust domain';
/** Where rules name some of those. */
export const OTHER_FOREIGNERS = 'any other identity of another trust domain';
export const PLAINTEXT = 'plaintext';
export const ONE_WAY_TLS = 'TLS without a client certificate';

/** Whether some of the callers show no identity. */
export function hasAnonymous(callers: readonly string[]): boolean {
  return callers.some(caller => caller === ANYONE || isAnonymous(caller));
}

export function isAnonymous(caller: string): boolean { return caller === PLAINTEXT || caller === ONE_WAY_TLS; }

const ALL_ACCOUNTS = [ANYONE, ANY_IDENTITY, OF_THE_MESH];

/** Whether a service account, `NAMESPACE/NAME`, is one of the callers, where others are named as well. */
export function includesAccount(callers: readonly string[], account: string, named: readonly string[]): boolean {
  const isNamed = named.includes(account);
  return callers.some(caller => caller === account || ALL_ACCOUNTS.includes(caller) || caller === OTHERS && !isNamed);
}

/** `shop` of `shop/web`, and of `any other of namespaces shop`; undefined for callers that may be of several namespaces, or of another mesh. */
export function namespaceOf(caller: string): string | undefined {
  if (caller.startsWith(OTHER_WORKLOAD_OF)) return caller.slice(OTHER_WORKLOAD_OF.length);
  const account = /^([a-z0-9-]+)\/[a-z0-9.-]+$/.exec(caller)?.[1];
  if (account !== undefined || caller.endsWith(OF_ANOTHER_DOMAIN)) return account;
  const [passed] = caller.replace(ANY_OTHER_OF, '').split(' but not ');
  return passed.split(' and ').map(test => WITHIN.exec(test)?.slice(1).find(one => one !== undefined)).find(one => one !== undefined);
}

/** Accounts that nobody names of a namespace, whose workloads may have a way of their own. */
export const OTHER_WORKLOAD_OF = 'any other workload of ';
export const ANY_OTHER_OF = 'any other of ';
export const OF_ANOTHER_DOMAIN = ' of another trust domain';

/** Tests that only identities of one namespace pass. */
const WITHIN = /^(?:namespaces|source\.namespace) ([a-z0-9-]+)$|^(?:principals|source\.principal) [^*]*\/ns\/([a-z0-9-]+)\/[^*]*\*$/;
