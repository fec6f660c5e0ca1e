import { EnvoyClient } from './client';
import { ClientTls, clusterTls, endpointMode, goesAsCalled, prefaceOf } from './client-tls';
import { DestinationRule, hostRules } from './destination-rule';
import { Mesh } from '../request/mesh-settings';
import { ProxyKind } from '../request/request';
import { Inventory } from '../resources/inventory';
import { Endpoint, endpointsOf } from '../services/endpoint';
import { KnownService } from '../services/known-service';
import { selects } from '../workloads/attachment';

/** How a proxy finds the addresses of a cluster: it is told them, takes what was called, or asks DNS. */
export type ClusterType = 'EDS' | 'ORIGINAL_DST' | 'STRICT_DNS';

/** What DestinationRules say of a cluster; several where manifests do not tell which is the oldest. */
export interface ClusterSetting {
  readonly rule?: DestinationRule;
  /** Undefined where it is left to Istio. */
  readonly tls?: ClientTls;
  /** The mode by which endpoints are marked. */
  readonly endpointMode?: string;
  /** What comes before the connection itself; undefined for nothing. */
  readonly preface?: string;
  /** Whether it has clients connect to the address that they ask for. */
  readonly goesAsCalled: boolean;
}

/** A host, a port, and what is picked of what is behind them. */
export interface AskedCluster {
  readonly known: KnownService;
  readonly port: number;
  readonly subset?: string;
}

/** What a proxy of a client has for them. */
export interface Cluster extends AskedCluster {
  readonly type: ClusterType;
  readonly endpoints: readonly Endpoint[];
  readonly settings: readonly ClusterSetting[];
}

/** The cluster of a client; undefined where there is none for the port or the subset. */
export function clusterOf(inventory: Inventory, mesh: Mesh, client: EnvoyClient, asked: AskedCluster): Cluster | undefined {
  const { known, port, subset } = asked;
  if (!known.ports.includes(port)) return undefined;
  // rules for another name count for nothing: those of the host that it stands for do
  const rules = known.service?.spec.type === 'ExternalName' ? [{ subsets: [] }] : hostRules(inventory, mesh, client, known);
  const labels = subset === undefined ? {} : rules[0].subsets.find(({ name }) => name === subset)?.labels;
  const isNamed = subset === undefined || rules[0].subsets.some(({ name }) => name === subset);
  const type = goesAsCalled(rules[0], port, subset) ? 'ORIGINAL_DST' : clusterType(known, client);
  const all = type === 'EDS' && known.resolution === 'NONE' ? [] : endpointsOf(inventory, mesh, known, port);
  const endpoints = all.filter(endpoint => selects(labels, endpoint.labels));
  if (!isNamed || subset !== undefined && type === 'STRICT_DNS' && endpoints.length === 0) return undefined;
  const settings = rules.map((of): ClusterSetting => ({
    rule: of.rule,
    tls: clusterTls(of, port, subset),
    endpointMode: endpointMode(of, port, subset),
    preface: prefaceOf(of, subset),
    goesAsCalled: goesAsCalled(of, port, subset),
  }));
  return { ...asked, type, endpoints, settings };
}

/** Gateways are told the addresses behind a Service without cluster address; other proxies take the one that was called. */
function clusterType({ resolution }: KnownService, { kind }: EnvoyClient): ClusterType {
  if (resolution === 'DNS') return 'STRICT_DNS';
  const isAsCalled = resolution === 'HEADLESS' || resolution === 'NONE';
  return isAsCalled && kind !== ProxyKind.GATEWAY ? 'ORIGINAL_DST' : 'EDS';
}
