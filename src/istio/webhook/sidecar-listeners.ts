import { checkConnectionPool, ConnectionPoolMessage } from './connection-pool';
import { portName } from './endpoint';
import { portFault, protocolFamily, protocolFault } from './ports';
import { checkServerTls, ServerTlsMessage } from './server-tls';
import { UNIX_PREFIX, unixPath } from './socket';
import { checkValue, ValueRule } from './values';
import { splitHostPort } from '../../util/go/host-port';
import { isAddress } from '../../util/go/netip';
import { parseInt64 } from '../../util/go/numbers';
import { at, Report } from '../problem';

interface Port {
  readonly number: number;
  readonly protocol: string;
  readonly name: string;
  readonly targetPort: number;
}

interface Listener {
  readonly port?: Port;
  readonly bind: string;
  readonly captureMode: string;
}

/** A port on which a sidecar takes requests, once decoded. */
export interface IngressMessage extends Listener {
  readonly defaultEndpoint: string;
  readonly tls?: ServerTlsMessage;
  readonly connectionPool?: ConnectionPoolMessage;
}

/** What a sidecar lets out, once decoded. */
export interface EgressMessage extends Listener {
  readonly hosts: readonly string[];
}

/** What istiod says of the ports on which a sidecar takes requests. */
export function checkIngress(listeners: readonly IngressMessage[], field: string, error: Report, warn: Report): void {
  listeners.forEach((listener, index) => {
    const where = at(field, index);
    const { port, bind, defaultEndpoint, tls, connectionPool } = listener;
    if (port === undefined) {
      error(at(where, 'port'), 'must be given, got nothing; name number and protocol');
      return;
    }
    checkPort(port, at(where, 'port'), error);
    checkBind(bind, at(where, 'bind'), error);
    if (listeners.slice(0, index).some(earlier => earlier.port?.number === port.number)) {
      error(at(where, 'port', 'number'), `must be another one than those before it, got '${port.number}' again; merge the listeners`);
    }
    checkValue(defaultEndpoint || undefined, at(where, 'defaultEndpoint'), localEndpoint, error);
    checkTls(tls, port, at(where, 'tls'), error, warn);
    checkConnectionPool(connectionPool, at(where, 'connectionPool'), error);
    if (connectionPool?.http !== undefined && protocolFamily(port.protocol) !== 'http') {
      warn(at(where, 'connectionPool', 'http'), `should be left out where the protocol is not HTTP, got '${port.protocol}'; only tcp counts`);
    }
  });
}

/** The parts of a number and a protocol that all listeners with an address share. */
function checkPort(port: Port, field: string, error: Report): void {
  checkNames(port, field, error);
  checkValue(port.number, at(field, 'number'), portFault, error);
}

function checkNames({ name, protocol, targetPort }: Port, field: string, error: Report): void {
  checkValue(name || undefined, at(field, 'name'), portName, error);
  checkValue(protocol || undefined, at(field, 'protocol'), protocolFault, error);
  if (targetPort > 0) {
    error(at(field, 'targetPort'), `must be left out, got '${targetPort}', which has no effect in a Sidecar; drop it`);
  }
}

function checkBind(bind: string, field: string, error: Report): void {
  if (bind !== '' && !isAddress(bind)) {
    error(field, `must be an IP address, got '${bind}'; leave it out for all addresses`);
  }
}

const LOCAL_HOSTS = ['', '127.0.0.1', '0.0.0.0', '::1', '::'];

const localEndpoint: ValueRule = value => {
  if (value.startsWith(UNIX_PREFIX)) {
    return unixPath(value.slice(UNIX_PREFIX.length));
  }
  const parts = splitHostPort(value);
  const port = parseInt64(parts?.port ?? '');
  return parts === undefined || !LOCAL_HOSTS.includes(parts.host) || port === undefined || portFault(Number(port)) !== undefined
    ? `must be 127.0.0.1:PORT, 0.0.0.0:PORT, [::1]:PORT, [::]:PORT or ${UNIX_PREFIX}PATH, got '${value}'; the workload itself is meant`
    : undefined;
};

/** What servers of a Gateway have, and listeners of a sidecar have not. */
const NOT_HERE = ['subjectAltNames', 'credentialName', 'credentialNames', 'tlsCertificates'] as const;

function checkTls(tls: ServerTlsMessage | undefined, { protocol }: Port, field: string, error: Report, warn: Report): void {
  if (tls === undefined) {
    return;
  }
  NOT_HERE.filter(name => tls[name].length > 0)
    .forEach(name => error(at(field, name), 'must be left out in a Sidecar, which takes certificates from files only; use serverCertificate and privateKey'));
  if (tls.httpsRedirect) {
    error(at(field, 'httpsRedirect'), "must be left out in a Sidecar, got 'true'; redirect at the gateway");
  }
  if (['ISTIO_MUTUAL', 'AUTO_PASSTHROUGH'].includes(tls.mode)) {
    error(at(field, 'mode'), `must be PASSTHROUGH, SIMPLE, MUTUAL or OPTIONAL_MUTUAL in a Sidecar, got '${tls.mode}'; use a PeerAuthentication for mTLS of the mesh`);
  }
  if (protocolFamily(protocol) !== 'tls') {
    error(field, `must be left out where the protocol is not HTTPS or TLS, got '${protocol}'; correct the protocol`);
  }
  checkServerTls(tls, field, error, warn);
}

/** What istiod says of the listeners by which requests leave a sidecar; their hosts are not looked at. */
export function checkEgress(listeners: readonly EgressMessage[], field: string, error: Report): void {
  listeners.forEach(({ port, bind, captureMode }, index) => {
    const where = at(field, index);
    const earlier = listeners.slice(0, index);
    if (port === undefined) {
      if (index < listeners.length - 1) {
        error(at(where, 'port'), 'must be given in every listener but the last one, got nothing; name it, or move the listener to the end');
      }
    } else if (port.number === 0) {
      checkSocket(port, { bind, captureMode }, where, error);
      if (earlier.some(other => other.port?.number === 0 && other.bind === bind)) {
        error(at(where, 'bind'), `must be another one than those before it, got '${bind}' again; merge the listeners`);
      }
    } else {
      checkPort(port, at(where, 'port'), error);
      checkBind(bind, at(where, 'bind'), error);
      if (earlier.some(other => other.port?.number === port.number)) {
        error(at(where, 'port', 'number'), `must be another one than those before it, got '${port.number}' again; merge the listeners`);
      }
    }
  });
}

function checkSocket(port: Port, { bind, captureMode }: Listener, field: string, error: Report): void {
  checkNames(port, at(field, 'port'), error);
  if (!bind.startsWith(UNIX_PREFIX)) {
    error(at(field, 'port', 'number'), `must be given unless bind is a socket, got '0' and bind '${bind}'; name the port`);
  } else {
    checkValue(bind.slice(UNIX_PREFIX.length), at(field, 'bind'), unixPath, error);
  }
  if (!['DEFAULT', 'NONE'].includes(captureMode)) {
    error(at(field, 'captureMode'), `must be DEFAULT or NONE for a socket, got '${captureMode}'; correct it`);
  }
}
