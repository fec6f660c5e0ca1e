import { selects } from './attachment';
import { portsOf, targetPort } from './protocol';
import { findWorkload, servicesOf, Workload, workloadsBehind } from './workload';
import { Mesh } from '../request/mesh-settings';
import { ProxyKind } from '../request/request';
import { Inventory, Labels } from '../resources/inventory';
import { PodTemplate, SpecOf } from '../resources/kinds';
import { fullName, Resource } from '../resources/policy';

export type KubernetesGateway = Resource<SpecOf<'KubernetesGateway'>>;

/** The pods that run as a gateway. */
export interface GatewayPods {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly podSpec?: PodTemplate['spec'];
  readonly ip?: string;
}

export const GATEWAY_NAME = 'gateway.networking.k8s.io/gateway-name';
const NAME_OVERRIDE = 'gateway.istio.io/name-override';
const CONTROLLER = 'istio.io/gateway-controller';

/** Why it is not known what the gateway of a Gateway does; undefined for one of Istio. */
export function whyNotOfIstio(inventory: Inventory, { name, spec: { gatewayClassName = 'istio' } }: KubernetesGateway): string | undefined {
  const known = inventory.find('GatewayClass', '', gatewayClassName);
  const isOfIstio = known ? known.spec.controllerName === CONTROLLER : gatewayClassName === 'istio';
  return isOfIstio ? undefined : `the Gateway '${name}' is of class '${gatewayClassName}', whose gateways are not evaluated`;
}

/** Whether Istio makes the Deployment and the Service of a Gateway; otherwise its addresses name Services. */
export function isAutomated({ spec: { addresses = [] } }: KubernetesGateway): boolean {
  return addresses.length === 0 || addresses.length === 1 && (addresses[0].type ?? 'IPAddress') === 'IPAddress';
}

/** The name of the Deployment and the Service that Istio makes. */
export function automaticName({ name, meta, spec: { gatewayClassName = '' } }: KubernetesGateway): string {
  return meta.annotations?.[NAME_OVERRIDE] ?? `${name}-${gatewayClassName}`;
}

/** The gateway whose Deployment and Service, both made by Istio, have a name. */
export function gatewayMade(inventory: Inventory, mesh: Mesh, namespace: string, name: string): GatewayPods | undefined {
  const made = inventory.of('KubernetesGateway', namespace).find(gateway => isAutomated(gateway) && automaticName(gateway) === name && whyNotOfIstio(inventory, gateway) === undefined);
  return made && podsOfGateway(inventory, mesh, made);
}

/** What a name stands for: the pods of a gateway, as far as they are known. */
export interface NamedGateway {
  readonly pods?: GatewayPods;
  readonly unknown?: string;
}

/** The gateway of a name: that of a Gateway of the Gateway API, or pods. */
export function gatewayNamed(inventory: Inventory, mesh: Mesh, namespace: string, name: string): NamedGateway {
  const gateway = inventory.find('KubernetesGateway', namespace, name);
  if (!gateway) {
    const pods = findWorkload(inventory, namespace, name);
    if (!pods) throw new Error(`destination.gateway must be a Gateway or the pods of one, got '${name}' in namespace '${namespace}'; add its manifest`);
    return { pods };
  }
  const unknown = whyNotOfIstio(inventory, gateway);
  if (unknown !== undefined) return { unknown };
  const pods = podsOfGateway(inventory, mesh, gateway);
  return pods ? { pods } : { unknown: `the pods behind the addresses of Gateway '${name}' are not in the manifests` };
}

/** The pods of a Gateway: those of the manifests, or as Istio makes them; undefined where they are somebody else's, and not in the manifests. */
function podsOfGateway(inventory: Inventory, mesh: Mesh, gateway: KubernetesGateway): GatewayPods | undefined {
  const { namespace, name } = gateway;
  const found = isAutomated(gateway) ? podsLabelled(inventory, namespace, name) : behindAddresses(inventory, gateway);
  if (found) return { ...found, name };
  return isAutomated(gateway) ? { namespace, name, ...madePods(gateway, mesh) } : undefined;
}

function podsLabelled(inventory: Inventory, namespace: string, name: string): GatewayPods | undefined {
  return workloadsBehind(inventory, { namespace, spec: { selector: { [GATEWAY_NAME]: name } } })[0];
}

function behindAddresses(inventory: Inventory, gateway: KubernetesGateway): GatewayPods | undefined {
  return addressedServices(inventory, gateway).flatMap(service => workloadsBehind(inventory, service))[0];
}

/** The Services that the addresses of a Gateway name, in its own namespace. */
function addressedServices(inventory: Inventory, { namespace, spec: { addresses = [] } }: KubernetesGateway): Resource<SpecOf<'Service'>>[] {
  return addresses.filter(({ type }) => type === undefined || type === 'Hostname').flatMap(({ value = '' }) => {
    const [name, of, kind] = value.split('.');
    return of === undefined || of === namespace && kind === 'svc' ? inventory.find('Service', namespace, name) ?? [] : [];
  });
}

