import { isDeepStrictEqual } from 'util';
import { selects } from './attachment';
import { Workload } from './workload';
import { Mesh } from '../request/mesh-settings';
import { Inventory } from '../resources/inventory';
import { SpecOf } from '../resources/kinds';
import { Resource } from '../resources/policy';

export type DestinationRule = Resource<SpecOf<'DestinationRule'>>;

/** What a DestinationRule says of the TLS that clients send. */
export type ClientTls = NonNullable<NonNullable<SpecOf<'DestinationRule'>['trafficPolicy']>['tls']>;

type Client = Pick<Workload, 'namespace' | 'labels'>;

/** A Service as clients know it. */
export interface Host {
  readonly namespace: string;
  /** `api.shop.svc.cluster.local` */
  readonly name: string;
  readonly port: number;
}

/** One setting that may count for a client. */
export interface TlsSetting {
  /** Undefined where the rule leaves it to Istio. */
  readonly tls?: ClientTls;
  readonly rule?: DestinationRule;
}

/**
 * What DestinationRules say of a client's TLS to a host: several settings where manifests do not tell which of them counts. Rules are looked for in the
 * namespace of the client, of the Service, then in the root namespace, and only in the first that has any for the host.
 */
export function tlsSettings(inventory: Inventory, mesh: Mesh, client: Client, host: Host): TlsSetting[] {
  const rules = rulesFor(inventory, mesh, client, host);
  return rules.length > 0 ? merged(rules, host.port) : [{}];
}

/** The names of the subsets that DestinationRules make of a host for a client. */
export function subsetsOf(inventory: Inventory, mesh: Mesh, client: Client, host: Omit<Host, 'port'>): string[] {
  return rulesFor(inventory, mesh, client, host).flatMap(({ spec: { subsets = [] } }) => subsets.flatMap(({ name }) => name ?? []));
}

function rulesFor(inventory: Inventory, { rootNamespace }: Mesh, client: Client, host: Omit<Host, 'port'>): DestinationRule[] {
  for (const namespace of new Set([client.namespace, host.namespace, rootNamespace])) {
    const known = inventory.of('DestinationRule', namespace).filter(rule => isExported(rule, client.namespace));
    const rules = mostSpecific(known, host.name);
    if (rules.length > 0) return forClient(rules, client);
  }
  return [];
}

/** A rule for some workloads holds in its own namespace only. */
function isExported({ namespace, spec: { exportTo = [], workloadSelector } }: DestinationRule, client: string): boolean {
  if (workloadSelector !== undefined) return namespace === client;
  return exportTo.length === 0 || exportTo.some(to => to === '*' || to === client || to === '.' && namespace === client);
}

/** The rules of the longest host that stands for a name; a host without dots is one of the rule's own namespace. */
function mostSpecific(rules: readonly DestinationRule[], name: string): DestinationRule[] {
  const matching = rules.map(rule => ({ rule, host: fullHost(rule) })).filter(({ host }) => host === name || host.startsWith('*') && name.endsWith(host.slice(1)));
  const longest = Math.max(...matching.map(({ host }) => rank(host)));
  return matching.filter(({ host }) => rank(host) === longest).map(({ rule }) => rule);
}

function fullHost({ namespace, spec: { host = '' } }: DestinationRule): string {
  return host.includes('.') || host === '*' ? host : `${host}.${namespace}.svc.cluster.local`;
}

/** Any exact host is more specific than any with a star. */
function rank(host: string): number { return host.startsWith('*') ? host.length : Infinity; }

/** Those that select the client, with the selector of the oldest, else those without selector. */
function forClient(rules: readonly DestinationRule[], { labels }: Client): DestinationRule[] {
  const selecting = rules.filter(({ spec: { workloadSelector } }) => workloadSelector && selects(workloadSelector.matchLabels, labels));
  const [oldest] = selecting;
  if (!oldest) return rules.filter(({ spec }) => spec.workloadSelector === undefined);
  return haveAges(selecting) ? selecting.filter(({ spec }) => isDeepStrictEqual(spec.workloadSelector, oldest.spec.workloadSelector)) : selecting;
}

/** The oldest rule with a traffic policy gives it; every rule gives its subsets, of which it is not known which one a route takes. */
function merged(rules: readonly DestinationRule[], port: number): TlsSetting[] {
  const stating = rules.filter(({ spec }) => spec.trafficPolicy);
  const counting = (haveAges(rules) ? stating.slice(0, 1) : stating).map(rule => ({ tls: tlsAt(rule, port), rule }));
  const ofSubsets = rules.flatMap(rule => (rule.spec.subsets ?? []).map(({ trafficPolicy }) => ({ tls: trafficPolicy?.tls, rule })));
  return [...counting.length > 0 ? counting : [{}], ...ofSubsets.filter(({ tls }) => tls)];
}

function haveAges(rules: readonly DestinationRule[]): boolean { return rules.every(({ meta }) => meta.creationTimestamp !== undefined); }

/** What holds for a port replaces what holds for all. */
function tlsAt({ spec: { trafficPolicy } }: DestinationRule, port: number): ClientTls | undefined {
  const ofPort = trafficPolicy?.portLevelSettings?.find(setting => setting.port?.number === port);
  return ofPort ? ofPort.tls : trafficPolicy?.tls;
}
