import { gatewayLimits } from './gateway-api-limits';
import { ingressScope, policyPorts } from './ingress-scope';
import { jwtRuleOf } from './jwt-rule';
import { Rendering } from './rendering';
import { IngressGatewayData, IngressGatewayIntent, IngressServerData, redirectedHosts, REDIRECT_PORT, serversOf } from '../intent/ingress-intent';
import { hostValues } from '../intent/operation-data';
import { AuthorizationPolicySpec } from '../istio/authorization-policy';
import { GatewaySpec } from '../istio/gateway';
import { HttpRouteSpec } from '../istio/http-route';
import { HttpRouteFilterType } from '../istio/http-route-filter';
import { HttpRoutePathMatchType } from '../istio/http-route-match';
import { KubernetesGatewaySpec, KubernetesListener, RouteNamespaces, RouteNamespacesFrom } from '../istio/kubernetes-gateway';
import { KubernetesListenerTls, KubernetesTlsMode } from '../istio/kubernetes-gateway-tls';
import { GATEWAY_API_GROUP } from '../istio/manifest';
import { RequestAuthenticationSpec } from '../istio/request-authentication';
import { ServerTls, ServerTlsMode } from '../istio/server-tls';
import { quoted, unique } from '../util/text';

/**
 * The Gateway with its servers, one policy that admits nothing but what is told to come by HTTPS, and the issuers whose tokens it verifies: all there are, as those of one gateway are
 * pooled. Nothing of one that something else makes.
 */
export function renderIngressGateway(intent: IngressGatewayIntent): Rendering {
  const problems: string[] = [];
  const { gateway, mesh } = intent;
  const scope = ingressScope(gateway, mesh, problems);
  policyPorts(gateway, gateway.servers, problems);
  check(gateway, problems);
  const hosts = redirectedHosts(gateway);
  const redirected = () => ({ hosts: hosts.flatMap(hostValues), ports: policyPorts(gateway, [{ port: REDIRECT_PORT }], problems) });
  const told = hosts.length === 0 ? {} : { rules: [{ to: [{ operation: redirected() }] }] };
  const policy: AuthorizationPolicySpec = { ...scope, ...told };
  const asked = { intent: { mesh, rules: [{ issuers: gateway.issuers.map(({ issuer }) => issuer), scopes: ['any'] }] }, problems };
  const authentication: RequestAuthenticationSpec = { ...scope, jwtRules: gateway.issuers.map(issuer => jwtRuleOf(issuer, asked)) };
  if (gateway.isExisting) { return { specs: {}, problems }; }
  const made = gateway.pods ? undefined : kubernetesGateway(intent);
  if (made) { problems.push(...gatewayLimits(made, unique(hosts))); }
  const specs = {
    gateway: made ?? classicGateway(intent),
    policy,
    ...gateway.issuers.length === 0 ? {} : { authentication },
    ...gateway.pods || hosts.length === 0 ? {} : { redirect: redirectRoute(gateway, hosts) },
  };
  return { specs, problems };
}

/** Names of clients in certificates are compared by classic gateways only; and two servers cannot share a host on one port. */
function check(gateway: IngressGatewayData, problems: string[]): void {
  const { servers, pods } = gateway;
  const named = servers.find(({ tls }) => tls && tls.subjectAltNames.length > 0);
  if (!pods && named) {
    problems.push(`subjectAltNames must be left out for a gateway of the Gateway API, which compares none, got ${quoted(named.tls!.subjectAltNames[0])}; use a classic gateway, or tell clients apart by `
      + "the identities in their certificates: IngressClients.of({ certificates: ['spiffe://…'] })");
  }
  const clear = servers.find(({ port, tls }) => !tls && port === REDIRECT_PORT);
  const both = redirectedHosts(gateway).find(host => clear && serversOf({ servers: [clear] }, host).length > 0);
  if (both !== undefined) {
    problems.push(`httpsRedirect must be left out, or the plaintext server on port ${REDIRECT_PORT} for ${quoted(both)}, which it tells to come by HTTPS; choose one of them`);
  }
}

