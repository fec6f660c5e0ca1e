import { claimsFor } from './conditions';
import { matches, Opening, tokensOf } from './openings';
import { covers, sampleMethod, sampleOf, samplePath, STRANGER, tokenFor, UNNAMED } from './samples';
import { Witness } from './witness';
import { addressOf, headersOf as headersOfConditions, podsOf, principalOf } from './witness-request';
import {
  IngressAccessIntent, IngressGatewayData, IngressGatewayIntent, IngressServerData, isOfHost, listeningPort, redirectedHosts, REDIRECT_PORT,
  serversOf,
} from '../intent/ingress-intent';
import { MeshFacts } from '../intent/mesh';
import { HttpRequest, RequestSource, Transport } from '../policy/request/request';
import { RequestToken, TokenState } from '../policy/request/request-token';
import { addressOutside } from '../util/ip';

/** A request of a client outside. */
interface Call {
  readonly server: IngressServerData;
  readonly host: string;
  readonly method: string;
  readonly path: string;
  /** The address that it comes from, and what it wrote itself into X-Forwarded-For. */
  readonly ip?: string;
  readonly forged?: string;
  /** Whether it comes past the proxies in front. */
  readonly isDirect?: boolean;
  readonly certificate?: string;
  readonly token?: RequestToken;
  readonly headers?: HttpRequest['headers'];
}

/**
 * Of each operation, and of each host, network, certificate and issuer, a request that passes and is led to the workload; and of the first what is one field away: another method, path and host, another network, also one that writes an
 * allowed address itself or comes past the proxies in front, another certificate, and without the token, a forged one, one of which not all holds that is asked.
 */
export function ingressWitnesses(intent: IngressAccessIntent): Witness[] {
  const promised = promisedBy(intent);
  const [first] = promised;
  if (!first) { return []; }
  const outcome = intent.isRouted ? 'is routed' : 'passes';
  return [...promised.map(call => witnessOf(call, intent.gateway, outcome)), ...oneFieldAway(intent, first).map(call => witnessOf(call, intent.gateway, 'is refused'))];
}

/** What no access names is refused at each server, also what rules of others would let in; who comes in the clear to a host with TLS is told to come by HTTPS. */
export function ingressGatewayWitnesses({ gateway, mesh }: IngressGatewayIntent, openings: readonly Opening[]): Witness[] {
  const unnamed = (server: IngressServerData): Call => ({ server, host: sampleOf(server.hosts[0]), method: 'TRACE', path: `/${UNNAMED}`, ip: STRANGE, certificate: server.tls?.asksCertificate ? NOBODY : undefined });
  const [told] = redirectedHosts(gateway).map((host): Call => ({ server: { hosts: [host], port: REDIRECT_PORT }, host: sampleOf(host), method: 'GET', path: '/', ip: STRANGE }));
  const opened = openings.flatMap(opening => callsOf(opening, gateway, mesh));
  return [...[...gateway.servers.map(unnamed), ...opened].map(call => witnessOf(call, gateway, 'is refused')), ...told ? [witnessOf(told, gateway, 'passes')] : []];
}

/** What a rule of another policy lets in, from clients whom nobody names: at each server that it is for, with each token that it asks for, by the proxies in front and past them. */
function callsOf(opening: Opening, gateway: IngressGatewayData, mesh: MeshFacts): Call[] {
  const { http: { method, path } = { method: 'GET', path: `/${UNNAMED}` }, caller, conditions } = opening;
  const ip = addressOf(conditions) ?? STRANGE;
  const headers = headersOfConditions(conditions);
  const ways = gateway.numTrustedProxies > 0 ? [false, true] : [false];
  return gateway.servers.filter(server => isFor(opening, listeningPort(gateway, server.port))).flatMap(server => {
    const certificate = !server.tls?.asksCertificate ? undefined : caller === undefined || caller === STRANGER ? NOBODY : principalOf(caller, mesh);
    const calls = hostsAt(server, opening).map(host => ({ server, host, method, path, ip, certificate, headers }));
    return calls.flatMap(call => tokensOf(opening, gateway.issuers).flatMap(token => ways.map((isDirect): Call => ({ ...call, isDirect, token }))));
  });
}

