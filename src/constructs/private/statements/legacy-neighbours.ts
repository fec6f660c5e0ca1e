import { IConstruct } from 'constructs';
import { isOfCluster } from './legacy-host';
import { protectionsFor } from './protected-hosts';
import { leadsAstray, rulesFor } from './rules-of-hosts';
import { isExported, targetsOf, writtenByHand, WrittenSpec } from './written-networking';
import { EgressIntent } from '../../../intent/egress-intent';
import { LegacyDestinationIntent } from '../../../intent/legacy-destination-intent';
import { OutsideServerData } from '../../../intent/outside-server';
import { fullHost, isWithin } from '../../../policy/workloads/host-name';
import { blockBits } from '../../../util/ip';
import { list, object, text, writtenNumber } from '../../../util/shape';
import { few, quoted, unique } from '../../../util/text';
import { Problem } from '../index/complaint';
import { readEach } from '../index/statement';
import { World } from '../index/world';
import { titleOf } from '../index/written';

/** What says how clients of some namespaces reach a host. */
export interface HostForClients {
  readonly kind: (LegacyDestinationIntent | EgressIntent)['kind'];
  readonly host: string;
  /** Undefined for a Service of the cluster. */
  readonly outside?: OutsideServerData;
  readonly clients: readonly { readonly name: string }[];
}

/** What other objects of the app, stated or written by hand, say of a host that clients call past the mesh: by rules, entries, addresses, ports and routes. */
export function checkNeighbours(stated: LegacyDestinationIntent | EgressIntent, own: IConstruct, world: World): Problem[] {
  const intent = hostForClients(stated);
  return [
    ...otherRules(intent, own, world),
    ...astray(stated, world),
    ...otherEntries(intent, world),
    ...sharedAddresses(intent, own, world),
    ...sharedPorts(intent, own, world),
    ...routesElsewhere(intent, own, world),
  ];
}

function hostForClients(intent: LegacyDestinationIntent | EgressIntent): HostForClients {
  const { kind, host } = intent;
  // what is reached through a gateway is made known in the namespace of that, too
  const clients = kind === 'egress' && intent.gateway ? [...intent.clients, { name: intent.gateway.namespace }] : intent.clients;
  const outside = kind === 'egress' ? intent : intent.server.kind === 'outside' ? intent.server : undefined;
  return { kind, host, clients, outside };
}

const CONSTRUCTS = { 'legacy-destination': 'LegacyDestination', 'egress': 'EgressAccess' } as const;

/** Of the rules for a host only those of the first namespace count that has any, that of the client before all others: one hides the other. */
function otherRules({ kind, host, clients }: HostForClients, own: IConstruct, world: World): Problem[] {
  // an EgressAccess is for its own namespaces, and has no rule elsewhere
  const isBeside = (other: HostForClients) => other.kind !== 'egress' || kind !== 'egress' || share(clients, other.clients);
  const stated = othersStated(own, world).filter(({ intent }) => intent.host === host && isBeside(intent)).map(({ path }) => path);
  const written = writtenByHand('DestinationRule', world).filter(({ spec, namespace }) => fullHost(spec.host, namespace).toLowerCase() === host).map(titleOf);
  const what = kind === 'egress' ? 'EgressAccess in a namespace' : 'LegacyDestination in the app';
  return [
    ...stated.length === 0 ? []
      : [{ message: `'${host}' must have one ${what}, as the ${kind === 'egress' ? 'ServiceEntry' : 'DestinationRule'} of one hides that of the other, and ${few(stated)} is for it too; state all of it in one`, cause: `several for ${host}` }],
    ...protectionsFor(host, own, world).map(path => `'${host}' must have one DestinationRule in the app, as one hides the other, and TrafficProtection '${path}' has one for it too; take circuitBreaker and outlierDetection out there, `
      + 'and add connectionPool and outlierDetection to the DestinationRule of this by addJsonPatch'),
    ...written.map(name => `'${host}' must have one DestinationRule in the app, as one hides the other, and ${name} is for it too; leave that out, or add what it says by addJsonPatch of this one`),
  ];
}

function share(clients: HostForClients['clients'], others: HostForClients['clients']): boolean { return clients.some(({ name }) => others.some(other => other.name === name)); }

/** A rule for many hosts counts where none is stated for this one. */
function astray(intent: LegacyDestinationIntent | EgressIntent, world: World): string[] {
  // which starts TLS by a rule of its own, as a LegacyDestination always does
  if (intent.kind !== 'egress' || intent.ports.some(({ tls }) => tls)) { return []; }
  const { host, gateway, clients } = intent;
  const namespaces = gateway ? [gateway.namespace] : clients.map(({ name }) => name);
  return rulesFor({ host, namespaces }, namespaces, world).flatMap(rule => leadsAstray(rule, host) ?? []);
}

/** Of two entries of a namespace nobody knows which counts. */
function otherEntries({ host, outside, clients }: HostForClients, world: World): string[] {
  if (!outside) { return []; }
  const others = writtenByHand('ServiceEntry', world).filter(({ spec, namespace }) =>
    clients.some(({ name }) => name === namespace) && spec.hosts?.includes(host));
  return others.map(other => `'${host}' must have one ServiceEntry in a namespace, and ${titleOf(other)} is for it too; leave that out, and say its ports by ports`);
}

/** An address and port that is taken, and by whom. */
interface Listener { readonly by: string; readonly address: string; readonly port: number; readonly isTcp: boolean }

