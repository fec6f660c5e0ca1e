import { NetworkSender, podsOf, podsOfTarget, podsOfWaypoint } from './network-parties';
import { World } from './world';
import { EgressBoundaryIntent, EgressIntent, KnownHost } from '../../../intent/egress-intent';
import { ExternalAuthorizationIntent } from '../../../intent/external-authorization-intent';
import { LegacyDestinationIntent } from '../../../intent/legacy-destination-intent';
import { NetworkFlow, NetworkParty, tcpPorts } from '../../../intent/network-intent';
import { OutsidePortData } from '../../../intent/outside-server';
import { serviceFacts, WrittenService } from '../../../intent/ports';
import { groupedBy } from '../../../util/grouped';
import { unique } from '../../../util/text';

const ANYWHERE: NetworkParty = { kind: 'anywhere' };

/** A network knows no names: where DNS says that a host is, it may be anywhere. Through a gateway nobody goes there but that. */
export function toHost({ ports, gateway }: EgressIntent, senders: readonly NetworkSender[]): NetworkFlow[] {
  const from = gateway ? [gateway.pods ? podsOfTarget(gateway.pods) : podsOfWaypoint(gateway)] : senders.map(({ party }) => party);
  return from.map(party => ({ from: party, to: ANYWHERE, ports: outsidePorts(ports) }));
}

/** The proxy takes what its pod sends within the pod, and connects to the port of the server: by the other that clients call everything would go out in plaintext, past the proxy. */
function outsidePorts(ports: readonly OutsidePortData[]): NetworkFlow['ports'] {
  return tcpPorts(...unique(ports.map(({ targetPort }) => targetPort)));
}

/** An authorizer that the app has lets in whoever asks by an access. */
export function toAuthorizer(intent: ExternalAuthorizationIntent): NetworkFlow[] {
  const { target, namespace: { waypoint }, provider: { service, port }, authorizer } = intent;
  if (authorizer) { return []; }
  const from = waypoint ? podsOfWaypoint(waypoint) : podsOfTarget(target);
  const [given, host] = service.includes('/') ? service.split('/') : [undefined, service];
  const within = given ?? (host.endsWith('.svc.cluster.local') ? host.split('.')[1] : undefined);
  // which port of its pods a Service leads to nobody says
  return [within === undefined || within === '*' ? { from, to: ANYWHERE, ports: tcpPorts(port) } : { from, to: { kind: 'namespace', namespace: within } }];
}

/** The server is in no mesh that would say who calls it: its clients are known by their namespaces, also where one of their workloads proves who it is. */
export function toLegacyServer({ host, server, clients }: LegacyDestinationIntent, world: World): NetworkFlow[] {
  const from = clients.map(({ name: namespace }): NetworkParty => ({ kind: 'namespace', namespace }));
  switch (server.kind) {
    case 'outside': return from.map(party => ({ from: party, to: ANYWHERE, ports: outsidePorts(server.ports) }));
    case 'cluster':
    case 'service': return from.flatMap(party => toService({ namespace: host.split('.')[1], host }, party, world));
  }
}

/** What the app does not say otherwise that pods call. */
export function toOtherServices({ within, pods, otherServices = [] }: EgressBoundaryIntent, world: World): NetworkFlow[] {
  const from: NetworkParty = pods ? podsOfTarget(pods) : { kind: 'namespace', namespace: within };
  return otherServices.flatMap(service => toService(service, from, world));
}

/** The API server is no pod, and of a Service that something else makes nobody knows the pods. */
function toService({ namespace, host }: KnownHost, from: NetworkParty, world: World): NetworkFlow[] {
  const [name] = host.split('.');
  if (name === 'kubernetes' && namespace === 'default') { return [{ from, to: ANYWHERE, ports: tcpPorts(443, 6443) }]; }
  const service = world.tree.servicesIn(namespace).find(one => one.name === name);
  const known = service ? behind(service, world) : [];
  return known.length > 0 ? known.map(to => ({ from, ...to })) : [{ from, to: { kind: 'namespace', namespace } }];
}

function behind(service: WrittenService, world: World): Pick<NetworkFlow, 'to' | 'ports'>[] {
  const workloads = service.selector ? world.workloads.selectedBy(service.namespace, service.selector) : [];
  return [...groupedBy(workloads, ({ path }) => path).values()].map(([workload]) => {
    const { ports } = serviceFacts(service, workload.containerPorts);
    return { to: podsOf(workload), ports: tcpPorts(...unique(ports.filter(({ transport }) => transport === 'TCP').map(({ targetPort }) => targetPort))) };
  });
}
