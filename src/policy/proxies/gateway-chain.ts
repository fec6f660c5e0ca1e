import { Accepted, isIstioAlpn, Refused } from './filter-chain';
import { GatewayChain, isBetweenNetworks } from '../gateways/gateway-chains';
import { Connection } from '../request/connection';
import { Transport } from '../request/request';
import { precision } from '../workloads/host-name';

/** What a gateway makes of a connection, once for each way to tell what listens. */
export function gatewayAcceptances(listeners: readonly (readonly GatewayChain[])[], connection: Connection): (Accepted | Refused)[] {
  return listeners.flatMap(chains => accept(chains, connection));
}

/** Several chains may take a connection where none of them is for server names; which one does is not known. */
function accept(chains: readonly GatewayChain[], connection: Connection): (Accepted | Refused)[] {
  if (chains.length === 0) return [{ refusal: 'the gateway does not listen on this port: no server of it, or no route for its TCP server; a Service in front leads to ports of its pods, which are meant' }];
  const isPlaintext = connection.transport === Transport.PLAINTEXT;
  const taking = chainsFor(chains, isPlaintext ? '' : (connection.sni ?? '').toLowerCase());
  if (taking.length > 0) return taking.map(chain => acceptOn(chain, connection));
  return [{ refusal: isPlaintext ? 'the server expects TLS, and the client sends plaintext' : `no server is for the name '${connection.sni ?? ''}'` }];
}

/** The chain with the most precise name, else those that are for any. */
function chainsFor(chains: readonly GatewayChain[], name: string): readonly GatewayChain[] {
  let best: GatewayChain | undefined;
  let most = 0;
  for (const chain of name === '' ? [] : chains) {
    const fits = chain.names?.includes(name) ? Infinity : Math.max(0, ...chain.names?.filter(one => one.startsWith('*')).map(one => precision(one, name)) ?? []);
    if (fits > most) [best, most] = [chain, fits];
  }
  return best ? [best] : chains.filter(({ names }) => names === undefined);
}

function acceptOn(chain: GatewayChain, connection: Connection): Accepted | Refused {
  const { kind, tlsMode, hosts } = chain;
  const { principal, sni = '', alpn } = connection;
  const isPlaintext = connection.transport === Transport.PLAINTEXT;
  const accepted = { chain: kind, hosts, isEncrypted: tlsMode !== undefined };
  if (isBetweenNetworks(chain)) {
    return alpn.some(isIstioAlpn) ? { ...accepted, peer: '', sni, isExempt: true } : { refusal: "between networks only Istio's mutual TLS passes" };
  }
  switch (tlsMode) {
    case undefined:
      return { ...accepted, peer: '', sni: '', opaqueTls: !isPlaintext };
    case 'PASSTHROUGH':
      return { ...accepted, peer: '', sni: isPlaintext ? '' : sni };
    case 'MUTUAL':
    case 'ISTIO_MUTUAL':
      if (isPlaintext) break;
      return principal === '' ? { refusal: 'the server asks for a client certificate, and the client shows none' } : { ...accepted, peer: principal, sni };
    case 'OPTIONAL_MUTUAL':
      if (isPlaintext) break;
      return { ...accepted, peer: principal, sni };
    default:
      if (!isPlaintext) return { ...accepted, peer: '', sni };
  }
  return { refusal: 'the server expects TLS, and the client sends plaintext' };
}
