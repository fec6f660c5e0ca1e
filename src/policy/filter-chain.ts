import { Chain } from './envoy-rule';
import { looksLikeHttp, isHttp2 } from './http-request';
import { Mesh } from './mesh-settings';
import { Protocol } from './protocol';
import { HttpRequest, RequestSource, Transport } from './request';
import { MutualTlsMode } from '../istio/peer-authentication';

/** What a proxy makes of a connection before any policy. */
export interface Accepted {
  readonly chain: Chain;
  /** Identity of the client, with `spiffe://`; empty for none. */
  readonly peer: string;
  readonly sni: string;
  /** Whether the filter chain is given the TLS handshake itself, as it does not expect one. */
  readonly opaqueTls: boolean;
}

export interface Refused {
  readonly refusal: string;
}

const HTTP_ALPN = ['istio-http/1.0', 'istio-http/1.1', 'istio-h2'];
const ISTIO_ALPN = ['istio', 'istio-peer-exchange', ...HTTP_ALPN];

/** A connection as it comes in. */
export interface Connection {
  readonly transport: Transport;
  readonly alpn: readonly string[];
  readonly sni: string;
  readonly principal: string;
  readonly http?: HttpRequest;
}

export function connectionOf(source: RequestSource | undefined, http: HttpRequest | undefined): Connection {
  const transport = source?.transport ?? (source?.principal ? Transport.MUTUAL_TLS : Transport.PLAINTEXT);
  const principal = transport === Transport.MUTUAL_TLS ? source?.principal ?? '' : '';
  return {
    transport,
    alpn: source?.alpn ?? (transport === Transport.MUTUAL_TLS ? meshAlpn(http) : []),
    sni: transport === Transport.PLAINTEXT ? '' : source?.sni ?? '',
    principal: principal === '' || principal.startsWith('spiffe://') ? principal : `spiffe://${principal}`,
    http,
  };
}

function meshAlpn(http: HttpRequest | undefined): string[] {
  if (!http) return ['istio-peer-exchange', 'istio'];
  return [isHttp2(http.version) ? 'istio-h2' : 'istio-http/1.1', 'istio'];
}

/** The connection that a waypoint makes on behalf of the client. */
export function relayed(connection: Connection, via: string): Connection {
  return { ...connection, transport: Transport.MUTUAL_TLS, principal: via, alpn: meshAlpn(connection.http), sni: '' };
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
    return { chain: plaintextChain(protocol, connection), peer: '', sni: '', opaqueTls: false };
  }
  const istio = connection.alpn.find(name => ISTIO_ALPN.includes(name));
  if (mode === MutualTlsMode.STRICT || istio !== undefined) return terminate(tlsChain(protocol, connection), connection, mesh);
  if (protocol === 'HTTP') return { refusal: "the port takes plaintext or Istio's mutual TLS, and the client sends another TLS" };
  return { chain: 'TCP', peer: '', sni: connection.sni, opaqueTls: true };
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
  if (!mesh.trustDomains.some(name => principal.startsWith(`spiffe://${name}/`))) {
    return { refusal: `'${principal}' is of a trust domain that the mesh does not know` };
  }
  return { chain, peer: principal, sni, opaqueTls: false };
}

export function isRefused(result: Accepted | Refused): result is Refused {
  return 'refusal' in result;
}