/** A connection says nothing of its host: of several at an address and port the proxy takes one. */
function sharedAddresses({ host, outside, clients }: HostForClients, own: IConstruct, world: World): Problem[] {
  if (!outside) { return []; }
  const stated = othersStated(own, world).filter(({ intent }) => share(clients, intent.clients)).flatMap(({ path, intent }) =>
    intent.outside ? listenersOf(`${CONSTRUCTS[intent.kind]} '${path}'`, intent.outside) : []);
  const written = writtenByHand('ServiceEntry', world).filter(({ spec, namespace }) => clients.some(({ name }) => isExported(spec, namespace, name)))
    .flatMap(other => listenersWritten(titleOf(other), other.spec));
  const taken = [...stated, ...written, ...servicesAt(world)];
  return listenersOf('', outside).flatMap(mine => {
    const isAt = (address: string) => blockBits(address) === blockBits(mine.address);
    const other = taken.find(({ address, port, isTcp }) => isAt(address) && port === mine.port && (isTcp || mine.isTcp));
    return other === undefined ? [] : [{
      message: `addresses must be of '${host}' alone at a port of TCP, got ${quoted(mine.address)} at port ${mine.port}, which ${other.by} has as well, and of both the proxy takes one; give each an address of its own`,
      cause: `several at ${mine.address}:${mine.port}`,
    }];
  });
}

/** Ports of TLS are told apart by the server name. */
function listenersOf(by: string, { addresses, ports }: OutsideServerData): Listener[] {
  const plain = ports.filter(({ protocol }) => protocol !== 'tls');
  return addresses.flatMap(address => plain.map(({ number, protocol }) => ({ by, address, port: number, isTcp: protocol === 'tcp' })));
}

/** Where no address tells them apart a proxy takes a port for HTTP, or for TLS. */
function sharedPorts({ host, outside, clients }: HostForClients, own: IConstruct, world: World): Problem[] {
  if (!outside || outside.addresses.length > 0) { return []; }
  const others = othersStated(own, world).filter(({ intent }) => share(clients, intent.clients) && intent.outside?.addresses.length === 0);
  return outside.ports.flatMap(({ number, protocol }) => {
    const other = others.find(({ intent }) => intent.outside!.ports.some(port => port.number === number && port.protocol !== protocol));
    return other === undefined ? [] : [{
      message: `port ${number} of '${host}' must speak what that of '${other.intent.host}' does, as a proxy takes a port for HTTP or for TLS, and ${CONSTRUCTS[other.intent.kind]} '${other.path}' says otherwise; `
        + 'have one of them called by another port: EgressPort.startsTls({ number: 8080 })',
      cause: `port ${number} of ${[host, other.intent.host].sort().join()}`,
    }];
  });
}

function listenersWritten(by: string, { addresses = [], ports = [] }: WrittenSpec): Listener[] {
  const plain = ports.filter(({ protocol = '' }) => !/^(tls|https)$/i.test(protocol));
  return addresses.flatMap(address => plain.map(({ number: port = 0, protocol = '' }) => ({ by, address, port, isTcp: !/^(http|grpc)/i.test(protocol) })));
}

function servicesAt({ tree }: World): Listener[] {
  return tree.written('core/Service').flatMap(({ object: { node }, manifest }) => {
    const { spec: { clusterIP = [], clusterIPs = [], ports = [] } = {} } = SERVICE(manifest) ?? {};
    const addresses = unique([clusterIP, clusterIPs].flat());
    return addresses.flatMap(address => ports.map(({ port = 0 }) => ({ by: `Service '${node.path}'`, address, port, isTcp: false })));
  });
}

const SERVICE = object({ spec: object({ clusterIP: text, clusterIPs: list(text), ports: list(object({ port: writtenNumber })) }) });

/** A route may take some calls elsewhere, or copies of them: into the cluster, where proxies know by themselves how to call, or where something says how. */
function routesElsewhere({ host, clients }: HostForClients, own: IConstruct, world: World): string[] {
  const stated = [host, ...othersStated(own, world).map(({ intent }) => intent.host)];
  const ruled = writtenByHand('DestinationRule', world).map(({ spec, namespace }) => fullHost(spec.host, namespace));
  const isKnown = (other: string) => isOfCluster(other) || stated.includes(other) || ruled.some(rule => isWithin(other, rule));
  return writtenByHand('VirtualService', world).flatMap(route => {
    const { namespace, spec } = route;
    const isOfHost = spec.hosts?.some(one => fullHost(one, namespace).toLowerCase() === host);
    const isFor = isOfHost && clients.some(({ name }) => isExported(spec, namespace, name));
    const rules = isFor ? [...spec.http ?? [], ...spec.tcp ?? [], ...spec.tls ?? []] : [];
    const [elsewhere] = targetsOf(rules).map(target => fullHost(target, namespace)).filter(target => !isKnown(target));
    return elsewhere === undefined ? [] : [`calls to '${host}' must go out as this says, and ${titleOf(route)} sends some to ${quoted(elsewhere)}, of which nothing says how; state that by a LegacyDestination, or take it out of the route`];
  });
}

/** The LegacyDestinations that are for a host. */
export function legacyFor(host: string, own: IConstruct, world: World): string[] {
  return othersStated(own, world).filter(({ intent }) => intent.host === host).map(({ path }) => path);
}

/** What other constructs state. */
function othersStated(own: IConstruct, world: World): { readonly path: string; readonly intent: HostForClients }[] {
  return readEach(world, ({ construct, roles, read }) => construct === own || !roles.some(role => ROLES.includes(role)) ? undefined
    : { path: construct.node.path, intent: hostForClients(read(world) as LegacyDestinationIntent | EgressIntent) });
}

/** The roles of what makes a host known, or says how it is called, by which it is known who states one. */
const ROLES: readonly string[] = ['destination-rule', 'service-entry'];
