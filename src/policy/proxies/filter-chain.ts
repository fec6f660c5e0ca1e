import { Chain } from './envoy-rule';
import { looksLikeHttp } from './http-request';
import { MutualTlsMode } from '../../istio/peer-authentication';
import { IpBits, ipBits } from '../../util/ip';
import { Mesh } from '../request/mesh-settings';
import { HttpRequest, RequestSource, Transport } from '../request/request';
import { Protocol } from '../topology/protocol';

/** What a proxy makes of a connection before any policy. */
export interface Accepted {
  readonly chain: Chain;
  /** Identity of the client, with `spiffe://`; empty for none. */
  readonly peer: string;
  readonly sni: string;
  /** Whether an HTTP filter chain is given the TLS handshake itself, as it does not expect one. */
  readonly opaqueTls?: boolean;
}

export interface Refused {
  readonly refusal: string;
}

const HTTP_ALPN = ['istio-http/1.0', 'istio-http/1.1', 'istio-h2'];
/** What a client of the mesh offers first, which is what counts. */
const MESH_ALPN = { http: ['istio-http/1.1'], other: ['istio-peer-exchange'] };
const ISTIO_ALPN = ['istio', 'istio-peer-exchange', ...HTTP_ALPN];

/** A connection as it comes in. */
export interface Connection {
  readonly transport: Transport;
  readonly alpn: readonly string[];
  readonly sni: string;
  readonly principal: string;
  /** Undefined where it is not known. */
  readonly sourceIp?: IpBits;
  readonly http?: HttpRequest;
}

export function connectionOf(source: RequestSource = {}, http: HttpRequest | undefined, mesh: Mesh): Connection {
  const identity = identityOf(source, mesh);
  const transport = source.transport ?? (identity ? Transport.MUTUAL_TLS : Transport.PLAINTEXT);
  return {
    transport,
    alpn: source.alpn ?? (transport === Transport.MUTUAL_TLS ? meshAlpn(http) : []),
    sni: transport === Transport.PLAINTEXT ? '' : source.sni ?? '',
    principal: transport === Transport.MUTUAL_TLS ? identity : '',
    sourceIp: source.ip === undefined ? undefined : addressOf(source.ip),
    http,
  };
}

function addressOf(ip: string): IpBits {
  const address = ipBits(ip);
  if (address === undefined) throw new Error(`source.ip must be an IP address, got '${ip}'`);
  return address;
}

/** The identity in the client's certificate, with `spiffe://`; empty for none. */
function identityOf({ principal, serviceAccount }: RequestSource, mesh: Mesh): string {
  if (principal !== undefined && serviceAccount !== undefined) throw new Error(`source must have a principal or a serviceAccount, got both '${principal}' and '${serviceAccount}'; leave one out`);
  if (serviceAccount === undefined) return !principal || principal.startsWith('spiffe://') ? principal ?? '' : `spiffe://${principal}`;
  const slash = serviceAccount.indexOf('/');
  const [namespace, name] = [serviceAccount.slice(0, slash), serviceAccount.slice(slash + 1)];
  if (slash <= 0 || name === '' || name.includes('/')) throw new Error(`source.serviceAccount must be NAMESPACE/NAME, got '${serviceAccount}'`);
  return identityOfAccount(namespace, name, mesh);
}

/** The identity that the mesh gives a service account. */
export function identityOfAccount(namespace: string, account: string, { trustDomain }: Mesh): string {
  return `spiffe://${trustDomain}/ns/${namespace}/sa/${account}`;
}

function meshAlpn(http: HttpRequest | undefined): readonly string[] {
  return http ? MESH_ALPN.http : MESH_ALPN.other;
}

/** The connection as the next proxy sees it, where a waypoint makes it on behalf of the client. */
export function relayed(connection: Connection, via: string | undefined): Connection {
  if (via === undefined) return connection;
  return { transport: Transport.MUTUAL_TLS, principal: via, alpn: meshAlpn(connection.http), sni: '' };
}

/** The filter chain of a sidecar's inbound listener that takes a connection. */
export function sidecarChain(mode: MutualTlsMode, protocol: Protocol, connection: Connection, mesh: Mesh): Accepted | Refused {
  const plaintext = connection.transport === Transport.PLAINTEXT;
  if (mode === MutualTlsMode.DISABLE) {
    const chain = plaintext ? plaintextChain(protocol, connection) : opaqueChain(protocol);
    return { chain, peer: '', sni: '', opaqueTls: !plaintext };
  }
  if (plaintext) {
    if (mode === MutualTlsMode.STRICT) return { refusal: 'the port accepts mutual TLS only, and the client sends plaintext' };
    return { chain: plaintextChain(protocol, connection), peer: '', sni: '' };
  }
  const isOfMesh = connection.alpn.some(name => ISTIO_ALPN.includes(name));
  if (mode === MutualTlsMode.STRICT || isOfMesh) return terminate(tlsChain(protocol, connection), connection, mesh);
  if (protocol === 'HTTP') return { refusal: "the port takes plaintext or Istio's mutual TLS, and the client sends another TLS" };
  return { chain: 'TCP', peer: '', sni: connection.sni };
}

function plaintextChain(protocol: Protocol, { http }: Connection): Chain {
  if (protocol !== 'AUTO') return protocol;
  return http && looksLikeHttp(http) ? 'HTTP' : 'TCP';
}

/** Where TLS is not expected, a handshake does not look like HTTP. */
function opaqueChain(protocol: Protocol): Chain {
  return protocol === 'HTTP' ? 'HTTP' : 'TCP';
}

function tlsChain(protocol: Protocol, { alpn }: Connection): Chain {
  if (protocol !== 'AUTO') return protocol;
  const chosen = alpn.find(name => ISTIO_ALPN.includes(name));
  return chosen !== undefined && HTTP_ALPN.includes(chosen) ? 'HTTP' : 'TCP';
}

/** Ends mutual TLS: the client must show a certificate of a trust domain of the mesh. */
export function terminate(chain: Chain, { principal, sni }: Connection, mesh: Mesh): Accepted | Refused {
  if (principal === '') return { refusal: 'the client shows no certificate' };
  if (!isTrusted(principal, mesh)) {
    return { refusal: `'${principal}' is of a trust domain that the mesh does not know` };
  }
  return { chain, peer: principal, sni };
}

function isTrusted(principal: string, { clientPrefixes }: Mesh): boolean {
  return clientPrefixes.some(prefix => principal.startsWith(prefix));
}

export function isRefused(result: Accepted | Refused): result is Refused {
  return 'refusal' in result;
}
