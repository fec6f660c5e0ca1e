import { findMadePods, isAutomated, gatewayKindOf, kindOfGateway } from './gateway-pods';
import { gatewaysSelecting } from './gateway-selection';
import { GATEWAY_NAME, INJECT } from './label-names';
import { insteadOf } from './missing';
import { portsOf, Service, targetPort } from './service';
import { KubernetesGateway } from './waypoint';
import { findWorkload, servicesOf, Workload, WORKLOAD_KINDS, workloadsBehind } from './workload';
import { FoundProxy } from './workload-proxy';
import { ProxyKind, RequestDestination } from '../request/request';
import { Inventory } from '../resources/inventory';
import { fullName } from '../resources/policy';

/** What a name stands for: the pods of a gateway, as far as they are known. */
export interface NamedGateway {
  readonly pods?: Workload;
  readonly unknown?: string;
}

/** The gateway that is addressed as one, or by a name that only what Istio makes for a Gateway has. */
export function gatewayAddressed(inventory: Inventory, destination: RequestDestination): NamedGateway | undefined {
  const { namespace, gateway, service, workload, labels } = destination;
  if (gateway !== undefined) return gatewayNamed(inventory, namespace, gateway);
  const known = workload === undefined ? inventory.find('Service', namespace, service) : labels ?? findWorkload(inventory, namespace, workload);
  const pods = known ? undefined : gatewayMade(inventory, namespace, workload ?? service ?? '');
  return pods && { pods };
}

/** The gateway of a name: that of a Gateway of the Gateway API, or pods. */
function gatewayNamed(inventory: Inventory, namespace: string, name: string): NamedGateway {
  const gateway = inventory.find('KubernetesGateway', namespace, name);
  if (!gateway) {
    const pods = findWorkload(inventory, namespace, name) ?? gatewayMade(inventory, namespace, name);
    if (pods) return { pods };
    const instead = insteadOf(inventory, ['KubernetesGateway', ...WORKLOAD_KINDS], namespace, name);
    throw new Error(`destination.gateway must be a Gateway or the pods of one, got '${name}' in namespace '${namespace}'; add its manifest${instead}`);
  }
  const { spec: { gatewayClassName = 'istio' } } = gateway;
  if (!isOfIstio(inventory, gateway)) return { unknown: `the Gateway '${name}' is of class '${gatewayClassName}', whose gateways are not evaluated` };
  const pods = isAutomated(gateway) ? madeFor(inventory, gateway) : behindAddresses(inventory, gateway);
  return pods ? { pods: { ...pods, name } } : { unknown: `the pods behind the addresses of Gateway '${name}' are not in the manifests` };
}

/** The pods whose Deployment and Service, both made by Istio, have a name. */
function gatewayMade(inventory: Inventory, namespace: string, name: string): Workload | undefined {
  const found = findMadePods(inventory, namespace, name);
  return found?.name === name && gatewayKindOf(inventory, found) === ProxyKind.GATEWAY ? found : undefined;
}

function isOfIstio(inventory: Inventory, gateway: KubernetesGateway): boolean { return kindOfGateway(inventory, gateway) === ProxyKind.GATEWAY; }

/** The pods that Istio made, or will make. */
function madeFor(inventory: Inventory, { namespace, name }: KubernetesGateway): Workload | undefined {
  const [running] = workloadsBehind(inventory, { namespace, spec: { selector: { [GATEWAY_NAME]: name } } });
  return running ?? findMadePods(inventory, namespace, name);
}

function behindAddresses(inventory: Inventory, gateway: KubernetesGateway): Workload | undefined {
  return addressedServices(inventory, gateway).flatMap(service => workloadsBehind(inventory, service))[0];
}

/** The Services that the addresses of a Gateway name, in its own namespace. */
function addressedServices(inventory: Inventory, { namespace, spec: { addresses = [] } }: KubernetesGateway): Service[] {
  return addresses.filter(({ type }) => type === undefined || type === 'Hostname').flatMap(({ value = '' }) => {
    const [name, of, kind] = value.split('.');
    return of === undefined || of === namespace && kind === 'svc' ? inventory.find('Service', namespace, name) ?? [] : [];
  });
}

/** A Gateway of the Gateway API that pods serve, and the port of the pods for each of its own; undefined for one that they do not have. */
export interface Served {
  readonly gateway: KubernetesGateway;
  portOf(listenerPort: number): number | undefined;
}

/** The Gateways of the Gateway API that pods serve: the one that they were made for, and those whose addresses name a Service of theirs. */
export function gatewaysServed(inventory: Inventory, pods: Pick<Workload, 'namespace' | 'labels' | 'podSpec' | 'machine'>): Served[] {
  return inventory.of('KubernetesGateway', pods.namespace).filter(gateway => isOfIstio(inventory, gateway)).flatMap(gateway => {
    if (isAutomated(gateway)) return pods.labels[GATEWAY_NAME] === gateway.name ? [{ gateway, portOf: (port: number) => port }] : [];
    const services = addressedServices(inventory, gateway).filter(service => servicesOf(inventory, pods).includes(service));
    return services.length === 0 ? [] : [{ gateway, portOf: (port: number) => mappedPorts(services, port, pods)[0] }];
  });
}

/** The ports of pods that Services map a port of theirs to. */
export function mappedPorts(services: readonly Service[], port: number, pods: Pick<Workload, 'podSpec' | 'machine'>): number[] {
  return services.flatMap(portsOf).filter(candidate => candidate.port === port).flatMap(found => targetPort(found, pods) ?? []);
}

/** The proxy of pods that no proxy is known to stand by, where a Gateway tells that they are one themselves. */
export function asGateway(inventory: Inventory, workload: Workload, found: FoundProxy): FoundProxy {
  const isAssumed = found.kind === undefined || inventory.namespaceLabels(workload.namespace) === undefined && workload.labels[INJECT] === undefined;
  if (found.kind === ProxyKind.GATEWAY || !isAssumed || found.broken !== undefined || found.unknown !== undefined) return found;
  if (gatewaysServed(inventory, workload).length > 0) return { kind: ProxyKind.GATEWAY, notes: [], labels: found.labels };
  const [selecting] = gatewaysSelecting(inventory, workload.labels);
  if (!selecting) return found;
  return { kind: ProxyKind.GATEWAY, notes: [`'${fullName(workload)}' is taken for a gateway, as Gateway ${fullName(selecting)} selects its pods`], labels: found.labels };
}
