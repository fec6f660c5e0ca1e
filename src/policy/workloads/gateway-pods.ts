import { gatewaysSelecting } from './gateway-selection';
import { GATEWAY_NAME, MANAGED, WAYPOINT_CONTROLLER, INJECT, TEMPLATES, DATAPLANE_MODE, CANONICAL_NAME, CANONICAL_REVISION } from './label-names';
import { accountOfWaypoint, KubernetesGateway } from './waypoint';
import { Workload } from './workload';
import { commaSeparated } from '../../util/text';
import { ProxyKind } from '../request/request';
import { Inventory, Labels } from '../resources/inventory';


/** What pods of gateways do: take in traffic for others, or stand in front of workloads in ambient mode. */
export type GatewayKind = ProxyKind.GATEWAY | ProxyKind.WAYPOINT;

/** What kind of gateway the pods of a workload are; undefined for none. */
export function gatewayKindOf(inventory: Inventory, { labels, annotations, podSpec, machine }: Workload): GatewayKind | undefined {
  if (machine) return undefined;
  if (labels[MANAGED] !== undefined) return labels[MANAGED] === WAYPOINT_CONTROLLER ? ProxyKind.WAYPOINT : ProxyKind.GATEWAY;
  const args = podSpec?.containers?.find(({ name }) => name === 'istio-proxy')?.args ?? [];
  if (args[0] === 'proxy') return STARTED_AS.get(args[1]);
  const isInjectedGateway = commaSeparated(annotations[TEMPLATES]).includes('gateway');
  // a classic Gateway is for pods of gateways only
  const isSelected = () => gatewaysSelecting(inventory, labels).length > 0;
  return isInjectedGateway || isSelected() || isOfGatewayChart(labels, annotations) ? ProxyKind.GATEWAY : undefined;
}

const STARTED_AS: ReadonlyMap<string, GatewayKind> = new Map([['router', ProxyKind.GATEWAY], ['waypoint', ProxyKind.WAYPOINT]]);

/** What else of Istio has the label `istio`. */
const COMPONENTS = ['pilot', 'citadel', 'galley', 'mixer', 'sidecar-injector', 'ztunnel', 'cni'];

/** Charts that bring the proxy along give it the label `istio`, and keep another one away. */
function isOfGatewayChart({ istio, [INJECT]: label }: Workload['labels'], annotations: Workload['annotations']): boolean {
  return istio !== undefined && !COMPONENTS.includes(istio) && (label ?? annotations[INJECT]) === 'false';
}

const CLASSES: ReadonlyMap<string, GatewayKind> = new Map([['istio', ProxyKind.GATEWAY], ['istio-waypoint', ProxyKind.WAYPOINT]]);
const CONTROLLERS: ReadonlyMap<string, GatewayKind> = new Map([['istio.io/gateway-controller', ProxyKind.GATEWAY], ['istio.io/mesh-controller', ProxyKind.WAYPOINT]]);

/** The pods of the Gateways of a namespace, of the classes of Istio. */
export function madePods(inventory: Inventory, namespace: string): Workload[] {
  return inventory.of('KubernetesGateway', namespace).flatMap(gateway => {
    const kind = kindOfGateway(inventory, gateway);
    return kind && isAutomated(gateway) ? [podsMadeFor(gateway, kind)] : [];
  });
}

/** Whether Istio makes the Deployment and the Service of a Gateway; otherwise its addresses name Services. */
export function isAutomated({ spec: { addresses = [] } }: KubernetesGateway): boolean {
  return addresses.length === 0 || addresses.length === 1 && (addresses[0].type ?? 'IPAddress') === 'IPAddress';
}

/** What kind of gateway is made of a Gateway; undefined for one of another controller. */
export function kindOfGateway(inventory: Inventory, { spec: { gatewayClassName = 'istio' } }: KubernetesGateway): GatewayKind | undefined {
  const known = inventory.find('GatewayClass', '', gatewayClassName);
  return known ? CONTROLLERS.get(known.spec.controllerName ?? '') : CLASSES.get(gatewayClassName);
}

/** They are named after the Gateway and its class, those of a waypoint after the Gateway alone, and run as an account of that name. */
export function podsMadeFor(gateway: Omit<KubernetesGateway, 'location'>, kind: GatewayKind): Workload {
  const { namespace, name, meta, spec: { gatewayClassName = 'istio', infrastructure = {} } } = gateway;
  const named = kind === ProxyKind.WAYPOINT ? name : `${name}-${gatewayClassName}`;
  const deployment = meta.annotations?.['gateway.istio.io/name-override'] ?? named;
  return {
    kind: 'Gateway',
    namespace,
    name: deployment,
    labels: {
      [INJECT]: 'false',
      [DATAPLANE_MODE]: 'none',
      [CANONICAL_NAME]: deployment,
      [CANONICAL_REVISION]: 'latest',
      ...handedOn(infrastructure.labels, meta.labels),
      [GATEWAY_NAME]: name,
      'gateway.networking.k8s.io/gateway-class-name': gatewayClassName,
      [MANAGED]: kind === ProxyKind.WAYPOINT ? WAYPOINT_CONTROLLER : 'istio.io-gateway-controller',
    },
    annotations: handedOn(infrastructure.annotations, meta.annotations),
    serviceAccount: accountOfWaypoint({ ...gateway, name: named }),
    ips: [],
  };
}

/** What `infrastructure` says replaces what the Gateway has itself. */
function handedOn(infrastructure: Labels | undefined, own: Labels = {}): Labels {
  if (!infrastructure) return own;
  return Object.fromEntries(Object.entries(infrastructure).filter(([label]) => !label.startsWith('gateway.networking.k8s.io/')));
}

/** The pods that Istio makes for a Gateway, found by their name or by that of the Gateway. */
export function findMadePods(inventory: Inventory, namespace: string, name: string): Workload | undefined {
  return madePods(inventory, namespace).find(pods => pods.name === name || pods.labels[GATEWAY_NAME] === name);
}
