import { claimKey, whenOf } from './condition';
import { routeLimits } from './gateway-api-limits';
import { listenerName } from './ingress-gateway';
import { ingressScope, policyPorts } from './ingress-scope';
import { groupsOf, requestPrincipals } from './jwt-allow';
import { httpFields } from './operation';
import { Rendering } from './rendering';
import { containsPath } from '../intent/containment';
import { IngressAccessIntent, IngressGatewayData, IngressRouteData, IngressServerData, IngressTokensData, serversOf } from '../intent/ingress-intent';
import { HttpOperationData } from '../intent/operation-data';
import { AuthorizationCondition, AuthorizationOperation, AuthorizationPolicySpec, AuthorizationRule, AuthorizationSource } from '../istio/authorization-policy';
import { HttpRouteParent, HttpRouteSpec } from '../istio/http-route';
import { HttpRouteMatch, HttpRoutePathMatchType } from '../istio/http-route-match';
import { GATEWAY_API_GROUP } from '../istio/manifest';
import { VirtualServiceSpec } from '../istio/virtual-service';
import { groupedBy, oneOfEach } from '../util/grouped';
import { listed, quoted, unique } from '../util/text';

/** One ALLOW policy at the gateway, and the route to the workload for the same hosts and paths. */
export function renderIngressAccess(intent: IngressAccessIntent): Rendering<'policy' | 'route'> | Rendering<'policy'> {
  const problems: string[] = [];
  const { gateway, mesh, routes } = intent;
  const servers = unique(intent.hosts.flatMap(host => serversFor(host, gateway, problems)));
  checkClients(intent, servers, problems);
  const places = placesOf(intent, problems);
  const to = intent.operations.flatMap(operation => places.map(place => ({ operation: operationAt(place, operation) })));
  const policy: AuthorizationPolicySpec = {
    ...ingressScope(gateway, mesh, problems),
    rules: sourcesOf(intent).map(({ source, when }) => ruleOf(source, to, when)),
  };
  if (routes.length === 0) { return { specs: { policy }, problems }; }
  if (gateway.pods) { return { specs: { policy, route: virtualService(intent) }, problems }; }
  const route = httpRoute(intent, servers);
  return { specs: { policy, route }, problems: [...problems, ...routeLimits(route)] };
}

type Served = readonly IngressServerData[];

interface Place { readonly hosts: readonly string[]; readonly ports: string[]; readonly ledElsewhere: readonly string[] }

/** Hosts on the ports that serve them, and not on those that serve others; those by themselves of which other paths are led elsewhere. */
function placesOf({ gateway, hosts, ledElsewhere: led }: IngressAccessIntent, problems: string[]): Place[] {
  const served = hosts.map(host => ({
    host, ports: policyPorts(gateway, serversOf(gateway, host), problems), ledElsewhere: led.find(one => one.host === host)?.paths ?? [],
  }));
  const alike = groupedBy(served, ({ ports, ledElsewhere }) => JSON.stringify([ports, ledElsewhere]));
  return [...alike.values()].map(group => ({ ...group[0], hosts: group.map(({ host }) => host) }));
}

/** Who comes in by paths that lead to another workload is let in by the access to that. */
function operationAt({ hosts, ports, ledElsewhere }: Place, operation: HttpOperationData): AuthorizationOperation {
  const notPaths = ledElsewhere.filter(led => operation.paths.some(path => containsPath(path, led)));
  return { ...httpFields({ ...operation, hosts }), ...notPaths.length === 0 ? {} : { notPaths }, ports };
}

function serversFor(host: string, gateway: IngressGatewayData, problems: string[]): IngressServerData[] {
  const found = serversOf(gateway, host);
  if (found.length === 0) {
    problems.push(`hosts must be of the gateway ${quoted(gateway.path)}, got ${quoted(host)}; it has ${listed(unique(gateway.servers.flatMap(({ hosts }) => hosts)))}: name one of these, or add it to its servers`);
  }
  return found;
}

