import { PROBE_ADDRESSES } from './ambient-enrolment';
import { ClientTls, DestinationRule, Host, TlsSetting, tlsSettings } from './destination-rule';
import { findMadePods, roleOfPods } from './gateway-pods';
import { joined, Way } from './hop';
import { callingAddresses } from './ip-family';
import { insteadOf } from './missing';
import { Client, clientOfWorkload } from './waypoint-clients';
import { findWorkload, servicesOf, Workload, WORKLOAD_KINDS } from './workload';
import { proxyOfWorkload } from './workload-proxy';
import { MutualTlsMode } from '../../istio/peer-authentication';
import { Mesh } from '../request/mesh-settings';
import { AccessRequest, ProxyKind, RequestDestination, RequestSource, Transport } from '../request/request';
import { Inventory } from '../resources/inventory';
import { fullName } from '../resources/policy';

/** A workload that sends requests. */
export interface Sender {
  readonly workload: Workload;
  /** Undefined for none: it sends plaintext. */
  readonly proxy?: ProxyKind;
  readonly notes: readonly string[];
}

/** One way in which a sender may connect. */
export interface Sending {
  readonly source: RequestSource;
  readonly notes: readonly string[];
  /** What must be so for the way and for the sending, where that is not known. */
  readonly if: string;
}

/** The workload of a source that names one. */
export function senderOf(inventory: Inventory, mesh: Mesh, { workload: path = '', principal, serviceAccount }: RequestSource, { gateway }: RequestDestination): Sender {
  if (principal !== undefined || serviceAccount !== undefined) {
    throw new Error(`source must have a workload or an identity, got both '${path}' and '${principal ?? serviceAccount}'; leave one out`);
  }
  if (gateway !== undefined) throw new Error(`source.workload must not be given with destination.gateway, got '${path}'; state its serviceAccount and how it connects`);
  const [namespace, name, ...rest] = path.split('/');
  const isName = name !== undefined && rest.length === 0;
  const workload = isName ? findWorkload(inventory, namespace, name) ?? findMadePods(inventory, namespace, name) : undefined;
  if (!workload) {
    const instead = rest.length > 0 ? '' : insteadOf(inventory, WORKLOAD_KINDS, name === undefined ? '' : namespace, name ?? namespace);
    throw new Error(`source.workload must be the NAMESPACE/NAME of a workload of the manifests, got '${path}'; add its manifest, or state its serviceAccount${instead}`);
  }
  if (workload.kind === 'Gateway' || roleOfPods(inventory, workload) === 'gateway') return { workload, proxy: ProxyKind.GATEWAY, notes: [] };
  const { kind, why, broken, notes } = proxyOfWorkload(inventory, mesh, workload);
  if (kind) return { workload, proxy: kind, notes };
  return { workload, notes: [...notes, `${why ?? broken}: it sends plaintext, without identity`] };
}

/** How a sender meets waypoints; what was assumed is said of the sender. */
export function clientOf(inventory: Inventory, mesh: Mesh, { workload }: Sender): Client {
  return { ...clientOfWorkload(inventory, mesh, workload), notes: [] };
}

/** How a sender may connect to a destination, with what the request says of it instead: several ways where manifests do not tell which. */
export function sendings(inventory: Inventory, mesh: Mesh, sender: Sender, { source = {}, destination }: AccessRequest, way: Way): Sending[] {
  const { namespace, serviceAccount: account = 'default', ips } = sender.workload;
  const found = source.transport === undefined ? outbound(inventory, mesh, sender, destination, way) : [{ transport: source.transport }];
  const serviceAccount = `${namespace}/${account}`;
  const addresses = source.ip === undefined ? callingAddresses(ips, way.family) : [source.ip];
  const sends = (transport: Transport, ip: string | undefined) => `'${fullName(sender.workload)}' sends ${SENT[transport]}${addresses.length > 1 ? ` from ${ip}` : ''}`;
  const sent = found.flatMap(({ transport, sni, note }) => addresses.map(ip => ({
    source: { serviceAccount, transport, sni, ...source, ip },
    notes: [...sender.notes, note ?? []].flat(),
    if: joined(way.if, sends(transport, ip)) ?? '',
  })));
  return source.ip === undefined && mayShareNode(sender, way) ? sent.flatMap(one => [one, fromSameNode(one)]) : sent;
}

