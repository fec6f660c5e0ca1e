import { clusterTls } from './client-tls';
import { hostRules } from './destination-rule';
import { IdentityClient, IdentityClients } from './identity-clients';
import { kept } from '../../util/kept';
import { Mesh } from '../request/mesh-settings';
import { ProxyKind, RequestDestination } from '../request/request';
import { Inventory } from '../resources/inventory';
import { addressed } from '../services/addressed';
import { ControlPlanes } from '../workloads/control-planes';

/** Finds out which server clients name that are known by their identity only, and keeps what it found. */
export class ServerNames {
  private readonly known = new Map<string, { readonly name?: string }>();

  constructor(private readonly mesh: Mesh, private readonly clients: IdentityClients, private readonly planes: ControlPlanes) {}

  /** The server name in the handshake of a client; undefined where it is not known. */
  of(principal: string, destination: RequestDestination): string | undefined {
    if (destination.gateway !== undefined || destination.proxy !== undefined) return '';
    return kept(this.known, `${principal} ${JSON.stringify(destination)}`, () => ({ name: this.find(principal, destination) })).name;
  }

  private find(principal: string, destination: RequestDestination): string | undefined {
    const [first, ...others] = this.clients.of(principal).map(client => this.nameBy(client, destination));
    return others.every(name => name === first) ? first : undefined;
  }

  private nameBy(client: IdentityClient, destination: RequestDestination): string | undefined {
    const { proxy: kind, namespace, revision } = client;
    const isUnknown = kind !== undefined && kind !== ProxyKind.ZTUNNEL && this.planes.whyUnknown({ kind, namespace, name: '', revision }) !== undefined;
    return isUnknown ? undefined : nameBy(this.planes.readBy(revision), this.mesh, client, destination);
  }
}

/** ztunnel names none. A proxy that is Envoy names the Service, unless a DestinationRule says otherwise; what it names for a pod's own address is not known. */
function nameBy(inventory: Inventory, mesh: Mesh, { proxy, namespace, labels }: IdentityClient, destination: RequestDestination): string | undefined {
  if (proxy === ProxyKind.ZTUNNEL) return '';
  const { known, port } = addressed(inventory, mesh, destination, namespace);
  if (proxy === undefined || !known) return undefined;
  const names = hostRules(inventory, mesh, { namespace, labels }, known).map(rules => {
    const tls = clusterTls(rules, port);
    return tls?.mode === 'ISTIO_MUTUAL' && tls.sni ? tls.sni : `outbound_.${port}_._.${known.name}`;
  });
  return names.every(name => name === names[0]) ? names[0] : undefined;
}
