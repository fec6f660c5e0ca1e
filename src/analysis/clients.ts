import { EXPRESSION, OutOfBudget } from './budget';
import { ANY_OTHER_OF, FOREIGNERS, OF_ANOTHER_DOMAIN, ONE_WAY_TLS, OTHER_FOREIGNERS, OTHER_WORKLOAD_OF, OTHERS, PLAINTEXT } from './callers';
import { IDENTITIES } from './domain';
import { serverNamesOf } from './server-names';
import { classesOf, TextClass } from './words';
import { identityNamespaceLanguage, language, Language } from '../policy/matching/language';
import { PolicySet } from '../policy/policy-set';
import { Passage } from '../policy/policy-world';
import { enforcedAt } from '../policy/proxies/enforced';
import { Asks, FieldTest } from '../policy/proxies/rule';
import { Mesh } from '../policy/request/mesh-settings';
import { ProxyKind, RequestDestination, RequestSource, Transport } from '../policy/request/request';
import { Inventory } from '../policy/resources/inventory';
import { kindOfGateway, madePods } from '../policy/workloads/gateway-pods';
import { Workload, WORKLOAD_KINDS, workloadsOf } from '../policy/workloads/workload';
import { groupedBy } from '../util/grouped';
import { kept } from '../util/kept';
import { quoted, unique } from '../util/text';

/** Who sends requests: one of the clients that ways and rules tell apart. */
export interface Client {
  readonly source: RequestSource;
  /** Those of its kind: service accounts of the manifests, `NAMESPACE/NAME`, or what tells others. */
  readonly names: readonly string[];
  /** The server name that it gives, in words; empty where it does not matter. */
  readonly server: string;
  readonly kind: 'plaintext' | 'TLS' | 'identity' | 'foreign';
  /** By what tests of rules they are told that are named by no account. */
  readonly patterns?: Patterns;
  /** The identity of one that is no account, where accounts are named as well. */
  readonly stranger?: string;
}

/** The same for clients that differ by server name only. */
export function peerOf({ kind, source: { principal } }: Client): string { return principal ?? kind; }

/** Tests of rules by which identities are told apart. */
export interface Patterns {
  /** The tests that they pass. */
  readonly passed: readonly string[];
  /** What they are together with all who pass more; undefined where they are accounts only. */
  readonly wide?: string;
}

/** An identity that stands for all of its kind. */
interface Peer extends Pick<Client, 'names' | 'patterns' | 'stranger'> {
  readonly principal: string;
}

/** The identities of the service accounts that workloads and gateways run as. */
function identitiesOf(side: PolicySet): readonly string[] {
  const { inventory, mesh } = side._world;
  return kept(identities, side, () => inventory.once(runningAccounts).map(account => mesh.identities.of(account)));
}

/** Each destination may ask for them. */
const identities = new WeakMap<PolicySet, readonly string[]>();

/** The service accounts that something runs as, `NAMESPACE/NAME`. */
export function runningAccounts(inventory: Inventory): string[] {
  const namespaces = new Set(RUNNING.flatMap(kind => inventory.all(kind).map(({ namespace }) => namespace)));
  const running = [...namespaces].flatMap(namespace => [...workloadsOf(inventory, namespace), ...madePods(inventory, namespace)]);
  return accountsOf(running);
}

export function accountsOf(workloads: readonly Workload[]): string[] {
  return unique(workloads.flatMap(({ namespace, serviceAccount }) => serviceAccount === undefined ? [] : `${namespace}/${serviceAccount}`));
}

/** The kinds of what runs, as manifests tell of it. */
export const RUNNING = [...WORKLOAD_KINDS, 'KubernetesGateway'] as const;