/** The hosts of a server that a rule is for, each as clients may write it: those that the rule names, else the server's own, bare and with a port, which routes leave out. */
function hostsAt({ hosts: served, port }: IngressServerData, { hosts, notHosts }: Opening): string[] {
  const isAsked = (patterns: readonly string[], host: string) => patterns.some(pattern => matches(pattern.toLowerCase(), host.toLowerCase()));
  const known = [...hosts.filter(host => !host.includes('*')), ...served.map(sampleOf).flatMap(host => [host, `${host}:${port}`])];
  const isServed = (host: string) => served.some(pattern => isOfHost(pattern, nameOf(host).toLowerCase()));
  const asked = known.filter(host => isServed(host) && !isAsked(notHosts, host) && (hosts.length === 0 || isAsked(hosts, host)));
  return hosts.length + notHosts.length === 0 ? asked.slice(0, 1) : asked;
}

/** A host without its port. */
function nameOf(host: string): string { return host.replace(/:\d+$/, ''); }

/** Whether a rule is for a port, as the proxy numbers it. */
function isFor({ ports, notPorts }: Opening, port: number | undefined): boolean {
  return port !== undefined && !notPorts.includes(port) && (ports.length === 0 || ports.includes(port));
}

/** An address for documentation, and an identity that nobody has. */
const STRANGE = '192.0.2.1';
const NOBODY = `${UNNAMED}/nobody`;

function promisedBy(intent: IngressAccessIntent): Call[] {
  const { gateway, hosts, operations, clients: { networks, certificates, tokens } } = intent;
  const claims = tokens && claimsOf(intent);
  const serversFor = (host: string) => serversOf(gateway, host);
  const call = (host: string, server: IngressServerData, method: string, path: string): Call => ({
    server, host: sampleOf(host), method, path, ip: networks[0]?.split('/')[0] ?? STRANGE, certificate: certificateFor(server, certificates[0]), token: tokens && tokenFor(tokens.issuers[0], claims!),
  });
  const requests = operations.flatMap(({ methods, paths }) => [
    ...paths.map(path => [sampleMethod(methods), samplePath(path)] as const),
    ...methods.slice(1).map(method => [method, samplePath(paths[0])] as const),
  ]);
  const calls = hosts.flatMap((host, i) => serversFor(host)
    .flatMap(server => (i === 0 ? requests : requests.slice(0, 1)).map(([method, path]) => call(host, server, method, path))));
  const [first] = calls;
  if (!first) { return []; }
  return [
    ...calls,
    ...networks.slice(1).map(network => ({ ...first, ip: network.split('/')[0] })),
    ...certificates.slice(1).map(certificate => ({ ...first, certificate })),
    ...(tokens?.issuers ?? []).slice(1).map(issuer => ({ ...first, token: tokenFor(issuer, claims!) })),
  ];
}

function certificateFor({ tls }: IngressServerData, asked: string | undefined): string | undefined {
  return tls?.asksCertificate ? asked === undefined || asked === '*' ? NOBODY : asked : undefined;
}

function claimsOf({ clients: { tokens } }: IngressAccessIntent): { readonly [claim: string]: unknown } {
  const { issuers: [{ scopeClaim }], scopes, conditions } = tokens!;
  return { ...claimsFor(conditions), ...scopes.length === 0 ? {} : { [scopeClaim]: scopes.join(' ') } };
}

function oneFieldAway(intent: IngressAccessIntent, first: Call): Call[] {
  return [...otherRequests(intent, first), ...otherNetworks(intent, first), ...otherCertificates(intent, first), ...otherTokens(intent, first)];
}

function otherRequests({ operations }: IngressAccessIntent, first: Call): Call[] {
  const isMeant = ({ method, path }: Call) => operations.some(operation => covers(operation, method, path));
  const others = [{ ...first, method: 'TRACE' }, { ...first, path: `/${UNNAMED}` }].filter(call => !isMeant(call));
  return [...others, { ...first, host: `${UNNAMED}.invalid` }];
}

