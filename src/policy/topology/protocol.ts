import { Workload } from './workload';
import { SpecOf } from '../resources/kinds';
import { Resource } from '../resources/policy';

/** What a port is declared to carry; AUTO is found out from the first bytes. */
export type Protocol = 'HTTP' | 'TCP' | 'AUTO';

/** Which filters a proxy puts a connection through. */
export type Chain = 'HTTP' | 'TCP';

const HTTP = ['http', 'http2', 'http_proxy', 'grpc', 'grpc-web'];
const TCP = ['tcp', 'tls', 'https', 'mongo', 'redis', 'mysql'];
const WELL_KNOWN_TCP_PORTS = [25, 53, 3306, 27017];
const KUBERNETES_PROTOCOLS: ReadonlyMap<string, Protocol> = new Map([['kubernetes.io/h2c', 'HTTP'], ['kubernetes.io/ws', 'HTTP'], ['kubernetes.io/wss', 'TCP']]);

/** A port of a Service. */
export type ServicePort = NonNullable<SpecOf<'Service'>['ports']>[number];

/** The protocol of a Service port, by `appProtocol` or else by the part of its name before the first dash. */
export function servicePortProtocol({ name = '', port, appProtocol }: ServicePort): Protocol {
  const ofKubernetes = KUBERNETES_PROTOCOLS.get(appProtocol ?? '');
  if (ofKubernetes !== undefined) return ofKubernetes;
  const known = namedProtocol((appProtocol ?? name).split('-')[0]);
  return known === 'AUTO' && WELL_KNOWN_TCP_PORTS.some(one => one === port) ? 'TCP' : known;
}

/** The protocol of a port that names it, as in ServiceEntry and Gateway. */
export function namedProtocol(name: string): Protocol {
  const lower = name.toLowerCase();
  if (HTTP.includes(lower)) return 'HTTP';
  return TCP.includes(lower) ? 'TCP' : 'AUTO';
}

/** The TCP ports of a Service. */
export function portsOf({ spec: { ports = [] } }: Resource<SpecOf<'Service'>>): readonly ServicePort[] {
  return ports.filter(({ protocol }) => protocol !== 'UDP' && protocol !== 'SCTP');
}

/** The port of a workload that a Service port leads to; a name is looked up in the pod, and every name at a machine. */
export function targetPort({ name = '', port, targetPort: target }: ServicePort, { podSpec, machine }: Pick<Workload, 'podSpec' | 'machine'>): number | undefined {
  const wanted = target === undefined || target === 0 || target === '' ? port : target;
  if (typeof wanted !== 'string') return machine?.ports[name] ?? wanted;
  if (machine) return machine.ports[wanted];
  const ports = podSpec?.containers?.flatMap(({ ports: declared = [] }) => declared) ?? [];
  return ports.find(({ name: known, protocol = 'TCP' }) => known === wanted && protocol === 'TCP')?.containerPort;
}