/** The clients that may be answered differently by one of the sets, and whoever is of one of some namespaces by itself. */
export function clientsOf(sides: readonly (PolicySet | undefined)[], destination: RequestDestination, namespaces: readonly string[] = []): Client[] {
  const known = sides.filter(side => side !== undefined);
  const accounts = () => [...new Set(known.flatMap(identitiesOf))];
  const own = [...new Set(known.flatMap(side => ownPrefixes(side._world.mesh)))];
  const prefixes = { own, others: [...new Set(known.flatMap(side => side._world.mesh.clientPrefixes))].filter(prefix => !own.includes(prefix)) };
  const probes = known.flatMap(side => probe(side, destination, strangerTo(known, own[0], [])));
  const tests = testsOf(probes);
  const peers = peersOf(tests, namespaces, accounts, prefixes, known.some(isChoosing), (prefix, named) => strangerTo(known, prefix, named));
  const serverNames = serverNamesOf(probes, tests);
  const clients = (kind: Client['kind'], source: RequestSource, told: Pick<Client, 'names' | 'patterns' | 'stranger'>) =>
    serverNames.map(({ sni, said }): Client => ({ ...told, kind, source: sni === undefined ? source : { ...source, sni }, server: said }));
  return [
    { source: {}, kind: 'plaintext', names: [PLAINTEXT], server: '' },
    // where nobody asks for server names, TLS that a proxy does not end is as plaintext that is no HTTP
    ...serverNames.length > 1 ? clients('TLS', { transport: Transport.ONE_WAY_TLS }, { names: [ONE_WAY_TLS] }) : [],
    ...peers.flatMap(({ principal, ...told }) => {
      const isOfMesh = own.some(prefix => principal.startsWith(prefix));
      return clients(isOfMesh ? 'identity' : 'foreign', { principal }, told);
    }),
  ];
}

/** Whether clients of different kinds may take different ways. */
function isChoosing({ _world: { inventory } }: PolicySet): boolean {
  return inventory.all('KubernetesGateway').some(gateway => kindOfGateway(inventory, gateway) === ProxyKind.WAYPOINT);
}

/** The ways of clients that show no identity, which go past waypoints, and of one that is taken to use them. */
function probe(side: PolicySet, destination: RequestDestination, principal: string): Passage[] {
  return [{}, { principal }].flatMap(source => side._passages({ destination, source, http: {} }));
}

/** All tests of clients and tokens by the policies that proxies enforce on the ways, in an order that is the same whatever that of the policies. */
export function testsOf(passages: readonly Passage[]): FieldTest[] {
  const byText = groupedBy(passages.flatMap(testsOn), test => JSON.stringify([fieldOf(test), test.asks.values]));
  return [...byText].sort(([a], [b]) => a < b ? -1 : 1).flatMap(([, same]) => same);
}

function testsOn({ verdicts }: Passage): FieldTest[] {
  return verdicts.flatMap(({ hop, chain }) => {
    const policies = enforcedAt(hop, chain);
    const custom = 'authorizers' in policies ? policies.authorizers.map(({ rules }) => rules) : [];
    const sets = [policies.deny, ...policies.allow ? [policies.allow] : [], ...custom];
    return sets.flatMap(set => set.all.flatMap(({ from, when }) => [...from.flat(), ...when]));
  });
}

/** How identities begin: those of the mesh, by all names of its trust domain; and those of others that are accepted beside them. */
interface Prefixes { readonly own: readonly string[]; readonly others: readonly string[] }

/** How identities of the mesh begin. */
export function ownPrefixes({ trustDomains }: Mesh): string[] { return trustDomains.map(name => `spiffe://${name}/`); }

