import { looksLikeHttp } from './http-request';
import { MutualTlsMode } from '../../istio/peer-authentication';
import { VirtualHosts } from '../gateways/virtual-host';
import { Connection } from '../request/connection';
import { Mesh } from '../request/mesh-settings';
import { Transport } from '../request/request';
import { Chain, Protocol } from '../services/protocol';

/** What a proxy makes of a connection before any policy. */
export interface Accepted {
  readonly chain: Chain;
  /** Identity of the client, with `spiffe://`; empty for none. */
  readonly peer: string;
  /** Undefined where it is not known. */
  readonly sni?: string;
  /** Whether an HTTP filter chain is given the TLS handshake itself, as it does not expect one. */
  readonly opaqueTls?: boolean;
  /** At a gateway: what is routed. */
  readonly hosts?: VirtualHosts;
  /** At a gateway: whether the client connects with TLS. */
  readonly isEncrypted?: boolean;
  /** Whether no policy is asked. */
  readonly isExempt?: boolean;
}

export interface Refused {
  readonly refusal: string;
}

const HTTP_ALPN = ['istio-http/1.0', 'istio-http/1.1', 'istio-h2'];
const ISTIO_ALPN = ['istio', 'istio-peer-exchange', ...HTTP_ALPN];

export function isIstioAlpn(name: string): boolean { return ISTIO_ALPN.includes(name); }

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
  const isOfMesh = () => connection.alpn.some(name => ISTIO_ALPN.includes(name));
  if (mode === MutualTlsMode.STRICT || isOfMesh()) return terminate(tlsChain(protocol, connection), connection, mesh);
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
