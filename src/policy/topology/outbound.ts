import { Addressed, addressed } from './addressed';
import { Cluster, clusterOf, EnvoyClient } from './cluster';
import { delivered, Delivery } from './delivery';
import { Way } from './hop';
import { isVisible } from './known-service';
import { capturesOutbound } from './outbound-capture';
import { envoyClient, Sender } from './sender';
import { sentTransports } from './sent-transport';
import { SidecarScope } from './sidecar-scope';
import { Mesh } from '../request/mesh-settings';
import { ProxyKind, RequestDestination, Transport } from '../request/request';
import { Inventory } from '../resources/inventory';
import { fullName } from '../resources/policy';

/** What a sender dials, and what of the manifests its proxy goes by. */
export interface Dialling {
  readonly sender: Sender;
  readonly destination: RequestDestination;
  readonly scope: SidecarScope;
  /** What a route picks of the cluster. */
  readonly subset?: string;
}

const PLAINTEXT = { transport: Transport.PLAINTEXT };

/** What may arrive of a sender by a way; several where manifests do not tell which, none where it cannot take the way. */
export function outbound(inventory: Inventory, mesh: Mesh, dialling: Dialling, way: Way): Delivery[] {
  const { sender, destination } = dialling;
  if (sender.proxy === undefined) return [{ source: PLAINTEXT, notes: [] }];
  const client = envoyClient(sender);
  if (!client) return [ofZtunnel(way)];
  const called = addressed(inventory, mesh, destination, client.namespace);
  return client.kind === ProxyKind.SIDECAR ? ofSidecar(inventory, mesh, dialling, called, client, way) : byCluster(inventory, mesh, dialling, called, client, way);
}

/** ztunnel sends plaintext to whatever is known not to accept HBONE. */
function ofZtunnel({ hops, to, tunnel }: Way): Delivery {
  if (hops[0]?.at === 'gateway') return { source: PLAINTEXT, notes: [`ztunnel gives '${fullName(hops[0].proxy)}' what the client sends, in plaintext or out of a tunnel: without identity`] };
  const source = { transport: Transport.MUTUAL_TLS, sni: '' };
  if (tunnel?.hbone !== false || hops[0]?.at === 'waypoint') return { source, notes: hops.length === 1 && tunnel?.note !== undefined ? [tunnel.note] : [] };
  return { source: PLAINTEXT, notes: [`'${to}' does not accept HBONE: ztunnel sends plaintext, without identity`] };
}

/** A sidecar gets what its annotations let it get, and passes on what it does not know. */
function ofSidecar(inventory: Inventory, mesh: Mesh, dialling: Dialling, called: Addressed, client: EnvoyClient, way: Way): Delivery[] {
  const { sender: { workload }, scope } = dialling;
  const name = `'${fullName(workload)}'`;
  const captures = capturesOutbound(mesh, workload.annotations, called.port, called.ips);
  const past: Delivery = { source: PLAINTEXT, notes: [`the sidecar of ${name} does not get what is sent to ${called.name}, by its annotations: plaintext, without identity`] };
  if (captures === false) return [past];
  const found = withKnown(inventory, mesh, dialling, called, client, way, scope);
  return captures === true ? found : [past, ...found];
}

function withKnown(inventory: Inventory, mesh: Mesh, dialling: Dialling, called: Addressed, client: EnvoyClient, way: Way, scope: SidecarScope): Delivery[] {
  const { known, port, name } = called;
  const sender = `'${fullName(dialling.sender.workload)}'`;
  if (known && isVisible(known, mesh, client.namespace) && scope.knows(known, port)) return byCluster(inventory, mesh, dialling, called, client, way);
  const why = !known ? `passes on what is sent to a pod's own address` : !isVisible(known, mesh, client.namespace)
    ? `does not know ${name}, which is not exported to its namespace` : `does not know ${name}, by Sidecar ${scope.by}`;
  if (scope.registryOnly) return [{ source: PLAINTEXT, notes: [], broken: `nothing arrives: the sidecar of ${sender} ${known ? why : "does not know a pod's own address"}, and blocks it` }];
  const remedy = known ? ', and passes it on: plaintext, without identity' : ': plaintext, without identity; address the Service';
  return [{ source: PLAINTEXT, notes: [`the sidecar of ${sender} ${why}${remedy}`] }];
}

function byCluster(inventory: Inventory, mesh: Mesh, { sender, subset }: Dialling, { known, port, name }: Addressed, client: EnvoyClient, way: Way): Delivery[] {
  if (!known) return [{ source: PLAINTEXT, notes: [], unknown: `how '${fullName(sender.workload)}' sends to ${name} is not evaluated: it is known by no Service` }];
  const cluster = clusterOf(inventory, mesh, client, known, port, subset);
  if (!cluster) return [{ source: PLAINTEXT, notes: [], broken: `nothing arrives: ${subset === undefined ? `${name} has no port ${port}` : `no DestinationRule has a subset '${subset}' of ${name}`}` }];
  const endpoint = endpointOf(cluster, way);
  if (!endpoint && subset !== undefined && way.server && cluster.type === 'EDS') return [];
  const serverName = `outbound_.${port}_.${subset ?? ''}_.${known.name}`;
  return sentTransports(inventory, mesh, client, cluster, endpoint).map(sent => delivered(sent, way, serverName, mesh));
}

function endpointOf({ endpoints }: Cluster, { server }: Way): Cluster['endpoints'][number] | undefined {
  return endpoints.find(({ workload }) => workload && server && workload.kind === server.kind && fullName(workload) === fullName(server)) ?? (server ? undefined : endpoints[0]);
}