function otherNetworks({ clients: { networks }, gateway: { numTrustedProxies } }: IngressAccessIntent, first: Call): Call[] {
  const elsewhere = networks.length === 0 ? undefined : addressOutside(networks, '4') ?? addressOutside(networks, '6');
  if (elsewhere === undefined) { return []; }
  const forged = networks[0].split('/')[0];
  return [{ ...first, ip: elsewhere }, { ...first, ip: elsewhere, forged }, ...numTrustedProxies > 0
    ? [{ ...first, ip: elsewhere, forged, isDirect: true }] : []];
}

function otherCertificates({ clients: { certificates } }: IngressAccessIntent, first: Call): Call[] {
  if (certificates.length === 0) { return []; }
  return [{ ...first, certificate: undefined }, ...certificates.includes('*') ? [] : [{ ...first, certificate: NOBODY }]];
}

function otherTokens(intent: IngressAccessIntent, first: Call): Call[] {
  const { tokens } = intent.clients;
  const { token: good } = first;
  if (!tokens || !good) { return []; }
  const { scopes, conditions } = tokens;
  const audience = tokens.issuers[0].audiences.length === 0 ? [] : [{ ...good, claims: { ...good.claims, aud: [UNNAMED] } }];
  const bad: (RequestToken | undefined)[] = [
    undefined,
    { ...good, state: TokenState.BAD_SIGNATURE },
    { ...good, claims: { ...good.claims, iss: `https://${UNNAMED}.invalid` } },
    ...audience,
    ...scopes.length + conditions.length === 0 ? [] : [tokenFor(tokens.issuers[0], {})],
  ];
  return bad.map(token => ({ ...first, token }));
}

function witnessOf(call: Call, gateway: IngressGatewayData, outcome: Witness['outcome']): Witness {
  const { server, host, method, path, token } = call;
  const destination = {
    namespace: gateway.namespace,
    gateway: gateway.pods ? podsOf(gateway.pods) : gateway.name,
    port: listeningPort(gateway, server.port) ?? server.port,
  };
  const http: HttpRequest = { method, path, authority: host, headers: headersOf(call, gateway) };
  return { request: { destination, source: sourceOf(call, gateway), http, tokens: token ? [token] : [] }, outcome, text: textOf(call, gateway) };
}

function isThroughProxies({ isDirect = false }: Call, { numTrustedProxies }: IngressGatewayData): boolean {
  return numTrustedProxies > 0 && !isDirect;
}

/** Each proxy in front appends the address that it sees. */
function headersOf(call: Call, gateway: IngressGatewayData): NonNullable<HttpRequest['headers']> {
  const { numTrustedProxies, proxyNetworks: [network] } = gateway;
  const between = network?.split('/')[0] ?? STRANGE;
  const appended = isThroughProxies(call, gateway) ? [call.ip!, ...Array.from({ length: numTrustedProxies - 1 }, () => between)] : [];
  const all = [...call.forged === undefined ? [] : [call.forged], ...appended];
  return { 'user-agent': [UNNAMED], ...call.headers, ...all.length === 0 ? {} : { 'x-forwarded-for': [all.join(', ')] } };
}

function sourceOf(call: Call, gateway: IngressGatewayData): RequestSource {
  const { server: { tls }, host, certificate } = call;
  const ip = isThroughProxies(call, gateway) ? gateway.proxyNetworks[0]?.split('/')[0] ?? STRANGE : call.ip;
  if (!tls) { return { transport: Transport.PLAINTEXT, ip }; }
  return certificate === undefined ? { transport: Transport.ONE_WAY_TLS, sni: nameOf(host), ip }
    : { transport: Transport.MUTUAL_TLS, principal: certificate, sni: nameOf(host), ip };
}

function textOf(
  { server: { port }, host, method, path, ip, forged, isDirect, certificate, token }: Call, { namespace, name }: IngressGatewayData,
): string {
  const from = ip === undefined || ip === STRANGE ? '' : ` from ${ip}${forged === undefined ? '' : ` that says it is ${forged}`}${isDirect ? ' past the proxies in front' : ''}`;
  return `${method} ${path} of ${host} on port ${port} of gateway '${namespace}/${name}'${from}${certificate === undefined ? '' : ` with a certificate of '${certificate}'`}${token ? `, with a token of '${String(token.claims?.iss)}'` : ''}`;
}
