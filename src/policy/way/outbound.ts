import { delivered, Delivery } from './delivery';
import { Way } from './hop';
import { EnvoyClient } from '../clients/client';
import { Cluster, clusterOf } from '../clients/cluster';
import { capturesOutbound } from '../clients/outbound-capture';
import { envoyClient, Sender } from '../clients/sender';
import { sentTransports } from '../clients/sent-transport';
import { SidecarScope } from '../clients/sidecar-scope';
import { Mesh } from '../request/mesh-settings';
import { ProxyKind, RequestDestination, Transport } from '../request/request';
import { Inventory } from '../resources/inventory';
import { fullName } from '../resources/policy';
import { Addressed, addressed } from '../services/addressed';
import { Endpoint } from '../services/endpoint';
import { isVisible } from '../services/known-service';
import { PROXY_ID, sendsAsProxy } from '../workloads/proxy-identity';

/** What a sender dials, and what of the manifests its proxy goes by. */
export interface Dialling {
  readonly sender: Sender;
  readonly destination: RequestDestination;
  readonly scope: SidecarScope;
  /** What a route picks of what is behind the host. */
  readonly subset?: string;
  /** The port that was called, where a route led from there to the destination. */
  readonly ledFrom?: number;
}

/** The same as its proxy knows it, for every way to it. */
export interface Dialled extends Dialling {
  readonly inventory: Inventory;
  readonly mesh: Mesh;
  /** What an Envoy proxy goes by; undefined for none, and for ztunnel. */
  readonly envoy?: { readonly client: EnvoyClient; readonly called: Addressed; readonly cluster?: Cluster };
}

export function dialled(inventory: Inventory, mesh: Mesh, dialling: Dialling): Dialled {
  const { sender, destination, subset } = dialling;
  const client = envoyClient(sender);
  if (!client) return { ...dialling, inventory, mesh };
  const called = addressed(inventory, mesh, destination, client.namespace);
  const { known, port } = called;
  return { ...dialling, inventory, mesh, envoy: { client, called, cluster: known && clusterOf(inventory, mesh, client, { known, port, subset }) } };
}

/** What may arrive of a sender by a way; several where manifests do not tell which, none where it cannot take the way. */
export function outbound({ envoy, ...dialling }: Dialled, way: Way): Delivery[] {
  if (dialling.sender.proxy === undefined) return [plaintext()];
  if (!envoy) return [ofZtunnel(way)];
  const sending = { ...dialling, ...envoy, way };
  return envoy.client.kind === ProxyKind.SIDECAR ? ofSidecar(sending) : byCluster(sending);
}

/** Everything that decides what Envoy sends. */
interface Sending extends Dialling {
  readonly inventory: Inventory;
  readonly mesh: Mesh;
  readonly client: EnvoyClient;
  readonly called: Addressed;
  readonly cluster?: Cluster;
  readonly way: Way;
}

function plaintext(...notes: readonly string[]): Delivery { return { source: { transport: Transport.PLAINTEXT }, tunnelled: false, notes }; }

/** ztunnel sends plaintext to whatever is known not to accept HBONE. */
function ofZtunnel({ hops: [first, ...others], to, tunnel }: Way): Delivery {
  if (first?.at === 'gateway') return { ...plaintext(`ztunnel gives '${fullName(first.proxy)}' what the client sends, in plaintext or out of a tunnel: without identity`), tunnelled: undefined };
  const isThrough = first?.at === 'waypoint';
  if (!isThrough && tunnel?.hbone === false) return plaintext(`'${to}' does not accept HBONE: ztunnel sends plaintext, without identity`);
  return { source: { transport: Transport.MUTUAL_TLS, sni: '' }, tunnelled: true, notes: !isThrough && others.length === 0 && tunnel?.note !== undefined ? [tunnel.note] : [] };
}

