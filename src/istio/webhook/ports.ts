/** What is wrong with the number of a port. */
export function portFault(port: number): string | undefined {
  return port >= 1 && port <= 65535 ? undefined : `must be a port from 1 to 65535, got '${port}'; correct it`;
}

/** What a protocol that a port declares is to Istio. */
export type ProtocolFamily = 'http' | 'tls' | 'tcp';

const PROTOCOLS: ReadonlyMap<string, ProtocolFamily> = new Map<string, ProtocolFamily>([
  ...['http', 'http2', 'http_proxy', 'grpc', 'grpc-web'].map(name => [name, 'http'] as const),
  ...['https', 'tls'].map(name => [name, 'tls'] as const),
  ...['tcp', 'udp', 'mongo', 'redis', 'mysql'].map(name => [name, 'tcp'] as const),
]);

/** The family of a protocol as it is written, in any case; nothing where Istio does not know it. */
export function protocolFamily(protocol: string): ProtocolFamily | undefined {
  return PROTOCOLS.get(protocol.toLowerCase());
}

/** What is wrong with a protocol. */
export function protocolFault(protocol: string): string | undefined {
  return protocolFamily(protocol) === undefined
    ? `must be one of ${[...PROTOCOLS.keys()].map(name => name.toUpperCase()).join(', ')}, got '${protocol}'; name what the port speaks`
    : undefined;
}
