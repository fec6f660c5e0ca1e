import { addressed } from './addressed';
import { Client } from './client';
import { proxyOfClient } from './client-proxy';
import { clusterTls } from './client-tls';
import { hostRules } from './destination-rule';
import { WaypointClients } from './waypoint-clients';
import { Workload } from './workload';
import { kept } from '../../util/kept';
import { clientNamespace } from '../request/connection';
import { Mesh } from '../request/mesh-settings';
import { ProxyKind, RequestDestination } from '../request/request';
import { Inventory } from '../resources/inventory';

/** What a client is, as far as it tells which server it names. */
interface NamingClient extends Client {
  readonly proxy?: ProxyKind;
}

/** Finds out which server clients name that are known by their identity only, and keeps what it found. */
export class ServerNames {
  private readonly known = new Map<string, { readonly name?: string }>();

  constructor(private readonly inventory: Inventory, private readonly mesh: Mesh, private readonly clients: WaypointClients) {}

  /** The server name in the handshake of a client; undefined where it is not known. */
  of(principal: string, destination: RequestDestination): string | undefined {
    if (destination.gateway !== undefined || destination.proxy !== undefined) return '';
    return kept(this.known, `${principal} ${JSON.stringify(destination)}`, () => ({ name: this.find(principal, destination) })).name;
  }

  private find(principal: string, destination: RequestDestination): string | undefined {
    const [first, ...others] = this.clientsOf(principal).map(client => nameBy(this.inventory, this.mesh, client, destination));
    return others.every(name => name === first) ? first : undefined;
  }

  /** What runs as an identity, else what its namespace tells. */
  private clientsOf(principal: string): NamingClient[] {
    const running = this.clients.runningAs(principal);
    if (running.length > 0) return running.map(workload => ofWorkload(this.inventory, this.mesh, workload));
    const namespace = clientNamespace(principal);
    const isOfMesh = this.mesh.trustDomains.some(domain => principal.startsWith(`spiffe://${domain}/`));
    return isOfMesh && namespace !== undefined ? [{ proxy: this.clients.proxyIn(namespace), namespace, labels: {} }] : [];
  }
}

function ofWorkload(inventory: Inventory, mesh: Mesh, workload: Workload): NamingClient {
  const { kind, labels } = proxyOfClient(inventory, mesh, workload);
  return { proxy: kind, namespace: workload.namespace, labels };
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
