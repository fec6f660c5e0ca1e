import { clusterIpsOf, endpointPort, isHeadless, portsOf, Service, servicePort, SlicePorts } from './service';
import { ServiceEntry, targetOfEntryPort } from './service-entry';
import { RequestDestination } from '../request/request';
import { fullName } from '../resources/policy';
import { familiesOf, IpFamily, ofFamily } from '../workloads/ip-family';
import { Workload } from '../workloads/workload';

/** What a destination names, with one of the workloads that it leads to. */
export interface Target {
  readonly destination: RequestDestination;
  readonly service?: Service;
  readonly entry?: ServiceEntry;
  readonly workload?: Workload;
  /** Whether clients in ambient mode know no more of the workload than its address. */
  readonly byAddressOnly?: boolean;
  /** The ports of the EndpointSlice that names the workload. */
  readonly sliced?: SlicePorts;
  /** The family by which it is called; undefined where that is not known. */
  readonly family?: IpFamily;
}

/** A target by each family of addresses that it may be called by. */
export function byFamily(target: Target): Target[] {
  const { destination: { ip } } = target;
  const families = familiesOf(ip === undefined ? calledIps(target) : [ip]);
  return families.length === 0 ? [target] : families.map(family => ({ ...target, family }));
}

/** The addresses that clients call. */
function calledIps({ service, entry, workload }: Target): readonly string[] {
  const own = service ? clusterIpsOf(service) : entry?.spec.addresses ?? [];
  return own.length > 0 ? own : workload?.ips ?? [];
}

/** The address that is called, as what is called has it. */
export function calledIp(target: Target): string | undefined {
  return target.destination.ip ?? ofFamily(calledIps(target), target.family);
}

/** The address that a pod sees as its own: where its object is called, not the one that the client called. */
export function ipOfPod({ service, entry, family, destination: { ip } }: Target, { ips }: Workload): string | undefined {
  return (service || entry ? undefined : ip) ?? ofFamily(ips, familiesOf(ips).length > 1 ? family : undefined);
}

/** Names of what is behind a destination; with their kinds where a name is there twice. */
export function namesOf(targets: readonly Target[]): (string | undefined)[] {
  const names = targets.map(({ workload }) => workload && nameOf(workload));
  return targets.map(({ workload }, i) => names.indexOf(names[i]) === names.lastIndexOf(names[i]) ? names[i] : `${workload?.kind} ${names[i]}`);
}

/** Endpoints have no name but their address. */
function nameOf(workload: Workload): string { return workload.kind === 'endpoint' ? workload.name : fullName(workload); }

/** What the client connects to: of a Service without cluster address the pods themselves, which a waypoint for Services is not in front of. */
export function asDialled(target: Target): Target {
  const { service, workload, destination } = target;
  const port = service && isHeadless(service) && workload ? containerPort(target, workload) : undefined;
  return port === undefined ? target : { ...target, destination: { ...destination, port }, service: undefined };
}

/** Why the way does not go on, where the manifests have nothing that is behind the object. */
export function whyNoWorkload({ destination, service, entry }: Target): string {
  if (entry) return `what enforces policy on the way to ServiceEntry '${entry.name}' is not evaluated: no waypoint is on it`;
  if (service?.spec.type === 'ExternalName') return `Service '${service.name}' is another name for '${service.spec.externalName ?? ''}'; address that`;
  return `no workload of the manifests is behind Service '${destination.service}'`;
}

/** Whether the addressed object has the port. */
export function hasPort({ service, destination: { port } }: Target): boolean {
  return !service || servicePort(service, port) !== undefined;
}

/** The port of what is behind the object that is addressed, whether or not the manifests have it. */
export function portBehind(target: Target): number | undefined {
  const { workload, entry, destination: { port } } = target;
  if (workload) return containerPort(target, workload);
  const found = entry?.spec.ports?.find(({ number }) => number === port);
  return found && targetOfEntryPort(found, {});
}

/** The port of the workload that is addressed; undefined if the manifests do not tell. */
export function containerPort({ service, entry, sliced, destination: { port, proxy } }: Target, workload: Workload): number | undefined {
  if (entry) {
    const found = entry.spec.ports?.find(({ number }) => number === port);
    return found ? targetOfEntryPort(found, workload) : port;
  }
  if (!service) return port;
  const found = servicePort(service, port);
  if (found) return endpointPort(found, workload, sliced);
  if (proxy) return port;
  const ports = portsOf(service).map(candidate => candidate.port).join(', ');
  throw new Error(`destination.port must be a port of Service '${service.name}' (${ports}), got ${port}; leave out the service to address a container port`);
}
