import type { IConstruct } from 'constructs';
import { manifestsOf, meshSettingsOf } from './construct-tree';
import { passEnvoy } from './envoy';
import { connectionOf } from './filter-chain';
import { Inventory } from './inventory';
import { readManifests } from './manifest-reader';
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
  /** Reads YAML documents. */
  static fromYaml(text: string, settings?: MeshSettings): PolicySet {
    return new PolicySet(readManifests(text), resolveMesh(settings));
  }

  /** Takes Kubernetes objects. */
  static fromManifests(manifests: any[], settings?: MeshSettings): PolicySet {
    return new PolicySet(manifests, resolveMesh(settings));
  }

  /**
   * Takes what an app or a chart renders, validated as `synth` does it.
   *
   * @param app an App, or one Chart of it; the mesh settings come from the ZeroTrustMesh of the whole app
   * @param settings in place of what the ZeroTrustMesh says, setting by setting
   * @throws where the app has mistakes, as `synth` does
   */
  static fromApp(app: IConstruct, settings: MeshSettings = {}): PolicySet {
    return PolicySet.fromManifests(manifestsOf(app), { ...meshSettingsOf(app), ...settings });
  }

  private readonly inventory: Inventory;
  private readonly ways: WayFinder;

  private constructor(manifests: readonly unknown[], private readonly mesh: Mesh) {
    this.inventory = new Inventory(manifests);
    this.ways = new WayFinder(this.inventory, mesh);
  }

  /** Decides whether a request, or a connection, is let through by every proxy on its way. */
  isAuthorized(request: AccessRequest): AuthorizationResponse {
    const connection = connectionOf(request.source, request.http);
    const way = this.ways.find(request.destination, bypassesWaypoints(this.inventory, connection.principal));
    const evaluation = { request, connection, mesh: this.mesh };
    return AuthorizationResponse._of(way, way.hops.map(hop => hop.at === 'ztunnel' ? passZtunnel(hop, evaluation) : passEnvoy(hop, evaluation)));
  }
}
