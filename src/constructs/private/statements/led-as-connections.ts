import { AccessThrough } from './ingress-overlaps';
import { isAt } from './ingress-routes';
import { serviceOfHost } from './written-routes';
import { IngressGatewayData } from '../../../intent/ingress-intent';
import { GATEWAY_API_GROUP, NETWORKING_GROUP } from '../../../istio/manifest';
import { KINDS, SpecOf } from '../../../policy/resources/kinds';
import { namedProtocol } from '../../../policy/services/protocol';
import { carries } from '../../../util/labels';
import { quoted } from '../../../util/text';
import { World } from '../index/world';
import { titleOf, writtenIn } from '../index/written';

/** Where a route of connections leads, and in which words. */
interface Led {
  readonly title: string;
  /** As `NAMESPACE/NAME`. */
  readonly service: string;
  /** The port of the Service; undefined where it is the only one. */
  readonly port?: number;
}

/**
 * A workload lets the gateway in for what accesses say, which the gateway looks at before. What it leads as connections, it does not look into: whoever may connect sends past hosts, paths, networks, tokens and certificates that
 * are stated. So no route of others may lead connections to a port that an access is for, where the gateway has a server for them.
 */
export function ledAsConnections({ intent: { gateway }, target, ports: open }: AccessThrough, world: World): string[] {
  const isOpen = ({ service, port }: Led) => open.some(one => one.service === service && (port === undefined || port === one.port));
  const led = (gateway.pods ? byVirtualServices(gateway, world) : byKubernetesRoutes(gateway, world)).filter(isOpen);
  return led.slice(0, 1).map(({ title, service, port }) => `${quoted(target)} must be led to by requests, into which the gateway looks, got ${title}, which leads connections to ${port === undefined ? '' : `port ${port} of `}Service '${service}', `
    + 'past the hosts, paths and clients that are stated; take that out, or lead it to a port that no access through this gateway is for');
}

type VirtualService = SpecOf<'VirtualService'>;
type ConnectionRule = NonNullable<VirtualService['tcp']>[number];

function byVirtualServices(gateway: IngressGatewayData, world: World): Led[] {
  const servers = [...serversByHand(gateway, world), ...unknownServers(gateway, world)];
  return writtenIn<object>({ group: NETWORKING_GROUP, kind: 'VirtualService' }, world).flatMap(route => {
    const spec = KINDS.VirtualService(route.spec) ?? {};
    const here = servers.filter(server => isAt({ ...gateway, ...server }, spec, route.namespace));
    const takes = ({ ports }: Servers, port: number | undefined) => port === undefined || ports === undefined || ports.includes(port);
    const isServed = ({ match = [{}] }: ConnectionRule) => match.some(({ port }) => here.some(server => takes(server, port)));
    const taken = [...spec.tcp ?? [], ...spec.tls ?? []].filter(isServed);
    return taken.flatMap(rule => endsOf(rule, route.namespace)).map(end => ({ title: titleOf(route), ...end }));
  });
}

function endsOf({ route = [] }: ConnectionRule, namespace: string): Omit<Led, 'title'>[] {
  return route.map(({ destination: { host = '', port } = {} }) => ({ service: serviceOfHost(host, namespace), ...port?.number === undefined ? {} : { port: port.number } }));
}

/** A Gateway for the pods, and the numbers of its servers of connections; none of them where nobody knows. */
interface Servers { readonly namespace: string; readonly name: string; readonly ports?: readonly number[] }

/** Those that an IngressGateway renders are of HTTP. Workloads let in an account, as which other pods may run as well. */
function serversByHand({ pods, serviceAccount }: IngressGatewayData, world: World): Servers[] {
  const labels = [pods!.podLabels, ...world.workloads.runningAs(pods!.namespace, serviceAccount).map(({ pod }) => pod.labels)];
  return writtenIn<object>({ group: NETWORKING_GROUP, kind: 'Gateway' }, world).flatMap(({ namespace, name, spec: written }) => {
    const { selector = {}, servers = [] } = KINDS.Gateway(written) ?? {};
    const isPassedOn = (mode: string | undefined) => mode === 'PASSTHROUGH' || mode === 'AUTO_PASSTHROUGH';
    const isOfConnections = ({ port: { protocol = '' } = {}, tls }: (typeof servers)[number]) => isPassedOn(tls?.mode) || (protocol.toUpperCase() !== 'HTTPS' && namedProtocol(protocol) !== 'HTTP');
    const ports = servers.filter(isOfConnections).flatMap(({ port }) => port?.number ?? []);
    return ports.length > 0 && labels.some(some => carries(some, selector)) ? [{ namespace, name, ports }] : [];
  });
}

/** Of a gateway that is not of the app. */
function unknownServers({ namespace, name, isExisting }: IngressGatewayData, world: World): Servers[] {
  const isHere = writtenIn<object>({ namespace, group: NETWORKING_GROUP, kind: 'Gateway' }, world).some(one => one.name === name);
  return isExisting && !isHere ? [{ namespace, name }] : [];
}

/** Listeners of connections take no other routes, and those of HTTP none of these. */
function byKubernetesRoutes(gateway: IngressGatewayData, world: World): Led[] {
  const parents = parentsOf(gateway, world);
  return (['TCPRoute', 'TLSRoute'] as const).flatMap(kind => writtenIn<object>({ group: GATEWAY_API_GROUP, kind }, world).flatMap(route => {
    const { parentRefs = [], rules = [] } = KINDS[kind](route.spec) ?? {};
    const isHere = parentRefs.some(({ kind: of = 'Gateway', name, namespace = route.namespace }) => parents.some(one => one.kind === of && one.name === name && one.namespace === namespace));
    const backends = isHere ? rules.flatMap(({ backendRefs = [] }) => backendRefs) : [];
    return backends.map(({ name = '', namespace = route.namespace, port }) => ({ title: titleOf(route), service: `${namespace}/${name}`, ...port === undefined ? {} : { port } }));
  }));
}

interface Parent { readonly kind: string; readonly namespace: string; readonly name: string }

/** Objects with listeners of connections, or with any where the gateway is not of the app. */
function parentsOf({ namespace, name, isExisting }: IngressGatewayData, world: World): Parent[] {
  const written = writtenIn<object>({ namespace, group: GATEWAY_API_GROUP, kind: 'Gateway' }, world).filter(one => one.name === name);
  const isTheirs = written.length > 0 ? written.some(({ spec }) => hasConnections(KINDS.KubernetesGateway(spec))) : isExisting;
  const sets = writtenIn<object>({ group: GATEWAY_API_GROUP, kind: 'ListenerSet' }, world).filter(set => {
    const spec = KINDS.ListenerSet(set.spec);
    const { name: parent, namespace: place = set.namespace } = spec?.parentRef ?? {};
    return parent === name && place === namespace && hasConnections(spec);
  });
  return [...isTheirs ? [{ kind: 'Gateway', namespace, name }] : [], ...sets.map(set => ({ kind: 'ListenerSet', namespace: set.namespace, name: set.name }))];
}

function hasConnections(spec: Pick<SpecOf<'KubernetesGateway'>, 'listeners'> | undefined): boolean {
  return (spec?.listeners ?? []).some(({ protocol = '' }) => protocol === 'TCP' || protocol === 'TLS');
}
