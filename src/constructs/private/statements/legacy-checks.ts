import { IConstruct } from 'constructs';
import { LegacyDestinationIntent } from '../../../intent/legacy-destination-intent';
import { selects } from '../../../intent/ports';
import { Manifest, NETWORKING_GROUP } from '../../../istio/manifest';
import { fullHost } from '../../../policy/workloads/host-name';
import { few, listed, quoted } from '../../../util/text';
import { Problem } from '../index/complaint';
import { StatedIntents } from '../index/stated-intents';
import { statementOf } from '../index/statement';
import { World } from '../index/world';

/** The role of the rule that a LegacyDestination makes, by which it is known. */
export const DESTINATION_RULE = 'destination-rule';

/** What only the whole app shows to be wrong with a legacy destination. */
export function checkLegacyDestination(intent: LegacyDestinationIntent, own: IConstruct, world: World): Problem[] {
  return [
    ...unknownPorts(intent),
    ...shortName(intent, world),
    ...otherRules(intent, own, world),
    ...otherEntries(intent, world),
    ...statedByIdentity(intent, world),
    ...otherReaders(intent, world),
  ];
}

function unknownPorts({ server, ports, host }: LegacyDestinationIntent): string[] {
  if (server.kind !== 'service') { return []; }
  const unknown = ports.filter(port => !server.ports.includes(port));
  return unknown.length === 0 ? [] : [`ports must be of the Service, got ${listed(unknown)}, and '${host}' has ${listed(server.ports)}; give the port that clients call`];
}

/** Clients of the cluster know a Service by short names as well. */
function shortName({ server, host }: LegacyDestinationIntent, { tree }: World): string[] {
  const [name, namespace, ...rest] = host.split('.');
  const isShort = server.kind === 'outside' && rest.length === 0 && tree.servicesIn(namespace).some(service => service.name === name);
  return isShort ? [`host must be a full name, got ${quoted(host)}; did you mean '${host}.svc.cluster.local'?`] : [];
}

/** Of the rules for a host only those of the first namespace count that has any, that of the client before all others: one hides the other. */
function otherRules({ host }: LegacyDestinationIntent, own: IConstruct, world: World): Problem[] {
  const stated = othersStated(own, world).filter(({ intent }) => intent.host === host).map(({ path }) => path);
  const written = writtenByHand('DestinationRule', world).filter(({ manifest, namespace }) => fullHost(manifest.spec?.host, namespace).toLowerCase() === host).map(nameOf);
  return [
    ...stated.length === 0 ? []
      : [{ message: `'${host}' must have one LegacyDestination in the app, as the DestinationRule of one hides that of the other, and ${few(stated)} is for it too; state all of it in one`, cause: `several for ${host}` }],
    ...written.map(name => `'${host}' must have one DestinationRule in the app, as one hides the other, and ${name} is for it too; leave that out, or add what it says by addJsonPatch of this one`),
  ];
}

/** Of two entries of a namespace nobody knows which counts. */
function otherEntries({ host, server, clients }: LegacyDestinationIntent, world: World): string[] {
  if (server.kind !== 'outside') { return []; }
  const others = writtenByHand('ServiceEntry', world).filter(({ manifest, namespace }) =>
    clients.some(({ name }) => name === namespace) && [manifest.spec?.hosts ?? []].flat().includes(host));
  return others.map(other => `'${host}' must have one ServiceEntry in a namespace, and ${nameOf(other)} is for it too; leave that out, and say its ports by ports`);
}

/** What other constructs state; one that cannot be read tells why itself. */
function othersStated(own: IConstruct, world: World): { readonly path: string; readonly intent: LegacyDestinationIntent }[] {
  return world.tree.constructs.flatMap(construct => {
    const statement = construct === own ? undefined : statementOf(construct);
    if (!statement?.roles.includes(DESTINATION_RULE)) { return []; }
    try {
      return [{ path: construct.node.path, intent: statement.read(world) as LegacyDestinationIntent }];
    } catch {
      return [];
    }
  });
}

interface WrittenObject {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly path: string;
  readonly manifest: Manifest<{ readonly host?: string; readonly hosts?: readonly string[] }>;
}

function writtenByHand(kind: string, { tree }: World): WrittenObject[] {
  const made = new Set(tree.constructs.flatMap(construct => statementOf(construct)?.objects ?? []));
  return tree.objectsOf(`${NETWORKING_GROUP}/${kind}`).filter(object => !made.has(object)).flatMap(object => {
    const manifest = tree.manifest(object) as WrittenObject['manifest'] | undefined;
    if (!manifest) { return []; }
    const { name = object.name, namespace = 'default' } = manifest.metadata;
    return [{ kind, namespace, name, path: object.node.path, manifest }];
  });
}

function nameOf({ kind, namespace, name, path }: WrittenObject): string { return `${kind} '${namespace}/${name}' at '${path}'`; }

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