/** A sidecar gets what the settings and annotations of its pod let it get. */
function ofSidecar(sending: Sending): Delivery[] {
  const { mesh, sender: { workload }, called: { port, ips, name } } = sending;
  const isProxy = sendsAsProxy(workload.podSpec);
  const captures = isProxy === true ? false : isProxy === undefined ? undefined : capturesOutbound(mesh, workload.annotations, port, ips);
  const why = isProxy === false ? 'by the ports or addresses that it takes' : `where its process runs as the user or group ${PROXY_ID}, which is that of the sidecar`;
  const past = plaintext(`the sidecar of '${fullName(workload)}' does not get what is sent to ${name}, ${why}: plaintext, without identity`);
  if (captures === false) return [past];
  return captures === true ? byScope(sending) : [past, ...byScope(sending)];
}

/** What it does not know it passes on, or blocks. */
function byScope(sending: Sending): Delivery[] {
  const { mesh, scope, ledFrom, client: { namespace }, called: { known, port, name }, sender: { workload }, destination: { serviceEntry } } = sending;
  const sidecar = `the sidecar of '${fullName(workload)}'`;
  const isExported = known !== undefined && isVisible(known, mesh, namespace);
  const isLed = ledFrom !== undefined && scope.knowsByRoute(ledFrom, port);
  if (known && isExported && (isLed || scope.knows(known, port))) return byCluster(sending);
  const unread = serviceEntry === undefined ? undefined : 'which its control plane does not read';
  const reason = known ? isExported ? `by Sidecar ${scope.by}` : 'which is not exported to its namespace' : unread;
  const unknown = `does not know ${reason === undefined ? "a pod's own address" : `${name}, ${reason}`}`;
  if (scope.registryOnly) return [{ ...plaintext(), broken: `nothing arrives: ${sidecar} ${unknown}, and blocks it` }];
  if (reason !== undefined) return [plaintext(`${sidecar} ${unknown}, and passes it on: plaintext, without identity`)];
  return [plaintext(`${sidecar} passes on what is sent to a pod's own address: plaintext, without identity; address the Service`)];
}

function byCluster({ inventory, mesh, client, sender, subset, called: { known, port, name }, cluster, way }: Sending): Delivery[] {
  if (!known) return [{ ...plaintext(), unknown: `how '${fullName(sender.workload)}' sends to ${name} is not evaluated: it is known by no Service` }];
  const missing = subset === undefined ? `${name} has no port ${port}` : `no DestinationRule has a subset '${subset}' of ${name}`;
  if (!cluster) return [{ ...plaintext(), broken: `nothing arrives: ${missing}` }];
  const endpoint = endpointOf(cluster, way);
  if (!endpoint && subset !== undefined && way.server && cluster.type === 'EDS') return [];
  const serverName = `outbound_.${port}_.${subset ?? ''}_.${known.name}`;
  const begun = cluster.settings.find(({ preface }) => preface !== undefined);
  if (begun) return [{ source: {}, notes: [], unknown: `DestinationRule ${begun.rule && fullName(begun.rule)} has its clients ${begun.preface} first: that is not evaluated` }];
  const all = sentTransports(inventory, mesh, client, cluster, endpoint).map(sent => delivered(sent, way, serverName, mesh));
  return all.map(one => ({ ...one, notes: [...elsewhere(cluster), ...one.notes] }));
}

/** Of a host outside it is told where its clients may go instead. */
function elsewhere({ known: { entry, name }, settings }: Cluster): string[] {
  const rules = entry ? settings.filter(({ goesAsCalled }) => goesAsCalled).flatMap(({ rule }) => rule ?? []) : [];
  return rules.map(rule => `DestinationRule ${fullName(rule)} has clients connect to whatever address they ask for, which need not be that of '${name}'`);
}

/** The endpoint that a way leads to. */
function endpointOf({ endpoints }: Cluster, { server }: Way): Endpoint | undefined {
  if (!server) return endpoints[0];
  return endpoints.find(({ workload }) => workload && workload.kind === server.kind && fullName(workload) === fullName(server));
}
