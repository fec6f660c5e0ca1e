import { IConstruct } from 'constructs';
import { shortNameOf } from './legacy-host';
import { checkNeighbours } from './legacy-neighbours';
import { meantNamespace } from './namespace-names';
import { LegacyDestinationIntent } from '../../../intent/legacy-destination-intent';
import { selects } from '../../../intent/ports';
import { few, listed, quoted } from '../../../util/text';
import { Problem } from '../index/complaint';
import { StatedIntents } from '../index/stated-intents';
import { World } from '../index/world';

/** What only the whole app shows to be wrong with a legacy destination. */
export function checkLegacyDestination(intent: LegacyDestinationIntent, own: IConstruct, world: World): Problem[] {
  return [
    ...unknownPorts(intent),
    ...shortName(intent, world),
    ...statedByIdentity(intent, world),
    ...otherReaders(intent, world),
    ...startedTwice(intent, world),
    ...checkNeighbours(intent, own, world),
    ...intent.clients.flatMap(({ name }) => {
      const meant = meantNamespace(name, world);
      return meant === undefined || intent.clients.some(other => other.name === meant) ? [] : [`clientNamespaces must be those of the app, got ${quoted(name)}, which it does not have; did you mean ${quoted(meant)}?`];
    }),
  ];
}

function unknownPorts({ server, ports, host }: LegacyDestinationIntent): string[] {
  if (server.kind !== 'service') { return []; }
  const unknown = ports.filter(port => !server.ports.includes(port));
  return unknown.length === 0 ? [] : [`ports must be of the Service, got ${listed(unknown)}, and '${host}' has ${listed(server.ports)}; give the port that clients call`];
}

/** At a port that is declared TLS clients start it themselves. */
function startedTwice({ server, ports, tls, host }: LegacyDestinationIntent, { tree }: World): string[] {
  if (server.kind !== 'service' || tls.mode === 'DISABLE') { return []; }
  const service = tree.servicesIn(server.namespace).find(({ name }) => name === server.name);
  const said = service?.ports.find(port => (ports.length === 0 || ports.includes(port.port)) && /^(https|tls)(-|$)/i.test(port.appProtocol ?? port.name ?? ''));
  return said === undefined ? [] : [`ports must not be those at which clients start TLS themselves, got ${said.port} of '${host}', declared ${quoted(said.appProtocol ?? said.name)}, into which the proxy would put its own; `
    + 'name by ports those that are called in the clear, or declare the port HTTP and have clients call it so'];
}

/** Clients of the cluster know a Service by short names as well. */
function shortName({ server, host }: LegacyDestinationIntent, world: World): string[] {
  const meant = server.kind === 'outside' ? shortNameOf(host, world) : undefined;
  return meant === undefined ? [] : [`host must be a full name, got ${quoted(host)}; did you mean ${quoted(meant)}?`];
}

/** Callers are told apart by the identities of the mesh, which none of these connections shows. */
function statedByIdentity({ host, server }: LegacyDestinationIntent, world: World): string[] {
  if (server.kind !== 'service') { return []; }
  const { namespace, name } = server;
  const service = world.tree.servicesIn(namespace).find(one => one.name === name);
  const intents = StatedIntents.of(world);
  const stated = [
    ...intents.accessesIn(namespace).map(one => ({ ...one, kind: 'ServiceAccess' })), ...intents.apisIn(namespace).map(one => ({ ...one, kind: 'JwtProtectedApi' })),
  ].filter(({ intent: { target } }) => selects(service?.selector, target.podLabels));
  return stated.length === 0 ? [] : [`'${host}' must not be called past the mesh, and ${stated[0].kind} '${stated[0].path}'${stated.length > 1 ? ` and ${stated.length - 1} more` : ''} `
    + 'lets callers in by their identities, which these calls do not show; take one of them out'];
}

/** Whoever is selected reads the secret. */
function otherReaders({ clientLabels, clients: [{ name }] }: LegacyDestinationIntent, world: World): string[] {
  const found = clientLabels ? world.workloads.selectedBy(name, clientLabels) : [];
  return found.length < 2 ? [] : [`clientWorkload must have labels of its own, by which the proxies of ${few(found.map(({ path }) => path))} all read the secret; give its pods and its selector one`];
}
