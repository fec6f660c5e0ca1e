import { EnvoyClient } from './client';
import { ClientTls, isVoid, modeOfTls } from './client-tls';
import { Cluster, ClusterSetting } from './cluster';
import { DestinationRule } from './destination-rule';
import { MutualTlsMode } from '../../istio/peer-authentication';
import { Mesh } from '../request/mesh-settings';
import { ProxyKind } from '../request/request';
import { Inventory } from '../resources/inventory';
import { Endpoint } from '../services/endpoint';
import { namespaceModes, sidecarMode } from '../workloads/mutual-tls';

/** TLS of a connection: none, Istio's, without a certificate of the client, or with one of its own. */
export type SentTls = 'none' | 'istio' | 'simple' | 'mutual';

/** What a proxy sends to an endpoint. */
export interface SentTransport {
  /** Whether it goes through a tunnel of HBONE, which shows the identity of the client. */
  readonly tunnel: boolean;
  /** Inside the tunnel, if there is one. */
  readonly tls: SentTls;
  /** The setting that says so, where a rule does. */
  readonly by?: { readonly rule: DestinationRule; readonly tls: ClientTls };
}

/** What a client sends to an endpoint of a cluster, or to whatever is called; several where manifests do not tell which policy or rule is the oldest. */
export function sentTransports(inventory: Inventory, mesh: Mesh, client: EnvoyClient, cluster: Cluster, endpoint?: Endpoint): SentTransport[] {
  const called = cluster.type === 'ORIGINAL_DST' ? undefined : endpoint;
  return cluster.settings.flatMap(setting => {
    const { rule, tls } = setting;
    const by = rule && tls && { rule, tls };
    if (called && usesTunnel(mesh, client.kind, called)) return [{ tunnel: true, tls: ownTls(setting, client), by }];
    if (by) return [{ tunnel: false, tls: ruledTls(setting, client), by }];
    return client.kind === ProxyKind.WAYPOINT ? [PLAINTEXT] : automatic(inventory, mesh, cluster, setting, called);
  });
}

const PLAINTEXT: SentTransport = { tunnel: false, tls: 'none' };
const MUTUAL: SentTransport = { tunnel: false, tls: 'istio' };

/** Mutual TLS goes before a tunnel, but for waypoints, which never use it. */
export function usesTunnel(mesh: Mesh, kind: ProxyKind, { takesHbone, takesMutualTls }: Endpoint): boolean {
  return takesHbone && (!takesMutualTls || kind === ProxyKind.WAYPOINT || mesh.flag('PILOT_PREFER_SENDING_HBONE'));
}

const BY_MODE: Readonly<Record<string, SentTls>> = { DISABLE: 'none', ISTIO_MUTUAL: 'istio', SIMPLE: 'simple', MUTUAL: 'mutual' };

function ruledTls({ rule, tls }: ClusterSetting, { kind }: EnvoyClient): SentTls {
  if (!tls || isVoid(tls, rule, kind !== ProxyKind.SIDECAR)) return 'none';
  const sent = BY_MODE[modeOfTls(tls)];
  return sent === 'istio' && kind === ProxyKind.WAYPOINT ? 'none' : sent;
}

/** A tunnel takes the place of Istio's mutual TLS, not of other TLS. */
function ownTls(setting: ClusterSetting, client: EnvoyClient): SentTls {
  const sent = ruledTls(setting, client);
  return sent === 'istio' ? 'none' : sent;
}

/** Mutual TLS by itself, wherever the server takes it. */
function automatic(inventory: Inventory, mesh: Mesh, cluster: Cluster, { endpointMode }: ClusterSetting, called?: Endpoint): SentTransport[] {
  const { known, endpoints, type } = cluster;
  const isAsCalled = type === 'ORIGINAL_DST' || known.resolution === 'HEADLESS' || known.resolution === 'NONE';
  const isMixed = isAsCalled && (endpoints.length === 0 || endpoints.some(({ takesMutualTls }) => !takesMutualTls));
  if (known.isExternal || !mesh.autoMutualTls || isMixed) return [PLAINTEXT];
  const modes = namespaceModes(inventory, mesh, known.namespace);
  if (modes.every(mode => mode === MutualTlsMode.DISABLE)) return [PLAINTEXT];
  const marked = type === 'ORIGINAL_DST' ? [true] : called ? isMarked(inventory, mesh, called, endpointMode) : [false];
  const sent = marked.map(takes => takes ? MUTUAL : PLAINTEXT);
  return [...new Set(modes.includes(MutualTlsMode.DISABLE) ? [PLAINTEXT, ...sent] : sent)];
}

/** Whether an endpoint is marked as one for mutual TLS: both where manifests do not tell. */
export function isMarked(inventory: Inventory, mesh: Mesh, endpoint: Endpoint, mode: string | undefined): boolean[] {
  const { namespace, labels, port, takesMutualTls } = endpoint;
  if (!takesMutualTls) return [false];
  if (mode !== undefined) return [mode === 'ISTIO_MUTUAL'];
  return sidecarMode(inventory, mesh, namespace, labels, port ?? 0).modes.map(one => one !== MutualTlsMode.DISABLE);
}
