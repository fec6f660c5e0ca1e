import { contains } from '../../util/ip';
import { AccessRequest } from '../request/request';
import { Addressed } from '../services/addressed';
import { portProtocol } from '../services/protocol';
import { hostOfService, isWithin } from '../workloads/host-name';

/** The host that a request asks for; clients ask for the destination by its name where the request does not say it. */
export function askedHost({ http, destination: { namespace, service, serviceEntry, workload, gateway } }: AccessRequest): string {
  return http?.authority ?? `${service ?? serviceEntry ?? workload ?? gateway}.${namespace}`;
}

/** Whether a sidecar, which sends HTTP by its host, would send a request elsewhere than it is said to go. */
export function asksForAnother({ http }: AccessRequest, { known, port, ips }: Addressed, client: string): boolean {
  if (!known || !http?.authority || portProtocol(known, port) !== 'HTTP') return false;
  const host = http.authority.toLowerCase().replace(/:\d+$/, '').replace(/\.$/, '');
  const hosts = known.entry?.spec.hosts ?? [known.name];
  const isAddress = ips.some(ip => contains(ip, host));
  return !isAddress && !hosts.some(one => isWithin(host, one.toLowerCase())) && !shortNames(known.name, client).includes(host)
    && !(known.resolution === 'HEADLESS' && host.endsWith(`.${known.name}`));
}

/** The short names of a Service, as clients of a namespace may use them. */
function shortNames(name: string, client: string): string[] {
  const [service, namespace] = name.split('.');
  if (name !== hostOfService({ namespace, name: service })) return [];
  return [...namespace === client ? [service] : [], `${service}.${namespace}`, `${service}.${namespace}.svc`];
}