function ruleOf(source: AuthorizationSource, to: AuthorizationRule['to'], when: readonly AuthorizationCondition[]): AuthorizationRule {
  return { ...Object.keys(source).length === 0 ? {} : { from: [{ source }] }, to, ...when.length === 0 ? {} : { when: [...when] } };
}

interface Asked { readonly source: AuthorizationSource; readonly when: readonly AuthorizationCondition[] }

/** One for each group of issuers whose tokens are asked for alike. */
function sourcesOf({ gateway, clients: { networks, certificates, tokens } }: IngressAccessIntent): Asked[] {
  const source: AuthorizationSource = {
    ...certificates.length === 0 ? {} : { principals: [...certificates] },
    ...networks.length === 0 ? {} : fromNetworks(networks, gateway),
  };
  return tokens ? tokenGroups(tokens).map(({ source: ofToken, when }) => ({ source: { ...ofToken, ...source }, when })) : [{ source, when: [] }];
}

/**
 * What a client writes into X-Forwarded-For counts for nothing: without proxies in front the peer of the connection is the client, and behind proxies it must be one of these, so that
 * nobody reaches the gateway without them.
 */
function fromNetworks(networks: readonly string[], { numTrustedProxies, proxyNetworks }: IngressGatewayData): AuthorizationSource {
  return numTrustedProxies === 0 ? { ipBlocks: [...networks] } : { ipBlocks: [...proxyNetworks], remoteIpBlocks: [...networks] };
}

function tokenGroups({ issuers, scopes, conditions }: IngressTokensData): Asked[] {
  return groupsOf({ issuers: issuers.map(({ issuer }) => issuer), scopes }, issuers).map(group => {
    const names = group.map(({ issuer }) => issuer);
    const [{ tokensWithoutSubject, scopeClaim }] = group;
    return {
      source: tokensWithoutSubject ? {} : { requestPrincipals: requestPrincipals(names) },
      when: [
        ...tokensWithoutSubject ? [{ key: claimKey('iss'), values: names }] : [],
        ...scopes.map(scope => ({ key: claimKey(scopeClaim), values: [scope] })),
        ...conditions.map(whenOf),
      ],
    };
  });
}

/** Of identities a certificate has one; of names of DNS it may have some beside it. */
function refuses({ tls }: IngressServerData, identity: string): boolean {
  const names = tls?.subjectAltNames ?? [];
  return identity !== 'spiffe://*' && names.length > 0 && names.every(name => name.startsWith('spiffe://') && name !== identity);
}

/** The names by which a server accepts certificates, as one text. */
function acceptedBy({ tls }: IngressServerData): string { return [...tls?.subjectAltNames ?? []].sort().join(); }

