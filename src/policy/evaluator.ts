import { agreed } from './agreement';
import { IdentityClients } from './clients/identity-clients';
import { Sender, clientOf, sendersOf } from './clients/sender';
import { ServerNames } from './clients/server-names';
import { unaskedRoutes } from './clients/unasked-routes';
import { WaypointClients } from './clients/waypoint-clients';
import { Network, networkOf, Sent } from './network/network';
import { Passage } from './policy-world';
import { passHops } from './proxies/pass-hops';
import { Connection, connectionOf } from './request/connection';
import { Mesh } from './request/mesh-settings';
import { AccessRequest, RequestDestination } from './request/request';
import { authorizerNames, unaskedAnswers } from './resources/authorizer-names';
import { Inventory } from './resources/inventory';
import { AuthorizationResponse } from './response';
import { Way } from './way/hop';
import { meet, Met, Reached } from './way/met';
import { Senders } from './way/senders';
import { pastZtunnel } from './way/uncaptured';
import { WayFinder } from './way/way';
import { ControlPlanes } from './workloads/control-planes';
import { unknownAccount } from './workloads/service-account';

/** Decides requests by manifests as they were read: nothing that is in doubt is settled. */
export class Evaluator {
  private readonly planes: ControlPlanes;
  private readonly ways: WayFinder;
  private readonly senders: Senders;
  private readonly serverNames: ServerNames;
  /** Whether any policy asks for the server name of a connection. */
  private readonly asksServerNames: boolean;
  private readonly clients: WaypointClients;
  private readonly identities: IdentityClients;
  /** Undefined where no NetworkPolicy keeps anything out. */
  private readonly network?: Network;

  /** @param isOfMesh whether what the network keeps out is left out */
  constructor(private readonly inventory: Inventory, private readonly mesh: Mesh, isOfMesh: boolean) {
    this.planes = new ControlPlanes(inventory, mesh);
    this.ways = new WayFinder(inventory, mesh, this.planes);
    this.senders = new Senders(inventory, mesh, this.planes);
    this.asksServerNames = inventory.all('AuthorizationPolicy').some(({ spec }) => spec.rules?.some(({ when }) => when?.some(({ key }) => key === 'connection.sni')));
    this.clients = new WaypointClients(inventory, mesh);
    this.identities = new IdentityClients(inventory, mesh, this.clients, this.planes);
    this.network = isOfMesh ? undefined : networkOf(inventory, mesh, this.clients);
    this.serverNames = new ServerNames(mesh, this.identities, this.planes);
  }

  /** Whether a NetworkPolicy keeps anything out. */
  get hasNetwork(): boolean { return this.network !== undefined; }

  decide(request: AccessRequest): AuthorizationResponse {
    if (request.source?.workload !== undefined) return this.sentByWorkload(request);
    const passages = this.passages(request);
    if (passages.length === 1) return this.respond(request, passages[0]);
    return agreed(passages.map(passage => ({ if: passage.way.if ?? '', response: this.respond(request, passage) })));
  }

  /** Whether the network lets a request pass for certain, on every way that it may take; what proxies say of it is not asked. */
  passesNetwork(request: AccessRequest): boolean {
    const all = request.source?.workload === undefined ? this.sentByIdentity(request) : this.senders.arriving(request, this.ways)
      .map(({ request: sent, way, sender }): Sent => ({ request: sent, connection: connectionOf(sent.source, sent.http, this.mesh), way, sender }));
    return all.length > 0 && all.every(sent => this.letsPass({ ...sent, way: pastZtunnel(sent.way, sent.connection, this.mesh) }));
  }

  /** The ways of a request of a client that is known by its identity, with what the proxies on each do. */
  passages(request: AccessRequest): Passage[] {
    return this.sentByIdentity(request).map(({ connection, way }) => this.pass(request, connection, way));
  }

  /** What a request meets. */
  met(request: AccessRequest): Met {
    const { principal, sni } = connectionOf(request.source, request.http, this.mesh);
    const asking = { principal, isNamed: this.asksServerNames && sni === undefined };
    return meet(this.inventory, this.mesh, request, asking, this.reached(request, principal));
  }

  /** With the server name that the client's proxy gives, where it matters and the request does not say it. */
  private named(connection: Connection, destination: RequestDestination): Connection {
    if (connection.sni !== undefined || !this.asksServerNames) return connection;
    return { ...connection, sni: this.serverNames.of(connection.principal, destination) };
  }

  private sentByIdentity(request: AccessRequest): Sent[] {
    const { source, destination, http } = request;
    const connection = this.named(connectionOf(source, http, this.mesh), destination);
    return this.ways.find(destination, () => this.clients.of(connection.principal)).map(way => ({ request, connection, way }));
  }

  private letsPass(sent: Sent): boolean {
    const { broken, unknown } = sent.way;
    return broken === undefined && unknown === undefined && (this.network?.judge(sent) ?? []).every(({ passes }) => passes === true);
  }

  private sentByWorkload(request: AccessRequest): AuthorizationResponse {
    return agreed(this.senders.arriving(request, this.ways).map(({ request: sent, way, if: condition, sender }) =>
      ({ if: condition, response: this.respond(sent, this.pass(sent, connectionOf(sent.source, sent.http, this.mesh), way), sender) })));
  }

  /** A proxy that is asked about by itself gets whatever is asked. */
  private respond(request: AccessRequest, { way, verdicts, connection }: Passage, sender?: Sender): AuthorizationResponse {
    const isOfNetwork = request.destination.proxy === undefined && way.broken === undefined;
    const legs = isOfNetwork ? this.network?.judge({ request, connection, way, sender }) : undefined;
    return AuthorizationResponse._of({ way, legs, verdicts, onClient: () => this.notesOn(request) });
  }

  private pass(request: AccessRequest, connection: Connection, found: Way): Passage {
    const way = request.destination.proxy === undefined ? pastZtunnel(found, connection, this.mesh) : found;
    return { way, connection, verdicts: passHops(way.hops, { request, connection, mesh: this.mesh }) };
  }

  /** Names in a request that may be misspelt, and what it leaves open of its client. */
  private notesOn({ source, destination, http, authorizerAnswers = [] }: AccessRequest): string[] {
    const { workload, serviceAccount } = source ?? {};
    const isStated = serviceAccount !== undefined && workload === undefined;
    const unknown = isStated ? unknownAccount(this.inventory, serviceAccount) : undefined;
    const { principal } = connectionOf(source, http, this.mesh);
    const routes = workload === undefined ? unaskedRoutes(this.planes, this.mesh, this.identities.of(principal), destination) : [];
    const unasked = authorizerAnswers.length > 0 ? unaskedAnswers(authorizerAnswers, this.inventory.once(authorizerNames)) : [];
    return [...unknown === undefined ? [] : [unknown], ...routes, ...unasked];
  }

  /** What is named, and where routes of the client send the request, whether or not anything arrives. */
  private reached(request: AccessRequest, principal: string): Reached[] {
    const { source, destination } = request;
    if (source?.workload === undefined) return this.ways.find(destination, () => this.clients.of(principal)).map(way => ({ destination, way }));
    const clients = sendersOf(this.inventory, this.mesh, source).map(sender => clientOf(this.inventory, this.mesh, sender));
    const destinations = [destination, ...this.senders.arriving(request, this.ways).map(arriving => arriving.request.destination)];
    return destinations.flatMap(one => this.ways.find(one, () => clients).map(way => ({ destination: one, way })));
  }
}
