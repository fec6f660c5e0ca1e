import { knownEntry, KnownService, knownService, isVisible } from './known-service';
import { portsOf, targetPort } from './service';
import { ServiceEntry } from './service-entry';
import { contains } from '../../util/ip';
import { Mesh } from '../request/mesh-settings';
import { RequestDestination } from '../request/request';
import { Inventory } from '../resources/inventory';
import { fullName } from '../resources/policy';
import { findMadePods } from '../workloads/gateway-pods';
import { hostOfService } from '../workloads/host-name';
import { findWorkload, servicesOf, Workload } from '../workloads/workload';

/** What a client dials, as its proxy knows it. */
export interface Addressed {
  /** Undefined for the address of a pod that no host has. */
  readonly known?: KnownService;
  readonly port: number;
  /** Addresses that are called, as far as they are known. */
  readonly ips: readonly string[];
  /** In words: `Service shop/api`. */
  readonly name: string;
}

/** What clients of a namespace dial to get to a destination: a Service, or the one in front of a gateway; a pod itself, or the host that has its address. */
export function addressed(inventory: Inventory, mesh: Mesh, destination: RequestDestination, client: string): Addressed {
  const { namespace, service, serviceEntry, gateway, port } = destination;
  const found = inventory.find('Service', namespace, service);
  if (found) return ofHost(knownService(found), port, `Service ${fullName(found)}`);
  const entry = inventory.find('ServiceEntry', namespace, serviceEntry);
  if (entry) return ofHost(knownEntry(entry), port, `ServiceEntry ${fullName(entry)}`);
  if (serviceEntry !== undefined) return { port, ips: [], name: `ServiceEntry ${namespace}/${serviceEntry}` };
  return gateway === undefined ? ofPods(inventory, mesh, destination, client) : ofGateway(inventory, namespace, gateway, port);
}

function ofHost(known: KnownService, port: number, name: string): Addressed {
  return { known, port, ips: known.ips, name };
}

/** A pod itself, by its address or one that it is called by. */
function ofPods(inventory: Inventory, mesh: Mesh, { namespace, workload = '', port, ip }: RequestDestination, client: string): Addressed {
  const pods = findWorkload(inventory, namespace, workload);
  const ips = ip === undefined ? pods?.ips ?? [] : [ip];
  const known = pods && hostsOfPods(inventory, pods, ips).find(host => host.ports.includes(port) && isVisible(host, mesh, client));
  return { known, port, ips, name: addressOf({ namespace, name: workload }) };
}

function addressOf(named: { readonly namespace: string; readonly name: string }): string {
  return `the address of '${fullName(named)}'`;
}

/** The Service that leads to a port of a gateway; Istio makes one for a Gateway of the Gateway API. */
function ofGateway(inventory: Inventory, namespace: string, name: string, port: number): Addressed {
  const pods = findWorkload(inventory, namespace, name) ?? findMadePods(inventory, namespace, name);
  if (!pods) return { port, ips: [], name: addressOf({ namespace, name }) };
  for (const service of servicesOf(inventory, pods)) {
    const found = portsOf(service).find(candidate => targetPort(candidate, pods) === port);
    if (found?.port !== undefined) return ofHost(knownService(service), found.port, `Service ${fullName(service)}`);
  }
  if (pods.kind !== 'Gateway') return { port, ips: pods.ips, name: addressOf(pods) };
  return ofHost({ namespace, name: hostOfService(pods), pods, resolution: 'ADDRESS', ports: [port], ips: [] }, port, `Service ${fullName(pods)}`);
}

/** Pods that a Service without cluster address names are known to clients as well, and so is an address that a ServiceEntry has. */
function hostsOfPods(inventory: Inventory, pods: Workload, ips: readonly string[]): KnownService[] {
  const services = servicesOf(inventory, pods).map(knownService).filter(({ resolution }) => resolution === 'HEADLESS');
  const isCalled = ({ spec: { addresses = [] } }: ServiceEntry) => addresses.some(block => ips.some(ip => contains(block, ip)));
  const entries = inventory.once(entriesWithAddresses).filter(isCalled);
  return [...services, ...entries.map(entry => knownEntry(entry))];
}

function entriesWithAddresses(inventory: Inventory): ServiceEntry[] {
  return inventory.all('ServiceEntry').filter(({ spec: { addresses = [] } }) => addresses.length > 0);
}
