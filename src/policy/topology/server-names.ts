import { addressed } from './addressed';
import { clusterTls } from './client-tls';
import { hostRules } from './destination-rule';
import { workloadsRunningAs } from './gateway-pods';
import { hasInjection } from './topology';
import { Workload } from './workload';
import { proxyOfWorkload } from './workload-proxy';
import { accountOf } from '../request/connection';
import { Mesh } from '../request/mesh-settings';
import { ProxyKind, RequestDestination } from '../request/request';
import { Inventory, Labels } from '../resources/inventory';

/** What a client is, as far as it tells which server it names. */
interface NamingClient {
  readonly proxy?: ProxyKind;
  readonly namespace: string;
  readonly labels: Labels;
}

/** Finds out which server clients name that are known by their identity only, and keeps what it found. */
export class ServerNames {
  private readonly known = new Map<string, { readonly name?: string }>();

  constructor(private readonly inventory: Inventory, private readonly mesh: Mesh) {}

  /** The server name in the handshake of a client; undefined where it is not known. */
  of(principal: string, destination: RequestDestination): string | undefined {
    if (destination.gateway !== undefined || destination.proxy !== undefined) return '';
    const key = `${principal} ${JSON.stringify(destination)}`;
    const found = this.known.get(key) ?? { name: this.find(principal, destination) };
    this.known.set(key, found);
    return found.name;
  }

  private find(principal: string, destination: RequestDestination): string | undefined {
    const [first, ...others] = clientsOf(this.inventory, this.mesh, principal).map(client => nameBy(this.inventory, this.mesh, client, destination));
    return others.every(name => name === first) ? first : undefined;
  }
}

function clientsOf(inventory: Inventory, mesh: Mesh, principal: string): NamingClient[] {
  const account = mesh.trustDomains.some(domain => principal.startsWith(`spiffe://${domain}/`)) ? accountOf(principal) : undefined;
  if (!account) return [];
  const { namespace, name } = account;
  const running = workloadsRunningAs(inventory, namespace, name);
  if (running.length > 0) return running.map(({ workload, role }) => ofWorkload(inventory, mesh, workload, role !== undefined));
  const labels = inventory.namespaceLabels(namespace) ?? {};
  const proxy = hasInjection(labels) ? ProxyKind.SIDECAR : labels['istio.io/dataplane-mode'] === 'ambient' ? ProxyKind.ZTUNNEL : undefined;
  return [{ proxy, namespace, labels: {} }];
}

function ofWorkload(inventory: Inventory, mesh: Mesh, workload: Workload, isGateway: boolean): NamingClient {
  const { kind, labels } = proxyOfWorkload(inventory, mesh, workload);
  return { proxy: isGateway ? ProxyKind.GATEWAY : kind, namespace: workload.namespace, labels };
}

/** ztunnel names none. A proxy that is Envoy names the Service, unless a DestinationRule says otherwise; what it names for a pod's own address is not known. */
function nameBy(inventory: Inventory, mesh: Mesh, { proxy, namespace, labels }: NamingClient, destination: RequestDestination): string | undefined {
  if (proxy === ProxyKind.ZTUNNEL) return '';
  const { known, port } = addressed(inventory, mesh, destination, namespace);
  if (proxy === undefined || !known) return undefined;
  const names = hostRules(inventory, mesh, { namespace, labels }, known).map(rules => {
    const tls = clusterTls(rules, port);
    return tls?.mode === 'ISTIO_MUTUAL' && tls.sni ? tls.sni : `outbound_.${port}_._.${known.name}`;
  });
  return names.every(name => name === names[0]) ? names[0] : undefined;
}
