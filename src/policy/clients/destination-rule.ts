import { isDeepStrictEqual } from 'util';
import { Client } from './client';
import { Mesh } from '../request/mesh-settings';
import { Inventory } from '../resources/inventory';
import { SpecOf } from '../resources/kinds';
import { haveAges, Resource } from '../resources/policy';
import { ruleOfBackendTls } from '../services/backend-tls';
import { exportsTo } from '../services/visibility';
import { selects } from '../workloads/attachment';
import { fullHost, Host, isWithin } from '../workloads/host-name';

/** A DestinationRule, or what istiod makes one of. */
export interface DestinationRule extends Resource<SpecOf<'DestinationRule'>> {
  /** `BackendTLSPolicy shop/api`; undefined for one that is written. */
  readonly madeOf?: string;
}

export type TrafficPolicy = NonNullable<SpecOf<'DestinationRule'>['trafficPolicy']>;
export type Subset = NonNullable<SpecOf<'DestinationRule'>['subsets']>[number];

/** What DestinationRules say of a host, all of them merged. */
export interface HostRules {
  /** The rule that gives the traffic policy, or the first where none does; undefined without rules. */
  readonly rule?: DestinationRule;
  readonly subsets: readonly Subset[];
}

/**
 * The DestinationRules that count for a client and a host: several readings where manifests do not tell which rule is the oldest. Rules are looked for
 * in the namespace of the client, of the Service, then in the root namespace, and only in the first that has any for the host.
 */
export function hostRules(inventory: Inventory, mesh: Mesh, client: Client, host: Host): HostRules[] {
  const own = client.namespace === mesh.rootNamespace ? [] : [client.namespace];
  for (const namespace of new Set([...own, host.namespace, mesh.rootNamespace])) {
    const all: readonly DestinationRule[] = [...ruleOfBackendTls(inventory, namespace, host), ...inventory.of('DestinationRule', namespace)];
    const known = all.filter(rule => isFor(rule, client.namespace, mesh));
    const rules = mostSpecific(known, host.name);
    if (rules.length > 0) return merged(forClient(rules, client));
  }
  return [{ subsets: [] }];
}

/** A rule for some workloads holds in its own namespace only. */
function isFor({ namespace, spec: { exportTo, workloadSelector } }: DestinationRule, client: string, { outbound }: Mesh): boolean {
  return workloadSelector ? namespace === client : exportsTo(exportTo, outbound.destinationRuleExportTo, namespace, client);
}

/** The rules of the longest host that stands for a name; a host without dots is one of the rule's own namespace. */
function mostSpecific(rules: readonly DestinationRule[], name: string): DestinationRule[] {
  const matching = rules.map(rule => ({ rule, host: fullHost(rule.spec.host, rule.namespace) })).filter(({ host }) => isWithin(name, host));
  const longest = Math.max(...matching.map(({ host }) => rank(host)));
  return matching.filter(({ host }) => rank(host) === longest).map(({ rule }) => rule);
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

/** The oldest rule with a traffic policy gives it; every rule gives its subsets, the first of a name counts. */
function merged(rules: readonly DestinationRule[]): HostRules[] {
  const subsets = rules.flatMap(({ spec }) => spec.subsets ?? []);
  const stating = rules.filter(({ spec }) => spec.trafficPolicy);
  if (stating.length === 0) return [{ rule: rules[0], subsets }];
  return (haveAges(rules) ? stating.slice(0, 1) : stating).map(rule => ({ rule, subsets }));
}
