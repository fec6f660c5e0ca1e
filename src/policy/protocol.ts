import { AnyResource } from './inventory';

/** What a port is declared to carry; AUTO is found out from the first bytes. */
export type Protocol = 'HTTP' | 'TCP' | 'AUTO';

const HTTP = ['http', 'http2', 'http_proxy', 'grpc', 'grpc-web'];
const TCP = ['tcp', 'tls', 'https', 'mongo', 'redis', 'mysql'];
const WELL_KNOWN_TCP_PORTS = [25, 53, 3306, 27017];
const KUBERNETES_PROTOCOLS: Record<string, Protocol> = { 'kubernetes.io/h2c': 'HTTP', 'kubernetes.io/ws': 'HTTP', 'kubernetes.io/wss': 'TCP' };

/** A port of a Service. */
export interface ServicePort {
  readonly name?: string;
  readonly port: number;
  readonly targetPort?: number | string;
  readonly protocol?: string;
  readonly appProtocol?: string;
}

/** The protocol of a Service port, by `appProtocol` or else by the part of its name before the first dash. */
export function servicePortProtocol({ name = '', port, appProtocol }: ServicePort): Protocol {
  if (appProtocol !== undefined && KUBERNETES_PROTOCOLS[appProtocol]) return KUBERNETES_PROTOCOLS[appProtocol];
  const text = (appProtocol ?? name).toLowerCase();
  const known = text.startsWith('grpc-web') ? 'HTTP' : namedProtocol(text.split('-', 1)[0]);
  return known === 'AUTO' && WELL_KNOWN_TCP_PORTS.includes(port) ? 'TCP' : known;
}

/** The protocol of a port that names it, as in ServiceEntry and Gateway. */
export function namedProtocol(name: string): Protocol {
  const lower = name.toLowerCase();
  if (HTTP.includes(lower)) return 'HTTP';
  return TCP.includes(lower) ? 'TCP' : 'AUTO';
}

/** The TCP ports of a Service or ServiceEntry. */
export function portsOf(service: AnyResource): readonly ServicePort[] {
  const ports: readonly ServicePort[] = Array.isArray(service.spec?.ports) ? service.spec.ports : [];
  return ports.filter(({ protocol }) => protocol !== 'UDP' && protocol !== 'SCTP');
}

/** The container port that a Service port leads to; a name is looked up in the pod. */
export function targetPort({ port, targetPort: target = port }: ServicePort, podSpec: { containers?: unknown } | undefined): number | undefined {
  if (typeof target === 'number') return target;
  const containers = (Array.isArray(podSpec?.containers) ? podSpec.containers : []) as { ports?: { name?: string; containerPort?: number }[] }[];
  return containers.flatMap(({ ports = [] }) => ports).find(({ name }) => name === target)?.containerPort;
}
