import { ConditionData } from './condition';
import { JwtIssuerData } from './jwt-issuer';
import { MeshFacts, NamespaceFacts } from './mesh';
import { HttpOperationData } from './operation-data';
import { ServiceFacts, WorkloadFacts } from './workload';

/** Hosts of a gateway on one port, and how their clients connect. */
export interface IngressServerData {
  readonly hosts: readonly string[];
  /** The port that clients call: of the Service of a classic gateway, of the listener of one of the Gateway API. */
  readonly port: number;
  /** Absent where clients connect in the clear. */
  readonly tls?: IngressTlsData;
  /** Why they may. */
  readonly reason?: string;
}

export interface IngressTlsData {
  /** The secret with the certificate, and with the authority of clients where these must have one. */
  readonly credentialName: string;
  readonly asksCertificate: boolean;
  /** Names of which the certificate of a client must have one; empty for any. */
  readonly subjectAltNames: readonly string[];
}

/** A gateway at the edge. */
export interface IngressGatewayData {
  /** Path of its construct, for messages. */
  readonly path: string;
  readonly namespace: string;
  /** Name of its Gateway object. */
  readonly name: string;
  /** The pods of a classic gateway; absent where Istio makes them for a Gateway of the Gateway API. */
  readonly pods?: WorkloadFacts;
  readonly serviceAccount: string;
  readonly servers: readonly IngressServerData[];
  /** Whether plaintext clients of hosts with TLS are told to come by HTTPS. */
  readonly redirects: boolean;
  /** Whose tokens it verifies. */
  readonly issuers: readonly JwtIssuerData[];
  readonly numTrustedProxies: number;
  /** The networks that these proxies connect from. */
  readonly proxyNetworks: readonly string[];
  /** Whether something else makes it. */
  readonly isExisting: boolean;
}

/** A gateway that lets in what accesses name, and nothing else. */
export interface IngressGatewayIntent {
  readonly kind: 'ingress-gateway';
  readonly mesh: MeshFacts;
  readonly namespace: NamespaceFacts;
  readonly gateway: IngressGatewayData;
  /** Namespaces whose routes it takes. */
  readonly routeNamespaces: readonly string[];
}

/** Which tokens clients must bring. */
export interface IngressTokensData {
  readonly issuers: readonly JwtIssuerData[];
  readonly scopes: readonly string[];
  readonly conditions: readonly ConditionData[];
}

/** Who may come in; each that is given must hold, none of them is anyone. */
export interface IngressClientsData {
  readonly networks: readonly string[];
  /** Identities in client certificates, without `spiffe://`; `*` for any that the server accepts. */
  readonly certificates: readonly string[];
  readonly tokens?: IngressTokensData;
  /** Why anyone may. */
  readonly reason?: string;
}

/** Where what comes in is sent. */
export interface IngressRouteData {
  readonly paths: readonly string[];
  readonly service: Pick<ServiceFacts, 'name' | 'namespace'>;
  readonly port: number;
}

/** Paths of a host. */
export interface LedElsewhere { readonly host: string; readonly paths: readonly string[] }

/** Who may call a workload through a gateway, doing what. The workload itself lets the gateway in by an access of its own. */
export interface IngressAccessIntent {
  readonly kind: 'ingress';
  readonly mesh: MeshFacts;
  /** That of the gateway. */
  readonly namespace: NamespaceFacts;
  readonly gateway: IngressGatewayData;
  readonly hosts: readonly string[];
  readonly operations: readonly HttpOperationData[];
  readonly clients: IngressClientsData;
  /** For each of its hosts the paths among its own that other accesses lead to other workloads: whoever comes in by these is let in by them. */
  readonly ledElsewhere: readonly LedElsewhere[];
  /** Empty where it makes none. */
  readonly routes: readonly IngressRouteData[];
  /** Whether routes that lead there are expected: its own, or others of the app. */
  readonly isRouted: boolean;
}

/** The port of plaintext clients that are told to come by HTTPS. */
export const REDIRECT_PORT = 80;

/** The port that a gateway listens on for one that clients call, as its proxy numbers it; undefined where no Service of a classic gateway has it. */
export function listeningPort({ pods }: Pick<IngressGatewayData, 'pods'>, port: number): number | undefined {
  if (!pods) { return port; }
  const found = pods.services.flatMap(service => service.ports.filter(one => one.port === port && one.transport === 'TCP'));
  return found[0]?.targetPort;
}

/** All ports that a gateway listens on. */
export function listeningPorts(gateway: Pick<IngressGatewayData, 'pods' | 'servers' | 'redirects'>): number[] {
  const called = [...gateway.servers.map(({ port }) => port), ...redirectedHosts(gateway).length > 0 ? [REDIRECT_PORT] : []];
  return called.flatMap(port => listeningPort(gateway, port) ?? []);
}

/** The servers of a gateway that are for a host. */
export function serversOf({ servers }: Pick<IngressGatewayData, 'servers'>, host: string): IngressServerData[] {
  return servers.filter(({ hosts }) => hosts.some(pattern => isOfHost(pattern, host)));
}

/** Hosts that plaintext clients ask for and are told to come by HTTPS. */
export function redirectedHosts({ servers, redirects }: Pick<IngressGatewayData, 'servers' | 'redirects'>): string[] {
  return redirects ? servers.filter(({ tls }) => tls).flatMap(({ hosts }) => hosts) : [];
}

/** Whether a host, or all of `*.example.com`, is of a host of a server. */
export function isOfHost(pattern: string, host: string): boolean {
  const [wide, narrow] = [pattern.toLowerCase(), host.toLowerCase()];
  return wide === narrow || (wide.startsWith('*.') && narrow.endsWith(wide.slice(1)) && narrow.length > wide.length - 1);
}