/** A process on the network of its host may be on the node of any pod. */
function mayShareNode({ workload }: Sender, { hops }: Way): boolean {
  return workload.podSpec?.hostNetwork === true && hops[hops.length - 1]?.at === 'ztunnel';
}

function fromSameNode({ source, notes, if: condition }: Sending): Sending {
  const ip = PROBE_ADDRESSES.find(address => address.includes(':') === source.ip?.includes(':')) ?? PROBE_ADDRESSES[0];
  return { source: { ...source, ip }, notes, if: joined(condition, 'from the same node') ?? '' };
}

const SENT: Readonly<Record<Transport, string>> = {
  [Transport.MUTUAL_TLS]: 'mutual TLS', [Transport.ONE_WAY_TLS]: 'TLS without a certificate of the mesh', [Transport.PLAINTEXT]: 'plaintext, without identity',
};

/** What leaves the proxy of a sender. */
interface Outbound {
  readonly transport: Transport;
  readonly sni?: string;
  readonly note?: string;
}

function outbound(inventory: Inventory, mesh: Mesh, { workload, proxy }: Sender, destination: RequestDestination, way: Way): Outbound[] {
  if (proxy === undefined) return [{ transport: Transport.PLAINTEXT }];
  if (proxy === ProxyKind.ZTUNNEL) return [sentByZtunnel(way)];
  const host = hostOf(inventory, destination);
  if (host) return tlsSettings(inventory, mesh, workload, host).flatMap(setting => sentTo(host, setting, way, mesh));
  const note = `the sidecar of '${fullName(workload)}' passes on what is sent to a pod's own address: plaintext, without identity; address the Service`;
  return [{ transport: Transport.PLAINTEXT, note }];
}

/** ztunnel sends plaintext to whatever is known not to accept HBONE. */
function sentByZtunnel({ hops, to, tunnel }: Way): Outbound {
  if (tunnel?.hbone !== false || hops.some(({ at }) => at === 'waypoint')) return { transport: Transport.MUTUAL_TLS, note: hops.length === 1 ? tunnel?.note : undefined };
  return { transport: Transport.PLAINTEXT, note: `'${to}' does not accept HBONE: ztunnel sends plaintext, without identity` };
}

/** The Service that a client addresses; a pod that a Service without cluster address names is known to clients as well. */
function hostOf(inventory: Inventory, { namespace, service, serviceEntry, workload: name, port }: RequestDestination): Host | undefined {
  if (serviceEntry !== undefined) return undefined;
  const hostName = (of: string) => `${of}.${namespace}.svc.cluster.local`;
  if (service !== undefined) return { namespace, name: hostName(service), port };
  const pods = name === undefined ? undefined : findWorkload(inventory, namespace, name);
  const headless = pods && servicesOf(inventory, pods).find(({ spec }) => spec.clusterIP === 'None');
  return headless && { namespace, name: hostName(headless.name), port };
}

/** What a sidecar sends by a setting: what it says, else mutual TLS wherever the server takes it. */
function sentTo(host: Host, { tls, rule }: TlsSetting, { hops }: Way, { autoMutualTls }: Mesh): Outbound[] {
  const mutual = { transport: Transport.MUTUAL_TLS, sni: `outbound_.${host.port}_._.${host.name}` };
  const plaintext = { transport: Transport.PLAINTEXT };
  if (tls && rule) return [ruled(tls, rule, mutual)];
  const server = hops[hops.length - 1];
  if (!autoMutualTls || !server || server.at === 'gateway') return [plaintext];
  if (server.at !== 'sidecar') return [mutual];
  return server.mode.modes.map(mode => mode === MutualTlsMode.DISABLE ? plaintext : mutual);
}

/** TLS without a mode is none, and so is TLS with a secret, which is looked for at selected workloads only. */
function ruled({ mode, credentialName = '', sni = '' }: ClientTls, rule: DestinationRule, mutual: Outbound): Outbound {
  const note = `DestinationRule ${fullName(rule)} sets TLS to ${mode ?? 'no mode, which is DISABLE'}`;
  if (mode === 'ISTIO_MUTUAL') return { ...mutual, ...sni === '' ? {} : { sni }, note };
  const hasNoSecret = credentialName !== '' && !rule.spec.workloadSelector;
  return mode === undefined || mode === 'DISABLE' || hasNoSecret ? { transport: Transport.PLAINTEXT, note } : { transport: Transport.ONE_WAY_TLS, sni, note };
}
