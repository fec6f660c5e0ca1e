import { Mesh } from './mesh-settings';
import { HttpRequest, RequestSource, Transport } from './request';
import { IpBits, ipBits } from '../../util/ip';

/** A connection as it comes in. */
export interface Connection {
  readonly transport: Transport;
  readonly alpn: readonly string[];
  /** In lower case, as Envoy keeps it. Empty for none; undefined where the request does not say it of a client of the mesh, whose proxy names the server. */
  readonly sni?: string;
  readonly principal: string;
  /** Undefined where it is not known. */
  readonly sourceIp?: IpBits;
  readonly http?: HttpRequest;
}

/** What a client of the mesh offers first, which is what counts. */
const MESH_ALPN = { http: ['istio-http/1.1'], other: ['istio-peer-exchange'] };

export function connectionOf(source: RequestSource = {}, http: HttpRequest | undefined, mesh: Mesh): Connection {
  const identity = identityOf(source, mesh);
  const transport = source.transport ?? (identity ? Transport.MUTUAL_TLS : Transport.PLAINTEXT);
  return {
    transport,
    alpn: source.alpn ?? (transport === Transport.MUTUAL_TLS ? meshAlpn(http) : []),
    sni: transport === Transport.PLAINTEXT ? '' : source.sni?.toLowerCase() ?? (identity !== '' && source.alpn === undefined ? undefined : ''),
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
export function identityOf({ principal, serviceAccount }: RequestSource, mesh: Mesh): string {
  if (principal !== undefined && serviceAccount !== undefined) throw new Error(`source must have a principal or a serviceAccount, got both '${principal}' and '${serviceAccount}'; leave one out`);
  if (serviceAccount === undefined) return !principal || principal.startsWith('spiffe://') ? principal ?? '' : `spiffe://${principal}`;
  return mesh.identities.of(serviceAccount);
}

function meshAlpn(http: HttpRequest | undefined): readonly string[] {
  return http ? MESH_ALPN.http : MESH_ALPN.other;
}

/** The connection as the next proxy sees it, where a waypoint makes it on behalf of the client. */
export function relayed(connection: Connection, via: string | undefined): Connection {
  if (via === undefined) return connection;
  if (via === '') return { transport: Transport.PLAINTEXT, principal: '', alpn: [], sni: '', http: connection.http };
  return { transport: Transport.MUTUAL_TLS, principal: via, alpn: meshAlpn(connection.http), sni: '', http: connection.http };
}

/** The namespace in an identity; undefined for none. */
export function clientNamespace(principal: string): string | undefined {
  return /\/ns\/([^/]+)\//.exec(principal)?.[1];
}

/** The same of an identity of the mesh; one of another mesh is in none of the namespaces. */
export function namespaceInMesh(principal: string, { trustDomains }: Mesh): string | undefined {
  return trustDomains.some(domain => principal.startsWith(`spiffe://${domain}/`)) ? clientNamespace(principal) : undefined;
}