/** One identity for each way in which tests tell them apart, with names for all of its kind. */
function peersOf(
  tests: readonly FieldTest[], namespaces: readonly string[], accountsOfAll: () => readonly string[], { own: prefixes, others: accepted }: Prefixes,
  isEachApart: boolean, strangerOf: (prefix: string, named: readonly string[]) => string,
): Peer[] {
  const asked = tests.filter(({ asks }) => asks.dimension.aspect === 'peer')
    .flatMap(test => test.asks.values.map(value => ({ ...test, value, identity: test.asks.dimension.peer?.(value) })));
  const named = [...new Set(asked.flatMap(({ identity }) => identity ?? []))];
  const patterns = new Map<string, Language>([
    ...namespaces.map(namespace => [`namespaces ${namespace}`, identityNamespaceLanguage(namespace)] as const),
    ...asked.filter(({ identity }) => identity === undefined).map(one => [`${fieldOf(one)} ${one.value}`, languageOf(one.asks, one.value)] as const),
  ]);
  const unnamed = new Map<string, string>();
  const nameOf = (identity: string) => unnamed.get(identity) ?? accountName(identity, prefixes[0]);
  if (patterns.size === 0 && !isEachApart) {
    const isForeign = named.some(name => !prefixes.some(prefix => name.startsWith(prefix)));
    const others = { principal: strangerOf(prefixes[0], named), names: [OTHERS] };
    const foreigners = [...accepted.filter(prefix => prefix !== '').map(prefix => strangerOf(prefix, named)), FOREIGNER];
    const foreign = foreigners.map(principal => ({ principal, names: [isForeign ? OTHER_FOREIGNERS : FOREIGNERS] }));
    return [...named.map(principal => ({ principal, names: [nameOf(principal)] })), others, ...foreign];
  }
  const accounts = accountsOfAll();
  const domains = [...prefixes, ...accepted].map(prefix => language([prefix, { of: '[^]' }]));
  if (isEachApart) { namespacesOf(accounts).forEach(within => unnamed.set(unnamedIn(within, accounts), `${OTHER_WORKLOAD_OF}${within.slice(within.lastIndexOf('/') + 1)}`)); }
  const known = new Set([...accounts, ...unnamed.keys()]);
  const strangers = [...prefixes, ...accepted].map(prefix => strangerOf(prefix, named));
  const classes = classesWithin([...patterns.values(), ...domains], named, known, strangers);
  const kinds = classes.map(({ accepted: met, texts, made }): Kind => ({
    patterns: met.filter(index => index < patterns.size).map(index => [...patterns.keys()][index]),
    isOfMesh: met.some(index => index >= patterns.size && index < patterns.size + prefixes.length),
    accounts: texts.filter(text => known.has(text) || named.includes(text)),
    stranger: made && (texts.find(text => strangers.includes(text)) ?? made),
  }));
  // what is named may be no service account
  const others = named.filter(identity => !classes.some(({ texts }) => texts.includes(identity)))
    .map((identity): Peer => ({ principal: identity, names: [nameOf(identity)] }));
  return [...kinds.flatMap(kind => peersOfKind(kind, kinds, nameOf, isEachApart)), ...others];
}

/** Identities that nothing tells apart. */
interface Kind {
  /** The tests that they pass. */
  readonly patterns: readonly string[];
  readonly isOfMesh: boolean;
  /** Those that are known. */
  readonly accounts: readonly string[];
  /** One that is not; undefined where there is no other. */
  readonly stranger?: string;
}

/** One for all, or each for itself. An account that no rule names is one of the others where no rule tells it from them. */
function peersOfKind(
  { patterns, isOfMesh, accounts, stranger }: Kind, kinds: readonly Kind[], nameOf: (identity: string) => string, isEachApart: boolean,
): Peer[] {
  const told = accounts.filter(() => stranger === undefined || isEachApart || patterns.length > 0 || !isOfMesh);
  const apart = told.map((principal): Peer => ({ principal, names: [nameOf(principal)], patterns: { passed: patterns } }));
  const others = stranger === undefined ? [] : [{ principal: stranger, ...othersOf(patterns, isOfMesh, told.length > 0, kinds, nameOf) }];
  if (isEachApart) return [...apart, ...others];
  const all: Peer[] = [...apart, ...others];
  return [{ ...all[all.length - 1], principal: all[0].principal, stranger, names: all.flatMap(({ names }) => names) }];
}

