import { Protocol, Transport } from './workload';

/** What a Service port says about itself. */
export interface PortDeclaration {
  readonly port: number;
  readonly name?: string;
  readonly appProtocol?: string;
  readonly transport: Transport;
}

const HTTP = new Set(['http', 'http2', 'http_proxy', 'grpc']);
const TCP = new Set(['tcp', 'udp', 'tls', 'https', 'mongo', 'mysql', 'redis']);

const HTTP2 = new Set(['http2', 'grpc']);

/** Values that Kubernetes defines for appProtocol; as port names they mean nothing. */
const KUBERNETES: Readonly<Record<string, Protocol>> = {
  'kubernetes.io/h2c': 'http',
  'kubernetes.io/ws': 'http',
  'kubernetes.io/wss': 'tcp',
};

/** SMTP, DNS, MySQL, MongoDB: their servers speak first, so Istio never sniffs these ports. */
const SERVER_FIRST: ReadonlySet<number> = new Set([25, 53, 3306, 27017]);

/**
 * What Istio takes a Service port for: by its appProtocol alone where it has one, else by its name up to the
 * first dash. TLS that the workload terminates itself is TCP to the mesh.
 */
export function protocolOf(declared: PortDeclaration): Protocol {
  if (declared.transport === 'UDP') return 'tcp';
  const { appProtocol } = declared;
  if (appProtocol !== undefined && Object.hasOwn(KUBERNETES, appProtocol)) return KUBERNETES[appProtocol];
  const said = (appProtocol ?? declared.name ?? '').toLowerCase();
  if (said.startsWith('grpc-web')) return 'http';
  const prefix = said.split('-')[0];
  if (HTTP.has(prefix)) return 'http';
  if (TCP.has(prefix)) return 'tcp';
  return SERVER_FIRST.has(declared.port) ? 'tcp' : 'undeclared';
}

/** Whether Istio takes a Service port for one of HTTP/2, which it speaks to no other that is declared. */
export function isHttp2(declared: PortDeclaration): boolean {
  const { appProtocol, name } = declared;
  const said = (appProtocol ?? name ?? '').toLowerCase();
  return appProtocol === 'kubernetes.io/h2c' || said.startsWith('grpc-web') || HTTP2.has(said.split('-')[0]);
}
