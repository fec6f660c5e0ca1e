import { bitsOf, endOfWorkload } from './leg';
import { NetworkEnd } from './network-end';
import { Sender } from '../clients/sender';
import { WaypointClients } from '../clients/waypoint-clients';
import { identityOf, namespaceInMesh } from '../request/connection';
import { Mesh } from '../request/mesh-settings';
import { RequestSource } from '../request/request';
import { Inventory } from '../resources/inventory';
import { ofFamily } from '../workloads/ip-family';
import { Workload } from '../workloads/workload';
import { proxyOfWorkload } from '../workloads/workload-proxy';

/** Who may send a request, as the network knows it: one end for each workload that it may be. */
export interface NetworkClient {
  readonly ends: readonly NetworkEnd[];
  /** Whether it connects by tunnels where it can; both where that is not known. */
  readonly mayTunnel: readonly boolean[];
  /** The workloads that it is known to be. */
  readonly workloads: readonly Workload[];
}

/** What a workload of the manifests is. */
export function clientOfSender({ workload, labels }: Sender, ip: string | undefined): NetworkClient {
  return { ends: [{ ...endOfWorkload(workload, labels), ip: bitsOf(ip) }], mayTunnel: [false], workloads: [workload] };
}

/**
 * What a client is that is known by its identity, whether or not it shows that: the workloads that run as it, else some pod of its namespace. What another mesh
 * knows is in another cluster, or comes by a gateway of this one; and whoever has no identity may be anybody.
 */
export function clientOfIdentity(inventory: Inventory, mesh: Mesh, clients: WaypointClients, { ip, ...source }: RequestSource): NetworkClient {
  const principal = identityOf(source, mesh);
  const running = clients.runningAs(principal);
  const mayTunnel = [...new Set(clients.of(principal).map(({ passage }) => passage === 'ambient'))];
  if (running.length > 0) {
    const addressOf = ({ ips }: Workload) => bitsOf(ip ?? ofFamily(ips, undefined));
    const ends = running.map(workload => ({ ...endOfWorkload(workload, labelsOf(inventory, mesh, workload)), ip: addressOf(workload) }));
    return { ends, mayTunnel, workloads: running };
  }
  const namespace = namespaceInMesh(principal, mesh);
  const known = namespace === undefined ? { title: 'the client', isPod: undefined } : { title: `the client in '${namespace}'`, isPod: true, namespace };
  return { ends: [{ ...known, ip: bitsOf(ip) }], mayTunnel, workloads: [] };
}

function labelsOf(inventory: Inventory, mesh: Mesh, workload: Workload): Workload['labels'] {
  return workload.kind === 'Gateway' ? workload.labels : proxyOfWorkload(inventory, mesh, workload).labels;
}
