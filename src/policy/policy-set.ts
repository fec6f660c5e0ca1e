import type { IConstruct } from 'constructs';
import { agreed } from './agreement';
import { passEnvoy } from './proxies/envoy';
import { passZtunnel } from './proxies/ztunnel';
import { clientNamespace, Connection, connectionOf } from './request/connection';
import { Mesh, MeshSettings, resolveMesh } from './request/mesh-settings';
import { AccessRequest, RequestDestination } from './request/request';
import { manifestsOf, meshSettingsOf } from './resources/construct-tree';
import { doubtAbout } from './resources/doubt';
import { Inventory } from './resources/inventory';
import { ManifestProblem } from './resources/manifest-problem';
import { takeManifests } from './resources/manifest-reader';
import { meshSettingsIn, stated } from './resources/mesh-config';
import { AuthorizationResponse } from './response';
import { Way } from './topology/hop';
import { Senders } from './topology/senders';
import { ServerNames } from './topology/server-names';
import { pastZtunnel } from './topology/uncaptured';
import { WayFinder } from './topology/way';
import { WaypointClients } from './topology/waypoint-clients';
import { Documents, readDocuments } from '../istio/documents';

/**
 * What a set of manifests means: who may reach what, decided as Istio, Envoy and ztunnel decide it.
 *
 * Reads any Istio YAML. Workloads, Services, namespaces and gateways are read from the same manifests.
 */
export class PolicySet {
  /**
   * Reads YAML documents.
   *
   * Settings that are not given are read from the MeshConfig in the manifests (a ConfigMap `istio`, an IstioOperator, or Helm's values for istiod),
   * else Istio's defaults hold.
   */
  static fromYaml(text: string, settings?: MeshSettings): PolicySet {
    return new PolicySet(readDocuments(text), settings);
  }

  /**
   * Takes Kubernetes objects.
   *
   * Settings that are not given are read from the MeshConfig in the manifests (a ConfigMap `istio`, an IstioOperator, or Helm's values for istiod),
   * else Istio's defaults hold.
   */
  static fromManifests(manifests: any[], settings?: MeshSettings): PolicySet {
    return new PolicySet(takeManifests(manifests), settings);
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
  private readonly mesh: Mesh;
  private readonly ways: WayFinder;
  private readonly senders: Senders;
  private readonly serverNames: ServerNames;
  /** Whether any policy asks for the server name of a connection. */
  private readonly asksServerNames: boolean;
  private readonly clients: WaypointClients;

  private constructor(manifests: Documents, settings: MeshSettings = {}) {
    this.inventory = new Inventory(manifests);
    this.mesh = resolveMesh({ ...meshSettingsIn(this.inventory), ...stated(settings) });
    this.ways = new WayFinder(this.inventory, this.mesh);
    this.senders = new Senders(this.inventory, this.mesh);
    this.serverNames = new ServerNames(this.inventory, this.mesh);
    this.asksServerNames = this.inventory.all('AuthorizationPolicy').some(({ spec }) => spec.rules?.some(({ when }) => when?.some(({ key }) => key === 'connection.sni')));
    this.clients = new WaypointClients(this.inventory, this.mesh);
  }

  /**
   * What could not be read as it was meant: documents, and fields of objects.
   *
   * Where such an object may count, a request that passes everything that could be read is UNDECIDED, never allowed.
   */
  get problems(): ManifestProblem[] {
    return [...this.inventory.problems];
  }

  /** How many objects there are of kinds that say nothing about access, by API version and kind, such as `v1 Secret`. */
  get ignoredKinds(): { [kind: string]: number } {
    return Object.fromEntries(this.inventory.ignored);
  }

  /**
   * Decides whether a request, or a connection, is let through by every proxy on its way.
   *
   * @throws where the request names what the manifests do not have, or contradicts itself
   */
  isAuthorized(request: AccessRequest): AuthorizationResponse {
    const { source, destination } = request;
    if (source?.workload !== undefined) return this.sentByWorkload(request);
    const connection = this.named(connectionOf(source, request.http, this.mesh), destination);
    const ways = this.ways.find(destination, () => this.clients.of(connection.principal));
    return agreed(ways.map(way => ({ if: way.if ?? '', response: this.respond(request, connection, way) })));
  }

  /** With the server name that the client's proxy gives, where it matters and the request does not say it. */
  private named(connection: Connection, destination: RequestDestination): Connection {
    if (connection.sni !== undefined || !this.asksServerNames) return connection;
    return { ...connection, sni: this.serverNames.of(connection.principal, destination) };
  }

  private sentByWorkload(request: AccessRequest): AuthorizationResponse {
    return agreed(this.senders.arriving(request, this.ways).map(({ request: sent, way, if: condition }) =>
      ({ if: condition, response: this.respond(sent, connectionOf(sent.source, sent.http, this.mesh), way) })));
  }

  private respond(request: AccessRequest, connection: Connection, found: Way): AuthorizationResponse {
    const past = pastZtunnel(found, connection, this.mesh);
    const way = { ...past, unknown: past.unknown ?? this.doubtAbout(past, request, connection.principal) };
    const evaluation = { request, connection, mesh: this.mesh };
    return AuthorizationResponse._of(way, way.hops.map(hop => hop.at === 'ztunnel' ? passZtunnel(hop, evaluation) : passEnvoy(hop, evaluation)));
  }

  private doubtAbout(way: Way, { destination, source }: AccessRequest, principal: string): string | undefined {
    if (this.inventory.doubts.length === 0) return undefined;
    const client = source?.workload?.split('/')[0] ?? clientNamespace(principal);
    const namespaces = [destination.namespace, client, ...way.hops.map(({ proxy }) => proxy.namespace)];
    return doubtAbout(this.inventory.doubts, namespaces, this.mesh.rootNamespace);
  }
}