/** Whoever passes some tests, and none that would make them others. */
function othersOf(
  patterns: readonly string[], isOfMesh: boolean, hasAccounts: boolean, kinds: readonly Kind[], nameOf: (identity: string) => string,
): Pick<Peer, 'names' | 'patterns'> {
  const isAnyNamed = kinds.some(other => !other.isOfMesh && other.patterns.length + other.accounts.length > 0);
  if (patterns.length === 0) return { names: [isOfMesh ? OTHERS : isAnyNamed ? OTHER_FOREIGNERS : FOREIGNERS] };
  const more = kinds.filter(other => other.isOfMesh === isOfMesh && patterns.every(pattern => other.patterns.includes(pattern)));
  const others = more.flatMap(other => other.stranger === undefined ? other.accounts.map(nameOf) : other.patterns);
  const but = unique(others).filter(one => !patterns.includes(one));
  const wide = `${hasAccounts ? ANY_OTHER_OF : ''}${patterns.join(' and ')}`;
  const domain = isOfMesh ? '' : OF_ANOTHER_DOMAIN;
  return { names: [`${wide}${but.length > 0 ? ` but not ${but.join(', ')}` : ''}${domain}`], patterns: { passed: patterns, wide: `${wide}${domain}` } };
}

/** Identities by which patterns hold them. Those that are named are each for itself, as are those that are known where it is they by which others would be shown. */
function classesWithin(
  patterns: readonly Language[], named: readonly string[], known: ReadonlySet<string>, strangers: readonly string[],
): TextClass[] {
  const exact = [...named];
  for (;;) {
    const languages = [...patterns, ...exact.map(text => language([text]))];
    const classes = classesOf(languages, IDENTITIES, [...known, ...strangers])
      .map(one => one.accepted.some(index => index >= patterns.length) ? { ...one, made: undefined } : one);
    const taken = classes.flatMap(({ made }) => made !== undefined && known.has(made) ? [made] : []);
    if (taken.length === 0) return classes;
    exact.push(...taken);
  }
}

/** An identity of no trust domain that is known. */
const FOREIGNER = 'spiffe://another.example/ns/x/sa/x';

/** An identity that nobody names, of a namespace that no manifest has. */
export function strangerTo(sides: readonly PolicySet[], prefix: string, named: readonly string[]): string {
  const isKnown = (namespace: string) => sides.some(({ _world: { inventory } }) =>
    inventory.namespaceLabels(namespace) !== undefined || workloadsOf(inventory, namespace).length > 0);
  let namespace = 'x';
  while (isKnown(namespace) || named.includes(`${prefix}ns/${namespace}/sa/x`)) namespace += 'x';
  return `${prefix}ns/${namespace}/sa/x`;
}

/** `namespaces` of `from[0].source.notNamespaces`, `source.namespace` of `when[0].values of source.namespace`. */
function fieldOf({ where }: FieldTest): string {
  const field = where.slice(where.search(/[^.]*$/)).replace(/^not([A-Z])/, (_, first: string) => first.toLowerCase());
  return where.includes(' of ') ? where.slice(where.indexOf(' of ') + ' of '.length) : field;
}

/** `shop/web` of an identity that begins so; any other as it is. */
export function accountName(identity: string, prefix = ''): string {
  const [, namespace, name] = identity.startsWith(prefix) ? /^ns\/([^/]+)\/sa\/([^/]+)$/.exec(identity.slice(prefix.length)) ?? [] : [];
  return namespace === undefined ? identity : `${namespace}/${name}`;
}

/** A service account of a namespace that nobody names: its clients may take a way of their own. */
function unnamedIn(within: string, accounts: readonly string[]): string {
  let account = `${within}/sa/any-other`;
  while (accounts.includes(account)) account += '-one';
  return account;
}

function namespacesOf(accounts: readonly string[]): string[] {
  return [...new Set(accounts.map(account => account.slice(0, account.lastIndexOf('/sa/'))))];
}

function languageOf(asks: Asks, value: string): Language {
  const found = asks.languageOf(value);
  if (!found) throw new OutOfBudget(`it cannot be told which identities ${quoted(value)} matches: ${EXPRESSION}`);
  return found;
}
