import { isExported, writtenByHand, WrittenObject } from './written-networking';
import { KnownHost } from '../../../intent/egress-intent';
import { selects } from '../../../intent/ports';
import { Labels } from '../../../intent/workload';
import { Manifest, NETWORKING_GROUP } from '../../../istio/manifest';
import { hostOfService } from '../../../policy/workloads/host-name';
import { EXPORT_TO, SERVICE_NAME } from '../../../policy/workloads/label-names';
import { list, object, record, text } from '../../../util/shape';
import { commaSeparated, few, quoted } from '../../../util/text';
import { Problem } from '../index/complaint';
import { StatedBounds } from '../index/egress-boundaries';
import { World } from '../index/world';
import { titleOf } from '../index/written';

/** What makes addresses or hosts known to all sidecars. */
interface Made {
  /** Where it stands. */
  readonly path: string;
  /** What it is, and what it makes known, for messages. */
  readonly what: string;
}

/** The namespace of the control plane is known as a whole, and so is each host that somebody makes known there, and whatever address stands behind a Service of it without being one of its pods. */
export function madeKnownInRoot({ within }: StatedBounds, hosts: readonly KnownHost[], world: World): Problem[] {
  const { rootNamespace } = world.mesh;
  const isStated = (host: string) => hosts.some(known => known.host === host);
  const isSeen = (one: Exported) => isExported(one, rootNamespace, within);
  const known = servicesOfRoot(world);
  const isHidden = (name: string) => isStated(hostOfService({ namespace: rootNamespace, name }))
    || known.some(service => service.name === name && !isSeen(service));
  const services = known.filter(({ name }) => !isHidden(name));
  const entries = writtenByHand('ServiceEntry', world).filter(({ namespace, spec }) => namespace === rootNamespace && isSeen(spec));
  const all = [
    ...hostsOf(entries, isStated), ...otherNames(services), ...withoutPods(services), ...machines(services, world),
    ...endpointsByHand(isHidden, world),
  ];
  return all.map(({ path, what }) => ({
    message: `${what} known to all sidecars, as those within know the namespace of the control plane as a whole, while no intent states it; take it out there, and state who may reach the host by an EgressAccess`,
    cause: `known by ${path} ${what}`,
  }));
}

/** What says to whom it is exported. */
interface Exported { readonly exportTo?: readonly string[] }

function hostsOf(entries: readonly WrittenObject[], isStated: (host: string) => boolean): Made[] {
  return entries.flatMap(entry => {
    const { object: { node: { path } }, spec: { hosts = [] } } = entry;
    return hosts.every(isStated) ? [] : [{ path, what: `${titleOf(entry)} makes ${few(hosts)}` }];
  });
}

const SERVICE = object({
  metadata: object({ annotations: record(text) }), spec: object({ type: text, externalName: text, selector: record(text) }),
});

/** An object of the namespace of the control plane. */
interface OfRoot {
  readonly name: string;
  /** What it is called in messages. */
  readonly title: string;
  readonly path: string;
}

/** A Service of it. */
interface RootService extends OfRoot, Exported {
  readonly selector: Labels;
  readonly externalName?: string;
}

function servicesOfRoot(world: World): RootService[] {
  return inRoot('core', 'Service', world).map(({ manifest, ...service }) => {
    const { metadata: { annotations = {} } = {}, spec: { type, externalName, selector = {} } = {} } = SERVICE(manifest) ?? {};
    const exportTo = annotations[EXPORT_TO];
    return {
      ...service,
      selector,
      exportTo: exportTo === undefined ? undefined : commaSeparated(exportTo),
      externalName: type === 'ExternalName' ? externalName : undefined,
    };
  });
}

function inRoot(group: string, kind: string, { tree, mesh: { rootNamespace } }: World): (OfRoot & { readonly manifest: Manifest })[] {
  return tree.written(`${group}/${kind}`).filter(({ namespace }) => namespace === rootNamespace).map(({ object: own, name, manifest }) =>
    ({ name, path: own.node.path, title: titleOf({ object: own, kind, namespace: rootNamespace, name }), manifest }));
}

function otherNames(services: readonly RootService[]): Made[] {
  return services.flatMap(({ title, path, externalName }) => externalName === undefined ? [] : [{ path, what: `${title} makes ${quoted(externalName)}` }]);
}

/** What is behind one that selects nothing somebody says by hand, in the app or not. */
function withoutPods(services: readonly RootService[]): Made[] {
  return services.filter(({ externalName, selector }) => externalName === undefined && Object.keys(selector).length === 0)
    .map(({ title, path }) => ({ path, what: `${title}, which selects no pods, makes whatever addresses somebody gives it` }));
}

const MACHINE = object({ spec: object({ address: text, labels: record(text), metadata: object({ labels: record(text) }) }) });

/** Machines are behind a Service as pods are, by the labels that a WorkloadEntry gives them, or the WorkloadGroup by which they register. */
function machines(services: readonly RootService[], world: World): Made[] {
  return ['WorkloadEntry', 'WorkloadGroup'].flatMap(kind => inRoot(NETWORKING_GROUP, kind, world).flatMap(({ title, path, manifest }) => {
    const { address, labels = {}, metadata = {} } = MACHINE(manifest)?.spec ?? {};
    const behind = services.find(({ selector }) => selects(selector, { ...labels, ...metadata.labels }));
    return behind ? [{ path, what: `${title} makes ${address === undefined ? 'machines' : quoted(address)}, behind ${behind.title},` }] : [];
  }));
}

const SLICE = object({
  metadata: object({ labels: record(text) }),
  endpoints: list(object({ addresses: list(text) })),
  subsets: list(object({ addresses: list(object({ ip: text })) })),
});

/** Addresses that are written by hand stand behind a Service beside its pods, also behind one that the app does not have. */
function endpointsByHand(isHidden: (service: string) => boolean, world: World): Made[] {
  return [['discovery.k8s.io', 'EndpointSlice'], ['core', 'Endpoints']].flatMap(([group, kind]) => inRoot(group, kind, world).flatMap(({ name, title, path, manifest }) => {
    const { metadata: { labels = {} } = {}, endpoints = [], subsets = [] } = SLICE(manifest) ?? {};
    const service = kind === 'Endpoints' ? name : labels[SERVICE_NAME];
    const ofSubsets = subsets.flatMap(one => (one.addresses ?? []).flatMap(({ ip }) => ip ?? []));
    const addresses = [...endpoints.flatMap(one => one.addresses ?? []), ...ofSubsets];
    const isKnown = service === undefined || addresses.length === 0 || isHidden(service);
    return isKnown ? [] : [{ path, what: `${title} makes ${few(addresses)}, behind Service '${service}',` }];
  }));
}
