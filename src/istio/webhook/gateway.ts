import { isAddress } from '../../util/go/netip';
import { Metadata } from '../metadata';
import { at, Report } from '../problem';
import { checkFullHost, isDnsLabel, wildcardDomainOrAddress } from './names';
import { portFault, protocolFamily, protocolFault } from './ports';
import { checkServerTls, passesThrough, ServerTlsMessage } from './server-tls';
import { UNIX_PREFIX, unixPath } from './socket';
import { checkValue } from './values';

interface ServerMessage {
  readonly port?: { readonly number: number; readonly protocol: string; readonly name: string; readonly targetPort: number };
  readonly bind: string;
  readonly hosts: readonly string[];
  readonly tls?: ServerTlsMessage;
}

/** A Gateway of Istio's own API, as istiod sees it once decoded. */
export interface GatewayMessage {
  readonly servers: readonly ServerMessage[];
}

/** On objects that istiod makes of the Kubernetes Gateway API; the rules for names are not for them. */
export const GATEWAY_API = { annotation: 'internal.istio.io/gateway-semantics', value: 'gateway' };

/** What istiod's webhook says of a Gateway. */
export function checkGateway(spec: GatewayMessage, error: Report, warn: Report, metadata: Metadata): void {
  const generated = metadata.annotations?.[GATEWAY_API.annotation] === GATEWAY_API.value;
  if (!generated && !isDnsLabel(metadata.name)) {
    error('metadata.name', `must be at most 63 letters, digits and inner '-', got '${metadata.name}'; rename it`);
  }
  if (spec.servers.length === 0) {
    error('spec.servers', 'must not be empty, got \'[]\'; say what the gateway listens to');
  }
  const names = spec.servers.map(({ port }) => port?.name);
  spec.servers.forEach((server, index) => {
    const field = at('spec.servers', index);
    checkServer(server, field, generated, error, warn);
    if (names[index] !== undefined && names.indexOf(names[index]) < index) {
      error(at(field, 'port', 'name'), `must be another one than those before it, got '${names[index]}' again; rename it`);
    }
  });
}

function checkServer(server: ServerMessage, field: string, generated: boolean, error: Report, warn: Report): void {
  if (server.hosts.length === 0) {
    error(at(field, 'hosts'), 'must not be empty, got \'[]\'; name a host, \'*\' for all');
  }
  server.hosts.forEach((host, index) => checkHost(host, at(field, 'hosts', index), generated, error));
  const portIsGood = checkPort(server, field, error);
  checkBind(server, field, error);
  if (server.tls !== undefined) {
    checkServerTls(server.tls, at(field, 'tls'), error, warn);
    if (server.tls.httpsRedirect && server.port !== undefined && protocolFamily(server.port.protocol) !== 'http') {
      warn(at(field, 'tls', 'httpsRedirect'), `should be set for HTTP only, got protocol '${server.port.protocol}'; drop it`);
    }
  }
  if (portIsGood) {
    checkTlsOfProtocol(server, field, error);
  }
}

/** A host, with a namespace and a slash before it if need be. */
function checkHost(host: string, field: string, generated: boolean, error: Report): void {
  const slash = host.indexOf('/');
  const namespace = slash < 0 ? '*' : host.slice(0, slash);
  const name = host.slice(slash + 1);
  if (!['*', '.', ...(generated ? ['~'] : [])].includes(namespace) && !isDnsLabel(namespace)) {
    error(field, `must have '*', '.' or a namespace before the slash, got '${host}'; correct it`);
  }
  checkFullHost(name, field, wildcardDomainOrAddress, error);
}

function checkPort({ port, bind }: ServerMessage, server: string, error: Report): boolean {
  const field = at(server, 'port');
  if (port === undefined) {
    error(field, 'must be given, got nothing; name number, protocol and name');
    return false;
  }
  const faults = {
    protocol: protocolFault(port.protocol),
    number: bind.startsWith(UNIX_PREFIX) ? undefined : portFault(port.number), // that of a socket is checked with it
    targetPort: port.targetPort > 0 ? `must be left out, got '${port.targetPort}', which has no effect in a Gateway; drop it` : undefined,
    name: port.name === '' ? 'must be given, got \'\'; name the port' : undefined,
  };
  Object.entries(faults).forEach(([name, fault]) => checkValue(fault, at(field, name), found => found, error));
  return Object.values(faults).every(fault => fault === undefined);
}

function checkBind({ port, bind }: ServerMessage, server: string, error: Report): void {
  const field = at(server, 'bind');
  if (!bind.startsWith(UNIX_PREFIX)) {
    if (bind !== '' && !isAddress(bind)) {
      error(field, `must be an IP address or '${UNIX_PREFIX}' and a path, got '${bind}'; leave it out for all addresses`);
    }
    return;
  }
  checkValue(bind.slice(UNIX_PREFIX.length), field, unixPath, error);
  if (port !== undefined && port.number !== 0) {
    error(at(server, 'port', 'number'), `must be 0 for a socket, got '${port.number}'; correct one of them`);
  }
}

function checkTlsOfProtocol({ port, tls }: ServerMessage, server: string, error: Report): void {
  const field = at(server, 'tls');
  const family = protocolFamily(port?.protocol ?? '');
  if (family === 'tls' && tls === undefined) {
    error(field, `must be given for protocol ${port?.protocol}, got nothing; say how TLS is spoken`);
  }
  if (family === 'tls' || tls === undefined) {
    return;
  }
  if (family !== 'http') {
    error(field, `must be left out for protocol ${port?.protocol}, got mode ${tls.mode}; use TLS`);
  } else if (!passesThrough(tls) || tls.caCertificates !== '' || tls.privateKey !== '' || tls.serverCertificate !== '') {
    error(field, `must have nothing but httpsRedirect for protocol ${port?.protocol}, got mode ${tls.mode}; use HTTPS`);
  }
}
