import { namedProtocol, portsOf, Protocol, ServicePort, servicePortProtocol, targetPort } from './protocol';
import { ServiceEntry, targetOfEntryPort } from './service-entry';
import { isHeadless } from './waypoint-passage';
import { Workload } from './workload';
import { RequestDestination } from '../request/request';
import { SpecOf } from '../resources/kinds';
import { Resource } from '../resources/policy';

/** What a destination names, with one of the workloads that it leads to. */
export interface Target {
  readonly destination: RequestDestination;
  readonly service?: Resource<SpecOf<'Service'>>;
  readonly entry?: ServiceEntry;
  readonly workload?: Workload;
  /** Whether clients in ambient mode know no more of the workload than its address. */
  readonly byAddressOnly?: boolean;
}

/** What the client connects to: of a Service without cluster address the pods themselves, which a waypoint for Services is not in front of. */
export function asDialled(target: Target): Target {
  const { service, workload, destination } = target;
  const port = service && isHeadless(service) && workload ? containerPort(target, workload) : undefined;
  return port === undefined ? target : { destination: { ...destination, port }, workload };
}

/** Why the way does not go on, where the manifests have nothing that is behind the object. */
export function whyNoWorkload({ destination, service, entry }: Target): string {
  if (entry) return `what enforces policy on the way to ServiceEntry '${entry.name}' is not evaluated: no waypoint is on it`;
  if (service?.spec.type === 'ExternalName') return `Service '${service.name}' is another name for '${service.spec.externalName ?? ''}'; address that`;
  return `no workload of the manifests is behind Service '${destination.service}'`;
}

function servicePort(service: Resource<SpecOf<'Service'>>, port: number): ServicePort | undefined {
  return portsOf(service).find(candidate => candidate.port === port);
}

/** Whether the addressed object has the port. */
export function hasPort({ service, destination: { port } }: Target): boolean {
  return !service || servicePort(service, port) !== undefined;
}

/** The port of the workload that is addressed; undefined if the manifests do not tell. */
export function containerPort({ service, entry, destination: { port, proxy } }: Target, workload: Workload): number | undefined {
  if (entry) {
    const found = entry.spec.ports?.find(({ number }) => number === port);
    return found ? targetOfEntryPort(found, workload) : port;
  }
  if (!service) return port;
  const found = servicePort(service, port);
  if (found) return targetPort(found, workload);
  if (proxy) return port;
  const ports = portsOf(service).map(candidate => candidate.port).join(', ');
  throw new Error(`destination.port must be a port of Service '${service.name}' (${ports}), got ${port}; leave out the service to address a container port`);
}

/** The protocol of the port of the addressed object; undefined if it has none such. */
export function portProtocol({ service, entry, destination: { port } }: Target): Protocol | undefined {
  if (service) {
    const found = servicePort(service, port);
    return found && servicePortProtocol(found);
  }
  const found = entry?.spec.ports?.find(({ number }) => number === port);
  return found && namedProtocol(found.protocol ?? '');
}