function checkClients(
  { mesh, gateway, hosts, clients: { networks, certificates } }: IngressAccessIntent, servers: readonly IngressServerData[], problems: string[],
): void {
  const without = servers.find(({ tls }) => !tls?.asksCertificate);
  if (certificates.length > 0 && without) {
    problems.push(`certificates can be asked for only where the server asks for them, got port ${without.port} for ${listed(without.hosts)}, which does not; state the hosts by IngressServer.mutualTls`);
  }
  const open = servers.find(({ tls }) => tls?.asksCertificate && tls.subjectAltNames.length === 0);
  if (certificates.includes('*') && open) {
    problems.push(`acceptedCertificate must come with subjectAltNames of the server, got port ${open.port} for ${listed(open.hosts)}, where any certificate of the authority would do; `
      + 'name them at IngressServer.mutualTls, or name clients by certificates');
  }
  const mixed = hosts.map(host => serversOf(gateway, host)).find(all => oneOfEach(all, acceptedBy).length > 1);
  if (certificates.includes('*') && mixed) {
    problems.push(`acceptedCertificate must be that of one server, got ${mixed.map(server => `port ${server.port} for ${listed(server.hosts)}`).join(' and ')}: who connects by a name of the wider one may ask for a host of the other, `
      + 'so that certificates of either would do; give them the same subjectAltNames, or name clients by certificates');
  }
  const dead = certificates.find(identity => servers.length > 0 && servers.every(server => refuses(server, `spiffe://${identity}`)));
  if (dead !== undefined) {
    problems.push(`certificates must be accepted by the server, got ${quoted(`spiffe://${dead}`)}, while subjectAltNames of port ${servers[0].port} for ${listed(servers[0].hosts)} accept ${listed(servers[0].tls!.subjectAltNames)} only; `
      + 'name it there at IngressServer.mutualTls, or leave it out here');
  }
  const own = certificates.find(identity => ['cluster.local', mesh.trustDomain, ...mesh.trustDomainAliases].includes(identity.split('/')[0]));
  if (own !== undefined) {
    problems.push(`certificates must be of clients outside of the mesh, got ${quoted(`spiffe://${own}`)}, an identity of the mesh, as which its own workloads come; give clients a trust domain of their own`);
  }
  if (networks.length > 0 && gateway.numTrustedProxies > 0 && gateway.proxyNetworks.length === 0) {
    problems.push(`networks need proxyNetworks of the gateway ${quoted(gateway.path)}, from which its trusted proxies connect: else whoever reaches the gateway without them writes its address itself; name them there`);
  }
}

function virtualService({ gateway, hosts, routes }: IngressAccessIntent): VirtualServiceSpec {
  return {
    hosts: [...hosts],
    gateways: [`${gateway.namespace}/${gateway.name}`],
    http: routes.map(({ paths, service, port }) => ({
      ...paths.includes('*') ? {} : { match: paths.map(path => ({ uri: path.endsWith('*') ? { prefix: path.slice(0, -1) } : { exact: path } })) },
      route: [{ destination: { host: `${service.name}.${service.namespace}.svc.cluster.local`, port: { number: port } } }],
    })),
  };
}

function httpRoute({ gateway, hosts, routes }: IngressAccessIntent, servers: readonly IngressServerData[]): HttpRouteSpec {
  return {
    parentRefs: parentsOf(gateway, hosts, servers),
    hostnames: [...hosts],
    rules: routes.map(route => ({ matches: pathMatches(route), backendRefs: [{ kind: 'Service', group: '', name: route.service.name, port: route.port }] })),
  };
}

/** One gateway may be named several times by the names of its listeners only, which are not known of one that is there already: all of it then, as the policy there says on which ports clients come in. */
function parentsOf({ name, namespace, isExisting }: IngressGatewayData, hosts: readonly string[], servers: Served): HttpRouteParent[] {
  const parent = { group: GATEWAY_API_GROUP, kind: 'Gateway', name, namespace };
  if (!isExisting) { return servers.flatMap(server => listenersFor(server, hosts)).map(sectionName => ({ ...parent, sectionName })); }
  const [port, ...others] = unique(servers.map(one => one.port));
  return [others.length > 0 ? parent : { ...parent, port }];
}

/** Those of the hosts that are asked for; of a host with a star that of the star. */
function listenersFor(server: IngressServerData, hosts: readonly string[]): string[] {
  const isAsked = (pattern: string) => hosts.some(host => serversOf({ servers: [{ ...server, hosts: [pattern] }] }, host).length > 0);
  return server.hosts.filter(isAsked).map(host => listenerName(server, host));
}

function pathMatches({ paths }: IngressRouteData): HttpRouteMatch[] {
  const prefix = (path: string) => ({ type: HttpRoutePathMatchType.PATH_PREFIX, value: path.slice(0, -2) || '/' });
  return paths.map(path => ({ path: path === '*' || path.endsWith('/*') ? prefix(path) : { type: HttpRoutePathMatchType.EXACT, value: path } }));
}
