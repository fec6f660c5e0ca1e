import { mappedPorts } from './gateway-workload';
import { Truth } from '../../util/truth';
import { Mesh } from '../request/mesh-settings';
import { Inventory } from '../resources/inventory';
import { SpecOf } from '../resources/kinds';
import { fullName, Resource } from '../resources/policy';
import { namedProtocol } from '../services/protocol';
import { gatewaysFor } from '../workloads/gateway-selection';
import { MANAGED } from '../workloads/label-names';
import { KubernetesGateway } from '../workloads/waypoint';
import { servicesOf, Workload } from '../workloads/workload';

type ListenerSpec = NonNullable<SpecOf<'KubernetesGateway'>['listeners']>[number];

/** A listener of the Gateway API, and the object that it stands in. */
export interface Listener {
  readonly kind: 'Gateway' | 'ListenerSet';
  readonly parent: Resource<unknown>;
  /** The Gateway that it belongs to. */
  readonly gateway: KubernetesGateway;
  readonly spec: ListenerSpec;
}

/** A host of a server, and whose routes to it count. */
export interface ServerHost {
  readonly name: string;
  /** The host as istiod compares servers by it, with the namespaces that it is for. */
  readonly key: string;
  /** Whether the routes of a namespace count; undefined where the manifests do not tell. */
  admits(namespace: string): Truth;
}

/** A server of a gateway, of either API. */
export interface GatewayServer {
  /** `NAMESPACE/NAME` of the classic Gateway, by which VirtualServices name it; for a listener a name like no other. */
  readonly owner: string;
  /** The listener that it is made of; undefined for a server of a classic Gateway. */
  readonly listener?: Listener;
  /** Port number in the Gateway. */
  readonly number: number;
  readonly portName: string;
  /** Port on which the pods listen. */
  readonly port: number;
  /** In upper case. */
  readonly protocol: string;
  /** The address that it is bound to; empty for any. */
  readonly bind: string;
  readonly hosts: readonly ServerHost[];
  /** Undefined where nothing is said of TLS. */
  readonly tls?: { readonly mode: string; readonly redirects: boolean };
  /** Secrets, `NAMESPACE/NAME`, without all of which it does not listen; they are taken to be there, as manifests rarely hold them. */
  readonly secrets?: readonly string[];
}

/** Servers of one object, and what istiod orders them by. */
export interface ServerSource {
  readonly namespace: string;
  readonly name: string;
  /** Undefined where it is not known. */
  readonly created?: string;
  readonly servers: readonly GatewayServer[];
}

/** Whether a server speaks HTTP without TLS, whatever it says of TLS. */
export function isPlainHttp({ protocol }: GatewayServer): boolean {
  return namedProtocol(protocol) === 'HTTP';
}

/** Whether clients connect to a server with TLS. */
export function isTls(server: GatewayServer): boolean {
  return server.tls !== undefined && !isPlainHttp(server);
}

/** Whether a server passes TLS on as it is. */
export function passesTls({ tls }: GatewayServer): boolean {
  return tls?.mode === 'PASSTHROUGH' || tls?.mode === 'AUTO_PASSTHROUGH';
}

/** Whether a server ends TLS and speaks HTTP. */
export function endsHttps(server: GatewayServer): boolean {
  return server.protocol === 'HTTPS' && server.tls !== undefined && !passesTls(server);
}

const NO_TRANSLATION = 'experimental.istio.io/disable-gateway-port-translation';

/** The servers of the classic Gateways that select pods. The first Service that has a server's port maps it to the pods'; without one they listen on the port itself. */
export function classicSources(inventory: Inventory, mesh: Mesh, pods: Workload): ServerSource[] {
  const services = servicesOf(inventory, pods).filter(({ meta }) => meta.labels?.[NO_TRANSLATION] === undefined);
  const isFromAnywhere = selectsFromAnywhere(mesh, pods);
  return gatewaysFor(inventory, pods.labels).filter(({ namespace }) => isFromAnywhere || namespace === pods.namespace).map(gateway => ({
    namespace: gateway.namespace,
    name: gateway.name,
    created: gateway.meta.creationTimestamp,
    servers: (gateway.spec.servers ?? []).flatMap(server => {
      const number = server.port?.number;
      return number === undefined ? [] : [{ ...serverOf(gateway, server), number, port: mappedPorts(services, number, pods)[0] ?? number }];
    }),
  }));
}

/** Whether classic Gateways of other namespaces select pods; those that Istio makes itself they do not. */
function selectsFromAnywhere(mesh: Mesh, { labels }: Workload): boolean {
  const isStrict = labels[MANAGED] !== undefined && mesh.has('strictGatewayMerging') && mesh.flag('PILOT_ENABLE_STRICT_GATEWAY_MERGING');
  return !isStrict && !mesh.flag('PILOT_SCOPE_GATEWAY_TO_NAMESPACE');
}

type Server = NonNullable<SpecOf<'Gateway'>['servers']>[number];

function serverOf(gateway: Resource<unknown>, { bind = '', port = {}, hosts = [], tls }: Server): Omit<GatewayServer, 'number' | 'port'> {
  return {
    owner: fullName(gateway),
    portName: port.name ?? '',
    protocol: (port.protocol ?? '').toUpperCase(),
    bind,
    hosts: hosts.map(host => serverHost(host, gateway.namespace)),
    tls: tls && { mode: tls.mode ?? 'PASSTHROUGH', redirects: tls.httpsRedirect ?? false },
  };
}

/** `ns/host` takes routes of one namespace, `./host` of the Gateway's own. */
function serverHost(written: string, own: string): ServerHost {
  const host = written.toLowerCase();
  const slash = host.indexOf('/');
  const [from, name] = slash < 0 ? ['*', host] : [host.slice(0, slash), host.slice(slash + 1)];
  if (from === '*') return { name, key: name, admits: () => true };
  const wanted = from === '.' ? own : from;
  return { name, key: `${wanted}/${name}`, admits: namespace => namespace === wanted };
}
