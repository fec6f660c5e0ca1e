import { createHash } from 'crypto';
import { ingressScope, policyPorts } from './ingress-scope';
import { OWN_NAMESPACE } from './outside';
import { Rendering } from './rendering';
import { ClassicEgressGateway, EgressGatewayIntent, gatewayService, HostThrough, portThrough } from '../intent/egress-intent';
import { MeshFacts } from '../intent/mesh';
import { AuthorizationPolicySpec } from '../istio/authorization-policy';
import { ClientTlsMode, ClientTlsSettings } from '../istio/client-tls';
import { DestinationRuleSpec } from '../istio/destination-rule';
import { GatewayListener, GatewaySpec } from '../istio/gateway';
import { ServerTlsMode } from '../istio/server-tls';
import { quoted, unique } from '../util/text';

/**
 * The Gateway with a server for each host, one rule by which sidecars connect to it, and a policy by which it admits nothing.
 *
 * A server by itself for each host: one for several leads connections of all of them to the first. And one DestinationRule with a subset for each host: of several for the gateway one counts, by which all
 * hosts would have one server name. Nothing but the policy where no access is through it.
 */
export function renderEgressGateway({ mesh, gateway, hosts }: EgressGatewayIntent): Rendering {
  const problems: string[] = [];
  const policy: AuthorizationPolicySpec = ingressScope(gateway, mesh, problems);
  if (!gateway.pods) { return { specs: { policy, gateway: WAYPOINT }, problems }; }
  policyPorts(gateway, [{ port: gateway.httpPort }, { port: gateway.tlsPort }], problems);
  const host = problems.length === 0 ? hostOfGateway(gateway, problems) : '';
  const ofHosts: Rendering['specs'] = hosts.length === 0 ? {} : { 'gateway': gatewayOf(gateway, hosts), 'to-gateway': ruleOf(host, { gateway, mesh, hosts }) };
  return { specs: { policy, ...ofHosts }, problems };
}

/** A Gateway by which Istio makes a waypoint. It is for what is bound to it, of its own namespace: the hosts that are reached through it. */
const WAYPOINT = { gatewayClassName: 'istio-waypoint', listeners: [{ name: 'mesh', port: 15008, protocol: 'HBONE' }] };

/** The host by which sidecars know the gateway. */
export function hostOfGateway(gateway: ClassicEgressGateway, problems: string[]): string {
  const { pods: { path }, httpPort, tlsPort } = gateway;
  const service = gatewayService(gateway);
  if (!service) { problems.push(`a Service of the gateway ${quoted(path)} must have both of its ports, ${httpPort} and ${tlsPort}, by which callers know it; add them to one, which is not headless`); }
  return service ? `${service.name}.${service.namespace}.svc.cluster.local` : '';
}

function gatewayOf(gateway: ClassicEgressGateway, hosts: readonly HostThrough[]): GatewaySpec {
  return {
    selector: { ...gateway.pods.selectorLabels },
    servers: hosts.flatMap(one => portsOf(gateway, one).map(number => serverOf(gateway, one, number))),
  };
}

/** Only routes of its own namespace count for it. */
function serverOf({ httpPort }: ClassicEgressGateway, { host }: HostThrough, number: number): GatewayListener {
  const isHttp = number === httpPort;
  return {
    port: { number, name: `${isHttp ? 'https' : 'tls'}-${subsetOf(host)}`, protocol: isHttp ? 'HTTPS' : 'TLS' },
    hosts: [`${OWN_NAMESPACE}/${host}`],
    tls: { mode: ServerTlsMode.ISTIO_MUTUAL },
  };
}

function portsOf(gateway: ClassicEgressGateway, { ports }: HostThrough): number[] { return unique(ports.map(port => portThrough(gateway, port))); }

/** Callers say by the server name which host they mean, and connect to the gateway alone. */
function ruleOf(host: string, { gateway, mesh, hosts }: Pick<EgressGatewayIntent, 'mesh' | 'hosts'> & { readonly gateway: ClassicEgressGateway }): DestinationRuleSpec {
  return {
    host,
    exportTo: exportedTo(gateway, unique(hosts.flatMap(({ clients }) => clients))),
    subsets: hosts.map(one => ({
      name: subsetOf(one.host),
      trafficPolicy: { portLevelSettings: portsOf(gateway, one).map(number => ({ port: { number }, tls: tlsTo(gateway, mesh, one.host) })) },
    })),
  };
}

function tlsTo({ pods: { namespace, serviceAccount } }: ClassicEgressGateway, { trustDomain }: MeshFacts, sni: string): ClientTlsSettings {
  return { mode: ClientTlsMode.ISTIO_MUTUAL, sni, subjectAltNames: [`spiffe://${trustDomain}/ns/${namespace}/sa/${serviceAccount}`] };
}

/** Its own namespace, and those of callers. */
export function exportedTo({ namespace }: Pick<ClassicEgressGateway, 'namespace'>, clients: readonly string[]): string[] {
  return [OWN_NAMESPACE, ...clients.filter(name => name !== namespace).sort()];
}

/** Names of subsets and ports are labels: what two hosts would share is told apart by a digest. */
export function subsetOf(host: string): string {
  const label = host.replace(/\./g, '-');
  if (!host.includes('-') && label.length <= MAX_LABEL) { return label; }
  return `${label.slice(0, MAX_LABEL - DIGEST - 1)}-${createHash('sha256').update(host).digest('hex').slice(0, DIGEST)}`;
}

/** Less than 63, for what stands in front of it. */
const MAX_LABEL = 57;
const DIGEST = 8;
