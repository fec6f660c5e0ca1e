import { Service, servicePort, ServicePort } from './service';
import { ServiceEntry } from './service-entry';

/** What a port is declared to carry; AUTO is found out from the first bytes. */
export type Protocol = 'HTTP' | 'TCP' | 'AUTO';

/** Which filters a proxy puts a connection through. */
export type Chain = 'HTTP' | 'TCP';

const HTTP = ['http', 'http2', 'http_proxy', 'grpc', 'grpc-web'];
const TCP = ['tcp', 'tls', 'https', 'mongo', 'redis', 'mysql'];
const WELL_KNOWN_TCP_PORTS = [25, 53, 3306, 27017];
const KUBERNETES_PROTOCOLS: ReadonlyMap<string, Protocol> = new Map([['kubernetes.io/h2c', 'HTTP'], ['kubernetes.io/ws', 'HTTP'], ['kubernetes.io/wss', 'TCP']]);

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

/** What the port of a Service or ServiceEntry is declared to carry; undefined where it has none such. */
export function portProtocol({ service, entry }: { readonly service?: Service; readonly entry?: ServiceEntry }, port: number): Protocol | undefined {
  if (service) {
    const found = servicePort(service, port);
    return found && servicePortProtocol(found);
  }
  const found = entry?.spec.ports?.find(({ number }) => number === port);
  return found && namedProtocol(found.protocol ?? '');
}
