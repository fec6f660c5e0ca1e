import { SpecOf } from '../resources/kinds';
import { Resource } from '../resources/policy';
import { Workload } from '../workloads/workload';

export type Service = Resource<SpecOf<'Service'>>;
export type ServicePort = NonNullable<Service['spec']['ports']>[number];

/** The TCP ports of a Service. */
export function portsOf({ spec: { ports = [] } }: Service): readonly ServicePort[] {
  return ports.filter(({ protocol }) => protocol !== 'UDP' && protocol !== 'SCTP');
}

export function servicePort(service: Service, port: number): ServicePort | undefined {
  return portsOf(service).find(candidate => candidate.port === port);
}

/** The port of a workload that a Service port leads to; a name is looked up in the pod, and every name at a machine. */
export function targetPort({ name = '', port, targetPort: target }: ServicePort, { podSpec, machine }: Pick<Workload, 'podSpec' | 'machine'>): number | undefined {
  const wanted = target === undefined || target === 0 || target === '' ? port : target;
  if (typeof wanted !== 'string') return machine?.ports[name] ?? wanted;
  if (machine) return machine.ports[wanted];
  const ports = podSpec?.containers?.flatMap(({ ports: declared = [] }) => declared) ?? [];
  return ports.find(({ name: known, protocol = 'TCP' }) => known === wanted && protocol === 'TCP')?.containerPort;
}

/** Ports as an EndpointSlice numbers them. */
export type SlicePorts = SpecOf<'EndpointSlice'>['ports'];

/** The port that a Service port leads to at one of its endpoints: where an EndpointSlice names that, its port of the same name. */
export function endpointPort(port: ServicePort, workload: Pick<Workload, 'podSpec' | 'machine'>, sliced: SlicePorts): number | undefined {
  return sliced ? sliced.find(({ name = '' }) => name === (port.name ?? ''))?.port : targetPort(port, workload);
}

/** Whether clients call the pods of a Service, as it has no address of its own. */
export function isHeadless({ spec: { clusterIP, clusterIPs } }: Service): boolean {
  return (clusterIP ?? clusterIPs?.[0]) === 'None';
}

/** The addresses of a Service, one of each family, as far as they are known. */
export function clusterIpsOf({ spec: { clusterIP, clusterIPs } }: Service): string[] {
  return [...new Set([clusterIP ?? [], clusterIPs ?? []].flat())].filter(ip => ip !== 'None');
}
