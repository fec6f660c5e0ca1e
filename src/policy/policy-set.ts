import { passEnvoy } from './envoy';
import { connectionOf } from './filter-chain';
import { Inventory } from './inventory';
import { readManifests } from './manifest-reader';
import { meshSettingsIn, stated } from './mesh-config';
import { Mesh, MeshSettings, resolveMesh } from './mesh-settings';
import { AccessRequest } from './request';
import { AuthorizationResponse } from './response';
import { bypassesWaypoints } from './topology';
import { WayFinder } from './way';
import { passZtunnel } from './ztunnel';

/**
 * What a set of manifests means: who may reach what, decided as Istio, Envoy and ztunnel decide it.
 *
 * Reads any Istio YAML. Workloads, Services, namespaces and gateways are read from the same manifests.
 */
export class PolicySet {
  /**
   * Reads YAML documents.
   *
   * Settings that are not given are read from the ConfigMap `istio` of the manifests, else Istio's defaults hold.
   */
  static fromYaml(text: string, settings?: MeshSettings): PolicySet {
    return new PolicySet(readManifests(text), settings);
  }

  /**
   * Takes Kubernetes objects.
   *
   * Settings that are not given are read from the ConfigMap `istio` of the manifests, else Istio's defaults hold.
   */
  static fromManifests(manifests: any[], settings?: MeshSettings): PolicySet {
    return new PolicySet(manifests, settings);
  }

  private readonly inventory: Inventory;
  private readonly mesh: Mesh;
  private readonly ways: WayFinder;

  private constructor(manifests: readonly unknown[], settings: MeshSettings = {}) {
    this.inventory = new Inventory(manifests);
    this.mesh = resolveMesh({ ...meshSettingsIn(this.inventory), ...stated(settings) });
    this.ways = new WayFinder(this.inventory, this.mesh);
  }

  /** Decides whether a request, or a connection, is let through by every proxy on its way. */
  isAuthorized(request: AccessRequest): AuthorizationResponse {
    const connection = connectionOf(request.source, request.http, this.mesh);
    const way = this.ways.find(request.destination, bypassesWaypoints(this.inventory, connection.principal));
    const evaluation = { request, connection, mesh: this.mesh };
    return AuthorizationResponse._of(way, way.hops.map(hop => hop.at === 'ztunnel' ? passZtunnel(hop, evaluation) : passEnvoy(hop, evaluation)));
  }
}
