import { Client } from './client';
import { proxyOfClient } from './client-proxy';
import { WaypointClients } from './waypoint-clients';
import { namespaceInMesh } from '../request/connection';
import { Mesh } from '../request/mesh-settings';
import { ProxyKind } from '../request/request';
import { Inventory } from '../resources/inventory';
import { ControlPlanes } from '../workloads/control-planes';
import { Workload } from '../workloads/workload';

/** A client that is known by its identity only, as far as it tells what its proxy sends. */
export interface IdentityClient extends Client {
  readonly proxy?: ProxyKind;
  /** Undefined where it is not known which control plane serves it. */
  readonly revision?: string;
}

/** Finds out what may send with an identity. */
export class IdentityClients {
  constructor(
    private readonly inventory: Inventory,
    private readonly mesh: Mesh,
    private readonly clients: WaypointClients,
    private readonly planes: ControlPlanes,
  ) {}

  /** What runs as an identity, else what its namespace tells. */
  of(principal: string): IdentityClient[] {
    const running = this.clients.runningAs(principal);
    if (running.length > 0) return running.map(workload => this.asClient(workload));
    const namespace = namespaceInMesh(principal, this.mesh);
    if (namespace === undefined) return [];
    return [{ proxy: this.clients.proxyIn(namespace), namespace, labels: {}, revision: this.planes.ownerOf({ namespace }) }];
  }

  private asClient(workload: Workload): IdentityClient {
    const { kind, labels, revision = this.planes.ownerOf(workload) } = proxyOfClient(this.inventory, this.mesh, workload);
    return { proxy: kind, namespace: workload.namespace, labels, revision };
  }
}
