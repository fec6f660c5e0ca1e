import { hostOfService } from './host-name';
import { Mesh } from '../request/mesh-settings';
import { Inventory } from '../resources/inventory';
import { SpecOf } from '../resources/kinds';
import { selectsNamespace } from '../resources/namespace-selection';
import { Resource, Status } from '../resources/policy';

/** A Gateway of the Gateway API. */
export type KubernetesGateway = Resource<SpecOf<'KubernetesGateway'>>;

type Listener = NonNullable<KubernetesGateway['spec']['listeners']>[number];

/** A Gateway that objects can be bound to: any that has an address, whatever its class. */
export interface Waypoint {
  readonly gateway: KubernetesGateway;
  /** What `istio.io/waypoint-for` says, as it is written. */
  readonly serves: string;
  /** Where clients send what is meant for it: `NAMESPACE/HOST`, or an IP address; undefined where the addresses are of no known type, and nothing is sent. */
  readonly address?: string;
  /** Whose objects it admits, as it is written: `All`, by `Selector`, and whatever else it says those of its own namespace. */
  readonly allowedFrom: string;
  /** What wraps the connections that its pods accept, such as `PROXY/15088`. */
  readonly inboundBinding?: string;
}

const WAYPOINT_FOR = 'istio.io/waypoint-for';
const INBOUND_BINDING = 'ambient.istio.io/waypoint-inbound-binding';
const SERVICE_ACCOUNT = 'gateway.istio.io/service-account';

/** A Gateway as a waypoint; undefined for one that has no address. */
export function waypointOf(inventory: Inventory, mesh: Mesh, gateway: KubernetesGateway): Waypoint | undefined {
  const addresses = addressesOf(gateway);
  if (addresses.length === 0) return undefined;
  const ofType = (wanted: string) => addresses.find(({ type }) => type === wanted)?.value;
  const host = ofType('Hostname');
  const binding = inboundBinding(inventory, gateway);
  return {
    gateway,
    serves: gateway.meta.labels?.[WAYPOINT_FOR] ?? classOf(inventory, gateway)?.meta.labels?.[WAYPOINT_FOR] ?? 'service',
    address: host === undefined ? ofType('IPAddress') : `${gateway.namespace}/${host}`,
    allowedFrom: boundListener(gateway, mesh, binding)?.allowedRoutes?.namespaces?.from ?? 'Same',
    inboundBinding: binding && `${binding.protocol}/${binding.port}`,
  };
}

/** Whether objects of a namespace may be bound to a waypoint; undefined where that hangs on the labels of a namespace that the manifests do not have. */
export function admits(inventory: Inventory, mesh: Mesh, { gateway, allowedFrom: from }: Waypoint, namespace: string): boolean | undefined {
  if (from === 'All') return true;
  if (from !== 'Selector') return namespace === gateway.namespace;
  const selector = boundListener(gateway, mesh, inboundBinding(inventory, gateway))?.allowedRoutes?.namespaces?.selector;
  return selector ? selectsNamespace(inventory, selector, namespace) : false;
}

/** The service account of the pods of a waypoint. */
export function accountOfWaypoint({ name, meta }: Pick<KubernetesGateway, 'name' | 'meta'>): string {
  return meta.annotations?.[SERVICE_ACCOUNT] ?? name;
}

/** The identity that proxies behind a waypoint see. */
export function identityOfWaypoint(gateway: KubernetesGateway, mesh: Mesh): string {
  return mesh.identities.of(`${gateway.namespace}/${accountOfWaypoint(gateway)}`);
}

function classOf(inventory: Inventory, { spec: { gatewayClassName = '' } }: KubernetesGateway): Resource<SpecOf<'GatewayClass'>> | undefined {
  return inventory.find('GatewayClass', '', gatewayClassName);
}

/** The addresses that the controller gave it. One that is not yet in a cluster is taken to get the name of its Service. */
function addressesOf({ meta, status, ...names }: KubernetesGateway): NonNullable<Status['addresses']> {
  const isPlanned = status === undefined && meta.creationTimestamp === undefined;
  return isPlanned ? [{ type: 'Hostname', value: hostOfService(names) }] : status?.addresses ?? [];
}

/** What wraps the connections to a waypoint that stands behind another proxy. */
interface InboundBinding {
  readonly protocol: string;
  /** 0 for none. */
  readonly port: number;
}

/** An annotation of the Gateway hides that of its class, even one that says nothing. */
function inboundBinding(inventory: Inventory, gateway: KubernetesGateway): InboundBinding | undefined {
  const written = gateway.meta.annotations?.[INBOUND_BINDING] ?? classOf(inventory, gateway)?.meta.annotations?.[INBOUND_BINDING];
  const [protocol, port = '', ...rest] = written?.split('/') ?? [];
  if (protocol !== 'NONE' && protocol !== 'PROXY' || rest.length > 0) return undefined;
  return { protocol, port: /^\d+$/.test(port) ? Number(port) : 0 };
}

/** The listener whose `allowedRoutes` say which namespaces may be bound. */
function boundListener({ spec: { listeners = [] } }: KubernetesGateway, mesh: Mesh, binding: InboundBinding | undefined): Listener | undefined {
  const wrapped = binding && mesh.has('wrappedWaypoints') ? listeners.find(listener => accepts(listener, binding)) : undefined;
  return wrapped ?? listeners.find(({ protocol, port }) => protocol === 'HBONE' && port === 15008);
}

function accepts({ protocol, port }: Listener, binding: InboundBinding): boolean {
  return binding.port === 0 ? binding.protocol === 'PROXY' && protocol === 'istio.io/PROXY' : port === binding.port;
}
