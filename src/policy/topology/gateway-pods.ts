import { selects } from './attachment';
import { accountOfWaypoint, Gateway } from './waypoint';
import { Workload, workloadsOf } from './workload';
import { Inventory } from '../resources/inventory';

const MANAGED = 'gateway.istio.io/managed';
const TEMPLATES = 'inject.istio.io/templates';

/** What pods of gateways do: take in traffic for others, or stand in front of workloads in ambient mode. */
export type GatewayRole = 'gateway' | 'waypoint';

/** What kind of gateway the pods of a workload are; undefined for none. */
export function roleOfPods(inventory: Inventory, { labels, annotations, podSpec, machine }: Workload): GatewayRole | undefined {
  if (machine) return undefined;
  if (labels[MANAGED] === 'istio.io-mesh-controller') return 'waypoint';
  if (labels[MANAGED] !== undefined) return 'gateway';
  const args = podSpec?.containers?.find(({ name }) => name === 'istio-proxy')?.args ?? [];
  if (args[0] === 'proxy') return args[1] === 'router' ? 'gateway' : args[1] === 'waypoint' ? 'waypoint' : undefined;
  const isInjectedGateway = (annotations[TEMPLATES] ?? '').split(',').some(name => name.trim() === 'gateway');
  return isInjectedGateway || isSelectedByGateway(inventory, labels) || isOfGatewayChart(labels, annotations) ? 'gateway' : undefined;
}

const INJECT = 'sidecar.istio.io/inject';
/** What else of Istio has the label `istio`. */
const COMPONENTS = ['pilot', 'citadel', 'galley', 'mixer', 'sidecar-injector', 'ztunnel', 'cni'];

/** Charts that bring the proxy along give it the label `istio`, and keep another one away. */
function isOfGatewayChart({ istio, [INJECT]: label }: Workload['labels'], annotations: Workload['annotations']): boolean {
  return istio !== undefined && !COMPONENTS.includes(istio) && (label ?? annotations[INJECT]) === 'false';
}

/** A classic Gateway is for pods of gateways only; one that selects everything tells of none. */
function isSelectedByGateway(inventory: Inventory, labels: Workload['labels']): boolean {
  return inventory.all('Gateway').some(({ spec: { selector = {} } }) => Object.keys(selector).length > 0 && selects(selector, labels));
}

/** The pods that Istio makes for a Gateway of the Gateway API. */
export interface MadePods {
  readonly role: GatewayRole;
  readonly pods: Workload;
}

const CLASSES: ReadonlyMap<string, GatewayRole> = new Map([['istio', 'gateway'], ['istio-waypoint', 'waypoint']]);
const CONTROLLERS: ReadonlyMap<string, GatewayRole> = new Map([['istio.io/gateway-controller', 'gateway'], ['istio.io/mesh-controller', 'waypoint']]);

/** The pods of the Gateways of a namespace, of the classes of Istio. */
export function madePods(inventory: Inventory, namespace: string): MadePods[] {
  return inventory.of('KubernetesGateway', namespace).flatMap(gateway => {
    const role = roleOf(inventory, gateway);
    return role ? [{ role, pods: podsOf(gateway, role) }] : [];
  });
}

function roleOf(inventory: Inventory, { spec: { gatewayClassName = '' } }: Gateway): GatewayRole | undefined {
  const known = inventory.find('GatewayClass', '', gatewayClassName);
  return known ? CONTROLLERS.get(known.spec.controllerName ?? '') : CLASSES.get(gatewayClassName);
}

/** They are named after the Gateway and its class, those of a waypoint after the Gateway alone, and run as an account of that name. */
function podsOf(gateway: Gateway, role: GatewayRole): Workload {
  const { namespace, name, meta: { labels, annotations }, spec } = gateway;
  const named = role === 'waypoint' ? gateway.name : `${gateway.name}-${spec.gatewayClassName}`;
  return {
    kind: 'Gateway',
    namespace,
    name: annotations?.['gateway.istio.io/name-override'] ?? named,
    labels: { ...labels, 'gateway.networking.k8s.io/gateway-name': name },
    annotations: annotations ?? {},
    serviceAccount: accountOfWaypoint({ ...gateway, name: named }),
    ips: [],
  };
}

/** The pods that Istio makes for a Gateway, found by their name or by that of the Gateway. */
export function findMadePods(inventory: Inventory, namespace: string, name: string): MadePods | undefined {
  return madePods(inventory, namespace).find(({ pods }) => pods.name === name || pods.labels['gateway.networking.k8s.io/gateway-name'] === name);
}

/** What runs as a service account, and what kind of gateway it is. */
export function workloadsRunningAs(inventory: Inventory, namespace: string, account: string): { readonly workload: Workload; readonly role?: GatewayRole }[] {
  const found = workloadsOf(inventory, namespace).map(workload => ({ workload, role: roleOfPods(inventory, workload) }));
  const made = madePods(inventory, namespace).map(({ role, pods }) => ({ workload: pods, role }));
  return [...found, ...made].filter(({ workload }) => workload.serviceAccount === account);
}