/** Only routes of these namespaces count for a server. */
function classicGateway({ gateway, routeNamespaces }: IngressGatewayIntent): GatewaySpec {
  const from = routeNamespaces.length === 0 ? ['.'] : routeNamespaces;
  const ofRoutes = (hosts: readonly string[]) => hosts.flatMap(host => from.map(namespace => `${namespace}/${host}`));
  const servers = gateway.servers.map(({ port, hosts, tls }, i) => ({
    port: { number: port, name: `${tls ? 'https' : 'http'}-${i}`, protocol: tls ? 'HTTPS' : 'HTTP' },
    hosts: ofRoutes(hosts),
    ...tls ? { tls: serverTls(tls) } : {},
  }));
  const redirected = redirectedHosts(gateway);
  const redirect = { port: { number: REDIRECT_PORT, name: 'http-redirect', protocol: 'HTTP' }, hosts: ofRoutes(redirected), tls: { httpsRedirect: true } };
  return { selector: { ...gateway.pods!.selectorLabels }, servers: redirected.length === 0 ? servers : [...servers, redirect] };
}

function serverTls({ credentialName, asksCertificate, subjectAltNames }: NonNullable<IngressServerData['tls']>): ServerTls {
  const mode = asksCertificate ? ServerTlsMode.MUTUAL : ServerTlsMode.SIMPLE;
  return { mode, credentialName, ...subjectAltNames.length === 0 ? {} : { subjectAltNames: [...subjectAltNames] } };
}

function kubernetesGateway({ gateway, routeNamespaces }: IngressGatewayIntent): KubernetesGatewaySpec {
  const listeners = gateway.servers.flatMap(server => server.hosts.map((hostname): KubernetesListener => ({
    name: listenerName(server, hostname),
    hostname,
    port: server.port,
    protocol: server.tls ? 'HTTPS' : 'HTTP',
    ...server.tls ? { tls: listenerTls(server.tls) } : {},
    allowedRoutes: { namespaces: routesFrom(routeNamespaces) },
  })));
  const redirects = redirectedHosts(gateway).map((hostname): KubernetesListener => ({
    name: listenerName({ port: REDIRECT_PORT }, hostname), hostname, port: REDIRECT_PORT, protocol: 'HTTP', allowedRoutes: { namespaces: { from: RouteNamespacesFrom.SAME } },
  }));
  return { gatewayClassName: 'istio', listeners: [...listeners, ...redirects] };
}

function routesFrom(namespaces: readonly string[]): RouteNamespaces {
  return namespaces.length === 0 ? { from: RouteNamespacesFrom.SAME }
    : { from: RouteNamespacesFrom.SELECTOR, selector: { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: [...namespaces] }] } };
}

function listenerTls({ credentialName, asksCertificate }: NonNullable<IngressServerData['tls']>): KubernetesListenerTls {
  const options = asksCertificate ? { options: { 'gateway.istio.io/tls-terminate-mode': 'MUTUAL' } } : {};
  return { mode: KubernetesTlsMode.TERMINATE, certificateRefs: [{ kind: 'Secret', group: '', name: credentialName }], ...options };
}

/** By its host, so that it stays what it is when others come and go. */
export function listenerName({ port, tls }: Pick<IngressServerData, 'port' | 'tls'>, host: string): string {
  return `${tls ? 'https' : 'http'}-${port}.${host.replace('*', 'any').toLowerCase()}`;
}

function redirectRoute({ name }: IngressGatewayData, hosts: readonly string[]): HttpRouteSpec {
  return {
    parentRefs: unique(hosts).map(host => ({ group: GATEWAY_API_GROUP, kind: 'Gateway', name, sectionName: listenerName({ port: REDIRECT_PORT }, host) })),
    hostnames: unique(hosts),
    rules: [{
      matches: [{ path: { type: HttpRoutePathMatchType.PATH_PREFIX, value: '/' } }],
      filters: [{ type: HttpRouteFilterType.REQUEST_REDIRECT, requestRedirect: { scheme: 'https', statusCode: 301 } }],
    }],
  };
}
