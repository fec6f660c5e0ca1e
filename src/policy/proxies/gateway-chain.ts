import { Accepted, Refused } from './filter-chain';
import { Connection } from '../request/connection';
import { Transport } from '../request/request';
import { GatewayServer } from '../topology/gateway';
import { isRouted } from '../topology/gateway-routes';

/** Whether a request to this authority has a route, be it only for some paths or headers. */
export function isServed(servers: readonly GatewayServer[], authority: string): boolean {
  const host = authority.toLowerCase().replace(/:\d+$/, '');
  return servers.some(({ hosts, routes }) => isRouted(hosts, routes, host));
}

/** The filter chain of a gateway's listener that takes a connection. */
export function gatewayChain(servers: readonly GatewayServer[], connection: Connection): Accepted | Refused {
  const { transport, sni = '', principal } = connection;
  if (servers.length === 0) return { refusal: 'the gateway does not listen on this port' };
  const unrouted = servers.every(({ chain, number, routes }) => chain === 'TCP' && !routes.tcpPorts.some(port => port === undefined || port === number));
  if (unrouted) return { refusal: 'no route is for this TCP server, so there is no listener' };
  const plain = servers.find(({ tlsMode }) => tlsMode === undefined);
  if (plain) return { chain: plain.chain, peer: '', sni: '', opaqueTls: transport !== Transport.PLAINTEXT };
  if (transport === Transport.PLAINTEXT) return { refusal: 'the server expects TLS, and the client sends plaintext' };
  const server = serverForName(servers, sni.toLowerCase());
  if (!server) return { refusal: `no server is for the name '${sni}'` };
  return acceptTls(server, principal, sni);
}

function acceptTls({ tlsMode, chain }: GatewayServer, principal: string, sni: string): Accepted | Refused {
  switch (tlsMode) {
    case 'MUTUAL':
    case 'ISTIO_MUTUAL':
      if (principal === '') return { refusal: 'the server asks for a client certificate, and the client shows none' };
      return { chain, peer: principal, sni };
    case 'OPTIONAL_MUTUAL':
      return { chain, peer: principal, sni };
    default:
      return { chain, peer: '', sni };
  }
}

/** The server with the most specific host for a name; `*` also takes a client without one. */
function serverForName(servers: readonly GatewayServer[], name: string): GatewayServer | undefined {
  const precision = ({ hosts }: GatewayServer) => Math.max(...hosts.map(host => namePrecision(host, name)));
  return servers.filter(server => precision(server) > 0).sort((a, b) => precision(b) - precision(a))[0];
}

/** How precisely a host of a server stands for a name; 0 if it does not. `*.a.b` is also for `.a.b`. */
function namePrecision(host: string, name: string): number {
  if (host === name) return Infinity;
  return host.startsWith('*') && name.endsWith(host.slice(1)) ? host.length : 0;
}