/** What Istio gives the pods that it makes: the labels and annotations of `infrastructure`, else those of the Gateway, and its own. */
function madePods(gateway: KubernetesGateway, mesh: Mesh): { labels: Labels; annotations: Labels } {
  const { name, meta, spec: { infrastructure = {}, gatewayClassName = '' } } = gateway;
  const copied = (ofGateway: Labels = {}) => mesh.flag('ENABLE_GATEWAY_API_COPY_LABELS_ANNOTATIONS') ? ofGateway : {};
  const labels = infrastructure.labels ? withoutReserved(infrastructure.labels) : copied(meta.labels);
  const legacy: Labels = mesh.has('oneGatewayLabel') ? {} : { 'istio.io/gateway-name': name };
  const own: Labels = { ...legacy, [GATEWAY_NAME]: name, 'gateway.networking.k8s.io/gateway-class-name': gatewayClassName, 'gateway.istio.io/managed': 'istio.io-gateway-controller' };
  const usual = { 'sidecar.istio.io/inject': 'false', 'service.istio.io/canonical-name': automaticName(gateway), 'service.istio.io/canonical-revision': 'latest', 'istio.io/dataplane-mode': 'none' };
  return {
    labels: { ...usual, ...labels, ...own },
    annotations: infrastructure.annotations ? withoutReserved(infrastructure.annotations) : copied(meta.annotations),
  };
}

function withoutReserved(labels: Labels): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([label]) => !label.startsWith('gateway.networking.k8s.io/')));
}

/** A Gateway of the Gateway API that pods serve, and the port of the pods for each of its own; undefined for one that they do not have. */
export interface Served {
  readonly gateway: KubernetesGateway;
  portOf(listenerPort: number): number | undefined;
}

/** The Gateways of the Gateway API that pods serve: the one that they were made for, and those whose addresses name a Service of theirs. */
export function gatewaysServed(inventory: Inventory, pods: GatewayPods): Served[] {
  return inventory.of('KubernetesGateway', pods.namespace).filter(gateway => whyNotOfIstio(inventory, gateway) === undefined).flatMap(gateway => {
    if (isAutomated(gateway)) return pods.labels[GATEWAY_NAME] === gateway.name ? [{ gateway, portOf: (port: number) => port }] : [];
    const services = addressedServices(inventory, gateway).filter(service => servicesOf(inventory, pods).includes(service));
    return services.length === 0 ? [] : [{ gateway, portOf: (port: number) => mappedPorts(services, port, pods)[0] }];
  });
}

/** The ports of pods that Services map a port of theirs to. */
export function mappedPorts(services: readonly Resource<SpecOf<'Service'>>[], port: number, { podSpec }: GatewayPods): number[] {
  return services.flatMap(portsOf).filter(candidate => candidate.port === port).flatMap(found => targetPort(found, podSpec) ?? []);
}

/** Pods that are a gateway, and why, where that is assumed. */
export interface FoundGateway {
  readonly pods: GatewayPods;
  readonly note?: string;
}

/** The gateway that pods are, whatever they are addressed by; undefined for pods that are none. */
export function gatewayAt(inventory: Inventory, workload: Workload, kind: ProxyKind | undefined): FoundGateway | undefined {
  if (kind === ProxyKind.GATEWAY || isRouter(workload) || gatewaysServed(inventory, workload).length > 0) return { pods: workload };
  const isAssumed = kind === undefined || inventory.namespaceLabels(workload.namespace) === undefined && workload.labels[INJECT] === undefined;
  const selecting = isAssumed ? inventory.all('Gateway').find(gateway => gateway.spec.selector && isSelected(gateway, workload)) : undefined;
  return selecting && { pods: workload, note: `'${fullName(workload)}' is taken for a gateway, as Gateway ${fullName(selecting)} selects its pods` };
}

const INJECT = 'sidecar.istio.io/inject';
const TEMPLATES = 'inject.istio.io/templates';

/** Whether the proxy of pods is told to be a gateway: by the template that it is injected with, or by its arguments. */
function isRouter({ annotations, podSpec }: Workload): boolean {
  const templates = annotations[TEMPLATES]?.split(',').map(name => name.trim()) ?? [];
  return templates.includes('gateway') || (podSpec?.containers ?? []).some(({ name, args = [] }) => name === 'istio-proxy' && args.includes('router'));
}

/** Whether classic Gateways are for pods. */
export function isSelected({ spec }: Resource<SpecOf<'Gateway'>>, { labels }: Pick<GatewayPods, 'labels'>): boolean {
  return selects(spec.selector, labels);
}
